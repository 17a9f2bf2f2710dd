"""What people write to the bot, in its direct messages or where they mention it: the words that are typed after /track.

A form needs a click, for Slack opens none because of a message; so it is answered by a button that opens it.
"""

from bot.core.context import Bot
from bot.core.errors import UserError
from bot.grammar.views import help as help_views
from bot.slack import conversation
from bot.slack.answers import Answer, Answers, Say, Show, answers_in_turn
from bot.slack.blocks import Message, message
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands import track


def register(listeners: Listeners) -> None:
    """Listen to what is written, and to the button that opens a form."""
    listeners.written(hear)
    listeners.action(help_views.OPEN_FORM, open_form)


def hear(bot: Bot, request: Request) -> Answers:
    """Carry out and answer what a person wrote, once."""
    return conversation.hear(bot, request, _answered)


def open_form(bot: Bot, request: Request) -> Answers:
    """The form for what was written, or what else comes of it by now."""
    kept = help_views.read_typed(request.clicked)
    answers = answers_in_turn(track.answer_text(bot, request, kept.text))
    return [each.instead() if isinstance(each, Say) else each for each in answers]


def _answered(bot: Bot, request: Request) -> list[Message]:
    try:
        answers = answers_in_turn(track.answer(bot, request))
    except UserError as error:
        return [message(error.sentence(request.caller.reader))]
    return [_said(request, answer) for answer in answers]


def _said(request: Request, answer: Answer) -> Message:
    match answer:
        case Say():
            return answer.message
        case Show(view):
            caller = request.caller
            return help_views.form_offered(caller.reader, view["title"]["text"], request.typed, now=caller.now)
        case _:
            raise TypeError(f"no message says {type(answer).__name__}")

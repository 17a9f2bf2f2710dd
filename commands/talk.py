"""What people write to the bot, in its direct messages or where they mention it: the words that are typed after /track.

A form needs a click, for Slack opens none because of a message; so it is answered by a button that opens it.
"""

from dataclasses import replace

from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.grammar.reading import begins_with
from bot.grammar.views import help as help_views
from bot.grammar.views import talk as views
from bot.people.admins import naming_admins
from bot.slack.answers import Answer, Answers, Say, Show, answers_in_turn
from bot.slack.conversation import Conversation
from bot.slack.keys import looks_like_key
from bot.slack.listeners import Listeners
from bot.slack.notices import refused, with_mentions
from bot.slack.request import Request
from commands import track

CONNECT = "connect"


def register(listeners: Listeners) -> None:
    """Listen to what is written, and to the button that opens a form."""
    listeners.written(Conversation(answered).hear)
    listeners.action(views.DO_WRITTEN, do_written)


def do_written(bot: Bot, request: Request) -> Answers:
    """The form for what was written, as often as it is asked for; or what was not done yet, and that once."""
    kept = help_views.read_typed(request.clicked)
    asked = request if track.opens_form(bot, request.caller, kept) else _once(request)
    answers = answers_in_turn(track.answer_kept(bot, asked, kept))
    return [each.instead() if isinstance(each, Say) else each for each in answers]


def _once(request: Request) -> Request:
    """The same each time this button is pressed."""
    caller = request.caller
    once = f"{request.team}:{request.user_id}:{views.DO_WRITTEN}:{digest(request.clicked)}"
    return replace(request, caller=replace(caller, request=once))


def answered(bot: Bot, request: Request, is_first: bool, is_late: bool) -> list[Say]:
    """Carry out what was written, once; what is answered to it."""
    to = request.caller.reader
    try:
        said = _answered(bot, request, is_late=is_late)
    except UserError as error:
        named = naming_admins(bot, request.caller, error)
        said = [Say(refused(to, named.sentence(to), request.typed, shown=with_mentions(to, named)))]
    return [Say(views.what_is_read(to)), *said] if is_first else said


def _answered(bot: Bot, request: Request, *, is_late: bool) -> list[Say]:
    caller, text = request.caller, request.typed
    to = caller.reader
    if _holds_key(text):
        return [Say(views.key_refused(to, CONNECT, now=caller.now))]
    if request.written and not request.written.is_plain:
        return [Say(views.not_plain(to))]
    if caller.person.is_guest:
        return [Say(views.guests_type(to))]
    if is_late and track.depends_on_order(bot, caller, text):
        return [Say(views.came_late(to, text, now=caller.now))]
    return [_said(request, answer) for answer in answers_in_turn(track.answer(bot, request))]


def _holds_key(text: str) -> bool:
    """Behind "connect" stands the account's name, and whatever follows may be its key."""
    return looks_like_key(text) or (begins_with(text, CONNECT) and len(text.split()) > 2)


def _said(request: Request, answer: Answer) -> Say:
    match answer:
        case Say():
            return answer
        case Show(view):
            caller = request.caller
            return Say(views.form_offered(caller.reader, view["title"]["text"], request.typed, now=caller.now))
        case _:
            raise TypeError(f"no message says {type(answer).__name__}")

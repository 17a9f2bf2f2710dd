"""Buttons on timers, and the answers to questions: which project was meant, and who gives way."""

import re

from bot.catalog import creation, finding
from bot.catalog.views import creation as catalog_views
from bot.catalog.views import pickers
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar import values as grammar
from bot.people import callers as people
from bot.slack.answers import Answers, Options, Say, Show
from bot.slack.blocks import message
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.tracking import answers, continuing, expense_form, form, questions, timers
from bot.tracking.views import entries as entry_views
from bot.tracking.views import expenses as expense_views
from bot.tracking.views import form as form_views
from bot.tracking.views import overlaps
from bot.tracking.views import questions as question_views
from bot.tracking.views import timers as views


def register(listeners: Listeners) -> None:
    """Listen to Stop, to what is continued, to choices below a question, and to searches in menus of projects."""
    listeners.options(question_views.PICK, offer_targets)
    listeners.options(entry_views.TARGET, offer_targets)
    listeners.action(views.STOP, stop)
    listeners.action(re.compile(f"^({question_views.ANSWER}:\\d+|{question_views.PICK})$"), answer)
    listeners.action(re.compile(f"^{overlaps.RESOLVE}:({'|'.join(overlaps.RESOLUTIONS)})$"), give_way)
    listeners.action(views.CONTINUE, go_on)
    listeners.action(re.compile(f"^{question_views.FORM}:\\d+$"), fill_in)
    listeners.action(
        re.compile(f"^{question_views.LEFT_OVER}:({question_views.AS_NOTE}|{question_views.AS_NAME})$"),
        settle_left_over,
    )
    listeners.action(question_views.SURE, confirm)
    listeners.action(question_views.NEW, create_instead)


# Typed


def start_typed(bot: Bot, caller: Caller, typed: grammar.Start | grammar.Log) -> Say:
    """The answer to `/track start` and `/track log`."""
    return Say(views.answered(caller.reader, timers.track(bot, caller, typed), today=caller.today))


def switch_typed(bot: Bot, caller: Caller, typed: grammar.Switch) -> Say:
    """The answer to `/track switch`."""
    return Say(views.answered(caller.reader, continuing.switch(bot, caller, typed), today=caller.today))


def continue_typed(bot: Bot, caller: Caller, typed: grammar.Continue) -> Say:
    """The answer to `/track continue`."""
    return Say(views.answered(caller.reader, continuing.continue_last(bot, caller, typed), today=caller.today))


def stop_typed(bot: Bot, caller: Caller, typed: grammar.Stop) -> Say:
    """The answer to `/track stop`."""
    return Say(views.stopped(caller.reader, timers.stop(bot, caller, typed), today=caller.today))


def pause_typed(bot: Bot, caller: Caller, typed: grammar.Pause) -> Say:
    """The answer to `/track pause`."""
    return Say(views.paused(caller.reader, timers.pause(bot, caller, typed), today=caller.today))


def status_typed(bot: Bot, caller: Caller, _typed: grammar.Status) -> Say:
    """The answer to `/track status`."""
    return Say(views.status(caller.reader, timers.status(bot, caller), today=caller.today, at=caller.now))


# Clicked


def offer_targets(bot: Bot, request: Request) -> Answers:
    """Search all projects."""
    offered = finding.offered_targets(bot, request.caller, request.searched)
    return Options([pickers.target_option(target) for target in offered])


def stop(bot: Bot, request: Request) -> Answers:
    """Stop the timer that the message speaks of."""
    caller = request.caller
    stopped = timers.stop_entry(bot, caller, request.clicked_id)
    return Say(views.stopped(caller.reader, stopped, today=caller.today, replace=True))


def answer(bot: Bot, request: Request) -> Answers:
    """The project was chosen that was meant."""
    caller = request.caller
    customer_id, project_id, service_id = pickers.read_value(request.clicked)
    done = answers.answer(
        bot,
        caller,
        request.question_id,
        customer_id=customer_id,
        project_id=project_id,
        service_id=service_id,
    )
    return Say(views.acted(caller.reader, done, today=caller.today))


def settle_left_over(bot: Bot, request: Request) -> Answers:
    """It was said what the words are that are no part of the project's name."""
    caller = request.caller
    done = answers.settle_left_over(
        bot, caller, request.question_id, as_note=request.action_part == question_views.AS_NOTE
    )
    return Say(views.acted(caller.reader, done, today=caller.today))


def confirm(bot: Bot, request: Request) -> Answers:
    """What was doubtful is right."""
    caller = request.caller
    return Say(views.acted(caller.reader, answers.confirm(bot, caller, request.question_id), today=caller.today))


def fill_in(bot: Bot, request: Request) -> Answers:
    """The form with what was typed, on the project that was chosen."""
    caller, booked_on = request.caller, pickers.read_value(request.clicked)
    spent = expense_form.answering(bot, caller, request.question_id, booked_on, answer_at=request.response_url)
    if spent is not None:
        return Show(expense_views.form(caller.reader, spent))
    shown = form.answering(bot, caller, request.question_id, booked_on, answer_at=request.response_url)
    said = message(question_views.not_understood(caller.reader, shown.not_understood)) if shown.not_understood else None
    return Show(form_views.form(caller.reader, shown, said))


def give_way(bot: Bot, request: Request) -> Answers:
    """How others give way was chosen; the listener's pattern lets no other word through."""
    caller = request.caller
    done = answers.give_way(bot, caller, request.question_id, overlaps.RESOLUTIONS[request.action_part])
    return Say(views.acted(caller.reader, done, today=caller.today))


def go_on(bot: Bot, request: Request) -> Answers:
    """Do the same again."""
    caller = request.caller
    done = continuing.continue_entry(bot, caller, request.clicked_id)
    return Say(views.acted(caller.reader, done, today=caller.today))


def create_instead(bot: Bot, request: Request) -> Answers:
    """None of the projects was meant: the form that creates one, and then goes on with what was typed."""
    caller, question_id = request.caller, request.clicked_id
    people.require_creator(caller)
    guess = creation.guess_names(bot, caller, questions.typed_words(bot, caller, question_id))
    return Show(catalog_views.new_form(caller.reader, guess, question_id=question_id, channel_id=caller.channel_id))

"""/track, the one slash command: a middleware (see `Listeners.command`), so app.command("/track") is found nowhere.

What is typed finds its answer in the table at the end.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.catalog.understanding import understand
from bot.catalog.views import listing as catalog_views
from bot.core import logs
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar import values as grammar
from bot.grammar.refusals import NotUnderstood
from bot.grammar.views import help as help_views
from bot.grammar.wording import GROUPS, Purpose
from bot.routine.views.first_steps import bill_button
from bot.routine.views.home import settings_button
from bot.slack import leisure
from bot.slack.answers import Answer, Answers, Say
from bot.slack.blocks import Element
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import old_message
from bot.tracking import screens
from bot.tracking.views import form as form_views
from commands import billomat, catalog, preferences, reports
from commands.billing import invoice, run
from commands.tracking import corrections, expenses, form, gaps, lists, timers

COMMAND = "/track"
_ANSWERED_WITHIN = timedelta(hours=12)
"""The answer to an older question would mean another night."""
FAST_FORM = grammar.Form("track", ())


def register(listeners: Listeners) -> None:
    """Answer /track, and the buttons below what was not understood."""
    listeners.command(COMMAND, answer)
    listeners.action(re.compile(f"^{help_views.READING}:"), answer_again)
    listeners.action(help_views.FILL_IN, fill_in)


def answer(bot: Bot, request: Request) -> Answers:
    """Answer what was typed: with a message at once, or with a form after the ack."""
    caller = request.caller
    return answer_kept(bot, request, help_views.Typed(request.typed, caller.now, caller.reader.zone.key))


def answer_kept(bot: Bot, request: Request, kept: help_views.Typed) -> Answers:
    """The same for what was typed at another moment: its times are meant as of then, and what has none means now."""
    caller = request.caller
    try:
        typed = _read_again(bot, caller, kept)
    except NotUnderstood as error:
        return _asked_back(caller, error, kept)
    logs.note(action=f"{COMMAND} {_name(typed)}")
    if typed == FAST_FORM:
        return form.open_form(bot, request)
    answering = partial(_answered_or_asked, bot, caller, typed, kept)
    return leisure.answered(request, answering) if screens.may_take_long(typed) else answering()


def _answered_or_asked(bot: Bot, caller: Caller, typed: grammar.Command, kept: help_views.Typed) -> Answer:
    try:
        return _answered(bot, caller, typed, kept.text)
    except NotUnderstood as error:  # the names of a filter are looked up by whoever answers
        return _asked_back(caller, error, kept)


def depends_on_order(bot: Bot, caller: Caller, text: str) -> bool:
    """Whether it means something else after what was done later, as "stop" does."""
    try:
        typed = _read_again(bot, caller, help_views.Typed(text, caller.now, caller.reader.zone.key))
    except NotUnderstood:
        return False
    return not isinstance(typed, _WHENEVER)


def opens_form(bot: Bot, caller: Caller, kept: help_views.Typed) -> bool:
    """Whether it only opens a form, in which nothing is done yet."""
    try:
        typed = _read_again(bot, caller, kept)
    except NotUnderstood:
        return False
    is_empty_expense = isinstance(typed, grammar.Expense) and typed.cents is None
    return is_empty_expense or isinstance(typed, grammar.Form | grammar.Invoice | grammar.InvoiceRun)


def _name(typed: grammar.Command) -> str:
    return typed.name if isinstance(typed, grammar.Form) else type(typed).__name__.lower()


def _answered(bot: Bot, caller: Caller, typed: grammar.Command, text: str) -> Answer:
    if isinstance(typed, grammar.Unknown):
        return _unknown(bot, caller, typed, text)
    if isinstance(typed, grammar.Form):
        return FORMS[typed.name](bot, caller, typed.words)
    return _ANSWERS[type(typed)](bot, caller, typed)


def _unknown(bot: Bot, caller: Caller, typed: grammar.Unknown, text: str) -> Say:
    to = caller.reader
    if not typed.nearest:
        return Say(help_views.unknown(to, typed, text))
    meant = help_views.with_nearest(to, typed, typed.nearest, text)
    kept = help_views.Typed(meant, caller.now, to.zone.key)
    opens = opens_form(bot, caller, kept)
    return Say(help_views.mistyped(to, typed, typed.nearest, text, kept, opens_form=opens))


def _asked_back(caller: Caller, error: NotUnderstood, kept: help_views.Typed) -> Say:
    """What was nearly understood, with buttons for what is missing. Raises the error for all else."""
    to = caller.in_zone(kept.zone).reader
    if error.readings:
        return Say(help_views.which_reading(to, error, kept.text, now=kept.at))
    if error.rest:
        return Say(help_views.how_long(to, error, kept.text, now=kept.at))
    raise error


def answer_again(bot: Bot, request: Request) -> Answers:
    """It was said which of several readings was meant: the text that has no other is carried out."""
    caller, kept = request.caller, help_views.read_typed(request.clicked)
    if caller.now - kept.at > _ANSWERED_WITHIN:
        raise old_message()
    try:
        typed = _read_again(bot, caller, kept)
        by = caller.in_zone(kept.zone) if isinstance(typed, grammar.Log) else caller  # a timer runs where they are now
        answered = _answered(bot, by, typed, kept.text)
    except NotUnderstood as error:
        return _asked_back(caller, error, kept).instead()
    return answered.instead() if isinstance(answered, Say) else answered


def fill_in(bot: Bot, request: Request) -> Answers:
    """The length is missing: the fast form, in the zone where the rest was typed."""
    kept = help_views.read_typed(request.clicked)
    typed = _untimed(bot, request.caller, kept)
    return form.complete(bot, request.in_zone(kept.zone), typed, kept.text)


def _untimed(bot: Bot, caller: Caller, kept: help_views.Typed) -> grammar.Untimed:
    """What was typed without a length. Raises UserError for anything else, which is not from us."""
    try:
        _read_again(bot, caller, kept)
    except NotUnderstood as error:
        if error.rest:
            return error.rest
    raise old_message()


def _read_again(bot: Bot, caller: Caller, kept: help_views.Typed) -> grammar.Command:
    """What was typed, read as then and there. Raises NotUnderstood."""
    at = min(kept.at, caller.now)  # nobody asks from the future
    return understand(bot, caller, kept.text, at=at, zone=ZoneInfo(kept.zone))


def _help(_bot: Bot, caller: Caller, typed: grammar.Help) -> Say:
    return Say(help_views.helped(caller.reader, typed, _leading_on(caller, typed.topic)))


def _leading_on(caller: Caller, topic: str | None) -> list[Element]:
    """Buttons to what help speaks of, for whoever may press them: of one subcommand, or of all."""
    to = caller.reader
    buttons = {
        Purpose.TIME: form_views.open_button(to),
        Purpose.INVOICES: bill_button(to) if caller.bills else None,
        Purpose.CATALOG: None if caller.is_guest else catalog_views.open_button(to),
        Purpose.SETTINGS: settings_button(to),
    }
    asked = [group.purpose for group in GROUPS if topic is None or topic in group.commands]
    return [button for purpose in asked if (button := buttons.get(purpose))]


FORMS: dict[str, Callable[[Bot, Caller, tuple[str, ...]], Answer]] = {
    "connect": billomat.connect_form,
    "settings": preferences.settings_form,
    "new": catalog.new_form,
    "catalog": catalog.catalog_form,
}
_WHENEVER = (
    grammar.Log,
    grammar.Expense,
    grammar.Status,
    grammar.List,
    grammar.Report,
    grammar.Gaps,
    grammar.Link,
    grammar.Help,
    grammar.Unknown,
    grammar.Form,
    grammar.Invoice,
    grammar.InvoiceRun,
)
_ANSWERS: dict[type, Callable[[Bot, Caller, Any], Answer]] = {
    grammar.Start: timers.start_typed,
    grammar.Switch: timers.switch_typed,
    grammar.Continue: timers.continue_typed,
    grammar.Stop: timers.stop_typed,
    grammar.Pause: timers.pause_typed,
    grammar.Log: timers.start_typed,
    grammar.Expense: expenses.expense_typed,
    grammar.Status: timers.status_typed,
    grammar.List: lists.list_typed,
    grammar.Report: reports.report_typed,
    grammar.Gaps: gaps.gaps_typed,
    grammar.Invoice: invoice.invoice_typed,
    grammar.InvoiceRun: run.run_typed,
    grammar.Link: catalog.link_typed,
    grammar.Delete: corrections.delete_typed,
    grammar.Tag: corrections.change_typed,
    grammar.Note: corrections.change_typed,
    grammar.Undo: corrections.undo_typed,
    grammar.Help: _help,
    # These open a form, or answer where a person has to choose an entry first or has said all.
    grammar.Edit: corrections.edit_typed,
    grammar.Split: corrections.split_typed,
}

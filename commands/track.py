"""The one slash command, /track: each kind of what can be typed has its answer here."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from bot.core import logs
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar import values as grammar
from bot.grammar.reading import parse
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.views import help as help_views
from bot.slack import replies
from bot.slack import untrusted as values
from bot.slack.blocks import Message, View, unescaped
from bot.tracking import timers
from bot.tracking.views import timers as timer_views
from commands import billomat as account
from commands import capture, catalog, channels, corrections, gaps, invoices, summaries
from commands import preferences as settings

COMMAND = "/track"
_ANSWERED_WITHIN = timedelta(hours=12)
"""The answer to an older question would mean another night."""
FAST_FORM = grammar.Form("track", ())

FormBuilder = Callable[[Bot, Caller, tuple[str, ...]], View]
FORMS: dict[str, FormBuilder] = {
    "connect": account.connect_form,
    "invoice": invoices.invoice_form,
    "settings": settings.settings_form,
    "new": catalog.new_form,
}


def register(app: App, bot: Bot) -> None:
    """Answer /track, and the buttons below what was not understood."""
    app.middleware(_Answer(bot))
    _listen_to_buttons(app, bot)


class _Answer(Middleware):
    """Answers what was typed: with a message at once, or with a form after the ack.

    No listener: for one Bolt puts together all arguments that a function might have, once to see whether it fits and
    once to call it (a tenth of a /track status).
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 (Bolt's name)
        """Answer /track, or pass on what is something else."""
        if req.body.get("command") != COMMAND:
            return next()
        caller, text = replies.caller_of(req.context), unescaped(str(req.body.get("text") or ""))
        try:
            typed = parse(text, now=caller.now, zone=caller.reader.zone, week_start=caller.person.week_start)
        except NotUnderstood as error:
            return _acked(req.context, _asked_back(caller, error, text))
        logs.note(action=f"{COMMAND} {_name(typed)}")
        if typed == FAST_FORM:
            capture.show(req.context, self._bot)
            return req.context.ack()
        if isinstance(typed, grammar.Form):
            return _acked(req.context, FORMS[typed.name](self._bot, caller, typed.words))
        return _acked(req.context, _ANSWERS[type(typed)](self._bot, caller, typed))


def _name(typed: grammar.Command) -> str:
    return typed.name if isinstance(typed, grammar.Form) else type(typed).__name__.lower()


def _acked(context: BoltContext, shown: Message | View) -> BoltResponse:
    if shown.get("type") == "modal":
        replies.open_view(context, shown)
        return context.ack()
    return context.ack(shown)


def _asked_back(caller: Caller, error: NotUnderstood, text: str) -> Message:
    """What was nearly understood, with buttons for what is missing. Raises the error for all else."""
    if error.reason is Reason.AMBIGUOUS_HOUR:
        return help_views.which_hour(caller.reader, error, text, now=caller.now)
    if error.rest:
        return help_views.how_long(caller.reader, error, text, now=caller.now)
    raise error


def _listen_to_buttons(app: App, bot: Bot) -> None:
    def answer_again(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller, kept = replies.caller_of(context), help_views.read_typed(replies.clicked(body))
        if caller.now - kept.at > _ANSWERED_WITHIN:
            raise values.old_message()
        first = f"{help_views.WHICH_HOUR}:{help_views.FIRST}"
        typed = _read_again(caller, kept, is_summer=body["actions"][0]["action_id"] == first)
        by = caller.in_zone(kept.zone) if isinstance(typed, grammar.Log) else caller  # a timer runs where they are now
        shown = _ANSWERS[type(typed)](bot, by, typed)
        if shown.get("type") == "modal":
            replies.open_view(context, shown)
        else:
            replies.respond(context, body, shown | {"replace_original": True})
        ack()

    def fill_in(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        kept = help_views.read_typed(replies.clicked(body))
        typed = _untimed(replies.caller_of(context), kept)
        capture.complete(context, bot, typed, kept.text, zone=kept.zone)
        ack()

    app.action(re.compile(f"^{help_views.WHICH_HOUR}:"))(answer_again)
    app.action(help_views.FILL_IN)(fill_in)


def _untimed(caller: Caller, kept: help_views.Typed) -> grammar.Untimed:
    """What was typed without a length. Raises UserError for anything else, which is not from us."""
    try:
        _read_again(caller, kept)
    except NotUnderstood as error:
        if error.rest:
            return error.rest
    raise values.old_message()


def _read_again(caller: Caller, kept: help_views.Typed, *, is_summer: bool | None = None) -> grammar.Command:
    """What was typed, read as then and there; `is_summer` says which is meant of two hours. Raises NotUnderstood."""
    return parse(
        kept.text,
        now=min(kept.at, caller.now),  # nobody asks from the future
        zone=ZoneInfo(kept.zone),
        week_start=caller.person.week_start,
        is_summer=is_summer,
    )


def _track(bot: Bot, caller: Caller, typed: grammar.Start | grammar.Log) -> Message:
    return timer_views.answered(caller.reader, timers.track(bot, caller, typed), today=caller.today)


def _switch(bot: Bot, caller: Caller, typed: grammar.Switch) -> Message:
    return timer_views.answered(caller.reader, timers.switch(bot, caller, typed), today=caller.today)


def _continue(bot: Bot, caller: Caller, typed: grammar.Continue) -> Message:
    return timer_views.answered(caller.reader, timers.continue_last(bot, caller, typed), today=caller.today)


def _stop(bot: Bot, caller: Caller, typed: grammar.Stop) -> Message:
    return timer_views.stopped(caller.reader, timers.stop(bot, caller, typed), today=caller.today)


def _status(bot: Bot, caller: Caller, _typed: grammar.Status) -> Message:
    return timer_views.status(caller.reader, timers.status(bot, caller), today=caller.today)


def _list(bot: Bot, caller: Caller, typed: grammar.List) -> Message:
    return summaries.list_page(bot, caller, typed.first, typed.last)


def _help(_bot: Bot, caller: Caller, typed: grammar.Help) -> Message:
    return help_views.helped(caller.reader, typed)


def _unknown(_bot: Bot, caller: Caller, typed: grammar.Unknown) -> Message:
    return help_views.unknown(caller.reader, typed)


_ANSWERS: dict[type, Callable[[Bot, Caller, Any], Message | View]] = {
    grammar.Start: _track,
    grammar.Switch: _switch,
    grammar.Continue: _continue,
    grammar.Stop: _stop,
    grammar.Log: _track,
    grammar.Status: _status,
    grammar.List: _list,
    grammar.Gaps: gaps.shown,
    grammar.Link: channels.linked,
    grammar.Delete: corrections.delete_typed,
    grammar.Tag: corrections.change_typed,
    grammar.Note: corrections.change_typed,
    grammar.Undo: corrections.undo_typed,
    grammar.Help: _help,
    grammar.Unknown: _unknown,
    # These open a form, or answer where a person has to choose an entry first or has said all.
    grammar.Edit: corrections.edit_typed,
    grammar.Split: corrections.split_typed,
}

"""From the fast form as it was filled in to the command that says the same.

It ends in the same use cases as a typed command, so both obey the same rules.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.catalog import finding
from bot.catalog.rules.names import Choice
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError
from bot.grammar.flags import read_note
from bot.grammar.said import LONGEST_NIGHT
from bot.grammar.values import Duration, Log, Span, Start
from bot.tracking import form_fields, questions, timers
from bot.tracking.entries import AgreedResolution, Written
from bot.tracking.form import FormState, Mode
from bot.tracking.form_fields import Hours
from bot.tracking.rules.spans import Resolution
from bot.tracking.timers import RunsAlready, Started
from storage.change import Change

_TIME_FIELD = {Mode.TIMER: "since", Mode.LENGTH: "duration", Mode.SPAN: "start"}
"""Where in the form it stands when the time does not fit."""


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What was filled in; clock times as HH:MM, and of the times only those that the mode shows."""

    customer_id: int | None
    target: tuple[int, int | None]
    """Customer and project."""
    service_id: int | None
    note: str
    tags: str
    billable: bool | None
    """None: as project and service say."""
    private: bool
    since: str | None
    day: date | None
    start: str | None
    end: str | None
    duration: str
    resolution: Resolution | None
    """How those who were in the way give it."""
    hours: Hours


def save(bot: Bot, caller: Caller, kept: FormState, entered: FilledForm) -> Started | RunsAlready | Written:
    """Start the timer or write the entry. Raises Overlap and other UserErrors, which name the field to stand at."""
    there, wrong = caller.in_zone(kept.zone), FieldErrors()
    typed = wrong.read(lambda: _typed(there, kept, _flagged(entered)), None)
    with bot.change_time(caller) as change:
        if kept.question_id is not None:
            questions.settle(change, kept.question_id)
        choice = wrong.read(lambda: _choice(change, entered), None)
        if typed is None or choice is None:
            raise wrong.together()
        with _standing_at(_TIME_FIELD[kept.mode]):
            agreed = AgreedResolution(entered.resolution, kept.seen) if entered.resolution else None
            as_shown = change if isinstance(typed, Start) else replace(change, by=there)
            return timers.book(as_shown, typed, choice, kept.source, agreed, kept.sure)


def _choice(change: Change[Caller], entered: FilledForm) -> Choice:
    """What the time is to be booked on. Raises UserError."""
    customer_id, project_id = entered.target
    with _standing_at("target"):
        if entered.customer_id not in (None, customer_id):
            raise UserError("This project belongs to another customer. Please choose again.")
        return finding.choice_of_ids(
            change, customer_id=customer_id, project_id=project_id, service_id=entered.service_id
        )


@contextmanager
def _standing_at(field: str) -> Iterator[None]:
    """Show errors at this field, unless they name one."""
    try:
        yield
    except UserError as error:
        error.field = error.field or field
        raise


def _flagged(entered: FilledForm) -> FilledForm:
    """The form with what the ends of its note say about it."""
    noted = read_note(entered.note)
    billable = entered.billable if noted.billable is None else noted.billable
    return replace(entered, note=noted.text, billable=billable, private=entered.private or noted.private)


def _typed(caller: Caller, kept: FormState, entered: FilledForm) -> Start | Log:
    """The command that says the same. Raises UserError with all that is wrong."""
    wrong = FieldErrors()
    tags = wrong.read(lambda: form_fields.entered_tags(entered.tags), ())
    if kept.mode is Mode.TIMER:
        since = wrong.read(lambda: _since(caller, entered.since, entered.hours.get("since")), None)
        wrong.raise_any()
        return Start((), entered.note, since, tags, entered.billable, entered.private)
    day = entered.day or caller.today
    read = partial(_span, known=kept.span) if kept.mode is Mode.SPAN else _length
    worked = wrong.read(lambda: (read(caller, day, entered),), ())
    wrong.raise_any()
    return Log((), entered.note, worked, tags, entered.billable, entered.private)


def _since(caller: Caller, clock: str | None, is_first: bool | None) -> datetime | None:
    """The last time that the clock showed this, if that is not long ago; None where it was not said."""
    if not clock:
        return None
    zone = caller.reader.zone
    today = form_fields.entered_moment(caller, caller.today, clock, zone, "since", is_first=is_first)
    if today <= caller.now:
        return today
    before = caller.today - timedelta(days=1)
    yesterday = form_fields.entered_moment(caller, before, clock, zone, "since", is_first=is_first)
    if caller.now - yesterday > LONGEST_NIGHT:
        raise UserError("A timer cannot start in the future.", field="since")
    return yesterday


def _span(caller: Caller, day: date, entered: FilledForm, known: tuple[datetime, datetime] | None) -> Span:
    known_start, known_end = known or (None, None)
    is_first = entered.hours.get
    start = _moment(caller, day, entered.start, known_start, "start", is_first("start"))
    end = _moment(caller, day, entered.end, known_end, "end", is_first("end"))
    if end <= start:  # over midnight
        end = _moment(caller, day + timedelta(days=1), entered.end, known_end, "end", is_first("end"))
        if end - start > LONGEST_NIGHT:
            raise UserError("This is before the start. Over midnight, an entry has 12 hours at most.", field="end")
    if end > caller.now:
        raise UserError("Time can only be written down once it is over.", field="end")
    return Span(start, end)


def _moment(
    caller: Caller, day: date, clock: str | None, known: datetime | None, field: str, is_first: bool | None
) -> datetime:
    zone = caller.reader.zone
    if known and form_fields.is_as_shown(known, day, clock, zone, is_first=is_first):
        return known
    return form_fields.entered_moment(caller, day, clock, zone, field, is_first=is_first)


def _length(caller: Caller, day: date, entered: FilledForm) -> Duration:
    return Duration(form_fields.entered_duration(caller, entered.duration), day)

"""What can be written down, but may not have been meant: it is asked about before, and then written as it was said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.catalog.rules.names import Choice
from bot.core.caller import Caller
from bot.core.digests import digest
from bot.core.errors import UserError, days_locked
from bot.grammar.values import Log
from bot.tracking import entries, worked_days
from bot.tracking.entries import WorkedTime
from bot.tracking.rules import spans
from bot.tracking.rules.drafts import DraftName
from storage import locks as lock_rows
from storage.billed import BilledDays, billed_days
from storage.change import Change

LONG = 12 * 3600
"""Seconds of an entry after which it is asked about."""
FULL = 16 * 3600
"""The same of all that a day holds."""
LONG_AGO = timedelta(days=31)
"""Since when it is asked about a day of which the year was not typed."""
VERY_LONG_AGO = timedelta(days=731)
"""And about any day."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """The entry is longer than people work."""

    seconds: int


@dataclass(frozen=True, slots=True)
class FullDay:
    """The day would hold more than people work, or more than has passed of it."""

    day: date
    seconds: int
    passed: bool
    """Whether the day is over; else it has not had so many hours yet."""


@dataclass(frozen=True, slots=True)
class LongAgo:
    """The day is far back."""

    day: date


@dataclass(frozen=True, slots=True)
class Billed:
    """The day is billed for this customer already."""

    draft_id: int
    invoice: DraftName
    day: date


Doubt = TooLong | FullDay | LongAgo | Billed


class Doubtful(UserError):
    """It may not have been meant; nothing was written."""

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        super().__init__("Is that right? Nothing is written down yet.")
        self.doubts = tuple(doubts)

    @property
    def seen(self) -> str:
        """A digest of what was asked: it differs as soon as there is something else to ask."""
        return digest([_fact(doubt) for doubt in self.doubts])


def _fact(doubt: Doubt) -> object:
    """A running timer makes a full day fuller with each second, and that is no other question."""
    match doubt:
        case TooLong(seconds):
            return "long", seconds
        case FullDay(day):
            return "full", day.isoformat()
        case LongAgo(day):
            return "long ago", day.isoformat()
        case Billed(draft_id):
            return "billed", draft_id


def require_sure(change: Change[Caller], typed: Log, choice: Choice, sure: str) -> None:
    """Raises Doubtful unless nothing about it is doubtful, or just that was confirmed; see `Doubtful.seen`.

    Nobody is asked about locked days: what would be refused after a yes is refused at once.
    """
    worked = entries.worked_times(change.by, typed)
    doubts = [*_long(worked), *_full_days(change, worked), *_long_ago(change.by, typed, worked)]
    if choice.billable if typed.billable is None else typed.billable:
        doubts += _billed(change, choice, worked)
    doubtful = Doubtful(doubts)
    if doubts and doubtful.seen != sure:
        if any(
            lock_rows.is_locked(change.db, change.by.workspace_id, change.by.person_id, each.day) for each in worked
        ):
            raise days_locked()
        raise doubtful


def _long(worked: Iterable[WorkedTime]) -> Iterator[Doubt]:
    return (TooLong(each.seconds) for each in worked if each.seconds > LONG)


def _full_days(change: Change[Caller], worked: Sequence[WorkedTime]) -> Iterator[Doubt]:
    """What others have of the time is not counted twice; what no day can hold is refused, and not asked about."""
    caller = change.by
    zone = caller.reader.zone
    for day in sorted({day for each in worked for day in _days(each, zone)}):
        new = sum(entries.worked_seconds_on(each, day, zone) for each in worked)
        total = worked_days.day_total(change.db, caller, day) + new - _taken(change, worked, day)
        begins, ends = spans.day_span(day, zone)
        passed = spans.whole_seconds(begins, min(ends, max(caller.now, begins)))
        holds = spans.whole_seconds(begins, ends)
        if new and total <= holds and (total > FULL or total > passed):
            yield FullDay(day, total, passed=total <= passed)


def _days(worked: WorkedTime, zone: ZoneInfo) -> set[date]:
    """The day on which it began, and the one on which it ended."""
    if not worked.timed:
        return {worked.day}
    start, end = worked.interval.start, worked.interval.end or worked.interval.start
    return {spans.local_day(start, zone), spans.local_day(max(start, end - timedelta(seconds=1)), zone)}


def _taken(change: Change[Caller], worked: Iterable[WorkedTime], day: date) -> int:
    zone = change.by.reader.zone
    seconds = 0
    for each in worked:
        if not each.timed:
            continue
        taken = each.interval
        for other in entries.overlapping(change.db, change.by, taken):
            start, end = max(taken.start, other.started_at), other.ended_at or change.by.now
            seconds += spans.seconds_on(day, zone, start, min(end, taken.end or end))
    return seconds


def _long_ago(caller: Caller, typed: Log, worked: Sequence[WorkedTime]) -> Iterator[Doubt]:
    day = min(each.day for each in worked)
    if caller.today - day > (VERY_LONG_AGO if typed.year_typed else LONG_AGO):
        yield LongAgo(day)


def _billed(change: Change[Caller], choice: Choice, worked: Sequence[WorkedTime]) -> Iterator[Doubt]:
    """Who bills a month before it is over works on: only the days before that are billed."""
    zone = change.by.reader.zone
    for draft in billed_days(change.db, change.by.workspace_id, choice.target.customer_id):
        approved = spans.local_day(draft.approved_at, zone)
        days = [each.day for each in worked if _is_for(draft, each.day) and each.day < approved]
        if days:
            name = DraftName(draft.customer, draft.first, draft.last, draft.number, draft.part)
            yield Billed(draft.id, name, min(days))
            return


def _is_for(draft: BilledDays, day: date) -> bool:
    return draft.first is not None and draft.last is not None and draft.first <= day <= draft.last

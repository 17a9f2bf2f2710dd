"""What a person did not write down, and three ways to settle it: a neighbour was longer, log it, it was a break."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.tracking import budgets, entries, own_entries, pauses
from bot.tracking.rules import gaps, spans
from bot.tracking.rules.gaps import Gap, WorkingHours
from bot.tracking.rules.spans import Interval
from storage import breaks as break_rows
from storage import spans as span_rows
from storage import tracking as tracking_rows
from storage.breaks import BreakTime
from storage.tracking import NOT_SAVED, Entry


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A gap with those of the entries that touch it which may still be changed, and can go on over it."""

    gap: Gap
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class DayGaps:
    """What is open of one of the person's days. `looked_at` is None where there is nothing to look at (yet)."""

    day: date
    looked_at: tuple[datetime, datetime] | None
    open: tuple[OpenGap, ...]
    unplaced: int
    """Seconds that were logged without times: they lie somewhere in the day."""


@dataclass(frozen=True, slots=True)
class FilledGap:
    """An entry that was extended over a gap."""

    entry: Entry
    change_id: int


@dataclass(frozen=True, slots=True)
class BreakTaken:
    """A gap that was a break."""

    gap: Gap
    change_id: int


def of_day(bot: Bot, caller: Caller, day: date) -> DayGaps:
    """The gaps of one of the person's days."""
    with bot.database.read() as db:
        return _of_day(db, caller, day)


def around(bot: Bot, caller: Caller, gap: Gap) -> DayGaps:
    """The gaps of the day in which this one lies."""
    return of_day(bot, caller, spans.local_day(gap.start, caller.reader.zone))


def _of_day(db: Connection, caller: Caller, day: date) -> DayGaps:
    zone = caller.reader.zone
    since, until = spans.day_span(day, zone)
    found = span_rows.entries_within(db, caller.person_id, since=since, until=until)
    rested = break_rows.breaks_within(db, caller.person_id, since=since, until=until)
    timed = [entry for entry in found if entry.timed]
    worked = [(entry.started_at, entry.ended_at or max(caller.now, entry.started_at)) for entry in timed]
    span = gaps.looked_at(day, zone, _hours(caller), worked, now=caller.now)
    unplaced = sum(entry.seconds or 0 for entry in found if not entry.timed and entry.day == day)
    if span is None:
        return DayGaps(day, None, (), unplaced)
    taken = [*worked, *((pause.started_at, pause.ended_at) for pause in rested)]
    taken += pauses.of_day(db, caller, since, until)
    ending = {entry.ended_at: entry for entry in timed if not entry.is_held and entry.ended_at}
    beginning = {entry.started_at: entry for entry in timed if not entry.is_held}
    found_open = []
    for gap in gaps.untracked(taken, *span):
        before, after = (
            entry if entry and _can_fill(entry, gap, now=caller.now) else None
            for entry in (ending.get(gap.start), beginning.get(gap.end))
        )
        found_open.append(OpenGap(gap, before, after))
    return DayGaps(day, span, tuple(found_open), unplaced)


def _can_fill(entry: Entry, gap: Gap, *, now: datetime) -> bool:
    """Whether the entry, which touches the gap, lasts no longer than any may when it fills that too."""
    worked = (entry.ended_at or now) - entry.started_at
    return worked + (gap.end - gap.start) <= spans.FORGOTTEN_AFTER


def _hours(caller: Caller) -> WorkingHours:
    return WorkingHours(caller.person.working_days, caller.person.work_starts, caller.person.work_ends)


def fill(bot: Bot, caller: Caller, gap: Gap, entry_id: int) -> FilledGap:
    """The entry before the gap went on until its end, or the one after it began at its start. Raises UserError."""
    with bot.change_time(caller) as change:
        before = own_entries.changeable(change, entry_id)
        _require_open(change.db, caller, gap)
        if before.ended_at == gap.start:
            wanted = Interval(before.started_at, gap.end)
        elif before.started_at == gap.end:
            wanted = Interval(gap.start, before.ended_at)
        else:
            raise UserError("This entry was changed meanwhile. /track gaps shows what is open now.")
        if not _can_fill(before, gap, now=caller.now):
            raise UserError("With this, the entry would be longer than 24 hours. Log the time of the gap instead.")
        saved = tracking_rows.save_entry(change, before, entries.resized(before, wanted), "fill gap")
        if saved.entry.ended_at:
            entries.refuse_overfull_days(change, saved.entry)
        budgets.recorded(change, saved.entry)
        return FilledGap(saved.entry, saved.change_id)


def rest(bot: Bot, caller: Caller, gap: Gap) -> BreakTaken:
    """The person did not work then. Raises UserError."""
    with bot.change_time(caller) as change:
        _require_open(change.db, caller, gap)
        taken = BreakTime(NOT_SAVED, caller.workspace_id, caller.person_id, gap.start, gap.end)
        return BreakTaken(gap, break_rows.add_break(change, taken, "take break"))


def still_open(bot: Bot, caller: Caller, gap: Gap) -> Gap:
    """The same gap, about to be logged. Raises UserError when something stands there by now."""
    with bot.database.read() as db:
        _require_open(db, caller, gap)
    return gap


def _require_open(db: Connection, caller: Caller, gap: Gap) -> None:
    """Nothing is written down there, it is over, and it lies in one day. Raises UserError."""
    day = spans.local_day(gap.start, caller.reader.zone)
    still = _of_day(db, caller, day).open
    if not any(each.gap.start <= gap.start and gap.end <= each.gap.end for each in still):
        raise UserError("There is no gap any more at this time. /track gaps shows what is open now.")

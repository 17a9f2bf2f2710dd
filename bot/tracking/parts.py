"""What a line shows of an entry, and figures that fit the times beside them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.tracking import worked_days
from bot.tracking.rules import spans
from bot.tracking.worked_days import seconds_on, worked_until
from storage.tracking import Entry


@dataclass(frozen=True, slots=True)
class ShownPart:
    """All of an entry, or what falls on one day where it was made."""

    start: datetime
    until: datetime
    runs: bool
    """`until` is only how far it got."""
    seconds: int
    """As written on the line: for clock times what lies between the minutes shown, otherwise the exact length."""


def whole(entry: Entry, now: datetime) -> ShownPart:
    """All of an entry; of a running timer what there is so far."""
    return _part(entry, entry.started_at, worked_until(entry, now), runs=entry.ended_at is None)


def part_on(entry: Entry, day: date, now: datetime) -> ShownPart:
    """What falls on a day where the entry was made."""
    if not entry.timed:
        return whole(entry, now)
    begins, ends = spans.day_span(day, ZoneInfo(entry.zone))
    until = worked_until(entry, now)
    return _part(entry, max(entry.started_at, begins), min(until, ends), runs=entry.ended_at is None and until < ends)


def days_of(entry: Entry, now: datetime) -> dict[date, int]:
    """The days on which an entry counts, where it was made, with its seconds on each."""
    counted = {day: seconds_on(entry, day, now=now) for day in worked_days.days_touched(entry, now)}
    return {day: seconds for day, seconds in counted.items() if seconds}


def beside_times(start: datetime | None, end: datetime | None, seconds: int, *, timed: bool) -> int:
    """The seconds that stand beside an entry: what its clock passed, if it has times that were meant; else its own."""
    return between(start, end) if timed and start and end else seconds


def between(start: datetime, end: datetime) -> int:
    """The seconds that stand beside these times: minutes that the clock passed, if any did."""
    passed = int(end.timestamp()) // 60 - int(start.timestamp()) // 60
    return passed * 60 or spans.whole_seconds(start, end)


def _part(entry: Entry, start: datetime, until: datetime, *, runs: bool) -> ShownPart:
    return ShownPart(start, until, runs, beside_times(start, until, entry.seconds or 0, timed=entry.timed))

"""What a person's days add up to, and how far an entry counts on each; a running timer as far as it got."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.tracking.rules import spans
from storage import spans as span_rows
from storage.spans import Stretch
from storage.tracking import Entry


@dataclass(frozen=True, slots=True)
class WorkedDay:
    """One day of a person: the parts of entries that fall on it."""

    day: date
    entries: tuple[Entry, ...]
    seconds: int


def day_total(db: Connection, caller: Caller, day: date) -> int:
    """Seconds worked on one of the person's days, a running timer included.

    The database adds up what lies wholly within the day, which is nearly all; only the rest is cut to size here.
    """
    bounds = spans.day_bounds(day, caller.reader.zone)
    whole, others = span_rows.time_on_day(db, caller.person_id, bounds)
    return whole + sum(
        spans.seconds_on(day, ZoneInfo(other.zone), other.started_at, worked_until(other, caller.now))
        for other in others
    )


def list_days(db: Connection, caller: Caller, first: date, last: date) -> list[WorkedDay]:
    """The person's days that hold anything, the first first.

    Each entry counts on the days of the zone in which it was made: who moves keeps the days of the past.
    """
    (since, _), (_, until) = spans.day_anywhere(first), spans.day_anywhere(last)
    found = span_rows.entries_within(db, caller.person_id, since=since, until=until)
    parts: dict[date, list[tuple[Entry, int]]] = defaultdict(list)
    for entry in found:
        for day in days_touched(entry, caller.now):
            seconds = seconds_on(entry, day, now=caller.now)
            if seconds or day == entry.day:
                parts[day].append((entry, seconds))
    return [
        WorkedDay(day, tuple(entry for entry, _ in parts[day]), sum(seconds for _, seconds in parts[day]))
        for day in sorted(parts)
        if first <= day <= last
    ]


def days_touched(entry: Entry, now: datetime) -> Iterator[date]:
    """The days that an entry may fall on, where it was made."""
    last = spans.local_day(worked_until(entry, now), ZoneInfo(entry.zone)) if entry.timed else entry.day
    return (entry.day + timedelta(days=n) for n in range((last - entry.day).days + 1))


def worked_until(entry: Entry | Stretch, now: datetime) -> datetime:
    """How far an entry counts: until its end, or as far as a timer got."""
    return entry.ended_at or running_until(entry.started_at, now)


def running_until(started_at: datetime, now: datetime) -> datetime:
    """How far a running timer counts: in full minutes, so that no second of it shows as one."""
    return max(now.replace(second=0, microsecond=0), started_at)


def seconds_so_far(started_at: datetime, now: datetime) -> int:
    """How much a running timer counts, in full minutes."""
    return spans.whole_seconds(started_at, running_until(started_at, now))


def seconds_on(entry: Entry, day: date, *, now: datetime) -> int:
    """How much of an entry falls on a day where it was made."""
    if not entry.timed:
        return (entry.seconds or 0) if entry.day == day else 0
    return spans.seconds_on(day, ZoneInfo(entry.zone), entry.started_at, worked_until(entry, now))

"""Durations, days and overlaps.

Intervals are half-open: an entry that begins at the very second another ends does not overlap it. Durations come from
UTC; a day is the 23, 24 or 25 hours between two local midnights.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

FORGOTTEN_AFTER = timedelta(hours=24)
"""A timer that has run longer was forgotten."""
LONGEST_ENTRY = timedelta(hours=25)
"""No entry lasts longer: a day has 25 hours at most, and timers are stopped after 24."""
_WIDEST_OFFSET = timedelta(hours=14)
"""Of a zone from UTC."""
_WORKDAY_BEGINS = time(9)
_WORKDAY_ENDS = time(18)


@lru_cache(maxsize=1024)  # each entry of a list asks for its day
def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The local day as [start, end) in UTC: 23 or 25 hours long in the nights of the clock change."""
    return (
        datetime.combine(day, time(), zone).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC),
    )


@dataclass(frozen=True, slots=True)
class DayBounds:
    """A day where somebody is, as entries are searched by it."""

    day: date
    zone: str
    begins: datetime
    ends: datetime
    earliest: datetime
    """Entries that fall on this day, wherever they were made, begin in [earliest, latest)."""
    latest: datetime


def day_bounds(day: date, zone: ZoneInfo) -> DayBounds:
    """What bounds the day, and the entries on it."""
    begins, ends = day_span(day, zone)
    since, until = day_anywhere(day)
    return DayBounds(day, zone.key, begins, ends, since - LONGEST_ENTRY, until)


def day_anywhere(day: date) -> tuple[datetime, datetime]:
    """[since, until) in which it is this day somewhere on earth."""
    begins, ends = day_span(day, ZoneInfo("UTC"))
    return begins - _WIDEST_OFFSET, ends + _WIDEST_OFFSET


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day it is in `zone`."""
    return moment.astimezone(zone).date()


def whole_seconds(start: datetime, end: datetime) -> int:
    """The length of [start, end) in seconds, across clock changes too."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds())


def seconds_on(day: date, zone: ZoneInfo, start: datetime, end: datetime) -> int:
    """How much of [start, end) falls on a local day; an entry over midnight belongs to both days in parts."""
    begins, ends = day_span(day, zone)
    return max(0, whole_seconds(max(start, begins), min(end, ends)))


def placed(seconds: int, day: date, zone: ZoneInfo, *, now: datetime) -> tuple[datetime, datetime] | None:
    """Where a length without clock times stands in its day: today it ends now, on other days it begins at 9:00.

    It slides towards midnight where it does not fit otherwise. None: the day has not so many hours (yet).
    """
    begins, ends = day_span(day, zone)
    length = timedelta(seconds=seconds)
    latest = min(ends, now)
    if latest - begins < length:
        return None
    if local_day(now, zone) == day:
        return latest - length, latest
    nine = datetime.combine(day, _WORKDAY_BEGINS, zone).astimezone(UTC)
    start = max(begins, min(nine, latest - length))
    return start, start + length


def guessed_end(start: datetime, zone: ZoneInfo) -> datetime:
    """When a forgotten timer probably ended: at the end of that working day (18:00), or an hour after a late start."""
    evening = datetime.combine(local_day(start, zone), _WORKDAY_ENDS, zone).astimezone(UTC)
    return evening if evening > start else start + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """[start, end) in UTC; without an end it still runs."""

    start: datetime
    end: datetime | None

    def shares(self, other: "Interval") -> bool:
        """Whether one moment belongs to both. What begins where the other ends shares none, nor does no time at all."""
        start = max(self.start, other.start)
        return all(end is None or start < end for end in (self.end, other.end))

    def without(self, taken: "Interval") -> tuple["Interval", ...]:
        """What is left of this beside `taken`: nothing, a part, or two parts when `taken` lies inside."""
        if not self.shares(taken):
            return (self,)
        parts = []
        if self.start < taken.start:
            parts.append(Interval(self.start, taken.start))
        if taken.end and (self.end is None or taken.end < self.end):
            parts.append(Interval(taken.end, self.end))
        return tuple(parts)


class Resolution(StrEnum):
    """How time that is taken already can be given to something new."""

    SHORTEN = "shorten"
    """The entry that has it ends or begins at the new one; where nothing would be left of it, it goes."""
    SPLIT = "split"
    """The entry that has it becomes two, before and after the new one."""
    FIT = "fit"
    """The new one takes only what is free, in several parts where others lie within it."""
    KEEP = "keep"
    """Both keep their time, and it counts twice."""


def remaining_parts(worked: Interval, taken: Interval, resolution: Resolution) -> tuple[Interval, ...]:
    """What an entry keeps when something new takes `taken`."""
    if resolution is Resolution.KEEP:
        return (worked,)
    return worked.without(taken) if resolution is Resolution.SPLIT else worked.without(taken)[:1]


def free_parts(wanted: Iterable[Interval], taken: Iterable[Interval]) -> tuple[Interval, ...]:
    """What of `wanted` nobody has yet, in the same order."""
    free = tuple(wanted)
    for other in taken:
        free = tuple(part for each in free for part in each.without(other))
    return free


def possible_resolutions(worked: Iterable[Interval], taken: Interval) -> tuple[Resolution, ...]:
    """How all these entries could make room. A timer goes on running: inside of it only a split helps."""
    parts = [(entry, entry.without(taken)) for entry in worked]
    can_split = any(len(left_over) == 2 for _, left_over in parts)
    would_stop = any(len(left_over) == 2 and entry.end is None for entry, left_over in parts)
    return (() if would_stop else (Resolution.SHORTEN,)) + ((Resolution.SPLIT,) if can_split else ())

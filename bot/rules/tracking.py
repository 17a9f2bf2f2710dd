"""Durations, days and overlaps.

Intervals are half-open: an entry that begins at the very second another ends does not overlap it. Durations come from
UTC; a day is the 23, 24 or 25 hours between two local midnights.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FORGOTTEN_AFTER = timedelta(hours=24)
"""A timer that has run longer was forgotten."""
LONGEST_ENTRY = timedelta(hours=25)
"""No entry lasts longer: a day has 25 hours at most, and timers are stopped after 24."""
_WORKDAY_BEGINS = time(9)
_WORKDAY_ENDS = time(18)


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The local day as [start, end) in UTC: 23 or 25 hours long in the nights of the clock change."""
    return (
        datetime.combine(day, time(), zone).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC),
    )


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

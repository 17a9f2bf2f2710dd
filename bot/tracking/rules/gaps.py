"""Spans of a day in which nothing was written down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.tracking.rules import spans

SHORTEST = timedelta(minutes=5)
"""Nobody asks what became of less."""

Stretch = tuple[datetime, datetime]
"""[start, end), aware."""


@dataclass(frozen=True, slots=True)
class Gap:
    """[start, end) without an entry or a break."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """Its length."""
        return spans.whole_seconds(self.start, self.end)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When somebody usually works: minutes after local midnight, and a bit for each weekday, Monday the lowest."""

    days: int
    starts: int
    ends: int

    def include(self, day: date) -> bool:
        """Whether this is a working day."""
        return bool(self.days >> day.weekday() & 1)


def looked_at(
    day: date, zone: ZoneInfo, hours: WorkingHours, worked: Sequence[Stretch], *, now: datetime
) -> Stretch | None:
    """Where gaps are looked for: in the working hours, and as far as work reaches beyond them, until now.

    On a free day only between the first work and the last. None: there is nothing to look at (yet).
    """
    begins, ends = spans.day_span(day, zone)
    moments = [max(begins, start) for start, _ in worked] + [min(ends, end) for _, end in worked]
    if hours.include(day):
        moments += [_moment(day, hours.starts, zone), _moment(day, hours.ends, zone)]
    if not moments:
        return None
    since, until = min(moments), min(max(moments), now)
    return (since, until) if until - since >= SHORTEST else None


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    if minute == 24 * 60:
        return spans.day_span(day, zone)[1]
    return datetime.combine(day, time(*divmod(minute, 60)), zone).astimezone(UTC)


def untracked(taken: Iterable[Stretch], since: datetime, until: datetime) -> list[Gap]:
    """What of [since, until) nothing covers, short crumbs left out. The stretches may overlap, in any order."""
    gaps = []
    reached = since
    for start, end in sorted(taken):
        if start >= until:
            break
        if start - reached >= SHORTEST:
            gaps.append(Gap(reached, start))
        reached = max(reached, end)
    if until - reached >= SHORTEST:
        gaps.append(Gap(reached, until))
    return gaps

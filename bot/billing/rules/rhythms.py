"""Periods that come again and again, such as months, quarters or two weeks."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from bot.billing.rules.periods import Period, days_between

_DAY = timedelta(days=1)
_LAST_SURE_DAY = 28
"""Every month has it; what begins on a later one would not come again each month."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long a period is: so many months that begin on this day of a month, or else so many days."""

    months: int = 0
    begins_on: int = 1
    days: int = 0

    @property
    def comes_again(self) -> bool:
        """Whether it fills the calendar without end: months do, and whole weeks."""
        return bool(self.months) or self.days % 7 == 0


def rhythm_of(period: Period) -> Rhythm | None:
    """The rhythm of a period; None for everything."""
    first, last = period.first, period.last
    if first is None or last is None or last == date.max:
        return None
    after = last + _DAY
    months = (after.year - first.year) * 12 + after.month - first.month
    if months and first.day == after.day <= _LAST_SURE_DAY:
        return Rhythm(months=months, begins_on=first.day)
    return Rhythm(days=(after - first).days)


def is_in_step(period: Period) -> bool:
    """Whether periods of so many months also begin with each January: calendar quarters do, August to October not."""
    rhythm, first = rhythm_of(period), period.first
    if rhythm is None or first is None or not rhythm.months:
        return False
    return (first.month - 1) % rhythm.months == 0


def are_alike(one: Period, other: Period) -> bool:
    """Whether two periods are of one kind and can be compared: as many months, or as many days.

    Four weeks are four weeks also where they happen to be a month.
    """
    ours, theirs = rhythm_of(one), rhythm_of(other)
    if ours is None or theirs is None:
        return False
    if ours.months and ours.months == theirs.months:
        return True
    length = _length(one)
    return length == _length(other) and (length.days % 7 == 0 or not (ours.months or theirs.months))


def _length(period: Period) -> timedelta:
    return period.last - period.first + _DAY if period.first and period.last else timedelta()


@lru_cache(64)
def around(period: Period, day: date) -> tuple[Period, Period]:
    """Of the periods that follow on this one, before and after it without a gap, the one with a day in it, and the one
    before that. Raises ValueError for a period that does not come again.
    """
    rhythm, first = rhythm_of(period), period.first
    if rhythm is None or first is None or not rhythm.comes_again:
        raise ValueError(period)
    if rhythm.months:
        apart = (day.year - first.year) * 12 + day.month - first.month - (day.day < first.day)
        steps = apart // rhythm.months
        starts = [first + relativedelta(months=(steps + each) * rhythm.months) for each in (-1, 0, 1)]
    else:
        steps = (day - first).days // rhythm.days
        starts = [first + timedelta(days=(steps + each) * rhythm.days) for each in (-1, 0, 1)]
    return days_between(starts[1], starts[2] - _DAY), days_between(starts[0], starts[1] - _DAY)

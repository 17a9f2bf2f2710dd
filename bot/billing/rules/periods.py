"""Which days an invoice is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

_EVERYTHING = "all"
_FIRST, _LAST = relativedelta(day=1), relativedelta(day=31)
"""The first and the last day of a month: relativedelta takes the 31st for the last day that there is."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days, both included, whose work is billed; without any it is everything."""

    first: date | None
    last: date | None

    @property
    def value(self) -> str:
        """The period as the value of a menu's line: 2026-10, 2026-10-01/2026-11-15 or all."""
        if self.first is None or self.last is None:
            return _EVERYTHING
        if self.is_month:
            return self.first.isoformat()[:-3]
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one calendar month."""
        return self.first is not None and self == month_of(self.first)

    @classmethod
    def read(cls, value: str) -> "Period":
        """What `value` made. Raises ValueError."""
        if value == _EVERYTHING:
            return EVERYTHING
        first, between, last = value.partition("/")
        if not between:
            return month_of(date.fromisoformat(f"{value}-01"))
        return days_between(date.fromisoformat(first), date.fromisoformat(last))


EVERYTHING = Period(None, None)


def month_of(day: date) -> Period:
    """The calendar month of a day."""
    return Period(day + _FIRST, day + _LAST)


def days_between(first: date, last: date) -> Period:
    """Any days, both included. Raises ValueError where the last is before the first."""
    if last < first:
        raise ValueError(last)
    return Period(first, last)


def months_until(today: date, count: int) -> list[Period]:
    """So many months, this one first, then backwards."""
    return [month_of(today - relativedelta(months=ago)) for ago in range(count)]


def service_period(days: Iterable[date]) -> tuple[date, date] | None:
    """The first and the last day of the work.

    An invoice has to state it, even where it is the day of the invoice itself (§ 14 (4) no. 6 UStG). The calendar month
    would be enough (§ 31 (4) UStDV); the days say more.
    """
    worked = sorted(days)
    return (worked[0], worked[-1]) if worked else None

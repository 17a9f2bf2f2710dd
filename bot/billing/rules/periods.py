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
        """The period as the value of a menu's line: 2026-10 or all."""
        return f"{self.first:%Y-%m}" if self.first else _EVERYTHING

    @classmethod
    def read(cls, value: str) -> "Period":
        """What `value` made. Raises ValueError."""
        return EVERYTHING if value == _EVERYTHING else month_of(date.fromisoformat(f"{value}-01"))


EVERYTHING = Period(None, None)


def month_of(day: date) -> Period:
    """The calendar month of a day."""
    return Period(day + _FIRST, day + _LAST)


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

"""The recipe of a customer: what is kept of what was chosen for its invoices, and what more could be."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.billing.rules.periods import EVERYTHING, Period, month_of
from bot.billing.rules.rhythms import around, is_in_step, rhythm_of
from bot.billing.rules.scope import ALL_WORK, Scope
from bot.tracking.rules.filters import Filter

A_MONTH = month_of(date(2000, 1, 1))
"""Stands for all months."""
_CALENDARS = frozenset({3, 6, 12})
"""Months of quarters, half-years and years, which people bill as the calendar has them."""
_USUAL_DAYS = frozenset({7, 14, 28})


class Part(StrEnum):
    """What of an invoice can be kept for the next ones of its customer, beside its lines and texts."""

    DAYS = "days"
    WORK = "work"
    ARTICLES = "articles"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the invoices of a customer are about where nobody says otherwise.

    `days` is one period of those that are billed, each like the other; without any of its kind it is everything.
    """

    days: Period = A_MONTH
    selection: Filter = ALL_WORK

    @property
    def kept_days(self) -> str:
        """The days as they are stored; empty for months."""
        return "" if _is_one_of(self.days, A_MONTH) else self.days.value

    @property
    def kept_selection(self) -> str:
        """The selection as it is stored; empty for all work."""
        return Scope(self.days, self.selection).kept

    @classmethod
    def stored(cls, days: str, selection: str) -> "Recipe":
        """What a customer's columns hold. Raises ValueError."""
        return cls(Period.read(days) if days else A_MONTH, Scope.stored(None, None, selection).selection)

    def periods(self, today: date) -> tuple[Period, Period]:
        """The days that are billed next: those with today in them, and those before."""
        return (EVERYTHING, EVERYTHING) if self.days == EVERYTHING else around(self.days, today)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be kept, and whether it looks like a habit: then it is kept unless a person objects."""

    part: Part
    is_habit: bool


def offers(recipe: Recipe, scope: Scope, *, today: date, is_split: bool, is_older: bool = False) -> tuple[Offer, ...]:
    """What of an invoice differs from the recipe and can be kept.

    `is_split`: other work of the same days is on an invoice of its own, so none of them is what is usual. `is_older`:
    the days are those of older open time, which nobody chose.
    """
    found = []
    has_other_days = not _is_one_of(scope.period, recipe.days)
    is_usual = not is_older and _is_usual(scope.period, today)
    if has_other_days and _comes_again(scope.period):
        found.append(Offer(Part.DAYS, is_usual))
    if scope.selection != recipe.selection:
        is_odd = has_other_days and not is_usual
        found.append(Offer(Part.WORK, not (scope.selection.text or is_split or is_odd)))
    return tuple(found)


def kept(recipe: Recipe, scope: Scope, parts: frozenset[Part]) -> Recipe:
    """The recipe with what was chosen to be kept of an invoice."""
    return Recipe(
        days=scope.period if Part.DAYS in parts else recipe.days,
        selection=scope.selection if Part.WORK in parts else recipe.selection,
    )


def _comes_again(period: Period) -> bool:
    """Whether there will be such days again."""
    rhythm = rhythm_of(period)
    return period == EVERYTHING or (rhythm is not None and rhythm.comes_again)


def _is_one_of(period: Period, days: Period) -> bool:
    """Whether days are among those that follow on each other without a gap."""
    if EVERYTHING in (period, days) or period.first is None:
        return period == days
    return around(days, period.first)[0] == period


def _is_usual(period: Period, today: date) -> bool:
    """Whether many bill such days, and these are the last of them: who catches up with old work has no new habit."""
    rhythm = rhythm_of(period)
    if rhythm is None:
        return False
    is_calendars = rhythm.months in _CALENDARS and rhythm.begins_on == 1 and is_in_step(period)
    return (is_calendars or rhythm.months == 1 or rhythm.days in _USUAL_DAYS) and period in around(period, today)

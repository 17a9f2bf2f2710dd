"""What a draft is about: which days of a customer, and which of the work in them."""

from dataclasses import dataclass
from datetime import date

from bot.billing.rules.periods import EVERYTHING, Period
from bot.tracking.rules.filters import Filter, dump_filter, read_filter

ALL_WORK = Filter()
"""No selection: all that was done for the customer."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The days, and the selection: a filter that has only projects, services, people, tags and a text.

    Whatever else is in the filter is left away, and its ids stand in order, so that scopes of the same work are equal.
    """

    period: Period
    selection: Filter = ALL_WORK

    def __post_init__(self) -> None:
        """Bring the selection into its one form."""
        if self.selection is not ALL_WORK:  # as mostly it is
            object.__setattr__(self, "selection", _in_order(self.selection))

    @property
    def kept(self) -> str:
        """The selection as it is stored; empty for all work."""
        return "" if self.selection == ALL_WORK else dump_filter(self.selection)

    @property
    def value(self) -> str:
        """The scope in a form or button: its period's value, and the selection behind it if there is one."""
        return " ".join(filter(None, (self.period.value, self.kept)))

    @classmethod
    def read(cls, value: str) -> "Scope":
        """What `value` made. Raises ValueError."""
        period, _, kept = value.partition(" ")
        return cls(Period.read(period), _read(kept))

    @classmethod
    def stored(cls, first: date | None, last: date | None, kept: str) -> "Scope":
        """What a draft's columns hold. Raises ValueError."""
        return cls(Period(first, last), _read(kept))

    def during(self, period: Period) -> "Scope":
        """The same work in other days."""
        return Scope(period, self.selection)


def _read(kept: str) -> Filter:
    return read_filter(kept) if kept else ALL_WORK


def _in_order(chosen: Filter) -> Filter:
    return Filter(
        projects=tuple(sorted({*chosen.projects})),
        services=tuple(sorted({*chosen.services})),
        people=tuple(sorted({*chosen.people})),
        tags=tuple(sorted({*chosen.tags})),
        text=chosen.text.strip(),
    )


ALL_OPEN = Scope(EVERYTHING)
"""Whatever is not billed yet."""

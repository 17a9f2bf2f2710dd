"""What a list of time shows: days with their sums, and the parts of entries on one page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from bot.tracking.expenses import NOTHING_SPENT, Spent
from bot.tracking.filtering import FilterNames
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.settled import Settled
from storage.tracking import Entry


class Amounts(NamedTuple):
    """Seconds."""

    seconds: int = 0
    billable: int = 0
    """What is marked so: also what is on an invoice, what runs, and what has a guessed end."""
    open: int = 0
    """What can be billed."""
    guessed: int = 0
    """Of entries whose end is a guess."""
    running: int = 0
    lines: int = 0
    """What the lines show together, each in full units."""

    def plus(self, other: "Amounts", times: int = 1) -> "Amounts":
        """Both together; with -1 this without the other."""
        return Amounts(*(mine + times * others for mine, others in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day that holds anything: how many entries, or parts of them, and what they add up to."""

    day: date
    count: int
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class ListedPart:
    """What of an entry falls on a day."""

    day: date
    entry: Entry
    who: str = ""
    """Whose it is, where a list may hold several people's."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Why an invoice of some days has another sum than they have: it counts each entry whole, where it began."""

    begun_before: int
    """Seconds of these days that it counts earlier."""
    after: int
    """Seconds after these days that it counts on them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What fits a filter, and one page of it."""

    chosen: Filter
    names: FilterNames
    """What its ids are called, and who asks."""
    days: tuple[ListedDay, ...]
    """The first first."""
    amounts: Amounts
    """What all days add up to."""
    count: int
    """How many entries, or parts of them, there are on all pages."""
    projects: tuple[tuple[str, int], ...]
    """Customer › project with its seconds, the most first; none of a single day, nor of too many entries."""
    edges: Edges
    """What of its entries lies before and after these days."""
    timers: int
    """How many of its entries run."""
    page: tuple[ListedPart, ...]
    begins: int
    """The number of the first part of the page."""
    bills: bool = False
    """Whether the reader bills."""
    spent: Spent = NOTHING_SPENT
    """The expenses that fit, all of them with every page."""
    settled: Mapping[Settled, int] = field(default_factory=dict)
    """Seconds of it that are written off, or billed elsewhere, where anything is not open."""

    @property
    def ends(self) -> int:
        """The number of the first part that the page does not show any more."""
        return self.begins + len(self.page)

    @property
    def is_one_day(self) -> bool:
        """Whether no more than one day was asked for."""
        return is_of_one_day(self.chosen)


def is_of_one_day(chosen: Filter) -> bool:
    """Whether a filter asks for no more than one day."""
    return chosen.first is not None and chosen.first == chosen.last

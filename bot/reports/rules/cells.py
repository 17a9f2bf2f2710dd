"""Sums as the database adds them up, brought down to what rows have in common, each with its part of the money."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from operator import add
from typing import NamedTuple

from bot.billing.rules.rate_list import ALWAYS
from bot.billing.rules.worth import LineWorth, OpenLine
from bot.core.money import NO_SUMS, Sums, spread
from bot.tracking.rules.filters import Grouping


class Sum(NamedTuple):
    """What the database adds up of entries that have all of this in common; None also where it was not asked for."""

    customer_id: int | None = None
    project_id: int | None = None
    service_id: int | None = None
    person_id: int | None = None
    tags: str | None = None
    day: date | None = None
    seconds: int = 0
    billable: int = 0
    open: int = 0
    guessed: int = 0
    running: int = 0
    timers: int = 0
    entries: int = 0


class Figures(NamedTuple):
    """What some time adds up to, in seconds; timers that run count until now. The first are those of a Sum."""

    seconds: int = 0
    billable: int = 0
    """What is marked so: also what is on an invoice, what runs, and what has a guessed end."""
    open: int = 0
    """What can be billed now: billable, ended, its end no guess, and on no draft."""
    guessed: int = 0
    """What ended at a guessed moment."""
    running: int = 0
    timers: int = 0
    """How many run."""
    entries: int = 0
    unpriced: int = 0
    """What can be billed and has no rate."""
    cents: int = 0
    """What all that can be billed in the account's currency would be billed at, net; 0 for who sees no money."""
    others: Sums = NO_SUMS
    """The same in other currencies."""
    covered: int = 0
    """What can be billed and is paid by fixed prices, whatever it takes."""

    @classmethod
    def together(cls, parts: Iterable["Figures"]) -> "Figures":
        """All of these: a column each at once, because a report of a team has thousands."""
        columns = list(zip(*parts, strict=True))
        if not columns:
            return cls()
        others = Sums.together(columns.pop(_OTHERS))
        figures = list(map(sum, columns))
        return cls._make((*figures[:_OTHERS], others, *figures[_OTHERS:]))


_OTHERS = Figures._fields.index("others")


class Keys(NamedTuple):
    """What the entries of a cell have in common, as far as rows need it."""

    customer_id: int | None = None
    project_id: int | None = None
    service_id: int | None = None
    person_id: int | None = None
    tags: str | None = None
    day: date | None = None


class Cell(NamedTuple):
    """Figures as finely as rows need them: each row is some cells together."""

    keys: Keys
    figures: Figures


Shares = dict[OpenLine, dict[Keys, int]]
"""The seconds that can be billed, by the line of an invoice and by the cell in which they are."""
KEYS_OF = {
    Grouping.CUSTOMER: ("customer_id",),
    Grouping.PROJECT: ("customer_id", "project_id"),
    Grouping.SERVICE: ("service_id",),
    Grouping.PERSON: ("person_id",),
    Grouping.TAG: ("tags",),
    Grouping.DAY: ("day",),
    Grouping.WEEK: ("day",),
    Grouping.MONTH: ("day",),
}
"""What the entries of one row have in common; a project without its customer would be of all who have none."""
OF_A_LINE = ("customer_id", "project_id", "service_id")
"""What the entries of any line of an invoice have in common."""
_OPEN = Figures._fields.index("open")
_OF_A_SUM = Figures._fields.index("entries") + 1
"""So many figures a Sum has."""
_NO_MONEY = (0, 0, NO_SUMS, 0)
"""Behind what a Sum has."""


def keys_of(by: Iterable[Grouping]) -> set[str]:
    """What the entries of one row have in common."""
    return {key for each in by for key in KEYS_OF[each]}


def cells_of(sums: Iterable[Sum], by: Iterable[Grouping], asked: Collection[str] = ()) -> tuple[list[Cell], Shares]:
    """Sums as cells, and what of them can be billed. There may be as many as entries, so little is made of each.

    `asked` are the keys that rates ask for beside those of every line.
    """
    wanted = keys_of(by)
    has_customer, has_project, has_service, has_person, has_day = (key in wanted for key in OpenLine._fields)
    by_person, by_day = "person_id" in asked, "day" in asked
    found: dict[Keys, list[int]] = {}
    shares: Shares = {}
    for customer_id, project_id, service_id, person_id, tags, day, *figures in sums:
        keys = Keys(
            customer_id if has_customer else None,
            project_id if has_project else None,
            service_id if has_service else None,
            person_id if has_person else None,
            tags,
            day if has_day else None,
        )
        before = found.get(keys)
        found[keys] = [*map(add, before, figures)] if before else figures
        if (can_be_billed := figures[_OPEN]) and customer_id:
            rated_by = (person_id or 0 if by_person else 0, day or ALWAYS if by_day else ALWAYS)
            of_line = shares.setdefault(OpenLine(customer_id, project_id, service_id, *rated_by), {})
            of_line[keys] = of_line.get(keys, 0) + can_be_billed
    return [Cell(keys, Figures._make([*figures, *_NO_MONEY])) for keys, figures in found.items()], shares


def with_money(cells: Iterable[Cell], shares: Shares, worth: Mapping[OpenLine, LineWorth], currency: str) -> list[Cell]:
    """The cells with their money: what a line costs is spread over those that it is in, by their seconds.

    What is in another currency than this one stands beside it.
    """
    cents, unpriced, covered = defaultdict[Keys, int](int), defaultdict[Keys, int](int), defaultdict[Keys, int](int)
    others: dict[Keys, Sums] = {}
    for line, parts in shares.items():
        whole, is_priced, theirs, is_covered = worth[line]
        for (keys, seconds), part in zip(parts.items(), spread(whole, [*parts.values()]), strict=True):
            if theirs == currency:
                cents[keys] += part
            elif is_priced:  # of what is worth nothing the currency is known too
                others[keys] = others.get(keys, NO_SUMS) + Sums.of([(theirs, part)])
            if not is_priced:
                unpriced[keys] += seconds
            if is_covered:
                covered[keys] += seconds
    return [
        Cell(
            keys,
            Figures._make(
                (
                    *figures[:_OF_A_SUM],
                    unpriced.get(keys, 0),
                    cents.get(keys, 0),
                    others.get(keys, NO_SUMS),
                    covered.get(keys, 0),
                )
            ),
        )
        for keys, figures in cells
    ]


def added_up(cells: Iterable[Cell]) -> Figures:
    """All cells together; an entry is in one of them, whatever tags it has."""
    return Figures.together(cell.figures for cell in cells)

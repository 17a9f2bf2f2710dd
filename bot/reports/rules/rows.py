"""Rows of a report: sums put together by one or two things, in the order in which they are read."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import product
from operator import add, attrgetter
from typing import NamedTuple

from bot.tracking.rules.filters import Grouping

TIMES = (Grouping.DAY, Grouping.WEEK, Grouping.MONTH)
"""What stands in the order of time; all else begins with the most hours."""


class Figures(NamedTuple):
    """What some time adds up to, in seconds; timers that run count until now."""

    seconds: int = 0
    billable: int = 0
    """What is marked so: also what is on an invoice, what runs, and what has a guessed end."""
    open: int = 0
    """What can be billed now: billable, ended, its end no guess, and on no draft."""
    unpriced: int = 0
    """What of it has no rate."""
    cents: int = 0
    """What it would be billed at, net; 0 where the reader sees no money."""
    running: int = 0
    guessed: int = 0
    """What ended at a guessed moment."""
    timers: int = 0
    """How many run."""
    entries: int = 0

    def plus(self, other: "Figures") -> "Figures":
        """Both together."""
        return Figures._make(map(add, self, other))


class Cell(NamedTuple):
    """The sums of entries that have all of this in common; None also where it was not asked for."""

    customer_id: int | None = None
    project_id: int | None = None
    service_id: int | None = None
    person_id: int | None = None
    tags: str | None = None
    day: date | None = None
    figures: Figures = Figures()

    @property
    def line(self) -> tuple[int, int | None, int | None]:
        """Customer, project and service: on which line of an invoice it stands."""
        return self.customer_id or 0, self.project_id, self.service_id


KEYS = Cell._fields[:-1]
"""What entries may have in common, as they call it."""
LINE_KEYS = ("customer_id", "project_id", "service_id")
"""What those of one line of an invoice have."""
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
"""What those of one row have; a project without its customer would be of all who have none."""


class Key(NamedTuple):
    """What a row is about: an id, a tag, or the first of its days; None: without."""

    by: Grouping
    value: int | str | date | None
    customer_id: int | None = None
    """Whose project it is, or who has none here."""


class Row(NamedTuple):
    """One line of a report."""

    keys: tuple[Key, ...]
    figures: Figures


class Rows(NamedTuple):
    """The rows that are shown, and what the reader has to know of the others."""

    shown: tuple[Row, ...]
    groups: tuple[Row, ...]
    """By the first of two things, what all its rows add up to: those of which a row is shown."""
    in_all: int
    """How many rows there are."""


def rows_of(cells: Iterable[Cell], by: Sequence[Grouping], *, week_start: int, most: int) -> Rows:
    """Put cells together; of more rows than `most` those with the most time."""
    if not by:
        return Rows((), (), 0)
    keys_of = [_KEYS[each](week_start) for each in by]
    rows: dict[tuple[Key, ...], Figures] = {}
    groups: dict[tuple[Key, ...], Figures] = {}
    for cell in cells:
        found = [keys(cell) for keys in keys_of]
        for together in product(*found):
            rows[together] = rows.get(together, _NONE).plus(cell.figures)
        for first in found[0]:
            groups[first,] = groups.get((first,), _NONE).plus(cell.figures)
    shown = sorted(rows, key=lambda keys: (-rows[keys].seconds, str(keys)))[:most]
    order = {keys: place for place, keys in enumerate(sorted(groups, key=lambda keys: _place(groups, keys)))}
    shown.sort(key=lambda keys: (order[keys[:1]], _place(rows, keys)))
    with_rows = sorted({keys[:1] for keys in shown}, key=order.__getitem__) if len(by) > 1 else ()
    return Rows(
        tuple(Row(keys, rows[keys]) for keys in shown),
        tuple(Row(keys, groups[keys]) for keys in with_rows),
        len(rows),
    )


def added_up(cells: Iterable[Cell]) -> Figures:
    """All cells together; an entry is in one of them, whatever tags it has."""
    total = _NONE
    for cell in cells:
        total = total.plus(cell.figures)
    return total


def is_counted_twice(cells: Iterable[Cell], by: Sequence[Grouping]) -> bool:
    """Whether an entry has a part in several rows, which are more than the total then."""
    return Grouping.TAG in by and any(" " in (cell.tags or "") for cell in cells)


_NONE = Figures()


def _place(figures: dict[tuple[Key, ...], Figures], keys: tuple[Key, ...]) -> tuple[date | int, int, bool, str]:
    """Where a row stands: by its time, or by how much it is; of equals what is without comes last."""
    last = keys[-1]
    when = last.value if last.by in TIMES and isinstance(last.value, date) else 0
    return when, -figures[keys].seconds, last.value is None, str(last)


def _days(first_of: Callable[[date], date], by: Grouping) -> Callable[[Cell], Sequence[Key]]:
    return lambda cell: (Key(by, first_of(cell.day) if cell.day else None),)


def _week(week_start: int) -> Callable[[Cell], Sequence[Key]]:
    return _days(lambda day: day - timedelta(days=(day.weekday() - week_start) % 7), Grouping.WEEK)


def _tags(cell: Cell) -> Sequence[Key]:
    return [Key(Grouping.TAG, tag) for tag in dict.fromkeys((cell.tags or "").split()) or (None,)]


def _project(cell: Cell) -> Sequence[Key]:
    return (Key(Grouping.PROJECT, cell.project_id, cell.customer_id),)


def _id(by: Grouping, name: str) -> Callable[[Cell], Sequence[Key]]:
    read = attrgetter(name)
    return lambda cell: (Key(by, read(cell)),)


_KEYS: dict[Grouping, Callable[[int], Callable[[Cell], Sequence[Key]]]] = {
    Grouping.CUSTOMER: lambda _: _id(Grouping.CUSTOMER, "customer_id"),
    Grouping.PROJECT: lambda _: _project,
    Grouping.SERVICE: lambda _: _id(Grouping.SERVICE, "service_id"),
    Grouping.PERSON: lambda _: _id(Grouping.PERSON, "person_id"),
    Grouping.TAG: lambda _: _tags,
    Grouping.DAY: lambda _: _days(lambda day: day, Grouping.DAY),
    Grouping.WEEK: _week,
    Grouping.MONTH: lambda _: _days(lambda day: day.replace(day=1), Grouping.MONTH),
}
"""What an entry counts for, given the day on which a week starts; several only for tags."""

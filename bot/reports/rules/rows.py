"""Rows of a report: sums put together by one or two things, in the order in which they are read."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import product
from operator import attrgetter
from typing import Any, NamedTuple

from bot.reports.rules.cells import Cell, Figures, Keys
from bot.tracking.rules.filters import Grouping, SpanUnit, begin_of

TIMES = (Grouping.DAY, Grouping.WEEK, Grouping.MONTH)
"""What stands in the order of time; all else begins with the most hours."""


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
    in_rows: dict[tuple[Key, ...], list[Figures]] = {}
    in_groups: dict[tuple[Key, ...], list[Figures]] = {}
    for cell in cells:
        found = [keys(cell.keys) for keys in keys_of]
        for together in product(*found):
            in_rows.setdefault(together, []).append(cell.figures)
        for first in found[0] if len(by) > 1 else ():
            in_groups.setdefault((first,), []).append(cell.figures)
    rows, groups = _added_up(in_rows), _added_up(in_groups)
    shown = sorted(rows, key=lambda keys: (-rows[keys].seconds, *map(_sortable, keys)))[:most]
    order = {keys: _place(groups, keys) for keys in groups}
    shown.sort(key=lambda keys: (order.get(keys[:1], ()), _place(rows, keys)))
    with_rows = dict.fromkeys(keys[:1] for keys in shown if groups)
    return Rows(
        tuple(Row(keys, rows[keys]) for keys in shown),
        tuple(Row(keys, groups[keys]) for keys in with_rows),
        len(rows),
    )


def _added_up(parts: dict[tuple[Key, ...], list[Figures]]) -> dict[tuple[Key, ...], Figures]:
    return {keys: each[0] if len(each) == 1 else Figures.together(each) for keys, each in parts.items()}


def is_counted_twice(cells: Iterable[Cell], by: Sequence[Grouping]) -> bool:
    """Whether an entry has a part in several rows, which are more than the total then."""
    return Grouping.TAG in by and any(" " in (cell.keys.tags or "") for cell in cells)


def _place(figures: dict[tuple[Key, ...], Figures], keys: tuple[Key, ...]) -> tuple[Any, ...]:
    """Where a row stands: by its time, or by how much it is; of equals what is without comes last."""
    last = keys[-1]
    return (last.value if last.by in TIMES else 0), -figures[keys].seconds, _sortable(last)


def _sortable(key: Key) -> tuple[Any, ...]:
    """So that equals stand in the same order each time."""
    return key.value is None, key.value or 0, key.customer_id or 0


def _id(by: Grouping, name: str) -> Callable[[Keys], Sequence[Key]]:
    read = attrgetter(name)
    return lambda keys: (Key(by, read(keys)),)


def _project(keys: Keys) -> Sequence[Key]:
    return (Key(Grouping.PROJECT, keys.project_id, keys.customer_id),)


def _tags(keys: Keys) -> Sequence[Key]:
    return [Key(Grouping.TAG, tag) for tag in dict.fromkeys((keys.tags or "").split()) or (None,)]


def _time(by: Grouping) -> Callable[[int], Callable[[Keys], Sequence[Key]]]:
    unit = SpanUnit(by)
    return lambda week_start: lambda keys: (Key(by, keys.day and begin_of(keys.day, unit, week_start)),)


_KEYS: dict[Grouping, Callable[[int], Callable[[Keys], Sequence[Key]]]] = {
    Grouping.CUSTOMER: lambda _: _id(Grouping.CUSTOMER, "customer_id"),
    Grouping.PROJECT: lambda _: _project,
    Grouping.SERVICE: lambda _: _id(Grouping.SERVICE, "service_id"),
    Grouping.PERSON: lambda _: _id(Grouping.PERSON, "person_id"),
    Grouping.TAG: lambda _: _tags,
    **{by: _time(by) for by in TIMES},
}
"""The rows in which a cell counts, given the day on which a week starts; several only for tags."""

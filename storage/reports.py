"""What time adds up to, as reports put it together."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, null, or_, select

from bot.reports.rules.rows import KEYS, Cell, Figures
from bot.tracking.rules.filters import Filter
from storage.filters import FilterQuery, matching
from storage.tables import entries
from storage.tracking import Stretch
from storage.unbilled import CAN_BE_BILLED


class Sums(NamedTuple):
    """What entries add up to that are over, and how many timers run beside them."""

    cells: list[Cell]
    timers: int


class RunningTimer(NamedTuple):
    """A timer that runs, in the cell in which it counts."""

    cell: Cell
    started_at: datetime
    billable: bool


def _sum(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((where, entries.c.seconds), else_=0)), 0)


_FIGURES = (
    func.coalesce(func.sum(entries.c.seconds), 0),
    _sum(entries.c.billable),
    _sum(CAN_BE_BILLED),
    _sum(entries.c.end_guessed),
    func.count(entries.c.seconds),
    func.count() - func.count(entries.c.seconds),
)
_RUNS = entries.c.ended_at.is_(None)


@cache
def _sums_by(keys: frozenset[str]) -> FilterQuery[tuple[Any, ...]]:
    """In words that an index of them answers alone."""
    grouped = [entries.c[key] for key in KEYS if key in keys]
    return FilterQuery(lambda fits: select(*_keyed(keys), *_FIGURES).where(fits).group_by(*grouped), tuple)


def sums(db: Connection, workspace_id: int, chosen: Filter, keys: Collection[str]) -> Sums:
    """What fits, added up by these columns."""
    cells, timers = [], 0
    for row in _sums_by(frozenset(keys)).all(db, workspace_id, chosen):
        *found, seconds, billable, can_be_billed, guessed, ended, running = row
        timers += running
        figures = Figures(seconds, billable, can_be_billed, guessed=guessed, entries=ended)
        cells.append(Cell._make((*found, figures)))
    return Sums(cells, timers)


def running_timers(db: Connection, workspace_id: int, chosen: Filter, keys: Collection[str]) -> list[RunningTimer]:
    """The timers that fit."""
    query = select(*_keyed(keys), entries.c.started_at, entries.c.billable)
    rows = db.execute(query.where(and_(matching(workspace_id, chosen), _RUNS)))
    return [RunningTimer(Cell._make((*row[:-2], Figures())), row.started_at, row.billable) for row in rows]


_REACHING_BEYOND = FilterQuery(
    lambda fits: select(entries.c.started_at, entries.c.ended_at, entries.c.zone).where(
        and_(fits, entries.c.timed, or_(_RUNS, entries.c.ended_at > bindparam("moment")))
    ),
    Stretch._make,
)


def reaching_beyond(db: Connection, workspace_id: int, chosen: Filter, day: date, until: datetime) -> list[Stretch]:
    """Timed entries of a day that fit and end after a moment or not yet."""
    return _REACHING_BEYOND.all(db, workspace_id, chosen.between(day, day), moment=until)


def _keyed(keys: Collection[str]) -> Sequence[ColumnElement[Any]]:
    return [entries.c[key] if key in keys else null().label(key) for key in KEYS]

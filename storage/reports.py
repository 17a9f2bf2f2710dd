"""What time adds up to, as reports put it together."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, literal_column, null, or_, select

from bot.reports.rules.cells import Keys, Sum
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spans import DayBounds, day_anywhere
from storage.filters import FilterQuery
from storage.rows import columns_of
from storage.spans import Stretch
from storage.tables import entries
from storage.unbilled import CAN_BE_BILLED


class RunningTimer(NamedTuple):
    """A timer that runs, with the keys in which it counts."""

    keys: Keys
    started_at: datetime
    billable: bool


def _seconds(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((where, entries.c.seconds), else_=0)), 0)


_RUNS = entries.c.ended_at.is_(None)
_SUMS: tuple[ColumnElement[int], ...] = (
    func.coalesce(func.sum(entries.c.seconds), 0),
    _seconds(entries.c.billable),
    _seconds(CAN_BE_BILLED),
    _seconds(entries.c.end_guessed),
    literal_column("0"),
    func.count() - func.count(entries.c.seconds),
    func.count(),
)


def sums(db: Connection, workspace_id: int, chosen: Filter, keys: Collection[str]) -> list[Sum]:
    """What fits, added up by these keys. Timers that run are counted, and have no seconds yet."""
    return _sums_by(frozenset(keys)).all(db, workspace_id, chosen)


@cache
def _sums_by(keys: frozenset[str]) -> FilterQuery[Sum]:
    grouped = [entries.c[key] for key in Keys._fields if key in keys]
    return FilterQuery(lambda fits: select(*_keyed(keys), *_SUMS).where(fits).group_by(*grouped), Sum._make)


def running_timers(db: Connection, workspace_id: int, chosen: Filter, keys: Collection[str]) -> list[RunningTimer]:
    """The timers that fit."""
    return _timers_by(frozenset(keys)).all(db, workspace_id, chosen)


@cache
def _timers_by(keys: frozenset[str]) -> FilterQuery[RunningTimer]:
    columns = (entries.c.started_at, entries.c.billable, *_keyed(keys))
    return FilterQuery(lambda fits: select(*columns).where(and_(fits, _RUNS)), _timer)


def _timer(columns: Any) -> RunningTimer:
    started_at, billable, *keys = columns
    return RunningTimer(Keys(*keys), started_at, billable)


def worked_past_midnight(db: Connection, workspace_id: int, chosen: Filter, bounds: DayBounds) -> list[Stretch]:
    """Timed entries of a day that fit and may end on the next one: elsewhere it may have begun half a day before."""
    anywhere, _ = day_anywhere(bounds.day + timedelta(days=1))
    of_day = chosen.between(bounds.day, bounds.day)
    return _PAST_MIDNIGHT.all(db, workspace_id, of_day, zone=bounds.zone, here=bounds.ends, anywhere=anywhere)


_MOMENT = entries.c.ended_at.type
_MIDNIGHT = case(
    (entries.c.zone == bindparam("zone"), bindparam("here", type_=_MOMENT)), else_=bindparam("anywhere", type_=_MOMENT)
)
_PAST_MIDNIGHT = FilterQuery(
    lambda fits: select(*columns_of(Stretch, entries)).where(
        and_(fits, entries.c.timed, or_(_RUNS, entries.c.ended_at > _MIDNIGHT))
    ),
    Stretch._make,
)


def _keyed(keys: Collection[str]) -> Sequence[ColumnElement[Any]]:
    return [entries.c[key] if key in keys else null().label(key) for key in Keys._fields]

"""What a list of days adds up to, and the entries of one of its pages.

A list splits its days at midnight, by the clock where each entry was made. The database adds up entries whole, by the
day on which they began; only what runs or reaches over its midnight is read one by one, to be cut there.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spans import day_anywhere, day_span, whole_seconds
from storage.filters import FilterQuery
from storage.tables import customers, entries, projects
from storage.tracking import ENTRY, Entry
from storage.unbilled import CAN_BE_BILLED

_REACHES_INTO = timedelta(days=2)
"""What began earlier than this before a day does not reach into it: no entry is longer than 25 hours."""
_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
_MINUTE = 60


class DayGroup(NamedTuple):
    """Entries that began on one day in one zone, each counted whole there; of those that run only how many."""

    day: date
    zone: str
    entries: int
    seconds: int
    billable: int
    open: int
    """Of those that can be billed."""
    guessed: int
    """Of those whose end is a guess."""
    lines: int
    """What they are together where each is shown in full units."""
    last_end: datetime | None
    """Of those with clock times."""
    timers: int

    @property
    def ends_after_midnight(self) -> bool:
        """Whether some of them reach into the next day."""
        return self.last_end is not None and self.last_end > day_span(self.day, ZoneInfo(self.zone))[1]


class ProjectSum(NamedTuple):
    """Seconds of all entries of one project, or of a customer without one, that are over."""

    customer: str
    project: str | None
    seconds: int

    @property
    def label(self) -> str:
        """Customer › project."""
        return f"{self.customer} › {self.project}" if self.project else self.customer


class _Later(FunctionElement[datetime]):
    """The moment so many seconds after a day began in UTC."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(_Later, "sqlite")
def _later_on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    day, seconds = (compiler.process(clause, **how) for clause in element.clauses)
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', {day}, {seconds} || ' seconds')"


@compiles(_Later, "postgresql")
def _later_on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    day, seconds = (compiler.process(clause, **how) for clause in element.clauses)
    return f"(({day}::timestamp + make_interval(secs => {seconds})) AT TIME ZONE 'UTC')"


_IN_TURN = (entries.c.day, entries.c.started_at, entries.c.id)
# What ended before the first of the days began anywhere on earth is on none of them.
_IS_THERE = or_(entries.c.ended_at >= bindparam("begins"), entries.c.ended_at.is_(None))
_MINUTES_PASSED = (cast(extract("second", entries.c.started_at), Integer) + entries.c.seconds) // _MINUTE
# As bot.tracking.parts shows a length: the minutes that the clock passed, if any did.
_SHOWN = case(
    (or_(entries.c.seconds % _MINUTE == 0, ~entries.c.timed, _MINUTES_PASSED == 0), entries.c.seconds),
    else_=_MINUTES_PASSED * _MINUTE,
)
_UNIT = bindparam("unit", type_=Integer)


def _sum(seconds: ColumnElement[int], where: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    return func.coalesce(func.sum(seconds if where is None else case((where, seconds), else_=0)), 0)


_GROUPS = FilterQuery(
    lambda fits: (
        select(
            entries.c.day,
            entries.c.zone,
            func.count(),
            _sum(entries.c.seconds),
            _sum(entries.c.seconds, entries.c.billable),
            _sum(entries.c.seconds, CAN_BE_BILLED),
            _sum(entries.c.seconds, entries.c.end_guessed),
            _sum(_SHOWN // _UNIT * _UNIT),
            func.max(case((entries.c.timed, entries.c.ended_at))),
            func.count() - func.count(entries.c.seconds),
        )
        .where(and_(fits, _IS_THERE))
        .group_by(entries.c.day, entries.c.zone)
        .order_by(entries.c.day)
    ),
    DayGroup._make,
)
_MIDNIGHT = _Later(entries.c.day, bindparam("until_midnight", type_=Integer))
_TO_CUT = FilterQuery(
    lambda fits: ENTRY.where(
        and_(
            fits,
            _IS_THERE,
            entries.c.zone == bindparam("zone"),
            or_(entries.c.ended_at.is_(None), and_(entries.c.timed, entries.c.ended_at > _MIDNIGHT)),
        )
    ),
    Entry._make,
)


def _project_sums(fits: ColumnElement[bool]) -> Select[Any]:
    sums = (
        select(entries.c.customer_id, entries.c.project_id, func.sum(entries.c.seconds).label("seconds"))
        .where(and_(fits, entries.c.seconds.is_not(None)))
        .group_by(entries.c.customer_id, entries.c.project_id)
        .subquery()
    )
    return (
        select(customers.c.name, projects.c.name, sums.c.seconds)
        .join_from(sums, customers, customers.c.id == sums.c.customer_id)
        .outerjoin(projects, projects.c.id == sums.c.project_id)
    )


_PROJECT_SUMS = FilterQuery(_project_sums, ProjectSum._make)


def _named(ids: Select[Any]) -> Select[Any]:
    """Only what is shown is looked up by name."""
    return ENTRY.where(entries.c.id.in_(ids)).order_by(*_IN_TURN)


_FEW = FilterQuery(
    lambda fits: _named(select(entries.c.id).where(and_(fits, _IS_THERE)).limit(bindparam("most"))), Entry._make
)
_PAGE = FilterQuery(
    lambda fits: _named(
        select(entries.c.id).where(fits).order_by(*_IN_TURN).offset(bindparam("skip")).limit(bindparam("most"))
    ),
    Entry._make,
)


def day_groups(db: Connection, workspace_id: int, chosen: Filter, *, unit: int) -> list[DayGroup]:
    """All that fits and touches the chosen days, those before the first among it that may reach into it.

    `unit` is what lines are shown in full ones of, in seconds.
    """
    wider, begins = _touching(chosen)
    return _GROUPS.all(db, workspace_id, wider, begins=begins, unit=unit)


def entries_to_cut(db: Connection, workspace_id: int, chosen: Filter, groups: Sequence[DayGroup]) -> list[Entry]:
    """Those that run or reach over their midnight, by day and start; `groups` are those that hold any."""
    by_zone: defaultdict[str, list[date]] = defaultdict(list)
    for group in groups:
        by_zone[group.zone].append(group.day)
    _, begins = _touching(chosen)
    found = [
        entry
        for zone, days in by_zone.items()
        for entry in _TO_CUT.all(
            db,
            workspace_id,
            chosen.between(min(days), max(days)),
            begins=begins,
            zone=zone,
            until_midnight=min(_until_midnight(day, zone) for day in days),
        )
    ]
    return sorted(found, key=attrgetter("day", "started_at", "id"))


def project_sums(db: Connection, workspace_id: int, chosen: Filter) -> list[ProjectSum]:
    """Entries that are over, whole and on the day they began, by what they are booked on."""
    return _PROJECT_SUMS.all(db, workspace_id, chosen)


def some_entries(db: Connection, workspace_id: int, chosen: Filter, *, skip: int, most: int) -> list[Entry]:
    """So many of those that began on the chosen days, by day and start."""
    return _PAGE.all(db, workspace_id, chosen, skip=skip, most=most)


def few_entries(db: Connection, workspace_id: int, chosen: Filter, *, most: int) -> list[Entry] | None:
    """All that touch the chosen days, by day and start; None where they are more than that."""
    wider, begins = _touching(chosen)
    found = _FEW.all(db, workspace_id, wider, begins=begins, most=most + 1)
    return found if len(found) <= most else None


def _touching(chosen: Filter) -> tuple[Filter, datetime]:
    """What fits and is on a chosen day in part, or may be: the days on which it began, and what it ended after."""
    if chosen.first is None:
        return chosen, _LONG_AGO
    return chosen.between(chosen.first - _REACHES_INTO, chosen.last), day_anywhere(chosen.first)[0]


def _until_midnight(day: date, zone: str) -> int:
    """How many seconds after a day began in UTC it ends in a zone."""
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return whole_seconds(begins, day_span(day, ZoneInfo(zone))[1])

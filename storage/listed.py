"""What a list of days adds up to, and the entries of one of its pages.

A list splits its days at midnight, by the clock where each entry was made. The database adds up entries whole, by the
day on which they began; only what runs or reaches over its midnight is read one by one, to be cut there.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, case, cast, extract, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spans import day_anywhere, day_span
from storage.filters import matching
from storage.tables import customers, entries, people, projects
from storage.tracking import ENTRY, Entry
from storage.unbilled import CAN_BE_BILLED

_REACHES_INTO = timedelta(days=2)
"""What began earlier than this before a day does not reach into it: no entry is longer than 25 hours."""
_MINUTE = 60


class DayGroup(NamedTuple):
    """Entries that began on one day in one zone, each counted whole there; of those that run only how many."""

    day: date
    zone: str
    entries: int
    seconds: int
    billable: int
    unbilled: int
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


_IS_OVER = entries.c.seconds.is_not(None)
_MINUTES_PASSED = (cast(extract("second", entries.c.started_at), Integer) + entries.c.seconds) // _MINUTE
# As bot.tracking.parts shows a length: the minutes that the clock passed, if any did.
_SHOWN = case(
    (or_(entries.c.seconds % _MINUTE == 0, ~entries.c.timed, _MINUTES_PASSED == 0), entries.c.seconds),
    else_=_MINUTES_PASSED * _MINUTE,
)


def _sum(seconds: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(seconds), 0)


def day_groups(db: Connection, workspace_id: int, chosen: Filter, *, unit: int) -> list[DayGroup]:
    """All that fits and touches the chosen days, those before the first among it that may reach into it.

    `unit` is what lines are shown in full ones of, in seconds.
    """
    query = (
        select(
            entries.c.day,
            entries.c.zone,
            func.count(),
            _sum(entries.c.seconds),
            _sum(case((entries.c.billable, entries.c.seconds), else_=0)),
            _sum(case((CAN_BE_BILLED, entries.c.seconds), else_=0)),
            _sum(case((entries.c.end_guessed, entries.c.seconds), else_=0)),
            _sum(_SHOWN // unit * unit),
            func.max(case((entries.c.timed, entries.c.ended_at))),
            func.count() - func.count(entries.c.seconds),
        )
        .where(_touching(workspace_id, chosen))
        .group_by(entries.c.day, entries.c.zone)
        .order_by(entries.c.day)
    )
    return [DayGroup._make(row) for row in db.execute(query)]


def one_by_one(db: Connection, workspace_id: int, chosen: Filter, groups: Sequence[DayGroup]) -> list[Entry]:
    """Those that run or reach over their midnight, by day and start; `groups` are those that hold any."""
    if not groups:
        return []
    midnight = _Later(entries.c.day, case(_earliest_midnights(groups), value=entries.c.zone, else_=0))
    reaches_over = and_(entries.c.timed, entries.c.ended_at > midnight)
    query = ENTRY.where(
        and_(
            _touching(workspace_id, chosen),
            entries.c.day.in_(sorted({group.day for group in groups})),
            or_(entries.c.ended_at.is_(None), reaches_over),
        )
    )
    return [Entry._make(row) for row in db.execute(query.order_by(*_IN_TURN))]


def project_sums(db: Connection, workspace_id: int, chosen: Filter) -> list[ProjectSum]:
    """Entries that are over, whole and on the day they began, by what they are booked on."""
    sums = (
        select(entries.c.customer_id, entries.c.project_id, func.sum(entries.c.seconds).label("seconds"))
        .where(and_(matching(workspace_id, chosen), _IS_OVER))
        .group_by(entries.c.customer_id, entries.c.project_id)
        .subquery()
    )
    query = (
        select(customers.c.name, projects.c.name, sums.c.seconds)
        .join_from(sums, customers, customers.c.id == sums.c.customer_id)
        .outerjoin(projects, projects.c.id == sums.c.project_id)
    )
    return [ProjectSum._make(row) for row in db.execute(query)]


def some_entries(db: Connection, workspace_id: int, chosen: Filter, *, skip: int, most: int) -> list[Entry]:
    """So many of those that began on the chosen days, by day and start."""
    found = select(entries.c.id).where(matching(workspace_id, chosen)).order_by(*_IN_TURN).offset(skip).limit(most)
    return _with_names(db, found)


def few_entries(db: Connection, workspace_id: int, chosen: Filter, *, most: int) -> list[Entry] | None:
    """All that touch the chosen days, by day and start; None where they are more than that."""
    found = _with_names(db, select(entries.c.id).where(_touching(workspace_id, chosen)).limit(most + 1))
    return found if len(found) <= most else None


def _with_names(db: Connection, ids: Select[Any]) -> list[Entry]:
    """Only what is shown is looked up by name."""
    rows = db.execute(ENTRY.where(entries.c.id.in_(ids)).order_by(*_IN_TURN))
    return [Entry._make(row) for row in rows]


def names_of_people(db: Connection, workspace_id: int, ids: Collection[int]) -> dict[int, str]:
    """What people of this workspace are called, by our id."""
    query = select(people.c.id, people.c.name).where(and_(people.c.workspace_id == workspace_id, people.c.id.in_(ids)))
    return {row.id: row.name for row in db.execute(query)}


_IN_TURN = (entries.c.day, entries.c.started_at, entries.c.id)


def _touching(workspace_id: int, chosen: Filter) -> ColumnElement[bool]:
    """What fits and is on a chosen day in part at least, or may be: who is elsewhere has midnight at another hour."""
    if chosen.first is None:
        return matching(workspace_id, chosen)
    since, _ = day_anywhere(chosen.first)
    wider = chosen.between(chosen.first - _REACHES_INTO, chosen.last)
    is_there = or_(entries.c.ended_at >= since, entries.c.ended_at.is_(None))
    return and_(matching(workspace_id, wider), is_there)


def _earliest_midnights(groups: Sequence[DayGroup]) -> Mapping[str, int]:
    """How many seconds after a day began in UTC it ends in each zone, on the one of these days that ends earliest."""
    found: dict[str, int] = {}
    for group in groups:
        ends = day_span(group.day, ZoneInfo(group.zone))[1]
        begins = datetime(group.day.year, group.day.month, group.day.day, tzinfo=UTC)
        seconds = int((ends - begins).total_seconds())
        found[group.zone] = min(found.get(group.zone, seconds), seconds)
    return found

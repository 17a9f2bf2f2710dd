"""The one way from a filter into SQL."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    exists,
    or_,
    select,
    union,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bot.tracking.rules.filters import Filter
from bot.tracking.rules.settled import Settled
from storage.engines import LOWERED
from storage.statements import Query, padded
from storage.tables import customers, entries, projects, settlements

Row = TypeVar("Row")
Bound = Callable[[str], BindParameter[Any]]
"""A value that a filter says, by its name."""
Matches = Callable[[Filter, Bound], ColumnElement[bool]]
_Shape = tuple[bool | int | None, ...]
_SHAPES = 128
"""Of filters that a statement is kept compiled for."""
_DAY = timedelta(days=1)
_ESCAPE = "/"
_ESCAPED = str.maketrans({sign: _ESCAPE + sign for sign in "%_/"})


class _Lowered(FunctionElement[str]):
    """A text in small letters, in any language: SQLite's own function knows those of English alone."""

    type = String()
    inherit_cache = True


@compiles(_Lowered, "sqlite")
def _lowered_on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    return f"{LOWERED}({compiler.process(element.clauses, **how)})"


@compiles(_Lowered, "postgresql")
def _lowered_on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    return f"lower({compiler.process(element.clauses, **how)})"


def matching(workspace_id: int, chosen: Filter) -> ColumnElement[bool]:
    """Which entries of a workspace fit; each clause only where something was chosen, so that indexes are used."""
    return clause_of(_matching, workspace_id, chosen)


def clause_of(matches: Matches, workspace_id: int, chosen: Filter) -> ColumnElement[bool]:
    """What fits, with what the filter says in the clause itself."""
    values = _values(workspace_id, chosen)
    return matches(chosen, lambda name: bindparam(name, values[name], unique=True))


class FilterQuery(Generic[Row]):
    """A SELECT of what fits a filter, compiled once for each shape of filter: in what it says something, not what."""

    def __init__(
        self,
        made: Callable[[ColumnElement[bool]], Select[Any]],
        row: Callable[[Iterable[Any]], Row],
        matches: Matches | None = None,
    ) -> None:
        """`made` makes the SELECT of the clause for what fits; further bindparams are given when it runs.

        `matches` makes that clause, where something else than entries is selected.
        """
        self._made, self._row, self._matches = made, row, matches or _matching
        self._queries: dict[_Shape, Query[Row]] = {}

    def all(self, db: Connection, workspace_id: int, chosen: Filter, **values: Any) -> list[Row]:
        """The rows, in their order. Raises SQLAlchemy's errors."""
        query, said = self.prepared(workspace_id, chosen)
        return query.all(db, **said, **values)

    def prepared(self, workspace_id: int, chosen: Filter) -> tuple[Query[Row], dict[str, Any]]:
        """The statement for a filter, and what the filter says in it."""
        shape = _shape(chosen)
        query = self._queries.get(shape)
        if query is None:
            if len(self._queries) >= _SHAPES:
                self._queries.clear()
            query = self._queries[shape] = Query(self._made(self._matches(chosen, bindparam)), self._row)
        return query, _values(workspace_id, chosen)


def _shape(chosen: Filter) -> _Shape:
    """The same for all filters that need the same statement. Compared often, so it is small and soon made."""
    return (
        chosen.first is None,
        chosen.last is None,
        chosen.billable,
        chosen.billed,
        not chosen.text,
        len(padded(chosen.people)),
        len(padded(chosen.customers)),
        len(padded(chosen.projects)),
        len(padded(chosen.services)),
        len(padded(chosen.tags)),
    )


def _values(workspace_id: int, chosen: Filter) -> dict[str, Any]:
    """What a filter says, by the names that `_matching` gives it."""
    values: dict[str, Any] = {"workspace": workspace_id}
    if chosen.first is not None:
        values["first"] = chosen.first
    if chosen.last is not None:
        values["last"] = chosen.last
    for kind in ("customers", "projects", "services", "people"):
        values |= {f"{kind}{n}": row_id for n, row_id in enumerate(padded(getattr(chosen, kind)))}
    if chosen.people:
        values["since"], values["until"] = _moments(chosen.first, chosen.last)
    values |= {f"tags{n}": _containing(f" {tag} ") for n, tag in enumerate(padded(chosen.tags))}
    if chosen.text:
        values["text"] = _containing(chosen.text)
    return values


IS_WRITTEN_OFF = (
    exists()
    .where(and_(settlements.c.entry_id == entries.c.id, settlements.c.kind == Settled.WRITTEN_OFF))
    .correlate(entries)
)
"""It is on a draft, and yet billed to nobody."""


def _matching(chosen: Filter, bound: Bound) -> ColumnElement[bool]:
    clauses: list[ColumnElement[bool]] = [entries.c.workspace_id == bound("workspace"), _found_by(chosen, bound)]
    if chosen.first is not None:
        clauses.append(entries.c.day >= bound("first"))
    if chosen.last is not None:
        clauses.append(entries.c.day <= bound("last"))
    if chosen.customers or chosen.projects:
        of_both = ((entries.c.customer_id, "customers"), (entries.c.project_id, "projects"))
        named = [(column, kind) for column, kind in of_both if getattr(chosen, kind)]
        clauses.append(or_(*(is_one_of(column, chosen, kind, bound) for column, kind in named)))
    if chosen.services:
        clauses.append(is_one_of(entries.c.service_id, chosen, "services", bound))
    if chosen.tags:
        tags = " " + entries.c.tags + " "
        clauses.append(or_(*(tags.like(bound(f"tags{n}"), escape=_ESCAPE) for n in range(len(padded(chosen.tags))))))
    if chosen.billable is not None:
        clauses.append(entries.c.billable.is_(chosen.billable))
    if chosen.billed is not None:
        clauses.append(entries.c.on_draft.is_(chosen.billed))
    if chosen.billed:
        clauses.append(~IS_WRITTEN_OFF)
    if chosen.text:
        clauses.append(holds_text(entries.c.note, bound))
    return and_(*clauses)


def holds_text(column: ColumnElement[str], bound: Bound) -> ColumnElement[bool]:
    """Whether a column has the text of a filter in it, whatever its case."""
    return _Lowered(column).like(_Lowered(bound("text")), escape=_ESCAPE)


def _found_by(chosen: Filter, bound: Bound) -> ColumnElement[bool]:
    """What an index is looked into for, so that what lies outside of the span is never read.

    There is one by person and moment, and one by customer and day. One by day alone would be a third of a team's month
    faster, but each start of a timer would write a page more.
    """
    if chosen.people:
        since, until = bound("since"), bound("until")
        return and_(
            is_one_of(entries.c.person_id, chosen, "people", bound),
            entries.c.started_at >= since,
            entries.c.started_at < until,
        )
    return entries.c.customer_id.in_(_customers(chosen, bound))


def _customers(chosen: Filter, bound: Bound) -> Select[Any] | CompoundSelect[Any]:
    """The ids of all customers who can have entries that fit."""
    everybody = select(customers.c.id).where(customers.c.workspace_id == bound("workspace"))
    if not chosen.projects:
        return everybody.where(is_one_of(customers.c.id, chosen, "customers", bound)) if chosen.customers else everybody
    of_projects = select(projects.c.customer_id).where(
        and_(projects.c.workspace_id == bound("workspace"), is_one_of(projects.c.id, chosen, "projects", bound))
    )
    if not chosen.customers:
        return of_projects
    return union(everybody.where(is_one_of(customers.c.id, chosen, "customers", bound)), of_projects)


def is_one_of(column: ColumnElement[Any], chosen: Filter, kind: str, bound: Bound) -> ColumnElement[bool]:
    """Whether a column has one of the ids of this kind that a filter names."""
    return column.in_([bound(f"{kind}{n}") for n in range(len(padded(getattr(chosen, kind))))])


def _moments(first: date | None, last: date | None) -> tuple[datetime, datetime]:
    """Between which moments an entry of these days begins, wherever it was made: no zone is a day from UTC."""
    since = max(first or date.min, date.min + _DAY) - _DAY
    until = min(last or date.max, date.max - 2 * _DAY) + 2 * _DAY
    return datetime.combine(since, time(), UTC), datetime.combine(until, time(), UTC)


def _containing(text: str) -> str:
    """The pattern of texts that contain this one."""
    return f"%{text.translate(_ESCAPED)}%"

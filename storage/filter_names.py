"""What the ids of a filter are called: archived names too, and those of one workspace alone."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    literal_column,
    select,
    union_all,
)

from bot.tracking.rules.filters import Filter
from storage import guests as guest_rows
from storage.guests import Guest
from storage.statements import Query, padded
from storage.tables import customers, people, projects, services


class Labels(NamedTuple):
    """Ids with what they are called: Acme, Acme › Website, Design, Ben."""

    customers: dict[int, str]
    projects: dict[int, str]
    services: dict[int, str]
    people: dict[int, str]


_OF_CUSTOMER = and_(projects.c.workspace_id == customers.c.workspace_id, projects.c.customer_id == customers.c.id)
_NAMED: tuple[tuple[Table, Select[Any]], ...] = (
    (customers, select(customers.c.id, customers.c.name)),
    (
        projects,
        select(projects.c.id, customers.c.name + " › " + projects.c.name).join_from(projects, customers, _OF_CUSTOMER),
    ),
    (services, select(services.c.id, services.c.name)),
    (people, select(people.c.id, people.c.name)),
)
"""In the order of `Labels`."""


def read_labels(db: Connection, workspace_id: int, chosen: Filter, *, guest: Guest | None = None) -> Labels:
    """Read with one query; an id is missing that is not there, of another workspace, or not for this guest's eyes."""
    ids = [padded(each) for each in (chosen.customers, chosen.projects, chosen.services, chosen.people)]
    found = Labels({}, {}, {}, {})
    if any(ids):
        lengths = tuple(map(len, ids))
        values = {_bound(kind, n): row_id for kind, of_kind in enumerate(ids) for n, row_id in enumerate(of_kind)}
        values["workspace"] = workspace_id
        rows = db.execute(_query(lengths, guest), values) if guest else _compiled(lengths).all(db, **values)
        for row_id, label, kind in rows:
            found[kind][row_id] = label
    return found


class Merged(NamedTuple):
    """What was merged since a filter was made, by id, with what it became part of."""

    customers: dict[int, int]
    projects: dict[int, int]
    services: dict[int, int]


def read_merged(db: Connection, workspace_id: int, chosen: Filter) -> Merged:
    """Of the customers, projects and services of a filter; what they became part of may have been merged too."""
    found = Merged({}, {}, {})
    kinds = zip(
        found, (customers, projects, services), (chosen.customers, chosen.projects, chosen.services), strict=True
    )
    for merged, table, ids in kinds:
        sought = {*ids}
        while sought:
            listed = padded(tuple(sought))
            values = {f"id{n}": row_id for n, row_id in enumerate(listed)}
            fresh = dict(_merged(table, len(listed)).all(db, workspace=workspace_id, **values))
            merged.update(fresh)
            sought = {*fresh.values()} - merged.keys()
    return found


@lru_cache(64)
def _merged(table: Table, length: int) -> Query[tuple[Any, ...]]:
    """Which of so many rows were merged, and into which others."""
    is_one = table.c.id.in_([bindparam(f"id{n}") for n in range(length)])
    of_workspace = table.c.workspace_id == bindparam("workspace")
    return Query(
        select(table.c.id, table.c.merged_into).where(and_(of_workspace, is_one, table.c.merged_into.is_not(None))),
        tuple,
    )


@lru_cache(64)
def _compiled(lengths: tuple[int, ...]) -> Query[tuple[Any, ...]]:
    return Query(_query(lengths, None), tuple)


def _query(lengths: tuple[int, ...], guest: Guest | None) -> CompoundSelect[Any]:
    """Of so many customers, projects, services and people."""
    return union_all(*(_of_kind(kind, length, guest) for kind, length in enumerate(lengths) if length))


def _of_kind(kind: int, length: int, guest: Guest | None) -> Select[Any]:
    table, query = _NAMED[kind]
    ids = [bindparam(_bound(kind, n), type_=Integer) for n in range(length)]
    query = query.add_columns(literal_column(str(kind), Integer)).where(
        and_(table.c.workspace_id == bindparam("workspace"), table.c.id.in_(ids))
    )
    return guest_rows.limited(query, table, guest)


def _bound(kind: int, number: int) -> str:
    return f"id{kind}_{number}"

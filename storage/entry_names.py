"""What projects, services and people are called: read once for many entries that share a few of them."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, literal_column, select, union_all

from storage.statements import Query, padded
from storage.tables import people, projects, services


class Names(NamedTuple):
    """Names by their ids."""

    projects: dict[int, str]
    services: dict[int, str]
    people: dict[int, str]


_TABLES = (projects, services, people)
"""In the order of `Names`."""


def names_of(
    db: Connection,
    project_ids: Collection[int | None],
    service_ids: Collection[int | None],
    person_ids: Collection[int | None],
) -> Names:
    """What these are called, also where they are archived."""
    of_kinds = (project_ids, service_ids, person_ids)
    ids = [padded(tuple(sorted(each for each in of_kind if each is not None))) for of_kind in of_kinds]
    values = {_bound(kind, n): row_id for kind, of_kind in enumerate(ids) for n, row_id in enumerate(of_kind)}
    found = Names({}, {}, {})
    for kind, row_id, name in _query(tuple(map(len, ids))).all(db, **values):
        found[kind][row_id] = name
    return found


@lru_cache(128)
def _query(lengths: tuple[int, ...]) -> Query[tuple[Any, ...]]:
    parts = [
        select(literal_column(str(kind)), table.c.id, table.c.name).where(
            table.c.id.in_([bindparam(_bound(kind, n), type_=Integer) for n in range(lengths[kind])])
        )
        for kind, table in enumerate(_TABLES)
        if lengths[kind]
    ]
    return Query(union_all(*parts), tuple)


def _bound(kind: int, number: int) -> str:
    return f"name{kind}_{number}"

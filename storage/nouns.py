"""All that a filter can name in a workspace: in use, archived or merged, and its people."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from bot.catalog.rules.nouns import Noun
from storage import guests as guest_rows
from storage.guests import Guest
from storage.tables import customers, people, projects, services


class CatalogNouns(NamedTuple):
    """All that filters can name beside people."""

    customers: list[Noun]
    projects: list[Noun]
    services: list[Noun]


_COLUMNS = ("id", "name", "archived", "merged_into", "number", "customer_id")
_Rows = Mapping[int, Row[Any]]


def catalog_nouns(db: Connection, workspace_id: int, *, guest: Guest | None = None) -> CatalogNouns:
    """Read with three queries; what was merged means what it became part of, and for projects and services itself too.

    Time of theirs that was billed stayed with them. A customer that has billed time is not merged.
    """
    payers, booked, kinds = (_rows(db, table, workspace_id, guest) for table in (customers, projects, services))
    former: dict[int, list[str]] = defaultdict(list)
    for row in payers.values():
        if (into := _became(payers, row)) != row.id:
            former[into].append(row.name)
    found_projects = [noun for row in booked.values() for noun in _project_nouns(booked, payers, former, row)]
    return CatalogNouns(
        [
            Noun("customer", _became(payers, row), row.name, number=row.number, in_use=not row.archived)
            for row in payers.values()
        ],
        found_projects,
        [
            Noun("service", _became(kinds, row), row.name, in_use=not row.archived, rest=_was(kinds, row))
            for row in kinds.values()
        ],
    )


def _project_nouns(booked: _Rows, payers: _Rows, former: Mapping[int, list[str]], row: Row[Any]) -> list[Noun]:
    """The project, and once more for each customer that its customer took in: whoever knew it there still finds it."""
    payer = payers.get(row.customer_id)
    if payer is None:
        return []
    in_use = not (row.archived or payer.archived)
    noun = Noun(
        "project", _became(booked, row), row.name, payer.name, payer.id, payer.number, in_use, rest=_was(booked, row)
    )
    return [noun, *(noun._replace(customer=name, number="", in_use=False) for name in former[payer.id])]


def _rows(db: Connection, table: Any, workspace_id: int, guest: Guest | None) -> _Rows:
    query = select(*(table.c[name] for name in _COLUMNS if name in table.c)).where(table.c.workspace_id == workspace_id)
    query = guest_rows.limited(query, table, guest).order_by(table.c.name_key, table.c.id)
    return {row.id: row for row in db.execute(query)}


def _became(rows: _Rows, row: Row[Any]) -> int:
    """What it is part of now, if it was merged; nothing is merged in a circle."""
    while row.merged_into in rows:
        row = rows[row.merged_into]
    into: int = row.id
    return into


def _was(rows: _Rows, row: Row[Any]) -> tuple[int, ...]:
    return () if _became(rows, row) == row.id else (row.id,)


def person_nouns(db: Connection, workspace_id: int, *, alone: int | None = None) -> list[Noun]:
    """All who ever used Trackomat in a workspace, or one of them alone."""
    query = select(people.c.id, people.c.name, people.c.slack_id).where(people.c.workspace_id == workspace_id)
    if alone is not None:
        query = query.where(people.c.id == alone)
    return [Noun("person", row.id, row.name, number=row.slack_id) for row in db.execute(query.order_by(people.c.id))]

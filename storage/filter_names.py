"""What the ids of a filter are called: archived names too, and those of one workspace alone."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, literal, select, union_all

from bot.tracking.rules.filters import Filter
from storage import guests as guest_rows
from storage.tables import customers, people, projects, services


class Guest(NamedTuple):
    """Whoever sees only what is theirs, and the customer of the channel in which they are."""

    person_id: int
    customer_id: int | None


class Labels(NamedTuple):
    """Ids with what they are called: Acme, Acme › Website, Design, Ben."""

    customers: dict[int, str]
    projects: dict[int, str]
    services: dict[int, str]
    people: dict[int, str]


_CUSTOMERS, _PROJECTS, _SERVICES, _PEOPLE = range(len(Labels._fields))
_OF_CUSTOMER = and_(projects.c.workspace_id == customers.c.workspace_id, projects.c.customer_id == customers.c.id)


def read_labels(db: Connection, workspace_id: int, chosen: Filter, *, guest: Guest | None = None) -> Labels:
    """Read with one query; an id is missing that is not there, of another workspace, or not for this guest's eyes."""
    queries = [query for query in _queries(workspace_id, chosen, guest) if query is not None]
    found = Labels({}, {}, {}, {})
    if queries:
        for kind, row_id, label in db.execute(union_all(*queries)):
            found[kind][row_id] = label
    return found


def _queries(workspace_id: int, chosen: Filter, guest: Guest | None) -> list[Select[Any] | None]:
    project = select(
        literal(_PROJECTS, literal_execute=True), projects.c.id, customers.c.name + " › " + projects.c.name
    ).join_from(projects, customers, _OF_CUSTOMER)
    return [
        _named(_CUSTOMERS, customers, workspace_id, chosen.customers, guest),
        _of_ids(project, projects, workspace_id, chosen.projects, guest),
        _named(_SERVICES, services, workspace_id, chosen.services, guest),
        _named(_PEOPLE, people, workspace_id, chosen.people, guest),
    ]


def _named(kind: int, table: Any, workspace_id: int, ids: tuple[int, ...], guest: Guest | None) -> Select[Any] | None:
    query = select(literal(kind, literal_execute=True), table.c.id, table.c.name)
    return _of_ids(query, table, workspace_id, ids, guest)


def _of_ids(
    query: Select[Any], table: Any, workspace_id: int, ids: tuple[int, ...], guest: Guest | None
) -> Select[Any] | None:
    if not ids:
        return None
    query = query.where(and_(table.c.workspace_id == workspace_id, table.c.id.in_(ids)))
    if guest is None:
        return query
    return query.where(guest_rows.seen(table, guest.person_id, customer_id=guest.customer_id))

"""What the menus of the form of filters offer: whatever time may be booked on, archived things too."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, case, literal, or_, select

from bot.catalog.rules.spelling import name_key, words
from storage import guests as guest_rows
from storage.catalog import CUSTOMER_KEY, MOST_OPTIONS, Kind, holding, with_number
from storage.guests import Guest
from storage.tables import customers, people, projects, services


class Offered(NamedTuple):
    """One line of a menu."""

    id: int
    name: str
    """Customer › project for a project."""
    number: str
    """The customer's own, which tells namesakes apart."""
    archived: bool
    customer_id: int | None = None
    """Whose project it is."""


class _Menu(NamedTuple):
    table: Table
    query: Select[Any]
    key: ColumnElement[str]
    """What is searched."""
    archived: ColumnElement[bool]


_out_of_use = or_(projects.c.archived, customers.c.archived)
_MENUS: dict[Kind, _Menu] = {
    "customer": _Menu(
        customers,
        select(customers.c.id, customers.c.name, customers.c.number, customers.c.archived).order_by(
            customers.c.archived, customers.c.name_key, customers.c.id
        ),
        CUSTOMER_KEY,
        customers.c.archived,
    ),
    "project": _Menu(
        projects,
        select(
            projects.c.id,
            customers.c.name + " › " + projects.c.name,
            customers.c.number,
            _out_of_use,
            projects.c.customer_id,
        )
        .join_from(
            projects,
            customers,
            and_(projects.c.workspace_id == customers.c.workspace_id, projects.c.customer_id == customers.c.id),
        )
        .order_by(_out_of_use, customers.c.name_key, projects.c.name_key, projects.c.id),
        with_number(customers.c.name_key + " " + projects.c.name_key, customers.c.number),
        _out_of_use,
    ),
    "service": _Menu(
        services,
        select(services.c.id, services.c.name, literal(""), services.c.archived).order_by(
            services.c.archived, services.c.name_key, services.c.id
        ),
        services.c.name_key,
        services.c.archived,
    ),
}


def search(
    db: Connection,
    workspace_id: int,
    kind: Kind,
    text: str,
    *,
    mark: str,
    guest: Guest | None = None,
    customer_id: int | None = None,
) -> list[Offered]:
    """Whose name or number holds every word; what is in use first. What was merged is part of something else.

    `customer_id` leaves only their projects.

    Whatever a menu shows finds what it shows: `mark` is the word behind what was archived.
    """
    menu = _MENUS[kind]
    query = _within(menu, workspace_id, guest).where(menu.table.c.merged_into.is_(None))
    if customer_id is not None:
        query = query.where(projects.c.customer_id == customer_id)
    key = menu.key + case((menu.archived, " " + name_key(mark)), else_="")
    found = holding(query, key, name_key(text)).limit(MOST_OPTIONS)
    return [Offered(*row) for row in db.execute(found)]


def read_offered(
    db: Connection, workspace_id: int, kind: Kind, ids: Collection[int], *, guest: Guest | None = None
) -> list[Offered]:
    """Those of these ids that there are, and that this guest may see."""
    if not ids:
        return []
    menu = _MENUS[kind]
    query = _within(menu, workspace_id, guest).where(menu.table.c.id.in_(ids))
    return [Offered(*row) for row in db.execute(query)]


def _within(menu: _Menu, workspace_id: int, guest: Guest | None) -> Select[Any]:
    query = menu.query.where(menu.table.c.workspace_id == workspace_id)
    return guest_rows.limited(query, menu.table, guest)


def search_people(db: Connection, workspace_id: int, text: str) -> list[Offered]:
    """People of the workspace whose name holds every word; the first hundred by name."""
    rows = db.execute(select(people.c.id, people.c.name).where(people.c.workspace_id == workspace_id))
    sought = words(name_key(text))
    found = [(name_key(name), row_id, name) for row_id, name in rows]
    fitting = sorted(each for each in found if all(word in each[0] for word in sought))
    return [Offered(row_id, name, "", archived=False) for _, row_id, name in fitting[:MOST_OPTIONS]]


def read_people(db: Connection, workspace_id: int, ids: Collection[int]) -> list[Offered]:
    """Those of these ids that there are."""
    if not ids:
        return []
    query = select(people.c.id, people.c.name).where(and_(people.c.workspace_id == workspace_id, people.c.id.in_(ids)))
    return [
        Offered(row_id, name, "", archived=False)
        for row_id, name in db.execute(query.order_by(people.c.name, people.c.id))
    ]

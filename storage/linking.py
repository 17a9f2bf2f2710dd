"""Customers that were created in Slack, and their counterparts from Billomat."""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, func, or_, select

from storage.catalog import CUSTOMER_KEY, MOST_OPTIONS, Named, holding
from storage.change import Author, Change
from storage.recipes import take_over_kept
from storage.recorded import change_row
from storage.rows import columns_of
from storage.tables import customers, metadata
from storage.tables.catalog import CustomerColumns

_UNLINKED = and_(
    customers.c.workspace_id == bindparam("workspace"),
    customers.c.billomat_id.is_(None),
    customers.c.archived.is_(False),
)
_LINKED = and_(
    customers.c.workspace_id == bindparam("workspace"),
    customers.c.billomat_id.is_not(None),
    customers.c.archived.is_(False),
)
LINK = "link customer"


def count_unlinked(db: Connection, workspace_id: int) -> int:
    """How many live customers were created in Slack and have no counterpart in Billomat."""
    query = select(func.count()).select_from(customers).where(_UNLINKED)
    count: int = db.execute(query, {"workspace": workspace_id}).scalar_one()
    return count


def search_linkable(db: Connection, workspace_id: int, text_key: str, *, linked: bool) -> list[Named]:
    """Live customers by name: those of Billomat, or those that were created in Slack."""
    query = select(*columns_of(Named, customers, detail=customers.c.number)).where(_LINKED if linked else _UNLINKED)
    query = holding(query, CUSTOMER_KEY, text_key).order_by(customers.c.name_key, customers.c.id)
    return [Named._make(row) for row in db.execute(query.limit(MOST_OPTIONS), {"workspace": workspace_id})]


def linkable_customer(db: Connection, workspace_id: int, customer_id: int, *, linked: bool) -> Named | None:
    """One live customer of this workspace, if it is linked with Billomat, or if it is not."""
    query = select(*columns_of(Named, customers, detail=customers.c.number)).where(_LINKED if linked else _UNLINKED)
    row = db.execute(query.where(customers.c.id == customer_id), {"workspace": workspace_id}).first()
    return Named._make(row) if row else None


def namesakes(db: Connection, workspace_id: int) -> list[tuple[int, int]]:
    """Pairs of a customer created in Slack and one of Billomat that are surely the same.

    Their names differ in case and white space at most, and no third customer has a name that people type alike: with
    a Schutz there, the two Schütz are not linked by themselves.
    """
    waiting = select(customers.c.name_key).where(_UNLINKED)
    columns = (customers.c.id, customers.c.name, customers.c.name_key, customers.c.billomat_id, customers.c.archived)
    query = select(*columns).where(
        and_(
            customers.c.workspace_id == bindparam("workspace"),
            customers.c.name_key.in_(waiting),
            or_(customers.c.archived.is_(False), customers.c.billomat_id.is_not(None)),
        )
    )
    by_name: dict[str, list[Any]] = {}
    for row in db.execute(query, {"workspace": workspace_id}):
        by_name.setdefault(row.name_key, []).append(row)
    pairs = []
    for rows in by_name.values():
        ours = [row for row in rows if row.billomat_id is None]
        theirs = [row for row in rows if row.billomat_id is not None]
        if len(ours) == len(theirs) == 1 and not theirs[0].archived and _same(ours[0].name, theirs[0].name):
            pairs.append((ours[0].id, theirs[0].id))
    return pairs


def _same(one: str, other: str) -> bool:
    """Whether two names differ in case and white space at most."""
    first, second = (" ".join(unicodedata.normalize("NFC", name.casefold()).split()) for name in (one, other))
    return first == second


def adopt_customer(change: Change[Author], *, ours: int, theirs: int) -> bool:
    """Give the customer created in Slack the place of its counterpart from Billomat, so that nothing has to move.

    False, and nothing is done, when anything speaks of the counterpart: time, an expense, what is agreed, a rate.
    """
    db, workspace_id = change.db, change.by.workspace_id
    row = db.execute(select(customers).where(customers.c.id == theirs)).one()
    if db.execute(select(_is_spoken_of(theirs))).scalar_one():
        return False
    take_over_kept(change, ours=theirs, theirs=ours)
    db.execute(delete(customers).where(and_(customers.c.workspace_id == workspace_id, customers.c.id == theirs)))
    from_billomat: CustomerColumns = {
        "name": row.name,
        "name_key": row.name_key,
        "number": row.number,
        "billomat_id": row.billomat_id,
        "country": row.country,
        "tax_rule": row.tax_rule,
        "currency": row.currency,
        "locale": row.locale,
        "price_group": row.price_group,
        "reduction": row.reduction,
        "net_gross": row.net_gross,
        "vat_id": row.vat_id,
        "kind": row.kind,
        "email": row.email,
        "street": row.street,
        "zip": row.zip,
        "city": row.city,
        "seen_at": row.seen_at,
    }
    change_row(change, "customer", customers, ours, LINK, from_billomat)
    return True


def _is_spoken_of(customer_id: int) -> ColumnElement[bool]:
    """Whether a row of any table, whichever come to be, refers to a customer."""
    referring = [
        exists().where(key.parent == customer_id)
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is customers.c.id
    ]
    return or_(*referring)

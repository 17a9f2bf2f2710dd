"""Customers as a bill sees them: found, searched, and what they are billed in."""

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, Integer, and_, bindparam, or_, select

from bot.tracking.rules.drafts import DraftName
from storage.catalog import CUSTOMER_KEY, MOST_OPTIONS, Named, holding
from storage.drafts import Draft
from storage.rows import columns_of
from storage.statements import Query, in_parts
from storage.tables import customers, projects
from storage.unbilled import HAS_OPEN_EXPENSES, HAS_OPEN_TIME


class Payer(NamedTuple):
    """A customer as a bill sees them."""

    id: int
    name: str
    billomat_id: int | None
    country: str
    tax_rule: str
    currency: str
    locale: str
    price_group: int
    reduction: int
    net_gross: str
    archived: bool = False
    layout: str = ""
    texts: str = ""
    line_order: str = ""
    number: str = ""
    vat_id: str = ""
    order_number: str = ""
    kind: str = ""
    tax_case: str = ""
    tax_words: bool = True
    email: str = ""
    street: str = ""
    zip: str = ""
    city: str = ""
    rounding: str = ""


_OFFERED = or_(customers.c.archived.is_(False), HAS_OPEN_TIME, HAS_OPEN_EXPENSES)
_PAYER = select(*columns_of(Payer, customers)).where(
    and_(customers.c.workspace_id == bindparam("workspace"), customers.c.id == bindparam("customer"), _OFFERED)
)
_PAYER_OF_DRAFT = Query(
    select(*columns_of(Payer, customers)).where(customers.c.id == bindparam("customer")), Payer._make
)


def find_payer(db: Connection, workspace_id: int, customer_id: int) -> Payer | None:
    """One customer of this workspace, in use, or archived with time that can be billed."""
    row = db.execute(_PAYER, {"workspace": workspace_id, "customer": customer_id}).first()
    return Payer._make(row) if row else None


def get_payer(db: Connection, customer_id: int) -> Payer:
    """The customer of a draft, also one that was archived since."""
    return _PAYER_OF_DRAFT.one(db, customer=customer_id)


def draft_name(db: Connection, draft: Draft) -> DraftName:
    """What people call a draft."""
    return draft.name_for(get_payer(db, draft.customer_id).name)


def payers(db: Connection, workspace_id: int, customer_ids: Collection[int]) -> list[Payer]:
    """These customers of this workspace, also archived ones."""
    found: list[Payer] = []
    for part in in_parts(tuple(customer_ids)):
        values = {f"customer{n}": customer_id for n, customer_id in enumerate(part)}
        found += _payers(len(part)).all(db, workspace=workspace_id, **values)
    return found


@lru_cache(16)
def _payers(count: int) -> Query[Payer]:
    ids = [bindparam(f"customer{n}", type_=Integer) for n in range(count)]
    found = and_(customers.c.workspace_id == bindparam("workspace"), customers.c.id.in_(ids))
    return Query(select(*columns_of(Payer, customers)).where(found), Payer._make)


def search_payers(db: Connection, workspace_id: int, text_key: str) -> list[Named]:
    """Customers by name or number, those with time to bill first; of those archived only these."""
    query = select(*columns_of(Named, customers, detail=customers.c.number)).where(
        and_(customers.c.workspace_id == workspace_id, _OFFERED)
    )
    query = holding(query, CUSTOMER_KEY, text_key)
    waiting_first = query.order_by(or_(HAS_OPEN_TIME, HAS_OPEN_EXPENSES).desc(), customers.c.name_key, customers.c.id)
    rows = db.execute(waiting_first.limit(MOST_OPTIONS))
    return [Named._make(row) for row in rows]


def has_projects(db: Connection, workspace_id: int, customer_id: int) -> bool:
    """Whether the customer has any project in use."""
    of_customer = and_(projects.c.workspace_id == workspace_id, projects.c.customer_id == customer_id)
    query = select(projects.c.id).where(and_(of_customer, projects.c.archived.is_(False))).limit(1)
    return db.execute(query).first() is not None


def currencies(db: Connection, workspace_id: int) -> set[str]:
    """Those that Billomat has for any customer."""
    query = select(customers.c.currency).distinct().where(customers.c.workspace_id == workspace_id)
    return {*db.execute(query).scalars()} - {""}

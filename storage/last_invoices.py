"""The invoices that a customer got before, to compare a new one with."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, exists, func, or_, select

from bot.billing.rules.differences import Worked
from bot.billing.rules.states import BINDS_NOTHING
from bot.tracking.rules.spent import SpentKind
from storage.rows import columns_of
from storage.statements import Query, single_value
from storage.tables import (
    agreement_charges,
    draft_expenses,
    draft_lines,
    draft_shares,
    drafts,
    entries,
    people,
    projects,
    retainer_uses,
    services,
)

_MOST = 100
"""So many are looked through; a customer has not more of them within the times that are worth comparing."""


class LastInvoice(NamedTuple):
    """An invoice that was approved, by what it is about and how its prices are meant."""

    id: int
    first_day: date | None
    last_day: date | None
    selection: str
    currency: str
    gross_prices: bool
    net_cents: int | None
    approved_at: datetime | None


_BINDS = and_(*(drafts.c.state != state for state in sorted(BINDS_NOTHING)))
_NEWEST = (drafts.c.last_day.desc(), drafts.c.first_day.desc(), drafts.c.id.desc())
_LAST = Query(
    select(*columns_of(LastInvoice, drafts))
    .where(
        and_(
            drafts.c.workspace_id == bindparam("workspace"),
            drafts.c.customer_id == bindparam("customer"),
            _BINDS,
            drafts.c.last_day < bindparam("before"),
        )
    )
    .order_by(*_NEWEST)
    .limit(_MOST),
    LastInvoice._make,
)
_THIS = drafts.alias()
_SPLIT = Query(
    select(drafts.c.id)
    .join(
        _THIS,
        and_(
            drafts.c.workspace_id == _THIS.c.workspace_id,
            drafts.c.customer_id == _THIS.c.customer_id,
            drafts.c.first_day == _THIS.c.first_day,
            drafts.c.last_day == _THIS.c.last_day,
            drafts.c.selection != _THIS.c.selection,
        ),
    )
    .where(and_(_THIS.c.id == bindparam("draft"), _BINDS))
    .limit(1),
    single_value,
)


def last_invoices(db: Connection, workspace_id: int, customer_id: int, *, before: date) -> list[LastInvoice]:
    """The customer's invoices whose days were over on a day, the newest days first."""
    return _LAST.all(db, workspace=workspace_id, customer=customer_id, before=before)


def is_split(db: Connection, draft_id: int) -> bool:
    """Whether other work of the same days as on a draft is on an invoice of its own."""
    return _SPLIT.first(db, draft=draft_id) is not None


def billed_work(db: Connection, draft_ids: Collection[int]) -> list[Worked]:
    """What was worked on these invoices, with the prices of their lines; added up first, then named."""
    costs_nothing = or_(draft_lines.c.above_budget, exists().where(retainer_uses.c.line_id == draft_lines.c.id))
    # A total is no price of an hour, and nothing is none either.
    price = case((and_(~draft_lines.c.is_total, ~costs_nothing), draft_lines.c.unit_price))
    parts = (entries.c.project_id, entries.c.service_id, entries.c.person_id)
    sums = (
        select(*parts, price.label("price"), func.sum(draft_shares.c.seconds).label("seconds"))
        .select_from(draft_lines)
        .join(draft_shares, draft_shares.c.line_id == draft_lines.c.id)
        .join(entries, entries.c.id == draft_shares.c.entry_id)
        .where(draft_lines.c.draft_id.in_(draft_ids))
        .group_by(*parts, price)
        .subquery()
    )
    query = (
        select(
            *(sums.c.project_id, projects.c.name),
            *(sums.c.service_id, services.c.name),
            *(sums.c.person_id, people.c.name),
            *(sums.c.price, sums.c.seconds),
        )
        .join_from(sums, people, people.c.id == sums.c.person_id)
        .outerjoin(projects, projects.c.id == sums.c.project_id)
        .outerjoin(services, services.c.id == sums.c.service_id)
    )
    return [Worked._make(row) for row in db.execute(query)]


def billed_expenses(db: Connection, draft_ids: Collection[int]) -> dict[SpentKind, int]:
    """Cents that the lines of each kind of expenses came to on these invoices."""
    query = (
        select(agreement_charges.c.agreement_id, agreement_charges.c.month, draft_lines.c.amount_cents)
        .join_from(draft_expenses, draft_lines, draft_lines.c.id == draft_expenses.c.line_id)
        .outerjoin(agreement_charges, agreement_charges.c.expense_id == draft_expenses.c.expense_id)
        .where(draft_expenses.c.draft_id.in_(draft_ids))
    )
    found = Counter[SpentKind]()
    for agreement_id, month, cents in db.execute(query):
        found[SpentKind.of(agreement_id, month)] += cents
    return found

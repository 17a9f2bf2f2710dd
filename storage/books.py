"""All rows of a workspace that bookkeeping is made of, read one after the other and as they were at one moment."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, func, select

from bot.billing.rules.states import DraftState
from storage.tables import (
    agreement_charges,
    agreements,
    articles,
    audits,
    budgets,
    customers,
    draft_expenses,
    draft_lines,
    draft_shares,
    drafts,
    entries,
    expenses,
    freed_shares,
    people,
    projects,
    rate_prices,
    rate_rules,
    retainer_uses,
    sent_invoices,
    services,
    settlements,
    taxes,
    workspaces,
)

AT_ONCE = 1_000
"""Rows that are fetched together."""
BOOKS: dict[str, Table] = {
    table.name: table
    for table in (
        workspaces,
        people,
        customers,
        projects,
        services,
        articles,
        taxes,
        rate_rules,
        rate_prices,
        agreements,
        budgets,
        entries,
        expenses,
        agreement_charges,
        drafts,
        draft_lines,
        draft_shares,
        retainer_uses,
        draft_expenses,
        sent_invoices,
        settlements,
        freed_shares,
        audits,
    )
}
"""The tables, in the order in which they are read: whatever a row names was written before it."""


def count_sent(db: Connection, workspace_id: int, *, approved_before: datetime) -> int:
    """Drafts that stand in Billomat and were approved before that moment."""
    sent = and_(drafts.c.state == DraftState.SENT, drafts.c.approved_at < approved_before)
    query = select(func.count()).select_from(drafts).where(and_(drafts.c.workspace_id == workspace_id, sent))
    return int(db.execute(query).scalar_one())


def hold_moment(db: Connection) -> None:
    """Have all that is read from now on be of one moment; `db` is of `Database.stream`, and nothing was read yet.

    A reading transaction of SQLite is that anyway.
    """
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def stream_book(db: Connection, workspace_id: int, name: str, columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """The rows of one table by their keys, of which only some are in memory at a time."""
    book = BOOKS[name]
    of_workspace = book.c.id if book is workspaces else book.c.workspace_id
    query = select(*(book.c[column] for column in columns)).where(of_workspace == workspace_id)
    with db.execution_options(yield_per=AT_ONCE).execute(query.order_by(*book.primary_key.columns)) as found:
        for fetched in found.partitions():
            for row in fetched:
                yield dict(row._mapping)

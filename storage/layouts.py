"""How the lines of invoices are made and worded: kept for a draft, for a customer, or for all."""

from typing import Literal

from sqlalchemy import Table, and_, select, update

from bot.billing.rules.layout import Whose
from storage.change import Author, Change
from storage.tables import customers, drafts, workspaces

_TABLES: dict[Whose, tuple[Literal["draft", "customer", "workspace"], Table]] = {
    Whose.DRAFT: ("draft", drafts),
    Whose.CUSTOMER: ("customer", customers),
    Whose.WORKSPACE: ("workspace", workspaces),
}


def keep_layout(change: Change[Author], whose: Whose, row_id: int, layout: str) -> None:
    """Keep a layout for one of these, or forget it with an empty text; the caller holds the customer's lock."""
    kind, table = _TABLES[whose]
    before: str = change.db.execute(select(table.c.layout).where(table.c.id == row_id)).scalar_one()
    if before == layout:
        return
    change.db.execute(update(table).where(table.c.id == row_id).values(layout=layout))
    change.record(kind, row_id, "change layout", before={"layout": before}, after={"layout": layout})


def take_over_layout(change: Change[Author], *, ours: int, theirs: int) -> None:
    """Have a customer that another one becomes part of lay out its invoices as that one's, if it has no own way."""
    kept = select(customers.c.layout).where(customers.c.id == ours).scalar_subquery()
    has_none = and_(customers.c.id == theirs, customers.c.layout == "")
    change.db.execute(update(customers).where(has_none).values(layout=kept))

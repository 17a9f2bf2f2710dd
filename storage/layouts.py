"""How invoices are laid out: their lines, texts and order, kept for a draft, for a customer, or for all."""

from typing import Literal

from sqlalchemy import Table, and_, select, update

from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE, Shared
from bot.billing.rules.layout import Whose
from bot.billing.rules.order import dump_order, read_order, renamed
from bot.billing.rules.states import BEING_MADE
from storage.change import Author, Change
from storage.tables import customers, drafts, workspaces

_TABLES: dict[Whose, tuple[Literal["draft", "customer", "workspace"], Table]] = {
    Whose.DRAFT: ("draft", drafts),
    Whose.CUSTOMER: ("customer", customers),
    Whose.WORKSPACE: ("workspace", workspaces),
}


Part = Literal["layout", "texts", "line_order"]
PARTS: tuple[Part, ...] = ("layout", "texts", "line_order")
_ACTIONS: dict[Part, str] = {
    "layout": "change layout",
    "texts": "change texts",
    "line_order": "change order",
}


def keep_part(change: Change[Author], part: Part, whose: Whose, row_id: int, value: str) -> None:
    """Keep layout, texts or order for one of these, or forget it with an empty text; the caller holds the lock.

    A workspace keeps no order.
    """
    kind, table = _TABLES[whose]
    column = table.c[part]
    before: str = change.db.execute(select(column).where(table.c.id == row_id)).scalar_one()
    if before == value:
        return
    change.db.execute(update(table).where(table.c.id == row_id).values({part: value}))
    change.record(kind, row_id, _ACTIONS[part], before={part: before}, after={part: value})


def move_order(change: Change[Author], shared: Shared, ours: int, theirs: int) -> None:
    """Have lines keep their place when their entries come to another project or service."""
    of_workspace = change.by.workspace_id
    is_open = and_(drafts.c.workspace_id == of_workspace, drafts.c.state.in_(BEING_MADE))
    for whose, table, which in (
        (Whose.DRAFT, drafts, is_open),
        (Whose.CUSTOMER, customers, customers.c.workspace_id == of_workspace),
    ):
        ordered = select(table.c.id, table.c.line_order).where(and_(which, table.c.line_order != ""))
        for row in change.db.execute(ordered.order_by(table.c.id)).all():
            keys = read_order(row.line_order)
            for key in tuple(keys):
                if new := BY_PROJECT_AND_SERVICE.moved(key, shared, ours, theirs):
                    keys = renamed(keys, key, new)
            keep_part(change, "line_order", whose, row.id, dump_order(keys))

"""Notes that their writers keep from the customer, of work that can be billed."""

from sqlalchemy import Connection, and_, select

from bot.billing.rules.scope import Scope
from storage import expenses as expense_rows
from storage import filters as filter_rows
from storage.tables import entries, expenses


def private_notes(db: Connection, workspace_id: int, customer_id: int, scope: Scope) -> list[str]:
    """Of time and expenses of a scope that stand on no draft yet, each once."""
    chosen = scope.selection.between(scope.period.first, scope.period.last)
    timed = and_(
        filter_rows.matching(workspace_id, chosen),
        entries.c.customer_id == customer_id,
        ~entries.c.on_draft,
        entries.c.private,
        entries.c.note != "",
    )
    spent = and_(
        expense_rows.matching(workspace_id, chosen),
        expenses.c.customer_id == customer_id,
        ~expense_rows.IS_BOUND,
        expenses.c.private,
        expenses.c.note != "",
    )
    found = select(entries.c.note).where(timed).union(select(expenses.c.note).where(spent))
    return sorted(db.execute(found).scalars())

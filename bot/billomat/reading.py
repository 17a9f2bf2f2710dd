"""Reads one customer or article anew and stores it as an import would: for an invoice that should not be stale."""

from bot.billomat.access import unless_gone, unless_missing
from bot.billomat.client import Billomat
from bot.billomat.columns import article_columns, customer_columns, tax_columns
from bot.core.context import Bot
from storage import catalog as catalog_rows
from storage import imported as imported_rows
from storage.billomat import ConnectedAccount


def read_customer(bot: Bot, account: ConnectedAccount, client: Billomat, billomat_id: int) -> bool:
    """Store a customer as Billomat has them now; one that is gone is archived. Raises BillomatError.

    The answer is whether they can be billed: they are there, and not archived.
    """
    workspace_id, at = account.workspace_id, bot.now()
    found = unless_gone(client, billomat_id, client.client)
    with bot.change_itself(workspace_id) as change:
        catalog_rows.lock_workspace(change.db, workspace_id)
        imported_rows.note_archiving(change, {billomat_id: found is None or found.archived})
        if found is None:
            is_changed = imported_rows.archive_customers(change.db, workspace_id, [billomat_id], seen_at=at) > 0
        else:
            columns = customer_columns(workspace_id, found, at)
            is_changed = any(imported_rows.store_customers(change.db, workspace_id, [columns]))
        if is_changed:
            catalog_rows.names_changed(change.db, workspace_id)
    return found is not None and not found.archived


def read_article(bot: Bot, account: ConnectedAccount, client: Billomat, billomat_id: int) -> None:
    """Store an article as Billomat has it now, but for its unit; one that is gone is archived. Raises BillomatError."""
    workspace_id, at = account.workspace_id, bot.now()
    found = unless_gone(client, billomat_id, client.article)
    with bot.database.read() as db:
        is_known = found is None or found.tax_id is None or found.tax_id in imported_rows.known_taxes(db, workspace_id)
    listed = None if is_known else unless_missing(client.taxes)
    with bot.change_itself(workspace_id) as change:
        catalog_rows.lock_workspace(change.db, workspace_id)
        if found is None:
            imported_rows.archive_articles(change.db, workspace_id, [billomat_id], seen_at=at)
            return
        rates = [tax_columns(workspace_id, tax) for tax in listed or () if 0 <= tax.rate <= 100]
        imported_rows.store_taxes(change.db, rates)
        taxes = imported_rows.known_taxes(change.db, workspace_id)
        columns = article_columns(account, found, {}, taxes, at)
        imported_rows.store_articles(change.db, workspace_id, [columns], units_known=False)

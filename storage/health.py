"""What whoever runs the bot asks about all workspaces at once; every other query is of one workspace."""

from sqlalchemy import Connection, select

from storage.tables import BillomatAccount, InvoiceDraft, table

_accounts = table(BillomatAccount)
_drafts = table(InvoiceDraft)
_CONNECTED = select(_accounts.c.workspace_id).order_by(_accounts.c.workspace_id)
_UNKNOWN = select(_drafts.c.id).where(_drafts.c.state == "unknown").order_by(_drafts.c.id)


def connected_workspaces(db: Connection) -> list[int]:
    """The workspaces that have a Billomat account."""
    return list(db.execute(_CONNECTED).scalars())


def unknown_drafts(db: Connection) -> list[int]:
    """The drafts of which nobody knows whether Billomat has them."""
    return list(db.execute(_UNKNOWN).scalars())

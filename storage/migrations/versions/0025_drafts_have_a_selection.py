"""A draft may be about a part of the work in its days; a customer has an open draft for each such choice."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_OF_DAYS = "state = 'open' AND first_day IS NOT NULL"
_OF_EVERYTHING = "state = 'open' AND first_day IS NULL"


def upgrade() -> None:
    op.add_column("invoice_draft", sa.Column("selection", sa.String(), server_default="", nullable=False))
    for name, columns, where in (
        ("uq_invoice_draft_open", ["workspace_id", "customer_id", "first_day", "last_day", "selection"], _OF_DAYS),
        ("uq_invoice_draft_open_for_everything", ["workspace_id", "customer_id", "selection"], _OF_EVERYTHING),
    ):
        op.drop_index(name, table_name="invoice_draft")
        only = sa.text(where)
        op.create_index(name, "invoice_draft", columns, unique=True, sqlite_where=only, postgresql_where=only)

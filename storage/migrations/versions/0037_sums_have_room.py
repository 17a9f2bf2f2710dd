"""Sums of invoices have room for currencies in which an hour costs thousands: on PostgreSQL they ended at 21 million."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_SUMS = {
    "invoice_draft": ("net_cents", "gross_cents", "billomat_net_cents", "billomat_gross_cents"),
    "draft_line": ("amount_cents",),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # whose integers have room for all
        return
    for table, columns in _SUMS.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=True)

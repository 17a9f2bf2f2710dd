"""How the lines of an invoice are made and worded is chosen for it, for its customer, or for all."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("invoice_draft", "customer", "workspace"):
        op.add_column(table, sa.Column("layout", sa.String(), server_default="", nullable=False))

"""What stands above and below the lines of an invoice, and the order of these, is chosen; approved texts are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_CHOSEN = (
    ("invoice_draft", "texts"),
    ("invoice_draft", "line_order"),
    ("customer", "texts"),
    ("customer", "line_order"),
    ("workspace", "texts"),
)


def upgrade() -> None:
    for table, column in _CHOSEN:
        op.add_column(table, sa.Column(column, sa.String(), server_default="", nullable=False))
    for column in ("heading", "intro", "note"):
        op.add_column("invoice_draft", sa.Column(column, sa.String(), nullable=True))

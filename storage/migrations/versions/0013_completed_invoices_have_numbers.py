"""A draft in Billomat knows where its page is, and its number once it was completed there."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("number", "link"):
        op.add_column("invoice_draft", sa.Column(name, sa.String(), nullable=False, server_default=""))

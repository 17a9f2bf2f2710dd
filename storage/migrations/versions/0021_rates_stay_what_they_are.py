"""A rate that a person typed on a line is with VAT or without, whatever the customer's prices become."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft_edit", sa.Column("rate_gross", sa.Boolean(), nullable=True))

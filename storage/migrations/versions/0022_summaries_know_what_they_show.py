"""What the last summary shows, so that it is replaced only where something of it changed."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("last_summary_shown", sa.String(), nullable=True))

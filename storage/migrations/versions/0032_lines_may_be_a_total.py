"""A line of what has several prices may be 1 × its total."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft_line", sa.Column("is_total", sa.Boolean(), server_default=sa.false(), nullable=False))

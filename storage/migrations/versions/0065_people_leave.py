"""Slack says of people that they left: who did approves nothing any more."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("has_left", sa.Boolean(), server_default=sa.false(), nullable=False))

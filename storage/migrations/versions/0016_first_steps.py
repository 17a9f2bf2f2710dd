"""Whoever sets Trackomat up is shown how far they are."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("steps_open", sa.Boolean(), server_default=sa.false(), nullable=False))

"""Names of people are kept in memory: a workspace counts what makes them old."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("people_version", sa.Integer(), nullable=False, server_default="0"))

"""A line of an open draft keeps its article when that of its service changes elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft_edit", sa.Column("article_kept", sa.Boolean(), server_default=sa.false(), nullable=False))

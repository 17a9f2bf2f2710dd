"""What somebody wrote last, so that the first message is answered with what is read, and an older one is not obeyed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("last_written", sa.String(), server_default="", nullable=False))
    op.add_column("person", sa.Column("knows_unread", sa.Boolean(), server_default=sa.false(), nullable=False))

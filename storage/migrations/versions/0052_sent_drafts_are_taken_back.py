"""That a sent draft is to be deleted in Billomat is noted before the call."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sent_invoice", sa.Column("deleting_at", UTCDateTime(), nullable=True))

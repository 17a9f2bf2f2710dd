"""The looks for a lost draft count from the first one, however late after the attempt that was."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invoice_draft", sa.Column("looked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

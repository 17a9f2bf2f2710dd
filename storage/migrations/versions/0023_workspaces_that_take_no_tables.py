"""A workspace in which Slack refused its own tables and charts gets none for a while."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("plain_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

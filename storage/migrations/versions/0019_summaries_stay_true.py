"""Where the last summary stands, so that it can be kept true, and of which region a person has the holidays."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("last_summary_ts", sa.String(), nullable=True))
    op.add_column("person", sa.Column("holiday_region", sa.String(), nullable=True))
    op.add_column("person", sa.Column("region_offered", sa.Boolean(), server_default=sa.false(), nullable=False))

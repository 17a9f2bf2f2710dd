"""Jobs that are due at one moment are done in the order in which they were put, on each database."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("placed", sa.BigInteger(), nullable=False, server_default="0"))
    op.drop_index("ix_job_due", "job")
    op.create_index("ix_job_due", "job", ["due", "placed"])

"""All that is open of a customer is found without reading what was billed: also what is not billable."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_time_entry_not_billable",
        "time_entry",
        ["workspace_id", "customer_id"],
        sqlite_where=sa.text("billable = 0"),
        postgresql_where=sa.text("NOT billable"),
    )

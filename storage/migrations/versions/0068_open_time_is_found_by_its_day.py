"""What can be billed before some days, or in them, is found by the day: an index without what was billed."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_time_entry_open",
        "time_entry",
        ["workspace_id", "customer_id", "day", "seconds"],
        sqlite_where=sa.text("seconds IS NOT NULL AND billable = 1 AND end_guessed = 0 AND on_draft = 0"),
        postgresql_where=sa.text("seconds IS NOT NULL AND billable AND NOT end_guessed AND NOT on_draft"),
    )

"""Whether a customer has open time of some days is read from the index of what is not billed alone."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_INDEX = "ix_time_entry_unbilled"


def upgrade() -> None:
    op.drop_index(_INDEX, "time_entry")
    op.create_index(
        _INDEX,
        "time_entry",
        ["workspace_id", "customer_id", "project_id", "service_id", "day", "seconds"],
        sqlite_where=sa.text("seconds IS NOT NULL AND billable = 1 AND end_guessed = 0 AND on_draft = 0"),
        postgresql_where=sa.text("seconds IS NOT NULL AND billable AND NOT end_guessed AND NOT on_draft"),
    )

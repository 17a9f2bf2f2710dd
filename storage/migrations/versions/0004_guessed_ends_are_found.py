"""The ends that wait for a person's word are found without reading all that the person ever did."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_time_entry_guessed",
        "time_entry",
        ["person_id", "started_at"],
        sqlite_where=sa.text("end_guessed = 1"),
        postgresql_where=sa.text("end_guessed"),
    )

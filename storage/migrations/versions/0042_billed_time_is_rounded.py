"""How time is rounded when it is billed is chosen for all, for a customer, or for a project."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("workspace", "customer", "project"):
        op.add_column(table, sa.Column("rounding", sa.String(), server_default="", nullable=False))
    op.create_index(
        "ix_project_rounding",
        "project",
        ["workspace_id"],
        sqlite_where=sa.text("rounding <> ''"),
        postgresql_where=sa.text("rounding <> ''"),
    )

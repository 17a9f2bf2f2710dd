"""How many hours a working day has is a workspace's own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workspace") as workspace:
        workspace.add_column(sa.Column("day_seconds", sa.Integer(), server_default="28800", nullable=False))
        workspace.create_check_constraint(op.f("ck_workspace_day_seconds"), "day_seconds BETWEEN 3600 AND 86400")

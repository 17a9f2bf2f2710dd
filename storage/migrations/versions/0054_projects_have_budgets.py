"""A project may have a budget, of which people are warned once, and a line of a draft may be above it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    cents = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=True),
        sa.Column("cents", cents, nullable=True),
        sa.Column("currency", sa.String(), server_default="", nullable=False),
        sa.Column("is_hard", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("(seconds IS NULL) <> (cents IS NULL)", name=op.f("ck_budget_either")),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_budget_seconds")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_budget_cents")),
        sa.CheckConstraint("(cents IS NULL) = (currency = '')", name=op.f("ck_budget_currency")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_budget_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "project_id"],
            ["project.workspace_id", "project.id"],
            name=op.f("fk_budget_workspace_id_project_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_budget_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "project_id", name=op.f("uq_budget_workspace_id_project_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "budget_warning",
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("percent > 0", name=op.f("ck_budget_warning_percent")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_budget_warning_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "budget_id"],
            ["budget.workspace_id", "budget.id"],
            name=op.f("fk_budget_warning_workspace_id_budget_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("budget_id", "percent", name=op.f("pk_budget_warning")),
    )
    op.execute(
        "ALTER TABLE draft_line ADD COLUMN above_budget BOOLEAN DEFAULT false NOT NULL "
        "CONSTRAINT ck_draft_line_above_budget CHECK (NOT above_budget OR amount_cents = 0)"
    )

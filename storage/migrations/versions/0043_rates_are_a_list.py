"""What an hour costs is a list of rules, each from a day on."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None
NAMED = ("person", "service", "project", "customer")


def upgrade() -> None:
    op.create_table(
        "rate_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("by_article", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("currency", sa.String(), server_default="", nullable=False),
        *(sa.Column(f"{kind}_id", sa.Integer(), nullable=True) for kind in NAMED),
        sa.CheckConstraint("project_id IS NULL OR customer_id IS NULL", name=op.f("ck_rate_rule_customer")),
        sa.CheckConstraint(
            "by_article = (coalesce(person_id, service_id, project_id, customer_id) IS NULL)",
            name=op.f("ck_rate_rule_about"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_rate_rule_workspace_id")),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", f"{kind}_id"],
                [f"{kind}.workspace_id", f"{kind}.id"],
                name=op.f(f"fk_rate_rule_workspace_id_{kind}_id"),
                ondelete=None if kind == "person" else "CASCADE",
            )
            for kind in NAMED
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_rule")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_rate_rule_workspace_id_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_rate_rule_articles",
        "rate_rule",
        ["workspace_id"],
        unique=True,
        sqlite_where=sa.text("by_article"),
        postgresql_where=sa.text("by_article"),
    )
    op.create_table(
        "rate_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.CheckConstraint("price >= 0", name=op.f("ck_rate_price_price")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_rate_price_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "rule_id"],
            ["rate_rule.workspace_id", "rate_rule.id"],
            name=op.f("fk_rate_price_workspace_id_rule_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_price")),
        sa.UniqueConstraint("rule_id", "first_day", name=op.f("uq_rate_price_rule_id_first_day")),
    )
    op.create_index(
        "uq_rate_price_workspace",
        "rate_price",
        ["workspace_id", "first_day"],
        unique=True,
        sqlite_where=sa.text("rule_id IS NULL"),
        postgresql_where=sa.text("rule_id IS NULL"),
    )

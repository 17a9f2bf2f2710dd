"""A kind of work may be billed as another article for one customer."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_article",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_customer_article_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id"],
            ["customer.workspace_id", "customer.id"],
            name=op.f("fk_customer_article_workspace_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "service_id"],
            ["service.workspace_id", "service.id"],
            name=op.f("fk_customer_article_workspace_id_service_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "article_id"],
            ["article.workspace_id", "article.id"],
            name=op.f("fk_customer_article_workspace_id_article_id"),
        ),
        sa.PrimaryKeyConstraint("customer_id", "service_id", name=op.f("pk_customer_article")),
    )

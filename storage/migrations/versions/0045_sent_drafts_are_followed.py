"""What Billomat says of a sent draft stands beside it, and people may ask to hear of it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None
STATUSES = ("", "DRAFT", "OPEN", "OVERDUE", "PAID", "CANCELED")
SUM = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sent_invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("billomat_id", sa.Integer(), nullable=False),
        sa.Column("account_number", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("status", sa.String(), server_default="", nullable=False),
        sa.Column("number", sa.String(), server_default="", nullable=False),
        sa.Column("net_cents", SUM, nullable=True),
        sa.Column("gross_cents", SUM, nullable=True),
        sa.Column("updated", sa.String(), server_default="", nullable=False),
        sa.Column("missing_since", UTCDateTime(), nullable=True),
        sa.Column("doubted_at", UTCDateTime(), nullable=True),
        sa.Column("decision", sa.String(), server_default="", nullable=False),
        sa.Column("restored_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(f"status IN ({_listed(STATUSES)})", name=op.f("ck_sent_invoice_status")),
        sa.CheckConstraint("decision IN ('', 'kept', 'written off')", name=op.f("ck_sent_invoice_decision")),
        sa.CheckConstraint("decision = '' OR status = 'CANCELED'", name=op.f("ck_sent_invoice_decided_when_cancelled")),
        sa.CheckConstraint(
            "doubted_at IS NULL OR missing_since IS NOT NULL", name=op.f("ck_sent_invoice_doubted_when_missing")
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_sent_invoice_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_sent_invoice_workspace_id_draft_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_invoice")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_sent_invoice_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "billomat_id", name=op.f("uq_sent_invoice_workspace_id_billomat_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sent_invoice_draft", "sent_invoice", ["draft_id"])
    op.add_column("person", sa.Column("invoice_news", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Those that were sent before are found at the first look; what they were then is what was known of them.
    op.execute(
        "INSERT INTO sent_invoice (workspace_id, draft_id, billomat_id, sent_at, number, net_cents, gross_cents) "
        "SELECT workspace_id, id, billomat_id, approved_at, number, billomat_net_cents, billomat_gross_cents "
        "FROM invoice_draft WHERE state = 'sent'"
    )
    op.add_column("billomat_account", sa.Column("account_number", sa.BigInteger(), nullable=True))


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)

"""A draft may be reduced by another percentage than its customer's terms say."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE invoice_draft ADD COLUMN own_reduction INTEGER "
        "CONSTRAINT ck_invoice_draft_own_reduction CHECK (own_reduction BETWEEN 0 AND 1000000)"
    )

"""What one request did is found by who made it and when, so that a change writes a page less."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_audit_request", "audit")

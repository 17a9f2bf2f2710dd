"""What the invoices of a customer are usually about is kept: the kind of days, and the part of the work."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("usual_days", "usual_work"):
        op.add_column("customer", sa.Column(name, sa.String(), server_default="", nullable=False))

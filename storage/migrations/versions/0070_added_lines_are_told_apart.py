"""A person says of a line that was added in Billomat that it is no part of what was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sent_invoice", sa.Column("lines_apart", sa.JSON(none_as_null=True), nullable=True))

"""A draft that was approved says which part of the work it is, so that several of one month are told apart."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invoice_draft", sa.Column("part", sa.String(), server_default="", nullable=False))

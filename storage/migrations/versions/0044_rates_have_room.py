"""Rates have room for currencies in which an hour costs a million: on PostgreSQL they ended at 214,748."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # whose integers have room for all
        return
    op.alter_column("rate_price", "price", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=True)

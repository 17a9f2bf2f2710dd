"""People say which VAT holds for a customer, and whether the business is a small one."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer", sa.Column("tax_case", sa.String(), server_default="", nullable=False))
    op.add_column("customer", sa.Column("tax_words", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("billomat_account", sa.Column("small_business", sa.Boolean(), nullable=True))

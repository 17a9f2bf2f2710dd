"""What a customer's invoices and e-invoices need comes with the import; whose account it is, too.

What is there already is read anew in the coming night.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("vat_id", "kind", "email", "street", "zip", "city", "order_number"):
        op.add_column("customer", sa.Column(name, sa.String(), server_default="", nullable=False))
    for name in ("country", "vat_id"):
        op.add_column("billomat_account", sa.Column(name, sa.String(), server_default="", nullable=False))

"""A change writes fewer pages: without an index that nothing reads, and with deliveries in their key alone."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_audit_subject", "audit")
    op.drop_index("ix_delivery_at", "delivery")
    if op.get_bind().dialect.name == "sqlite":
        op.rename_table("delivery", "delivery_before")
        op.create_table(
            "delivery",
            sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
            sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
            sa.PrimaryKeyConstraint("key", name=op.f("pk_delivery")),
            sqlite_with_rowid=False,
        )
        op.execute("INSERT INTO delivery SELECT key, at FROM delivery_before")
        op.drop_table("delivery_before")

"""Expenses have room for currencies in which a train ticket costs a million: on PostgreSQL they ended at 21 million."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_HELD = ("customer_id", "project_id", "day", "note", "amount_cents", "gross", "vat_rate", "article_id")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # whose integers have room for all
        return
    op.execute("DROP TRIGGER expense_billed ON expense")  # it looks at the column
    op.alter_column("expense", "amount_cents", type_=sa.BigInteger(), existing_type=sa.Integer())
    changes = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _HELD)
    op.execute(
        f"CREATE TRIGGER expense_billed BEFORE UPDATE OF {', '.join(_HELD)} ON expense "
        f"FOR EACH ROW WHEN ({changes}) EXECUTE FUNCTION expense_billed()"
    )
    op.alter_column("draft_edit", "rate_cents", type_=sa.BigInteger(), existing_type=sa.Integer())

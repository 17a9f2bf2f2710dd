"""The audit takes changes of roles, connections and settings too; an account's trouble is one of those there are."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SUBJECTS = "'entry', 'draft', 'break', 'person', 'workspace', 'account', 'customer', 'project', 'service'"
_TROUBLES = "'key', 'plan', 'rights', 'unreadable'"


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("audit") as audit:
        if not on_sqlite:  # which rebuilds the table, and takes no CHECK along
            audit.drop_constraint(op.f("ck_audit_subject"), type_="check")
        audit.create_check_constraint(op.f("ck_audit_subject"), f"subject IN ({_SUBJECTS})")
    if on_sqlite:
        _hold_that_the_audit_only_grows()
    is_rate = sa.CheckConstraint("tax_rate BETWEEN 0 AND 10000", name=op.f("ck_billomat_account_tax_rate"))
    with op.batch_alter_table("billomat_account", table_args=[is_rate]) as account:
        account.create_check_constraint(op.f("ck_billomat_account_trouble"), f"trouble IN ({_TROUBLES})")


def _hold_that_the_audit_only_grows() -> None:
    """The triggers went with the table that was rebuilt."""
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        )

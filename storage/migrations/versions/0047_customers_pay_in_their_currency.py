"""An expense has a currency of its own and stands on no draft in another one; it is known in which one was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_ACCOUNTS = "SELECT currency FROM billomat_account WHERE billomat_account.workspace_id = expense.workspace_id"
_WORKSPACES = "SELECT currency FROM workspace WHERE workspace.id = expense.workspace_id"
_HELD = ("customer_id", "project_id", "day", "note", "amount_cents", "currency", "gross", "vat_rate", "article_id")
_BILLED = "what is on a draft keeps what it was billed as"
_MIXED = "a draft has one currency"
_IS_MIXED = (
    "(SELECT currency FROM expense WHERE expense.id = NEW.expense_id) <> "
    "(SELECT currency FROM invoice_draft WHERE invoice_draft.id = NEW.draft_id)"
)


def upgrade() -> None:
    """Expenses so far are in the currency of the account, else of the workspace."""
    op.add_column("draft_shown", sa.Column("currency", sa.String(), server_default="", nullable=False))
    op.add_column("expense", sa.Column("currency", sa.String(), server_default="EUR", nullable=False))
    op.execute(f"UPDATE expense SET currency = coalesce(({_ACCOUNTS}), ({_WORKSPACES}))")  # noqa: S608 (texts of ours)
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    changes = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _HELD)
    op.execute("DROP TRIGGER expense_billed")
    op.execute(
        f"CREATE TRIGGER expense_billed BEFORE UPDATE OF {', '.join(_HELD)} ON expense "  # noqa: S608 (names of ours)
        f"WHEN ({changes}) AND EXISTS (SELECT 1 FROM draft_expense WHERE expense_id = OLD.id) "
        f"BEGIN SELECT RAISE(ABORT, '{_BILLED}'); END"
    )
    op.execute(
        "CREATE TRIGGER draft_expense_currency BEFORE INSERT ON draft_expense "
        f"WHEN {_IS_MIXED} BEGIN SELECT RAISE(ABORT, '{_MIXED}'); END"
    )


def _on_postgresql() -> None:
    changes = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _HELD)
    op.execute("DROP TRIGGER expense_billed ON expense")
    op.execute(
        f"CREATE TRIGGER expense_billed BEFORE UPDATE OF {', '.join(_HELD)} ON expense "
        f"FOR EACH ROW WHEN ({changes}) EXECUTE FUNCTION expense_billed()"
    )
    op.execute(
        "CREATE FUNCTION draft_expense_currency() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_IS_MIXED} THEN RAISE check_violation USING MESSAGE = '{_MIXED}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER draft_expense_currency BEFORE INSERT ON draft_expense "
        "FOR EACH ROW EXECUTE FUNCTION draft_expense_currency()"
    )

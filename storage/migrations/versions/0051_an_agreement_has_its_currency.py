"""What is agreed is agreed in a currency, and is billed in no other one."""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_BILLED_IN = (
    "SELECT min(e.currency) FROM agreement_charge c JOIN expense e ON e.id = c.expense_id "
    "WHERE c.agreement_id = agreement.id"
)
_CUSTOMERS = "SELECT nullif(currency, '') FROM customer WHERE customer.id = agreement.customer_id"
_ACCOUNTS = "SELECT currency FROM billomat_account WHERE billomat_account.workspace_id = agreement.workspace_id"
_WORKSPACES = "SELECT currency FROM workspace WHERE workspace.id = agreement.workspace_id"
_ANOTHER = "what is agreed is billed in its currency"
_IS_ANOTHER = (
    "(SELECT currency FROM expense WHERE expense.id = NEW.expense_id) <> "
    "(SELECT currency FROM agreement WHERE agreement.id = NEW.agreement_id)"
)


def upgrade() -> None:
    """So far it was read in the customer's currency, whichever that was; what was billed of it says which one it was."""
    op.execute("ALTER TABLE agreement ADD COLUMN currency VARCHAR DEFAULT 'EUR' NOT NULL")
    known = ", ".join(f"({each})" for each in (_BILLED_IN, _CUSTOMERS, _ACCOUNTS, _WORKSPACES))
    op.execute(f"UPDATE agreement SET currency = coalesce({known})")  # noqa: S608 (texts of ours)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER agreement_charge_currency BEFORE INSERT ON agreement_charge "
            f"WHEN {_IS_ANOTHER} BEGIN SELECT RAISE(ABORT, '{_ANOTHER}'); END"
        )
    else:
        _on_postgresql()


def _on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION agreement_charge_currency() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_IS_ANOTHER} THEN RAISE check_violation USING MESSAGE = '{_ANOTHER}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER agreement_charge_currency BEFORE INSERT ON agreement_charge "
        "FOR EACH ROW EXECUTE FUNCTION agreement_charge_currency()"
    )

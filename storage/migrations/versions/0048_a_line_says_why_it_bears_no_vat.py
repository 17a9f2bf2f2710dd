"""An expense may be passed through without VAT, and a line that was approved keeps why it bears the VAT that it does."""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_HELD = (
    *("customer_id", "project_id", "day", "note", "amount_cents", "currency", "gross", "vat_rate", "article_id"),
    "pass_through",
)
_BILLED = "what is on a draft keeps what it was billed as"
_REASONS = (
    *("", "billomat", "domestic", "eu business", "third country", "reverse charge", "exempt", "small business"),
    *("article", "account", "typed", "passed through"),
)


def upgrade() -> None:
    op.execute(
        "ALTER TABLE expense ADD COLUMN pass_through BOOLEAN DEFAULT false NOT NULL "
        "CONSTRAINT ck_expense_pass_through CHECK (NOT pass_through OR gross)"
    )
    reasons = ", ".join(f"'{each}'" for each in _REASONS)
    op.execute(
        "ALTER TABLE draft_line ADD COLUMN tax_reason VARCHAR DEFAULT '' NOT NULL "
        f"CONSTRAINT ck_draft_line_tax_reason CHECK (tax_reason IN ({reasons}))"
    )
    if op.get_bind().dialect.name == "sqlite":
        _hold_on_sqlite()
    else:
        _hold_on_postgresql()


def _hold_on_sqlite() -> None:
    changes = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _HELD)
    op.execute("DROP TRIGGER expense_billed")
    op.execute(
        f"CREATE TRIGGER expense_billed BEFORE UPDATE OF {', '.join(_HELD)} ON expense "  # noqa: S608 (names of ours)
        f"WHEN ({changes}) AND EXISTS (SELECT 1 FROM draft_expense WHERE expense_id = OLD.id) "
        f"BEGIN SELECT RAISE(ABORT, '{_BILLED}'); END"
    )


def _hold_on_postgresql() -> None:
    changes = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _HELD)
    op.execute("DROP TRIGGER expense_billed ON expense")
    op.execute(
        f"CREATE TRIGGER expense_billed BEFORE UPDATE OF {', '.join(_HELD)} ON expense "
        f"FOR EACH ROW WHEN ({changes}) EXECUTE FUNCTION expense_billed()"
    )

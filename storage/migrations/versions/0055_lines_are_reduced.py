"""A line may be reduced alone, and an invoice by an amount; what was approved of it stays as the rest does."""

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_FROZEN = (
    "customer_id",
    "first_day",
    "last_day",
    "selection",
    "heading",
    "intro",
    "note",
    "currency",
    "net_cents",
    "gross_cents",
    "reduction",
    "reduction_cents",
    "reduction_title",
    "reduction_unit",
    "gross_prices",
    "service_first",
    "service_last",
    "service_text",
    "submitted_by",
    "submitted_at",
    "sealed",
    "needs_second",
    "created_by",
    "created_at",
)
"""As 0053 has them, with what is new."""
_FREE = "('open', 'submitted', 'discarded')"
_STAYS = "invoice_draft stays as it was approved"
_EITHER = "reduction_cents >= 0 AND (reduction = 0 OR reduction_cents = 0)"


def upgrade() -> None:
    for table in ("draft_edit", "draft_line"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN reduction INTEGER DEFAULT 0 NOT NULL "
            f"CONSTRAINT ck_{table}_reduction CHECK (reduction BETWEEN 0 AND 1000000)"
        )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    money = "INTEGER" if is_sqlite else "BIGINT"
    for table in ("draft_edit", "draft_line", "invoice_draft"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN reduction_cents {money} DEFAULT 0 NOT NULL "
            f"CONSTRAINT ck_{table}_reduction_cents CHECK ({_EITHER})"
        )
    op.execute(
        f"ALTER TABLE invoice_draft ADD COLUMN own_reduction_cents {money} "
        "CONSTRAINT ck_invoice_draft_own_reduction_cents "
        "CHECK (own_reduction_cents IS NULL OR (own_reduction_cents > 0 AND own_reduction IS NULL))"
    )
    op.execute("ALTER TABLE invoice_draft ADD COLUMN reduction_title VARCHAR DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE invoice_draft ADD COLUMN reduction_unit VARCHAR DEFAULT '' NOT NULL")
    if is_sqlite:
        _hold_on_sqlite()
    else:
        _hold_on_postgresql()


def _is_frozen(operator: str) -> str:
    differ = " OR ".join(f"NEW.{column} {operator} OLD.{column}" for column in _FROZEN)
    return f"OLD.state NOT IN {_FREE} AND NEW.state NOT IN {_FREE} AND ({differ})"


def _hold_on_sqlite() -> None:
    op.execute("DROP TRIGGER invoice_draft_stays")
    op.execute(
        f"CREATE TRIGGER invoice_draft_stays BEFORE UPDATE OF {', '.join(_FROZEN)} ON invoice_draft "
        f"WHEN {_is_frozen('IS NOT')} BEGIN SELECT RAISE(ABORT, '{_STAYS}'); END"
    )


def _hold_on_postgresql() -> None:
    op.execute("DROP TRIGGER invoice_draft_stays ON invoice_draft")
    op.execute(
        "CREATE OR REPLACE FUNCTION invoice_draft_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_is_frozen('IS DISTINCT FROM')} THEN RAISE check_violation USING MESSAGE = '{_STAYS}'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER invoice_draft_stays BEFORE UPDATE OF {', '.join(_FROZEN)} ON invoice_draft "
        "FOR EACH ROW EXECUTE FUNCTION invoice_draft_stays()"
    )

"""Who approved a draft, when, and with which VAT stays too; and what was submitted is approved as it was submitted."""

from collections.abc import Sequence

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

_SUBMITTED = ("submitted_by", "submitted_at", "sealed", "needs_second")
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
    *_SUBMITTED,
    "created_by",
    "created_at",
    "approved_by",
    "approved_at",
    "tax_case",
    "token",
    "label",
    "part",
)
"""As 0055 has them, with what is new."""
_FREE = "('open', 'submitted', 'discarded')"
_IS_FROZEN = f"OLD.state NOT IN {_FREE} AND NEW.state NOT IN {_FREE}"
_IS_SUBMITTED = "OLD.state = 'submitted' AND NEW.state IN ('submitted', 'approved')"


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, columns, when, says in (
        ("stays", _FROZEN, _IS_FROZEN, "invoice_draft stays as it was approved"),
        ("as_submitted", _SUBMITTED, _IS_SUBMITTED, "invoice_draft stays as it was submitted"),
    ):
        refuse = _refuse_on_sqlite if on_sqlite else _refuse_on_postgresql
        refuse(f"invoice_draft_{name}", columns, when, says)


def _differ(columns: Sequence[str], operator: str) -> str:
    return " OR ".join(f"NEW.{column} {operator} OLD.{column}" for column in columns)


def _refuse_on_sqlite(name: str, columns: Sequence[str], when: str, says: str) -> None:
    op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {', '.join(columns)} ON invoice_draft "
        f"WHEN {when} AND ({_differ(columns, 'IS NOT')}) BEGIN SELECT RAISE(ABORT, '{says}'); END"
    )


def _refuse_on_postgresql(name: str, columns: Sequence[str], when: str, says: str) -> None:
    op.execute(f"DROP TRIGGER IF EXISTS {name} ON invoice_draft")
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} AND ({_differ(columns, 'IS DISTINCT FROM')}) THEN "
        f"RAISE check_violation USING MESSAGE = '{says}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {', '.join(columns)} ON invoice_draft "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )

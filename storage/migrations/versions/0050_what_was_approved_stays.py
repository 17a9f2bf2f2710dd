"""What was approved stays as it was, whoever asks: lines, amounts and texts of a draft, and every row of the audit."""

from collections.abc import Sequence

from alembic import op

revision = "0050"
down_revision = "0049"
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
    "gross_prices",
    "service_first",
    "service_last",
    "service_text",
    "created_by",
    "created_at",
)
_WORKED = ("person_id", "day", "started_at", "ended_at", "zone", "timed", "note", "tags")
_FREE = "('open', 'discarded')"
_STATE = "(SELECT state FROM invoice_draft WHERE id = OLD.draft_id)"
_WAS_TRIED = (
    "EXISTS (SELECT 1 FROM invoice_draft WHERE id = NEW.draft_id AND attempts > 0 "
    "AND state IN ('sending', 'unknown', 'sent'))"
)
_LINES_STAY = "draft_line stays as it was approved"
_LINES_CLOSED = "draft_line takes no line once the draft may have been sent"
_DRAFT_STAYS = "invoice_draft stays as it was approved"
_EXPENSES_STAY = "draft_expense stays as it was approved"
_ENTRY_STAYS = "time_entry stays as it was approved while it is on a draft"
_APPEND_ONLY = "audit is append-only"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()
    # Who changed this entry, this draft: without it each look at a history would read all of the audit.
    op.create_index("ix_audit_subject", "audit", ["subject_id", "subject"])


def _differ(columns: Sequence[str], operator: str) -> str:
    return " OR ".join(f"NEW.{column} {operator} OLD.{column}" for column in columns)


def _on_sqlite() -> None:
    # REPLACE deletes without a DELETE trigger, so that a row of the same id is refused before.
    for table, says in (
        ("audit", _APPEND_ONLY),
        ("draft_line", _LINES_STAY),
        ("invoice_draft", _DRAFT_STAYS),
        ("time_entry", _ENTRY_STAYS),
        ("expense", _EXPENSES_STAY),
    ):
        is_there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 (names of ours)
        _refuse(f"{table}_not_replaced", f"INSERT ON {table}", is_there, says)
    _refuse("draft_line_stays", "UPDATE ON draft_line", "", _LINES_STAY)
    _refuse("draft_line_kept", "DELETE ON draft_line", f"{_STATE} NOT IN {_FREE}", _LINES_STAY)
    _refuse("draft_line_closed", "INSERT ON draft_line", _WAS_TRIED, _LINES_CLOSED)
    _refuse("draft_expense_stays", "UPDATE ON draft_expense", "", _EXPENSES_STAY)
    is_frozen = f"OLD.state NOT IN {_FREE} AND NEW.state NOT IN {_FREE} AND ({_differ(_FROZEN, 'IS NOT')})"
    _refuse("invoice_draft_stays", f"UPDATE OF {', '.join(_FROZEN)} ON invoice_draft", is_frozen, _DRAFT_STAYS)
    is_billed = f"OLD.on_draft AND NEW.on_draft AND ({_differ(_WORKED, 'IS NOT')})"
    _refuse("time_entry_stays", f"UPDATE OF {', '.join(_WORKED)} ON time_entry", is_billed, _ENTRY_STAYS)
    _refuse("invoice_draft_kept", "DELETE ON invoice_draft", "OLD.state <> 'open'", _DRAFT_STAYS)


def _refuse(name: str, change: str, when: str, says: str) -> None:
    condition = f"WHEN {when} " if when else ""
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} {condition}BEGIN SELECT RAISE(ABORT, '{says}'); END")


def _on_postgresql() -> None:
    _refusing("draft_line_stays", "UPDATE", "draft_line", "true", _LINES_STAY)
    _refusing("draft_line_kept", "DELETE", "draft_line", f"{_STATE} NOT IN {_FREE}", _LINES_STAY)
    _refusing("draft_line_closed", "INSERT", "draft_line", _WAS_TRIED, _LINES_CLOSED)
    _refusing("draft_expense_stays", "UPDATE", "draft_expense", "true", _EXPENSES_STAY)
    is_frozen = f"OLD.state NOT IN {_FREE} AND NEW.state NOT IN {_FREE} AND ({_differ(_FROZEN, 'IS DISTINCT FROM')})"
    _refusing("invoice_draft_stays", f"UPDATE OF {', '.join(_FROZEN)}", "invoice_draft", is_frozen, _DRAFT_STAYS)
    is_billed = f"OLD.on_draft AND NEW.on_draft AND ({_differ(_WORKED, 'IS DISTINCT FROM')})"
    _refusing("time_entry_stays", f"UPDATE OF {', '.join(_WORKED)}", "time_entry", is_billed, _ENTRY_STAYS)
    _refusing("invoice_draft_kept", "DELETE", "invoice_draft", "OLD.state <> 'open'", _DRAFT_STAYS)


def _refusing(name: str, change: str, table: str, when: str, says: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE check_violation USING MESSAGE = '{says}'; END IF; RETURN coalesce(NEW, OLD); END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")

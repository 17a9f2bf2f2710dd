"""A draft begins as open, with nothing of what follows; it stays what it is about, and takes its lines at an approval."""

from collections.abc import Sequence

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_EMPTY = (
    "heading",
    "intro",
    "note",
    "token",
    "label",
    "net_cents",
    "gross_cents",
    "service_first",
    "service_last",
    "service_text",
    "submitted_by",
    "submitted_at",
    "returned_by",
    "approved_by",
    "approved_at",
    "attempted_at",
    "looked_at",
    "view_id",
    "billomat_id",
    "billomat_net_cents",
    "billomat_gross_cents",
    "reason",
)
_WORDS = ("part", "number", "link", "reduction_title", "reduction_unit", "sealed", "returned")
_NUMBERS = ("attempts", "reduction", "reduction_cents")
_MARKS = ("needs_second", "gross_prices")
_IS_NEW = " AND ".join(
    (
        "NEW.state = 'open'",
        *(f"NEW.{column} IS NULL" for column in _EMPTY),
        *(f"NEW.{column} = ''" for column in _WORDS),
        *(f"NEW.{column} = 0" for column in _NUMBERS),
        *(f"NOT NEW.{column}" for column in _MARKS),
    )
)
_BORN = "invoice_draft begins as open, with nothing of what follows"
_ABOUT = ("id", "workspace_id", "customer_id", "first_day", "last_day", "selection", "created_by", "created_at")
_STAYS = "invoice_draft stays as it was begun"
_KEPT = "invoice_draft is kept, whatever became of it"
_HELD = ("draft_line", "draft_share", "draft_entry", "draft_expense")
_IS_APPROVED = (
    "EXISTS (SELECT 1 FROM invoice_draft WHERE id = NEW.draft_id AND workspace_id = NEW.workspace_id "
    "AND state = 'approved' AND attempts = 0)"
)
# REPLACE deletes what is in its way without calling a trigger of DELETE, which it does for each unique index.
_IN_THE_WAY = (
    "EXISTS (SELECT 1 FROM invoice_draft WHERE id <> {own}.id AND (token = NEW.token "
    "OR (workspace_id = NEW.workspace_id AND billomat_id = NEW.billomat_id) "
    "OR (NEW.state IN ('open', 'submitted') AND state IN ('open', 'submitted') AND workspace_id = NEW.workspace_id "
    "AND customer_id = NEW.customer_id AND selection = NEW.selection "
    "AND first_day IS NEW.first_day AND (last_day IS NEW.last_day OR first_day IS NULL))))"
)
_UNIQUE = "UNIQUE: invoice_draft takes no place of another one"


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    refuse, differ = (_on_sqlite, "IS NOT") if on_sqlite else (_on_postgresql, "IS DISTINCT FROM")
    refuse("invoice_draft_born", "INSERT", "invoice_draft", f"NOT ({_IS_NEW})", _BORN)
    change = f"UPDATE OF {', '.join(_ABOUT)}"
    refuse("invoice_draft_stays_about", change, "invoice_draft", _differ(_ABOUT, differ), _STAYS)
    refuse("invoice_draft_kept", "DELETE", "invoice_draft", "true", _KEPT)
    for table in _HELD:
        says = f"{table} takes what is approved with it, and nothing later"
        refuse(f"{table}_closed", "INSERT", table, f"NOT {_IS_APPROVED}", says)
    if on_sqlite:
        _on_sqlite("invoice_draft_alone", "INSERT", "invoice_draft", _IN_THE_WAY.format(own="NEW"), _UNIQUE)
        change = "UPDATE OF token, billomat_id, state"
        _on_sqlite("invoice_draft_alone_still", change, "invoice_draft", _IN_THE_WAY.format(own="OLD"), _UNIQUE)


def _differ(columns: Sequence[str], operator: str) -> str:
    return " OR ".join(f"NEW.{column} {operator} OLD.{column}" for column in columns)


def _on_sqlite(name: str, change: str, table: str, when: str, says: str) -> None:
    op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END")


def _on_postgresql(name: str, change: str, table: str, when: str, says: str) -> None:
    op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE check_violation USING MESSAGE = '{says}'; END IF; RETURN coalesce(NEW, OLD); END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")

"""What an approved draft holds is neither replaced nor used otherwise, its attempts are counted on, and ids stay."""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

_IS_APPROVED = (
    "EXISTS (SELECT 1 FROM invoice_draft WHERE id = NEW.draft_id AND workspace_id = NEW.workspace_id "
    "AND state = 'approved' AND attempts = 0)"
)
_FREE = "('open', 'submitted', 'discarded')"
_IS_HELD = (
    f"(SELECT state FROM invoice_draft WHERE id = OLD.draft_id) NOT IN {_FREE} "  # noqa: S608 (a text of ours)
    "AND NOT EXISTS (SELECT 1 FROM freed_share WHERE line_id = OLD.line_id AND entry_id IS NOT NULL)"
)
"""Entry by entry what is freed is used no more; with an open draft its lines go, and what they used."""
_USE_STAYS = "retainer_use stays as it was approved"
_ON_BOTH = (
    ("retainer_use_kept", "DELETE", "retainer_use", _IS_HELD, _USE_STAYS),
    ("retainer_use_kept_still", "UPDATE", "retainer_use", _IS_HELD, _USE_STAYS),
    (
        "invoice_draft_counts_on",
        "UPDATE OF attempts",
        "invoice_draft",
        f"OLD.state NOT IN {_FREE} AND NEW.attempts < OLD.attempts",
        "invoice_draft stays as often as it was tried",
    ),
    (
        "invoice_draft_stays_there",
        "UPDATE OF billomat_id",
        "invoice_draft",
        "OLD.state = 'sent' AND NEW.state = 'sent' AND NEW.billomat_id <> OLD.billomat_id",
        "invoice_draft stays where it was sent",
    ),
    ("time_entry_stays_itself", "UPDATE OF id", "time_entry", "NEW.id <> OLD.id", "time_entry keeps its id"),
    ("expense_stays_itself", "UPDATE OF id", "expense", "NEW.id <> OLD.id", "expense keeps its id"),
)
# REPLACE deletes what is in its way without calling a trigger of DELETE.
_ON_SQLITE = (
    (
        "draft_expense_not_replaced",
        "INSERT",
        "draft_expense",
        f"{_IS_APPROVED} AND EXISTS (SELECT 1 FROM draft_expense WHERE expense_id = NEW.expense_id)",  # noqa: S608
        "UNIQUE: an expense stands on one draft",
    ),
    (
        "retainer_use_not_replaced",
        "INSERT",
        "retainer_use",
        "EXISTS (SELECT 1 FROM retainer_use WHERE line_id = NEW.line_id AND month = NEW.month)",
        "UNIQUE: a line uses hours of a month once",
    ),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for one in (*_ON_BOTH, *_ON_SQLITE):
            _on_sqlite(*one)
    else:
        for one in _ON_BOTH:
            _on_postgresql(*one)


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

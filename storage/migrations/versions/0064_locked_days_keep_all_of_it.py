"""In locked days nothing changes of what is billed, and by what: also not its project, its note or its tags."""

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

_LOCKED = "these days are locked"
_BOOKED = ("person_id", "customer_id", "project_id", "note", "private", "billable")
_TABLES = {
    "time_entry": ("day", "started_at", "ended_at", "seconds", "timed", "zone", "service_id", "tags", *_BOOKED),
    "expense": (
        *("day", "amount_cents", "gross", "vat_rate", "currency", "article_id", "receipt", "pass_through"),
        *_BOOKED,
    ),
}
"""What 0060 held already, and whatever else an invoice is made by."""


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in _TABLES.items():
        differ = " OR ".join(
            f"NEW.{each} {'IS NOT' if on_sqlite else 'IS DISTINCT FROM'} OLD.{each}" for each in columns
        )
        changed = f"({differ}) AND ({_is_locked('OLD')} OR {_is_locked('NEW')})"
        if table == "time_entry":  # a timer that began before may end
            changed = f"NOT (OLD.ended_at IS NULL AND NEW.day = OLD.day) AND {changed}"
        _refuse(on_sqlite, f"{table}_locked", f"UPDATE OF {', '.join(columns)}", table, changed)


def _is_locked(row: str) -> str:
    return (
        f"(EXISTS (SELECT 1 FROM workspace WHERE id = {row}.workspace_id AND locked_until >= {row}.day) "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM opened_days WHERE person_id = {row}.person_id "
        f"AND {row}.day BETWEEN first_day AND last_day))"
    )


def _refuse(on_sqlite: bool, name: str, change: str, table: str, when: str) -> None:
    if on_sqlite:
        op.execute(f"DROP TRIGGER {name}")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{_LOCKED}'); END"
        )
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE check_violation USING MESSAGE = '{_LOCKED}'; END IF; RETURN coalesce(NEW, OLD); END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")

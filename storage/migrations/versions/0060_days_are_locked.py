"""Days are locked: time and expenses in them change for nobody, but for whom who bills opened them, with a reason."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

_LOCKED = "these days are locked"
_TABLES = {
    "time_entry": ("day", "started_at", "ended_at", "seconds", "person_id"),
    "expense": ("day", "amount_cents", "gross", "vat_rate", "currency", "person_id"),
}


def upgrade() -> None:
    op.add_column("workspace", sa.Column("locked_until", sa.Date(), nullable=True))
    op.add_column("workspace", sa.Column("lock_offered", sa.Date(), nullable=True))
    _opened()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in _TABLES.items():
        if table == "time_entry":  # fees of a month are expenses too, and are put when they are due
            _refuse(on_sqlite, f"{table}_locked_new", "INSERT", table, _is_locked("NEW"))
        _refuse(on_sqlite, f"{table}_locked_gone", "DELETE", table, _is_locked("OLD"))
        differ = " OR ".join(
            f"NEW.{each} {'IS NOT' if on_sqlite else 'IS DISTINCT FROM'} OLD.{each}" for each in columns
        )
        changed = f"({differ}) AND ({_is_locked('OLD')} OR {_is_locked('NEW')})"
        if table == "time_entry":  # a timer that began before may end
            changed = f"NOT (OLD.ended_at IS NULL AND NEW.day = OLD.day) AND {changed}"
        _refuse(on_sqlite, f"{table}_locked", f"UPDATE OF {', '.join(columns)}", table, changed)


def _opened() -> None:
    op.create_table(
        "opened_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opened_days")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_opened_days_workspace_id")),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", column],
                ["person.workspace_id", "person.id"],
                name=op.f(f"fk_opened_days_workspace_id_{column}"),
            )
            for column in ("person_id", "opened_by")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_opened_days_reason")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_opened_days_days")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_opened_days_person", "opened_days", ["person_id"])


def _is_locked(row: str) -> str:
    return (
        f"(EXISTS (SELECT 1 FROM workspace WHERE id = {row}.workspace_id AND locked_until >= {row}.day) "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM opened_days WHERE person_id = {row}.person_id "
        f"AND {row}.day BETWEEN first_day AND last_day))"
    )


def _refuse(on_sqlite: bool, name: str, change: str, table: str, when: str) -> None:
    if on_sqlite:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{_LOCKED}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE check_violation USING MESSAGE = '{_LOCKED}'; END IF; RETURN coalesce(NEW, OLD); END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")

"""What is not billed yet is found by an index of just that, however much was billed before."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_IS_BOUND = "EXISTS (SELECT 1 FROM draft_entry WHERE entry_id = NEW.id)"
_SAYS = "time_entry.on_draft follows draft_entry"


def upgrade() -> None:
    op.add_column("time_entry", sa.Column("on_draft", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE time_entry SET on_draft = true WHERE id IN (SELECT entry_id FROM draft_entry)")
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()
    op.create_index(
        "ix_time_entry_unbilled",
        "time_entry",
        ["workspace_id", "customer_id", "project_id", "service_id", "seconds"],
        sqlite_where=sa.text("seconds IS NOT NULL AND billable = 1 AND end_guessed = 0 AND on_draft = 0"),
        postgresql_where=sa.text("seconds IS NOT NULL AND billable AND NOT end_guessed AND NOT on_draft"),
    )


def _on_sqlite() -> None:
    binds = "UPDATE time_entry SET on_draft = 1 WHERE id = NEW.entry_id"
    frees = "UPDATE time_entry SET on_draft = 0 WHERE id = OLD.entry_id"
    for name, change, statements in (
        ("binds", "INSERT", [binds]),
        ("frees", "DELETE", [frees]),
        ("moves", "UPDATE OF entry_id", [frees, binds]),
    ):
        op.execute(
            f"CREATE TRIGGER draft_entry_{name} AFTER {change} ON draft_entry BEGIN {'; '.join(statements)}; END"
        )
    for name, change in (("added", "INSERT"), ("changed", "UPDATE OF on_draft")):
        op.execute(
            f"CREATE TRIGGER time_entry_on_draft_{name} BEFORE {change} ON time_entry "
            f"WHEN NEW.on_draft <> {_IS_BOUND} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        )


def _on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION draft_entry_marks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP <> 'INSERT' THEN UPDATE time_entry SET on_draft = false WHERE id = OLD.entry_id; END IF; "
        "IF TG_OP <> 'DELETE' THEN UPDATE time_entry SET on_draft = true WHERE id = NEW.entry_id; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER draft_entry_marks AFTER INSERT OR DELETE OR UPDATE OF entry_id ON draft_entry "
        "FOR EACH ROW EXECUTE FUNCTION draft_entry_marks()"
    )
    op.execute(
        "CREATE FUNCTION time_entry_on_draft() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.on_draft <> {_IS_BOUND} THEN RAISE check_violation USING MESSAGE = '{_SAYS}'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER time_entry_on_draft_added BEFORE INSERT ON time_entry "
        "FOR EACH ROW WHEN (NEW.on_draft) EXECUTE FUNCTION time_entry_on_draft()"
    )
    op.execute(
        "CREATE TRIGGER time_entry_on_draft_changed BEFORE UPDATE OF on_draft ON time_entry "
        "FOR EACH ROW EXECUTE FUNCTION time_entry_on_draft()"
    )

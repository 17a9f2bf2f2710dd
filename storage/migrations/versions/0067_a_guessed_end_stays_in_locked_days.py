"""In locked days no guessed end is confirmed: what was not billed would be billable, behind the back of who bills."""

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

_LOCKED = "these days are locked"


def upgrade() -> None:
    differs = "NEW.end_guessed <> OLD.end_guessed"
    # A timer that began before may end, also by a guess.
    when = f"OLD.ended_at IS NOT NULL AND {differs} AND {_is_locked('NEW')}"
    name = "time_entry_locked_guess"
    begins = f"CREATE TRIGGER {name} BEFORE UPDATE OF end_guessed ON time_entry"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER IF EXISTS {name}")
        op.execute(f"{begins} WHEN {when} BEGIN SELECT RAISE(ABORT, '{_LOCKED}'); END")
        return
    op.execute(f"DROP TRIGGER IF EXISTS {name} ON time_entry")
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE check_violation USING MESSAGE = '{_LOCKED}'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"{begins} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _is_locked(row: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM workspace WHERE id = {row}.workspace_id AND locked_until >= {row}.day) "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM opened_days WHERE person_id = {row}.person_id "
        f"AND {row}.day BETWEEN first_day AND last_day)"
    )

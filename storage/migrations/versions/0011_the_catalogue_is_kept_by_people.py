"""Customers, projects and services merge into others; who creates them is set, and channels are in the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SUBJECTS = "'entry', 'draft', 'break', 'person', 'workspace', 'account', 'customer', 'project', 'service', 'channel'"
_KINDS = ("customer", "project", "service")
_ONCE = "is merged for good, and only into what is in use"
_BILLED = "what is on a draft keeps its customer, project and service"
_BOOKED_ON = ("customer_id", "project_id", "service_id")


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    _add_columns()
    for kind in _KINDS:
        _hold_merges_on_sqlite(kind) if on_sqlite else _hold_merges_on_postgresql(kind)
    _hold_what_is_billed_on_sqlite() if on_sqlite else _hold_what_is_billed_on_postgresql()
    _audit_channels(on_sqlite)


def _add_columns() -> None:
    op.execute(
        "ALTER TABLE workspace ADD COLUMN creators VARCHAR DEFAULT 'members' NOT NULL CONSTRAINT ck_workspace_creators "
        "CHECK (creators IN ('everybody', 'members', 'billers', 'admins'))"
    )
    for kind in _KINDS:
        # SQLite rebuilds the table, and from now on gives no id of a deleted row again.
        with op.batch_alter_table(kind, table_kwargs={"sqlite_autoincrement": True}) as table:
            table.add_column(sa.Column("merged_into", sa.Integer(), nullable=True))
            table.create_foreign_key(
                op.f(f"fk_{kind}_workspace_id_merged_into"),
                kind,
                ["workspace_id", "merged_into"],
                ["workspace_id", "id"],
            )
            table.create_check_constraint(
                op.f(f"ck_{kind}_merged"), "merged_into IS NULL OR (archived AND merged_into <> id)"
            )
    op.add_column("service", sa.Column("article_settled", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE service SET article_settled = true "
        "WHERE id IN (SELECT subject_id FROM audit WHERE subject = 'service' AND action = 'bill as')"
    )


def _hold_merges_on_sqlite(kind: str) -> None:
    in_use = f"EXISTS (SELECT 1 FROM {kind} AS target WHERE target.id = NEW.merged_into AND NOT target.archived)"  # noqa: S608 (a name of ours)
    op.execute(
        f"CREATE TRIGGER {kind}_merged BEFORE UPDATE OF merged_into ON {kind} "
        "WHEN NEW.merged_into IS NOT OLD.merged_into "
        f"AND (OLD.merged_into IS NOT NULL OR NOT {in_use}) BEGIN SELECT RAISE(ABORT, '{kind} {_ONCE}'); END"
    )


def _hold_merges_on_postgresql(kind: str) -> None:
    """The lock makes two that merge into each other wait, so that one of them sees that the other was first."""
    op.execute(
        f"CREATE FUNCTION {kind}_merged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM 1 FROM {kind} WHERE id = NEW.merged_into AND NOT archived FOR SHARE; "
        f"IF OLD.merged_into IS NOT NULL OR NOT FOUND THEN "
        f"RAISE check_violation USING MESSAGE = '{kind} {_ONCE}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {kind}_merged BEFORE UPDATE OF merged_into ON {kind} FOR EACH ROW "
        f"WHEN (NEW.merged_into IS DISTINCT FROM OLD.merged_into) EXECUTE FUNCTION {kind}_merged()"
    )


def _hold_what_is_billed_on_sqlite() -> None:
    moves = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _BOOKED_ON)
    op.execute(
        f"CREATE TRIGGER time_entry_billed BEFORE UPDATE OF {', '.join(_BOOKED_ON)} ON time_entry "
        f"WHEN OLD.on_draft AND ({moves}) BEGIN SELECT RAISE(ABORT, '{_BILLED}'); END"
    )


def _hold_what_is_billed_on_postgresql() -> None:
    moves = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _BOOKED_ON)
    op.execute(
        "CREATE FUNCTION time_entry_billed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE check_violation USING MESSAGE = '{_BILLED}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER time_entry_billed BEFORE UPDATE OF {', '.join(_BOOKED_ON)} ON time_entry "
        f"FOR EACH ROW WHEN (OLD.on_draft AND ({moves})) EXECUTE FUNCTION time_entry_billed()"
    )


def _audit_channels(on_sqlite: bool) -> None:
    with op.batch_alter_table("audit") as audit:
        if not on_sqlite:  # which rebuilds the table, and takes no CHECK along
            audit.drop_constraint(op.f("ck_audit_subject"), type_="check")
        audit.create_check_constraint(op.f("ck_audit_subject"), f"subject IN ({_SUBJECTS})")
    if on_sqlite:
        for change in ("UPDATE", "DELETE"):  # the triggers went with the table
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
            )
    is_creation = sa.text("action = 'create' AND subject IN ('customer', 'project', 'service')")
    op.create_index(
        "ix_audit_created",
        "audit",
        ["workspace_id", "subject", "subject_id"],
        sqlite_where=is_creation,
        postgresql_where=is_creation,
    )

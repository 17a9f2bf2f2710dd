"""An entry may stand on several lines of one draft: a table holds its seconds on each, and they are all of its seconds."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_MARKS = {
    "binds": ("INSERT", "UPDATE time_entry SET on_draft = 1 WHERE id = NEW.entry_id"),
    "frees": ("DELETE", "UPDATE time_entry SET on_draft = 0 WHERE id = OLD.entry_id"),
    "moves": (
        "UPDATE OF entry_id",
        "UPDATE time_entry SET on_draft = 0 WHERE id = OLD.entry_id; "
        "UPDATE time_entry SET on_draft = 1 WHERE id = NEW.entry_id",
    ),
}
"""As 0003 made them: SQLite drops them with the table that is rebuilt here."""
_ADDS_UP = "draft_share adds up to time_entry.seconds"
_STAYS = "draft_share stays as it was written"
_LASTS = "time_entry.seconds stays while it is on a draft"
_SHARED = "(SELECT sum(seconds) FROM draft_share WHERE entry_id = NEW.entry_id AND draft_id = NEW.draft_id)"
_WORKED = "(SELECT seconds FROM time_entry WHERE id = NEW.entry_id)"
_NEW_IS_BOUND = "EXISTS (SELECT 1 FROM draft_entry WHERE entry_id = NEW.entry_id AND draft_id = NEW.draft_id)"
_OLD_IS_BOUND = "EXISTS (SELECT 1 FROM draft_entry WHERE entry_id = OLD.entry_id AND draft_id = OLD.draft_id)"
_LOCKED = "SELECT seconds INTO worked FROM time_entry WHERE id = NEW.entry_id FOR NO KEY UPDATE"
"""So that whoever changes the entry at this moment goes first."""


def upgrade() -> None:
    op.drop_index("ix_draft_entry_draft", "draft_entry")
    if op.get_bind().dialect.name == "sqlite":
        _add_shares()
        _rebuild()
        _add_index()
        _hold_on_sqlite()
    else:
        _add_index()  # which the shares refer to
        _add_shares()
        op.drop_column("draft_entry", "line_id")
        _hold_on_postgresql()


def _add_index() -> None:
    op.create_index("uq_draft_entry_draft", "draft_entry", ["draft_id", "entry_id", "workspace_id"], unique=True)


def _rebuild() -> None:
    """SQLite drops no column that is part of a reference."""
    op.create_table(
        "bound",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_draft_entry_workspace_id_draft_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["time_entry.workspace_id", "time_entry.id"],
            name=op.f("fk_draft_entry_workspace_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_draft_entry_workspace_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_draft_entry")),
    )
    op.execute("INSERT INTO bound SELECT entry_id, workspace_id, draft_id FROM draft_entry")
    op.drop_table("draft_entry")
    op.rename_table("bound", "draft_entry")


def _add_shares() -> None:
    op.create_table(
        "draft_share",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_draft_share_seconds")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_draft_share_line",
        ),
        sa.ForeignKeyConstraint(
            ["draft_id", "entry_id", "workspace_id"],
            ["draft_entry.draft_id", "draft_entry.entry_id", "draft_entry.workspace_id"],
            name="fk_draft_share_entry",
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_draft_share_workspace_id")),
        sa.PrimaryKeyConstraint("entry_id", "line_id", name=op.f("pk_draft_share")),
    )
    op.create_index("ix_draft_share_line", "draft_share", ["line_id"])
    op.execute(
        "INSERT INTO draft_share (entry_id, line_id, workspace_id, draft_id, seconds) "
        "SELECT draft_entry.entry_id, line_id, draft_entry.workspace_id, draft_id, coalesce(seconds, 0) "
        "FROM draft_entry JOIN time_entry ON time_entry.id = draft_entry.entry_id"
    )


def _hold_on_sqlite() -> None:
    for name, (change, statements) in _MARKS.items():
        op.execute(f"CREATE TRIGGER draft_entry_{name} AFTER {change} ON draft_entry BEGIN {statements}; END")
    for name, change in (("added", "INSERT"), ("moved", "UPDATE OF entry_id, draft_id")):
        op.execute(
            f"CREATE TRIGGER draft_entry_{name} BEFORE {change} ON draft_entry "
            f"WHEN {_SHARED} IS NULL OR {_SHARED} IS NOT {_WORKED} "
            f"BEGIN SELECT RAISE(ABORT, '{_ADDS_UP}'); END"
        )
    for name, change, is_bound in (
        ("added", "INSERT", _NEW_IS_BOUND),
        ("changed", "UPDATE", f"{_OLD_IS_BOUND} OR {_NEW_IS_BOUND}"),
        ("deleted", "DELETE", _OLD_IS_BOUND),
    ):
        op.execute(
            f"CREATE TRIGGER draft_share_{name} BEFORE {change} ON draft_share "
            f"WHEN {is_bound} BEGIN SELECT RAISE(ABORT, '{_STAYS}'); END"
        )
    op.execute(
        "CREATE TRIGGER time_entry_divided BEFORE UPDATE OF seconds ON time_entry "
        f"WHEN OLD.on_draft AND NEW.seconds IS NOT OLD.seconds BEGIN SELECT RAISE(ABORT, '{_LASTS}'); END"
    )


def _hold_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION draft_entry_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"DECLARE worked integer; shared bigint; BEGIN {_LOCKED}; shared := {_SHARED}; "
        "IF shared IS NULL OR shared IS DISTINCT FROM worked THEN "
        f"RAISE check_violation USING MESSAGE = '{_ADDS_UP}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER draft_entry_adds_up BEFORE INSERT OR UPDATE OF entry_id, draft_id ON draft_entry "
        "FOR EACH ROW EXECUTE FUNCTION draft_entry_adds_up()"
    )
    op.execute(
        "CREATE FUNCTION draft_share_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' AND {_OLD_IS_BOUND} OR TG_OP <> 'DELETE' AND {_NEW_IS_BOUND} THEN "
        f"RAISE check_violation USING MESSAGE = '{_STAYS}'; END IF; RETURN coalesce(NEW, OLD); END $$"
    )
    op.execute(
        "CREATE TRIGGER draft_share_stays BEFORE INSERT OR UPDATE OR DELETE ON draft_share "
        "FOR EACH ROW EXECUTE FUNCTION draft_share_stays()"
    )
    op.execute(
        "CREATE FUNCTION time_entry_divided() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE check_violation USING MESSAGE = '{_LASTS}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER time_entry_divided BEFORE UPDATE OF seconds ON time_entry FOR EACH ROW "
        "WHEN (OLD.on_draft AND NEW.seconds IS DISTINCT FROM OLD.seconds) EXECUTE FUNCTION time_entry_divided()"
    )

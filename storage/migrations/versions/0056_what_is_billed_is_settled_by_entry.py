"""Single entries and expenses are freed of a sent draft, written off, or billed elsewhere; lines are read in Billomat."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_MAY_BE_SENT = "('sending', 'unknown', 'sent')"
_KINDS = ("entry", "expense")
_ELSEWHERE = "kind = 'billed elsewhere'"
_HAS_DRAFT = "EXISTS (SELECT 1 FROM draft_entry WHERE entry_id = NEW.id)"
_HAS_SETTLEMENT = f"EXISTS (SELECT 1 FROM settlement WHERE entry_id = NEW.id AND {_ELSEWHERE})"  # noqa: S608
_IS_HELD = f"({_HAS_DRAFT} OR {_HAS_SETTLEMENT})"
_FOLLOWS = "time_entry.on_draft follows draft_entry and settlement"
_STAYS = "settlement stays as it was written"
_TWICE = "what is billed elsewhere is on no draft"
_BOUND = "what is on a draft that may have been sent is freed of it first"
_SENT = "what is on an open draft is free"
_BILLED = "what is on a draft keeps what it was billed as"
_HELD = ("customer_id", "project_id", "day", "note", "amount_cents", "currency", "gross", "vat_rate", "article_id")


def upgrade() -> None:
    op.add_column("sent_invoice", sa.Column("lines_read", sa.String(), server_default="", nullable=False))
    op.add_column("sent_invoice", sa.Column("lines_there", sa.JSON(none_as_null=True), nullable=True))
    op.create_index("uq_draft_expense_draft", "draft_expense", ["draft_id", "expense_id", "workspace_id"], unique=True)
    op.drop_index("ix_draft_expense_draft", "draft_expense")
    _settlement()
    _freed()
    _hold_on_sqlite() if op.get_bind().dialect.name == "sqlite" else _hold_on_postgresql()
    _write_off()


def _references(table: str, *, cascade: bool) -> list[sa.ForeignKeyConstraint]:
    on_delete = {"ondelete": "CASCADE"} if cascade else {}
    named = (("time_entry", "entry_id"), ("expense", "expense_id"))
    return [
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f(f"fk_{table}_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["person.workspace_id", "person.id"],
            name=op.f(f"fk_{table}_workspace_id_person_id"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", column],
                [f"{other}.workspace_id", f"{other}.id"],
                name=op.f(f"fk_{table}_workspace_id_{column}"),
                **on_delete,
            )
            for other, column in named
        ),
    ]


def _settlement() -> None:
    op.create_table(
        "settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("expense_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        *_references("settlement", cascade=False),
        *(
            sa.ForeignKeyConstraint(
                ["draft_id", f"{kind}_id", "workspace_id"],
                [f"draft_{kind}.draft_id", f"draft_{kind}.{kind}_id", f"draft_{kind}.workspace_id"],
                name=f"fk_settlement_draft_{kind}",
                ondelete="CASCADE",
            )
            for kind in _KINDS
        ),
        sa.CheckConstraint("kind IN ('written off', 'billed elsewhere')", name=op.f("ck_settlement_kind")),
        sa.CheckConstraint("(entry_id IS NULL) <> (expense_id IS NULL)", name=op.f("ck_settlement_of_one")),
        sa.CheckConstraint("(kind = 'written off') = (draft_id IS NOT NULL)", name=op.f("ck_settlement_draft")),
        sa.CheckConstraint("kind = 'written off' OR reason <> ''", name=op.f("ck_settlement_reason")),
        sqlite_autoincrement=True,
    )
    for kind in _KINDS:
        op.create_index(f"uq_settlement_{kind}", "settlement", [f"{kind}_id"], unique=True)
    op.create_index("ix_settlement_draft", "settlement", ["draft_id"])


def _freed() -> None:
    op.create_table(
        "freed_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("expense_id", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freed_share")),
        *_references("freed_share", cascade=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_freed_share_line",
        ),
        sa.UniqueConstraint("line_id", "entry_id", name=op.f("uq_freed_share_line_id_entry_id")),
        sa.UniqueConstraint("line_id", "expense_id", name=op.f("uq_freed_share_line_id_expense_id")),
        sa.CheckConstraint("(entry_id IS NULL) <> (expense_id IS NULL)", name=op.f("ck_freed_share_of_one")),
        sa.CheckConstraint("(entry_id IS NULL) = (seconds IS NULL)", name=op.f("ck_freed_share_seconds")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_freed_share_draft", "freed_share", ["draft_id"])


def _is_kept(kind: str) -> str:
    """Whether what is deleted stands on a draft that may have been sent, and was not freed of it."""
    return (
        f"(SELECT state FROM invoice_draft WHERE id = OLD.draft_id) IN {_MAY_BE_SENT} AND NOT EXISTS (SELECT 1 FROM "  # noqa: S608 (names of ours)
        f"freed_share WHERE draft_id = OLD.draft_id AND {kind}_id = OLD.{kind}_id)"
    )


def _is_elsewhere(kind: str) -> str:
    return f"EXISTS (SELECT 1 FROM settlement WHERE {kind}_id = NEW.{kind}_id AND {_ELSEWHERE})"  # noqa: S608


def _is_on_draft(kind: str) -> str:
    return f"EXISTS (SELECT 1 FROM draft_{kind} WHERE {kind}_id = NEW.{kind}_id)"  # noqa: S608


_IS_FREE = "(SELECT state FROM invoice_draft WHERE id = NEW.draft_id) IN ('open', 'submitted', 'discarded')"
_IS_TWICE = f"NEW.{_ELSEWHERE} AND ({_is_on_draft('entry')} OR {_is_on_draft('expense')})"
_EXPENSE_IS_ELSEWHERE = f"EXISTS (SELECT 1 FROM settlement WHERE expense_id = OLD.id AND {_ELSEWHERE})"  # noqa: S608


def _hold_on_sqlite() -> None:
    for name, change in (("added", "INSERT"), ("changed", "UPDATE OF on_draft")):
        op.execute(f"DROP TRIGGER time_entry_on_draft_{name}")
        _refuse(f"time_entry_on_draft_{name}", f"{change} ON time_entry", f"NEW.on_draft <> {_IS_HELD}", _FOLLOWS)
    for name, change, which, held in (("binds", "INSERT", "NEW", 1), ("frees", "DELETE", "OLD", 0)):
        op.execute(
            f"CREATE TRIGGER settlement_{name} AFTER {change} ON settlement WHEN {which}.{_ELSEWHERE} "  # noqa: S608
            f"BEGIN UPDATE time_entry SET on_draft = {held} WHERE id = {which}.entry_id; END"
        )
    _refuse("settlement_stays", "UPDATE ON settlement", "", _STAYS)
    _refuse("settlement_once", "INSERT ON settlement", _IS_TWICE, _TWICE)
    _refuse("freed_share_of_approved", "INSERT ON freed_share", _IS_FREE, _SENT)
    for kind in _KINDS:
        table = f"draft_{kind}"
        _refuse(f"{table}_once", f"INSERT ON {table}", _is_elsewhere(kind), _TWICE)
        _refuse(f"{table}_kept", f"DELETE ON {table}", _is_kept(kind), _BOUND)
    changes = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _HELD)
    _refuse(
        "expense_elsewhere",
        f"UPDATE OF {', '.join(_HELD)} ON expense",
        f"({changes}) AND {_EXPENSE_IS_ELSEWHERE}",
        _BILLED,
    )


def _refuse(name: str, change: str, when: str, says: str) -> None:
    condition = f"WHEN {when} " if when else ""
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} {condition}BEGIN SELECT RAISE(ABORT, '{says}'); END")


def _hold_on_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION time_entry_on_draft() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.on_draft <> {_IS_HELD} THEN RAISE check_violation USING MESSAGE = '{_FOLLOWS}'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE FUNCTION settlement_marks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
        f"IF TG_OP = 'DELETE' THEN IF OLD.{_ELSEWHERE} THEN "
        "UPDATE time_entry SET on_draft = false WHERE id = OLD.entry_id; END IF; "
        f"ELSIF NEW.{_ELSEWHERE} THEN UPDATE time_entry SET on_draft = true WHERE id = NEW.entry_id; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER settlement_marks AFTER INSERT OR DELETE ON settlement "
        "FOR EACH ROW EXECUTE FUNCTION settlement_marks()"
    )
    # Whoever binds the same entry or expense at this moment goes first.
    locks = " ".join(
        f"PERFORM 1 FROM {table} WHERE id = NEW.{kind}_id FOR NO KEY UPDATE;"
        for table, kind in (("time_entry", "entry"), ("expense", "expense"))
    )
    _refusing("settlement_stays", "UPDATE", "settlement", "true", _STAYS)
    _refusing("settlement_once", "INSERT", "settlement", _IS_TWICE, _TWICE, first=locks)
    _refusing("freed_share_of_approved", "INSERT", "freed_share", _IS_FREE, _SENT)
    for table, kind in (("time_entry", "entry"), ("expense", "expense")):
        lock = f"PERFORM 1 FROM {table} WHERE id = NEW.{kind}_id FOR NO KEY UPDATE;"
        _refusing(f"draft_{kind}_once", "INSERT", f"draft_{kind}", _is_elsewhere(kind), _TWICE, first=lock)
        _refusing(f"draft_{kind}_kept", "DELETE", f"draft_{kind}", _is_kept(kind), _BOUND)
    changes = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _HELD)
    _refusing(
        "expense_elsewhere",
        f"UPDATE OF {', '.join(_HELD)}",
        "expense",
        f"({changes}) AND {_EXPENSE_IS_ELSEWHERE}",
        _BILLED,
    )


def _refusing(name: str, change: str, table: str, when: str, says: str, *, first: str = "") -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {first} "
        f"IF {when} THEN RAISE check_violation USING MESSAGE = '{says}'; END IF; RETURN coalesce(NEW, OLD); END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _write_off() -> None:
    """What was written off with its cancelled invoice before, entry by entry."""
    for kind in _KINDS:
        op.execute(
            f"INSERT INTO settlement (workspace_id, {kind}_id, kind, draft_id, person_id, at) "  # noqa: S608
            f"SELECT held.workspace_id, held.{kind}_id, 'written off', held.draft_id, "
            "invoice_draft.approved_by, coalesce(seen_at, sent_at) "
            f"FROM draft_{kind} AS held JOIN invoice_draft ON invoice_draft.id = held.draft_id "
            "JOIN sent_invoice ON sent_invoice.draft_id = held.draft_id "
            "AND sent_invoice.billomat_id = invoice_draft.billomat_id WHERE sent_invoice.decision = 'written off'"
        )

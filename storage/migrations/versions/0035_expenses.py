"""Expenses and lump sums are kept like time: billed once, corrected and taken back, each with its audit row."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_SUBJECTS = (
    "'entry', 'draft', 'break', 'person', 'workspace', 'account', 'customer', 'project', 'service', 'channel', "
    "'expense'"
)
_BILLED = "what is on a draft keeps what it was billed as"
_HELD = ("customer_id", "project_id", "day", "note", "amount_cents", "gross", "vat_rate", "article_id")


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    _expenses()
    _draft_expenses()
    _choices()
    _hold_on_sqlite() if on_sqlite else _hold_on_postgresql()
    _audit(on_sqlite)


def _expenses() -> None:
    op.create_table(
        "expense",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("gross", sa.Boolean(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("receipt", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expense")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_expense_workspace_id")),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", f"{table}_id"],
                [f"{table}.workspace_id", f"{table}.id"],
                name=op.f(f"fk_expense_workspace_id_{table}_id"),
            )
            for table in ("person", "customer", "article")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            onupdate="CASCADE",
            name="fk_expense_project",
        ),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_expense_workspace_id_id")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_expense_amount")),
        sa.CheckConstraint("vat_rate BETWEEN 0 AND 10000", name=op.f("ck_expense_vat_rate")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_expense_person", "expense", ["person_id", "day"])
    op.create_index("ix_expense_customer", "expense", ["workspace_id", "customer_id", "day"])


def _draft_expenses() -> None:
    op.create_table(
        "draft_expense",
        sa.Column("expense_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("expense_id", name=op.f("pk_draft_expense")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_draft_expense_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "expense_id"],
            ["expense.workspace_id", "expense.id"],
            name=op.f("fk_draft_expense_workspace_id_expense_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_draft_expense_workspace_id_draft_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_draft_expense_line",
        ),
    )
    op.create_index("ix_draft_expense_draft", "draft_expense", ["draft_id"])


def _choices() -> None:
    op.create_table(
        "draft_expense_choice",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("expense_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("left_out_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_draft_expense_choice_workspace_id_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "expense_id"],
            ["expense.workspace_id", "expense.id"],
            name=op.f("fk_draft_expense_choice_workspace_id_expense_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "left_out_by"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_draft_expense_choice_workspace_id_left_out_by"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_draft_expense_choice_workspace_id")),
        sa.PrimaryKeyConstraint("draft_id", "expense_id", name=op.f("pk_draft_expense_choice")),
    )
    op.create_index("ix_draft_expense_choice_expense", "draft_expense_choice", ["expense_id"])


def _hold_on_sqlite() -> None:
    changes = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _HELD)
    op.execute(
        f"CREATE TRIGGER expense_billed BEFORE UPDATE OF {', '.join(_HELD)} ON expense "  # noqa: S608 (names of ours)
        f"WHEN ({changes}) AND EXISTS (SELECT 1 FROM draft_expense WHERE expense_id = OLD.id) "
        f"BEGIN SELECT RAISE(ABORT, '{_BILLED}'); END"
    )


def _hold_on_postgresql() -> None:
    changes = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _HELD)
    op.execute(
        "CREATE FUNCTION expense_billed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 (a text of ours)
        "IF EXISTS (SELECT 1 FROM draft_expense WHERE expense_id = OLD.id) THEN "
        f"RAISE check_violation USING MESSAGE = '{_BILLED}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER expense_billed BEFORE UPDATE OF {', '.join(_HELD)} ON expense "
        f"FOR EACH ROW WHEN ({changes}) EXECUTE FUNCTION expense_billed()"
    )


def _audit(on_sqlite: bool) -> None:
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

"""A project may have a fixed price, which goes out as lump sums: never more of it than there is."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_TOO_MUCH = "more than the fixed price"
_AGREED = "the amount is agreed"
_SUM = (
    "(SELECT coalesce(sum(e.amount_cents), 0) FROM agreement_charge c JOIN expense e ON e.id = c.expense_id "
    "WHERE c.agreement_id = {id})"
)


def upgrade() -> None:
    _tables()
    _hold_on_sqlite() if op.get_bind().dialect.name == "sqlite" else _hold_on_postgresql()


def _tables() -> None:
    cents = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("cents", cents, nullable=False),
        sa.CheckConstraint("kind IN ('fixed price')", name=op.f("ck_agreement_kind")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_agreement_cents")),
        sa.CheckConstraint("kind <> 'fixed price' OR project_id IS NOT NULL", name=op.f("ck_agreement_project")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_agreement_days")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_agreement_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id"],
            ["customer.workspace_id", "customer.id"],
            name=op.f("fk_agreement_workspace_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            onupdate="CASCADE",
            name="fk_agreement_project",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_agreement_workspace_id_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_agreement_customer", "agreement", ["workspace_id", "customer_id"])
    has_no_end = sa.text("last_day IS NULL AND project_id IS NOT NULL")
    op.create_index(
        "uq_agreement_project",
        "agreement",
        ["project_id", "kind"],
        unique=True,
        sqlite_where=has_no_end,
        postgresql_where=has_no_end,
    )
    op.create_table(
        "agreement_charge",
        sa.Column("expense_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_agreement_charge_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "expense_id"],
            ["expense.workspace_id", "expense.id"],
            name=op.f("fk_agreement_charge_workspace_id_expense_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agreement_id"],
            ["agreement.workspace_id", "agreement.id"],
            name=op.f("fk_agreement_charge_workspace_id_agreement_id"),
        ),
        sa.PrimaryKeyConstraint("expense_id", name=op.f("pk_agreement_charge")),
    )
    op.create_index("ix_agreement_charge_agreement", "agreement_charge", ["agreement_id"])


def _hold_on_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER agreement_charged AFTER INSERT ON agreement_charge "  # noqa: S608 (a text of ours)
        f"WHEN {_SUM.format(id='NEW.agreement_id')} > (SELECT cents FROM agreement WHERE id = NEW.agreement_id) "
        f"BEGIN SELECT RAISE(ABORT, '{_TOO_MUCH}'); END"
    )
    op.execute(
        "CREATE TRIGGER agreement_lowered BEFORE UPDATE OF cents ON agreement "
        f"WHEN NEW.cents < {_SUM.format(id='NEW.id')} BEGIN SELECT RAISE(ABORT, '{_TOO_MUCH}'); END"
    )
    op.execute(
        "CREATE TRIGGER expense_agreed AFTER UPDATE OF amount_cents, gross ON expense "  # noqa: S608 (a text of ours)
        "WHEN (NEW.amount_cents <> OLD.amount_cents OR NEW.gross <> OLD.gross) "
        "AND EXISTS (SELECT 1 FROM agreement_charge WHERE expense_id = OLD.id) "
        f"BEGIN SELECT RAISE(ABORT, '{_AGREED}'); END"
    )


def _hold_on_postgresql() -> None:
    op.execute(  # one after the other: the sum is of all that is committed once the agreement is locked
        "CREATE FUNCTION agreement_charged() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608 (a text of ours)
        "DECLARE most bigint; BEGIN "
        "SELECT cents INTO most FROM agreement WHERE id = NEW.agreement_id FOR UPDATE; "
        f"IF {_SUM.format(id='NEW.agreement_id')} > most THEN "
        f"RAISE check_violation USING MESSAGE = '{_TOO_MUCH}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER agreement_charged AFTER INSERT ON agreement_charge "
        "FOR EACH ROW EXECUTE FUNCTION agreement_charged()"
    )
    op.execute(
        "CREATE FUNCTION agreement_lowered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.cents < {_SUM.format(id='NEW.id')} THEN "
        f"RAISE check_violation USING MESSAGE = '{_TOO_MUCH}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER agreement_lowered BEFORE UPDATE OF cents ON agreement "
        "FOR EACH ROW EXECUTE FUNCTION agreement_lowered()"
    )
    op.execute(
        "CREATE FUNCTION expense_agreed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 (a text of ours)
        "IF EXISTS (SELECT 1 FROM agreement_charge WHERE expense_id = OLD.id) THEN "
        f"RAISE check_violation USING MESSAGE = '{_AGREED}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER expense_agreed AFTER UPDATE OF amount_cents, gross ON expense FOR EACH ROW "
        "WHEN (NEW.amount_cents <> OLD.amount_cents OR NEW.gross <> OLD.gross) EXECUTE FUNCTION expense_agreed()"
    )

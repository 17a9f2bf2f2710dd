"""A retainer bills a fee each month, which includes hours: one fee a month, and never more hours than there are."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

_TOO_MUCH = "more than the fixed price"
_NO_MONTH = "a fee is of a month of its retainer"
_ALL_USED = "more hours than the retainer includes"
_USED = "the hours of a retainer stay once some are used"
_USE_STAYS = "retainer_use stays as it was approved"
_IS_OTHER = (
    "NEW.seconds >= OLD.seconds OR NEW.line_id <> OLD.line_id OR NEW.month <> OLD.month "
    "OR NEW.agreement_id <> OLD.agreement_id"
)
"""What is freed entry by entry takes of it."""
_SUM = (
    "(SELECT coalesce(sum(e.amount_cents), 0) FROM agreement_charge c JOIN expense e ON e.id = c.expense_id "
    "WHERE c.agreement_id = {id})"
)
_NO_MONTH_WHEN = (
    "(SELECT CASE WHEN a.kind = 'retainer' "
    "THEN NEW.month IS NULL OR NEW.month < a.first_day OR NEW.month > coalesce(a.last_day, NEW.month) "
    "ELSE NEW.month IS NOT NULL END FROM agreement a WHERE a.id = NEW.agreement_id)"
)
_USED_WHEN = (
    "(NEW.included_seconds <> OLD.included_seconds OR NEW.carries_over <> OLD.carries_over "
    "OR NEW.first_day <> OLD.first_day "
    "OR NEW.last_day < (SELECT max(month) FROM retainer_use WHERE agreement_id = OLD.id)) "
    "AND EXISTS (SELECT 1 FROM retainer_use WHERE agreement_id = OLD.id)"
)
_YEAR = {"sqlite": "CAST(strftime('%Y', {0}) AS INTEGER)", "postgresql": "CAST(extract(year FROM {0}) AS integer)"}
_MONTH = {"sqlite": "CAST(strftime('%m', {0}) AS INTEGER)", "postgresql": "CAST(extract(month FROM {0}) AS integer)"}
_COLUMNS = "id, workspace_id, kind, customer_id, project_id, first_day, last_day, cents, currency"
_NO_END = "last_day IS NULL AND project_id IS {}NULL"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    _agreement_on_sqlite() if is_sqlite else _agreement_on_postgresql()
    no_end = sa.text(_NO_END.format(""))
    op.create_index(
        "uq_agreement_customer",
        "agreement",
        ["customer_id", "kind"],
        unique=True,
        sqlite_where=no_end,
        postgresql_where=no_end,
    )
    op.add_column("agreement_charge", sa.Column("month", sa.Date(), nullable=True))
    op.create_index("uq_agreement_charge_month", "agreement_charge", ["agreement_id", "month"], unique=True)
    _uses()
    _hold_on_sqlite() if is_sqlite else _hold_on_postgresql()


def _agreement_on_sqlite() -> None:
    """SQLite widens no CHECK: the table is made anew, with its indexes; its trigger is made anew below."""
    op.execute("DROP TRIGGER agreement_lowered")
    op.execute("ALTER TABLE agreement RENAME TO agreement_before")
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), server_default="EUR", nullable=False),
        *_new_columns(),
        sa.CheckConstraint("kind IN ('fixed price', 'retainer')", name=op.f("ck_agreement_kind")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_agreement_cents")),
        sa.CheckConstraint("kind <> 'fixed price' OR project_id IS NOT NULL", name=op.f("ck_agreement_project")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_agreement_days")),
        sa.CheckConstraint("included_seconds >= 0", name=op.f("ck_agreement_included")),
        sa.CheckConstraint("kind = 'fixed price' OR person_id IS NOT NULL", name=op.f("ck_agreement_person")),
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
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_agreement_workspace_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_agreement_workspace_id_id")),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO agreement ({_COLUMNS}) SELECT {_COLUMNS} FROM agreement_before")  # noqa: S608
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'agreement'")
    op.execute("UPDATE sqlite_sequence SET name = 'agreement' WHERE name = 'agreement_before'")  # no id comes again
    op.execute("DROP TABLE agreement_before")
    op.create_index("ix_agreement_customer", "agreement", ["workspace_id", "customer_id"])
    op.create_index(
        "uq_agreement_project",
        "agreement",
        ["project_id", "kind"],
        unique=True,
        sqlite_where=sa.text(_NO_END.format("NOT ")),
    )


def _agreement_on_postgresql() -> None:
    for column in _new_columns():
        op.add_column("agreement", column)
    op.drop_constraint(op.f("ck_agreement_kind"), "agreement")
    op.create_check_constraint(op.f("ck_agreement_kind"), "agreement", "kind IN ('fixed price', 'retainer')")
    op.create_check_constraint(op.f("ck_agreement_included"), "agreement", "included_seconds >= 0")
    op.create_check_constraint(
        op.f("ck_agreement_person"), "agreement", "kind = 'fixed price' OR person_id IS NOT NULL"
    )
    op.create_foreign_key(
        op.f("fk_agreement_workspace_id_person_id"),
        "agreement",
        "person",
        ["workspace_id", "person_id"],
        ["workspace_id", "id"],
    )


def _new_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("included_seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("carries_over", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fees_until", sa.Date(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
    ]


def _uses() -> None:
    op.create_table(
        "retainer_use",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_retainer_use_seconds")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_retainer_use_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_retainer_use_line",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agreement_id"],
            ["agreement.workspace_id", "agreement.id"],
            name=op.f("fk_retainer_use_workspace_id_agreement_id"),
        ),
        sa.PrimaryKeyConstraint("line_id", "month", name=op.f("pk_retainer_use")),
    )
    op.create_index("ix_retainer_use_agreement", "retainer_use", ["agreement_id", "month"])


def _all_used(dialect: str) -> str:
    """Whether a month, or with hours that are carried over it or a later one, has more than there were until then."""

    def count(day: str) -> str:
        return f"{_YEAR[dialect].format(day)} * 12 + {_MONTH[dialect].format(day)}"

    months = f"({count('k.month')} - ({count('a.first_day')}) + 1)"
    used = "SELECT sum(u.seconds) FROM retainer_use u WHERE u.agreement_id = a.id AND u.month"
    return (
        "(SELECT CASE WHEN a.carries_over THEN EXISTS (SELECT 1 FROM retainer_use k "  # noqa: S608 (a text of ours)
        "WHERE k.agreement_id = a.id AND k.month >= NEW.month "
        f"AND ({used} <= k.month) > {months} * a.included_seconds) "
        f"ELSE ({used} = NEW.month) > a.included_seconds END "
        "FROM agreement a WHERE a.id = NEW.agreement_id)"
    )


def _freeing(month: str) -> str:
    """What of an entry is freed of a sent draft is used no more."""
    of_line = f"WHERE line_id = NEW.line_id AND month = {month}"
    return (
        f"DELETE FROM retainer_use {of_line} AND seconds <= NEW.seconds; "  # noqa: S608 (texts of ours)
        f"UPDATE retainer_use SET seconds = seconds - NEW.seconds {of_line};"
    )


def _hold_on_sqlite() -> None:
    op.execute("DROP TRIGGER agreement_charged")
    op.execute(
        "CREATE TRIGGER agreement_charged AFTER INSERT ON agreement_charge "  # noqa: S608 (a text of ours)
        f"WHEN {_SUM.format(id='NEW.agreement_id')} > "
        "(SELECT cents FROM agreement WHERE id = NEW.agreement_id AND kind = 'fixed price') "
        f"BEGIN SELECT RAISE(ABORT, '{_TOO_MUCH}'); END"
    )
    op.execute(
        "CREATE TRIGGER agreement_lowered BEFORE UPDATE OF cents ON agreement WHEN NEW.kind = 'fixed price' "
        f"AND NEW.cents < {_SUM.format(id='NEW.id')} BEGIN SELECT RAISE(ABORT, '{_TOO_MUCH}'); END"
    )
    for name, change, when, says in (
        ("agreement_charge_month", "BEFORE INSERT ON agreement_charge", _NO_MONTH_WHEN, _NO_MONTH),
        (
            "agreement_used",
            "BEFORE UPDATE OF included_seconds, carries_over, first_day, last_day ON agreement",
            _USED_WHEN,
            _USED,
        ),
        ("retainer_use_within", "AFTER INSERT ON retainer_use", _all_used("sqlite"), _ALL_USED),
        ("retainer_use_stays", "BEFORE UPDATE ON retainer_use", _IS_OTHER, _USE_STAYS),
    ):
        op.execute(f"CREATE TRIGGER {name} {change} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END")
    month = "(SELECT date(day, 'start of month') FROM time_entry WHERE id = NEW.entry_id)"
    op.execute(
        "CREATE TRIGGER retainer_use_freed AFTER INSERT ON freed_share WHEN NEW.entry_id IS NOT NULL "
        f"BEGIN {_freeing(month)} END"
    )


def _hold_on_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION agreement_charged() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608
        "DECLARE most bigint; BEGIN "
        "SELECT cents INTO most FROM agreement WHERE id = NEW.agreement_id AND kind = 'fixed price' FOR UPDATE; "
        f"IF {_SUM.format(id='NEW.agreement_id')} > most THEN "
        f"RAISE check_violation USING MESSAGE = '{_TOO_MUCH}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION agreement_lowered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.kind = 'fixed price' AND NEW.cents < {_SUM.format(id='NEW.id')} THEN "
        f"RAISE check_violation USING MESSAGE = '{_TOO_MUCH}'; END IF; RETURN NEW; END $$"
    )
    # One after the other: the sum is of all that is committed once the agreement is locked.
    lock = "PERFORM 1 FROM agreement WHERE id = NEW.agreement_id FOR UPDATE; "
    for name, change, table, when, says, before in (
        ("agreement_charge_month", "BEFORE INSERT", "agreement_charge", _NO_MONTH_WHEN, _NO_MONTH, ""),
        (
            "agreement_used",
            "BEFORE UPDATE OF included_seconds, carries_over, first_day, last_day",
            "agreement",
            _USED_WHEN,
            _USED,
            "",
        ),
        ("retainer_use_within", "AFTER INSERT", "retainer_use", _all_used("postgresql"), _ALL_USED, lock),
        ("retainer_use_stays", "BEFORE UPDATE", "retainer_use", _IS_OTHER, _USE_STAYS, ""),
    ):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {before}"
            f"IF {when} THEN RAISE check_violation USING MESSAGE = '{says}'; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    month = "(SELECT date_trunc('month', day)::date FROM time_entry WHERE id = NEW.entry_id)"
    op.execute(
        "CREATE FUNCTION retainer_use_freed() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {_freeing(month)} RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER retainer_use_freed AFTER INSERT ON freed_share FOR EACH ROW WHEN (NEW.entry_id IS NOT NULL) "
        "EXECUTE FUNCTION retainer_use_freed()"
    )
    op.execute(
        "CREATE TRIGGER retainer_use_not_truncated BEFORE TRUNCATE ON retainer_use "
        "FOR EACH STATEMENT EXECUTE FUNCTION not_truncated()"
    )

"""A project with a fixed price, a retainer or a budget is not merged once anything of it is billed."""

from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

_NAME = "project_agreed"
_SAYS = "project stays as it is: something is agreed about it, and something of it is billed"
_IS_AGREED = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} WHERE project_id = OLD.id)"  # noqa: S608 (names of ours)
    for table in ("agreement", "budget")
)
_SPENT = "EXISTS (SELECT 1 FROM expense e JOIN {} b ON b.expense_id = e.id WHERE e.project_id = OLD.id)"
_IS_BILLED = " OR ".join(
    (
        "EXISTS (SELECT 1 FROM time_entry WHERE project_id = OLD.id AND on_draft)",
        *(_SPENT.format(table) for table in ("draft_expense", "settlement")),
    )
)
_IS_REFUSED = f"NEW.merged_into IS NOT NULL AND OLD.merged_into IS NULL AND ({_IS_AGREED}) AND ({_IS_BILLED})"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {_NAME} BEFORE UPDATE OF merged_into ON project WHEN {_IS_REFUSED} "
            f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {_NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_IS_REFUSED} THEN RAISE check_violation USING MESSAGE = '{_SAYS}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {_NAME} BEFORE UPDATE OF merged_into ON project FOR EACH ROW EXECUTE FUNCTION {_NAME}()"
    )

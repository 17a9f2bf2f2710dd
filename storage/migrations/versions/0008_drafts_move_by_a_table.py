"""The database refuses a way of a draft that is not in the table; what people changed on lines has a table of its own."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TRANSITIONS = (
    ("open", "approved"),
    ("open", "discarded"),
    ("approved", "sending"),
    ("approved", "sent"),
    ("sending", "approved"),
    ("sending", "open"),
    ("sending", "sent"),
    ("sending", "unknown"),
    ("unknown", "approved"),
    ("unknown", "open"),
    ("unknown", "sent"),
    ("sent", "open"),
)
"""As bot/billing/rules/states.py has them; a test compares both. A state stays what it is at any time."""
_LISTED = ", ".join(f"'{source} {target}'" for source, target in TRANSITIONS)
_IS_REFUSED = f"NEW.state <> OLD.state AND OLD.state || ' ' || NEW.state NOT IN ({_LISTED})"
_SAYS = "invoice_draft.state goes on only as the table of transitions says"


def upgrade() -> None:
    _move_edits()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER invoice_draft_transition BEFORE UPDATE OF state ON invoice_draft "
            f"WHEN {_IS_REFUSED} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION invoice_draft_transition() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE check_violation USING MESSAGE = '{_SAYS}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER invoice_draft_transition BEFORE UPDATE OF state ON invoice_draft "
            f"FOR EACH ROW WHEN ({_IS_REFUSED}) EXECUTE FUNCTION invoice_draft_transition()"
        )


def _move_edits() -> None:
    """Lines without hours were what people changed, known by project and service."""
    op.create_table(
        "draft_edit",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("rate_cents", sa.Integer(), nullable=True),
        sa.CheckConstraint("rate_cents >= 0", name=op.f("ck_draft_edit_rate")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_draft_edit_workspace_id_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "article_id"],
            ["article.workspace_id", "article.id"],
            name=op.f("fk_draft_edit_workspace_id_article_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_draft_edit_workspace_id")),
        sa.PrimaryKeyConstraint("draft_id", "group_key", name=op.f("pk_draft_edit")),
    )
    op.execute(
        "INSERT INTO draft_edit (draft_id, group_key, workspace_id, title, description, article_id, rate_cents) "
        "SELECT draft_id, "
        "'project=' || COALESCE(CAST(project_id AS VARCHAR), '') || '&service=' || COALESCE(CAST(service_id AS VARCHAR), ''), "
        "workspace_id, title, description, article_id, rate_cents FROM draft_line WHERE hours IS NULL"
    )
    op.execute("DELETE FROM draft_line WHERE hours IS NULL")

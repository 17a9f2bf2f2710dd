"""A customer has an open draft for each period; a changed line knows the entries it was changed for; what was shown is kept."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OF_PERIOD = "state = 'open' AND first_day IS NOT NULL"
_OF_EVERYTHING = "state = 'open' AND first_day IS NULL"


def upgrade() -> None:
    op.drop_index("uq_invoice_draft_open", table_name="invoice_draft")
    for name, columns, where in (
        ("uq_invoice_draft_open", ["workspace_id", "customer_id", "first_day", "last_day"], _OF_PERIOD),
        ("uq_invoice_draft_open_for_everything", ["workspace_id", "customer_id"], _OF_EVERYTHING),
    ):
        only = sa.text(where)
        op.create_index(name, "invoice_draft", columns, unique=True, sqlite_where=only, postgresql_where=only)
    op.add_column("draft_edit", sa.Column("written_for", sa.JSON(none_as_null=True), nullable=True))
    _keep_what_was_shown()


def _keep_what_was_shown() -> None:
    op.create_table(
        "draft_shown",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("content", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_draft_shown_workspace_id_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_draft_shown_workspace_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_draft_shown_workspace_id")),
        sa.PrimaryKeyConstraint("draft_id", "person_id", "content", name=op.f("pk_draft_shown")),
    )

"""People leave entries out of one open draft."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_choice",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("left_out_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_draft_choice_workspace_id_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["time_entry.workspace_id", "time_entry.id"],
            name=op.f("fk_draft_choice_workspace_id_entry_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "left_out_by"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_draft_choice_workspace_id_left_out_by"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_draft_choice_workspace_id")),
        sa.PrimaryKeyConstraint("draft_id", "entry_id", name=op.f("pk_draft_choice")),
    )
    op.create_index("ix_draft_choice_entry", "draft_choice", ["entry_id"])

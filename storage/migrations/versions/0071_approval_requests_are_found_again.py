"""Where Slack has the messages that ask for approval, so that they say what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.CheckConstraint("channel <> '' AND ts <> ''", name=op.f("ck_approval_request_posted")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_approval_request_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_approval_request_workspace_id_draft_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_approval_request_workspace_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
        sa.UniqueConstraint(
            "draft_id", "submission", "person_id", name=op.f("uq_approval_request_draft_id_submission_person_id")
        ),
    )

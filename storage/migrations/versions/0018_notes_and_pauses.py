"""A note can be kept from the customer, its writer is told once who reads notes, and a pause is remembered."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("time_entry", sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("person", sa.Column("knows_who_reads_notes", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "pause",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_pause_workspace_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_pause_workspace_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["time_entry.workspace_id", "time_entry.id"],
            name=op.f("fk_pause_workspace_id_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_pause")),
    )

"""Customers and accounts have a language, accounts their units; a draft keeps its service period as it is printed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("customer", "locale"), ("billomat_account", "locale"), ("billomat_account", "units")):
        op.add_column(table, sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("workspace", sa.Column("invoice_language", sa.String(), nullable=True))
    op.add_column("invoice_draft", sa.Column("service_text", sa.String(), nullable=True))
    _as_whoever_connected_reads()


def _as_whoever_connected_reads() -> None:
    """Until the next import says what the account's language is, customers get no other one than before."""
    op.execute(
        "UPDATE workspace SET invoice_language = (SELECT CASE WHEN lower(substr(coalesce(person.language, "
        "person.locale), 1, 2)) = 'de' THEN 'de' ELSE 'en' END FROM billomat_account "
        "JOIN person ON person.id = billomat_account.connected_by "
        "WHERE billomat_account.workspace_id = workspace.id)"
    )

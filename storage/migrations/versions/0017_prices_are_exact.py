"""Prices are kept as Billomat states them, to four decimals and by group; a draft keeps its terms and its gross sum."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_GROUPS = ("price", "price2", "price3", "price4", "price5")
# Until now an account's prices with VAT were kept without it; the next import has the exact ones.
_AS_STATED = """
UPDATE article SET price = CAST(price_cents AS BIGINT) * CASE
  WHEN (SELECT gross_prices FROM billomat_account WHERE billomat_account.workspace_id = article.workspace_id)
  THEN 10000 + COALESCE(
    (SELECT rate FROM tax WHERE tax.id = article.tax_id),
    (SELECT tax_rate FROM billomat_account WHERE billomat_account.workspace_id = article.workspace_id), 0)
  ELSE 10000 END / 100
"""


def upgrade() -> None:
    for name in _GROUPS:
        op.add_column("article", sa.Column(name, sa.BigInteger(), nullable=True))
    op.execute(_AS_STATED)
    op.drop_column("article", "price_cents")
    _add_terms_of_customers()
    _add_terms_of_drafts()
    # Of what was imported before nobody knows groups and reductions: it is read anew before anything is sent.
    for table in ("article", "customer"):
        op.execute(f"UPDATE {table} SET seen_at = NULL WHERE billomat_id IS NOT NULL")  # noqa: S608 (a name of ours)


def _add_terms_of_customers() -> None:
    op.add_column("customer", sa.Column("price_group", sa.Integer(), server_default="0", nullable=False))
    op.add_column("customer", sa.Column("reduction", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "ALTER TABLE customer ADD COLUMN net_gross VARCHAR DEFAULT 'SETTINGS' NOT NULL "
        "CONSTRAINT ck_customer_net_gross CHECK (net_gross IN ('NET', 'GROSS', 'SETTINGS'))"
    )


def _add_terms_of_drafts() -> None:
    op.add_column("invoice_draft", sa.Column("gross_cents", sa.Integer(), nullable=True))
    op.add_column("invoice_draft", sa.Column("reduction", sa.Integer(), server_default="0", nullable=False))
    op.add_column("invoice_draft", sa.Column("gross_prices", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("draft_line", sa.Column("unit_price", sa.BigInteger(), nullable=True))
    op.execute("UPDATE draft_line SET unit_price = CAST(rate_cents AS BIGINT) * 100")
    with op.batch_alter_table("draft_line") as line:
        line.drop_constraint(op.f("ck_draft_line_rate"), type_="check")
        line.drop_column("rate_cents")

"""A person may say of a single draft which VAT it bears, and why."""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_CASES = ("", "domestic", "eu business", "third country", "reverse charge", "exempt")


def upgrade() -> None:
    cases = ", ".join(f"'{each}'" for each in _CASES)
    op.execute(
        "ALTER TABLE invoice_draft ADD COLUMN tax_case VARCHAR DEFAULT '' NOT NULL "
        f"CONSTRAINT ck_invoice_draft_tax_case CHECK (tax_case IN ({cases}))"
    )

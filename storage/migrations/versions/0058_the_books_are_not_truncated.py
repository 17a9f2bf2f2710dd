"""PostgreSQL refuses to empty tables of the books, which calls no trigger of DELETE; SQLite has no TRUNCATE."""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

KEPT = (
    "audit",
    "time_entry",
    "expense",
    "invoice_draft",
    "draft_line",
    "draft_entry",
    "draft_share",
    "draft_expense",
    "sent_invoice",
    "settlement",
    "freed_share",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute(
        "CREATE FUNCTION not_truncated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE check_violation USING MESSAGE = TG_TABLE_NAME || ' is kept, and not emptied'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION not_truncated()"
        )

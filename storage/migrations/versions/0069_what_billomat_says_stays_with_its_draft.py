"""What Billomat says of an invoice stays with its draft: no other draft takes the row."""

from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

_NAME = "sent_invoice_stays_with_its_draft"
_SAYS = "sent_invoice stays as the one of its draft"
_KEY = ("id", "workspace_id", "draft_id", "billomat_id")
_MOVES = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in _KEY)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    for name in (_NAME, "sent_invoice_not_replaced"):
        op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.execute(
        f"CREATE TRIGGER {_NAME} BEFORE UPDATE OF {', '.join(_KEY)} ON sent_invoice WHEN {_MOVES} "
        f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    )
    # REPLACE deletes what is in its way without calling a trigger of DELETE.
    op.execute(
        "CREATE TRIGGER sent_invoice_not_replaced BEFORE INSERT ON sent_invoice WHEN EXISTS (SELECT 1 FROM sent_invoice "
        "WHERE id = NEW.id OR (workspace_id = NEW.workspace_id AND billomat_id = NEW.billomat_id)) "
        "BEGIN SELECT RAISE(ABORT, 'UNIQUE: an invoice in Billomat is of one draft'); END"
    )


def _on_postgresql() -> None:
    op.execute(f"DROP TRIGGER IF EXISTS {_NAME} ON sent_invoice")
    op.execute(
        f"CREATE OR REPLACE FUNCTION {_NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_MOVES} THEN RAISE check_violation USING MESSAGE = '{_SAYS}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {_NAME} BEFORE UPDATE OF {', '.join(_KEY)} ON sent_invoice "
        f"FOR EACH ROW EXECUTE FUNCTION {_NAME}()"
    )

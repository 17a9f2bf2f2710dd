"""Drafts are submitted to a second person, who approves or returns them; whoever submitted cannot approve."""

from collections.abc import Callable

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

TRANSITIONS = (
    ("open", "submitted"),
    ("open", "approved"),
    ("open", "discarded"),
    ("submitted", "open"),
    ("submitted", "approved"),
    ("submitted", "discarded"),
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
_MOVES = "invoice_draft.state goes on only as the table of transitions says"
_FROZEN = (
    "customer_id",
    "first_day",
    "last_day",
    "selection",
    "heading",
    "intro",
    "note",
    "currency",
    "net_cents",
    "gross_cents",
    "reduction",
    "gross_prices",
    "service_first",
    "service_last",
    "service_text",
    "submitted_by",
    "submitted_at",
    "sealed",
    "needs_second",
    "created_by",
    "created_at",
)
_FREE = "('open', 'submitted', 'discarded')"
_IS_FROZEN = f"OLD.state NOT IN {_FREE} AND NEW.state NOT IN {_FREE}"
_STAYS = "invoice_draft stays as it was approved"
# Whatever the code thinks: a sum in another currency than the limit's is compared with nothing.
_LACKS_SECOND = (
    "NEW.state = 'approved' AND OLD.state IN ('open', 'submitted') AND NOT NEW.needs_second AND EXISTS ("
    "SELECT 1 FROM workspace w WHERE w.id = NEW.workspace_id AND w.second_from_cents IS NOT NULL "
    "AND (NEW.currency <> w.currency OR NEW.net_cents >= w.second_from_cents))"
)
_SECOND = "invoice_draft needs a second person"
_COLUMNS = (
    "submitted_by INTEGER",
    "submitted_at {moment}",
    "sealed VARCHAR DEFAULT '' NOT NULL",
    "needs_second BOOLEAN DEFAULT false NOT NULL",
    "returned_by INTEGER",
    "returned VARCHAR DEFAULT '' NOT NULL",
)
_STATES = "'open', 'submitted', 'approved', 'sending', 'unknown', 'sent', 'discarded'"
_CHECKS = {
    "state": f"state IN ({_STATES})",
    "approved_by_somebody": (
        "state IN ('open', 'submitted', 'discarded') OR "
        "(token IS NOT NULL AND approved_by IS NOT NULL AND net_cents IS NOT NULL)"
    ),
    "submitted_by_somebody": (
        "state <> 'submitted' OR (submitted_by IS NOT NULL AND submitted_at IS NOT NULL AND sealed <> '')"
    ),
    "second_person": (
        "NOT needs_second OR state IN ('open', 'submitted', 'discarded') OR "
        "(submitted_by IS NOT NULL AND approved_by <> submitted_by)"
    ),
}
_REFERENCES = {
    column: f"FOREIGN KEY (workspace_id, {column}) REFERENCES person (workspace_id, id)"
    for column in ("submitted_by", "returned_by")
}
_ROLES = "role IN ('member', 'biller', 'approver', 'admin')"
_OLD_ROLES = "role IN ('member', 'biller', 'admin')"
_OLD_CHECKS = {
    "state": "state IN ('open', 'approved', 'sending', 'unknown', 'sent', 'discarded')",
    "approved_by_somebody": (
        "state IN ('open', 'discarded') OR (token IS NOT NULL AND approved_by IS NOT NULL AND net_cents IS NOT NULL)"
    ),
}


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(
        f"ALTER TABLE workspace ADD COLUMN second_from_cents {'INTEGER' if on_sqlite else 'BIGINT'} "
        "CONSTRAINT ck_workspace_second_from_cents CHECK (second_from_cents >= 0)"
    )
    _columns_on_sqlite() if on_sqlite else _columns_on_postgresql()
    _one_for_each_scope()
    _triggers_on_sqlite() if on_sqlite else _triggers_on_postgresql()


def _one_for_each_scope() -> None:
    """What was submitted is still the customer's one draft for its days."""
    op.execute("DROP INDEX uq_invoice_draft_open")
    op.execute("DROP INDEX uq_invoice_draft_open_for_everything")
    op.execute(
        "CREATE UNIQUE INDEX uq_invoice_draft_open ON invoice_draft "
        "(workspace_id, customer_id, first_day, last_day, selection) "
        "WHERE state IN ('open', 'submitted') AND first_day IS NOT NULL"
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_invoice_draft_open_for_everything ON invoice_draft "
        "(workspace_id, customer_id, selection) WHERE state IN ('open', 'submitted') AND first_day IS NULL"
    )


def _columns_on_sqlite() -> None:
    """The checks of a table cannot be altered: it is made anew, with all rows, indexes and triggers."""
    _rebuild("person", lambda made: made.replace(_OLD_ROLES, _ROLES))
    _rebuild("invoice_draft", _new_draft)


def _new_draft(made: str) -> str:
    for name, check in _OLD_CHECKS.items():
        made = made.replace(f"CONSTRAINT ck_invoice_draft_{name} CHECK ({check}), ", "")
    columns = ", ".join(each.format(moment="DATETIME") for each in _COLUMNS)
    made = made.replace("created_at DATETIME NOT NULL,", f"created_at DATETIME NOT NULL, {columns},", 1)
    return made.rstrip().removesuffix(")") + ", " + ", ".join(_constraints()) + ")"


def _constraints() -> list[str]:
    return [
        *(f"CONSTRAINT ck_invoice_draft_{name} CHECK ({check})" for name, check in _CHECKS.items()),
        *(f"CONSTRAINT fk_invoice_draft_workspace_id_{name} {key}" for name, key in _REFERENCES.items()),
    ]


def _rebuild(table: str, changed: Callable[[str], str]) -> None:
    db = op.get_bind()
    made = db.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).scalar_one()
    on_it = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    later = list(db.exec_driver_sql(on_it, (table,)).scalars())
    columns = ", ".join(row[1] for row in db.exec_driver_sql(f"PRAGMA table_info({table})"))
    body = changed(made[made.index("(") :])
    for statement in (
        f"CREATE TABLE rebuilt {body}",
        f"INSERT INTO rebuilt ({columns}) SELECT {columns} FROM {table}",  # noqa: S608 (names of ours)
        f"DROP TABLE {table}",
        f"ALTER TABLE rebuilt RENAME TO {table}",
        *later,
    ):
        db.exec_driver_sql(statement)


def _columns_on_postgresql() -> None:
    op.execute("ALTER TABLE person DROP CONSTRAINT ck_person_role")
    op.execute(f"ALTER TABLE person ADD CONSTRAINT ck_person_role CHECK ({_ROLES})")
    for name in _OLD_CHECKS:
        op.execute(f"ALTER TABLE invoice_draft DROP CONSTRAINT ck_invoice_draft_{name}")
    added = [f"ADD COLUMN {each.format(moment='TIMESTAMP WITH TIME ZONE')}" for each in _COLUMNS]
    added += [f"ADD {each}" for each in _constraints()]
    op.execute(f"ALTER TABLE invoice_draft {', '.join(added)}")


def _triggers_on_sqlite() -> None:
    differ = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _FROZEN)
    for name, of, when, says in (
        ("transition", "state", _IS_REFUSED, _MOVES),
        ("stays", ", ".join(_FROZEN), f"{_IS_FROZEN} AND ({differ})", _STAYS),
        ("second_person", "state", _LACKS_SECOND, _SECOND),
    ):
        op.execute(f"DROP TRIGGER IF EXISTS invoice_draft_{name}")
        op.execute(
            f"CREATE TRIGGER invoice_draft_{name} BEFORE UPDATE OF {of} ON invoice_draft "
            f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )


def _triggers_on_postgresql() -> None:
    differ = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _FROZEN)
    for name, of, when, says in (
        ("transition", "state", _IS_REFUSED, _MOVES),
        ("stays", ", ".join(_FROZEN), f"{_IS_FROZEN} AND ({differ})", _STAYS),
        ("second_person", "state", _LACKS_SECOND, _SECOND),
    ):
        function = f"invoice_draft_{name}"
        op.execute(f"DROP FUNCTION IF EXISTS {function} CASCADE")
        op.execute(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {when} THEN RAISE check_violation USING MESSAGE = '{says}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {function} BEFORE UPDATE OF {of} ON invoice_draft "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )

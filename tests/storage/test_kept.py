"""What was approved stays as it was: raw SQL that would change it is refused by the database itself."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from tests.storage.test_storage import db, filled

__all__ = ["db", "filled"]

AS_IT_WAS = "invoice_draft stays as it was (approved|begun)"
SENT = "UPDATE invoice_draft SET state = 'sending', attempts = 1 WHERE id = 1"


def refused(database: Database, statement: str, because: str) -> None:
    with pytest.raises(DBAPIError, match=because), database.write() as connection:
        connection.execute(text(statement))


def run(database: Database, *statements: str) -> None:
    with database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET at = at",
        "UPDATE audit SET after = NULL WHERE id = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE subject = 'entry'",
    ],
)
def test_no_row_of_the_audit_is_changed_or_deleted(filled: Database, statement: str) -> None:
    refused(filled, statement, "audit is append-only")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE draft_line SET amount_cents = 1 WHERE id = 1",
        "UPDATE draft_line SET title = 'Something else' WHERE id = 1",
        "UPDATE draft_line SET tax_rate = 0",
        "DELETE FROM draft_line WHERE id = 1",
    ],
)
def test_a_line_that_was_approved_is_neither_changed_nor_deleted(filled: Database, statement: str) -> None:
    run(filled, "DELETE FROM draft_entry", "DELETE FROM draft_expense")  # which would refuse it for a reason of theirs
    refused(filled, statement, "draft_line stays as it was approved")


def test_no_line_is_added_to_what_may_have_been_sent(filled: Database) -> None:
    added = "INSERT INTO draft_line (workspace_id, draft_id, position, is_total) VALUES (1, 1, 2, false)"
    run(filled, added, SENT)
    refused(filled, added, "draft_line takes what is approved with it, and nothing later")


def test_lines_go_with_an_approval_that_was_taken_back(filled: Database) -> None:
    run(filled, "DELETE FROM draft_entry", "DELETE FROM draft_expense", SENT)
    run(filled, "UPDATE invoice_draft SET state = 'open' WHERE id = 1", "DELETE FROM freed_share WHERE draft_id = 1")
    run(filled, "DELETE FROM draft_line WHERE draft_id = 1")


@pytest.mark.parametrize(
    "values",
    [
        "net_cents = 1",
        "gross_cents = 7",
        "currency = 'USD'",
        "note = 'paid already'",
        "heading = 'Offer'",
        "first_day = '2026-01-01'",
        "service_last = '2026-01-31'",
        "created_by = 2",
        "approved_by = 2",
        "approved_at = '2026-01-31 09:00:00+00:00'",
        "tax_case = 'reverse charge'",
        "token = 'another'",
        "label = 'Another'",
        "part = '2'",
        "net_cents = 1, state = 'sending'",
    ],
)
def test_what_was_approved_of_a_draft_stays_whatever_its_state(filled: Database, values: str) -> None:
    refused(filled, f"UPDATE invoice_draft SET {values} WHERE id = 1", AS_IT_WAS)
    run(filled, SENT)
    refused(filled, f"UPDATE invoice_draft SET {values.partition(', state')[0]} WHERE id = 1", AS_IT_WAS)


def test_a_draft_that_was_approved_is_not_deleted(filled: Database) -> None:
    run(filled, "DELETE FROM draft_entry", "DELETE FROM draft_expense")
    refused(filled, "DELETE FROM invoice_draft WHERE id = 1", "invoice_draft is kept")


@pytest.mark.parametrize(
    "values",
    [
        "note = 'nothing'",
        "day = '2026-01-01'",
        "person_id = 2",
        "tags = 'late'",
        "ended_at = NULL",
        "seconds = 1",
        "customer_id = 2",
    ],
)
def test_an_entry_on_a_draft_stays_what_was_approved(filled: Database, values: str) -> None:
    refused(filled, f"UPDATE time_entry SET {values} WHERE id = 1", "on a draft|was billed")


def test_an_expense_on_a_draft_stays_on_its_line(filled: Database) -> None:
    refused(filled, "UPDATE draft_expense SET line_id = 2 WHERE expense_id = 1", "draft_expense stays")


@pytest.mark.parametrize("table", ["audit", "draft_line", "invoice_draft", "time_entry", "expense"])
def test_nothing_is_replaced_by_a_row_of_the_same_id(filled: Database, table: str) -> None:
    if not filled.is_sqlite:
        pytest.skip("REPLACE, which calls no DELETE trigger, is SQLite's alone")
    refused(
        filled,
        f"REPLACE INTO {table} SELECT * FROM {table} WHERE id = 1",
        "stays|append-only|no place|begins",
    )


def test_a_reading_of_one_history_uses_an_index(filled: Database) -> None:
    if not filled.is_sqlite:
        pytest.skip("a table of two rows is read whole by PostgreSQL")
    asked = "EXPLAIN QUERY PLAN SELECT id FROM audit WHERE subject_id = 1 AND subject = 'entry' ORDER BY id"
    with filled.read() as connection:
        plan: list[Any] = [row[-1] for row in connection.execute(text(asked))]
    assert any("ix_audit_subject" in step for step in plan)


SENT_AT_LAST = "UPDATE invoice_draft SET state = 'sent', billomat_id = 7, attempts = 1 WHERE id = 1"
FREED = (
    "INSERT INTO freed_share (workspace_id, draft_id, line_id, {kind}_id, {more}person_id, at) "
    "VALUES (1, 1, 1, 1, {value}1, '2026-03-10 12:00:00.000000')"
)


@pytest.mark.parametrize(("kind", "more", "value"), [("entry", "seconds, ", "3600, "), ("expense", "", "")])
def test_nothing_leaves_a_sent_draft_unless_it_is_recorded(filled: Database, kind: str, more: str, value: str) -> None:
    run(filled, "DELETE FROM freed_share", "DELETE FROM agreement_charge", SENT_AT_LAST)
    refused(filled, f"DELETE FROM draft_{kind} WHERE {kind}_id = 1", "is freed of it first")
    run(filled, FREED.format(kind=kind, more=more, value=value), f"DELETE FROM draft_{kind} WHERE {kind}_id = 1")


def test_what_is_billed_elsewhere_is_on_no_draft(filled: Database) -> None:
    elsewhere = (
        "INSERT INTO settlement (workspace_id, {0}_id, kind, reason, person_id, at) "
        "VALUES (1, 1, 'billed elsewhere', 'paper', 1, '2026-03-10 12:00:00.000000')"
    )
    run(filled, "DELETE FROM settlement")
    for kind in ("entry", "expense"):
        refused(filled, elsewhere.format(kind), "what is billed elsewhere is on no draft")
    run(filled, "DELETE FROM draft_entry WHERE entry_id = 1", elsewhere.format("entry"))
    with filled.read() as db:
        assert db.execute(text("SELECT on_draft FROM time_entry WHERE id = 1")).scalar_one()
    refused(filled, "UPDATE time_entry SET note = 'other' WHERE id = 1", "on a draft")
    refused(filled, "UPDATE settlement SET reason = 'other'", "settlement stays as it was written")
    refused(filled, "INSERT INTO draft_entry (workspace_id, entry_id, draft_id) VALUES (1, 1, 1)", "elsewhere|adds up")


@pytest.mark.parametrize(
    "name",
    ["audit", "time_entry", "expense", "invoice_draft", "draft_line", "draft_entry", "sent_invoice", "settlement"],
)
def test_no_table_of_the_books_is_emptied_at_once(filled: Database, name: str) -> None:
    if filled.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE, and its DELETE calls the triggers")
    refused(filled, f"TRUNCATE {name} CASCADE", "is kept, and not emptied")

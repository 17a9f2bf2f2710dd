"""What an approved draft holds stays its own, also where raw SQL replaces rows instead of deleting them."""

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.conftest import T0
from tests.drafts import add_draft, lead_draft
from tests.storage.test_born import refused, run
from tests.storage.test_storage import db, filled

__all__ = ["db", "filled"]

ANOTHER = {"selection": "another", "token": "another", "approved_by": 1, "approved_at": T0, "net_cents": 100}
USE = "INTO retainer_use (workspace_id, line_id, draft_id, agreement_id, month, seconds) VALUES "
EXPENSE = "INTO draft_expense (workspace_id, expense_id, draft_id, line_id) VALUES "


@pytest.fixture
def sent(filled: Database) -> Database:
    """The first draft is sent, and a third one, with the third line, approved."""
    with filled.write() as connection:
        lead_draft(connection, 1, "sent", billomat_id=70)
        assert add_draft(connection, "approved", created_at=T0, **ANOTHER) == 3
        line = "INSERT INTO draft_line (workspace_id, draft_id, position, is_total) VALUES (1, 3, 1, false)"
        connection.execute(text(line))
    return filled


@pytest.fixture
def said(sent: Database) -> Database:
    """Of the first draft, and of the third one, stands what Billomat says of them."""
    there = "INSERT INTO sent_invoice (workspace_id, draft_id, billomat_id, sent_at) VALUES (1, {}, {}, '2026-03-09')"
    run(sent, there.format(1, 70), there.format(3, 71))
    return sent


TAKE = "INTO sent_invoice (id, workspace_id, draft_id, billomat_id, sent_at) VALUES "


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT OR REPLACE {TAKE} (NULL, 1, 3, 70, '2026-03-10')",
        f"REPLACE {TAKE} (NULL, 1, 1, 70, '2026-03-10')",
        f"REPLACE {TAKE} ((SELECT id FROM sent_invoice WHERE billomat_id = 70), 1, 3, 99, '2026-03-10')",
    ],
)
def test_what_billomat_says_of_one_draft_is_not_replaced_by_what_it_says_of_another(
    said: Database, statement: str
) -> None:
    if not said.is_sqlite:
        pytest.skip("REPLACE, which calls no DELETE trigger, is SQLite's alone")
    refused(said, statement, "an invoice in Billomat is of one draft")


@pytest.mark.parametrize("conflict", ["", "OR REPLACE "])
@pytest.mark.parametrize("change", ["billomat_id = 70", "draft_id = 1", "id = id + 1000"])
def test_what_billomat_says_stays_with_its_draft(said: Database, conflict: str, change: str) -> None:
    if conflict and not said.is_sqlite:
        pytest.skip("OR REPLACE is SQLite's alone")
    refused(said, f"UPDATE {conflict}sent_invoice SET {change} WHERE draft_id = 3", "stays as the one of its draft")


def test_what_billomat_says_changes_and_a_row_may_be_written_anew(said: Database) -> None:
    run(
        said,
        "UPDATE sent_invoice SET status = 'PAID', draft_id = draft_id WHERE billomat_id = 71",
        "DELETE FROM sent_invoice WHERE billomat_id = 71",
        "INSERT INTO sent_invoice (workspace_id, draft_id, billomat_id, sent_at) VALUES (1, 3, 71, '2026-03-10')",
    )


@pytest.mark.parametrize(
    ("statement", "because"),
    [
        (f"INSERT OR REPLACE {EXPENSE} (1, 1, 3, 3)", "an expense stands on one draft"),
        (f"REPLACE {EXPENSE} (1, 1, 1, 1)", "stands on one draft|takes what is approved"),
        (f"INSERT OR REPLACE {USE} (1, 1, 1, 1, '2026-03-01', 1)", "uses hours of a month once|stays as it was"),
        ("UPDATE OR REPLACE time_entry SET id = 1 WHERE id = 2", "time_entry keeps its id"),
        ("UPDATE OR REPLACE expense SET id = 1 WHERE id = 2", "expense keeps its id"),
    ],
)
def test_what_a_sent_draft_holds_is_not_replaced(sent: Database, statement: str, because: str) -> None:
    if not sent.is_sqlite:
        pytest.skip("REPLACE, which calls no DELETE trigger, is SQLite's alone")
    refused(sent, statement, because)


@pytest.mark.parametrize("change", ["DELETE FROM retainer_use", "UPDATE retainer_use SET seconds = 1"])
def test_hours_of_a_retainer_on_a_sent_line_stay_used(sent: Database, change: str) -> None:
    run(sent, "DELETE FROM freed_share")
    refused(sent, f"{change} WHERE line_id = 1", "retainer_use stays as it was approved")


def test_no_draft_that_was_tried_counts_as_untried(sent: Database) -> None:
    run(sent, "UPDATE invoice_draft SET state = 'sending', attempts = 1 WHERE id = 3")
    run(sent, "UPDATE invoice_draft SET state = 'approved' WHERE id = 3")
    refused(sent, "UPDATE invoice_draft SET attempts = 0 WHERE id = 3", "as often as it was tried")


def test_a_sent_draft_stays_the_one_in_billomat(sent: Database) -> None:
    refused(sent, "UPDATE invoice_draft SET billomat_id = 71 WHERE id = 1", "stays where it was sent")


@pytest.mark.parametrize("table", ["time_entry", "expense"])
def test_work_keeps_its_id(sent: Database, table: str) -> None:
    refused(sent, f"UPDATE {table} SET id = 99 WHERE id = 1", f"{table} keeps its id")

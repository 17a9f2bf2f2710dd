"""Whoever submitted an invoice does not approve it, where the rule of two people holds: the database itself refuses."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from tests.storage.test_storage import db, filled

__all__ = ["db", "filled"]

OPEN = (
    "INSERT INTO invoice_draft (id, workspace_id, customer_id, state, currency, attempts, created_by, created_at) "
    "VALUES (7, 1, 1, 'open', '{}', 0, 1, '2026-03-10 09:00:00+00:00')"
)
SUBMITTED = (
    OPEN.format("EUR"),
    "UPDATE invoice_draft SET state = 'submitted', submitted_by = 1, submitted_at = '2026-03-10 09:00:00+00:00', "
    "sealed = 'abc', needs_second = true WHERE id = 7",
)
APPROVE = (
    "UPDATE invoice_draft SET state = 'approved', token = 'abc', net_cents = {}, approved_by = {}, needs_second = {} "
    "WHERE id = 7"
)
ANOTHER = (
    "INSERT INTO person (id, workspace_id, slack_id, name, zone, locale, role, is_guest, created_at) "
    "VALUES (9, 1, 'U9', 'Aylin', 'UTC', '', 'approver', false, '2026-03-10 09:00:00+00:00')"
)


def run(database: Database, *statements: str) -> None:
    with database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


def refused(database: Database, statement: str, because: str) -> None:
    with pytest.raises(DBAPIError, match=because):
        run(database, statement)


def test_whoever_submitted_does_not_approve(filled: Database) -> None:
    run(filled, ANOTHER, *SUBMITTED)
    refused(filled, APPROVE.format(100, 1, "true"), "second_person")
    run(filled, APPROVE.format(100, 9, "true"))


def test_nobody_approves_alone_what_is_marked_for_two(filled: Database) -> None:
    run(filled, OPEN.format("EUR"))
    refused(filled, APPROVE.format(100, 1, "true"), "second_person")


@pytest.mark.parametrize(
    ("limit", "currency", "net", "is_refused"),
    [
        ("NULL", "EUR", 10**9, False),
        ("0", "EUR", 0, True),
        ("100000", "EUR", 99_999, False),
        ("100000", "EUR", 100_000, True),
        ("100000", "CHF", 1, True),
    ],
)
def test_from_the_limit_on_an_approval_is_marked_for_two_whatever_the_code_thinks(
    filled: Database, limit: str, currency: str, net: int, is_refused: bool
) -> None:
    run(filled, f"UPDATE workspace SET second_from_cents = {limit} WHERE id = 1", OPEN.format(currency))
    approval = APPROVE.format(net, 1, "false")
    if is_refused:
        refused(filled, approval, "needs a second person")
    else:
        run(filled, approval)


def test_what_was_approved_under_another_rule_is_still_sent_again(filled: Database) -> None:
    run(
        filled,
        "UPDATE workspace SET second_from_cents = 0 WHERE id = 1",
        *(f"UPDATE invoice_draft SET state = '{state}' WHERE id = 1" for state in ("sending", "unknown", "approved")),
    )


@pytest.mark.parametrize("without", ["submitted_by", "submitted_at", "sealed"])
def test_what_is_submitted_says_by_whom_when_and_what(filled: Database, without: str) -> None:
    run(filled, OPEN.format("EUR"))
    said = {"submitted_by": "1", "submitted_at": "'2026-03-10 09:00:00+00:00'", "sealed": "'abc'"}
    del said[without]
    values = ", ".join(f"{column} = {value}" for column, value in said.items())
    refused(filled, f"UPDATE invoice_draft SET state = 'submitted', {values} WHERE id = 7", "submitted_by_somebody")


@pytest.mark.parametrize("column", ["needs_second = false", "submitted_by = NULL", "sealed = 'x'"])
def test_after_the_approval_it_stays_said_who_submitted(filled: Database, column: str) -> None:
    run(filled, ANOTHER, *SUBMITTED, APPROVE.format(100, 9, "true"))
    refused(filled, f"UPDATE invoice_draft SET {column} WHERE id = 7", "stays as it was approved|second_person")


@pytest.mark.parametrize("column", ["needs_second = false", "submitted_by = 9", "sealed = 'x'", "submitted_at = NULL"])
@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_what_was_submitted_is_approved_as_it_was_whatever_the_limit_became(
    filled: Database, column: str, state: str
) -> None:
    run(filled, ANOTHER, *SUBMITTED, "UPDATE workspace SET second_from_cents = 1000000 WHERE id = 1")
    changed = f"state = '{state}', token = 'abc', net_cents = 100, approved_by = 1, {column}"
    refused(filled, f"UPDATE invoice_draft SET {changed} WHERE id = 7", "as it was submitted|by_somebody|second_person")


def test_a_customer_has_one_draft_of_the_same_work_submitted_or_not(filled: Database) -> None:
    run(filled, *SUBMITTED)
    refused(filled, OPEN.format("EUR").replace("VALUES (7", "VALUES (8"), "(?i)unique")


def test_no_limit_is_below_nothing(filled: Database) -> None:
    refused(filled, "UPDATE workspace SET second_from_cents = -1 WHERE id = 1", "second_from_cents")


ASKED = (
    "INSERT INTO approval_request (workspace_id, draft_id, person_id, submission, channel, ts) "
    "VALUES (1, 1, 1, 5, '{}', '{}')"
)


def test_nobody_is_asked_twice_for_the_same_submission_and_each_message_can_be_found(filled: Database) -> None:
    refused(filled, ASKED.format("D1", ""), "posted")
    refused(filled, ASKED.format("", "1.5"), "posted")
    run(filled, ASKED.format("D1", "1.5"))
    refused(filled, ASKED.format("D1", "1.6"), "(?i)unique")

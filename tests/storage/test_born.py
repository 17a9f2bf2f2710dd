"""A draft begins as open and is led on by the table of transitions: raw SQL that goes round it is refused."""

from typing import Any

import pytest
from sqlalchemy import Boolean, Date, Integer, insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from bot.billing.rules.states import DraftState
from storage.database import Database
from storage.tables import drafts
from tests.conftest import T0
from tests.drafts import BEGUN_WITH, add_draft, lead_draft
from tests.storage.test_storage import db, filled

__all__ = ["db", "filled"]

BEGUN = {"workspace_id": 1, "customer_id": 1, "currency": "EUR", "attempts": 0, "created_by": 1, "created_at": T0}
APPROVED = {"token": "abc", "approved_by": 1, "approved_at": T0, "net_cents": 100}
SUBMITTED = {"submitted_by": 1, "submitted_at": T0, "sealed": "abc"}
LATER = sorted({column.name for column in drafts.c} - BEGUN_WITH - {"state"})
BORN = "begins as open, with nothing of what follows"


def refused(database: Database, statement: Any, because: str) -> None:
    with pytest.raises(DBAPIError, match=because), database.write() as connection:
        connection.execute(text(statement) if isinstance(statement, str) else statement)


def run(database: Database, *statements: str) -> None:
    with database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


def everything_for(state: DraftState) -> dict[str, Any]:
    """All that the constraints want of a draft in this state, so that nothing but its beginning is wrong with it."""
    needed = {"billomat_id": 70} if state is DraftState.SENT else {}
    return APPROVED | SUBMITTED | needed


@pytest.mark.parametrize("state", [state for state in DraftState if state is not DraftState.OPEN])
def test_no_draft_begins_in_a_later_state(filled: Database, state: DraftState) -> None:
    for columns in ({}, everything_for(state), {"billomat_id": 71} | APPROVED):
        refused(filled, insert(drafts).values(BEGUN | {"state": state} | columns), BORN)


_OF_KIND = ((Boolean, True), (Integer, 1), (Date, T0.date()), (TypeEngine, "abc"))


@pytest.mark.parametrize("column", LATER)
def test_no_draft_begins_with_what_a_later_state_sets(filled: Database, column: str) -> None:
    of_its_kind = next(value for kind, value in _OF_KIND if isinstance(drafts.c[column].type, kind))
    value = T0 if column.endswith("_at") else of_its_kind
    for state in ("open", "approved"):
        refused(filled, insert(drafts).values(BEGUN | {"state": state, column: value}), BORN)


def test_an_open_draft_begins_with_what_people_chose_for_it(filled: Database) -> None:
    with filled.write() as connection:
        chosen = {"layout": "{}", "texts": "{}", "line_order": "[]", "own_reduction": 10_000, "selection": "x"}
        connection.execute(insert(drafts).values(BEGUN | chosen))


@pytest.mark.parametrize("state", DraftState)
def test_no_draft_is_deleted_so_none_begins_anew_under_its_id(filled: Database, state: DraftState) -> None:
    with filled.write() as connection:
        draft_id = add_draft(connection, state, created_at=T0, **APPROVED, **SUBMITTED, billomat_id=_there(state))
    refused(filled, f"DELETE FROM invoice_draft WHERE id = {draft_id}", "invoice_draft is kept")
    refused(filled, insert(drafts).values(BEGUN | {"id": draft_id}), "(?i)unique|stays as it was")


def _there(state: DraftState) -> int | None:
    return 70 if state is DraftState.SENT else None


@pytest.mark.parametrize("state", DraftState)
@pytest.mark.parametrize(
    "change",
    [
        *("workspace_id = 2", "workspace_id = 2, customer_id = 2, created_by = 2, approved_by = NULL", "id = 99"),
        *("customer_id = 2", "created_by = 2", "created_at = '2020-01-01 00:00:00+00:00'", "selection = 'x'"),
        *("first_day = '2026-01-01'", "last_day = '2026-01-01'"),
    ],
)
def test_a_draft_stays_in_its_workspace_and_about_what_it_was_begun_for(
    filled: Database, state: DraftState, change: str
) -> None:
    with filled.write() as connection:
        draft_id = add_draft(connection, state, created_at=T0, **APPROVED, **SUBMITTED, billomat_id=_there(state))
    refused(filled, f"UPDATE invoice_draft SET {change} WHERE id = {draft_id}", "stays as it was")


CLOSED = "{} takes what is approved with it, and nothing later|draft_share adds up"
HELD = {
    "draft_line": "INSERT INTO draft_line (workspace_id, draft_id, position, is_total) VALUES ({}, {}, 2, false)",
    "draft_share": "INSERT INTO draft_share (workspace_id, entry_id, draft_id, line_id, seconds) "
    "VALUES ({}, 1, {}, 1, 1)",
    "draft_entry": "INSERT INTO draft_entry (workspace_id, entry_id, draft_id) VALUES ({}, 1, {})",
    "draft_expense": "INSERT INTO draft_expense (workspace_id, expense_id, draft_id, line_id) VALUES ({}, 1, {}, 1)",
}


@pytest.mark.parametrize("state", [state for state in DraftState if state is not DraftState.APPROVED])
@pytest.mark.parametrize("name", HELD)
def test_only_an_approval_puts_anything_on_a_draft(filled: Database, name: str, state: DraftState) -> None:
    with filled.write() as connection:
        draft_id = add_draft(connection, state, created_at=T0, **APPROVED, **SUBMITTED, billomat_id=_there(state))
    run(filled, "DELETE FROM freed_share", "DELETE FROM draft_entry", "DELETE FROM agreement_charge")
    refused(filled, HELD[name].format(1, draft_id), CLOSED.format(name))


@pytest.mark.parametrize("name", HELD)
@pytest.mark.parametrize(("workspace", "draft_id"), [(1, 2), (2, 1)])
def test_nothing_is_put_on_a_draft_of_another_workspace(
    filled: Database, name: str, workspace: int, draft_id: int
) -> None:
    run(filled, "DELETE FROM freed_share", "DELETE FROM draft_entry")
    refused(filled, HELD[name].format(workspace, draft_id), CLOSED.format(name))


@pytest.mark.parametrize("name", HELD)
def test_nothing_is_put_on_a_draft_whose_attempt_was_stepped_back(filled: Database, name: str) -> None:
    run(filled, "DELETE FROM freed_share", "DELETE FROM draft_entry")
    run(filled, "UPDATE invoice_draft SET state = 'sending', attempts = 1 WHERE id = 1")
    run(filled, "UPDATE invoice_draft SET state = 'approved' WHERE id = 1")
    refused(filled, HELD[name].format(1, 1), CLOSED.format(name))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO invoice_draft (workspace_id, customer_id, state, currency, attempts, created_by, "
        "created_at, selection) VALUES (1, 1, 'open', 'EUR', 0, 1, '2026-03-10', 'mine')",
        "UPDATE OR REPLACE invoice_draft SET token = 'mine' WHERE id = 1",
        "UPDATE OR REPLACE invoice_draft SET state = 'sent', billomat_id = 70 WHERE id = 1",
    ],
)
def test_no_draft_takes_the_place_of_another_one_by_replacing_it(filled: Database, statement: str) -> None:
    if not filled.is_sqlite:
        pytest.skip("REPLACE, which calls no DELETE trigger, is SQLite's alone")
    with filled.write() as connection:
        add_draft(connection, "submitted", created_at=T0, selection="mine", **SUBMITTED)
        sent = add_draft(connection, "approved", created_at=T0, **APPROVED | {"token": "another"})
        lead_draft(connection, sent, "sent", billomat_id=70)
    refused(filled, statement.replace("'mine' WHERE", "'another' WHERE"), "takes no place|stays as it was approved")
    with filled.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM invoice_draft")).scalar_one() == 4

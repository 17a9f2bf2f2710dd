"""How a draft may go from one state to another: the table, what writes states, and the database itself say the same."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from bot.billing.rules.states import ALLOWED, BINDS_NOTHING, DraftState, Transition
from bot.core.context import Itself
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage.change import Change
from storage.database import Database
from storage.rows import insert_row
from storage.tables import Customer, Person, Workspace, audits, drafts
from tests.conftest import T0, NewDatabase
from tests.drafts import add_draft

PAIRS = [pair for pair in product(DraftState, DraftState) if pair[0] != pair[1]]


@pytest.fixture
def db(new_database: NewDatabase, tmp_path: Path) -> Iterator[Database]:
    database = Database(new_database(tmp_path))
    with database.write() as connection:
        insert_row(connection, Workspace, team_id="T1", created_at=T0)
        insert_row(connection, Person, workspace_id=1, slack_id="U1", name="Anna", zone="UTC", locale="", created_at=T0)
        insert_row(connection, Customer, workspace_id=1, name="Acme", name_key="acme")
    yield database
    database.close()


def columns(state: DraftState) -> dict[str, Any]:
    """What the constraints want of a draft in this state."""
    approved = {} if state in BINDS_NOTHING else {"token": "abc", "approved_by": 1, "net_cents": 100}
    submitted = {"submitted_by": 1, "submitted_at": T0, "sealed": "abc"} if state == DraftState.SUBMITTED else {}
    return approved | submitted | {"billomat_id": 7 if state == DraftState.SENT else None}


def a_draft(db: Connection, state: DraftState) -> draft_rows.Draft:
    return draft_rows.draft_of_job(db, add_draft(db, state, created_at=T0, **columns(state)))


def by_itself(db: Connection, workspace_id: int = 1) -> Change[Itself]:
    return Change(db, Itself(workspace_id, T0))


def test_the_table_says_how_a_draft_may_go_on() -> None:
    told = {f"{source} → {target}" for source, target in ALLOWED}
    assert told == {
        "open → submitted",
        "open → approved",
        "open → discarded",
        "submitted → open",
        "submitted → approved",
        "submitted → discarded",
        "approved → sending",
        "approved → sent",
        "sending → approved",
        "sending → open",
        "sending → sent",
        "sending → unknown",
        "unknown → approved",
        "unknown → open",
        "unknown → sent",
        "sent → open",
    }


def test_what_was_given_up_stays_so_and_every_other_draft_can_go_on() -> None:
    assert set(DraftState) - {source for source, _ in ALLOWED} == {DraftState.DISCARDED}


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_the_database_refuses_what_the_table_does_not_hold(
    db: Database, source: DraftState, target: DraftState
) -> None:
    with db.write() as connection:
        a_draft(connection, source)
    change = update(drafts).values(state=target, **columns(DraftState.SENDING) | columns(target))
    if (source, target) in ALLOWED:
        with db.write() as connection:
            connection.execute(change)
        return
    with pytest.raises(IntegrityError, match="goes on only as the table of transitions says"), db.write() as connection:
        connection.execute(change)


@pytest.mark.parametrize("state", [*DraftState])
def test_a_state_may_be_written_again(db: Database, state: DraftState) -> None:
    with db.write() as connection:
        a_draft(connection, state)
        connection.execute(update(drafts).values(state=state))


def test_a_state_that_does_not_exist_is_refused(db: Database) -> None:
    with pytest.raises(IntegrityError, match="begins as open"), db.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO invoice_draft (workspace_id, customer_id, state, currency, attempts, created_by, created_at)"
            " VALUES (1, 1, 'lost', 'EUR', 0, 1, '2026-03-10 09:00:00.000000')"
        )


@pytest.mark.parametrize(("state", "step"), [*product(DraftState, Transition)])
def test_a_draft_goes_on_only_from_where_the_step_leads_on(db: Database, state: DraftState, step: Transition) -> None:
    with db.write() as connection:
        draft = a_draft(connection, state)
        moved = draft_state_rows.move_draft(by_itself(connection), draft, step, **columns(step.target))
        assert moved == (state in step.sources)
        expected = step.target if moved else state
        assert connection.execute(select(drafts.c.state)).scalar_one() is expected
        assert connection.execute(select(audits.c.action)).scalars().all() == (
            [step.audited_as] if moved and step.audited_as else []
        )


@pytest.mark.parametrize("meanwhile", [{"token": "another"}, {"attempts": 1}])
def test_a_draft_that_was_approved_or_tried_again_meanwhile_stays(db: Database, meanwhile: dict[str, Any]) -> None:
    with db.write() as connection:
        draft = a_draft(connection, DraftState.SENDING)
        for values in ({"state": "open"}, {"state": "approved"} | meanwhile, {"state": "sending"}):
            connection.execute(update(drafts).values(**values))
        change = by_itself(connection)
        assert not draft_state_rows.move_draft(change, draft, Transition.LOSE)
        assert not draft_state_rows.reopen_draft(change, draft, Transition.REFUSE)
        assert not draft_state_rows.step_back_attempt(change, draft, earlier=None)
        draft_state_rows.note_look(change, draft, at=T0)
        now = draft_rows.draft_of_job(connection, draft.id)
    assert (now.state, now.looked_at) == (DraftState.SENDING, None)


def test_no_change_reaches_the_draft_of_another_workspace(db: Database) -> None:
    with db.write() as connection:
        draft = a_draft(connection, DraftState.APPROVED)
        assert not draft_state_rows.claim_attempt(by_itself(connection, workspace_id=2), draft)
        assert draft_state_rows.claim_attempt(by_itself(connection), draft)
        assert not draft_state_rows.claim_attempt(by_itself(connection), draft)

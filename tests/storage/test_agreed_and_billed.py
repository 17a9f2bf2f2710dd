"""A project with something agreed is not merged once anything of it is billed: the database itself refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.rows import insert_row
from storage.tables import Expense, Project, TimeEntry
from tests.conftest import T0
from tests.storage.test_second_person import refused, run
from tests.storage.test_storage import db, filled

__all__ = ["db", "filled"]

DAY = date(2026, 3, 9)
MERGE = "UPDATE project SET archived = true, merged_into = 12 WHERE id = {}"
BECAUSE = "project stays as it is: something is agreed about it"
AGREED = {
    "a fixed price": (
        "INSERT INTO agreement (workspace_id, kind, customer_id, project_id, first_day, cents) "
        "VALUES (1, 'fixed price', 1, 11, '2026-03-01', 500000)"
    ),
    "a retainer that is over": (
        "INSERT INTO agreement (workspace_id, kind, customer_id, project_id, first_day, last_day, cents, person_id) "
        "VALUES (1, 'retainer', 1, 11, '2026-01-01', '2026-01-31', 500000, 1)"
    ),
    "a budget": "INSERT INTO budget (workspace_id, project_id, first_day, seconds) VALUES (1, 11, '2026-03-01', 3600)",
}
BILLED = {
    what: (
        f"INSERT INTO settlement (workspace_id, {what}_id, kind, reason, person_id, at) "
        "VALUES (1, 8, 'billed elsewhere', 'by hand', 1, '2026-03-10 09:00:00+00:00')"
    )
    for what in ("entry", "expense")
}


@pytest.fixture
def worked(filled: Database) -> Database:
    """Time and an expense of project 11 are open, and there is project 12 beside it."""
    with filled.write() as connection:
        for number in (11, 12):
            insert_row(
                connection,
                Project,
                id=number,
                workspace_id=1,
                customer_id=1,
                name=f"App {number}",
                name_key=f"app {number}",
            )
        _work(connection)
    return filled


def _work(connection: Connection) -> None:
    booked: dict[str, Any] = {
        "id": 8,
        "workspace_id": 1,
        "person_id": 1,
        "customer_id": 1,
        "project_id": 11,
        "day": DAY,
    }
    an_hour = {"started_at": T0 - timedelta(days=1), "ended_at": T0 - timedelta(hours=23), "seconds": 3600}
    insert_row(connection, TimeEntry, **booked, **an_hour, zone="Europe/Berlin", created_at=T0)
    insert_row(connection, Expense, **booked, amount_cents=4990, gross=True, created_at=T0, updated_at=T0)


@pytest.mark.parametrize("agreed", AGREED)
@pytest.mark.parametrize("billed", BILLED)
def test_what_is_agreed_and_billed_is_not_merged(worked: Database, agreed: str, billed: str) -> None:
    run(worked, AGREED[agreed], BILLED[billed])
    refused(worked, MERGE.format(11), BECAUSE)


def test_nor_is_what_stands_on_an_invoice(worked: Database) -> None:
    refused(worked, MERGE.format(1), BECAUSE)


@pytest.mark.parametrize("agreed", AGREED)
def test_what_is_agreed_and_not_billed_is_merged(worked: Database, agreed: str) -> None:
    run(worked, AGREED[agreed], MERGE.format(11))


@pytest.mark.parametrize("billed", BILLED)
def test_what_is_billed_by_the_hour_is_merged(worked: Database, billed: str) -> None:
    run(worked, BILLED[billed], MERGE.format(11))


def test_a_project_with_both_is_renamed_and_archived_as_ever(worked: Database) -> None:
    run(worked, *AGREED.values(), *BILLED.values(), "UPDATE project SET name = 'Other', archived = true WHERE id = 11")

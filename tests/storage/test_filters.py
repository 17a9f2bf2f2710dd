"""What a filter is found by: whatever is asked for, no entry outside of it is read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, insert, select

from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot
from bot.tracking.rules.filters import Filter
from playground.person import Person
from storage import creation as creation_rows
from storage import people as people_rows
from storage.filters import matching
from storage.tables import entries
from tests.conftest import T0

PEOPLE, CUSTOMERS, DAYS = 8, 8, 90
MARCH = Filter(date(2026, 3, 1), date(2026, 3, 7))
BY_PERSON = ("ix_time_entry_person", "person_id=? AND started_at>? AND started_at<?")
BY_CUSTOMER = ("ix_time_entry_customer", "workspace_id=? AND customer_id=? AND day>? AND day<?")


@pytest.fixture
def _history(bot: Bot, anna: Person) -> None:
    """Everybody worked for every customer on each of many days."""
    anna.types("/track help")  # the first contact makes the workspace
    with bot.database.write() as db:
        for number in range(1, CUSTOMERS + 1):
            name = f"Customer {number}"
            customer_id = creation_rows.add_customer(db, 1, name=name, key=name_key(name))
            creation_rows.add_project(db, 1, customer_id, name="Website", key=name_key("Website"))
        for number in range(2, PEOPLE + 1):
            people_rows.add_person(
                db,
                1,
                slack_id=f"U{number}",
                at=T0,
                name=f"Person {number}",
                zone="UTC",
                locale="en-GB",
                role="member",
                is_guest=False,
            )
        db.execute(insert(entries), list(_entries()))
    if bot.database.url.get_backend_name() == "postgresql":  # SQLite has to find the way without knowing its tables
        with bot.database.read() as db:
            db.exec_driver_sql("ANALYZE")


def _entries() -> Iterator[dict[str, Any]]:
    for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(DAYS)):
        began = datetime.combine(day, datetime.min.time(), UTC)
        for number in range(PEOPLE * CUSTOMERS):
            customer_id = number // PEOPLE + 1
            yield {
                "workspace_id": 1,
                "person_id": number % PEOPLE + 1,
                "customer_id": customer_id,
                "project_id": customer_id,
                "note": "",
                "started_at": began + timedelta(minutes=number),
                "ended_at": began + timedelta(minutes=number + 1),
                "seconds": 60,
                "day": day,
                "zone": "UTC",
                "timed": True,
                "end_guessed": False,
                "billable": True,
                "created_at": began,
            }


@pytest.mark.usefixtures("_history")
@pytest.mark.parametrize(
    ("chosen", "index", "count"),
    [
        (Filter(MARCH.first, MARCH.last, people=(3,)), BY_PERSON, 7 * CUSTOMERS),
        (Filter(MARCH.first, MARCH.last, people=(3, 4)), BY_PERSON, 2 * 7 * CUSTOMERS),
        (Filter(people=(3,), text="nothing"), BY_PERSON, 0),
        (Filter(first=MARCH.last, people=(3,)), BY_PERSON, 25 * CUSTOMERS),
        (Filter(MARCH.first, MARCH.last, projects=(3,), people=(3,)), BY_PERSON, 7),
        (MARCH, BY_CUSTOMER, 7 * CUSTOMERS * PEOPLE),
        (Filter(MARCH.first, MARCH.last, customers=(3,)), BY_CUSTOMER, 7 * PEOPLE),
        (Filter(MARCH.first, MARCH.last, projects=(3,)), BY_CUSTOMER, 7 * PEOPLE),
        (Filter(MARCH.first, MARCH.last, customers=(2,), projects=(3,)), BY_CUSTOMER, 2 * 7 * PEOPLE),
        (Filter(MARCH.first, MARCH.last, services=(3,)), BY_CUSTOMER, 0),
        (Filter(MARCH.first, MARCH.last, billable=True, billed=False), BY_CUSTOMER, 7 * CUSTOMERS * PEOPLE),
    ],
)
def test_what_lies_outside_is_not_read(bot: Bot, chosen: Filter, index: tuple[str, str], count: int) -> None:
    with bot.database.read() as db:
        found, plan = _asked(db, chosen)
    name, columns = index
    assert found == count
    if db.dialect.name == "sqlite":
        assert f"time_entry USING INDEX {name} ({columns})" in plan
    else:
        assert name in plan
    assert "SCAN time_entry" not in plan
    assert "Seq Scan on time_entry" not in plan


@pytest.mark.usefixtures("_history")
@pytest.mark.parametrize("day", [date.min, date.max])
def test_no_day_is_too_far_away(bot: Bot, day: date) -> None:
    with bot.database.read() as db:
        assert _asked(db, Filter(day, day, people=(1,)))[0] == 0
        assert _asked(db, Filter(date.min, date.max, people=(1,)))[0] == DAYS * CUSTOMERS


@pytest.mark.usefixtures("_history")
@pytest.mark.parametrize("chosen", [Filter(people=(3,)), Filter(customers=(3,)), Filter(projects=(3,)), Filter()])
def test_another_workspace_finds_nothing(bot: Bot, chosen: Filter) -> None:
    with bot.database.read() as db:
        found = db.execute(select(func.count()).select_from(entries).where(matching(2, chosen))).scalar_one()
    assert found == 0


def _asked(db: Connection, chosen: Filter) -> tuple[int, str]:
    """How many entries there are, and how the database found them."""
    asked: list[tuple[str, Any]] = []
    note = lambda *what: asked.append((what[2], what[3]))  # noqa: E731 - to be removed it needs a name
    event.listen(db, "before_cursor_execute", note)
    query = select(func.count(entries.c.seconds)).where(matching(1, chosen))
    found: int = db.execute(query).scalar_one()
    event.remove(db, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if db.dialect.name == "sqlite" else "EXPLAIN"
    return found, str(db.exec_driver_sql(f"{explain} {asked[0][0]}", asked[0][1]).all())

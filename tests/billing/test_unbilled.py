"""What is not billed yet, and what it is worth."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.billing import unbilled
from bot.billing.rules.periods import days_between
from bot.billing.rules.scope import ALL_OPEN, Scope
from bot.core.context import Bot
from bot.tracking.rules.filters import Filter
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.person import Person
from storage import creation as creation_rows
from storage import people as people_rows
from storage import statements
from storage import unbilled as unbilled_rows
from storage.rows import insert_row
from storage.tables import TimeEntry, entries
from tests.billing.deeds import (
    RunJobs,
    invoice,
    sends,
)
from tests.conftest import T0


def test_what_is_not_billed_yet_is_what_stands_on_no_draft(
    worked: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    assert "Not billed yet: €831.63 net" in anna.opens_home().plain()
    invoice(anna)
    sends(anna)
    anna.types("/track log 1h acme app")
    assert "Not billed yet: €95.00 net" in anna.opens_home().plain()
    account.change(account.all(Client)[0], archived=True)
    run_jobs()
    assert "refused the draft" in anna.dm[-1].plain()
    assert "Not billed yet: €926.63 net" in anna.opens_home().plain()


def test_the_time_of_another_workspace_is_not_billed_here(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        elsewhere = people_rows.ensure_workspace(db, "T_ELSEWHERE", at=T0)
        theirs = creation_rows.add_customer(db, elsewhere, name="Theirs", key="theirs")
        stranger = {"name": "S", "zone": "UTC", "locale": "en-US", "role": "member", "is_guest": False}
        people_rows.add_person(db, elsewhere, slack_id="U_STRANGER", at=T0, **stranger)
        (somebody,) = people_rows.people_with_role(db, elsewhere, "member")
        entry = dict(db.execute(select(entries).where(entries.c.id == 2)).one()._mapping)
        entry |= {"id": 99, "workspace_id": elsewhere, "person_id": somebody.person_id}
        insert_row(db, TimeEntry, **entry | {"customer_id": theirs, "project_id": None, "service_id": None})
    home = anna.opens_home().plain()
    assert "Not billed yet: €831.63 net" in home
    assert "Theirs" not in home


def test_unbilled_time_is_worth_what_it_would_be_billed_at(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.read() as db:
        assert unbilled.unbilled_work(db, 1).cents == 83_163
    invoice(anna)
    sends(anna)
    with bot.database.read() as db:
        assert unbilled.unbilled_work(db, 1).customers == ()


@pytest.mark.parametrize("selection", [Filter(), Filter(projects=(1,)), Filter(services=(1,), text="logo")])
def test_what_is_open_of_earlier_days_is_found_without_reading_what_is_billed(
    bot: Bot, selection: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Any]] = []
    straight = statements.execute_on_driver
    monkeypatch.setattr(statements, "execute_on_driver", lambda db, *what: asked.append(what) or straight(db, *what))
    with bot.database.read() as db:
        if db.dialect.name == "postgresql":
            pytest.skip("on so few rows PostgreSQL reads the whole table")
        unbilled_rows.open_time(db, 1, 1, Scope(days_between(T0.date(), T0.date()), selection))
        sql, parameters = next(each for each in asked if "time_entry" in each[0])
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(parameters)).all()
    assert "ix_time_entry_open (workspace_id=? AND customer_id=? AND day>? AND day<?)" in str(plan)


def test_everything_open_is_what_is_open_of_all_days(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    sends(anna)
    for what in ("1h acme app", "2h acme app design", "3h acme app", "1h acme app"):
        anna.types(f"/track log {what}")
    anna.types("/track start acme app")
    with bot.database.write() as db:
        last = db.execute(select(func.max(entries.c.id))).scalar_one()
        for ago, changed in ((1, {"billable": False}), (2, {"end_guessed": True})):
            db.execute(update(entries).where(entries.c.id == last - ago).values(**changed))
        db.execute(update(entries).where(entries.c.id == last).values(billable=False))
        everything = unbilled_rows.unbilled_entries(db, 1, 1, ALL_OPEN, detailed=True)
        of_all_days = unbilled_rows.unbilled_entries(db, 1, 1, Scope(days_between(date.min, date.max)), detailed=True)
    assert sorted(everything) == sorted(of_all_days)
    assert {last, last - 1, last - 2} < {each.entry_id for each in everything}
    assert 1 not in {each.entry_id for each in everything}


def test_everything_open_is_found_without_reading_what_is_billed(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []
    straight = statements.execute_on_driver
    monkeypatch.setattr(statements, "execute_on_driver", lambda db, *what: asked.append(what) or straight(db, *what))
    with bot.database.read() as db:
        if db.dialect.name == "postgresql":
            pytest.skip("on so few rows PostgreSQL reads the whole table")
        unbilled_rows.unbilled_entries(db, 1, 1, ALL_OPEN, detailed=True)
        ((sql, parameters),) = asked
        plan = str(db.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(parameters)).all())
    for index in ("ix_time_entry_open", "ix_time_entry_not_billable", "uq_time_entry_running"):
        assert f"{index} (" in plan
    assert "ix_time_entry_customer" not in plan


@pytest.mark.parametrize(
    "note", ["\"No\", he said \\ 'yes'", "a tab\t, a line\n, \u2028 and \x01", "🎉 ü שלום", "", "[1, null]"]
)
def test_what_is_read_of_entries_is_what_was_written(worked: None, bot: Bot, note: str) -> None:
    of_all_days = Scope(days_between(date.min, date.max))
    columns = (
        entries.c.id,
        entries.c.day,
        entries.c.seconds,
        entries.c.note,
        entries.c.billable,
        entries.c.end_guessed,
    )
    when = (entries.c.started_at, entries.c.ended_at, entries.c.zone, entries.c.timed)
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.id == 2).values(note=note, billable=False, end_guessed=True))
        read = unbilled_rows.unbilled_entries(db, 1, 1, of_all_days, detailed=True)
        plain = unbilled_rows.unbilled_entries(db, 1, 1, of_all_days, detailed=False)
        of_customer = select(*columns, *when).where(entries.c.customer_id == 1).order_by(entries.c.day, entries.c.id)
        written = [tuple(row) for row in db.execute(of_customer)]
    assert written == [
        (*(each.entry_id, each.day, each.seconds, each.note, each.billable, each.end_guessed), *each.known[:4])
        for each in read
    ]
    assert [each._replace(details=None) for each in read] == list(plain)
    assert note in read.notes

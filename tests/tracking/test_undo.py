"""Undo restores what was there, after whichever commands and clicks came before; and days add up all the time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.core.context import Bot
from bot.people.callers import acting
from bot.tracking import bulk_edit as bulk_edit
from bot.tracking import entries as use_cases
from bot.tracking import undo
from playground.person import Person
from storage import billing as billing_rows
from storage import people as people_rows
from storage.tables import breaks, entries
from tests.conftest import FrozenClock

TYPED = [
    "start acme website #call",
    "start shop since 30m ago",
    "switch acme app : on",
    "continue",
    "stop",
    "stop 5m ago",
    "log 1h acme website",
    "log 20m shop yesterday",
    "log 7-8 shop",
    "log 7:15-7:45 acme app",
    "log 23:00-1:00 acme app yesterday --nb",
    "log 9:30-9:50 acme website design",
    "tag #review",
    "tag -#call",
    "note more",
    "split 7:30",
    "split 9:40",
    "delete",
    "delete 7:20",
]
LAST = "the last button but Edit and Undo"
DEEDS = [
    *((typed,) for typed in TYPED),
    ("gaps", "It was a break"),
    ("log 7-8 shop", "log 7:15-7:45 acme app", LAST),
    ("log 7-8 shop", "log 7:30-8:30 acme app", LAST),
    ("log 8-9 shop", "start acme website since 8:30", LAST),
    ("start acme website since 9:00", "log 9:10-9:20 shop", LAST),
    ("start acme website since 9:00", "start shop since 8:40", LAST),
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 70)), min_size=2, max_size=8))
def test_undo_step_by_step_restores_the_rows_as_they_were(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, deeds: list[tuple[tuple[str, ...], int]]
) -> None:
    anna.types("/track stop")
    clock.forward_by(days=3)
    states = [rows(bot)]
    for deed, seconds in deeds:
        clock.forward_by(seconds=seconds)
        for step in deed:
            do(anna, step)
            if rows(bot) != states[-1]:
                states.append(rows(bot))
            assert_days_add_up(bot)
    while len(states) > 1:
        states.pop()
        answer = anna.types("/track undo")
        assert answer is not None
        assert rows(bot) == states[-1], answer.plain()
        assert_days_add_up(bot)


def do(who: Person, step: str) -> None:
    """Type it, or press a button of the newest message, if there is one."""
    if step == LAST:
        offered = [label for label in who.last.buttons if label not in ("Edit", "Undo", "Stop", "Edit bulk_edit")]
        if offered:
            who.last.click(offered[-1])
    elif step[0].isupper():
        if step in who.last.buttons:
            who.last.click(step)
    else:
        who.types(f"/track {step}")


def rows(bot: Bot) -> dict[str, list[Any]]:
    """All entries and breaks."""
    with bot.database.read() as db:
        return {part.name: db.execute(select(part).order_by(part.c.id)).all() for part in (entries, breaks)}


def assert_days_add_up(bot: Bot) -> None:
    """The parts of the days are together what the entries are, and each day's total is the sum of its parts."""
    with bot.database.read() as db:
        known = people_rows.get_person(db, 1)
        caller = acting(known, now=bot.now())
        first, last = caller.today - timedelta(days=5), caller.today + timedelta(days=1)
        days = use_cases.list_days(db, caller, first, last)
        for day in days:
            parts = [use_cases.seconds_on(entry, day.day, now=caller.now) for entry in day.entries]
            assert sum(parts) == day.seconds == use_cases.day_total(db, caller, day.day)
        for entry in {entry.id: entry for day in days for entry in day.entries}.values():
            around = [entry.day + timedelta(days=n) for n in (-1, 0, 1, 2)]
            parts = [use_cases.seconds_on(entry, day, now=caller.now) for day in around]
            until = entry.ended_at or caller.now
            assert sum(parts) == int((until - entry.started_at).total_seconds())


def test_an_undo_never_waits_for_a_link_that_waits_for_it(projects: None, anna: Person, bot: Bot) -> None:
    if bot.database.is_sqlite:
        pytest.skip("SQLite lets one change in at a time: pytest --postgresql")
    anna.types("/track log 7-8 acme website")
    anna.types("/track log 8-9 shop")
    with bot.database.read() as db:
        known = people_rows.get_person(db, 1)
    deletion = bulk_edit.BulkChange(None, None, None, (), delete=True)
    bulk_edit.change(bot, acting(known, now=bot.now(), request="delete"), [1, 2], deletion)
    with ThreadPoolExecutor(1) as threads:
        with bot.database.write() as link:
            billing_rows.lock_customer(link, 1)
            undone = threads.submit(undo.undo_last, bot, acting(known, now=bot.now(), request="undo"))
            while not link.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                pass
            billing_rows.lock_customer(link, 2)
        assert len(undone.result()) == 2

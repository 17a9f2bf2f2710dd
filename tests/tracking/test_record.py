"""What is written to entries and breaks is on record: the audit alone says how each of them came to be as it is."""

from typing import Any

import pytest
from sqlalchemy import event

from bot.core.context import Bot
from bot.tracking import timers
from playground.person import Person
from storage import statements
from storage.change import Change
from tests.conftest import FrozenClock
from tests.deeds import edit
from tests.tracking.record import unrecorded
from tests.tracking.test_undo import DEEDS, do


@pytest.fixture(autouse=True)
def on_record() -> None:
    """Here each test looks itself."""


def work(anna: Person, bot: Bot, clock: FrozenClock) -> None:
    """Days in which Anna does all there is."""
    for deed in DEEDS:
        for step in deed:
            do(anna, step)
        clock.forward_by(minutes=7)
    anna.types("/track log 20m acme website")
    edit(anna, Note="x")
    anna.modal.close()
    for _ in range(3):
        anna.types("/track undo")
    anna.types("/track start acme website")
    clock.forward_by(hours=30)
    with bot.database.write() as db:
        timers.stop_forgotten(db, bot.now())


def test_whatever_people_do_is_on_record(projects: None, anna: Person, bot: Bot, clock: FrozenClock) -> None:
    work(anna, bot, clock)
    assert list(unrecorded(bot)) == []


@pytest.mark.parametrize(
    "forgotten", ["log", "start", "stop", "edit", "delete", "make room", "undo edit", "take break", "tag", "split"]
)
def test_a_write_that_is_not_recorded_would_be_found(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    record = Change.record

    def forget(change: Change[Any], subject: Any, subject_id: int, action: str, **values: Any) -> int:
        return 0 if action == forgotten else record(change, subject, subject_id, action, **values)

    monkeypatch.setattr(Change, "record", forget)
    work(anna, bot, clock)
    assert list(unrecorded(bot)) != []


def test_a_start_asks_and_writes_no_more_than_it_must(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.types("/track start shop")
    clock.forward_by(minutes=5)
    asked: list[str] = []
    event.listen(bot.database.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    straight = statements.execute_on_driver
    monkeypatch.setattr(statements, "execute_on_driver", lambda db, *what: asked.append(what[0]) or straight(db, *what))
    anna.types("/track start acme website")
    assert [" ".join(statement.split()[:3]) for statement in asked if not statement.startswith("SELECT")] == [
        "INSERT INTO delivery",
        "UPDATE time_entry SET",
        "INSERT INTO audit",
        "INSERT INTO time_entry",
        "INSERT INTO audit",
    ]
    reads = [statement for statement in asked if statement.startswith("SELECT") and "FOR NO KEY" not in statement]
    assert len(reads) == 4  # the person, the project, what is not over, the day's total

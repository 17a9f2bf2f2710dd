"""Undo restores what was there, after whichever commands and clicks came before; and days add up all the time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from bot.core.context import Bot
from bot.core.errors import FieldErrors
from bot.people.callers import acting
from bot.tracking import bulk_edit as bulk_edit
from bot.tracking import undo, worked_days
from playground.person import Person
from storage import draft_states as draft_state_rows
from storage import people as people_rows
from storage.tables import breaks, entries, services
from tests.conftest import FrozenClock
from tests.deeds import count, kept, only

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


ALREADY = {"en": "This was already taken back.", "de": "Das wurde schon rückgängig gemacht."}
REFUSED = (
    ALREADY["en"],
    "changed since then",
    "is running. Stop it first",
    "overlaps with",
    "hold more hours than it has",
    "nothing to undo here",
)
OLD_BUTTONS = ("Stop", "That is right", "It was a break")
CLICKED = st.tuples(st.sampled_from(["an old Undo", "another old button", "/track undo"]), st.integers(0, 50))


@dataclass
class Made:
    """A step that something did: what was at each row before and after, and the Undo that stands below it."""

    rows: dict[tuple[str, int], tuple[Any, Any]]
    undo: Callable[[str], None] | None
    in_force: bool = True


class Model:
    """Which steps are in force, and what the rows therefore are; looks at nothing but differences of rows."""

    def __init__(self, who: Person, bot: Bot) -> None:
        self.who, self.bot = who, bot
        self.made: list[Made] = []
        self.buttons: list[tuple[str, Callable[[str], None]]] = []
        self.now = by_id(bot)

    def follow(self, *, undoing: Made | None = None) -> bool:
        """Note what the last deed did, and which buttons it left; whether it did anything."""
        before, self.now = self.now, by_id(self.bot)
        changed = {
            key: (before.get(key), self.now.get(key))
            for key in before.keys() | self.now.keys()
            if before.get(key) != self.now.get(key)
        }
        seen = self.who.last
        self.buttons += [(label, kept(seen)) for label in OLD_BUTTONS if label in seen.buttons]
        if undoing and changed:
            undoing.in_force = False
        elif changed:
            self.made.append(Made(changed, kept(seen) if "Undo" in seen.buttons else None))
        return bool(changed)

    def may_undo(self, step: Made) -> bool:
        """In force, and no later step in force stands on the same rows."""
        later = self.made[self.made.index(step) + 1 :]
        return step.in_force and not any(each.in_force and each.rows.keys() & step.rows.keys() for each in later)

    def click_undo(self, number: int) -> None:
        """Whatever message it stands in: it takes back just its own step, or nothing and says why."""
        offered = [step for step in self.made if step.undo]
        if not offered:
            return
        step = offered[number % len(offered)]
        allowed, was_in_force = self.may_undo(step), step.in_force
        expected = self.now | {key: before for key, (before, _) in step.rows.items()}
        step.undo and step.undo("Undo")
        answer = self.who.last.plain()
        if self.follow(undoing=step):
            assert allowed, answer
            assert self.now == {key: row for key, row in expected.items() if row is not None}
        else:
            assert any(words in answer for words in REFUSED), answer
            assert was_in_force or ALREADY["en"] in answer, answer

    def click_other(self, number: int) -> None:
        """An old button brings nothing back that is gone."""
        if self.buttons:
            label, click = self.buttons[number % len(self.buttons)]
            there = set(self.now)
            click(label)
            self.follow()
            added = self.now.keys() - there
            gone = {key for step in self.made for key, (_, after) in step.rows.items() if after is None}
            assert not added & gone

    def type_undo(self) -> None:
        """The newest step in force is taken back."""
        last = next((step for step in reversed(self.made) if step.in_force), None)
        self.who.types("/track undo")
        assert self.follow(undoing=last) == (last is not None), self.who.last.plain()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.sampled_from(DEEDS) | CLICKED, min_size=4, max_size=14))
def test_old_buttons_take_back_only_what_is_in_force(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, deeds: list[Any]
) -> None:
    anna.types("/track stop")
    clock.forward_by(days=3)
    model = Model(anna, bot)
    for deed in deeds:
        clock.forward_by(seconds=20)
        if deed[0] == "an old Undo":
            model.click_undo(deed[1])
        elif deed[0] == "another old button":
            model.click_other(deed[1])
        elif deed[0] == "/track undo":
            model.type_undo()
        else:
            for step in deed:
                do(anna, step)
                model.follow()


def by_id(bot: Bot) -> dict[tuple[str, int], Any]:
    """All entries and breaks by what they are."""
    return {(name, row.id): row for name, part in rows(bot).items() for row in part}


@pytest.mark.both_doors
@pytest.mark.parametrize(
    ("language", "log", "delete", "undo", "button"),
    [
        ("en", "log 1h acme website: ghost", "delete", "undo", "Undo"),
        ("de", "buche 1h acme website: geist", "lösche", "rückgängig", "Rückgängig"),
    ],
)
def test_an_old_undo_brings_no_undone_entry_back(
    projects: None, anna: Person, finn: Person, bot: Bot, language: str, log: str, delete: str, undo: str, button: str
) -> None:
    who = {"en": anna, "de": finn}[language]
    who.types(f"/track {log}")
    who.types(f"/track {delete}")
    deleted = kept(who.last)
    who.types(f"/track {undo}")
    who.types(f"/track {undo}")
    assert count(bot) == 0
    deleted(button)
    assert who.last.plain() == ALREADY[language]
    assert count(bot) == 0


@pytest.mark.both_doors
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_undo_below_a_split_says_that_it_was_taken_back(
    projects: None, anna: Person, finn: Person, bot: Bot, language: str
) -> None:
    who, undo, button = {"en": (anna, "undo", "Undo"), "de": (finn, "rückgängig", "Rückgängig")}[language]
    who.types("/track log 8-9:30 acme website")
    who.types("/track split 8:30")
    split = kept(who.last)
    who.types(f"/track {undo}")
    split(button)
    assert who.last.plain() == ALREADY[language]
    assert count(bot) == 1


def test_what_was_changed_back_and_forth_is_not_undone_in_the_middle(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website")
    anna.types("/track tag #call")
    first = kept(anna.last)
    anna.types("/track tag -#call")
    anna.types("/track tag #call")
    first("Undo")
    assert "changed since then" in anna.last.plain()
    assert only(bot).tags == "call"


@pytest.mark.parametrize("label", ["Edit …", "Stop"])
def test_buttons_below_an_undone_start_say_that_it_was_taken_back(projects: None, anna: Person, label: str) -> None:
    anna.types("/track start acme website")
    started = kept(anna.last)
    anna.types("/track undo")
    started(label)
    assert "This was already taken back, so the entry is no longer there" in anna.last.plain()


def test_an_end_that_was_guessed_is_confirmed_once_and_only_as_it_was_shown(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=30)
    anna.types("/track stop")
    again = kept(anna.last)
    anna.types("/track undo")
    again("That is right")
    assert "this timer runs again" in anna.last.plain()
    anna.types("/track stop")
    anna.clicks("That is right")
    again("That is right")
    assert "confirmed or corrected already" in anna.last.plain()
    assert not only(bot).end_guessed


def test_after_the_clock_went_back_undo_takes_what_was_done_last(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    anna.types("/track log 1h acme website: first")
    clock.drift = timedelta(minutes=-5)
    anna.types("/track log 1h shop: second")
    second = kept(anna.last)
    anna.types("/track undo")
    assert only(bot).note == "first"
    second("Undo")
    assert anna.last.plain() == ALREADY["en"]


def do(who: Person, step: str) -> None:
    """Type it, or press a button of the newest message, if there is one."""
    if step == LAST:
        offered = [label for label in who.last.buttons if label not in ("Edit …", "Undo", "Stop", "Edit several …")]
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
        days = worked_days.list_days(db, caller, first, last)
        for day in days:
            parts = [worked_days.seconds_on(entry, day.day, now=caller.now) for entry in day.entries]
            assert sum(parts) == day.seconds == worked_days.day_total(db, caller, day.day)
        for entry in {entry.id: entry for day in days for entry in day.entries}.values():
            around = [entry.day + timedelta(days=n) for n in (-1, 0, 1, 2)]
            parts = [worked_days.seconds_on(entry, day, now=caller.now) for day in around]
            until = entry.ended_at or worked_days.running_until(entry.started_at, caller.now)
            assert sum(parts) == int((until - entry.started_at).total_seconds())


def test_an_undo_never_waits_for_a_link_that_waits_for_it(projects: None, anna: Person, bot: Bot) -> None:
    if bot.database.is_sqlite:
        pytest.skip("SQLite lets one change in at a time: pytest --postgresql")
    anna.types("/track log 7-8 acme website")
    anna.types("/track log 8-9 shop")
    with bot.database.read() as db:
        known = people_rows.get_person(db, 1)
    deletion = bulk_edit.BulkChange(None, None, None, (), delete=True)
    bulk_edit.change(bot, acting(known, now=bot.now(), request="delete"), [1, 2], deletion, FieldErrors())
    with ThreadPoolExecutor(1) as threads:
        with bot.database.write() as link:
            draft_state_rows.lock_customer(link, 1)
            undone = threads.submit(undo.undo_last, bot, acting(known, now=bot.now(), request="undo"))
            while not link.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                pass
            draft_state_rows.lock_customer(link, 2)
        assert len(undone.result()) == 2


def test_what_somebody_else_merged_sends_nobody_from_one_undo_to_the_other(
    projects: None, anna: Person, finn: Person
) -> None:
    finn.types("/track log 1h app: review")
    anna.types("/track catalog app")
    anna.modal.click("Open …")
    anna.clicks("Merge …")
    anna.modal.fill("Merge into", "Acme GmbH › Website")
    anna.modal.submit()
    finn.types("/track rückgängig")
    assert "sonst korrigiere es mit /track bearbeite" in finn.last.plain()


@pytest.mark.parametrize("fate", [{"archived": True}, {"archived": True, "merged_into": 2}, None])
@pytest.mark.parametrize("taken_back", ["the service was changed", "the entry was deleted"])
def test_what_would_go_back_to_a_service_that_is_gone_is_refused_in_words(
    projects: None, anna: Person, bot: Bot, taken_back: str, fate: dict[str, Any] | None
) -> None:
    anna.types("/track log 1h website design: review")
    if taken_back == "the entry was deleted":
        anna.types("/track delete")
    else:
        anna.clicks("Edit …")
        anna.modal.fill("Service", None)
        anna.modal.submit()
        anna.modal.close()
    design = services.c.name == "Design"
    with bot.database.write() as db:
        db.execute(update(services).where(design).values(**fate) if fate else delete(services).where(design))
    anna.types("/track undo")
    assert "Its service was archived, merged or deleted since then" in anna.last.plain()

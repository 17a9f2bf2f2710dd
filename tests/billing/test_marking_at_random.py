"""Random sequences of marking work as billed elsewhere, undoing and doing it again, by buttons and by words.

Two people who bill do it to the same entries, and one logs time in between. A simple model says what has to stand.
"""

import random
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from bot.billing import elsewhere
from bot.billing.elsewhere import Marked
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import acting
from bot.tracking.rules.filters import Filter
from playground.person import Person
from storage import people as people_rows
from storage.settlements import Item
from storage.tables import entries, settlements
from tests.billing.deeds import appoint
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")
NOTES = ("red one", "red two", "blue three", "blue four")
SUBJECTS = [*(Item("entry", number) for number in range(1, 5)), Filter(text="red"), Filter(text="blue")]
STEPS = 40


@dataclass(eq=False)
class Deed:
    """Marked or opened again, or logged: then it has no items."""

    whose: str
    items: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Button:
    """“Undo” in the window that says what was done: of a deed, or of its undoing, after which this stood."""

    whose: str
    change_id: int
    deed: Deed
    left: dict[int, tuple[Deed, ...]] | None


@dataclass
class Model:
    """Each entry has the decisions in force, one on the other; each person has their deeds, one after the other."""

    decided: dict[int, tuple[Deed, ...]] = field(default_factory=lambda: dict.fromkeys(range(1, 5), ()))
    done: dict[str, list[Deed]] = field(default_factory=lambda: {"Anna": [], "Finn": []})

    @property
    def marked(self) -> set[int]:
        """They begin open, and each decision turns them round."""
        return {number for number, deeds in self.decided.items() if len(deeds) % 2}

    def does(self, deed: Deed) -> None:
        self.done[deed.whose].append(deed)
        for number in deed.items:
            self.decided[number] += (deed,)

    def undoes(self, deed: Deed) -> bool:
        """Whether it could be: it is the last that was decided about each of its entries."""
        if any(self.decided[number][-1:] != (deed,) for number in deed.items):
            return False
        self.done[deed.whose].remove(deed)
        for number in deed.items:
            self.decided[number] = self.decided[number][:-1]
        return True

    def of(self, deed: Deed) -> dict[int, tuple[Deed, ...]]:
        return {number: self.decided[number] for number in deed.items}


class Course:
    """Both beside each other: what the bot does, and what the model says."""

    def __init__(self, bot: Bot, people: dict[str, Person], chance: random.Random) -> None:
        self.bot, self.people, self.chance = bot, people, chance
        self.model, self.buttons, self.requests, self.logged = Model(), list[Button](), 0, 0

    def acting(self, name: str) -> Caller:
        """Somebody, in a request of their own."""
        self.requests += 1
        with self.bot.database.read() as db:
            found = people_rows.people_with_role(db, 1, "admin", "biller")
            person_id = next(each.person_id for each in found if each.name.startswith(name))
            return acting(people_rows.get_person(db, person_id), now=self.bot.now(), request=f"course:{self.requests}")

    def decides(self, name: str) -> None:
        """They mark something that fits, or open it again."""
        subject, is_marked = self.chance.choice(SUBJECTS), self.chance.random() < 0.5
        try:
            found = elsewhere.look(self.bot, self.acting(name), subject, is_marked=is_marked)
        except UserError:
            return
        done = elsewhere.mark(self.bot, self.acting(name), subject, found.seen, "why", is_marked=is_marked)
        assert isinstance(done, Marked)
        deed = Deed(name, frozenset(each.id for each in found.items))
        self.model.does(deed)
        self.buttons.append(Button(name, done.change_id, deed, None))

    def logs(self, name: str) -> None:
        """They do something else, which counts as newer than what they marked."""
        self.logged += 1
        self.people[name].types(f"/track log 1m acme app 9.3.: other {self.logged}")
        self.model.does(Deed(name))

    def presses(self, _name: str) -> None:
        """Somebody presses “Undo” in a window that may stand there since long."""
        if not self.buttons:
            return
        button = self.chance.choice(self.buttons[-8:])
        before, deed = dict(self.model.decided), button.deed
        if button.left is None:
            is_possible = deed in self.model.done[deed.whose] and self.model.undoes(deed)
        else:
            is_possible = self.model.of(deed) == button.left
        try:
            done = elsewhere.undo(self.bot, self.acting(button.whose), button.change_id)
        except UserError:
            assert not is_possible, before
            return
        assert is_possible, before
        if button.left is None:
            self.buttons.append(Button(button.whose, done.change_id, deed, self.model.of(deed)))
            return
        again = Deed(deed.whose, deed.items)
        self.model.does(again)
        self.buttons.append(Button(button.whose, done.change_id, again, None))

    def types_undo(self, name: str) -> None:
        """`/track undo`: the newest of theirs that stands, and nothing else."""
        done = self.model.done[name]
        if done:
            self.model.undoes(done[-1])
        self.people[name].types("/track undo")

    def check(self) -> None:
        with self.bot.database.read() as db:
            marked = set(db.execute(select(settlements.c.entry_id)).scalars())
            count = db.execute(select(func.count()).select_from(entries)).scalar_one()
        assert marked == self.model.marked
        assert count == len(NOTES) + sum(not deed.items for done in self.model.done.values() for deed in done)


@pytest.mark.parametrize("number", range(12))
def test_undo_takes_back_the_newest_that_stands_whatever_was_marked_undone_and_done_again(
    number: int, connected: None, bot: Bot, anna: Person, finn: Person, clock: FrozenClock
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    for note in NOTES:
        anna.types(f"/track log 1h acme website 9.3.: {note}")
    clock.forward_by(minutes=16)
    chance = random.Random(number)
    course = Course(bot, {"Anna": anna, "Finn": finn}, chance)
    for _ in range(STEPS):
        deed = chance.choice(
            (course.decides, course.decides, course.presses, course.presses, course.types_undo, course.logs)
        )
        deed(chance.choice(("Anna", "Anna", "Finn")))
        course.check()

"""Random days: lines are changed in Billomat, drafts taken back, entries freed, written off and billed anew.

Whatever happens: nobody is billed more time than was worked, nothing is lost, and each entry is in one state alone.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.billing import settling, taking_back
from bot.billing.rules.settling import Outcome
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import acting
from playground.billomat.account import Account
from playground.billomat.fields import Refusal
from playground.billomat.records import Invoice, Item
from playground.person import Person
from storage import people as people_rows
from storage import settlements as settlement_rows
from storage.tables import draft_entries, drafts, entries, freed_shares, settlements
from tests.billing.deeds import RunJobs, just_read, sends
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")
DAYS = range(2, 6)
PER_DAY = 3
STEPS = 16
WORKED = Decimal(len(DAYS) * PER_DAY)
"""Hours in all; each entry has one."""


class Course:
    """What happens, and what is true of it."""

    def __init__(self, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs) -> None:
        self.bot, self.account, self.anna, self.clock, self.run_jobs = bot, account, anna, clock, run_jobs
        self.caller = 0

    def acting(self) -> Caller:
        """Anna, in a request of her own."""
        self.caller += 1
        with self.bot.database.read() as db:
            return acting(people_rows.get_person(db, 1), now=self.bot.now(), request=f"course:{self.caller}")

    def bills(self) -> None:
        """Send all that is open, if anything is."""
        just_read(self.bot)
        while self.anna.sees_modal:
            self.anna.modal.close()
        self.anna.types("/track invoice acme march")
        if "×" in self.anna.modal.text:
            assert "On its way" in sends(self.anna).text
            self.run_jobs()

    def hour(self) -> None:
        """An hour goes by."""
        self.clock.forward_by(hours=1, minutes=1)
        self.run_jobs()

    def edits(self, chance: random.Random) -> None:
        """Somebody takes hours off of a line in Billomat, or the line away; never more than was sent."""

        def edited(line: Item) -> Item | None:
            if chance.random() < 0.3:
                return None
            return replace(line, quantity=Decimal(chance.randint(0, int(line.quantity))))

        if there := self.account.all(Invoice):
            with_suppressed(lambda: self.account.edit_lines(chance.choice(there).id, edited))

    def does(self, chance: random.Random) -> None:
        """Somebody completes or cancels one there."""
        if there := self.account.all(Invoice):
            deed = chance.choice((self.account.complete, self.account.cancel))
            with_suppressed(lambda: deed(chance.choice(there).id))

    def takes_back(self, chance: random.Random) -> None:
        """Anna takes one back, whether that is possible or not; perhaps the answer is lost."""
        for draft_id, billomat_id in self.sent():
            if chance.random() < 0.5:
                if chance.random() < 0.4:
                    self.account.trouble.next("drop", worked=chance.random() < 0.5, on="DELETE invoices")
                try:
                    taking_back.take_back(self.bot, self.acting(), draft_id, billomat_id)
                except UserError:
                    continue
                for _ in range(3):
                    self.run_jobs()
                    self.clock.forward_by(minutes=1)
                self.account.trouble.clear()

    def settles(self, chance: random.Random) -> None:
        """Anna decides of some entries of some line; what the customer still pays for is refused."""
        for draft_id, _ in self.sent():
            invoice = settling.look(self.bot, self.acting(), draft_id)
            for line in invoice.lines:
                items = [each.item for each in line.items if chance.random() < 0.5]
                outcome = chance.choice([*Outcome])
                try:
                    settling.settle(self.bot, self.acting(), draft_id, line.line.id, items, outcome, "by chance")
                except UserError:
                    continue

    def sent(self) -> list[tuple[int, int]]:
        with self.bot.database.read() as db:
            found = select(drafts.c.id, drafts.c.billomat_id).where(drafts.c.state == "sent")
            return [(row.id, row.billomat_id) for row in db.execute(found)]

    def check(self) -> None:
        """Each entry is open, on one draft or freed of it, and Billomat bills no more than was worked."""
        with self.bot.database.read() as db:
            held = dict(db.execute(select(entries.c.id, entries.c.on_draft)).all())
            bound = dict(db.execute(select(draft_entries.c.entry_id, draft_entries.c.draft_id)).all())
            written_off = set(db.execute(select(settlements.c.entry_id)).scalars())
            freed = {tuple(row) for row in db.execute(select(freed_shares.c.entry_id, freed_shares.c.draft_id))}
            on_lines = {
                draft_id: settlement_rows.items_of_draft(db, draft_id)
                for draft_id in db.execute(select(drafts.c.id)).scalars()
            }
        assert len(held) == WORKED
        assert {each for each, is_held in held.items() if is_held} == set(bound)
        assert written_off <= set(bound)
        assert not set(bound.items()) & freed
        for draft_id, items in on_lines.items():
            assert {each.id for each in items if each.outcome is not Outcome.FREE} == {
                entry_id for entry_id, on in bound.items() if on == draft_id
            }
        there = [each for each in self.account.all(Invoice) if self.account.status_of(each) != "CANCELED"]
        assert sum((line.quantity for each in there for line in each.items), Decimal(0)) <= WORKED


def with_suppressed(deed: Callable[[], object]) -> None:
    """Billomat may refuse it."""
    try:
        deed()
    except Refusal:
        return


@pytest.mark.parametrize("number", range(8))
def test_on_random_days_nobody_is_billed_more_than_was_worked(
    number: int, connected: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    chance, course = random.Random(number), Course(bot, account, anna, clock, run_jobs)
    for day in DAYS:
        for nth in range(PER_DAY):
            anna.types(f"/track log 1h acme website {day}.3.: work {nth} of day {day}")
    course.bills()
    for _ in range(STEPS):
        chance.choice((course.edits, course.does, course.takes_back, course.settles, course.settles))(chance)
        if chance.random() < 0.6:
            course.hour()
        if chance.random() < 0.3:
            course.hour()
            course.bills()
        course.check()

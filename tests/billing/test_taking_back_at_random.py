"""Random days on which people take sent drafts back at any moment, while Billomat changes under each of our calls.

Nothing is freed while it stands there, nothing lost, nothing there twice, and each answer is told once. Meanwhile
invoices are submitted, returned and approved by two people, days are locked, work is billed elsewhere, and hints come.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import func, select, update

from bot.billing import elsewhere, hints, taking_back
from bot.core.caller import Caller
from bot.core.context import Bot, Itself
from bot.core.errors import UserError
from bot.people.callers import acting
from playground.billomat.account import Account
from playground.billomat.fields import Refusal
from playground.billomat.records import Invoice, Item
from playground.person import Person
from storage import locks as lock_rows
from storage import people as people_rows
from storage.change import Change
from storage.settlements import Item as Settled
from storage.tables import audits, draft_entries, entries, jobs, people, sent_invoices, workspaces
from tests.billing.deeds import RunJobs, just_read
from tests.billing.test_following_at_random import DRAFTS, Days
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")
STEPS = 14
TROUBLES = ("empty list", "no rights", "another account", "maintenance")
UNDER_US = 0.15
"""In which share of our calls somebody changes something in Billomat right before it arrives."""
ANSWERS = (
    "is deleted in Billomat. What was on it is free",
    "is no draft in Billomat any more",
    "Somebody changed the label of the draft",
    "is not in Billomat as it was sent",
    "A copy of the draft",
    "Somebody changed texts of the draft",
    "I could not delete",
    "I cannot find",
)


class Course(Days):
    """Such days, with two people who bill."""

    def __init__(self, days: Days, aylin: Person, chance: random.Random) -> None:
        super().__init__(days.bot, days.account, days.anna, days.clock, days.run_jobs)
        self.aylin, self.chance, self.asked = aylin, chance, 0
        self.needs_two = chance.random() < 0.5
        self.vanished = set[int]()
        self.bot.http.event_hooks = {"request": [self.under_us], "response": []}
        self.is_quiet = True

    # What people do here

    def caller(self, person_id: int) -> Caller:
        self.asked += 1
        with self.bot.database.read() as db:
            return acting(people_rows.get_person(db, person_id), now=self.bot.now(), request=f"ask:{self.asked}")

    def sends(self, day: int) -> None:
        """Bill the work of a day, if it is open; with a second person, who may return it first."""
        just_read(self.bot)
        shown = self.opened(self.anna, day)
        if "×" not in shown:
            return
        self.anna.modal.submit()
        self.anna.modal.close()
        self.run_jobs()
        if self.needs_two and self.chance.random() < 0.3:
            self.aylin.dm[-1].click("Return …")
            self.aylin.modal.fill("What has to be different", "Once more")
            self.aylin.modal.submit()
            self.opened(self.anna, day)
            self.anna.modal.submit()
            self.run_jobs()
        if self.needs_two:
            just_read(self.bot)
            self.opened(self.aylin, day)
            self.aylin.modal.submit()
        self.run_jobs()

    def opened(self, who: Person, day: int) -> str:
        while who.sees_modal:
            who.modal.close()
        who.types(f"/track invoice acme {day}.3.")
        return who.modal.text

    def takes_back(self) -> None:
        """One of the two takes one back, whether that is possible or not; perhaps both do, or the answer is lost."""
        sent = [(draft_id, billomat_id) for draft_id, state, billomat_id in self.drafts if state == "sent"]
        if not sent:
            return
        draft_id, billomat_id = self.chance.choice(sent)
        if self.chance.random() < 0.4:
            self.account.trouble.next("drop", worked=self.chance.random() < 0.5, on="DELETE invoices")
        for person_id in self.chance.choice([(1,), (2,), (1, 2)]):
            try:
                taking_back.take_back(self.bot, self.caller(person_id), draft_id, billomat_id or 0)
            except UserError:
                continue
            for _ in range(self.chance.randint(1, 4)):
                self.run_jobs()
                self.clock.forward_by(minutes=self.chance.choice([1, 6]))

    def elsewhere(self) -> None:
        """Mark an open entry as billed elsewhere, or have one that is be open again."""
        with self.bot.database.read() as db:
            entry_id = self.chance.choice(list(db.execute(select(entries.c.id)).scalars()))
        item, is_marked = Settled("entry", entry_id), self.chance.random() < 0.5
        try:
            found = elsewhere.look(self.bot, self.caller(1), item, is_marked=is_marked)
            elsewhere.mark(self.bot, self.caller(1), item, found.seen, "On paper", is_marked=is_marked)
        except UserError:
            return

    def locks(self) -> None:
        """Days are locked, or open again."""
        with self.bot.database.write() as db:
            until = self.chance.choice([None, date(2026, 3, 3), date(2026, 3, 8)])
            lock_rows.lock(Change(db, Itself(1, self.bot.now(), 1)), until, reason="by chance")

    def hint(self) -> None:
        """Billomat's webhook says that something happened."""
        hints.look_soon(self.bot, self.bot.now())
        self.run_jobs()

    # What happens there

    def under_us(self, request: httpx.Request) -> None:
        """Right before a call of ours arrives."""
        if not self.is_quiet and "/api/invoices" in request.url.path and self.chance.random() < UNDER_US:
            self.something_changes()

    def something_changes(self) -> None:
        there = self.account.all(Invoice)
        if not there:
            return
        which = self.chance.choice(there)
        deed = self.chance.choice([*("complete", "cancel", "pay", "delete", "delete"), "lines", "label", "text"])
        if deed in ("lines", "label", "text"):
            self.edits(which, deed)
        else:
            self.does(deed, which)

    def edits(self, which: Invoice, deed: str) -> None:
        def shorter(line: Item) -> Item:
            return replace(line, quantity=Decimal("0.5"))

        edits: dict[str, Callable[[], object]] = {
            "lines": lambda: self.account.edit_lines(which.id, shorter),
            "label": lambda: self.account.edit_label(which.id, "ours?"),
            "text": lambda: self.account.edit_invoice(which.id, {"intro": "By hand"}),
        }
        try:
            edits[deed]()
        except Refusal:
            return

    def something_happens(self, chance: random.Random) -> None:
        self.is_quiet = False
        deeds = (self.takes_back, self.takes_back, self.something_changes, self.elsewhere, self.locks, self.hint)
        if chance.random() < 0.25:
            with self.trouble(chance.choice(TROUBLES)):
                chance.choice(deeds)()
                self.hour()
        else:
            chance.choice(deeds)()
        if chance.random() < 0.5:
            self.hour()
        self.is_quiet = True
        self.account.trouble.clear()
        freed = [draft_id for draft_id, state, _ in self.drafts if state == "open"]
        if freed and chance.random() < 0.6:
            self.sends(freed[0] + 1)
        self.check()

    # What is always true

    def check(self) -> None:
        there = {each.id: self.account.status_of(each) for each in self.account.all(Invoice)}
        with self.bot.database.read() as db:
            count = select(draft_entries.c.draft_id, func.count()).group_by(draft_entries.c.draft_id)
            bound = dict(db.execute(count).all())
            all_there = set(db.execute(select(entries.c.id)).scalars())
            on = dict(db.execute(select(draft_entries.c.entry_id, draft_entries.c.draft_id)).all())
            standing = select(sent_invoices.c.draft_id, sent_invoices.c.billomat_id)
            made = [(row.draft_id, row.billomat_id) for row in db.execute(standing)]
            steps = Counter(db.execute(select(audits.c.action).where(audits.c.subject == "draft")).scalars())
            waiting = db.execute(select(func.count()).where(jobs.c.kind == "take_back")).scalar_one()
        assert len(all_there) == DRAFTS
        assert len(on) == len(set(on))
        now = {draft_id: (state, billomat_id) for draft_id, state, billomat_id in self.drafts}
        for draft_id, (state, _) in now.items():
            holds = state in ("approved", "sending", "unknown", "sent")
            assert (bound.get(draft_id, 0) > 0) == holds, (draft_id, state)
        for draft_id, billomat_id in made:
            if there.get(billomat_id, "CANCELED") != "CANCELED":  # whatever stands there is bound by its draft here
                assert now[draft_id] == ("sent", billomat_id), (draft_id, billomat_id, now[draft_id])
        live = [billomat_id for billomat_id, status in there.items() if status != "CANCELED"]
        assert len(live) <= DRAFTS
        for who in (self.anna, self.aylin):
            said = sum(ANSWERS[0] in each.plain() for each in who.dm)
            assert said <= steps["take back"] + self.asked
        if not waiting:
            free_now = sum(ANSWERS[0] in each.plain() for each in self.anna.dm)
            assert free_now >= steps["take back"]  # she approved all, or asked

    def check_at_last(self) -> None:
        """After some quiet hours nothing is under way, and whatever is gone there is free here, or asked about."""
        for _ in range(4):
            self.hour()
        there = {each.id for each in self.account.all(Invoice)}
        with self.bot.database.read() as db:
            doubted = set(
                db.execute(select(sent_invoices.c.billomat_id).where(sent_invoices.c.doubted_at.is_not(None))).scalars()
            )
            assert not list(db.execute(select(jobs.c.key).where(jobs.c.kind == "take_back")).scalars())
        for _, state, billomat_id in self.drafts:
            assert state in ("open", "sent", "submitted", "discarded")
            if state == "sent":
                assert billomat_id in there | doubted


@pytest.mark.parametrize("number", range(10))
def test_on_random_days_with_taking_back_nothing_is_freed_wrongly_lost_or_doubled(
    number: int,
    connected: None,
    bot: Bot,
    account: Account,
    anna: Person,
    aylin: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
) -> None:
    chance = random.Random(number)
    aylin.types("/track status")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.id == 2).values(role="approver", zone="Europe/Berlin", locale="en-GB"))
    course = Course(Days(bot, account, anna, clock, run_jobs), aylin, chance)
    if course.needs_two:
        with bot.database.write() as db:
            db.execute(update(workspaces).values(second_from_cents=0))
    for day in range(2, 2 + DRAFTS):
        anna.types(f"/track log 1h acme website {day}.3.: work of day {day}")
        course.sends(day)
    course.hour()
    for _ in range(STEPS):
        course.something_happens(chance)
    course.check_at_last()

"""Random days of a Billomat that changes under sent drafts: nothing freed wrongly, nothing lost, told once."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.core.context import Bot
from playground.billomat import lists, seed
from playground.billomat.account import Account
from playground.billomat.fields import Refusal
from playground.billomat.records import Invoice
from playground.person import Person
from storage import sent_invoices as sent_rows
from storage.tables import draft_entries, drafts
from tests.billing.deeds import RunJobs, just_read, sends
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")
DRAFTS = 4
STEPS = 14
DEEDS = ("complete", "pay", "cancel", "uncancel", "delete")


class Days:
    """What happens on these days, and what is true of them."""

    def __init__(self, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs) -> None:
        self.bot, self.account, self.anna, self.clock, self.run_jobs = bot, account, anna, clock, run_jobs
        self.deleted: set[int] = set()
        self.done: Counter[str] = Counter()

    def sends(self, day: int) -> None:
        """Bill the work of a day, as it is open."""
        just_read(self.bot)
        while self.anna.sees_modal:
            self.anna.modal.close()
        self.anna.types(f"/track invoice acme {day}.3.")
        assert "On its way" in sends(self.anna).text
        self.run_jobs()

    def hour(self) -> None:
        """An hour goes by, and what must always be true is."""
        self.clock.forward_by(hours=1, minutes=1)
        self.run_jobs()
        self.check()

    def does(self, deed: str, which: Invoice) -> None:
        """Somebody does it in Billomat, as far as Billomat allows it."""
        try:
            getattr(self.account, "delete_draft" if deed == "delete" else deed)(which.id)
        except Refusal:
            return
        self.done[deed] += 1
        if deed == "delete":
            self.deleted.add(which.id)

    @property
    def drafts(self) -> list[tuple[int, str, int | None]]:
        """Each with its state and its id in Billomat."""
        with self.bot.database.read() as db:
            rows = db.execute(select(drafts.c.id, drafts.c.state, drafts.c.billomat_id).order_by(drafts.c.id))
            return [(row.id, row.state.value, row.billomat_id) for row in rows]

    def check(self) -> None:
        """Free is only what was deleted, and whatever is not free is bound to its draft."""
        with self.bot.database.read() as db:
            bound = dict(
                db.execute(select(draft_entries.c.draft_id, func.count()).group_by(draft_entries.c.draft_id)).all()
            )
            followed = sent_rows.followed(db, 1, since=self.bot.now().replace(year=2000))
        for draft_id, state, _ in self.drafts:
            assert bound.get(draft_id, 0) == (1 if state == "sent" else 0), (draft_id, state)
        freed = {each.billomat_id for each in followed if not each.is_current}
        assert freed <= self.deleted
        assert self.told("was deleted in Billomat") == len(freed)
        assert self.told("was cancelled in Billomat.") <= self.done["cancel"]

    def told(self, words: str) -> int:
        """How many messages say so."""
        return sum(words in said.plain() for said in self.anna.dm)

    def something_happens(self, chance: random.Random) -> None:
        """Trouble for some hours or a deed in Billomat; perhaps a look, and perhaps what was freed is billed anew."""
        if chance.random() < 0.3:
            with self.trouble(chance.choice(("empty list", "no rights", "another account", "maintenance"))):
                for _ in range(chance.randint(1, 3)):
                    self.hour()
        elif there := self.account.all(Invoice):
            self.does(chance.choice(DEEDS), chance.choice(there))
        if chance.random() < 0.6:
            self.hour()
        freed = [draft_id for draft_id, state, _ in self.drafts if state == "open"]
        if freed and chance.random() < 0.5:
            self.sends(freed[0] + 1)

    def check_all_is_known(self) -> None:
        """After some quiet hours: each invoice is known as it stands there, or people were asked about it."""
        there = {each.id: self.account.status_of(each) for each in self.account.all(Invoice)}
        with self.bot.database.read() as db:
            followed = sent_rows.followed(db, 1, since=self.bot.now().replace(year=2000))
        for each in followed:
            if each.billomat_id in there:
                assert (each.status, each.missing_since) == (there[each.billomat_id], None)
            elif each.is_current:
                assert each.doubted_at
                assert self.told("cannot be found in Billomat")
        assert set(there) == {billomat_id for _, _, billomat_id in self.drafts if billomat_id} - self.deleted

    @contextmanager
    def trouble(self, kind: str) -> Iterator[None]:
        """For the time of a look or two."""
        user = self.account.user_of(seed.ADMIN_KEY)
        assert user
        own_id, tables = self.account.own_id, self.account._tables
        kept = tables[Invoice]
        with pytest.MonkeyPatch.context() as patch:
            if kind == "empty list":
                hidden = {**lists.RESOURCES, "invoices": replace(lists.RESOURCES["invoices"], rows=lambda _: [])}
                patch.setattr("playground.billomat.rest.RESOURCES", hidden)
            elif kind == "no rights":
                self.account.change(user, rights={})
            elif kind == "another account":
                self.account.own_id, tables[Invoice] = 77, {}
            else:
                self.account.trouble.next("maintenance", on="GET invoices")
            yield
        self.account.own_id, tables[Invoice] = own_id, kept
        self.account.change(user, rights=user.rights)


@pytest.mark.parametrize("number", range(10))
def test_on_random_days_nothing_is_freed_wrongly_nothing_lost_and_each_thing_told_once(
    number: int, connected: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    chance, days = random.Random(number), Days(bot, account, anna, clock, run_jobs)
    for day in range(2, 2 + DRAFTS):
        anna.types(f"/track log 1h acme website {day}.3.: work of day {day}")
        days.sends(day)
    days.hour()
    for _ in range(STEPS):
        days.something_happens(chance)
    for _ in range(4):
        days.hour()
    days.check_all_is_known()

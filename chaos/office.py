"""What people do with invoices after the first ones were sent: submit, approve, return, take back, settle lines."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from time import sleep

from sqlalchemy import update

from bot.billing.rules.states import DraftState
from chaos import people
from chaos.people import Decider, afresh, persist
from chaos.reading import Reading
from chaos.town import Town
from playground.person import Person, Seen
from playground.slack.state import Refused
from storage.tables import people as person_rows
from storage.tables import workspaces

BETWEEN_PRESSES = 0.5
"""Seconds that somebody waits before they look whether a button has done something."""
TOO_LATE = "Too late"
"""The note of work that comes after its day was locked, and so is never written."""
LABEL_IS_GONE = "Somebody changed the label"


class Office:
    """Whoever submits and whoever approves. Each does again what was not answered, as long as it is not done.

    The onlooker is asked for each approval too, and never presses anything.
    """

    def __init__(self, town: Town) -> None:
        """From now on each invoice needs two people."""
        self.submitter, self.approver, self.onlooker = town.admin, town.members[0], town.members[1]
        self.reading = Reading(town.database)
        self.returned = self.voided = 0
        self.given_up: list[str] = []
        """Sentences about what people no longer waited for."""
        self._deciders = [Decider(who, town.account, town.database) for who in (self.submitter, self.approver)]
        with town.database.write() as db:
            db.execute(update(workspaces).values(second_from_cents=0))
            asked = person_rows.c.slack_id.in_([self.approver.id, self.onlooker.id])
            db.execute(update(person_rows).where(asked).values(role="approver"))

    def told_of_two(self) -> set[str]:
        """The customers of whose drafts somebody read that there may be two."""
        return people.told_of_two(self.submitter) | people.told_of_two(self.approver)

    # Until it stands in Billomat

    def bill(self, name: str, *, returns: bool = False, meanwhile: Callable[[], None] | None = None) -> None:
        """Submit and approve until nothing of this customer is open.

        The approver `returns` it first; or something happens `meanwhile`, which voids it.
        """
        before = [step for step in (self._send_back if returns else None, self._void(meanwhile)) if step]

        def is_done() -> bool:
            if not self.reading.is_free(name):
                return True
            if self.reading.state(name) is not DraftState.SUBMITTED:
                self._submit(name)
            elif before:
                before[0](name)
                del before[0]
            else:
                self._approve(name)
            return False

        persist(is_done)

    def deliver(self) -> None:
        """Until all that was approved stands in Billomat."""

        def left() -> list[str]:
            on_the_way = self.reading.on_the_way()
            for decider in self._deciders:
                decider.decide(name for name, state in on_the_way.items() if state == DraftState.UNKNOWN)
            return [f"the draft for {name}, {state}" for name, state in on_the_way.items()]

        self.given_up += people.wait_until_none(left)

    def _submit(self, name: str) -> None:
        afresh(self.submitter)
        self.submitter.types(f"/track invoice {name}")
        if "has nothing unbilled" not in self.submitter.modal.text:
            self.submitter.modal.submit()

    def _approve(self, name: str) -> None:
        """In the message; where prices are older than an hour that opens the invoice, which reads them anew."""
        newest(self.approver, name, "Approve and send").click("Approve and send")
        if self.reading.state(name) is DraftState.SUBMITTED:
            afresh(self.approver)
            self.approver.types(f"/track invoice {name}")
            self.approver.modal.submit()

    def _send_back(self, name: str) -> None:
        afresh(self.approver)
        newest(self.approver, name, "Return …").click("Return …")
        self.approver.modal.fill("What has to be different", "Please look once more")
        self.approver.modal.submit()
        self.returned += 1

    def _void(self, meanwhile: Callable[[], None] | None) -> Callable[[str], None] | None:
        """What is done once, and that somebody presses although it is no longer what was submitted."""
        if meanwhile is None:
            return None

        def press(name: str) -> None:
            meanwhile()
            newest(self.approver, name, "Approve and send").click("Approve and send")
            self.voided += 1

        return press

    # Afterwards

    def take_back(self, name: str) -> None:
        """Until its time is free, or they read that it is kept because somebody wiped our label there."""

        def is_over() -> bool:
            if self.reading.is_free(name) or says(self.submitter, name, LABEL_IS_GONE):
                return True
            if not self.reading.is_planned("take_back"):
                afresh(self.submitter)
                newest(self.submitter, name, "Take back …").click("Take back …")
                self.submitter.modal.submit()
            sleep(BETWEEN_PRESSES)
            return False

        persist(is_over)

    def bill_again(self, name: str) -> None:
        """Say of a cancelled or vanished invoice that it is to be billed again, until its time is free."""

        def is_over() -> bool:
            if self.reading.is_free(name):
                return True
            if not self.reading.is_planned("withdraw"):
                newest(self.submitter, name, "Bill again").click("Bill again")
            sleep(BETWEEN_PRESSES)
            return False

        persist(is_over)

    def write_off(self, name: str) -> None:
        """Say of a cancelled invoice that what is on it is billed to nobody."""

        def is_over() -> bool:
            if not self.reading.is_decided(name):
                newest(self.submitter, name, "Write off").click("Write off")
            return self.reading.is_decided(name)

        persist(is_over)

    def settle_line(self, name: str, outcome: str) -> None:
        """What Billomat has less of a line is free again, or written off."""

        def is_over() -> bool:
            if self.reading.is_settled(name):
                return True
            afresh(self.submitter)
            newest(self.submitter, name, "Lines …", "were changed in Billomat").click("Lines …")
            self.submitter.modal.click("Entries …")
            window = self.submitter.modal
            window.fill("Entries", [next(each for each in window.options("Entries") if "Review" in each)])
            window.fill("What becomes of the entries", outcome)
            window.submit()
            return False

        persist(is_over)

    def lock_days(self, name: str) -> None:
        """Lock all days that are over, and find that nothing of this customer is added to them or changes there."""
        last = self.submitter.workspace.clock.now().date() - timedelta(days=1)

        def is_locked() -> bool:
            if self.reading.locked_until() != last:
                afresh(self.submitter)
                self.submitter.types("/track settings")
                self.submitter.modal.click("Locked days …")
                self.submitter.modal.fill("Locked up to", last.isoformat())
                self.submitter.modal.submit()
            return self.reading.locked_until() == last

        def is_refused() -> bool:
            said = self.submitter.types(f"/track log 12m {name} {last:%d.%m.%Y}: {TOO_LATE}")
            return said is not None and "These days are locked" in said.plain()

        persist(is_locked)
        persist(is_refused)

    def anybody_reads(self, name: str, *words: str) -> bool:
        """Whether whoever submits or whoever approves read one of these about a customer."""
        return any(says(who, name, *words) for who in (self.submitter, self.approver))

    def log_more(self, name: str) -> None:
        """Further time and an expense, of which nothing was known when the rest was sent."""

        def is_logged() -> bool:
            self.submitter.types(f"/track log 12m {name}: Further work")
            self.submitter.types(f"/track expense 20 net {name}: Taxi")
            return self.reading.is_free(name)

        persist(is_logged)

    def mark_elsewhere(self, name: str) -> None:
        """Mark all that is open of a customer as billed elsewhere."""

        def is_marked() -> bool:
            if not self.reading.is_free(name):
                return True
            afresh(self.submitter)
            listed = self.submitter.types(f"/track list year {name}")
            if listed is not None:
                listed.click("Billed elsewhere …")
                self.submitter.modal.fill("Reason", "On paper")
                self.submitter.modal.submit()
            return False

        persist(is_marked)


def newest(who: Person, name: str, button: str, words: str = "") -> Seen:
    """The newest message to somebody about one draft of a customer, with this button. Refused if there is none yet."""
    for said in reversed(who.dm):
        if said.buttons.count(button) == 1 and name in (text := said.plain()) and words in text:
            return said
    raise Refused(f"no message about {name} has the button {button!r}")


def says(who: Person, name: str, *words: str) -> bool:
    """Whether somebody read one of these about a customer."""
    texts: Iterable[str] = (said.plain() for said in who.dm)
    return any(name in text and any(each in text for each in words) for text in texts)

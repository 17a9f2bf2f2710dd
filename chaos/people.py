"""The people of a crash test. They see what Slack and Billomat show them, and do again what was not answered."""

import re
import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import cycle

from sqlalchemy import select

from playground.billomat import seed
from playground.billomat.account import Account
from playground.person import Person, Seen
from playground.slack.state import Message, Refused
from storage.database import Database
from storage.tables import sent_invoices

PATIENCE = 600
"""Seconds after which something will not happen any more."""
LOOKING = 2
"""Seconds that somebody takes to look into Billomat before they answer a question."""
Work = tuple[str, str]
"""A customer's name and a note; every piece of work has its own."""
_LOST = re.compile(
    "I sent the draft for (?P<sent>[^,]+), |is not among the newest ones of (?P<named>.+?), or belongs|"
    "I could not look for the draft for (?P<sought>[^,]+), "
)


_TWO = re.compile(r"An earlier attempt to send the draft for (?P<customer>[^,]+), .* has reached Billomat after all")


def persist(deed: Callable[[], bool]) -> None:
    """Do something until it succeeds. TimeoutError when it never does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(Refused, TimeoutError):  # a view that did not open, an answer that did not come
            if deed():
                return
        time.sleep(0.05)
    raise TimeoutError(deed)


def wait_until_none(left: Callable[[], Collection[str]]) -> list[str]:
    """Look again and again at what is left, until nothing is; a sentence for everything that never came to an end.

    Whenever it becomes less, people wait for the rest as long again. TimeoutError when nobody ever sees what is left.
    """
    seen, fewest, end = None, sys.maxsize, time.monotonic() + PATIENCE
    while time.monotonic() <= end:
        with suppress(Refused, TimeoutError):  # as in `persist`
            seen = left()
            if not seen:
                return []
            if len(seen) < fewest:
                fewest, end = len(seen), time.monotonic() + PATIENCE
        time.sleep(0.05)
    if seen is None:
        raise TimeoutError(left)
    return [f"nothing came to an end for {PATIENCE} s, and what was left then is {each}" for each in seen]


def connect(admin: Person) -> None:
    """Connect Billomat, which works as yet."""
    afresh(admin)
    admin.types("/track connect")
    for label, text in {"billomatID": "acme", "API key": seed.ADMIN_KEY, "Default VAT rate": "19"}.items():
        admin.modal.fill(label, text)
    admin.modal.submit()
    while admin.modal.view.submit != "Import now":
        time.sleep(0.05)  # "checking …": the view is replaced from outside


def start_import(admin: Person) -> None:
    """Have customers and articles imported (again), until that is answered."""

    def press() -> bool:
        afresh(admin)
        admin.types("/track connect")
        admin.modal.click("Import again" if "Import again" in admin.modal.buttons else "Import now")
        return True

    persist(press)


def log(people: Sequence[Person], customers: Iterable[str]) -> dict[Work, int]:
    """Each in turn logs two pieces of work for the next customer, and types again what got no answer.

    For each piece the most entries that it can have: one, and one more for each answer that was lost.
    """
    most: dict[Work, int] = {}
    for who, customer in zip(cycle(people), customers, strict=False):
        for length, note in (("9m", "Concept"), ("6m", "Review")):
            lost: list[str] = []
            persist(partial(_is_logged, who, f"/track log {length} {customer} yesterday: {note}", lost))
            most[customer, note] = 1 + len(lost)
    return most


def _is_logged(who: Person, command: str, lost: list[str]) -> bool:
    """Whether it was acknowledged. `lost` gets the command when Slack got no answer to show."""
    try:
        said = who.types(command)
    except TimeoutError:
        lost.append(command)
        raise
    if said is None or "Undo" in said.buttons:  # nothing is said where Slack's repetition met what was done
        return True
    message = said.surface
    if isinstance(message, Message) and message.problem:  # Slack's own; the bot's apologies say that nothing changed
        lost.append(command)
    return False


def approve(biller: Person, customer: str) -> None:
    """Approve what is to be billed to a customer, until it is on its way."""

    def approved() -> bool:
        afresh(biller)
        biller.types(f"/track invoice {customer}")
        if f"{customer} has nothing unbilled" in biller.modal.text:
            return True  # the answer to the first time was lost
        after = biller.modal.submit()  # a preview that asks again names what of others is on its way
        return after is not None and "You get a message with the link in a moment" in after.text

    persist(approved)


def told_of_two(biller: Person) -> set[str]:
    """The customers of whose drafts the biller read that there may be two, as one arrived after all looks."""
    found = (_TWO.search(said.plain()) for said in biller.dm)
    return {named["customer"] for named in found if named}


class Decider:
    """Answers what only a person can: whether a draft, whose answer was lost, stands in Billomat."""

    def __init__(self, biller: Person, account: Account, database: Database) -> None:
        self._biller = biller
        self._account = account
        self._database = database
        self._since: dict[str, float] = {}
        self.sent_again = 0
        self.found = 0

    def decide(self, lost: Iterable[str]) -> None:
        """Answer the newest question about each of these customers, some time after it came up."""
        lost = set(lost)
        asked = self._questions()
        self._since = {name: at for name, at in self._since.items() if name in lost}
        for customer in lost & asked.keys():
            if time.monotonic() - self._since.setdefault(customer, time.monotonic()) > LOOKING:
                del self._since[customer]
                with suppress(Refused, TimeoutError):  # then the question is still there, and comes up again
                    self._answer(asked[customer], customer)

    def _questions(self) -> dict[str, Seen]:
        """The newest question about each customer."""
        found = {}
        for said in self._biller.dm:
            if "Send again" in said.buttons and (named := _LOST.search(said.plain())):
                found[named[str(named.lastgroup)]] = said
        return found

    def _answer(self, question: Seen, customer: str) -> None:
        with self._database.read() as db:
            known = set(db.execute(select(sent_invoices.c.billomat_id)).scalars())
        documents = [document for document in self._account.documents() if document.id not in known]
        there = [document.id for document in documents if document.client_name == customer]
        if not there:
            self.sent_again += 1
            question.click("Send again")
            return
        afresh(self._biller)
        question.click("It is there …")
        self._biller.modal.fill("Or its address in Billomat", str(there[0]))
        self._biller.modal.submit()
        self.found += 1


def afresh(who: Person) -> None:
    """Close whatever is open."""
    while who.sees_modal:
        who.modal.close()

"""What becomes of drafts after they were sent, in rounds: by people here, by people in Billomat, and by the hour.

In each round every `Deed` meets another customer, and bots are killed all the while. The hours go by only while no
draft is on its way: what waits for an answer of Billomat's takes real time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from enum import Enum, auto
from time import sleep

from chaos.office import Office, says
from chaos.people import persist
from chaos.town import Town
from playground.billomat.account import Account
from playground.billomat.records import Item

LESS = Decimal("0.1")
"""Hours of the review, which somebody takes off of a line in Billomat."""


class Deed(Enum):
    """What happens to the invoice of one customer in a round."""

    TAKEN_BACK = auto()
    """By people here; billed again after it was returned once."""
    DELETED = auto()
    """In Billomat; free after two looks, and billed again."""
    CANCELLED = auto()
    """In Billomat; people have it billed again."""
    WRITTEN_OFF = auto()
    """Cancelled in Billomat; people have it billed to nobody."""
    SHORTENED = auto()
    """In Billomat; what is less there is free again, and on another invoice."""
    GIVEN_AWAY = auto()
    """Shortened in Billomat; what is less there is written off."""
    CONTINUED = auto()
    """More work comes, and while it waits for the second person yet more."""
    ELSEWHERE = auto()
    """More work comes, which is billed elsewhere."""
    RESTORED = auto()
    """Cancelled in Billomat and billed again; then the cancelled one counts again, until people cancel it once more."""
    LOCKED = auto()
    """The days of its work are locked: nothing is added to them, and nothing of it changes."""


Hint = Callable[[], None]
Round = Mapping[Deed, str]
"""The customer that meets each of them."""
VANISH = 5
"""Drafts that are deleted all at once at the end: more than are freed without a question."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the customers that met each deed, and those whose drafts vanished together."""

    rounds: tuple[Round, ...]
    vanished: tuple[str, ...]

    def of(self, *deeds: Deed) -> list[str]:
        """The customers that met one of these."""
        return [met[deed] for met in self.rounds for deed in deeds]

    @property
    def number(self) -> int:
        """Of all deeds."""
        return len(self.rounds) * len(Deed) + len(self.vanished)


def live_on(town: Town, office: Office, rounds: int, hint: Hint) -> Done:
    """Carry out as many rounds as there are customers with one draft, and at most so many.

    Billomat's webhooks come as a `hint` whenever somebody changed something there.
    """
    there_twice = office.told_of_two()
    names = iter([name for name in town.customers if name not in there_twice])
    done = []
    for _ in range(rounds):
        met = dict(zip(Deed, names, strict=False))
        if len(met) < len(Deed):
            break
        _live_on(town, office, met, hint)
        done.append(met)
    vanished = tuple(name for name, _ in zip(names, range(VANISH), strict=False))
    if len(vanished) == VANISH:
        _vanish(town, office, vanished)
    return Done(tuple(done), vanished if len(vanished) == VANISH else ())


def _live_on(town: Town, office: Office, met: Round, hint: Hint) -> None:
    office.lock_days(met[Deed.LOCKED])
    office.take_back(met[Deed.TAKEN_BACK])
    office.log_more(met[Deed.ELSEWHERE])
    office.mark_elsewhere(met[Deed.ELSEWHERE])
    office.log_more(met[Deed.CONTINUED])
    office.bill(met[Deed.CONTINUED], meanwhile=lambda: office.log_more(met[Deed.CONTINUED]))
    office.deliver()
    former = office.reading.stands_on(met[Deed.RESTORED])
    _change_in_billomat(town.account, office, met)
    hint()
    _wait_for_looks(town, office, met)
    office.settle_line(met[Deed.SHORTENED], "Free again")
    office.settle_line(met[Deed.GIVEN_AWAY], "Write off")
    office.write_off(met[Deed.WRITTEN_OFF])
    for deed in (Deed.DELETED, Deed.CANCELLED, Deed.RESTORED):
        office.bill_again(met[deed])
    for deed in (Deed.TAKEN_BACK, Deed.DELETED, Deed.CANCELLED, Deed.SHORTENED, Deed.RESTORED):
        office.bill(met[deed], returns=deed is Deed.TAKEN_BACK)
    office.deliver()
    _restore(town, office, met[Deed.RESTORED], former, hint)


def _restore(town: Town, office: Office, name: str, former: int, hint: Hint) -> None:
    """What was billed once more counts again in Billomat, until people who read of it cancel it there."""
    town.account.uncancel(former)
    hint()
    _hours_until(town, lambda: office.anybody_reads(name, "counts again in Billomat"))
    town.account.cancel(former)
    hint()


def _change_in_billomat(account: Account, office: Office, met: Round) -> None:
    """What people do there, who do not know of us."""
    stands: dict[Deed, int] = {deed: office.reading.stands_on(met[deed]) for deed in met if deed is not Deed.TAKEN_BACK}
    account.delete_draft(stands[Deed.DELETED])
    for deed in (Deed.CANCELLED, Deed.WRITTEN_OFF, Deed.RESTORED):
        account.complete(stands[deed])
        account.cancel(stands[deed])
    for deed in (Deed.SHORTENED, Deed.GIVEN_AWAY):
        account.edit_lines(stands[deed], _shorter)


def _shorter(line: Item) -> Item | None:
    left = line.quantity - LESS
    return replace(line, quantity=left) if left else None


def _wait_for_looks(town: Town, office: Office, met: Round) -> None:
    """Hour by hour, until people read what happened there."""

    def missing() -> Iterator[Deed]:
        for deed, words in (
            (Deed.CANCELLED, "was cancelled in Billomat"),
            (Deed.WRITTEN_OFF, "was cancelled in Billomat"),
            (Deed.RESTORED, "was cancelled in Billomat"),
            (Deed.SHORTENED, "were changed in Billomat"),
            (Deed.GIVEN_AWAY, "were changed in Billomat"),
        ):
            if not says(office.submitter, met[deed], words):
                yield deed
        if not _is_free_or_asked(office, met[Deed.DELETED]):
            yield Deed.DELETED

    _hours_until(town, lambda: not any(missing()))


def _vanish(town: Town, office: Office, names: tuple[str, ...]) -> None:
    """Somebody deletes several at once: nothing is free until people say so."""
    for name in names:
        town.account.delete_draft(office.reading.stands_on(name))
    _hours_until(town, lambda: all(_is_free_or_asked(office, name) for name in names))
    for name in names:
        office.bill_again(name)
    for name in names:
        office.bill(name)
    office.deliver()


def _is_free_or_asked(office: Office, name: str) -> bool:
    return office.reading.is_free(name) or says(office.submitter, name, "cannot be found in Billomat any more")


def _hours_until(town: Town, reached: Callable[[], bool]) -> None:
    def is_reached() -> bool:
        town.clock.forward(timedelta(hours=1, minutes=1))
        sleep(1)
        return reached()

    persist(is_reached)

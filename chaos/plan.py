"""What goes wrong in a run, drawn from its seed: whom a kill hits and when, how Billomat answers, who edits labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from playground.billomat.account import Account
from playground.billomat.records import Invoice
from playground.billomat.trouble import Fault

Victim = Literal["machine", "slack", "jobs"]
_VICTIMS: tuple[Victim, ...] = ("machine", "machine", "slack", "slack", "jobs", "jobs", "jobs")

TIMEOUT = 2
"""Seconds that the bots wait for an answer of Billomat's."""
LEASE = 3 * TIMEOUT
"""Seconds after which another worker takes over what one does not end; its calls end before."""
ALL_LOOKS = 4 * TIMEOUT
"""Seconds after which a lost draft is looked for the last time."""
FAULTS = (
    Fault("late", seconds=0.2),
    Fault("late", seconds=0.5),
    Fault("late", worked=True, seconds=0.2),
    Fault("late", worked=True, seconds=0.5),
    Fault("late", seconds=TIMEOUT + 0.5),
    Fault("late", worked=True, seconds=TIMEOUT + 0.5),
    Fault("trickle", worked=True, seconds=TIMEOUT / 2),
    Fault("trickle", worked=True, seconds=TIMEOUT + 1),
    Fault("drop"),
    Fault("drop", worked=True),
    Fault("error"),
    Fault("error", worked=True),
    Fault("maintenance", worked=True),
    Fault("cut"),
    Fault("cut", worked=True),
    Fault("empty", worked=True),
    Fault("quota"),
)
"""Some answers come too late, of work that was done at once or only when nobody waited for it any more. Even then it is
done well before a lost draft is looked for the last time; so it is with the real settings."""
LIES = (Fault("refusal", worked=True, on="POST"), Fault("quota", worked=True, on="POST")) * 2
"""Statuses that say that nothing was done, after the work was done."""
STRAGGLERS = tuple(Fault("late", seconds=times * ALL_LOOKS, on="POST") for times in (2, 3, 4, 5))
"""Work that is done after all looks. People may have sent the draft again by then, so there may be two, of which they
are told the next day. Nobody can tell such a draft, nor one with a lie, from none when its label is wiped as well, so
a run has either these or people who wipe labels."""
STRUCK = 0.35
WIPED = 0.1
"""Shares of Billomat's answers that go wrong, and of drafts whose label a person wipes as soon as they are there."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One SIGKILL: `after` so much of the pace, at one of the running bots, at all of it or one of its processes.

    Or, now and then, its jobs only stand still, until others have taken them over, and then go on as if nothing was.
    """

    after: float
    number: int
    victim: Victim
    while_starting: bool
    stands_still: bool


def kills(seed: int) -> Iterator[Kill]:
    """The kills of a run, one after the other, without an end."""
    random = Random(seed)
    while True:
        yield Kill(
            after=random.random(),
            number=random.randrange(1000),
            victim=random.choice(_VICTIMS),
            while_starting=random.random() < 0.15,
            stands_still=random.random() < 0.15,
        )


def make_trouble(account: Account, seed: int) -> None:
    """From now on Billomat answers badly.

    With an even seed some statuses lie and some work is late; else people wipe labels, not knowing what they are for.
    """
    if seed % 2 == 0:
        account.trouble.often(STRUCK, *FAULTS, *LIES, *STRAGGLERS, seed=seed)
        return
    account.trouble.often(STRUCK, *FAULTS, seed=seed)
    random, seen = Random(seed), set[int]()

    def wipe_some_labels() -> None:
        for invoice in account.all(Invoice):
            if invoice.id not in seen:
                seen.add(invoice.id)
                if random.random() < WIPED:
                    account.edit_label(invoice.id, "")

    account.listeners.append(wipe_some_labels)

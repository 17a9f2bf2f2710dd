"""All that a use case needs from outside: the running bot, and the changes that are made through it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from slack_sdk import WebClient
from sqlalchemy.exc import IntegrityError

from bot.core.caller import Caller
from bot.core.clock import configured_clock
from bot.core.errors import AlreadyDone, days_locked
from bot.core.settings import Settings
from bot.core.vault import Vault
from storage import people as people_rows
from storage.change import Change
from storage.database import Database
from storage.locks import LOCKED


@dataclass(frozen=True, slots=True)
class Itself:
    """Trackomat itself, in a job; or a person for whom it does something later."""

    workspace_id: int
    now: datetime
    person_id: int | None = None
    request: str = ""


@dataclass(frozen=True, eq=False)
class Bot:
    """The running bot: where it remembers, what time it is, whom it talks to."""

    settings: Settings
    database: Database
    vault: Vault
    slack: WebClient
    """For jobs: waits and repeats. What a person waits for uses the client of the request instead."""
    http: httpx.Client
    """For Billomat; `bot.billomat.access` makes a client of it."""
    now: Callable[[], datetime] = field(default_factory=configured_clock)
    after_change: list[Callable[[Caller], None]] = field(default_factory=list)
    """Called after each commit of a person's change. The person waits, so these must return at once."""

    @contextmanager
    def change(self, caller: Caller) -> Iterator[Change[Caller]]:
        """One transaction for one delivery of Slack's. Raises AlreadyDone when it was carried out before."""
        try:
            with self.database.write() as db:
                if not people_rows.record_delivery(db, caller.request, at=self.now()):
                    raise AlreadyDone
                yield Change(db, caller)
        except IntegrityError as error:  # which triggers alone decide, for whatever wants to write
            if LOCKED not in str(error.orig):
                raise
            raise days_locked() from None
        for tell in self.after_change:
            tell(caller)

    @contextmanager
    def change_time(self, caller: Caller) -> Iterator[Change[Caller]]:
        """As `change`; whoever else changes this person's time waits. Raises AlreadyDone.

        Everybody locks in this order, or two could wait for each other: the workspace, people, customers.
        """
        with self.change(caller) as change:
            people_rows.lock_person(change.db, caller.person_id)
            yield change

    @contextmanager
    def change_itself(self, workspace_id: int, *, for_person: int | None = None) -> Iterator[Change[Itself]]:
        """One transaction of a job, by Trackomat itself or for a person who asked for it before."""
        with self.database.write() as db:
            yield Change(db, Itself(workspace_id, self.now(), for_person))

    def close(self) -> None:
        """Give everything back."""
        self.http.close()
        self.database.close()

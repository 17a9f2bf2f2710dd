"""All that a use case needs from outside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import httpx
from slack_sdk import WebClient
from sqlalchemy import Connection

from bot import billomat, clock
from bot.billomat import Billomat, Budget
from bot.errors import AlreadyDone
from bot.outdated import Outdated
from bot.rules.names import Names
from bot.settings import Settings
from bot.slack import patient_client
from bot.vault import Vault, open_vault
from storage import people
from storage.database import Database


class Request(Protocol):
    """Whoever asks for a change: `request` is the same for each repetition of one delivery."""

    @property
    def person_id(self) -> int:
        """Whose request it is."""

    @property
    def request(self) -> str:
        """The key of the delivery."""

    @property
    def watches_home(self) -> bool:
        """Whether the person may be looking at their App Home."""


@dataclass(frozen=True)
class Bot:
    """The running bot: where it remembers, what time it is, whom it talks to."""

    settings: Settings
    database: Database
    vault: Vault
    slack: WebClient
    """For jobs: waits and repeats. What a person waits for uses the client of the request instead."""
    http: httpx.Client
    now: Callable[[], datetime] = field(default_factory=clock.configured_clock)
    names: dict[int, tuple[int, Names]] = field(default_factory=dict, repr=False)
    """By workspace: the version of the catalogue, and its names, prepared by bot/catalog.py."""
    outdated_homes: Outdated = field(default_factory=Outdated, repr=False)
    """Whose App Home shows what was before their last change; bot/homes.py publishes them anew."""

    @contextmanager
    def change(self, request: Request) -> Iterator[Connection]:
        """One transaction for one delivery of Slack's. Raises AlreadyDone when it was carried out before."""
        with self.database.write() as db:
            if not people.record_delivery(db, request.request, at=self.now()):
                raise AlreadyDone
            yield db
        if request.watches_home:
            self.outdated_homes.add(request.person_id)

    @contextmanager
    def change_time(self, request: Request) -> Iterator[Connection]:
        """As `change`; whoever else changes this person's time waits. Raises AlreadyDone.

        Everybody locks in this order, or two could wait for each other: the workspace, people, customers.
        """
        with self.change(request) as db:
            people.lock(db, request.person_id)
            yield db

    def billomat(self, billomat_id: str, key: str, budget: Budget | None = None) -> Billomat:
        """A client for one account; without a budget nothing holds it back."""
        secret = self.settings.billomat_app_secret
        return Billomat(
            self.http,
            base_url=billomat.base_url(self.settings.billomat_url, billomat_id),
            key=key,
            app_id=self.settings.billomat_app_id,
            app_secret=secret.get_secret_value() if secret else None,
            budget=budget,
        )

    def close(self) -> None:
        """Give everything back."""
        self.http.close()
        self.database.close()


def assemble(settings: Settings) -> Bot:
    """The bot that the settings describe. Raises SettingsError."""
    token = settings.slack_bot_token
    return Bot(
        settings=settings,
        database=Database(settings.database_url, busy_timeout=settings.busy_timeout * 1000),
        vault=open_vault(settings),
        slack=patient_client(token.get_secret_value() if token else "", settings.slack_api_url),
        http=billomat.http_client(connect=settings.billomat_connect_timeout, read=settings.billomat_timeout),
    )

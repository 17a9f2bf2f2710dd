"""Where a crash test takes place: a workspace, an account, a database, people, and bots that live there."""

import logging
import os
import threading
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice, product
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from starlette.routing import Mount

from bot.core.settings import Settings
from chaos import people, plan, processes
from playground.billomat import http as billomat_http
from playground.billomat import seed as billomat_seed
from playground.billomat.account import Account
from playground.billomat.quota import Quota
from playground.billomat.records import Article, Client
from playground.person import Person, person
from playground.slack.clock import Clock
from playground.slack.state import Deadlines
from playground.slack.workspace import Workspace
from playground.slack_http import served
from storage import people as people_rows
from storage.database import Database

BERLIN = ZoneInfo("Europe/Berlin")
CALLS, WINDOW = 150, 5
"""What Billomat allows in so many seconds: little enough for the bots to run into it."""
SPEED = 10
"""How many times faster than real time the product's time goes at most while drafts are delivered.

A draft that meets trouble again and again waits for minutes in between, as it should. Whatever belongs to real
connections (leases, time-outs, Billomat's windows) is real time anyway, and the looks for a lost draft are that much
later, so that they come no sooner after a call than they would without.
"""
SHORT_WAITS = {
    "JOB_LEASE": str(plan.LEASE),
    "JOB_BACKOFF": "1",
    "JOB_TRIES": "30",
    "JOB_POLL": "0.1",
    "SECOND_LOOK": str(plan.TIMEOUT * SPEED),
    "LAST_LOOK": str(plan.ALL_LOOKS * SPEED),
    "BILLOMAT_CONNECT_TIMEOUT": "1",
    "BILLOMAT_TIMEOUT": str(plan.TIMEOUT),
    "BUSY_TIMEOUT": "5",
    "LOG_LEVEL": "INFO",
}
"""The looks for a lost draft are as many time-outs after it as with the real settings."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done, and how often a bot is killed: every `pace` seconds at the longest, `kills` times at most."""

    deliveries: int
    bots: int
    imports: int = 4
    crowd: int = 1200
    """Further customers in Billomat, so that an import has several pages."""
    people: int = 9
    days: int = 5
    """Whoever has not logged anything for two weeks gets no summaries."""
    rounds: int = 5
    """How often each thing that can become of a sent draft happens."""
    pace: float = 8
    kills: int = 1000


@dataclass(frozen=True)
class Town:
    """Everything around the bots."""

    workspace: Workspace
    account: Account
    clock: Clock
    database: Database
    admin: Person
    members: tuple[Person, ...]
    customers: tuple[str, ...]


@contextmanager
def town_of(size: Size, database_url: str, folder: Path) -> Iterator[tuple[Town, Mapping[str, str]]]:
    """Slack and Billomat over HTTP, on a Tuesday morning, and the environment of bots that live there."""
    clock = Clock(file=folder / "clock")
    clock.forward_to(next_at(clock.now(), time(10), weekdays=(1,)))
    workspace = Workspace(clock=clock, deadlines=Deadlines(ack=processes.ANSWER + 1))
    workspace.add_channel("general")
    workspace.add_person("Anna Admin", is_owner=True)
    names = [f"Member {word}" for word in _words(size.people)]
    for name in names:
        workspace.add_person(name)
    account = Account("acme", clock.now)
    billomat_seed.furnish(account)
    wanted = [f"{word} Ltd" for word in _words(size.deliveries)]
    for name in wanted:
        account.add(Client, name=name)
    billomat_seed.many(account, size.crowd)
    for number in range(20):
        account.add(Article, number=number, title=f"Article {number}")
    database = Database(database_url)
    with served() as attach:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # answers break off, and so do those who ask
        address = attach(workspace, Mount("/billomat", routes=billomat_http.routes(account)))
        environment = {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": "playground",
            "SLACK_API_URL": f"{address}/slack/api/",
            "BILLOMAT_URL": f"{address}/billomat",
            "DATABASE_URL": database_url,
            "TRACKOMAT_KEY": "a key for tests that is long enough",
            "TRACKOMAT_CLOCK": str(folder / "clock"),
            "BILLOMAT_WEBHOOK_PATH": processes.HINTS,
            "BILLOMAT_WEBHOOK_PASSWORD": processes.HINTS,
            "PYTHONPATH": str(processes.ROOT),
        }
        left_out = {name.upper() for name in Settings.model_fields} | {"PYTHONDONTWRITEBYTECODE"}
        inherited = {name: value for name, value in os.environ.items() if name not in left_out}
        yield (
            Town(
                workspace,
                account,
                clock,
                database,
                admin=person(workspace, "Anna Admin"),
                members=tuple(person(workspace, name) for name in names),
                customers=tuple(wanted),
            ),
            inherited | environment | SHORT_WAITS,
        )
    database.close()


def _words(number: int) -> list[str]:
    """So many names that nobody confuses."""
    syllables = ("Bra", "du", "fen", "gol", "hir", "jam", "kes", "lot", "mun", "pax")
    return ["".join(parts).title() for parts in islice(product(syllables, repeat=3), number)]


def settle_in(town: Town) -> None:
    """Everybody has been seen, and Billomat is connected, before anything goes wrong."""
    for who in (town.admin, *town.members):
        who.types("/track status")
    people.connect(town.admin)
    with town.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=9500)
    town.account.quota = Quota(lambda: datetime.now(UTC), unregistered=CALLS, window=WINDOW)


@contextmanager
def time_flying(clock: Clock) -> Iterator[None]:
    """The product's time goes faster meanwhile; no faster on a machine that is busy."""
    stop = threading.Event()

    def fly() -> None:
        while not stop.wait(1 / (SPEED - 1)):
            clock.forward(timedelta(seconds=1))

    thread = threading.Thread(target=fly)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def until(town: Town, reached: Callable[[Connection], bool]) -> None:
    """Until the database says so. TimeoutError when it never does."""

    def look() -> bool:
        with town.database.read() as db:
            return reached(db)

    people.persist(look)


def next_at(now: datetime, at: time, *, weekdays: Container[int]) -> datetime:
    """The next time that clocks in Berlin show this on such a day."""
    day = now.astimezone(BERLIN).date()
    while (moment := datetime.combine(day, at, BERLIN)) <= now or day.weekday() not in weekdays:
        day += timedelta(days=1)
    return moment.astimezone(UTC)

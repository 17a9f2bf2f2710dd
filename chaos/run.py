"""One run: a workspace, an account and bots that are killed, from the import to the last summary."""

import logging
import os
import threading
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import islice, product
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, func, or_, select
from starlette.routing import Mount

from bot.core.settings import Settings
from chaos import people, plan, processes, verdict
from chaos.processes import Fleet
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
from storage import jobs as job_rows
from storage import people as people_rows
from storage.catalog import customers
from storage.database import Database
from storage.tables import drafts

BERLIN = ZoneInfo("Europe/Berlin")
CALLS, WINDOW = 150, 5
"""What Billomat allows in so many seconds: little enough for the bots to run into it."""
AT_ONCE = 0.1
"""How much sooner than otherwise a kill comes that has to meet an import or summaries, which take no second."""
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
    "LOG_LEVEL": "WARNING",
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
    pace: float = 8
    kills: int = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """What happened. `wrong` is empty after a good run; `took` is in seconds."""

    deliveries: int
    kills: int
    sent_again: int
    found_by_people: int
    summaries: int
    messages_twice: int
    came_late: int
    stood_still: int
    took: int
    wrong: tuple[str, ...]


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


def run(seed: int, size: Size, database_url: str, folder: Path) -> Report:
    """Carry out the plan of this seed on an empty, migrated database. TimeoutError when something never ends."""
    began = monotonic()
    with _town(size, database_url, folder) as (town, environment):
        kills = plan.kills(seed)
        with processes.running(
            environment, folder, bots=size.bots, plan=kills, pace=size.pace, most=size.kills
        ) as fleet:
            town.workspace.transport = fleet.transport
            _settle_in(town)
            plan.make_trouble(town.account, seed)
            decider = people.Decider(town.admin, town.account)
            with _time_flying(town.clock):
                _import(town, size.imports, fleet)
                with fleet.dying():
                    typed = _deliver(town, decider)
            _work_for_days(town, size.days, fleet)
            _look_for_late_ones(town)
        expected = {(member.id, "Your day:"): size.days for member in town.members}
        expected |= {(town.admin.id, f"✅ The draft for {name}, "): 1 for name in town.customers}
        wrong, twice = verdict.on_messages(town.workspace, expected, len(fleet.killed))
        late = people.told_of_two(town.admin)
        with town.database.read() as db:
            wrong += [
                *verdict.on_imports(db, town.account),
                *verdict.on_drafts(db, town.account, town.customers, told=late),
                *verdict.on_entries(db, typed),
                *verdict.on_logging(db),
                *verdict.on_audit(db),
                *verdict.on_jobs(db),
            ]
        return Report(
            deliveries=len(town.customers),
            kills=len(fleet.killed),
            sent_again=decider.sent_again,
            found_by_people=decider.found,
            summaries=size.days * len(town.members),
            messages_twice=twice,
            came_late=len(late),
            stood_still=fleet.stood_still,
            took=round(monotonic() - began),
            wrong=tuple(wrong),
        )


@contextmanager
def _town(size: Size, database_url: str, folder: Path) -> Iterator[tuple[Town, Mapping[str, str]]]:
    """Slack and Billomat over HTTP, on a Tuesday morning, and the environment of bots that live there."""
    clock = Clock(file=folder / "clock")
    clock.forward_to(_next_at(clock.now(), time(10), weekdays=(1,)))
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


def _settle_in(town: Town) -> None:
    """Everybody has been seen, and Billomat is connected, before anything goes wrong."""
    for who in (town.admin, *town.members):
        who.types("/track status")
    people.connect(town.admin)
    with town.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=9500)
    town.account.quota = Quota(lambda: datetime.now(UTC), unregistered=CALLS, window=WINDOW)


def _import(town: Town, times: int, fleet: Fleet) -> None:
    """Import, while a bot is killed and people in Billomat rename and archive, until all that is here."""
    importing = select(func.count()).select_from(job_rows.jobs).where(job_rows.jobs.c.key == "import:1")
    others = [client for client in town.account.all(Client) if client.name and client.name not in town.customers]
    for number in range(times):
        people.start_import(town.admin)
        fleet.strike(share=AT_ONCE)
        _until(town, partial(_is_none, importing))
        if number + 1 < times and others:
            changed = others.pop()
            town.account.change(changed, name=f"{changed.name} & Sons", archived=number % 2 == 0)


def _deliver(town: Town, decider: people.Decider) -> dict[people.Work, int]:
    """Log, approve, and decide what was lost, until every draft stands in Billomat. What `people.log` tells."""
    of_drafts = (
        select(customers.c.name, drafts.c.state)
        .join(customers, customers.c.id == drafts.c.customer_id)
        .where(drafts.c.state != "open")  # looking once more after an approval opens the next one
    )

    def states() -> dict[str, str]:
        with town.database.read() as db:
            return {row.name: row.state for row in db.execute(of_drafts)}

    typed = people.log(town.members, town.customers)
    for customer in town.customers:
        people.approve(town.admin, customer)
        decider.decide(name for name, state in states().items() if state == "unknown")

    def all_settled() -> bool:
        now = states()
        decider.decide(name for name, state in now.items() if state == "unknown")
        with town.database.read() as db:
            return set(now.values()) == {"sent"} and verdict.under_way(db, besides="late") == []

    with suppress(TimeoutError):  # the verdict tells what never came to an end
        people.persist(all_settled)
    return typed


@contextmanager
def _time_flying(clock: Clock) -> Iterator[None]:
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


def _work_for_days(town: Town, days: int, fleet: Fleet) -> None:
    """On each of so many evenings a bot is killed while the summaries go out."""
    for _ in range(days):
        town.clock.forward_to(_next_at(town.clock.now(), time(17, 31), weekdays=range(5)))
        today = town.clock.now().astimezone(BERLIN).date()
        waiting = select(func.count()).where(
            people_rows.people.c.slack_id.in_([member.id for member in town.members]),
            or_(people_rows.people.c.last_summary_day.is_(None), people_rows.people.c.last_summary_day < today),
        )
        fleet.strike(share=AT_ONCE)
        _until(town, partial(_is_none, waiting))


def _look_for_late_ones(town: Town) -> None:
    """The day after, what was lost is looked for once more; while Billomat cannot be asked, an hour later again."""

    def is_over() -> bool:
        town.clock.forward(timedelta(hours=1))
        sleep(1)
        with town.database.read() as db:
            return verdict.under_way(db) == []

    with suppress(TimeoutError):  # the verdict tells what never came to an end
        people.persist(is_over)


def _is_none(counting: Select[int], db: Connection) -> bool:
    return db.execute(counting).scalar_one() == 0


def _until(town: Town, reached: Callable[[Connection], bool]) -> None:
    """Until the database says so. TimeoutError when it never does."""

    def look() -> bool:
        with town.database.read() as db:
            return reached(db)

    people.persist(look)


def _next_at(now: datetime, at: time, *, weekdays: Container[int]) -> datetime:
    """The next time that clocks in Berlin show this on such a day."""
    day = now.astimezone(BERLIN).date()
    while (moment := datetime.combine(day, at, BERLIN)) <= now or day.weekday() not in weekdays:
        day += timedelta(days=1)
    return moment.astimezone(UTC)

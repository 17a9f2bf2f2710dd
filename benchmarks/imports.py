"""The import of a Billomat account with 1,200 customers and 150 articles."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx

from benchmarks.processes import Server, as_settings, process
from benchmarks.world import BILLOMAT_ID
from bot import jobs
from bot.assembly import assemble
from bot.billomat import importing, imports
from bot.core.caller import Caller
from bot.core.context import Bot, Itself
from bot.people import callers as people
from playground.billomat.seed import ADMIN_KEY
from storage import billomat as billomat_rows
from storage import jobs as job_rows
from storage import people as people_rows
from storage.change import Change

_PAUSE = 0.02


@dataclass(frozen=True)
class Import:
    """How many calls to Billomat one import took, and how many seconds."""

    calls: int
    seconds: float


def measure(environment: dict[str, str], world: Server) -> tuple[Import, Import]:
    """Import into a workspace that knows nothing of the account, at once after connecting it, and once more later."""
    return _measured(environment, world, timedelta()), _measured(environment, world, timedelta(hours=1))


def _measured(environment: dict[str, str], world: Server, connected_since: timedelta) -> Import:
    bot, admin = connected(environment, connected_since)
    before = count_calls(world)
    seconds = _import(bot, admin)
    bot.close()
    return Import(count_calls(world) - before, seconds)


def by_the_job_process(environment: dict[str, str]) -> None:
    """Have a bot that runs import, and wait until it has."""
    bot, admin = connected(environment)
    _begin(bot, admin)
    while _waits(bot, admin):
        time.sleep(_PAUSE)
    bot.close()


@contextmanager
def all_the_time(environment: dict[str, str]) -> Iterator[None]:
    """The job process imports, and begins anew whenever it has finished."""
    bot, admin = connected(environment)
    stopped = threading.Event()

    def keep_busy() -> None:
        while not stopped.wait(_PAUSE):
            if not _waits(bot, admin):
                _begin(bot, admin)

    thread = threading.Thread(target=keep_busy)
    with process("bot", "run", "--only", "jobs", environment=environment | {"JOB_POLL": str(_PAUSE)}):
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()
            while _waits(bot, admin):
                time.sleep(_PAUSE)
    bot.close()


def connected(environment: dict[str, str], since: timedelta = timedelta(hours=1)) -> tuple[Bot, Caller]:
    """A bot in this process, its workspace connected with the account, and the admin who did that."""
    bot = assemble(as_settings(environment))
    with bot.database.write() as db:
        admin = people.acting(people_rows.get_person(db, 1), now=datetime.now(UTC))
        billomat_rows.connect_account(
            Change(db, Itself(admin.workspace_id, admin.now - since)),
            billomat_id=BILLOMAT_ID,
            secret_key=bot.vault.lock(ADMIN_KEY),
            key_owner="Anna Albrecht",
            tax_name="MwSt",
            tax_rate=1900,
            terms=billomat_rows.AccountTerms(currency="EUR", gross_prices=False, untaxed_countries=""),
            by=admin.person_id,
        )
    return bot, admin


def _begin(bot: Bot, admin: Caller) -> None:
    now = datetime.now(UTC)
    imports.start_import(bot, replace(admin, now=now, request=f"import:{now.timestamp()}"))


def _import(bot: Bot, admin: Caller) -> float:
    _begin(bot, admin)
    began = time.perf_counter()
    while _waits(bot, admin):
        jobs.run_one(bot)
    return time.perf_counter() - began


def _waits(bot: Bot, admin: Caller) -> bool:
    with bot.database.read() as db:
        return job_rows.job_exists(db, importing.IMPORT.key(workspace_id=admin.workspace_id))


def count_calls(world: Server) -> int:
    """How often Billomat was asked."""
    counts: dict[str, int] = httpx.get(f"{world.address}/counts", trust_env=False).json()
    return sum(count for path, count in counts.items() if path.startswith("/billomat/"))

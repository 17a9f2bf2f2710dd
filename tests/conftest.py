"""A workspace, an account and the real bot between them, entered through Bolt's dispatcher; one template database."""

import gc
import logging
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from slack_bolt import App
from slack_bolt.listener import custom_listener
from slack_bolt.listener_matcher import builtins as listener_matchers
from slack_bolt.util.utils import get_arg_names_of_callable
from sqlalchemy import event
from starlette.routing import Mount

from bot import jobs
from bot.app import build
from bot.assembly import assemble
from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot
from bot.core.settings import Settings
from bot.routine.home import HomePublisher
from playground.billomat import http as billomat_http
from playground.billomat import seed
from playground.billomat.account import Account
from playground.person import Person, in_process, person
from playground.seed import shortcuts
from playground.slack.clock import Clock
from playground.slack.state import Answer, Deadlines, Shortcut
from playground.slack.workspace import Workspace
from playground.slack_http import served
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage.database import Database
from tests.postgres import KeptDatabase, new_databases, postgresql
from tests.talking import writer

pytest_plugins = ["tests.loopback"]

SERVER = pytest.StashKey[str]()
"""The URI of this run's PostgreSQL."""

hypothesis_settings.register_profile("suite", max_examples=60, deadline=None, derandomize=True)
hypothesis_settings.load_profile("suite")

T0 = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in Berlin."""


class FrozenClock(Clock):
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        super().__init__(real=lambda: T0)
        self.drift = timedelta()
        """By how much the bot's own clock is ahead of Slack's, which never goes back."""

    def of_bot(self) -> datetime:
        """What time the bot believes it is."""
        return self.now() + self.drift

    def forward_by(self, **by: float) -> None:
        """Move on by so many hours, minutes …"""
        self.forward(timedelta(**by))


class Tracking(ThreadPoolExecutor):
    """Shows what needs Slack after a request, and can be waited for."""

    def __init__(self) -> None:
        super().__init__(max_workers=4)
        self.running: list[Future[Any]] = []

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(*args, **kwargs)
        self.running.append(future)
        return future

    def wait(self) -> None:
        """Until nothing runs any more."""
        while self.running:
            running, self.running = self.running, []
            wait(running, timeout=5)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="run what needs a database on PostgreSQL, from a wheel")
    parser.addoption("--payloads", type=int, default=300, help="how many odd payloads are sent to the bot")
    parser.addoption("--months", type=int, default=0, help="so many random months are billed, others each time")
    parser.addoption("--month-seed", type=int, default=random.randrange(10**9), help="which ones")
    parser.addoption("--payload-seed", type=int, default=random.randrange(10**9), help="which ones")


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL for the whole run: whoever distributes the tests starts it and tells the workers."""
    os.environ.pop("SSL_CERT_FILE", None)  # checked with each Settings, 40 ms; nobody here speaks TLS but who sets it
    if config.getoption("--postgresql") and not hasattr(config, "workerinput"):
        until_the_end = ExitStack()
        config.add_cleanup(until_the_end.close)
        config.stash[SERVER] = until_the_end.enter_context(postgresql())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of pytest-xdist: what a worker is told at its start."""
    node.workerinput["server"] = node.config.stash.get(SERVER, None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever takes long begins first. Tests that touch no database have nothing new to say on PostgreSQL."""
    items.sort(key=lambda item: "slow" not in item.keywords)
    if config.getoption("--postgresql"):
        touching = [item for item in items if "new_database" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in touching])
        items[:] = touching


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end; the collector need not look at it after each few tests."""
    gc.collect()
    gc.freeze()


NewDatabase = Callable[[Path], str]
"""Makes an empty, migrated database for one test and tells its URL."""


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """One migrated database; a copy of it for each test."""
    worker = getattr(request.config, "workerinput", None)
    if request.config.getoption("--postgresql"):
        server = worker["server"] if worker else request.config.stash[SERVER]
        return new_databases(server, f"test_{worker['workerid']}_" if worker else "test")
    template = tmp_path_factory.mktemp("template") / "trackomat.db"
    migrated(f"sqlite:///{template}")

    def copy(folder: Path) -> str:
        shutil.copy(template, folder / "trackomat.db")
        return f"sqlite:///{folder / 'trackomat.db'}"

    return copy


@pytest.fixture(scope="session")
def _kept_database(request: pytest.FixtureRequest) -> Iterator[KeptDatabase | None]:
    """On PostgreSQL one for all tests in turn, emptied after each: to copy one takes longer than most tests."""
    if not request.config.getoption("--postgresql"):
        yield None
        return
    kept = KeptDatabase(request.getfixturevalue("new_database"))
    yield kept
    kept.close()


@pytest.fixture
def database_url(new_database: NewDatabase, _kept_database: KeptDatabase | None, tmp_path: Path) -> Iterator[str]:
    """The URL of the one database that a test has; for more there is `new_database`."""
    if _kept_database is None:
        yield new_database(tmp_path)
        return
    yield _kept_database.url
    _kept_database.empty()


def migrated(url: str) -> None:
    """Bring an empty database to the present schema, and leave it in one file."""
    database = Database(url)
    database.migrate()
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


@pytest.fixture(scope="session")
def _server() -> Iterator[Callable[..., str]]:
    with served() as attach:
        yield attach


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def account(clock: FrozenClock) -> Account:
    """The Billomat account `acme`, furnished and with customers and articles."""
    account = Account("acme", clock.now)
    seed.seed(account)
    return account


@pytest.fixture(scope="session")
def declared() -> list[Shortcut]:
    """The shortcuts of the manifest, read once: that takes as long as a test."""
    return shortcuts()


def crowded() -> float:
    """How many times as long the bot may take because others want the processors too; once on a quiet machine."""
    wanting, *_ = os.getloadavg()
    return min(10, max(1, 2 * wanting / (os.cpu_count() or 1)))


@pytest.fixture
def workspace(clock: FrozenClock, declared: list[Shortcut]) -> Iterator[Workspace]:
    times = crowded()
    deadlines = Deadlines(ack=Deadlines.ack * times, trigger=Deadlines.trigger * times)
    workspace = Workspace(clock=clock, shortcuts=declared, deadlines=deadlines)
    workspace.refusal = Answer(400, "invalid_blocks")  # answers are read as text, but in tests of tables and charts
    workspace.add_channel("general")
    workspace.add_person("Anna Admin", zone="Europe/Berlin", locale="en-GB", is_owner=True)
    workspace.add_person("Finn Freelancer", zone="Europe/Berlin", locale="de-DE")
    workspace.add_person("Aylin Approver", zone="America/New_York", locale="en-US")
    yield workspace
    assert [violation.text for violation in workspace.violations] == []


@pytest.fixture
def settings(workspace: Workspace, account: Account, database_url: str, _server: Callable[..., str]) -> Settings:
    address = _server(workspace, Mount("/billomat", routes=billomat_http.routes(account)))
    return _checked_settings(address, workspace.bot_token).model_copy(update={"database_url": database_url})


@cache
def _checked_settings(address: str, bot_token: str) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=bot_token,
        slack_signing_secret="playground",
        slack_api_url=f"{address}/slack/api/",
        billomat_url=f"{address}/billomat",
        trackomat_key="a key for tests that is long enough",
        # The machine may be busy; tests of slow connections set their own.
        job_lease=60,
        billomat_patience=30,
        slack_timeout=10,
        slack_contact_timeout=10,
    )


@pytest.fixture
def bot(settings: Settings, clock: FrozenClock) -> Iterator[Bot]:
    bot = replace(assemble(settings), now=clock.of_bot)
    hurried(bot.database)
    yield bot
    bot.close()


class Compiled(dict[tuple[Any, ...], Any]):
    """Compiled statements, for all engines of a kind: each would compile the same ones, which takes as long as a test.

    SQLAlchemy asks with its dialect in front, of which each engine has another.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


COMPILED = Compiled()


def hurried(database: Database) -> None:
    """What was compiled for another test need not be again, and nobody pulls the plug of a test."""
    database.engine.update_execution_options(compiled_cache=COMPILED)
    if database.is_sqlite:
        event.listen(database.engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous = OFF"))


@pytest.fixture(scope="session", autouse=True)
def _arguments_read_once() -> Iterator[None]:
    """Bolt asks each of hundreds of listeners for its arguments, in each app; those of the same code are the same."""
    known: dict[Any, list[str]] = {}

    def names(function: Any) -> list[str]:
        code = getattr(function, "__code__", None)
        if code is None or hasattr(function, "__wrapped__"):
            return get_arg_names_of_callable(function)
        if code not in known:
            known[code] = get_arg_names_of_callable(function)
        return known[code]

    with pytest.MonkeyPatch.context() as patch:
        for asking in (custom_listener, listener_matchers):
            patch.setattr(asking, "get_arg_names_of_callable", names)
        yield


@pytest.fixture(autouse=True)
def _greeted_before(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes was greeted long ago and has done their first steps, but in tests of just that (`newcomers`)."""
    if "newcomers" not in request.keywords:
        monkeypatch.setattr("bot.routine.arrivals._greet", lambda *_, **__: None)
        monkeypatch.setattr("bot.billomat.connect.begin_first_steps", lambda *_: None)


@pytest.fixture
def app(bot: Bot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    app = build(bot)
    showing = Tracking()
    app.listener_runner.listener_executor = showing
    workspace.transport = in_process(app)

    HomePublisher(bot, showing)
    monkeypatch.setattr("bot.routine.home.PAUSE", 0)
    monkeypatch.setattr("bot.slack.showing.BEHIND_THE_ACK", 0)  # the workspace lets nothing overtake an ack

    def idle() -> None:
        showing.wait()

    workspace.idle = idle
    yield app
    showing.wait()
    showing.shutdown()


Door = Callable[[Workspace, str], Person]


@pytest.fixture
def door() -> Door:
    """How people tell the bot: by command."""
    return person


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have what is marked so done by command, and once more by message."""
    marked = metafunc.definition.get_closest_marker
    if marked("both_doors") and not marked("by_command") and "door" in metafunc.fixturenames:
        metafunc.parametrize("door", [person, writer], ids=["by command", "by message"])


@pytest.fixture
def anna(app: App, workspace: Workspace, door: Door) -> Person:
    """The workspace's owner, in Berlin, reads English."""
    return door(workspace, "Anna Admin")


@pytest.fixture
def finn(app: App, workspace: Workspace, door: Door) -> Person:
    """A member, in Berlin, reads German."""
    return door(workspace, "Finn Freelancer")


@pytest.fixture
def aylin(app: App, workspace: Workspace, door: Door) -> Person:
    """A member, in New York, reads English."""
    return door(workspace, "Aylin Approver")


@pytest.fixture
def run_jobs(bot: Bot) -> Callable[[], int]:
    """Do all jobs that are due; how many there were."""

    def run() -> int:
        done = 0
        while jobs.run_one(bot):
            done += 1
            assert done < 1000
        return done

    return run


@pytest.fixture
def projects(bot: Bot, anna: Person) -> None:
    """Acme GmbH with Website and App, Bäckerei Söhne & Co. with Shop, and the services Design and Travel."""
    anna.types("/track help")  # the first contact makes the workspace
    with bot.database.write() as db:
        for customer, names in {"Acme GmbH": ("Website", "App"), "Bäckerei Söhne & Co.": ("Shop",)}.items():
            customer_id = creation_rows.add_customer(db, 1, name=customer, key=name_key(customer))
            for name in names:
                creation_rows.add_project(db, 1, customer_id, name=name, key=name_key(name))
        for service in ("Design", "Travel"):
            creation_rows.add_service(db, 1, name=service, key=name_key(service))
        catalog_rows.names_changed(db, 1)


def looks_in_vain(clock: FrozenClock, look: Callable[[], object]) -> None:
    """The three looks for a lost draft, after which people decide: at once, after half a minute and after two."""
    for seconds in (0, 30, 90):
        clock.forward_by(seconds=seconds)
        look()


@contextmanager
def patient(database: Database) -> Iterator[Database]:
    """The same database for those who wait for each other longer than a person would: the machine may be busy."""
    waiting = Database(database.url.render_as_string(hide_password=False), busy_timeout=60_000)
    yield waiting
    waiting.close()


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each of these came to when threads did them at the same moment: an answer or an exception."""
    start = threading.Barrier(len(deeds))

    def done(deed: Callable[[], Any]) -> Any:
        start.wait(60)
        try:
            return deed()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(done, deeds))


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command that a test runs in its own process begins to log; the next test begins as if none had."""
    root = logging.getLogger()
    level, handlers = root.level, [*root.handlers]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture(autouse=True)
def _no_error_unseen(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """An error in the log that a test does not expect fails it."""
    yield
    if "expects_errors" not in request.keywords:
        errors = [
            record
            for record in caplog.get_records("call")
            if record.levelno >= logging.ERROR and record.name.startswith("bot")
        ]
        assert [record.getMessage() for record in errors] == []

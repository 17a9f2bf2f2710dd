"""`trackomat demo`: the page and the real bot on this machine, with a data folder of its own that goes when it ends.

The parent serves the page, Slack's Web API and Billomat from one thread; the bot is a child in a session of its own,
unchanged, and knows of the playground only through its environment. Both listening sockets are bound before either
starts, so both addresses are known and any number of demos run side by side.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette

from bot.core.settings import Settings
from playground import slack_http
from playground.billomat import seed as billomat_seed
from playground.billomat.account import Account
from playground.history import seed_history
from playground.page.app import create_app
from playground.seed import seed, shortcuts
from playground.slack.clock import Clock
from playground.slack.workspace import Workspace
from storage.database import Database

HOST = "127.0.0.1"
BILLOMAT_ID = "beispiel"
KEYS = {"admin key": billomat_seed.ADMIN_KEY, "read-only key": billomat_seed.READ_ONLY_KEY}
START = 60
STOP = 15
"""Seconds that the bot has to start, and to end before it is killed."""
LOOK = 0.2
"""Seconds between two looks at whether the bot is still there."""

Bot = subprocess.Popen[bytes]


def main(*, open_browser: bool = True, port: int = 8420) -> None:
    """Run the demo until Ctrl-C, SIGTERM or SIGHUP. `port` is a wish: if it is taken, any other.

    SystemExit with a sentence if the bot does not start, or ends by itself.
    """
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.set())
    with _running(port, stopped) as (address, bot):
        if not stopped.is_set():
            print(f"Trackomat's demo: {address}  (Ctrl-C ends it)", flush=True)  # noqa: T201 (what the command is for)
            if open_browser and _has_display():
                webbrowser.open(address)
        while not stopped.wait(LOOK):
            _check(bot)
    print("Stopped.", flush=True)  # noqa: T201


@contextmanager
def _running(port: int, stopped: threading.Event) -> Iterator[tuple[str, Bot]]:
    """Everything, ready to be used: the page's address and the bot's process."""
    with ExitStack() as until_the_end:
        folder = Path(until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="trackomat-demo-")))
        clock_file = folder / "clock"
        clock_file.write_text("0")
        clock = Clock(file=clock_file)
        page_socket = until_the_end.enter_context(_listening(port))
        bot_socket = until_the_end.enter_context(_listening(0))
        address, bot_address = _address(page_socket), _address(bot_socket)

        workspace, account, secret = _furnished(clock)
        workspace.url = address
        workspace.transport = slack_http.post_to(f"{bot_address}/slack/events")
        database_url = f"sqlite:///{folder / 'trackomat.db'}"
        _remember(database_url, workspace, clock)

        ready = threading.Event()
        page = create_app(workspace, account, keys=KEYS, ready=ready)
        until_the_end.enter_context(_serving(page, page_socket))
        environment = {
            "SLACK_API_URL": f"{address}/slack/api/",
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": secret,
            "BILLOMAT_URL": f"{address}/billomat",
            "DATABASE_URL": database_url,
            "TRACKOMAT_KEY": secrets.token_urlsafe(32),
            "TRACKOMAT_CLOCK": str(clock_file),
            "JOB_POLL": "0.2",
            "LOG_LEVEL": "WARNING",
        }
        bot = until_the_end.enter_context(_bot(environment, bot_socket, folder))
        bot_socket.close()  # from here on a bot that is gone refuses connections instead of keeping them waiting
        _wait_until_ready(bot, f"{bot_address}/readyz", stopped)
        ready.set()
        yield address, bot


def _furnished(clock: Clock) -> tuple[Workspace, Account, str]:
    """The workspace with its people, the account with its customers, and the secret that signs requests."""
    secret = secrets.token_hex(16)
    workspace = Workspace(clock=clock, signing_secret=secret, shortcuts=shortcuts())
    seed(workspace)
    account = Account(BILLOMAT_ID, clock.now)
    billomat_seed.seed(account)
    return workspace, account, secret


def _remember(database_url: str, workspace: Workspace, clock: Clock) -> None:
    """What the bot remembers of the time before: a month of entries."""
    database = Database(database_url)
    database.migrate()
    database.close()
    seed_history(database_url, workspace, clock.now())


@contextmanager
def _serving(app: Starlette, listening: socket.socket) -> Iterator[None]:
    """The page, served from a thread: signals stay with the main thread."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join(STOP)


@contextmanager
def _bot(settings: Mapping[str, str], listening: socket.socket, folder: Path) -> Iterator[Bot]:
    """The bot as a child that ends with us, even if we are killed: it sees the end of a pipe that only we hold.

    It starts in `folder`, where no .env of a real workspace lies, and with none of that workspace's settings.
    """
    read_end, write_end = os.pipe()
    known = {name.upper() for name in Settings.model_fields}
    environment = {name: value for name, value in os.environ.items() if name.upper() not in known}
    environment |= {
        **settings,
        "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
        "TRACKOMAT_SOCKET_FD": str(listening.fileno()),
        "TRACKOMAT_PARENT_FD": str(read_end),
    }
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=folder,
        env=environment,
        pass_fds=(listening.fileno(), read_end),
        start_new_session=True,  # Ctrl-C on the terminal reaches us alone
    )
    os.close(read_end)
    try:
        yield bot
    finally:
        os.close(write_end)
        bot.terminate()
        try:
            bot.wait(STOP)
        except subprocess.TimeoutExpired:
            os.killpg(bot.pid, signal.SIGKILL)
            bot.wait()


def _wait_until_ready(bot: Bot, address: str, stopped: threading.Event) -> None:
    for _ in range(round(START / LOOK)):
        _check(bot)
        try:
            if httpx.get(address, timeout=LOOK, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass  # it has not come that far
        if stopped.wait(LOOK):
            return
    sys.exit(f"The bot was not ready after {START} seconds.")


def _check(bot: Bot) -> None:
    if bot.poll() is not None:
        sys.exit(f"The bot ended by itself (exit code {bot.returncode}).")


def _listening(port: int) -> socket.socket:
    """A socket on this port of 127.0.0.1, or on a free one."""
    try:
        return slack_http.listening(port)
    except OSError:
        return slack_http.listening()


def _address(listening: socket.socket) -> str:
    return f"http://{HOST}:{listening.getsockname()[1]}"


def _has_display() -> bool:
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))

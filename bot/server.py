"""The two processes of `trackomat run`: one answers Slack, one does the jobs.

They are apart because a busy job in a thread would hold up commands (measured: from 2 ms to 70-120 ms).
"""

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot import jobs
from bot.app import build
from bot.assembly import assemble
from bot.core.settings import Settings, SettingsError
from bot.http.connections import Connections
from bot.http.door import door
from bot.routine.home import HomePublisher

log = logging.getLogger(__name__)

PARTS = ("slack", "jobs")
STOP_WITHIN = 10
"""Seconds that a part has to end what it is doing."""
GRACE = 2
"""Seconds after that, before it is killed."""


def run(settings: Settings) -> int:
    """Start both parts and keep them until a signal comes or one of them ends. The exit code."""
    pipe, keep = os.pipe()
    # The parts find the modules that we found; without -P they would take those of the folder where they start.
    environment = os.environ | {"TRACKOMAT_PARENT_FD": str(pipe), "PYTHONPATH": os.pathsep.join(sys.path)}
    inherited = (pipe, *([settings.trackomat_socket_fd] if settings.trackomat_socket_fd is not None else []))
    parts = [
        subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-P", "-m", "bot", "run", "--only", part], env=environment, pass_fds=inherited
        )
        for part in PARTS
    ]
    os.close(pipe)
    told = threading.Event()
    _on_stop(told.set, settings.trackomat_parent_fd)
    for part in parts:
        threading.Thread(target=_tell_its_end, args=(part, told), daemon=True).start()
    told.wait()
    failed = [part for part in parts if part.poll()]
    os.close(keep)  # the end of the pipe is what tells the parts to stop, also when this process is killed
    for part in parts:
        _end(part)
    return 1 if failed else 0


def _tell_its_end(part: subprocess.Popen[bytes], told: threading.Event) -> None:
    part.wait()
    told.set()


def _end(part: subprocess.Popen[bytes]) -> None:
    if part.poll() is None:
        part.terminate()
    try:
        part.wait(STOP_WITHIN + GRACE)
    except subprocess.TimeoutExpired:
        part.kill()
        part.wait()


def do_jobs(settings: Settings) -> None:
    """Do jobs until told to stop."""
    stop = threading.Event()
    _on_stop(stop.set, settings.trackomat_parent_fd)
    bot = assemble(settings)
    try:
        jobs.work(bot, stop)
    finally:
        bot.close()


def answer_slack(settings: Settings) -> None:
    """Answer Slack, over a WebSocket of ours or as an HTTP server, until told to stop."""
    if settings.socket_mode:
        _socket_mode(settings)
    else:
        _http(settings)


def _socket_mode(settings: Settings) -> None:
    stop = threading.Event()
    _on_stop(stop.set, settings.trackomat_parent_fd)
    bot = assemble(settings)
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    handler = SocketModeHandler(build(bot), token, web_client=WebClient(token, base_url=settings.slack_api_url))
    homes = HomePublisher(bot)
    _stay()
    handler.connect()  # type: ignore[no-untyped-call]
    log.info("connected to Slack")
    stop.wait()
    handler.close()  # type: ignore[no-untyped-call]
    homes.close()
    bot.close()


def _http(settings: Settings) -> None:
    """In one process with threads: SQLite has one writer at a time anyway, and names are kept in memory once."""
    listening = _listening(settings)
    bot = assemble(settings)
    homes = HomePublisher(bot)
    server = Connections(door(build(bot), bot), listening, threads=settings.threads)
    _on_stop(server.stop, settings.trackomat_parent_fd)
    _stay()
    server.serve(stop_within=STOP_WITHIN)
    homes.close()
    bot.close()


def _listening(settings: Settings) -> socket.socket:
    """Where Slack comes in. Raises SettingsError."""
    if settings.trackomat_socket_fd is not None:
        return socket.socket(fileno=settings.trackomat_socket_fd)
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        raise SettingsError(
            f"HOST and PORT: cannot listen at {settings.host}:{settings.port} ({error.strerror})."
        ) from error


def _stay() -> None:
    """Whatever is there by now stays: looking through it for garbage would stop everybody for a tenth of a second.

    What comes is looked through every few dozen requests, not within each.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _on_stop(act: Callable[[], object], parent_fd: int | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: act())
    _when_parent_ends(parent_fd, act)


def _when_parent_ends(parent_fd: int | None, act: Callable[[], object]) -> None:
    """A pipe's end of file says that whoever started us is gone, even if it was killed."""
    if parent_fd is None:
        return

    def watch() -> None:
        os.read(parent_fd, 1)
        act()

    threading.Thread(target=watch, daemon=True).start()

"""The two processes of `trackomat run`: one answers Slack, its child does the jobs.

They are apart because a busy job in a thread would hold up commands (measured: from 2 ms to 70-120 ms).
"""

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot import jobs
from bot.app import build
from bot.assembly import assemble
from bot.core import deadlines
from bot.core.context import Bot
from bot.core.settings import Settings, SettingsError
from bot.core.texts import load_locales
from bot.http.connections import Connections
from bot.http.door import door
from bot.routine.home import HomePublisher
from storage.diagnosis import Unusable

log = logging.getLogger(__name__)

Act = Callable[[], object]

STOP_WITHIN = 10
"""Seconds that each has to end what it is doing."""
GRACE = 2
"""Seconds after that, before the child is killed."""


def run(settings: Settings) -> int:
    """Answer Slack here and do the jobs in a child, until a signal comes or the child ends. The exit code.

    All modules are loaded by now, and whatever the two have read since, they share. The fork comes before there are
    threads, connections or a socket.
    """
    load_locales()
    pipe, keep = os.pipe()
    gc.collect()
    gc.freeze()  # or the first look for garbage would write to every page
    child = multiprocessing.get_context("fork").Process(target=_be_child, args=(settings, pipe, keep))
    child.start()
    os.close(pipe)
    ending = threading.Event()
    threading.Thread(target=_end_with, args=(child.sentinel, ending), daemon=True).start()
    try:
        answer_slack(settings, at_stop=child.terminate)
    finally:
        ending.set()
        _end(child)
        os.close(keep)
    return 0 if child.exitcode in (0, -signal.SIGTERM) else 1


def _be_child(settings: Settings, pipe: int, keep: int) -> None:
    os.close(keep)  # the end of the pipe is what tells us to stop, also when the parent is killed
    if settings.trackomat_socket_fd is not None:
        os.close(settings.trackomat_socket_fd)
    try:
        do_jobs(settings.model_copy(update={"trackomat_parent_fd": pipe}))
    except Unusable:  # the log has it
        sys.exit(1)


def _end_with(sentinel: int, ending: threading.Event) -> None:
    """A bot without one of its parts ends, so that it is started anew as a whole."""
    wait([sentinel])
    if not ending.is_set():
        os.kill(os.getpid(), signal.SIGTERM)


def _end(child: BaseProcess) -> None:
    child.terminate()
    child.join(STOP_WITHIN + GRACE)
    if child.is_alive():
        child.kill()
        child.join()


def do_jobs(settings: Settings) -> None:
    """Do jobs until told to stop."""
    stop = threading.Event()
    _on_stop(settings.trackomat_parent_fd, stop.set)
    bot = assemble(settings)
    try:
        jobs.work(bot, stop, stop_within=STOP_WITHIN)
    finally:
        _close(bot)


def answer_slack(settings: Settings, *, at_stop: Act = lambda: None) -> None:
    """Answer Slack, over a WebSocket of ours or as an HTTP server, until told to stop; `at_stop` is called then."""
    if settings.socket_mode:
        _socket_mode(settings, at_stop)
    else:
        _http(settings, at_stop)


def _socket_mode(settings: Settings, at_stop: Act) -> None:
    stop = threading.Event()
    _on_stop(settings.trackomat_parent_fd, stop.set, at_stop)
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
    _close(bot)


def _http(settings: Settings, at_stop: Act) -> None:
    """In one process with threads: SQLite has one writer at a time anyway, and names are kept in memory once."""
    listening = _listening(settings)
    bot = assemble(settings)
    homes = HomePublisher(bot)
    server = Connections(door(build(bot), bot), listening, threads=settings.threads)
    _on_stop(settings.trackomat_parent_fd, server.stop, at_stop)
    _stay()
    server.serve(stop_within=STOP_WITHIN)
    homes.close()
    _close(bot)


def _close(bot: Bot) -> None:
    """Threads that wait for Slack or Billomat had their time; Python would wait for some of them before it ends."""
    deadlines.end_all()
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


def _on_stop(parent_fd: int | None, *acts: Act) -> None:
    def stop(*_signal: object) -> None:
        for act in acts:
            act()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    _when_parent_ends(parent_fd, stop)


def _when_parent_ends(parent_fd: int | None, act: Act) -> None:
    """A pipe's end of file says that whoever started us is gone, even if it was killed."""
    if parent_fd is None:
        return

    def watch() -> None:
        os.read(parent_fd, 1)
        act()

    threading.Thread(target=watch, daemon=True).start()

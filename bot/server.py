"""The two processes of `trackomat run`: one answers Slack, its child does the jobs.

They are apart because a busy job in a thread would hold up commands (measured: from 2 ms to 70-120 ms).
"""

import ctypes
import errno
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from bot import jobs
from bot.app import build
from bot.assembly import assemble
from bot.billing.hints import look_soon
from bot.core import deadlines
from bot.core.context import Bot
from bot.core.settings import Settings, SettingsError
from bot.core.texts import load_locales
from bot.grammar.vocabulary import vocabulary
from bot.http.connections import Connections
from bot.http.door import door
from bot.routine.home import HomePublisher
from bot.slack import reaching
from bot.slack.websocket import WebSocket
from storage.diagnosis import Unusable

log = logging.getLogger(__name__)

Act = Callable[[], object]

STOP_WITHIN = 10
"""Seconds that each has to end what it is doing."""
GRACE = 2
"""Seconds after that, before the child is killed."""
_M_ARENA_MAX = -8
"""glibc's number for it; see mallopt(3)."""
_GIVES_BACK_EVERY = 5
"""Seconds after which the machine gets back what is not needed any more."""


def run(settings: Settings) -> int:
    """Answer Slack here and do the jobs in a child, until a signal comes or the child ends. The exit code.

    Raises SettingsError. What both need is there before the fork, so that it is read once and they share it: all
    modules, texts and certificates. The fork comes before there are threads, connections or a socket.
    """
    _share_heap()
    bot = assemble(settings)
    load_locales()
    vocabulary()
    pipe, keep = os.pipe()
    _keep()  # or the first look for garbage would write to every page
    child = multiprocessing.get_context("fork").Process(target=_be_child, args=(bot, pipe, keep))
    child.start()
    os.close(pipe)
    ending = threading.Event()
    threading.Thread(target=_end_with, args=(child.sentinel, ending), daemon=True).start()
    try:
        _answer_slack(bot, at_stop=child.terminate)
    finally:
        ending.set()
        _end(child)
        os.close(keep)
    return 0 if child.exitcode in (0, -signal.SIGTERM) else 1


def _share_heap() -> None:
    """One heap for all threads. glibc gives each its own, and what one has freed after a long report no other can use.

    They do not wait for each other at it: Python lets one run at a time.
    """
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _be_child(bot: Bot, pipe: int, keep: int) -> None:
    os.close(keep)  # the end of the pipe is what tells us to stop, also when the parent is killed
    if bot.settings.trackomat_socket_fd is not None:
        os.close(bot.settings.trackomat_socket_fd)
    try:
        _do_jobs(bot, pipe)
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
    """Do jobs until told to stop. Raises SettingsError."""
    _do_jobs(assemble(settings), settings.trackomat_parent_fd)


def _do_jobs(bot: Bot, parent_fd: int | None) -> None:
    stop = threading.Event()
    _on_stop(parent_fd, stop.set)
    _tend_memory()
    try:
        jobs.work(bot, stop, stop_within=STOP_WITHIN)
    finally:
        _close(bot)


def answer_slack(settings: Settings) -> None:
    """Answer Slack, over a WebSocket of ours or as an HTTP server, until told to stop.

    Raises SettingsError, also where Slack refuses the token or is out of reach at the start.
    """
    _answer_slack(assemble(settings), at_stop=lambda: None)


def _answer_slack(bot: Bot, *, at_stop: Act) -> None:
    if bot.settings.socket_mode:
        _socket_mode(bot, at_stop)
    else:
        _http(bot, at_stop)


def _socket_mode(bot: Bot, at_stop: Act) -> None:
    stop = threading.Event()
    settings = bot.settings
    _on_stop(settings.trackomat_parent_fd, stop.set, at_stop)
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    handler = WebSocket(build(bot), token, settings.slack_api_url, threads=settings.threads)
    homes = HomePublisher(bot)
    _tend_memory()
    with reaching.in_words(reaching.FOR_THE_APP):
        handler.connect()  # type: ignore[no-untyped-call]
    if handler.client.is_connected():
        log.info("connected to Slack")
    else:
        log.warning("Slack's WebSocket is not open yet; it is tried again every few seconds")
    stop.wait()
    handler.close()  # type: ignore[no-untyped-call]
    homes.close()
    _close(bot)


def _http(bot: Bot, at_stop: Act) -> None:
    """In one process with threads: SQLite has one writer at a time anyway, and names are kept in memory once."""
    listening = _listening(bot.settings)
    homes = HomePublisher(bot)
    server = Connections(door(build(bot), bot, partial(look_soon, bot)), listening, threads=bot.settings.threads)
    _on_stop(bot.settings.trackomat_parent_fd, server.stop, at_stop)
    _tend_memory()
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
        raise SettingsError(_why_not_listening(settings, error)) from error


def _why_not_listening(settings: Settings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"PORT: somebody listens at {where} already: end that, or set another PORT, here and in the proxy."
    if error.errno == errno.EACCES:
        return f"PORT: this user may not listen at {where}: set a PORT above 1023, here and in the proxy."
    why = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
    return f"HOST: cannot listen at {where} ({why}): set an address of this machine, such as 127.0.0.1."


def _tend_memory() -> None:
    """Whatever is there by now stays: looking through it for garbage would stop everybody for a tenth of a second.

    What comes is looked through every few dozen requests, not within each, and given back now and then.
    """
    _keep()
    gc.set_threshold(50_000, 20, 100)
    threading.Thread(target=_give_back, daemon=True).start()


def _give_back() -> None:
    """Now and then give the machine what nobody needs any more; after long reports that is 10 MB, and takes 20 ms."""
    with suppress(OSError, AttributeError):  # only glibc has it
        trim = ctypes.CDLL(None).malloc_trim
        while True:
            time.sleep(_GIVES_BACK_EVERY)
            gc.collect()
            trim(0)


def _keep() -> None:
    """Whatever there is, is needed until the end, so that nobody looks through it for garbage.

    Not now either: after a start there are 740 objects of it among 147,000, and to find them takes 0.1 s.
    """
    gc.freeze()
    gc.enable()  # it was off while everything was loaded


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

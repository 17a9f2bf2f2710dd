"""The two processes of `trackomat run`: one answers Slack, one does the jobs.

They are apart because a busy job in a thread would hold up commands (measured: from 2 ms to 70-120 ms).
"""

import gc
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger as GunicornLogger
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.adapter.wsgi.http_request import WsgiHttpRequest
from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from bot import jobs
from bot.app import build
from bot.assembly import assemble
from bot.core.context import Bot
from bot.core.logs import Logfmt
from bot.core.settings import Settings
from bot.routine.home import HomePublisher
from storage.diagnosis import Unusable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

PARTS = ("slack", "jobs")
STOP_WITHIN = 10
"""Seconds that a part has to end what it is doing."""
GRACE = 2
"""Seconds after that, in which gunicorn kills its worker, before the part itself is killed."""


def run(settings: Settings) -> int:
    """Start both parts and keep them until a signal comes or one of them ends. The exit code."""
    pipe, keep = os.pipe()
    environment = os.environ | {"TRACKOMAT_PARENT_FD": str(pipe)}
    inherited = (pipe, *([settings.trackomat_socket_fd] if settings.trackomat_socket_fd is not None else []))
    parts = [
        subprocess.Popen([sys.executable, "-m", "bot", "run", "--only", part], env=environment, pass_fds=inherited)  # noqa: S603 (our own module)
        for part in PARTS
    ]
    os.close(pipe)
    told = threading.Event()
    _on_stop(told, settings.trackomat_parent_fd)
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
    _on_stop(stop, settings.trackomat_parent_fd)
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
        _Gunicorn(settings).run()


def _socket_mode(settings: Settings) -> None:
    stop = threading.Event()
    _on_stop(stop, settings.trackomat_parent_fd)
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


class _LikeOurs(GunicornLogger):
    """Gunicorn's lines in the format of ours."""

    def setup(self, cfg: Any) -> None:
        """Make its handlers."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Logfmt())


class _Gunicorn(BaseApplication):
    """One worker with threads: SQLite has one writer at a time anyway, and names are kept in memory once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._at_exit = ExitStack()
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        inherited = settings.trackomat_socket_fd
        options: dict[str, Any] = {
            "bind": f"fd://{inherited}" if inherited is not None else f"{settings.host}:{settings.port}",
            "worker_class": "gthread",
            "threads": settings.threads,
            "loglevel": settings.log_level.lower(),
            "logger_class": _LikeOurs,
            "control_socket_disable": True,  # two instances would claim the same path in the user's home
            "graceful_timeout": STOP_WITHIN,
            "post_worker_init": self._follow_parent,
            "worker_exit": self._close,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":  # type: ignore[override]  # stricter than PEP 3333, whose environ is a dict
        """After the fork, so that each worker opens its own database connections."""
        bot = assemble(self._settings)
        self._at_exit.callback(bot.close)
        self._at_exit.callback(HomePublisher(bot).close)
        serve = with_health(build(bot), bot)
        _stay()
        return serve

    def _close(self, _arbiter: object, _worker: object) -> None:
        self._at_exit.close()

    def _follow_parent(self, _worker: object) -> None:
        _when_parent_ends(self._settings.trackomat_parent_fd, lambda: os.kill(os.getppid(), signal.SIGTERM))


class _Slack(SlackRequestHandler):
    """Bolt reads a body before it checks who signed it, and stumbles over what Slack never sends."""

    def dispatch(self, request: WsgiHttpRequest) -> BoltResponse:
        """Answer a request."""
        try:
            read = BoltRequest(body=request.get_body(), query=request.query_string, headers=request.get_headers())
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
            return BoltResponse(status=400)
        return self.app.dispatch(read)


def with_health(app: App, bot: Bot) -> "WSGIApplication":
    """POST /slack/events for Slack, GET /healthz (the process lives), GET /readyz (the database answers, migrated)."""
    slack = _Slack(app)

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/healthz":
            return _status(start_response, alive=True)
        if path == "/readyz":
            return _status(start_response, alive=_is_ready(bot))
        return slack(environ, start_response)

    return serve


def _stay() -> None:
    """Whatever is there by now stays: looking through it for garbage would stop everybody for a tenth of a second.

    What comes is looked through every few dozen requests, not within each.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _status(start_response: "StartResponse", *, alive: bool) -> Iterable[bytes]:
    start_response("200 OK" if alive else "503 Service Unavailable", [("content-type", "application/json")])
    return [json.dumps({"ok": alive}).encode()]


def _is_ready(bot: Bot) -> bool:
    try:
        bot.database.check_file()
        return bot.database.schema() == "current"
    except Unusable as error:
        log.critical("%s", str(error))
    except SQLAlchemyError:
        pass
    return False


def _on_stop(stop: threading.Event, parent_fd: int | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    _when_parent_ends(parent_fd, stop.set)


def _when_parent_ends(parent_fd: int | None, act: Callable[[], object]) -> None:
    """A pipe's end of file says that whoever started us is gone, even if it was killed."""
    if parent_fd is None:
        return

    def watch() -> None:
        os.read(parent_fd, 1)
        act()

    threading.Thread(target=watch, daemon=True).start()

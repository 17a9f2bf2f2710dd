"""The measure of things: a Bolt app that only acknowledges, on the server software that the bot runs on."""

import re
import sys
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

from benchmarks.requests import SECRET
from bot.core.settings import Settings


def checking_signatures() -> App:
    """An app that knows who may call it, and no more."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-benchmark")

    return App(signing_secret=SECRET, authorize=authorize, process_before_response=True)


def app() -> App:
    """Checks signatures and acks."""
    bare = checking_signatures()

    @bare.command("/track")
    @bare.options(re.compile(""))
    @bare.event("app_home_opened")
    def acknowledge(ack: Ack) -> None:
        ack()

    return bare


class Server(BaseApplication):
    """As the bot's own server: one worker with threads."""

    def __init__(self, port: int, app: Callable[[], App]) -> None:
        self._port = port
        self._app = app
        super().__init__()

    def load_config(self) -> None:
        """Where it listens, and how."""
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._port}",
            "worker_class": "gthread",
            "threads": Settings.model_fields["threads"].default,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> SlackRequestHandler:
        """After the fork."""
        return SlackRequestHandler(self._app())


if __name__ == "__main__":
    Server(int(sys.argv[1]), app).run()

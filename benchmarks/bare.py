"""The measure of things: a Bolt app that only acknowledges, on the server software that the bot runs on."""

import re
import socket
import sys

from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

from benchmarks.requests import SECRET
from bot.core.settings import Settings
from bot.http.connections import Connections


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


def serve(port: int, app: App) -> None:
    """As the bot's own server does."""
    listening = socket.create_server(("127.0.0.1", port), backlog=1024)
    Connections(SlackRequestHandler(app), listening, threads=Settings.model_fields["threads"].default).serve(
        stop_within=1
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]), app())

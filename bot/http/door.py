"""What is behind each path. Nobody is listened to before the signature over the raw body is verified."""

import json
import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from slack_bolt import App, BoltRequest, BoltResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.core import logs
from bot.core.context import Bot
from bot.http.webhook import WEBHOOKS, Look, Webhook
from bot.slack.signature import SIGNATURE, TIMESTAMP, is_signed
from storage.diagnosis import Unusable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

SLACK = "/slack/events"
"""Commands, clicks, searches and events all come here; the manifest names it."""


def door(app: App, bot: Bot, look: Look | None = None) -> "WSGIApplication":
    """POST /slack/events for Slack, GET /healthz (the process lives), GET /readyz (the database answers, migrated).

    Behind /billomat/ are Billomat's webhooks, where they are set; `look` is what comes of one.
    """
    secret = bot.settings.slack_signing_secret
    answers: dict[str, Callable[[WSGIEnvironment], BoltResponse]] = {
        SLACK: lambda environ: _slack(app, secret.get_secret_value() if secret else "", environ),
        "/healthz": lambda _: _status(ok=True),
        "/readyz": lambda _: _status(ok=_is_ready(bot)),
    }

    webhook = Webhook(bot.settings, look or _look_nowhere, bot.now)

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(WEBHOOKS):
            answer = _hint(webhook, environ)
        else:
            answer = answers.get(environ["PATH_INFO"], _nothing)(environ)
        body = answer.body.encode()
        headers = [(name, value) for name, values in answer.headers.items() for value in values]
        status = HTTPStatus(answer.status)
        start_response(f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]  # or it would begin the next answer

    return serve


def _slack(app: App, secret: str, environ: "WSGIEnvironment") -> BoltResponse:
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    signed = {TIMESTAMP: environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")}
    signed[SIGNATURE] = environ.get("HTTP_X_SLACK_SIGNATURE", "")
    if not secret or not is_signed(
        secret, timestamp=signed[TIMESTAMP], signature=signed[SIGNATURE], body=raw, now=int(time.time())
    ):
        with logs.about(outcome=HTTPStatus.UNAUTHORIZED.value):
            log.info("request")  # nothing of what it claimed, but a wrong signing secret shows
        return BoltResponse(status=HTTPStatus.UNAUTHORIZED)
    if environ["REQUEST_METHOD"] != "POST":
        return BoltResponse(status=HTTPStatus.METHOD_NOT_ALLOWED)
    try:
        # No other headers: Bolt takes orders from some, and the signature does not cover them.
        request = BoltRequest(body=raw.decode(), headers=signed | {"content-type": environ.get("CONTENT_TYPE", "")})
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):  # Bolt reads what Slack never sends
        return BoltResponse(status=HTTPStatus.BAD_REQUEST)
    return app.dispatch(request)


def _hint(webhook: Webhook, environ: "WSGIEnvironment") -> BoltResponse:
    """Its body is not read; the connection has the same limits as for Slack."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    status = webhook.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], authorization)
    with logs.about(outcome=status.value):
        log.info("webhook")  # without its address, which is a secret
    return BoltResponse(status=status)


def _look_nowhere(_at: datetime) -> None:
    """Where nothing is looked after."""


def _nothing(_environ: "WSGIEnvironment") -> BoltResponse:
    return BoltResponse(status=HTTPStatus.NOT_FOUND)


def _status(*, ok: bool) -> BoltResponse:
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    return BoltResponse(status=status, body=json.dumps({"ok": ok}), headers={"content-type": ["application/json"]})


def _is_ready(bot: Bot) -> bool:
    try:
        bot.database.check_file()
        return bot.database.schema() == "current"
    except Unusable as error:
        log.critical("%s", str(error))
    except SQLAlchemyError:
        pass
    return False

"""Talking to Slack outside a request: clients that wait, and messages as jobs."""

import ssl
from datetime import datetime
from functools import cache
from typing import Any
from urllib.request import HTTPRedirectHandler

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from sqlalchemy import Connection

from bot.core.context import Bot
from bot.core.jobs import JobKind
from storage import people

POST = JobKind("post", key="post:{called}")
GONE = frozenset({"channel_not_found", "user_not_found", "user_disabled", "account_inactive", "is_archived"})
"""Answers after which nobody is left to read the message."""


def _not_followed(*_redirect: object) -> None:
    """Slack never redirects; whoever does would get the bot's token, which urllib takes along to any host."""


# Slack's SDK calls through urllib, makes its clients by itself, and has no switch for it.
HTTPRedirectHandler.redirect_request = _not_followed  # type: ignore[assignment]


@cache
def authorities() -> ssl.SSLContext:
    """Whose certificates are believed. Before Python 3.12 each call to Slack would read all of them: 30 ms."""
    return ssl.create_default_context()


def patient_client(token: str, base_url: str) -> WebClient:
    """For jobs: repeats after 429 and 5xx, because nobody waits."""
    return WebClient(
        token,
        base_url=base_url,
        timeout=10,
        ssl=authorities(),
        retry_handlers=[
            ConnectionErrorRetryHandler(),
            RateLimitErrorRetryHandler(max_retry_count=2),
            ServerErrorRetryHandler(max_retry_count=2),
        ],
    )


def post_later(db: Connection, person_id: int, key: str, message: dict[str, Any], *, at: datetime) -> None:
    """Have a direct message sent as soon as this transaction commits; one key, one message."""
    POST.put(db, called=key, due=at, person_id=person_id, message=message)


def send(slack: WebClient, person: people.KnownPerson, message: dict[str, Any]) -> tuple[str, str] | None:
    """Post a direct message; its channel and time stamp. None when nobody is left to read it. Raises SlackApiError."""
    try:
        channel = person.dm_channel or slack.conversations_open(users=person.slack_id)["channel"]["id"]
        posted = slack.chat_postMessage(channel=channel, text=message["text"], blocks=message.get("blocks"))
    except SlackApiError as error:
        if error.response.get("error") in GONE:
            return None
        raise
    return channel, posted["ts"]


@POST.handler
def post(bot: Bot, person_id: int, message: dict[str, Any]) -> None:
    """Send a direct message; nobody left to read it is no failure."""
    with bot.database.read() as db:
        person = people.get(db, person_id)
    sent = send(bot.slack, person, message)
    if sent and person.dm_channel is None:
        with bot.database.write() as db:
            people.change(db, person_id, dm_channel=sent[0])


JOBS = (POST,)

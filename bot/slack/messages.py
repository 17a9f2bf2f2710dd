"""Talking to Slack outside a request: clients that wait, and messages as jobs."""

import re
import ssl
from datetime import datetime
from functools import cache
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpResponse
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from sqlalchemy import Connection

from bot.core.context import Bot
from bot.core.jobs import JobKind, Lane
from bot.slack import network
from storage import people as people_rows

network.install()

LONGEST_PAUSE = 5
"""Seconds that a job waits with its thread when Slack asks for a pause; a longer one it waits without."""
POST = JobKind("post", key="post:{called}", lane=Lane.SLACK)
GONE = frozenset({"channel_not_found", "user_not_found", "user_disabled", "account_inactive", "is_archived"})
"""Answers after which nobody is left to read the message."""
_STAYS_AS_IT_IS = GONE | {"message_not_found", "cant_update_message", "edit_window_closed"}
"""Answers after which nothing can be put in the place of a message, however often it is tried."""


@cache
def authorities() -> ssl.SSLContext:
    """Whose certificates are believed. Before Python 3.12 each call to Slack would read all of them: 30 ms."""
    return ssl.create_default_context()


class _ShortPause(RateLimitErrorRetryHandler):
    """Repeats after 429, unless the pause that Slack asks for is long: nothing says that it is less than a day."""

    def _can_retry(self, *, response: HttpResponse | None = None, **more: Any) -> bool:
        return (
            super()._can_retry(response=response, **more) and response is not None and _pause(response) <= LONGEST_PAUSE
        )


def _pause(response: HttpResponse) -> int:
    said = [seconds for name, values in response.headers.items() if name.lower() == "retry-after" for seconds in values]
    if not said:
        return 1
    return int(said[0]) if re.fullmatch("[0-9]{1,6}", said[0]) else LONGEST_PAUSE + 1


def patient_client(token: str, base_url: str) -> WebClient:
    """For jobs: repeats after 429 and 5xx, because nobody waits."""
    return WebClient(
        token,
        base_url=base_url,
        timeout=10,
        ssl=authorities(),
        retry_handlers=[
            ConnectionErrorRetryHandler(),
            _ShortPause(max_retry_count=2),
            ServerErrorRetryHandler(max_retry_count=2),
        ],
    )


def post_later(db: Connection, person_id: int, key: str, message: dict[str, Any], *, at: datetime) -> None:
    """Have a direct message sent as soon as this transaction commits; one key, one message."""
    POST.put(db, called=key, due=at, person_id=person_id, message=message)


def channel_of(slack: WebClient, person: people_rows.KnownPerson) -> str:
    """Slack's id of the direct messages with a person. Raises SlackApiError."""
    known: str = person.dm_channel or slack.conversations_open(users=person.slack_id)["channel"]["id"]
    return known


def send(slack: WebClient, person: people_rows.KnownPerson, message: dict[str, Any]) -> tuple[str, str] | None:
    """Post a direct message; its channel and time stamp. None when nobody is left to read it. Raises SlackApiError."""
    try:
        channel = channel_of(slack, person)
        posted = slack.chat_postMessage(channel=channel, text=message["text"], blocks=message.get("blocks"))
    except SlackApiError as error:
        if error.response.get("error") in GONE:
            return None
        raise
    return channel, posted["ts"]


def tell(bot: Bot, person: people_rows.KnownPerson, message: dict[str, Any]) -> tuple[str, str] | None:
    """As `send`, and remember the channel of the direct message. Raises SlackApiError."""
    sent = send(bot.slack, person, message)
    if sent and person.dm_channel is None:
        with bot.database.write() as db:
            people_rows.change_person(db, person.person_id, dm_channel=sent[0])
    return sent


def update(slack: WebClient, channel: str, ts: str, message: dict[str, Any]) -> None:
    """Put a message in the place of an earlier one; one that is gone is no failure. Raises SlackApiError."""
    try:
        slack.chat_update(channel=channel, ts=ts, text=message["text"], blocks=message["blocks"])
    except SlackApiError as error:
        if error.response.get("error") not in _STAYS_AS_IT_IS:
            raise


@POST.handler
def post(bot: Bot, person_id: int, message: dict[str, Any]) -> None:
    """Send a direct message; nobody left to read it is no failure."""
    with bot.database.read() as db:
        person = people_rows.get_person(db, person_id)
    tell(bot, person, message)


JOBS = (POST,)

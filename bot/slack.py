"""Talking to Slack outside a request: clients that wait, and messages as jobs."""

from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from sqlalchemy import Connection

from storage import jobs, people

POST = "post"
GONE = frozenset({"channel_not_found", "user_not_found", "user_disabled", "account_inactive", "is_archived"})
"""Answers after which nobody is left to read the message."""


def patient_client(token: str, base_url: str) -> WebClient:
    """For jobs: repeats after 429 and 5xx, because nobody waits."""
    return WebClient(
        token,
        base_url=base_url,
        timeout=10,
        retry_handlers=[
            ConnectionErrorRetryHandler(),
            RateLimitErrorRetryHandler(max_retry_count=2),
            ServerErrorRetryHandler(max_retry_count=2),
        ],
    )


def post_later(db: Connection, person_id: int, key: str, message: dict[str, Any], *, at: datetime) -> None:
    """Have a direct message sent as soon as this transaction commits; one key, one message."""
    jobs.put(db, POST, f"{POST}:{key}", due=at, person_id=person_id, message=message)


def direct_channel(slack: WebClient, person: people.KnownPerson) -> str:
    """The channel of the direct messages with a person; asked for once, then remembered by the caller."""
    if person.dm_channel:
        return person.dm_channel
    channel: str = slack.conversations_open(users=person.slack_id)["channel"]["id"]
    return channel


def nobody_left(error: SlackApiError) -> bool:
    """Whether the message can never arrive, so that trying again is of no use."""
    return error.response.get("error") in GONE

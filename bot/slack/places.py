"""Where what a person wrote is answered: beside it, and where others read along for that person alone."""

from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.blocks import Message
from bot.slack.messages import GONE, update

_NOT_SHOWN_THERE = GONE | {"not_in_channel", "user_not_in_channel", "restricted_action", "no_permission"}
"""Answers after which it can only be said in a direct message."""


@dataclass(frozen=True, slots=True)
class Place:
    """In a conversation, or in a thread of it."""

    channel_id: str
    user_id: str
    """Slack's id of who wrote."""
    thread_ts: str
    """Empty outside a thread: Slack shows what one person alone sees only in threads in which somebody answered."""
    is_direct: bool


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that is there, as Slack names it."""

    channel: str
    ts: str

    def replace(self, client: WebClient, message: Message) -> None:
        """Put a message in its place. Raises SlackApiError."""
        update(client, self.channel, self.ts, message)


def post(client: WebClient, place: Place, message: Message) -> Posted | None:
    """Say it there; in a direct message where nothing can be said any more. Raises SlackApiError.

    None: what one person alone sees is not replaced any more.
    """
    said = {"text": message["text"], "blocks": message.get("blocks")}
    if place.is_direct:
        sent = client.chat_postMessage(channel=place.channel_id, thread_ts=place.thread_ts or None, **said)
        return Posted(sent["channel"], sent["ts"])
    try:
        client.chat_postEphemeral(
            channel=place.channel_id, user=place.user_id, thread_ts=place.thread_ts or None, **said
        )
    except SlackApiError as error:
        if error.response.get("error") not in _NOT_SHOWN_THERE:
            raise
        channel = client.conversations_open(users=place.user_id)["channel"]["id"]
        sent = client.chat_postMessage(channel=channel, **said)
        return Posted(channel, sent["ts"])
    return None

"""Whether people of other organisations read along where somebody wrote (Slack Connect): customers are among them."""

import logging
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.core.errors import UserError
from bot.slack.delivery import Delivery

log = logging.getLogger(__name__)

_TEAMS = ("team", "user_team", "source_team")
_SHARED = ("is_ext_shared", "is_pending_ext_shared", "pending_shared", "pending_connected_team_ids")


def not_here() -> UserError:
    """What is said then, to that person alone."""
    return UserError(
        "Not here: people of other organisations may read this channel. Nothing was changed. "
        "Write to me directly, or type /track, which only you see."
    )


def others_read_along(came: Delivery, slack: WebClient) -> bool:
    """Whether they may: Slack says so with each event, or is asked. Without an answer they may."""
    said = came.body.get("is_ext_shared_channel")
    if said is True or _names_strangers(came):
        return True
    if said is False or (came.written and came.written.is_direct):
        return False
    try:
        channel = slack.conversations_info(channel=came.channel_id)["channel"]
    except (SlackClientError, OSError, HTTPException, ValueError, LookupError) as error:
        log.warning("conversations.info did not answer: %s", type(error).__name__)
        return True
    return is_read_outside(channel)


def is_read_outside(channel: dict[str, Any]) -> bool:
    """Whether people of other organisations read a channel, or will once they accept; as Slack describes it."""
    is_within = channel.get("is_org_shared") or not channel.get("is_shared")
    return not is_within or any(channel.get(mark) for mark in _SHARED)


def _names_strangers(came: Delivery) -> bool:
    """Whether the event names another workspace. In an organisation (Enterprise Grid) that may be one of its own."""
    event, body = came.event, came.body
    named = {event.get(name) for name in _TEAMS} | {body.get("context_team_id"), body.get("team_id")}
    if any(each.get("enterprise_id") for each in body.get("authorizations") or ()):
        return False
    return not named - {None, ""} <= {came.team}

"""Where Slack refuses its own tables and charts: how that is seen, and that the workspace gets none for a day.

They came to workspaces one after the other, so whether one takes them is only known by trying. What Slack answers at a
response_url to blocks that it does not know is written down nowhere: others report an HTTP status of 400 or 500, or 200
with the error as text or JSON. All of these are read here.
"""

import json
import logging
import re
from datetime import timedelta
from http import HTTPStatus

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from bot.core.caller import Caller
from bot.core.context import Bot
from storage import people as people_rows
from storage.database import Busy

log = logging.getLogger(__name__)

TRIED_AGAIN_AFTER = timedelta(days=1)
_BY_STATUS = (HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR)
"""Without an error that names something else, these are about what was sent."""
_ABOUT_ONE_MESSAGE = ("msg_blocks_too_long", "block_mismatch")
_ERROR = re.compile("[a-z]+(_[a-z]+)+")
"""As Slack names errors: invalid_blocks."""
_TAKEN = ("", "ok")


def error_in(body: str) -> str:
    """The error that Slack's answer at a response_url names; empty where it names none."""
    said = body.strip()
    if said.startswith("{"):
        try:
            told = json.loads(said)
        except ValueError:
            return ""
        return "" if told.get("ok") is True else str(told.get("error") or "")
    return said if said.lower() not in _TAKEN and _ERROR.fullmatch(said) else ""


def is_taken(status: int, body: str) -> bool:
    """Whether Slack shows what was answered at a response_url."""
    return status == HTTPStatus.OK and not error_in(body) and '"ok":false' not in body.replace(" ", "")


def refuses_blocks(status: int, body: str) -> bool:
    """Whether Slack refuses the kind of blocks that was answered at a response_url, and would do so again."""
    error = error_in(body)
    if error:
        return _is_about_blocks(error)
    return status in _BY_STATUS or (not is_taken(status, body) and _is_about_blocks(body))


def is_refusal(error: SlackApiError) -> bool:
    """The same of a call of the Web API."""
    answer = error.response
    named = str(answer.get("error") or "")
    metadata = answer.get("response_metadata") or {}
    explained = [*(metadata.get("messages") or ()), *(answer.get("errors") or ())]
    return _is_about_blocks(named) or (named.startswith("invalid_") and any(map(_is_about_blocks, map(str, explained))))


def note(bot: Bot, caller: Caller) -> None:
    """Give this workspace no tables and charts for a day. That it cannot be noted now costs one try more."""
    log.info("the workspace takes no tables and charts of Slack's")
    try:
        with bot.database.write() as db:
            people_rows.keep_plain(db, caller.workspace_id, until=bot.now() + TRIED_AGAIN_AFTER)
    except (SQLAlchemyError, Busy) as error:
        log.warning("it could not be noted that Slack refuses tables: %s", type(error).__name__)


def _is_about_blocks(said: str) -> bool:
    return "block" in said.lower() and said not in _ABOUT_ONE_MESSAGE

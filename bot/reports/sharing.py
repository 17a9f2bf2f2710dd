"""Sharing a report: what others read of it, and the message that is posted to a channel and can be taken back."""

import logging
import re
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.reports.report import Report, read_report
from bot.slack import refusals, sharing
from bot.slack.answers import Say, made
from bot.slack.untrusted import old_message
from bot.tracking.rules.filters import ReportQuery, dump_query
from storage import audit

log = logging.getLogger(__name__)

ASKED, POSTED, TAKEN_BACK = "share report", "report shared", "take report back"
"""What the audit calls it. It is asked for before anything leaves, so no figure does so without a row."""
_GONE = "message_not_found"
_CODE = re.compile("[a-z_]+")
"""As Slack names errors; what its SDK says of an answer without one is none."""
_UNSAID = ("internal_error", "fatal_error", "request_timeout", "service_unavailable")
"""The message may be there nevertheless."""
_NOT_THERE = ("not_in_channel", "channel_not_found")
"""What Slack says of a channel without Trackomat: the second of a private one."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen in the form."""

    channel_id: str
    """Slack's id."""
    with_amounts: bool


NOTHING_CHOSEN = Chosen("", with_amounts=False)
"""As the form opens: where it was opened, and without amounts."""


@dataclass(frozen=True, slots=True)
class PostedReport:
    """A report that stands in a channel now."""

    change_id: int
    """By which it can be taken back."""
    channel_id: str
    link: str
    """Empty where Slack did not say it."""


def read_shared(bot: Bot, caller: Caller, query: ReportQuery, *, with_amounts: bool) -> Report:
    """A report as everybody in a channel may read it: no time is called "own", and money is there by choice alone.

    Raises UserError where the caller may not see it.
    """
    shown = read_report(bot, caller, query)
    return replace(
        shown,
        names=replace(shown.names, asks=None),
        currency=shown.currency if with_amounts else None,
        customers=(),
    )


def ask(bot: Bot, caller: Caller, query: ReportQuery, chosen: Chosen) -> None:
    """Record that a report is to be shared; the same form asks once. Raises AlreadyDone, and UserError."""
    if not chosen.channel_id.startswith(("C", "G")):
        raise old_message()
    with bot.change(caller) as change:
        told = {"channel": chosen.channel_id, "report": dump_query(query), "amounts": chosen.with_amounts}
        change.record("workspace", caller.workspace_id, ASKED, after=told)


def post(bot: Bot, caller: Caller, slack: WebClient, channel_id: str, said: Say) -> PostedReport:
    """Post it. Raises UserError where Slack does not take it, or does not say whether it did."""
    try:
        _refuse_unfit(slack.conversations_info(channel=channel_id)["channel"])
        ts = _posted(bot, caller, slack, channel_id, said)
    except SlackApiError as error:
        raise _refused(str(error.response.get("error"))) from None
    except (SlackClientError, OSError, HTTPException, ValueError) as error:
        raise _unknown(type(error).__name__) from None
    with bot.change_itself(caller.workspace_id, for_person=caller.person_id) as change:
        there = {"channel": channel_id, "ts": ts}
        change_id = change.record("workspace", caller.workspace_id, POSTED, after=there)
    return PostedReport(change_id, channel_id, _link(slack, channel_id, ts))


def _refuse_unfit(channel: dict[str, Any]) -> None:
    """Raises UserError for a channel that others read, or in which the bot cannot post, as Slack describes it."""
    if sharing.is_read_outside(channel):
        raise UserError(
            "People of other organisations read this channel, so the report was not posted. Choose another one."
        )
    if channel.get("is_archived"):
        raise _refused("is_archived")
    if channel.get("is_member") is False:
        raise _refused("not_in_channel")


def _unknown(what: str) -> UserError:
    log.warning("Slack did not say whether a report was posted: %s", what)
    return UserError("Slack did not answer. The report may be in the channel: look there before you share it again.")


def _posted(bot: Bot, caller: Caller, slack: WebClient, channel_id: str, said: Say) -> str:
    """With Slack's own tables where the workspace takes them; what Slack calls the message."""
    if said.rich and caller.takes_native and (rich := made(said.rich)):
        try:
            return _post(slack, channel_id, rich)
        except SlackApiError as error:
            if not refusals.is_refusal(error):
                raise
            refusals.note(bot, caller)
    return _post(slack, channel_id, said.message)


def _post(slack: WebClient, channel_id: str, message: dict[str, Any]) -> str:
    posted = slack.chat_postMessage(
        channel=channel_id,
        text=message["text"],
        blocks=message["blocks"],
        unfurl_links=False,  # a customer may be called example.com
        unfurl_media=False,
    )
    return str(posted["ts"])


def _link(slack: WebClient, channel_id: str, ts: str) -> str:
    try:
        return str(slack.chat_getPermalink(channel=channel_id, message_ts=ts)["permalink"])
    except (SlackClientError, OSError, HTTPException, ValueError, LookupError):
        return ""


def _refused(code: str) -> UserError:
    """What Slack's refusal means, and what to do."""
    if code in _NOT_THERE:
        return UserError(
            "Trackomat is not in this channel yet. Type /invite @Trackomat there, then share it here once more.",
        )
    if code == "is_archived":
        return UserError("This channel is archived. Choose another one.")
    if code in ("ratelimited", "rate_limited"):
        return UserError("Slack takes no more messages just now. Please try again in a minute.")
    if code in _UNSAID or not _CODE.fullmatch(code):
        return _unknown(code)
    log.warning("a report could not be posted: %s", code)
    return UserError(
        "Slack does not let Trackomat post in this channel. Choose another one, or ask whoever looks after it.",
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a shared report stands."""

    change_id: int
    channel_id: str
    ts: str


def take_back(bot: Bot, caller: Caller, change_id: int) -> Standing:
    """Record that an own report is to be taken back from its channel; where it stands. Raises UserError."""
    with bot.change(caller) as change:
        recorded = audit.recorded_change(change.db, caller.workspace_id, change_id)
        is_own = recorded is not None and recorded.person_id == caller.person_id
        if recorded is None or not is_own or recorded.action != POSTED or not recorded.after:
            raise UserError("There is nothing to undo here.")
        change.record("workspace", caller.workspace_id, TAKEN_BACK, before=recorded.after)
    return Standing(change_id, recorded.after["channel"], recorded.after["ts"])


def delete(slack: WebClient, standing: Standing) -> None:
    """Delete the message. Raises UserError where Slack does not do it; one that is gone already is no failure."""
    try:
        slack.chat_delete(channel=standing.channel_id, ts=standing.ts)
    except SlackApiError as error:
        if error.response.get("error") != _GONE:
            raise _still_there() from None
    except (SlackClientError, OSError, HTTPException, ValueError):
        raise _still_there() from None


def _still_there() -> UserError:
    return UserError("Slack did not delete the message. Press Undo once more, or delete it in the channel.")

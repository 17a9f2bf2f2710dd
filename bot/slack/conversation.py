"""What people write to the bot: carried out and answered once, however often Slack delivers it and whatever is killed.

What it changes, that it was heard, and the answer are one transaction. The answer is sent at once, and by a job where
that did not work out.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import AlreadyDone
from bot.core.jobs import JobKind, Lane
from bot.slack import places
from bot.slack.answers import Afterwards
from bot.slack.blocks import Message
from bot.slack.places import Place
from bot.slack.request import Request
from storage import jobs as job_rows
from storage import people as people_rows

log = logging.getLogger(__name__)

ANSWER = JobKind("answer", key="answer:{called}", lane=Lane.SLACK)
SENT_AT_ONCE = timedelta(seconds=15)
"""For so long the answer is left to the process that made it."""

Answering = Callable[[Bot, Request], Sequence[Message]]
"""Carries out what was written, and says what is answered to it."""


def hear(bot: Bot, request: Request, answering: Answering) -> Afterwards:
    """Carry out what a person wrote. Raises AlreadyDone when it was before."""
    place, changed = request.place, list[Caller]()
    if place is None:
        raise LookupError("nobody wrote anything")
    key = f"heard:{request.caller.request}"
    with bot.database.write() as db:
        if not people_rows.record_delivery(db, key, at=bot.now()):
            raise AlreadyDone
        part = replace(bot, database=bot.database.within(db), after_change=[changed.append])
        said = [dict(message) for message in answering(part, request)]
        ANSWER.put(db, called=key, due=bot.now() + SENT_AT_ONCE, place=asdict(place), messages=said)
    for caller in changed:
        for tell in bot.after_change:
            tell(caller)
    return Afterwards(partial(_send_now, bot, key, place, said))


def _send_now(bot: Bot, key: str, place: Place, messages: Sequence[Message], slack: WebClient) -> None:
    try:
        _send(slack, place, messages)
    except (SlackClientError, OSError, HTTPException) as error:
        log.warning("an answer is left to its job: %s", type(error).__name__)
        return
    with bot.database.write() as db:
        job_rows.drop_job(db, ANSWER.key(called=key))


@ANSWER.handler
def answer(bot: Bot, place: dict[str, object], messages: list[Message]) -> None:
    """Send what could not be sent at once."""
    _send(bot.slack, Place(**place), messages)  # type: ignore[arg-type]


def _send(slack: WebClient, place: Place, messages: Sequence[Message]) -> None:
    for message in messages:
        places.post(slack, place, message)


JOBS = (ANSWER,)

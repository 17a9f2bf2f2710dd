"""What people write to the bot: carried out and answered once, however often Slack delivers it and whatever is killed.

What it changes, that it was heard, and the answer are one transaction. The answer is sent at once, and by a job where
that did not work out.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import AlreadyDone
from bot.core.jobs import JobKind, Lane
from bot.slack import places, refusals
from bot.slack.answers import Afterwards, Say, made
from bot.slack.blocks import Message
from bot.slack.places import Place, Posted
from bot.slack.request import Request
from bot.slack.turns import InOrder, read_ts
from bot.slack.written import WrittenMessage
from storage import audit
from storage import jobs as job_rows
from storage import people as people_rows
from storage.database import Busy

log = logging.getLogger(__name__)

ANSWER = JobKind("answer", key="answer:{called}", lane=Lane.SLACK)
SENT_AT_ONCE = timedelta(seconds=15)
"""For so long the answer is left to the process that made it."""

Answering = Callable[[Bot, Request, bool, bool], Sequence[Say]]
"""Carries out what was written, and says what is answered. It is told whether it is the person's first message, and
whether it comes late: after something that they did later."""


class Conversation:
    """Hears what people write, and sends what is answered in the same order."""

    def __init__(self, answering: Answering) -> None:
        """Answers, where they are sent, come one after the other for each person."""
        self._answering = answering
        self._sending = InOrder()

    def hear(self, bot: Bot, request: Request) -> Afterwards:
        """Carry out what a person wrote. Raises AlreadyDone when it was before."""
        place, written = request.place, request.written
        if place is None or written is None:
            raise LookupError("nobody wrote anything")
        key = request.caller.request
        changed: list[Caller] = []
        with bot.database.write() as db:
            _note_heard(bot, db, request, written)
            newest = people_rows.last_written(db, request.caller.person_id)
            is_newest = read_ts(newest) < read_ts(written.ts)
            is_late = not is_newest or _came_after_a_change(db, request.caller, written, now=bot.now())
            part = replace(bot, database=bot.database.within(db), after_change=[changed.append])
            said = [*self._answering(part, request, not newest, is_late)]
            if is_newest:
                people_rows.change_person(db, request.caller.person_id, last_written=written.ts)
            messages = [dict(each.message) for each in said]
            ANSWER.put(db, called=key, due=bot.now() + SENT_AT_ONCE, place=asdict(place), messages=messages)
        for caller in changed:
            for tell in bot.after_change:
                tell(caller)
        answer = _Answer(key, request.caller, place, said)
        return Afterwards(partial(self._send_now, bot, answer))

    def _send_now(self, bot: Bot, answer: "_Answer", slack: WebClient) -> None:
        self._sending.put(answer.place.user_id, partial(_send_or_leave, bot, answer, slack))
        self._sending.work(answer.place.user_id)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said to whom and where, and which job says it should that not work out now."""

    key: str
    caller: Caller
    place: Place
    said: Sequence[Say]


def _note_heard(bot: Bot, db: Connection, request: Request, written: WrittenMessage) -> None:
    """Slack repeats deliveries, and a person's own Slack messages, under names that stay. Raises AlreadyDone."""
    names = [f"{written.channel_id}:{written.ts}", str(request.body["event_id"]), written.sent_as]
    for name in filter(None, names):
        if not people_rows.record_delivery(db, f"heard:{request.team}:{name}", at=bot.now()):
            raise AlreadyDone


def _came_after_a_change(db: Connection, caller: Caller, written: WrittenMessage, *, now: datetime) -> bool:
    return written.is_old(now) and audit.any_change_of_time(db, caller.person_id, after=written.at)


def _send_or_leave(bot: Bot, answer: _Answer, slack: WebClient) -> None:
    """What stands there for good is sent as text, and enriched once that is safe; what cannot be changed is not."""
    rich = _Rich(bot, answer.caller, slack)
    sent = []
    try:
        for each in answer.said:
            is_there = not answer.place.is_direct and rich.is_posted(answer.place, each)
            sent.append(None if is_there else places.post(slack, answer.place, each.message))
        with bot.database.write() as db:
            job_rows.drop_job(db, ANSWER.key(called=answer.key))
    except (SlackClientError, OSError, HTTPException, SQLAlchemyError, Busy) as error:
        log.warning("an answer is left to its job: %s", type(error).__name__)
        return
    for each, posted in zip(answer.said, sent, strict=True):
        rich.replace(posted, each)


class _Rich:
    """The tables and charts of what is answered to one person. Where they fail, the text says the same."""

    def __init__(self, bot: Bot, caller: Caller, slack: WebClient) -> None:
        self._bot, self._caller, self._slack = bot, caller, slack
        self._is_taken = caller.takes_native

    def is_posted(self, place: Place, said: Say) -> bool:
        """Whether it stands there now. Raises SlackClientError and OSError for all but a refusal."""
        message = self._made(said)
        if message is None:
            return False
        try:
            places.post(self._slack, place, message)
        except SlackApiError as error:
            if not self._is_refused(error):
                raise
            return False
        return True

    def replace(self, posted: Posted | None, said: Say) -> None:
        """Put it in the place of the text, if it can be; it stays otherwise."""
        message = self._made(said) if posted else None
        if posted is None or message is None:
            return
        try:
            posted.replace(self._slack, message)
        except SlackApiError as error:
            if not self._is_refused(error):
                log.info("an answer keeps its text: %s", error.response.get("error"))
        except (SlackClientError, OSError, HTTPException) as error:
            log.info("an answer keeps its text: %s", type(error).__name__)

    def _made(self, said: Say) -> Message | None:
        return made(said.rich) if said.rich and self._is_taken else None

    def _is_refused(self, error: SlackApiError) -> bool:
        if not refusals.is_refusal(error):
            return False
        self._is_taken = False
        refusals.note(self._bot, self._caller)
        return True


@ANSWER.handler
def answer(bot: Bot, place: dict[str, object], messages: list[Message]) -> None:
    """Send what could not be sent at once."""
    there = Place(**place)  # type: ignore[arg-type]
    for message in messages:
        places.post(bot.slack, there, message)


JOBS = (ANSWER,)

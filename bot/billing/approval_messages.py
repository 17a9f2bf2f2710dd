"""The messages that ask for approval: posted once, and without buttons as soon as it is decided."""

from typing import Any

from bot.billing.submitting import ASK_APPROVER, CLOSE_REQUEST
from bot.billing.views import submission as views
from bot.core.context import Bot
from bot.people.callers import reader_of
from bot.slack import messages as slack
from storage import approval_requests as request_rows
from storage import drafts as draft_rows
from storage import payers as payer_rows
from storage import people as people_rows


@ASK_APPROVER.handler
def post_request(bot: Bot, draft_id: int, submission: int, person_id: int, message: dict[str, Any]) -> None:
    """Ask one approver, unless it is decided by now. Raises SlackApiError."""
    with bot.database.read() as db:
        if request_rows.is_asked(db, draft_id, submission, person_id):
            return
        if request_rows.find_decision(db, draft_id, submission):
            return
        person = people_rows.get_person(db, person_id)
    sent = slack.tell(bot, person, message)
    if sent is None:
        return
    channel, ts = sent
    with bot.database.write() as db:
        # Whoever decides at this moment finds the row that is written here, or is found by it.
        draft = draft_rows.draft_of_job(db, draft_id, lock=True)
        asked = request_rows.note_asked(db, draft.workspace_id, draft_id, submission, person_id, channel=channel, ts=ts)
        if request_rows.find_decision(db, draft_id, submission):
            CLOSE_REQUEST.put(db, due=bot.now(), request_id=asked)


@CLOSE_REQUEST.handler
def close_request(bot: Bot, request_id: int) -> None:
    """Put what was decided in the place of a message that asked; one that was deleted is no failure.

    Raises SlackApiError.
    """
    with bot.database.read() as db:
        asked = request_rows.find_asked(db, request_id)
        if asked is None:
            return
        decision = request_rows.find_decision(db, asked.draft_id, asked.submission)
        if decision is None:
            return
        submission = request_rows.get_submission(db, asked.submission)
        draft = draft_rows.draft_of_job(db, asked.draft_id)
        name = payer_rows.draft_name(db, draft)
        to = reader_of(people_rows.get_person(db, asked.person_id))
    message = views.decided(to, name, submission, decision, is_mine=decision.person_id == asked.person_id)
    slack.update(bot.slack, asked.channel, asked.ts, message)
    with bot.database.write() as db:
        request_rows.forget_asked(db, request_id)


JOBS = (ASK_APPROVER, CLOSE_REQUEST)

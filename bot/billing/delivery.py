"""Delivery of approved drafts: never twice in Billomat, and never forgotten.

The attempt is noted before the call, by a claim that one caller wins, in however many processes. Whoever finds an
attempt that somebody noted before looks in Billomat and does not send: only an approved draft goes out, and an answer
that was lost leads to `unknown`, where people decide. Billomat is called outside any transaction.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from bot.billing import results
from bot.billing.approval import DELIVER
from bot.billing.attempts import Attempt, begin_attempt, others_looked_for
from bot.billing.reconcile import ADOPT
from bot.billing.request import new_draft
from bot.billing.rules.states import DraftState
from bot.billing.search import among, look_up_unclaimed, newest_of_account, note_numbers
from bot.billomat.access import open_client
from bot.billomat.client import (
    AccessDenied,
    Billomat,
    BillomatError,
    BillomatInvoice,
    NewDraft,
    NotDone,
    OutcomeUnknown,
    Refused,
)
from bot.billomat.connect import CONNECTED
from bot.billomat.reading import read_customer
from bot.billomat.rules.trouble import Trouble
from bot.core.context import Bot
from storage import drafts as draft_rows
from storage import jobs as job_rows

log = logging.getLogger(__name__)


@DELIVER.handler
def deliver(bot: Bot, draft_id: int) -> datetime | None:
    """Send one approved draft, or find out what became of it. Any number of callers make one draft of it."""
    attempt = begin_attempt(bot, draft_id)
    if attempt is None:
        return None
    try:
        client = open_client(bot, attempt.account)
        if not attempt.claimed:
            return _look(bot, client, attempt)
        if attempt.earlier and _is_found(bot, client, attempt):
            return None
        return _send(bot, client, attempt)
    except (NotDone, AccessDenied) as error:
        return results.record_trouble(bot, attempt, error)


def _send(bot: Bot, client: Billomat, attempt: Attempt) -> datetime | None:
    """The POST. Where 401 stands for a customer who is gone, as other programs report, it is no trouble of the key."""
    try:
        made = client.create_draft(_request(bot, attempt))
    except OutcomeUnknown:
        return bot.now()
    except Refused as refusal:
        return _reopen(bot, client, attempt, refusal)
    except AccessDenied as denied:
        if denied.trouble is not Trouble.KEY or not _is_customer_gone(bot, client, attempt):
            raise
        return _reopen(bot, client, attempt, Refused(denied.text, status=denied.status))
    results.record_delivered(bot, attempt, made, is_as_sent=True)
    return None


def _reopen(bot: Bot, client: Billomat, attempt: Attempt, refusal: Refused) -> datetime | None:
    """A refusal frees the time only after Billomat was looked through: its status may lie about that."""
    try:
        if not _is_found(bot, client, attempt):
            gone = _is_customer_gone(bot, client, attempt)
            results.record_refused(bot, attempt, refusal, is_customer_gone=gone)
    except (NotDone, AccessDenied) as error:
        return results.record_trouble(bot, attempt.as_answered(), error)
    return None


def _is_customer_gone(bot: Bot, client: Billomat, attempt: Attempt) -> bool:
    """Whether Billomat has archived or deleted the customer; it is read anew, so that the invoice says so too.

    No words of a refusal are relied on, so any may be about the customer. Where Billomat does not say, nothing is
    known, and the refusal stands alone.
    """
    try:
        return not read_customer(bot, attempt.account, client, attempt.client_id)
    except BillomatError as error:
        log.warning("Billomat did not say how a customer is whom it refused: %s", type(error).__name__)
        return False


def _is_found(bot: Bot, client: Billomat, attempt: Attempt) -> bool:
    """Both look-ups, before anything is sent once more or called unbilled; what is found is recorded."""
    return _record_found(bot, attempt, look_up_unclaimed(bot, client, attempt))


def _record_found(bot: Bot, attempt: Attempt, found: Sequence[BillomatInvoice]) -> bool:
    if found:
        oldest = min(found, key=lambda draft: draft.id)
        results.record_delivered(bot, attempt, oldest, copies=len(found))
    return bool(found)


def _look(bot: Bot, client: Billomat, attempt: Attempt) -> datetime | None:
    """Look for a draft whose answer was lost. All that wait share one list; before people decide, it is looked up."""
    if results.is_last_look(bot, attempt):
        if not _is_found(bot, client, attempt):
            results.record_lost(bot, attempt)
        return None
    newest = newest_of_account(client)
    note_numbers(bot, attempt.draft.workspace_id, newest)
    for other in others_looked_for(bot, attempt):
        if not _record_found(bot, other, among(bot, newest, other)) and not results.is_last_look(bot, other):
            again = results.note_look(bot, other)
            with bot.database.write() as db:
                DELIVER.put(db, due=again, draft_id=other.draft.id)
    if _record_found(bot, attempt, among(bot, newest, attempt)):
        return None
    return results.note_look(bot, attempt)


@CONNECTED.handler
def resume(bot: Bot, workspace_id: int) -> None:
    """Somebody connected Billomat anew: deliver what was approved, and look for what is lost."""
    with bot.change_itself(workspace_id) as change:
        for draft_id, state in draft_rows.drafts_under_way(change.db, workspace_id):
            if state == DraftState.UNKNOWN:
                job_rows.hasten_jobs(change.db, ADOPT.key(draft_id=draft_id, person_id=""), now=change.by.now)
            else:
                DELIVER.put(change.db, due=change.by.now, draft_id=draft_id)


def _request(bot: Bot, attempt: Attempt) -> NewDraft:
    today = bot.now().astimezone(attempt.zone).date()
    return new_draft(
        attempt.draft,
        attempt.lines,
        client_id=attempt.client_id,
        account_currency=attempt.account.currency,
        today=today,
    )


JOBS = (DELIVER, CONNECTED)

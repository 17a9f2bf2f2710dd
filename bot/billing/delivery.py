"""Delivery of approved drafts: never twice in Billomat, and never forgotten.

The attempt is noted before the call, by a claim that one caller wins, in however many processes. Whoever finds an
attempt that somebody noted before looks in Billomat and does not send: only an approved draft goes out, and an answer
that was lost leads to `unknown`, where people decide. Billomat is called outside any transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot.billing import results
from bot.billing.approval import DELIVER
from bot.billing.attempts import Attempt, begin_attempt, others_looked_for
from bot.billing.reconcile import ADOPT
from bot.billing.rules.rates import CENT
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.states import DraftState
from bot.billing.search import among, look_up_unclaimed, newest_of_account, note_numbers
from bot.billing.taking_off import sent_lines, sent_reduction
from bot.billomat.access import open_client
from bot.billomat.client import (
    AccessDenied,
    Billomat,
    BillomatInvoice,
    NewDraft,
    NewDraftLine,
    NotDone,
    OutcomeUnknown,
    Refused,
)
from bot.billomat.connect import CONNECTED
from bot.core.context import Bot
from storage import billing as billing_rows
from storage import jobs as job_rows
from storage.frozen import FrozenLine


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
    """The POST. A refusal frees the time only after Billomat was looked through: its status may lie about that."""
    try:
        made = client.create_draft(_new_draft(bot, attempt))
    except OutcomeUnknown:
        return bot.now()
    except Refused as refusal:
        try:
            if not _is_found(bot, client, attempt):
                results.record_refused(bot, attempt, refusal)
        except (NotDone, AccessDenied) as error:
            return results.record_trouble(bot, attempt.as_answered(), error)
    else:
        results.record_delivered(bot, attempt, made, is_as_sent=True)
    return None


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
        for draft_id, state in billing_rows.drafts_under_way(change.db, workspace_id):
            if state == DraftState.UNKNOWN:
                job_rows.hasten_jobs(change.db, ADOPT.key(draft_id=draft_id, person_id=""), now=change.by.now)
            else:
                DELIVER.put(change.db, due=change.by.now, draft_id=draft_id)


def _new_draft(bot: Bot, attempt: Attempt) -> NewDraft:
    """What Billomat is asked for. The service period is always said, as § 14 (4) no. 6 UStG wants it."""
    draft = attempt.draft
    today = bot.now().astimezone(attempt.zone).date()
    off = sent_reduction(draft, attempt.lines)
    return NewDraft(
        client_id=attempt.client_id,
        date=today,
        label=draft.label or "",
        supply_period=(draft.service_first or today, draft.service_last or today),
        supply_text=draft.service_text or "",
        title=draft.heading or "",
        intro=draft.intro or "",
        note=draft.note or "",
        currency=draft.currency,
        gross_prices=draft.gross_prices,
        reduction=_percentage(off),
        reduction_amount=_amount(off),
        lines=tuple(
            NewDraftLine(
                article_id=_article_id(attempt, line),
                title=line.title,
                description=line.description,
                unit=line.unit,
                quantity=_decimal(line.hours),
                unit_price=_price(line.unit_price),
                tax_name=line.tax_name,
                tax_rate=None if line.tax_rate is None else _decimal(line.tax_rate),
                reduction=_percentage(line.taken_off or None),
                reduction_amount=_amount(line.taken_off or None),
            )
            for line in sent_lines(draft, attempt.lines)
        ),
    )


def _percentage(off: Reduction | None) -> Decimal | None:
    """In percent; what is no amount is one, also none."""
    return None if off is None or off.cents else Decimal(off.percent).scaleb(-4)


def _amount(off: Reduction | None) -> Decimal | None:
    return _decimal(off.cents) if off is not None and off.cents else None


def _article_id(attempt: Attempt, line: FrozenLine) -> int | None:
    """The article that a line names; not one with a price in another currency, which Billomat might take."""
    currency = line.article_currency or attempt.account.currency
    return line.billomat_article_id if currency == attempt.draft.currency else None


def _price(ten_thousandths: int) -> Decimal:
    """With four decimals only where two do not say all."""
    exact = Decimal(ten_thousandths).scaleb(-4)
    return exact.quantize(Decimal("0.01")) if ten_thousandths % CENT == 0 else exact


def _decimal(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


JOBS = (DELIVER, CONNECTED)

"""A sent draft is taken back: a person sees and confirms it, and a job deletes it there and frees what is on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.billing.opening import find_draft, settled
from bot.billing.rules.following import InvoiceStatus
from bot.billing.rules.states import DraftState
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.jobs import JobKind, Lane
from bot.people.callers import require_biller
from bot.tracking.rules.drafts import DraftName
from storage import frozen as frozen_rows
from storage import payers as payer_rows
from storage import sent_invoices as sent_rows
from storage.drafts import Draft
from storage.frozen import FrozenLine

TAKE_BACK = JobKind("take_back", key="take_back:{draft_id}:{person_id}", lane=Lane.BILLING)
CLOSE_TAKEN_BACK = JobKind("close_taken_back", key="close_taken_back:{draft_id}:{ts}", lane=Lane.SLACK)
_MAY_BE_DELETED = (InvoiceStatus.UNSEEN, InvoiceStatus.DRAFT)


@dataclass(frozen=True, slots=True)
class SentDraft:
    """What would be deleted in Billomat, as it was sent there."""

    draft_id: int
    billomat_id: int
    name: DraftName
    link: str
    currency: str
    net_cents: int
    gross_cents: int | None
    lines: Sequence[FrozenLine]


def look(bot: Bot, caller: Caller, draft_id: int) -> SentDraft:
    """What a person would take back. Raises UserError where that is settled, or no draft any more."""
    require_biller(caller)
    with bot.database.read() as db:
        draft, billomat_id = _sent(db, caller, draft_id)
        return SentDraft(
            draft_id=draft.id,
            billomat_id=billomat_id,
            name=payer_rows.draft_name(db, draft),
            link=draft.link,
            currency=draft.currency,
            net_cents=draft.net_cents or 0,
            gross_cents=draft.gross_cents,
            lines=frozen_rows.frozen_lines(db, draft.id),
        )


def take_back(
    bot: Bot, caller: Caller, draft_id: int, billomat_id: int, lost: str = "", *, channel: str = "", ts: str = ""
) -> None:
    """A person confirmed it; a job looks there once more and deletes. Raises UserError.

    `billomat_id` is the invoice that they saw: the draft may have been sent once more since. `lost` marks texts that
    were changed there and that they agreed to lose. `channel` and `ts` are the message in which they clicked, if any.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        _, stands_on = _sent(change.db, caller, draft_id)
        if stands_on != billomat_id:
            raise settled()
        TAKE_BACK.put(
            change.db,
            due=caller.now,
            draft_id=draft_id,
            billomat_id=billomat_id,
            person_id=caller.person_id,
            asked_at=caller.now.isoformat(),
            lost=lost,
            channel=channel,
            ts=ts,
        )


def _sent(db: Connection, caller: Caller, draft_id: int) -> tuple[Draft, int]:
    """A draft that is one in Billomat too, as far as is known, and its id there."""
    draft = find_draft(db, caller, draft_id)
    if draft.state != DraftState.SENT or draft.billomat_id is None:
        raise settled()
    known = sent_rows.of_draft(db, draft.id)
    if draft.number or (known and known.status not in _MAY_BE_DELETED):
        raise UserError(
            "{invoice} is completed in Billomat, so it cannot be deleted. Cancel it there, and I ask you what becomes "
            "of it.",
            invoice=draft.number or payer_rows.get_payer(db, draft.customer_id).name,
        )
    return draft, draft.billomat_id

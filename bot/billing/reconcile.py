"""What people decide about a draft that left: where a lost one is, that it is sent again, that a sent one is gone."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from bot.billing.approval import put_on_its_way
from bot.billing.opening import find_draft, settled
from bot.billing.rules.following import CancelledDecision
from bot.billing.rules.states import DraftState, Transition
from bot.billomat import client as billomat
from bot.billomat.access import open_client
from bot.billomat.client import BillomatError
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.jobs import JobKind, Lane
from bot.people.callers import require_biller
from bot.tracking.rules.drafts import DraftName
from storage import billomat as billomat_rows
from storage import draft_numbers as draft_number_rows
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import jobs as job_rows
from storage import payers as payer_rows
from storage import sent_invoices as sent_rows
from storage import settlements as settlement_rows
from storage.drafts import Draft

ADOPT = JobKind("adopt", key="adopt:{draft_id}:{person_id}", lane=Lane.BILLING, untiring=True)
WITHDRAW = JobKind("withdraw", key="withdraw:{draft_id}:{person_id}", lane=Lane.BILLING)
_ADDRESS = re.compile(r"(?:\S*/)?([0-9]{1,18})/?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice in Billomat that may be the lost draft; `number` is None as long as it is a draft there."""

    billomat_id: int
    number: str | None
    day: date | None
    net_cents: int | None
    currency: str
    label: str


def lost(bot: Bot, caller: Caller, draft_id: int) -> DraftName:
    """The name of a draft whose delivery has an unknown outcome. Raises UserError when it is settled."""
    require_biller(caller)
    with bot.database.read() as db:
        draft = _lost(db, caller, draft_id)
        return payer_rows.draft_name(db, draft)


def candidates(bot: Bot, caller: Caller, draft_id: int) -> list[Candidate]:
    """The customer's newest invoices that are no draft of ours, those of the lost one's amount first.

    Asks Billomat; without its answer there are none. Raises UserError.
    """
    require_biller(caller)
    with bot.database.read() as db:
        draft = _lost(db, caller, draft_id)
        client_id = payer_rows.get_payer(db, draft.customer_id).billomat_id
        connected = billomat_rows.connected_account(db, caller.workspace_id)
    if connected is None or client_id is None:
        return []
    try:
        newest = open_client(bot, connected).newest_drafts(client_id=client_id)
    except BillomatError:
        return []
    with bot.change_itself(caller.workspace_id) as change:
        draft_number_rows.note_numbers(change, newest)
        others_left_out = draft_number_rows.without_other_drafts(change.db, draft, newest)
        found = [_candidate(each, draft.currency) for each in others_left_out]
    return sorted(found, key=lambda each: each.net_cents != draft.net_cents)


def _candidate(found: billomat.BillomatInvoice, currency: str) -> Candidate:
    return Candidate(
        billomat_id=found.id,
        number=found.lasting_number or None,
        day=found.date,
        net_cents=None if found.total_net is None else money.hundredths(found.total_net),
        currency=currency,
        label=found.label,
    )


def is_there(bot: Bot, caller: Caller, draft_id: int, *, chosen: int | None, address: str) -> None:
    """A person found a lost draft in Billomat; a job makes sure. `address` is its page or its number in there.

    Raises UserError.
    """
    require_biller(caller)
    match = _ADDRESS.fullmatch(address)
    if address and match is None:
        raise UserError("Copy the address of the draft's page in Billomat; it ends with a number.", field="address")
    billomat_id = int(match[1]) if match else chosen
    if billomat_id is None:
        raise UserError("Choose the draft, or enter the address of its page in Billomat.", field="invoice")
    with bot.change(caller) as change:
        _lock_lost(change.db, caller, draft_id)
        ADOPT.put(change.db, due=caller.now, draft_id=draft_id, billomat_id=billomat_id, person_id=caller.person_id)


def send_again(bot: Bot, caller: Caller, draft_id: int) -> None:
    """A person looked and says that a lost draft is not in Billomat. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = _lock_lost(change.db, caller, draft_id)
        if job_rows.any_job(change.db, ADOPT.key(draft_id=draft_id, person_id="")):
            raise UserError("Somebody has just said where it is. I am looking there; please wait for the message.")
        if not draft_state_rows.move_draft(change, draft, Transition.SEND_AGAIN):
            raise _settled()
        put_on_its_way(change, draft_id, draft.token or "")


def bill_again(bot: Bot, caller: Caller, draft_id: int) -> None:
    """A person says that a sent draft was deleted in Billomat; a job makes sure. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        if find_draft(change.db, caller, draft_id).state != DraftState.SENT:
            raise settled()
        WITHDRAW.put(change.db, due=caller.now, draft_id=draft_id, person_id=caller.person_id)


def decide_cancelled(bot: Bot, caller: Caller, draft_id: int, *, is_written_off: bool) -> DraftName:
    """Keep what a person says about an invoice that was cancelled in Billomat; its name. Raises UserError."""
    require_biller(caller)
    decision = CancelledDecision.WRITTEN_OFF if is_written_off else CancelledDecision.KEPT
    with bot.change(caller) as change:
        draft = find_draft(change.db, caller, draft_id)
        known = sent_rows.of_draft(change.db, draft_id)
        if known is None or not sent_rows.decide(change, known, decision):
            raise settled()
        if is_written_off:
            settlement_rows.write_off_all(change, draft_id)
        else:
            settlement_rows.bill_all_after_all(change, draft_id)
        return payer_rows.draft_name(change.db, draft)


def _lost(db: Connection, caller: Caller, draft_id: int) -> Draft:
    draft = find_draft(db, caller, draft_id)
    if draft.state != DraftState.UNKNOWN:
        raise _settled()
    return draft


def _lock_lost(db: Connection, caller: Caller, draft_id: int) -> Draft:
    """As `_lost`; until the transaction ends nobody else says what became of it, or what was found is sent anew."""
    draft_rows.draft_of_job(db, _lost(db, caller, draft_id).id, lock=True)
    return _lost(db, caller, draft_id)


def _settled() -> UserError:
    return UserError("This is settled already. Nothing was sent again.")

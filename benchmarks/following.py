"""One look after 500 sent drafts, of which 10 changed in Billomat since the last one."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from benchmarks.imports import connected, count_calls
from benchmarks.processes import Server
from bot.billing import follow
from bot.billing.looking import seen_invoice
from bot.billing.rules.scope import ALL_OPEN
from bot.billing.rules.states import Transition
from bot.billomat.access import open_client
from bot.billomat.client import BillomatInvoice, NewDraft, base_url
from bot.core.caller import Caller
from bot.core.context import Bot, Itself
from playground.billomat.seed import ADMIN_KEY
from storage import billomat as billomat_rows
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import sent_invoices as sent_rows
from storage.change import Change

SENT = 500
CHANGED = 10


@dataclass(frozen=True)
class Reread:
    """How many calls to Billomat one look took, and how many seconds."""

    calls: int
    seconds: float


def measure(environment: dict[str, str], world: Server) -> Reread:
    """Send so many drafts, look once, complete some of them, and measure the next look."""
    bot, admin = connected(environment)
    ids = _send(bot, admin)
    follow.follow(bot, admin.workspace_id)
    for each in ids[:CHANGED]:
        _complete(bot, admin, each)
    before, began = count_calls(world), time.perf_counter()
    follow.follow(bot, admin.workspace_id)
    measured = Reread(count_calls(world) - before, time.perf_counter() - began)
    bot.close()
    return measured


def _send(bot: Bot, admin: Caller) -> list[int]:
    """The drafts in Billomat, and here as a delivery leaves them; their ids there."""
    with bot.database.read() as db:
        account = billomat_rows.connected_account(db, admin.workspace_id)
    if account is None:
        raise LookupError(admin.workspace_id)
    client, today = open_client(bot, account), datetime.now(UTC).date()
    customer = client.clients(per_page=1).items[0].id
    made = [
        client.create_draft(NewDraft(customer, today, f"bench {number}", (today, today), "EUR", ()))
        for number in range(SENT)
    ]
    with bot.database.write() as db:
        change = Change(db, Itself(admin.workspace_id, bot.now()))
        for number, each in enumerate(made):
            _keep(change, admin, number, each)
    return [each.id for each in made]


def _keep(change: Change[Itself], admin: Caller, number: int, made: BillomatInvoice) -> None:
    draft = draft_state_rows.open_draft(change, 1, ALL_OPEN, currency="EUR", by=admin.person_id)
    called = f"bench {number}"
    draft_state_rows.move_draft(
        change,
        draft,
        Transition.APPROVE,
        token=called,
        label=called,
        net_cents=0,
        approved_by=admin.person_id,
        approved_at=change.by.now,
    )
    approved = draft_rows.draft_of_job(change.db, draft.id)
    draft_state_rows.move_draft(change, approved, Transition.DELIVER, billomat_id=made.id)
    sent_rows.note_sent(change, draft.id, seen_invoice(made), account_number=None, is_as_sent=True)


def _complete(bot: Bot, admin: Caller, invoice_id: int) -> None:
    with bot.database.read() as db:
        account = billomat_rows.connected_account(db, admin.workspace_id)
    address = base_url(bot.settings.billomat_url, account.billomat_id if account else "")
    done = httpx.put(
        f"{address}/api/invoices/{invoice_id}/complete",
        json={"complete": {}},
        headers={"X-BillomatApiKey": ADMIN_KEY, "Accept": "application/json"},
        trust_env=False,
    )
    done.raise_for_status()

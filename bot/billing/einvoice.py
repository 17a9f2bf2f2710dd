"""What is missing for an e-invoice of a draft, and where in Billomat it is entered."""

from dataclasses import dataclass

from bot.billing.collect import preview_of
from bot.billing.opening import find_open
from bot.billing.rules.einvoice import Missing
from bot.billomat.client import base_url, client_link
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import require_biller
from storage import billomat as billomat_rows
from storage import payers as payer_rows


@dataclass(frozen=True, slots=True)
class MissingTerms:
    """What is missing, and the customer's page in Billomat; "" for one who is not there."""

    draft_id: int
    customer: str
    terms: tuple[Missing, ...]
    link: str


def read_missing(bot: Bot, caller: Caller, draft_id: int) -> MissingTerms:
    """What an open draft lacks. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        preview = preview_of(db, caller, find_open(db, caller, draft_id))
        payer = payer_rows.get_payer(db, preview.customer_id)
        account = billomat_rows.connected_account(db, caller.workspace_id)
    link = ""
    if account and payer.billomat_id:
        link = client_link(base_url(bot.settings.billomat_url, account.billomat_id), payer.billomat_id)
    return MissingTerms(draft_id, payer.name, preview.missing, link)

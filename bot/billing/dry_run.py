"""A dry run: exactly the request that Billomat would get, were the invoice approved now. Nothing is kept or called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.billing.approval import approved_columns
from bot.billing.collect import preview_of
from bot.billing.opening import find_open
from bot.billing.preview import Preview
from bot.billing.request import new_draft
from bot.billomat.client import draft_body
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import billomat as billomat_rows
from storage import frozen as frozen_rows
from storage import payers as payer_rows
from storage import people as people_rows

TOKEN = "x" * 12
"""Stands where the approval draws other signs."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """The invoice, and the JSON of its request."""

    preview: Preview
    body: Mapping[str, Any]


def dry_run(bot: Bot, caller: Caller, draft_id: int) -> DryRun:
    """What would be sent of an open or submitted draft. Raises UserError where it cannot be sent as it is."""
    require_biller(caller)
    with bot.database.read() as db:
        draft = find_open(db, caller, draft_id)
        preview = preview_of(db, caller, draft)
        account = billomat_rows.connected_account(db, caller.workspace_id)
        payer = payer_rows.get_payer(db, draft.customer_id)
        if preview.obstacles or account is None or payer.billomat_id is None:
            raise UserError("This invoice cannot be sent yet, so there is no request to show: the invoice says why.")
        zone = ZoneInfo(people_rows.get_person(db, account.connected_by).zone)
        approved = draft._replace(**approved_columns(db, caller, draft, preview, TOKEN))
        lines = [
            frozen_rows.as_frozen(position, each, preview.tax.case)
            for position, each in enumerate(preview.lines, start=1)
        ]
        request = new_draft(
            approved,
            lines,
            client_id=payer.billomat_id,
            account_currency=account.currency,
            today=caller.now.astimezone(zone).date(),
        )
    return DryRun(preview, draft_body(request))

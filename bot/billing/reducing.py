"""What is taken off of one invoice: a percentage that a person chooses, in place of what the customer's terms say."""

import re
from decimal import Decimal

from bot.billing.collect import Preview, preview_of
from bot.billing.opening import lock_open, show_changed
from bot.billing.rules.totals import WHOLE
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.money import ten_thousandths
from bot.people.callers import require_biller
from storage import billing as billing_rows

_PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,4})?) ?%?")


def choose(bot: Bot, caller: Caller, draft_id: int, typed: str) -> Preview:
    """Have a typed percentage be taken off of an open draft; nothing typed: as for its customer. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id, field="reduction")
        before = preview_of(change.db, caller, draft)
        billing_rows.keep_reduction(change, draft, entered_reduction(typed))
        return show_changed(change, draft_id, before)


def entered_reduction(typed: str) -> int | None:
    """Ten-thousandths of a percent, all of it at most; None where nothing was typed. Raises UserError."""
    said = " ".join(typed.split())  # as the invoice has it, with a space that does not break
    if not said:
        return None
    number = _PERCENT.fullmatch(said)
    reduction = ten_thousandths(Decimal(number[1].replace(",", "."))) if number else -1
    if not 0 <= reduction <= WHOLE:
        raise UserError("Type a percentage from 0 to 100, like 10 or 12.5.", field="reduction")
    return reduction

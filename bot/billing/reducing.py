"""What is taken off of one invoice: a percentage or an amount that a person chooses."""

from bot.billing import typed_reductions
from bot.billing.collect import Preview, preview_of
from bot.billing.opening import lock_open, show_changed
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import require_biller
from storage import billing as billing_rows


def choose(bot: Bot, caller: Caller, draft_id: int, percent: str, amount: str) -> Preview:
    """Have what was typed in one of both fields be taken off of an open draft, in place of what is usual for its
    customer; nothing typed: as usual. Raises UserError.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id, field="reduction")
        before = preview_of(change.db, caller, draft)
        typed = typed_reductions.entered(percent, amount, before.currency)
        if typed and typed.cents > (listed := max(before.totals.listed, 0)):
            raise typed_reductions.too_much(caller, listed, before.currency)
        billing_rows.use_currency(change, draft, before.currency)
        billing_rows.keep_reduction(change, draft, typed)
        return show_changed(change, draft_id, before)

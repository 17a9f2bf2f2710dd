"""What holds for one invoice alone: what is taken off of it, and which VAT it bears."""

from dataclasses import dataclass

from bot.billing import typed_reductions
from bot.billing.collect import preview_of
from bot.billing.customers import refuse_if_changed
from bot.billing.opening import lock_open, show_changed
from bot.billing.preview import Preview
from bot.billing.rules.taxation import TaxCase
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.people.callers import require_biller
from storage import draft_terms as draft_term_rows


@dataclass(frozen=True, slots=True)
class ForOnce:
    """What was filled in; nothing stands for what is usual for the customer."""

    percent: str = ""
    amount: str = ""
    """One of both at most."""
    tax: TaxCase | None = None
    shown: str = ""
    """`for_once_digest` of when the form was opened; "": it was before an update."""


def for_once_digest(preview: Preview) -> str:
    """By which a form knows whether what holds for this invoice alone, or its currency, is another by now."""
    reduction = preview.reduction if preview.is_reduced_by_hand else None
    return digest(reduction, preview.tax.case if preview.tax.is_once else None, preview.currency)


def choose(bot: Bot, caller: Caller, draft_id: int, chosen: ForOnce) -> Preview:
    """Have this hold for an open draft, in place of what is usual for its customer. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id, field="reduction")
        before = preview_of(change.db, caller, draft)
        refuse_if_changed(chosen.shown, for_once_digest(before), field="reduction")
        typed = typed_reductions.entered(chosen.percent, chosen.amount, before.currency)
        if typed and typed.cents > (listed := max(before.totals.listed, 0)):
            raise typed_reductions.too_much(caller, listed, before.currency)
        draft_term_rows.use_currency(change, draft, before.currency)
        draft_term_rows.keep_reduction(change, draft, typed)
        draft_term_rows.keep_tax_case(change, draft, chosen.tax)
        return show_changed(change, draft_id, before)

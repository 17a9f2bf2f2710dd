"""What was chosen of an open draft alone, whatever its customer's terms are: currency, reduction and VAT."""

from bot.billing.rules.reductions import Reduction
from bot.billing.rules.taxation import TaxCase
from storage import line_edits as line_edit_rows
from storage.change import Author, Change
from storage.drafts import Draft, set_columns
from storage.tables import drafts
from storage.tables.billing.drafts import InvoiceDraftColumns


def use_currency(change: Change[Author], draft: Draft, currency: str) -> None:
    """Have an open draft be in this currency; rates that were typed for its lines in another one are forgotten."""
    if draft.currency == currency:
        return
    line_edit_rows.forget_rates(change, draft.id)
    if draft.own_reduction_cents is not None:
        keep_reduction(change, draft, None)
    set_columns(change.db, drafts.c.id == draft.id, currency=currency)
    change.record("draft", draft.id, "currency", before={"currency": draft.currency}, after={"currency": currency})


def keep_reduction(change: Change[Author], draft: Draft, reduction: Reduction | None) -> None:
    """Have so much be taken off of an open draft; None: as for its customer."""
    if draft.own == reduction:
        return
    columns = own_reduction(reduction)
    set_columns(change.db, drafts.c.id == draft.id, **columns)
    change.record("draft", draft.id, "reduction", before=_audited(draft.own), after=_audited(reduction))


def keep_tax_case(change: Change[Author], draft: Draft, case: TaxCase | None) -> None:
    """Have an open draft bear this VAT; None: as its customer."""
    kept = case or ""
    if draft.tax_case == kept:
        return
    set_columns(change.db, drafts.c.id == draft.id, tax_case=kept)
    before, after = {"tax_case": draft.tax_case}, {"tax_case": kept}
    change.record("draft", draft.id, "change VAT", before=before, after=after)


def own_reduction(reduction: Reduction | None) -> InvoiceDraftColumns:
    """The columns that hold it: a percentage or an amount, never both."""
    if reduction is None:
        return {"own_reduction": None, "own_reduction_cents": None}
    cents = reduction.cents or None
    return {"own_reduction": None if cents else reduction.percent, "own_reduction_cents": cents}


def _audited(reduction: Reduction | None) -> dict[str, int | None]:
    """For the audit: a percentage and an amount have names of their own."""
    if reduction and reduction.cents:
        return {"reduction_cents": reduction.cents}
    return {"reduction": None if reduction is None else reduction.percent}

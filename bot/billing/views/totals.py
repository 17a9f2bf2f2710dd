"""What the invoice comes to: hours, net, VAT and gross, and how the terms lead there."""

from collections.abc import Iterator

from bot.billing.preview import Preview
from bot.billing.rules.taxation import Doubt, TaxCase
from bot.billing.views.entries import left_out
from bot.billing.views.reduction import reduction_said
from bot.billing.views.rounding import difference_said
from bot.billing.views.tax import case_said
from bot.billing.views.why import why_total_button
from bot.core.texts import Reader
from bot.slack.blocks import Block, header, section


def totals(to: Reader, preview: Preview) -> list[Block]:
    """Above the lines: whoever approves sees what it comes to without scrolling."""
    net = to.money(preview.net_cents, preview.currency)
    said = "\n".join((*_figures(to, preview), *left_out(to, preview, preview.by_hand), *_terms(to, preview)))
    return [header(to.t("Total: {net} net", net=net)), section(said, why_total_button(to))]


def _figures(to: Reader, preview: Preview) -> Iterator[str]:
    """The hours and lines; VAT and gross, as far as they are known here."""
    hours, count = sum(item.line.hours for item in preview.lines), len(preview.lines)
    if hours:
        yield to.n("{hours} h on {count} line", "{hours} h on {count} lines", count, hours=to.decimal(hours))
        yield from filter(None, [difference_said(to, sum(item.line.rounded for item in preview.lines))])
    else:
        yield to.n("{count} line", "{count} lines", count)
    totals, taxes = preview.totals, {item.line.vat for item in preview.lines if item.line.vat}
    if preview.tax.case.is_untaxed or preview.tax.case is TaxCase.SMALL_BUSINESS:
        yield to.t("VAT: {case}", case=case_said(to, preview.tax.case))
    elif Doubt.WHY_UNTAXED in preview.tax.doubts:
        yield to.t("VAT: none, by the customer's rule in Billomat")
    elif not preview.taxed:
        yield to.t("No VAT rate is forced: Billomat decides by the customer's country or rule.")
    elif totals.gross is not None:
        gross, vat = (to.money(cents, preview.currency) for cents in (totals.gross, totals.gross - totals.net))
        if len(taxes) != 1:
            yield to.t("plus {vat} VAT, as each line says = {gross} gross", vat=vat, gross=gross)
            return
        tax = next(iter(taxes))
        if tax.rate:
            rate = to.percent(tax.rate)
            yield to.t("plus {vat} VAT ({name} {rate}) = {gross} gross", vat=vat, rate=rate, name=tax.name, gross=gross)
        else:
            yield to.t("without VAT ({name}) = {gross} gross", name=tax.name, gross=gross)


def _terms(to: Reader, preview: Preview) -> Iterator[str]:
    """How the customer's and the account's terms lead to the total, and what only Billomat decides."""
    if preview.gross_prices:
        yield to.t("The prices and amounts below are with VAT, as Billomat has it for this customer.")
    yield from _reduction(to, preview)
    if preview.tax.is_once:
        yield to.t("Which VAT holds was chosen for this invoice only.")
    if preview.notice and preview.texts.note == preview.notice:
        yield to.t("The words for it, below the lines, take the place of Billomat's own text there.")
    if not (preview.taxed or preview.tax.case.is_untaxed or Doubt.WHY_UNTAXED in preview.tax.doubts):
        gross = to.money(preview.net_cents, preview.currency)
        yield to.t("If Billomat adds no VAT, the customer pays {gross}.", gross=gross)


def _reduction(to: Reader, preview: Preview) -> Iterator[str]:
    """What is taken off of the whole, and who says so."""
    sums = {
        "listed": to.money(preview.totals.listed, preview.currency),
        "reduction": reduction_said(to, preview.reduction, preview.currency),
        "reduced": to.money(preview.totals.reduced, preview.currency),
    }
    if preview.reduction and preview.is_reduced_by_hand:
        yield to.t("{listed} less {reduction}, as chosen for this invoice, are {reduced}.", **sums)
    elif preview.reduction:
        yield to.t("{listed} less {reduction}, the customer's reduction in Billomat, are {reduced}.", **sums)
    elif preview.is_reduced_by_hand and preview.customers_reduction:
        theirs = to.percent(preview.customers_reduction, scale=4)
        yield to.t("The customer's reduction of {reduction} is not taken off here.", reduction=theirs)
    if preview.reduction_line.title:
        yield to.t(
            "What is taken off as an amount goes out as a line of its own, called “{title}”, so that its VAT is right "
            "however Billomat reads amounts.",
            title=preview.reduction_line.title,
        )

"""The window that says why an invoice comes to its hours, net, VAT and gross, as a calculation in writing."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.billing.preview import Preview
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.lines import InvoiceLine, Line
from bot.billing.rules.reductions import WHOLE
from bot.billing.rules.taxation import Doubt
from bot.billing.rules.totals import VatSum
from bot.billing.rules.why import SumExplained
from bot.billing.views.calculations import exact, factor, in_blocks, less_said, signed
from bot.billing.views.changes import changes_meanwhile
from bot.billing.views.dry_run import dry_run_button
from bot.billing.views.entries import left_out, left_out_said
from bot.billing.views.reconcile import history_button
from bot.billing.views.tax import tax_standing
from bot.billing.views.why import WHY_TOTAL
from bot.billing.why import SumRead
from bot.core.texts import Reader
from bot.slack.blocks import Block, View, actions, context, cut, header, modal, section
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import all_pages, pages_for

PAGE = "invoice_why_total_page"
"""Shows another page of lines, which is its value; buttons have their direction behind a colon."""
PER_PAGE = 50
ALL_LINES = GroupKey("")
_SUMMANDS = 12
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class AskedTotal:
    """What the window keeps: the draft, and the digest of the invoice below."""

    draft: RowId
    shown: str = ""
    group: GroupKey = ALL_LINES
    """The lines that were asked about; empty: all."""


ASKED_TOTAL = Metadata(AskedTotal)


def total_window(to: Reader, read: SumRead, asked: AskedTotal, page: int = 1) -> View:
    """Why an invoice comes to its sums, or a group of its lines."""
    preview, why = read.preview, read.why
    blocks = [
        *changes_meanwhile(to, preview),
        *_hours(to, why),
        *(_whole(to, preview, why) if not asked.group else _group(to, preview, why)),
        *_lines(to, read, page),
    ]
    kept = ASKED_TOTAL.pack(asked)
    return modal(WHY_TOTAL, to.t("Why this total"), blocks, close=to.t("Back to the invoice"), metadata=kept)


def _whole(to: Reader, preview: Preview, why: SumExplained) -> list[Block]:
    return [
        *_by_vat(to, preview, why),
        header(to.t("Total")),
        section("\n".join(_sums(to, preview, why))),
        *_not_on_it(to, preview),
        actions(dry_run_button(to, preview.draft_id), history_button(to, preview.draft_id)),
    ]


def _group(to: Reader, preview: Preview, why: SumExplained) -> list[Block]:
    """The amounts alone: reduction and VAT are of the sum of all lines."""
    amounts = [to.money(line.amount_cents or 0, preview.currency) for line in why.lines]
    return [
        header(to.t("Amount")),
        section(_added(to, amounts, to.money(why.listed, preview.currency))),
        context(to.t("These are some lines of the invoice. VAT and a reduction are of the sum of all.")),
    ]


def _hours(to: Reader, why: SumExplained) -> Iterator[Block]:
    """The hours of the lines beside the seconds that were tracked."""
    of_lines = [line.hours for line in why.lines if line.hours]
    if not (of_lines or why.covered):
        return
    said = []
    if of_lines:
        said.append(_added(to, [f"{to.decimal(each)} h" for each in of_lines], f"{to.decimal(why.hours)} h"))
        said.append(to.t("Worked: {time}", time=exact(why.seconds)))
    if why.covered:
        said.append(to.t("Covered by a fixed price: {time}", time=exact(why.covered)))
    if why.rounded:
        said.append(to.t("By rounding, and by two decimals on each line: {time}", time=signed(why.rounded)))
    yield header(to.t("Hours"))
    yield section("\n".join(said))


def _by_vat(to: Reader, preview: Preview, why: SumExplained) -> Iterator[Block]:
    yield header(to.t("By VAT"))
    for each in why.of_vat:
        yield section("\n".join(_of_vat(to, preview, why, each)))
    yield context(tax_standing(to, preview.tax, preview.customer))


def _of_vat(to: Reader, preview: Preview, why: SumExplained, each: VatSum) -> Iterator[str]:
    """From the amounts of the lines to net and VAT; of prices with VAT the other way round."""

    def money(cents: int) -> str:
        return to.money(cents, preview.currency)

    rate = to.percent(each.rate)
    yield f"{each.vat.name} {rate}" if each.vat else to.t("No VAT is said: Billomat decides")
    yield _added(to, [money(cents) for cents in why.amounts(each)], money(each.listed))
    if each.reduction.cents:
        calculated = f"{money(each.listed)} − {money(each.reduction.cents)} = {money(each.reduced)}"
        if each.reduction == preview.reduction:
            amount = money(preview.reduction.cents)
            yield to.t("Less {reduction}, as chosen for this invoice: {sum}", reduction=amount, sum=calculated)
        else:
            yield to.t(
                "Its part of the {amount} that are taken off, by what it comes to: {sum}",
                amount=money(preview.reduction.cents),
                sum=calculated,
            )
    elif each.reduction:
        percent = each.reduction.percent
        left, reduction = to.percent(WHOLE - percent, scale=4), to.percent(percent, scale=4)
        calculated = f"{money(each.listed)} × {left} = {money(each.reduced)}"
        if preview.is_reduced_by_hand:
            yield to.t("Less {reduction}, as chosen for this invoice: {sum}", reduction=reduction, sum=calculated)
        else:
            yield to.t("Less the customer's reduction of {reduction}: {sum}", reduction=reduction, sum=calculated)
    if each.gross_prices:
        yield to.t(
            "Net: {calculated}", calculated=f"{money(each.reduced)} ÷ {factor(to, each.rate)} = {money(each.net)}"
        )
        yield to.t(
            "VAT in it: {calculated}", calculated=f"{money(each.reduced)} − {money(each.net)} = {money(each.tax)}"
        )
    elif each.vat:
        yield to.t("VAT: {calculated}", calculated=f"{money(each.net)} × {rate} = {money(each.tax)}")


def _sums(to: Reader, preview: Preview, why: SumExplained) -> Iterator[str]:
    def money(cents: int) -> str:
        return to.money(cents, preview.currency)

    net = _added(to, [money(each.net) for each in why.of_vat], money(why.net))
    yield to.t("Net: {calculated}", calculated=net)
    case = preview.tax.case
    is_known = preview.taxed or case.is_untaxed or Doubt.WHY_UNTAXED in preview.tax.doubts
    if why.gross is None or not is_known:
        yield to.t("Billomat decides the VAT, so the gross amount is not known here.")
        return
    tax = _added(to, [money(each.tax) for each in why.of_vat], money(why.tax))
    yield to.t("VAT: {calculated}", calculated=tax)
    yield to.t("Gross: {calculated}", calculated=f"{money(why.net)} + {money(why.tax)} = {money(why.gross)}")


def _added(to: Reader, summands: list[str], total: str) -> str:
    """€309.75 + €95.00 = €404.75; of many lines their number, as they stand below."""
    if len(summands) > _SUMMANDS:
        return to.n("{count} line, see below: {total}", "{count} lines, see below: {total}", len(summands), total=total)
    return f"{' + '.join(summands)} = {total}" if len(summands) > 1 else total


def _not_on_it(to: Reader, preview: Preview) -> list[Block]:
    said = [*left_out(to, preview, preview.by_hand), *left_out_said(to, preview.left_out)]
    return [header(to.t("Not on it")), section("\n".join(said))] if said else []


def _lines(to: Reader, read: SumRead, page: int) -> Iterator[Block]:
    preview, lines = read.preview, read.lines
    pages = pages_for(len(lines), PER_PAGE)
    page = min(max(page, 1), pages)
    yield header(to.t("Lines"))
    yield from in_blocks([_line(to, preview, each) for each in lines[(page - 1) * PER_PAGE : page * PER_PAGE]])
    yield from all_pages(to, PAGE, page, pages, lambda number: cut(lines[(number - 1) * PER_PAGE].name, _LONGEST_NAME))


def _line(to: Reader, preview: Preview, item: InvoiceLine) -> str:
    """• Website · Design: 3.50 h × €88.50 = €309.75."""
    line, name = item.line, cut(item.name, _LONGEST_NAME)
    if line.unit_price is None or line.amount_cents is None:
        return f"• {name}: {to.decimal(line.hours)} h × ?"
    return f"• {name}: {_calculated(to, line, preview.currency)}"


def _calculated(to: Reader, line: Line, currency: str) -> str:
    price, listed = to.price(line.unit_price or 0, currency), to.money(line.listed_cents or 0, currency)
    if line.is_total:
        said = f"1 × {listed} ({to.decimal(line.hours)} h)"
    else:
        said = f"1 × {listed}" if line.expense else f"{to.decimal(line.hours)} h × {price} = {listed}"
    if not line.edit.reduction:
        return said
    return f"{said}, {less_said(to, line.edit.reduction, line.listed_cents or 0, currency)}"

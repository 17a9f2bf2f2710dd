"""The window that says why a line comes to its amount: time, rate, VAT and the entries, as a calculation in writing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.included import INCLUDED
from bot.billing.rules.rate_list import ALWAYS, RateRule
from bot.billing.rules.reductions import WHOLE, Reduction
from bot.billing.rules.rounding import Per, Rounding
from bot.billing.rules.units import is_hourly
from bot.billing.rules.why import Explanation, Part, Price, PriceBy, Spent, Won
from bot.billing.views.agreements import covered_said
from bot.billing.views.budgets import why_above
from bot.billing.views.changes import changes_meanwhile
from bot.billing.views.line import line_name
from bot.billing.views.rate_words import prices_said, rule_said, work_said
from bot.billing.views.reduction import reduction_said
from bot.billing.views.rounding import rounding_name
from bot.billing.views.tax import reason_alone
from bot.billing.why import LineExplained, TimedEntry
from bot.billing.wording import times
from bot.core.texts import Reader, capitalized
from bot.slack.blocks import Block, Element, View, button, context, cut, header, modal, section
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import all_pages

WHY = "invoice_why"
WHY_TOTAL = "invoice_why_total"
PAGE = "invoice_why_page"
"""Shows another page of entries, which is its value; buttons have their direction behind a colon."""
PER_BLOCK = 10
_PARTS = 25
_BEATEN = 5
_LONGEST_NOTE = 120
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What the window keeps: the line, and the digest of the invoice below."""

    draft: RowId
    line: GroupKey
    shown: str = ""


ASKED = Metadata(Asked)


def why_button(to: Reader, key: GroupKey, name: str) -> Element:
    """Asks why a line comes to its amount."""
    return button(to.t("Why? …"), WHY, key, label=to.t("Why does {what} come to this?", what=name))


def why_total_button(to: Reader) -> Element:
    """Asks why the invoice comes to its sums."""
    return button(to.t("Why? …"), WHY_TOTAL, label=to.t("Why does the invoice come to this?"))


def why_group_button(to: Reader, group: GroupKey, name: str) -> Element:
    """Asks why a group of lines comes to its sum."""
    return button(to.t("Why? …"), WHY_TOTAL, group, label=to.t("Why does {what} come to this?", what=name))


def line_window(to: Reader, shown: LineExplained, seen: str) -> View:
    """Why a line comes to its amount; `seen` is the digest of the invoice below."""
    blocks = [
        *changes_meanwhile(to, shown.preview),
        header(line_name(shown.item)),
        section(calculation(to, shown)),
        *_time_blocks(to, shown),
        *_price_blocks(to, shown),
        header(to.t("VAT")),
        section("\n".join(_tax(to, shown))),
        *_entries(to, shown),
    ]
    kept = ASKED.pack(Asked(shown.preview.draft_id, shown.item.line.key, seen))
    return modal(WHY, to.t("Why this line"), blocks, close=to.t("Back to the invoice"), metadata=kept)


def calculation(to: Reader, shown: LineExplained) -> str:
    """What the line comes to, out of its last operands."""
    why, currency = shown.why, shown.preview.currency
    if why.unit_price is None or why.amount_cents is None:
        return to.t("{hours} h × ? There is no rate for it yet.", hours=to.decimal(why.hours))
    listed = to.money(why.listed_cents or 0, currency)
    less = [less_said(to, why.reduction, why.listed_cents or 0, currency)] if why.reduction else []
    return "\n".join((f"{_operands(to, why, currency)} = {listed}", *less))


def _operands(to: Reader, why: Explanation, currency: str) -> str:
    price = to.price(why.unit_price or 0, currency)
    if len(why.parts) == 1:
        return f"{to.decimal(why.hours)} h × {price}"
    if not why.parts:
        return f"1 × {price}"
    parts = " + ".join(to.money(part.amount_cents or 0, currency) for part in why.parts[:_PARTS])
    return f"{parts}{' + …' if len(why.parts) > _PARTS else ''}"


def less_said(to: Reader, reduction: Reduction, listed: int, currency: str) -> str:
    """What is taken off of a line, and what is left: less 10%: €309.75 × 90% = €278.78."""
    left, off = to.money(reduction.less(listed), currency), reduction_said(to, reduction, currency)
    by = f"× {to.percent(WHOLE - reduction.percent, scale=4)}" if reduction.percent else f"− {off}"
    return to.t("less {reduction}: {amount}", reduction=off, amount=f"{to.money(listed, currency)} {by} = {left}")


# Time


def _time_blocks(to: Reader, shown: LineExplained) -> Iterator[Block]:
    parts = shown.why.parts
    if not parts:
        return
    yield header(to.t("Time"))
    if len(parts) == 1:
        yield section("\n".join(_time(to, parts[0])))


def _time(to: Reader, part: Part) -> Iterator[str]:
    """From the seconds that were worked to hours with two decimals."""
    count = len({entry.entry_id for time in part.times for entry in time.entries})
    yield to.n("Worked: {count} entry, {time}", "Worked: {count} entries, {time}", count, time=exact(part.seconds))
    yield from (_rounded(to, rule, more) for rule, more in _by_rule(part))
    if part.by_rule:
        yield to.t("Billed: {time}", time=exact(part.billed))
    hours = to.t("With two decimals: {time} = {hours} h", time=exact(part.billed), hours=to.decimal(part.hours))
    yield f"{hours} ({signed(part.by_hundredths)})" if part.by_hundredths else hours


def _by_rule(part: Part) -> list[tuple[Rounding, int]]:
    """What each rule of rounding adds or takes away, in seconds."""
    more = defaultdict[Rounding, int](int)
    for time in part.times:
        more[time.rule] += time.billed - time.seconds
    return [(rule, seconds) for rule, seconds in more.items() if not rule.is_exact]


def _rounded(to: Reader, rule: Rounding, more: int) -> str:
    return f"{capitalized(rounding_name(to, rule))}: {signed(more)}"


def exact(seconds: int) -> str:
    """2:00 h; with seconds where there are some: 1:59:58 h."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "") + " h"


def signed(seconds: int) -> str:
    """+0:15 h or −0:00:02 h."""
    return f"{'−' if seconds < 0 else '+'}{exact(abs(seconds))}"


# The price


def _price_blocks(to: Reader, shown: LineExplained) -> Iterator[Block]:
    why, parts = shown.why, shown.why.parts
    if why.spent:
        yield header(to.t("Amount"))
        yield section("\n".join(_spent(to, shown, why.spent)))
    elif why.price:
        yield header(to.t("Price"))
        yield section("\n".join(_typed(to, shown, why.price)))
    elif shown.item.line.above_budget:
        yield header(to.t("Hourly rate"))
        yield section("\n".join(why_above(to, shown.preview, shown.item.line)))
    elif len(parts) == 1:
        yield header(to.t("Hourly rate"))
        yield section("\n".join(_price(to, shown, parts[0])))
    else:
        yield from _parts(to, shown)


def _parts(to: Reader, shown: LineExplained) -> Iterator[Block]:
    """Each price of a line that is 1 × its total, as if it stood alone."""
    currency = shown.preview.currency
    for part in shown.why.parts[:_PARTS]:
        price = "?" if part.price is None else to.price(part.price.unit_price, currency)
        amount = "?" if part.amount_cents is None else to.money(part.amount_cents, currency)
        sum_said = f"{to.decimal(part.hours)} h × {price} = {amount}"
        yield section("\n".join((*_time(to, part), sum_said, *_price(to, shown, part))))
    if (hidden := len(shown.why.parts) - _PARTS) > 0:
        yield context(to.n("… and {count} more price.", "… and {count} more prices.", hidden))


def _price(to: Reader, shown: LineExplained, part: Part) -> Iterator[str]:
    """The rule that won, for how much of the work, and those that it beat; an included hour costs 0 by no rate."""
    by_hand = part.price is not None and part.price.by is PriceBy.HAND
    if part.price and by_hand:
        yield from _typed(to, shown, part.price)
    else:
        yield from (_won(to, shown, part, won, is_only=len(part.won) == 1) for won in part.won)
        if part.price:
            yield from _converted(to, shown, part.price)
    beaten = list(dict.fromkeys(rule for won in part.won if not _is_included(won) for rule in won.beaten))
    if by_hand:
        beaten = list(dict.fromkeys(rule for won in part.won for rule in (won.rule, *won.beaten) if rule))
    if beaten:
        said = "; ".join(_numbered(to, shown, rule, _beaten(to, shown, part, rule)) for rule in beaten[:_BEATEN])
        more = " …" if len(beaten) > _BEATEN else ""
        yield to.t("Beaten: {rules}", rules=said + more)


def _typed(to: Reader, shown: LineExplained, price: Price) -> Iterator[str]:
    yield to.t("Typed by hand for this line: {price}", price=to.price(price.stated, shown.preview.currency))
    yield from _converted(to, shown, price)


def _converted(to: Reader, shown: LineExplained, price: Price) -> Iterator[str]:
    """Where VAT is added to a price or taken out of it: €95.00 × 1.19 = €113.05."""
    if not price.is_converted:
        return
    currency = shown.preview.currency
    sign = "÷" if price.is_gross else "×"
    prices = to.price(price.stated, currency), to.price(price.unit_price, currency)
    calculated = f"{prices[0]} {sign} {factor(to, price.vat_rate)} = {prices[1]}"
    if price.is_gross:
        yield to.t("It is with VAT, and this invoice states prices without: {calculated}", calculated=calculated)
    else:
        yield to.t("It is without VAT, and this invoice states prices with it: {calculated}", calculated=calculated)


def factor(to: Reader, vat_rate: int) -> str:
    """1.19 of 19%."""
    return to.number(1 + Decimal(vat_rate).scaleb(-4))


def _is_included(won: Won) -> bool:
    return won.rule is not None and won.rule.id == INCLUDED


def _won(to: Reader, shown: LineExplained, part: Part, won: Won, *, is_only: bool) -> str:
    if won.rule is None:
        return to.t("No rate fits this work.")
    if _is_included(won):
        return "\n".join(covered_said(to, shown.preview, shown.item.line))
    said = _article(to, shown, part) if won.rule.by_article else _of_list(to, shown, won)
    said = _numbered(to, shown, won.rule, said)
    return said if is_only else f"{said} ({exact(won.seconds)})"


def _numbered(to: Reader, shown: LineExplained, rule: RateRule, said: str) -> str:
    """With its place, where there is a list of rates; else nobody knows of one."""
    return said if shown.rates.is_plain else f"{shown.rates.number(rule)}. {said}"


def _of_list(to: Reader, shown: LineExplained, won: Won) -> str:
    """What a rule is about, its price, and from when until when that holds."""
    if won.rule is None or won.since is None or won.since.price is None:
        return ""
    price = to.price(won.since.price, won.rule.currency or shown.preview.currency)
    first, last = won.since.first_day, won.until
    if first != ALWAYS and last:
        price = to.t("{price}, {first} until {last}", price=price, first=to.short_date(first), last=to.short_date(last))
    elif first != ALWAYS:
        price = to.t("{price} from {day}", price=price, day=to.short_date(first))
    elif last:
        price = to.t("{price} until {day}", price=price, day=to.short_date(last))
    if shown.rates.is_plain:
        return to.t("The workspace's rate: {price}", price=price)
    return to.t("{work}: {price}", work=work_said(to, shown.rates, won.rule), price=price)


def _article(to: Reader, shown: LineExplained, part: Part) -> str:
    """The article's price in Billomat, or that of the customer's price group."""
    article, group = part.article, shown.pricing.terms.group
    price = article.price_of_group(group) if article else None
    if article is None or price is None:
        return to.t("No article in Billomat")
    title = cut(article.title, _LONGEST_NAME)
    if not is_hourly(article.unit):
        return to.t(
            "Article “{article}” in Billomat is for “{unit}”, not for an hour", article=title, unit=article.unit
        )
    said = to.price(price, article.currency or shown.preview.currency)
    if article.price_of_group(group) != article.price:
        return to.t(
            "Article “{article}” in Billomat, price group {group}: {price}", article=title, group=group, price=said
        )
    return to.t("Article “{article}” in Billomat: {price}", article=title, price=said)


def _beaten(to: Reader, shown: LineExplained, part: Part, rule: RateRule) -> str:
    if rule.by_article:
        return _article(to, shown, part)
    if shown.rates.is_plain:
        return to.t("The workspace's rate: {price}", price=prices_said(to, rule.prices, shown.rates.currency))
    return rule_said(to, shown.rates, rule)


def _spent(to: Reader, shown: LineExplained, spent: Spent) -> Iterator[str]:
    """What is on the receipt, and what becomes of it."""
    expense, currency = spent.expense, shown.preview.currency
    stated, price = to.money(expense.amount_cents, currency), to.price(spent.unit_price, currency)
    taken_out, added = spent.conversion
    said = " · ".join(filter(None, (to.full_date(expense.day), expense.person, expense.receipt, _line(expense.note))))
    yield said
    if expense.month:
        yield to.t("The fee of the retainer for {month}: {price}", month=to.month(expense.month), price=stated)
        yield from covered_said(to, shown.preview, shown.item.line)
    elif expense.agreed_cents is not None:
        yield to.t("Of the fixed price of {price}", price=to.money(expense.agreed_cents, currency))
        yield from covered_said(to, shown.preview, shown.item.line)
    elif expense.pass_through:
        yield to.t("Passed through in full: {price}. The VAT in it is the customer's to deduct.", price=stated)
    elif not expense.gross:
        yield to.t("Typed without VAT: {price}", price=stated)
    elif taken_out:
        yield to.t("Typed with {rate} VAT in it: {price}", rate=to.percent(taken_out), price=stated)
        yield to.t("A receipt is billed without its own VAT, and with that of the work it belongs to.")
    else:
        yield to.t("Typed with VAT: {price}. This line bears none, so nothing is taken out of it.", price=stated)
    if taken_out or added:
        steps = (f" ÷ {factor(to, taken_out)}" if taken_out else "", f" × {factor(to, added)}" if added else "")
        yield f"{stated}{''.join(steps)} = {price}"


# VAT


def _tax(to: Reader, shown: LineExplained) -> Iterator[str]:
    preview, line = shown.preview, shown.item.line
    yield capitalized(reason_alone(to, line.tax_reason(preview.tax.case), line.vat))
    if preview.tax.is_once:
        yield to.t("Which VAT holds was chosen for this invoice only.")
    if preview.tax.is_chosen:
        yield to.t("Which VAT holds was chosen for {customer}.", customer=preview.customer)
    if preview.gross_prices and line.vat and line.vat.rate:
        yield to.t("It is in the amount already, and taken out of the sum of all lines with this VAT.")
    elif line.vat and line.vat.rate:
        yield to.t("It is added to the sum of all lines with this VAT, not to this one.")
    if preview.reduction:
        reduction = reduction_said(to, preview.reduction, preview.currency)
        yield to.t("The reduction of {reduction} is taken off that sum too.", reduction=reduction)


# The entries


def _entries(to: Reader, shown: LineExplained) -> Iterator[Block]:
    if not shown.entries:
        return
    yield header(to.t("Entries"))
    rows = [_row(to, each, before) for each, before in zip(shown.entries, (None, *shown.entries), strict=False)]
    yield from in_blocks(rows)
    yield from all_pages(to, PAGE, shown.page, len(shown.begins), lambda number: to.full_date(shown.begins[number - 1]))


def _row(to: Reader, each: TimedEntry, before: TimedEntry | None) -> str:
    """Day, times, length and person, and the note; what is rounded as one has its sum above it."""
    entry, time = each.entry, each.time
    seconds, alone = entry.seconds or 0, len(time.entries) == 1
    length = exact(seconds)
    if alone and time.billed != seconds:
        length = f"{length} → {exact(time.billed)}"
    said = (
        to.full_date(entry.day),
        times(to, entry),
        length,
        entry.person,
        to.t("part of a night") if entry.of_day else "",
        _line(entry.note),
    )
    row = "• " + " · ".join(filter(None, said))
    is_first = before is None or before.time is not time
    if time.rule.per is Per.DAY and not time.rule.is_exact and not alone and is_first:
        together = f"{to.full_date(entry.day)}, {entry.person}: {exact(time.seconds)} → {exact(time.billed)}"
        return f"{together}\n{row}"
    return row


def _line(note: str) -> str:
    return cut(" ".join(note.split()), _LONGEST_NOTE)


def in_blocks(rows: Sequence[str]) -> list[Block]:
    """Many short texts, in few blocks."""
    return [section("\n".join(rows[first : first + PER_BLOCK])) for first in range(0, len(rows), PER_BLOCK)]

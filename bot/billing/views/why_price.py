"""Where the price of a line comes from: the rule that won and those it beat, what was typed, what is on a receipt."""

from collections.abc import Iterator

from bot.billing.rules.included import INCLUDED
from bot.billing.rules.rate_list import ALWAYS, RateRule
from bot.billing.rules.units import is_hourly
from bot.billing.rules.why import Part, Price, PriceBy, Spent, Won
from bot.billing.views.agreements import covered_said
from bot.billing.views.calculations import exact, factor, note_line
from bot.billing.views.rate_words import prices_said, rule_said, work_said
from bot.billing.why import LineExplained
from bot.core.texts import Reader
from bot.slack.blocks import cut

_BEATEN = 5
_LONGEST_NAME = 80


def price_lines(to: Reader, shown: LineExplained, part: Part) -> Iterator[str]:
    """The rule that won, for how much of the work, and those that it beat; an included hour costs 0 by no rate."""
    by_hand = part.price is not None and part.price.by is PriceBy.HAND
    if part.price and by_hand:
        yield from typed_price_lines(to, shown, part.price)
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


def typed_price_lines(to: Reader, shown: LineExplained, price: Price) -> Iterator[str]:
    """What a person typed for the line, and what it is in the prices of the invoice."""
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


def spent_lines(to: Reader, shown: LineExplained, spent: Spent) -> Iterator[str]:
    """What is on the receipt, and what becomes of it."""
    expense, currency = spent.expense, shown.preview.currency
    stated, price = to.money(expense.amount_cents, currency), to.price(spent.unit_price, currency)
    taken_out, added = spent.conversion
    said = " · ".join(
        filter(None, (to.full_date(expense.day), expense.person, expense.receipt, note_line(expense.note)))
    )
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

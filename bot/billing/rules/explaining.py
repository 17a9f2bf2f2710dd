"""The explanation of a line, found out anew from its entries and from what prices it, not from its figures."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from bot.billing.rules.budgeted import for_nothing
from bot.billing.rules.entries import UnbilledEntry
from bot.billing.rules.expenses import UnbilledExpense, conversion, vat_of
from bot.billing.rules.lines import Line
from bot.billing.rules.making import work_of
from bot.billing.rules.rate_list import PriceFrom, RateRule
from bot.billing.rules.rates import CENT, PricedArticle
from bot.billing.rules.rounding import Per, Rounding, Roundings
from bot.billing.rules.tax import Vat
from bot.billing.rules.totals import by_vat
from bot.billing.rules.units import is_hourly
from bot.billing.rules.why import Explanation, Part, Price, PriceBy, RoundedTime, Spent, SumExplained, Won
from bot.billing.rules.worth import Pricing

_A_DAY = timedelta(days=1)
Nights = Mapping[int, Sequence[tuple[date, int]]]
"""The parts of entries that stand on several lines, by the entry: their days and seconds, in time."""


def nights(lines: Iterable[Line]) -> Nights:
    """Those on all lines of an invoice: what rounding adds to one of them depends on the others."""
    found = defaultdict[int, list[tuple[date, int]]](list)
    for line in lines:
        if line.above_budget:  # nothing is rounded there
            continue
        entries = line.entries
        of_days = entries.column("of_day")
        if any(of_days):
            for entry_id, day, seconds, of_day in zip(entries.ids, entries.days, entries.seconds, of_days, strict=True):
                if of_day is not None:
                    found[entry_id].append((day, seconds))
    return {entry_id: sorted(parts) for entry_id, parts in found.items()}


def explain(line: Line, pricing: Pricing, over_midnight: Nights) -> Explanation:
    """Why a line comes to its amount. It looks at each of its entries."""
    if line.expense:
        return _of_expense(line, line.expense, pricing)
    if line.above_budget:
        pricing = for_nothing(pricing)
    if not line.is_total:
        return Explanation(line, (_part(line, line.article, line.entries, pricing, over_midnight),))
    parts = (_part(line, part.article, part.entries, pricing, over_midnight) for part in line.parts)
    return Explanation(line, tuple(parts))


def explain_sum(lines: Iterable[Line], pricing: Pricing) -> SumExplained:
    """Why an invoice comes to its sums."""
    there = tuple(lines)
    sums = by_vat(
        ((line.vat, line.amount_cents or 0) for line in there),
        gross_prices=pricing.terms.invoice_gross,
        reduction=pricing.reduction,
        smallest=pricing.smallest,
    )
    return SumExplained(there, tuple(sums), pricing.taxed)


def rounded_times(
    entries: Iterable[UnbilledEntry], roundings: Roundings, over_midnight: Nights
) -> Iterator[RoundedTime]:
    """Entries of a line by what is rounded as one; those of the same rule together, also of several projects."""
    by_rule = defaultdict[Rounding, list[UnbilledEntry]](list)
    for entry in entries:
        by_rule[roundings.of(entry.project_id)].append(entry)
    for rule, of_rule in by_rule.items():
        if rule.is_exact or rule.per is Per.LINE:
            yield RoundedTime(rule, tuple(of_rule))
        elif rule.per is Per.ENTRY:
            yield from (_rounded_alone(rule, entry, over_midnight) for entry in of_rule)
        else:
            days = defaultdict[tuple[int, date], list[UnbilledEntry]](list)
            for entry in of_rule:
                days[entry.person_id, entry.day].append(entry)
            yield from (RoundedTime(rule, tuple(of_day)) for of_day in days.values())


def _rounded_alone(rule: Rounding, entry: UnbilledEntry, over_midnight: Nights) -> RoundedTime:
    if entry.of_day is None:
        return RoundedTime(rule, (entry,))
    parts = over_midnight[entry.entry_id]
    place = [day for day, _ in parts].index(entry.day)
    return RoundedTime(rule, (entry,), tuple(seconds for _, seconds in parts), place)


def _part(
    line: Line,
    article: PricedArticle | None,
    entries: Sequence[UnbilledEntry],
    pricing: Pricing,
    over_midnight: Nights,
) -> Part:
    times = tuple(rounded_times(entries, pricing.roundings, over_midnight))
    won = tuple(_won(entries, article, pricing))
    return Part(article, times, _price(line, article, won, pricing), won, pricing.smallest)


def _price(line: Line, article: PricedArticle | None, won: Sequence[Won], pricing: Pricing) -> Price | None:
    terms, vat = pricing.terms, _vat_in_prices(line, article, pricing)
    rate = vat.rate if vat else 0
    if line.edit.rate_cents is not None:
        is_gross = terms.invoice_gross if line.edit.rate_gross is None else line.edit.rate_gross
        return Price(PriceBy.HAND, line.edit.rate_cents * CENT, is_gross, terms.invoice_gross, rate)
    stated = _stated(won[0], article, pricing) if won else None
    if stated is None:
        return None
    is_gross = terms.account_gross and won[0].rule is not None and won[0].rule.by_article
    return Price(PriceBy.RULES, stated, is_gross, terms.invoice_gross, rate)


def _stated(won: Won, article: PricedArticle | None, pricing: Pricing) -> int | None:
    if won.rule is None:
        return None
    if won.rule.by_article:
        return _price_of(article, pricing)
    return won.since.price if won.since else None


def _price_of(article: PricedArticle | None, pricing: Pricing) -> int | None:
    return article.price_of_group(pricing.terms.group) if article and is_hourly(article.unit) else None


def _vat_in_prices(line: Line, article: PricedArticle | None, pricing: Pricing) -> Vat | None:
    """The VAT in a price: the article's, else that of all on the line."""
    return (article.vat if article else None) or (line.vat if pricing.taxed else pricing.vat)


@dataclass(slots=True)
class _Share:
    won: Won
    seconds: int = 0


def _won(entries: Iterable[UnbilledEntry], article: PricedArticle | None, pricing: Pricing) -> Iterator[Won]:
    """The rules that hold for the work; several may say the same price. Each is asked once for what it cannot tell."""
    known: dict[tuple[int, ...], _Share] = {}
    shares: dict[tuple[object, ...], _Share] = {}
    for entry in entries:
        work = work_of(entry, pricing)
        key = (entry.service_id or 0, entry.project_id or 0, *pricing.rates.key_of(work))
        if key not in known:
            rate = pricing.rate(work, article)
            since, until = _validity(rate.rule, work.day)
            won = Won(rate.rule, since, until, rate.beaten, 0)
            known[key] = shares.setdefault((rate.rule, since, rate.beaten), _Share(won))
        known[key].seconds += entry.seconds or 0
    for share in shares.values():
        yield share.won._replace(seconds=share.seconds)


def _validity(rule: RateRule | None, day: date) -> tuple[PriceFrom | None, date | None]:
    """The price of a rule that holds on a day, and the last day on which it does."""
    if rule is None or not rule.prices:
        return None, None
    place = bisect_right(rule.prices, day, key=attrgetter("first_day"))
    later = rule.prices[place : place + 1]
    return (rule.prices[place - 1] if place else None), (later[0].first_day - _A_DAY if later else None)


def _of_expense(line: Line, expense: UnbilledExpense, pricing: Pricing) -> Explanation:
    article, terms = line.article, pricing.terms
    vat = vat_of(expense, article, pricing.vat, ())  # of the account's rates it takes the name alone
    if line.edit.rate_cents is None:
        return Explanation(line, spent=Spent(expense, conversion(expense, vat, terms)))
    is_gross = terms.invoice_gross if line.edit.rate_gross is None else line.edit.rate_gross
    rate = vat.rate if vat else 0
    return Explanation(
        line, price=Price(PriceBy.HAND, line.edit.rate_cents * CENT, is_gross, terms.invoice_gross, rate)
    )

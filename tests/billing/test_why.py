"""An explanation recomputes: from seconds by its own steps to the line, to the sums, and so to what is sent."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.billing.rules.entries import Details, UnbilledEntry
from bot.billing.rules.expense_lines import expense_lines
from bot.billing.rules.expenses import UnbilledExpense
from bot.billing.rules.explaining import explain, explain_sum, nights
from bot.billing.rules.grouping import Grouping, GroupKey, Shared, of_service
from bot.billing.rules.lines import Line, LineEdit
from bot.billing.rules.making import make_lines
from bot.billing.rules.rate_list import RateList, RateRule
from bot.billing.rules.rates import PricedArticle, PriceTerms
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.rounding import EXACT, Roundings
from bot.billing.rules.tax import Vat
from bot.billing.rules.why import Explanation, Price, RoundedTime, SumExplained
from bot.billing.rules.worth import Pricing, totals
from tests.billing.counted_rates import CountedArticle, CountedVat
from tests.billing.random_months import Month, random_month
from tests.billing.random_terms import ARTICLES, FREE, REDUCED, USUAL
from tests.billing.recount import Spent, Worked
from tests.billing.rounded import rounded_time, shared_out
from tests.billing.test_rate_list import LISTS

SMALL_BUSINESS, ABROAD, AS_BILLOMAT = "small business", "abroad", "as Billomat holds it"
MONTHS = st.integers(0, 2**32).map(lambda seed: random_month(Random(seed)))
CASES = st.sampled_from([None, None, SMALL_BUSINESS, ABROAD, AS_BILLOMAT])


def vat_of(counted: CountedVat) -> Vat:
    return Vat(counted.name, int(counted.percent * 100))


def priced(article: CountedArticle) -> PricedArticle:
    prices = {group: int(price * 10_000) for group, price in article.prices.items()}
    vat = vat_of(article.vat) if article.vat else None
    return PricedArticle(
        *(article.id, article.id, f"Article {article.id}", "Stunde" if article.of_hours else "Tag", prices.get(0), ""),
        vat_name=vat.name if vat else None,
        vat_rate=vat.rate if vat else None,
        price2=prices.get(2),
        price5=prices.get(5),
    )


KNOWN = {number: priced(article) for number, article in ARTICLES.items()}


def pricing_of(month: Month, rules: tuple[RateRule, ...], case: str | None) -> Pricing:
    payer, zero = month.payer, Vat("frei", 0)
    taxed = case in (None, SMALL_BUSINESS)
    of_services = {
        place + 1: own or usual for place, (usual, own) in enumerate(zip(payer.usual, payer.own, strict=True))
    }
    return Pricing(
        {service: KNOWN[article] for service, article in of_services.items() if article},
        9500,
        zero if case == SMALL_BUSINESS else vat_of(USUAL),
        taxed,
        PriceTerms(payer.group, payer.account_gross, taxed and payer.net_gross == "GROSS"),
        Reduction(int(payer.reduction * 10_000)),
        untaxed=zero if case == ABROAD else None,
        roundings=Roundings(month.roundings[None], {1: month.roundings[1]}),
        customer_id=1,
        rates=RateList(tuple(RateRule(each.id, by_article=True) if each.by_article else each for each in rules)),
    )


def entry_of(number: int, worked: Worked) -> UnbilledEntry:
    ended = worked.start + timedelta(seconds=worked.seconds)
    return UnbilledEntry(
        number,
        worked.project_id,
        f"Project {worked.project_id}",
        worked.service_id,
        f"Service {worked.service_id}",
        worked.seconds,
        worked.day,
        worked.note,
        worked.guessed,
        worked.billable,
        worked.person_id,
        f"Person {worked.person_id}",
        Details(worked.start, ended, worked.zone, worked.timed, worked.tags),
    )


def expense_of(number: int, spent: Spent) -> UnbilledExpense:
    percent = None if spent.percent is None else int(spent.percent * 100)
    cents = int(spent.amount * 100)
    return UnbilledExpense(
        *(number, spent.project_id, "", 1, "Anna", spent.day, spent.note, cents, spent.gross, percent),
        article_id=spent.article_id,
        receipt=spent.receipt,
    )


def lines_of(month: Month, pricing: Pricing) -> list[Line]:
    """Its lines; some are changed by a person."""
    entries = [entry_of(number, worked) for number, worked in enumerate(month.worked, 1)]
    expenses = [expense_of(number, spent) for number, spent in enumerate(month.spent, 1)]
    grouping = month.layout.grouping(month.week_start)
    edits: dict[GroupKey, LineEdit] = {}
    for turn in (0, 1):
        worked, _ = make_lines(entries, grouping, pricing=pricing, edits=edits)
        spent = expense_lines(
            expenses, pricing=pricing, edits=edits, articles=KNOWN, rates=[vat_of(each) for each in (REDUCED, FREE)]
        )
        made = [*worked, *spent]
        if turn == 0:
            edits = dict(changes_of(month, made))
    return made


def changes_of(month: Month, made: list[Line]) -> Iterable[tuple[GroupKey, LineEdit]]:
    for change in month.changes if made else ():
        line = made[change.place % len(made)]
        cents = int(Decimal(change.rate) * 100) if change.rate else None
        article = KNOWN[change.article_id] if change.article_id else None
        is_gross = [None, True, False][change.place % 3]
        if change.remember and line.service_id:
            yield of_service(line.service_id), LineEdit(article=article, article_kept=True)
        else:
            yield line.key, LineEdit(article=article, rate_cents=cents, rate_gross=is_gross)


# Counted over by hand, in Decimal


def nearest(exact: Fraction, places: int = 0) -> Decimal:
    """The nearest, halves away from zero."""
    steps = floor(abs(exact) * 10**places + Fraction(1, 2))
    return Decimal(steps if exact >= 0 else -steps).scaleb(-places)


def counted_time(time: RoundedTime) -> int:
    worked = sum(entry.seconds or 0 for entry in time.entries)
    if not time.of_night:
        return worked if time.rule == EXACT else rounded_time(worked, time.rule)
    days = {time.entries[0].day + timedelta(days=n - time.place): each for n, each in enumerate(time.of_night)}
    return shared_out(days, time.rule)[time.entries[0].day]


def counted_price(price: Price) -> Decimal:
    stated, factor = Fraction(price.stated, 10_000), 1 + Fraction(price.vat_rate, 10_000)
    if price.is_gross == price.invoice_gross:
        return Decimal(price.stated).scaleb(-4)
    return nearest(stated / factor if price.is_gross else stated * factor, 4)


def counted_amount(why: Explanation) -> tuple[Decimal, Decimal | None]:
    """The hours and the amount that the steps of an explanation lead to, less what is taken off of the line."""
    hours, listed = _counted_whole(why)
    if listed is None:
        return hours, None
    left = Fraction(listed) * (1 - Fraction(why.reduction.percent, 1_000_000))
    return hours, nearest(left, _places(why.line.smallest)) - Decimal(why.reduction.cents).scaleb(-2)


def _places(smallest: int) -> int:
    """Decimals of a currency."""
    return 0 if smallest == 100 else 2


def _counted_whole(why: Explanation) -> tuple[Decimal, Decimal | None]:
    if why.spent:
        taken_out, added = (1 + Fraction(each, 10_000) for each in why.spent.conversion)
        return Decimal(0), nearest(
            Fraction(why.spent.expense.amount_cents, 100) * added / taken_out, _places(why.line.smallest)
        )
    if why.price:
        return Decimal(0), nearest(Fraction(counted_price(why.price)), _places(why.line.smallest))
    all_hours, amounts = Decimal(0), list[Decimal | None]()
    for part in why.parts:
        hours = nearest(Fraction(sum(map(counted_time, part.times)), 3600), 2)
        all_hours += hours
        amounts.append(
            None
            if part.price is None
            else nearest(Fraction(hours) * Fraction(counted_price(part.price)), _places(why.line.smallest))
        )
    return all_hours, None if None in amounts else sum((each or Decimal(0) for each in amounts), Decimal(0))


def counted_sums(why: SumExplained) -> tuple[Decimal, Decimal]:
    net = gross = Decimal(0)
    for each in why.of_vat:
        factor = 1 + Fraction(each.vat.rate if each.vat else 0, 10_000)
        left = 1 - Fraction(each.reduction.percent, 1_000_000)
        reduced = nearest(Fraction(sum(why.amounts(each)), 100) * left, _places(each.smallest)) - Decimal(
            each.reduction.cents
        ).scaleb(-2)
        net += nearest(Fraction(reduced) / factor, _places(each.smallest)) if each.gross_prices else reduced
        gross += (
            reduced
            if each.gross_prices
            else reduced + nearest(Fraction(reduced) * (factor - 1), _places(each.smallest))
        )
    return net, gross


def in_cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount.scaleb(2))


@pytest.mark.parametrize(
    ("own", "taxed", "untaxed", "vat_in_it", "price"),
    [
        (Vat("MwSt", 700), True, None, 700, 100_0000),
        (None, True, None, 1900, 89_9160),
        (None, False, Vat("frei", 0), 1900, 89_9160),
        (Vat("MwSt", 700), False, Vat("frei", 0), 700, 100_0000),
        (None, False, None, 1900, 89_9160),
    ],
    ids=["the article's", "the account's", "of a customer abroad", "the article's, abroad", "as Billomat decides"],
)
def test_a_price_with_vat_loses_the_vat_that_is_in_it_whatever_the_line_bears(
    own: Vat | None, taxed: bool, untaxed: Vat | None, vat_in_it: int, price: int
) -> None:
    article = PricedArticle(
        1, 1, "Design", "Stunde", 107_0000, "", vat_name=own and own.name, vat_rate=own and own.rate
    )
    pricing = Pricing(
        *({1: article}, 9500, Vat("MwSt", 1900), taxed, PriceTerms(0, True, False), Reduction()), untaxed=untaxed
    )
    worked = UnbilledEntry(1, 1, "Website", 1, "Design", 3600, date(2026, 3, 9), "", False, True)
    [line], _ = make_lines([worked], Grouping((Shared.PROJECT,)), pricing=pricing, edits={})
    why = explain(line, pricing, nights([line]))
    [part] = why.parts
    assert part.price is not None
    assert (part.price.stated, part.price.vat_rate, part.price.unit_price) == (107_0000, vat_in_it, price)
    assert why.amount_cents == line.amount_cents == price // 100 + (price % 100 >= 50)


@settings(max_examples=300, deadline=None)
@given(MONTHS, LISTS, CASES)
def test_the_steps_of_an_explanation_lead_to_the_line_and_to_the_sums(
    month: Month, rules: tuple[RateRule, ...], case: str | None
) -> None:
    pricing = pricing_of(month, rules, case)
    lines = lines_of(month, pricing)
    over_midnight = nights(lines)
    for line in lines:
        why = explain(line, pricing, over_midnight)
        hours, amount = counted_amount(why)
        assert in_cents(amount) == why.amount_cents == line.amount_cents
        assert in_cents(hours) == why.hours == line.hours
        assert (why.quantity, why.unit_price) == (line.quantity, line.unit_price)
    sums, shown = explain_sum(lines, pricing), totals(((each.vat, each.amount_cents or 0) for each in lines), pricing)
    net, gross = counted_sums(sums)
    assert in_cents(net) == sums.net == shown.net
    assert sums.gross == shown.gross
    assert shown.gross in (None, in_cents(gross))
    assert sums.listed == shown.listed


@settings(max_examples=300, deadline=None)
@given(MONTHS, LISTS, CASES)
def test_an_explanation_has_all_seconds_of_its_line_once(
    month: Month, rules: tuple[RateRule, ...], case: str | None
) -> None:
    pricing = pricing_of(month, rules, case)
    lines = lines_of(month, pricing)
    for line in lines:
        why = explain(line, pricing, nights(lines))
        there = [entry for part in why.parts for time in part.times for entry in time.entries]
        assert Counter(there) == Counter(line.entries)
        assert sum(part.seconds for part in why.parts) == line.seconds
        assert sum(part.by_rule + part.by_hundredths for part in why.parts) == (line.rounded if line.entries else 0)
        assert all(sum(won.seconds for won in part.won) == part.seconds for part in why.parts)

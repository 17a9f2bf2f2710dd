"""Which rate of the list holds: one, decided by whose work it is, what for, and on which day it began."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.entries import Details, UnbilledEntry
from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE, Grouping, GroupKey, Shared
from bot.billing.rules.lines import AS_IT_COMES, Line, LineEdit
from bot.billing.rules.making import make_lines
from bot.billing.rules.rate_list import ALWAYS, ARTICLES, PriceFrom, RateList, RateRule, Work, exact_place, priced_from
from bot.billing.rules.rate_list import rate_of as resolved
from bot.billing.rules.rates import USUAL_TERMS, PricedArticle, PriceTerms, as_invoiced
from bot.billing.rules.tax import Vat
from bot.billing.rules.units import is_hourly
from bot.billing.rules.worth import Pricing

DAYS = [date(2026, 2, 27) + timedelta(days=n) for n in range(6)]
NEW_YEAR = date(2027, 1, 1)
VAT = Vat("MwSt", 1900)
DESIGN = PricedArticle(1, 817, "Design", "Stunde", 88_5000, "", vat_name=None, vat_rate=None)
IDS = st.sampled_from([None, 1, 2])
SOME = st.sampled_from([0, 1, 80_0000, 95_0000, 95_5000, 120_0000])
PRICES = st.lists(
    st.tuples(st.sampled_from([ALWAYS, *DAYS]), st.none() | SOME), max_size=3, unique_by=lambda each: each[0]
).map(lambda prices: tuple(PriceFrom(*each) for each in sorted(prices)))
RULES = st.builds(
    RateRule,
    id=st.just(0),
    prices=PRICES,
    by_article=st.integers(0, 3).map(lambda n: not n),
    person_id=IDS,
    service_id=IDS,
    project_id=IDS,
    customer_id=IDS,
)
LISTS = st.lists(RULES, max_size=6).map(lambda rules: tuple(replace(each, id=n + 1) for n, each in enumerate(rules)))
WORK = st.builds(
    Work,
    person_id=st.sampled_from([1, 2]),
    service_id=IDS,
    project_id=IDS,
    customer_id=st.sampled_from([1, 2]),
    day=st.sampled_from(DAYS),
)
ARTICLE = st.none() | st.builds(
    PricedArticle,
    id=st.just(1),
    billomat_id=st.just(1),
    title=st.just("Design"),
    unit=st.sampled_from(["", "Stunde", "Tag"]),
    price=st.none() | SOME,
    currency=st.just(""),
    vat_name=st.none(),
    vat_rate=st.sampled_from([None, 700]),
    price2=st.none() | SOME,
)
TERMS = st.builds(PriceTerms, st.sampled_from([0, 2]), st.booleans(), st.booleans())


def says(rule: RateRule, work: Work, article: PricedArticle | None, terms: PriceTerms) -> bool:
    """Whether a rule says anything of work, counted by hand."""
    mine = (rule.person_id, rule.service_id, rule.project_id, rule.customer_id)
    theirs = (work.person_id, work.service_id, work.project_id, work.customer_id)
    if any(asked is not None and asked != there for asked, there in zip(mine, theirs, strict=True)):
        return False
    if rule.by_article:
        return article is not None and (not is_hourly(article.unit) or article.price_of_group(terms.group) is not None)
    begun = [each for each in rule.prices if each.first_day <= work.day]
    return bool(begun) and begun[-1].price is not None


@given(LISTS, WORK, ARTICLE, TERMS)
def test_exactly_one_rule_wins_and_all_others_that_say_something_are_beaten(
    rules: tuple[RateRule, ...], work: Work, article: PricedArticle | None, terms: PriceTerms
) -> None:
    found = resolved(rules, work, article, terms, VAT)
    saying = [rule.id for rule in rules if says(rule, work, article, terms)]
    assert [each.id for each in (found.rule, *found.beaten) if each] == saying


@given(LISTS, WORK, ARTICLE, TERMS, st.randoms())
def test_order_matters_only_among_the_rules_that_fit(
    rules: tuple[RateRule, ...], work: Work, article: PricedArticle | None, terms: PriceTerms, random: st.DrawFn
) -> None:
    fitting = [rule for rule in rules if says(rule, work, article, terms)]
    others = [rule for rule in rules if rule not in fitting]
    mixed = list(fitting)
    for rule in others:
        mixed.insert(random.randint(0, len(mixed)), rule)  # type: ignore[attr-defined]
    before, after = resolved(rules, work, article, terms, VAT), resolved(mixed, work, article, terms, VAT)
    assert before == after


@given(ARTICLE, st.none() | st.integers(0, 20_000), TERMS, WORK)
def test_without_a_list_an_hour_costs_what_it_did_before_there_was_one(
    article: PricedArticle | None, cents: int | None, terms: PriceTerms, work: Work
) -> None:
    def before() -> int | None:
        if article is not None and not is_hourly(article.unit):
            return None
        vat = (article.vat if article else None) or VAT
        stated = article.price_of_group(terms.group) if article else None
        if stated is None:
            stated, is_gross = None if cents is None else cents * 100, False
        else:
            is_gross = terms.account_gross
        gross = terms.invoice_gross
        return None if stated is None else as_invoiced(stated, vat, is_gross=is_gross, invoice_gross=gross)

    assert Pricing({}, cents, VAT, taxed=True, terms=terms).price(work, article) == before()


@given(LISTS, st.lists(WORK, max_size=12), ARTICLE, PRICES)
def test_what_is_remembered_of_prices_is_what_would_be_found_anew(
    rules: tuple[RateRule, ...], works: list[Work], article: PricedArticle | None, later: tuple[PriceFrom, ...]
) -> None:
    later = tuple(each for each in later if each.first_day != ALWAYS)
    pricing = Pricing({}, 9500, VAT, taxed=True, customer_id=1, rates=RateList(rules, later).of_customer(1, "EUR"))
    for work in (each._replace(customer_id=1) for each in works):
        whole = RateList(rules, later).whole(9500)
        assert pricing.price(work, article) == resolved(whole, work, article, USUAL_TERMS, VAT).price


def test_a_rate_in_another_currency_is_passed_over() -> None:
    francs = RateRule(1, (PriceFrom(ALWAYS, 120_0000),), "CHF", customer_id=1)
    assert RateList((francs, ARTICLES)).of_customer(1, "EUR").rules == (ARTICLES,)
    assert RateList((francs, ARTICLES)).of_customer(1, "CHF").rules == (francs, ARTICLES)


# From which day on


@pytest.mark.parametrize(
    ("first_day", "price", "after"),
    [
        (date(2026, 3, 10), 100, [(ALWAYS, 95), (date(2026, 3, 10), 100), (NEW_YEAR, 110)]),
        (date(2026, 2, 1), 100, [(ALWAYS, 95), (date(2026, 2, 1), 100), (NEW_YEAR, 110)]),
        (NEW_YEAR, 120, [(ALWAYS, 95), (NEW_YEAR, 120)]),
        (NEW_YEAR, 95, [(ALWAYS, 95)]),
        (ALWAYS, 100, [(ALWAYS, 100), (NEW_YEAR, 110)]),
        (ALWAYS, 110, [(ALWAYS, 110)]),
        (date(2026, 3, 10), None, [(ALWAYS, 95), (date(2026, 3, 10), None), (NEW_YEAR, 110)]),
        (ALWAYS, None, [(NEW_YEAR, 110)]),
    ],
)
def test_a_change_holds_from_its_day_or_for_all_that_is_open_and_keeps_what_is_planned(
    first_day: date, price: int | None, after: list[tuple[date, int | None]]
) -> None:
    prices = (PriceFrom(ALWAYS, 95), PriceFrom(NEW_YEAR, 110))
    assert list(priced_from(prices, price, first_day, date(2026, 3, 10))) == after


def test_a_change_for_all_that_is_open_leaves_the_first_day_of_a_rate_alone() -> None:
    begun, planned = (PriceFrom(date(2026, 3, 1), 95),), (PriceFrom(NEW_YEAR, 95),)
    assert priced_from(begun, 100, ALWAYS, date(2026, 3, 10)) == (PriceFrom(date(2026, 3, 1), 100),)
    assert priced_from(planned, 100, ALWAYS, date(2026, 3, 10)) == (PriceFrom(NEW_YEAR, 100),)


def test_what_says_more_about_the_work_stands_first() -> None:
    rules = (RateRule(1, person_id=1, service_id=2), RateRule(2, service_id=2), ARTICLES, RateRule(0))
    assert exact_place(rules, ("EUR", 1, 2, None, 3)) == 1
    assert exact_place(rules, ("EUR", None, 2, None, 3)) == 2
    assert exact_place(rules, ("EUR", None, None, None, 3)) == 3


# Lines

LATER = RateList((ARTICLES,), (PriceFrom(date(2026, 3, 16), 100_0000),))
PRICING = Pricing({}, 9500, VAT, taxed=True, rates=LATER)


def entry(start: datetime, zone: str = "Europe/Berlin", *, hours: int = 2, **facts: object) -> UnbilledEntry:
    ended = start + timedelta(hours=hours)
    number = int(start.timestamp())
    row = UnbilledEntry(
        number, 1, "Website", None, None, hours * 3600, start.astimezone(ZoneInfo(zone)).date(), "", False, True,
        person_id=1, details=Details(start, ended, zone, timed=True),
    )  # fmt: skip
    return row._replace(**facts)  # type: ignore[arg-type]


def lines_of(
    entries: list[UnbilledEntry],
    by: Grouping = BY_PROJECT_AND_SERVICE,
    pricing: Pricing = PRICING,
    edit: LineEdit = AS_IT_COMES,
) -> list[Line]:
    return make_lines(entries, by, pricing=pricing, edits={GroupKey("project=1&service="): edit})[0]


def billed(lines: list[Line]) -> list[tuple[int, Decimal]]:
    """Hundredths of hours with their price."""
    return sorted((line.hours, Decimal(line.unit_price or 0) / 10_000) for line in lines)


BEFORE = entry(datetime(2026, 3, 15, 9, tzinfo=UTC))
SINCE = entry(datetime(2026, 3, 16, 9, tzinfo=UTC), hours=3)


def test_a_rate_that_changes_within_the_month_makes_two_lines() -> None:
    assert billed(lines_of([BEFORE, SINCE])) == [(200, 95), (300, 100)]
    assert [line.key for line in lines_of([BEFORE])] == ["project=1&service="]


def test_a_night_is_worth_what_it_was_on_the_day_on_which_it_began_however_lines_are_made() -> None:
    night = entry(datetime(2026, 3, 15, 22, 30, tzinfo=UTC))  # 23:30 to 1:30 in Berlin
    assert billed(lines_of([night])) == [(200, 95)]
    assert billed(lines_of([night], Grouping((Shared.DAY,)))) == [(50, 95), (150, 95)]


def test_midnight_is_that_of_the_zone_in_which_somebody_worked() -> None:
    moment = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)  # 0:30 in Berlin, 19:30 in New York
    berlin, new_york = entry(moment), entry(moment, "America/New_York", entry_id=2, person_id=2)
    assert billed(lines_of([berlin])) == [(200, 100)]
    assert billed(lines_of([new_york])) == [(200, 95)]
    assert billed(lines_of([berlin, new_york])) == [(200, 95), (200, 100)]


def test_rates_that_are_the_same_again_stand_on_one_line() -> None:
    same = RateRule(1, (PriceFrom(ALWAYS, 95_0000),), person_id=2)
    pricing = replace(PRICING, rates=RateList((same, ARTICLES)))
    assert billed(lines_of([BEFORE, SINCE._replace(person_id=2)], pricing=pricing)) == [(500, 95)]


def test_what_was_typed_for_a_line_stays_when_its_rate_is_parted() -> None:
    typed = LineEdit(title="As agreed")
    assert [line.edit.title for line in lines_of([BEFORE, SINCE], edit=typed)] == ["As agreed"] * 2
    rate = LineEdit(rate_cents=50_00)
    assert billed(lines_of([BEFORE, SINCE], edit=rate)) == [(500, 50)]


def test_one_total_may_stand_for_several_rates() -> None:
    (line,) = lines_of([BEFORE, SINCE], Grouping((Shared.PROJECT,), as_total=True))
    assert (line.is_total, line.amount_cents) == (True, 2 * 95_00 + 3 * 100_00)
    assert [part.unit_price for part in line.parts] == [95_0000, 100_0000]


@given(LISTS, st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from([1, 2]), IDS, IDS), max_size=8), st.booleans())
def test_each_hour_of_any_list_is_on_one_line_at_its_own_rate(
    rules: tuple[RateRule, ...], worked: list[tuple[date, int, int | None, int | None]], by_day: bool
) -> None:
    pricing = Pricing({1: DESIGN}, 9500, VAT, taxed=True, customer_id=1, rates=RateList((*rules, ARTICLES)))
    entries = [
        entry(datetime(2026, 3, 1, 9, tzinfo=UTC), entry_id=n, day=day, person_id=who, project_id=what, service_id=how)
        for n, (day, who, what, how) in enumerate(worked)
    ]
    by = Grouping((Shared.DAY,)) if by_day else BY_PROJECT_AND_SERVICE
    lines = make_lines(entries, by, pricing=pricing, edits={})[0]
    on_lines = {each.entry_id: line.unit_price for line in lines for each in line.entries}
    whole = pricing.rules
    assert on_lines == {
        each.entry_id: resolved(
            whole,
            Work(each.person_id, each.service_id, each.project_id, 1, each.day),
            pricing.articles.get(each.service_id or 0),
            USUAL_TERMS,
            VAT,
        ).price
        for each in entries
    }
    assert len({line.key for line in lines}) == len(lines)

"""Where a hard budget cuts: as late in time as it allows, counted over in Decimal."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.budgeted import Budgeted, budgeted_lines, parts_of
from bot.billing.rules.budgets import NO_LINE, BilledPart, Budget, BudgetUse, billed_of, read_amount, read_hours
from bot.billing.rules.entries import Entries, UnbilledEntry
from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE, Grouping, Shared
from bot.billing.rules.lines import Line, LineEdit
from bot.billing.rules.making import make_lines
from bot.billing.rules.rates import PricedArticle
from bot.billing.rules.rounding import Per, Rounding, Roundings, Way
from bot.billing.rules.worth import Pricing
from bot.core.money import AnotherCurrency, NoDecimals

FIRST = date(2026, 3, 1)
WEBSITE, APP = 1, 2
GROUPINGS = (BY_PROJECT_AND_SERVICE, Grouping((Shared.SERVICE,)), Grouping((Shared.DAY,)), Grouping((), as_total=True))
ROUNDINGS = (Roundings(), *(Roundings(Rounding(Way.UP, 15, per)) for per in Per), Roundings(Rounding(Way.NEAREST, 6)))

LIMITS = st.integers(1, 400_000)


def entry(number: int, seconds: int, day: int, project: int, service: int) -> UnbilledEntry:
    on = FIRST + timedelta(days=day)
    return UnbilledEntry(number, project, "", service, f"Service {service}", seconds, on, "", False, True, 1, "Anna")


@st.composite
def months(draw: st.DrawFn) -> Entries:
    rows = st.tuples(st.integers(1, 30_000), st.integers(0, 4), st.sampled_from([WEBSITE, APP]), st.integers(1, 2))
    found = draw(st.lists(rows, min_size=1, max_size=12))
    return Entries.of(entry(number, *row) for number, row in enumerate(found, start=1))


def budget(*, seconds: int | None = None, cents: int | None = None, first: date = FIRST, hard: bool = True) -> Budget:
    return Budget(7, WEBSITE, "Website", 1, "Acme", first, seconds, cents, "EUR" if cents else "", is_hard=hard)


def pricing(roundings: Roundings, price: int) -> Pricing:
    article = PricedArticle(5, 5, "Design", "Stunde", price, "", None, None)
    return Pricing({1: article}, 9_500, None, taxed=True, roundings=roundings, currency="EUR")


def made(month: Entries, use: BudgetUse, grouping: Grouping, by: Pricing) -> Budgeted:
    return budgeted_lines(month, [use], grouping, pricing=by, edits={})


def cents(line: Line) -> int:
    """The amount of a line, counted over in Decimal from its hours and price."""
    if line.is_total:
        return sum(_product(part.hours, part.unit_price) for part in line.parts)
    return _product(line.hours, line.unit_price)


def _product(hours: int, price: int | None) -> int:
    exact = Decimal(hours) / 100 * Decimal(price or 0) / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def of_website(lines: list[Line]) -> list[Line]:
    return [each for each in lines if not each.above_budget and WEBSITE in each.entries.project_ids]


@given(months(), LIMITS, st.integers(0, 100_000), st.sampled_from(GROUPINGS), st.sampled_from(ROUNDINGS))
def test_money_is_billed_up_to_the_budget_and_no_cent_more(
    month: Entries, limit: int, before: int, grouping: Grouping, roundings: Roundings
) -> None:
    by = pricing(roundings, 885_000)
    found = made(month, BudgetUse(budget(cents=limit), before, before), grouping, by)
    above = [each for each in found.lines if each.above_budget]
    if above:
        assert sum(map(cents, of_website(found.lines))) <= max(0, limit - before)
        assert {each.amount_cents for each in above} == {0}
    billed = sum(map(cents, (each for each in found.lines if not each.above_budget)))
    assert billed == sum(each.amount_cents or 0 for each in found.lines)


@given(months(), st.integers(1, 60_000), st.integers(0, 20_000))
def test_hours_are_billed_up_to_the_second_in_the_order_of_time(month: Entries, limit: int, before: int) -> None:
    by = pricing(Roundings(), 885_000)
    found = made(month, BudgetUse(budget(seconds=limit), before, before), BY_PROJECT_AND_SERVICE, by)
    [on_draft] = found.budgets or [None]
    on_lines = [each for line in found.lines for each in line.entries]
    recorded = sum(each.seconds or 0 for each in on_lines if each.project_id == WEBSITE)
    if on_draft is None:  # or all of it is too short for a line, and waits
        assert not recorded
        return
    left = max(0, limit - before)
    assert on_draft.above >= max(0, recorded - left)
    if on_draft.above:
        last_within = max((each.day for line in of_website(found.lines) for each in line.entries), default=FIRST)
        first_above = min(each.day for line in found.lines if line.above_budget for each in line.entries)
        assert last_within <= first_above
        assert on_draft.billed <= left


@given(months(), LIMITS, st.booleans(), st.sampled_from(GROUPINGS), st.sampled_from(ROUNDINGS))
def test_each_second_of_an_entry_at_the_limit_is_on_the_draft(
    month: Entries, limit: int, is_money: bool, grouping: Grouping, roundings: Roundings
) -> None:
    limits = budget(cents=limit) if is_money else budget(seconds=limit)
    found = made(month, BudgetUse(limits, 0, 0), grouping, pricing(roundings, 885_000))
    seconds = defaultdict[int, int](int)
    for line in found.lines:
        for each in line.entries:
            seconds[each.entry_id] += each.seconds or 0
    whole = {each.entry_id: each.seconds for each in month}
    assert {entry_id: whole[entry_id] for entry_id in seconds} == seconds
    assert len({line.key for line in found.lines}) == len(found.lines)
    assert all(line.hours for line in found.lines)  # Billomat takes no line of nothing


@given(months(), LIMITS, st.sampled_from(GROUPINGS), st.integers(1, 17))
def test_a_title_that_was_typed_for_a_line_stays_above_a_budget_too(
    month: Entries, limit: int, grouping: Grouping, seconds: int
) -> None:
    by, use = pricing(Roundings(), 885_000), BudgetUse(budget(cents=limit), 0, 0)
    of_one_kind = [each._replace(service_id=1, service="Service 1") for each in month]
    found = Entries.of([*of_one_kind, entry(99, seconds, 4, WEBSITE, 2)])  # too little of another for a line
    for line in made(found, use, grouping, by).lines:
        edits = {line.key: LineEdit(title="Typed")}
        after = budgeted_lines(found, [use], grouping, pricing=by, edits=edits).lines
        assert [each.key for each in after if each.edit.title == "Typed"] == [line.key]


@given(months(), st.sampled_from(GROUPINGS), st.sampled_from(ROUNDINGS))
def test_a_budget_that_is_not_used_up_changes_no_line(month: Entries, grouping: Grouping, roundings: Roundings) -> None:
    by = pricing(roundings, 885_000)
    without, left_out = make_lines(month, grouping, pricing=by, edits={})
    for use in (BudgetUse(budget(seconds=10**9), 0, 0), BudgetUse(budget(cents=1, hard=False), 0, 0)):
        found = made(month, use, grouping, by)
        assert (found.lines, found.left_out) == (without, left_out)


@given(months(), st.integers(1, 200_000), st.integers(1, 200_000), st.sampled_from(ROUNDINGS))
def test_a_larger_budget_never_bills_less(month: Entries, one: int, more: int, roundings: Roundings) -> None:
    by = pricing(roundings, 885_000)
    billed = [
        sum(
            each.amount_cents or 0 for each in made(month, BudgetUse(budget(cents=limit), 0, 0), GROUPINGS[0], by).lines
        )
        for limit in (one, one + more)
    ]
    assert billed[0] <= billed[1]


def test_some_seconds_above_a_budget_are_a_hundredth_of_an_hour_that_costs_nothing() -> None:
    month = Entries.of([entry(1, 3_610, 0, WEBSITE, 1)])
    found = made(month, BudgetUse(budget(seconds=3_600), 0, 0), BY_PROJECT_AND_SERVICE, pricing(Roundings(), 885_000))
    assert [(line.seconds, line.hours, line.amount_cents) for line in found.lines] == [(3_600, 100, 8_850), (10, 1, 0)]


def test_what_is_left_of_a_budget_is_no_line_of_some_seconds() -> None:
    month = Entries.of([entry(1, 3_600, 0, WEBSITE, 1)])
    found = made(month, BudgetUse(budget(seconds=10), 0, 0), BY_PROJECT_AND_SERVICE, pricing(Roundings(), 885_000))
    assert [(line.seconds, line.hours, line.amount_cents) for line in found.lines] == [(3_600, 100, 0)]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (BilledPart(7, 1, 3_600, 3_600, 100, False, 8_850, 1_900, False, "EUR"), 8_850),
        (BilledPart(7, 1, 3_600, 3_600, 100, False, 10_532, 1_900, True, "EUR"), 8_850),
        (BilledPart(7, 1, 1_800, 3_600, 100, False, 8_851, 1_900, False, "EUR"), 4_426),
        (BilledPart(7, 1, 3_600, 3_600, 100, False, 8_850, 1_900, False, "CHF"), 0),
        (BilledPart(7, NO_LINE, 3_600, 3_600, 0, True, 0, None, False, ""), 0),
    ],
)
def test_what_a_line_bills_of_money_is_net_by_its_share_of_the_seconds(part: BilledPart, expected: int) -> None:
    assert billed_of([budget(cents=1)], [part]) == {7: expected}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (BilledPart(7, 1, 3_600, 3_600, 100, False, 0, None, False, "EUR"), 3_600),
        (BilledPart(7, 1, 3_610, 3_610, 100, False, 0, None, False, "EUR"), 3_610),
        (BilledPart(7, 1, 3_610, 3_610, 125, False, 0, None, False, "EUR"), 4_500),
        (BilledPart(7, 1, 1_800, 3_610, 125, False, 0, None, False, "EUR"), 2_244),
        (BilledPart(7, 1, 7_200, 7_200, 100, True, 0, None, False, "EUR"), 7_200),
    ],
)
def test_what_a_line_bills_of_hours_is_what_was_worked_with_what_rounding_added(
    part: BilledPart, expected: int
) -> None:
    assert billed_of([budget(seconds=1)], [part]) == {7: expected}


@given(
    st.lists(st.integers(1, 100_000), min_size=1, max_size=6),
    st.integers(0, 3_000),
    st.integers(-1_000_000, 1_000_000),
    st.sampled_from([None, 700, 1_900]),
    st.sampled_from(["EUR", "JPY"]),
)
def test_shares_of_a_line_are_together_what_it_bills_whole_yen_too(
    worked: list[int], hours: int, amount: int, tax_rate: int | None, currency: str
) -> None:
    least = 100 if currency == "JPY" else 1
    line = (sum(worked), hours, False, amount * least, tax_rate, True, currency)
    parts = [BilledPart(number, 5, seconds, *line) for number, seconds in enumerate(worked, start=1)]
    exact = Decimal(amount) / (1 + Decimal(tax_rate or 0) / 10_000)
    net = int(exact.quantize(Decimal(1), ROUND_HALF_UP)) * least
    money = billed_of([budget(cents=1)._replace(id=part.budget_id, currency=currency) for part in parts], parts)
    assert sum(money.values()) == net
    assert all(each % least == 0 for each in money.values())
    for part, share in zip(parts, money.values(), strict=True):
        assert abs(share - Decimal(net) * part.part_seconds / sum(worked)) < least
    time = billed_of([budget(seconds=1)._replace(id=part.budget_id) for part in parts], parts)
    is_rounded = abs(hours * 36 - sum(worked)) > 18
    assert sum(time.values()) == (hours * 36 if is_rounded else sum(worked))
    one = billed_of([budget(cents=1)._replace(id=1, currency=currency)], parts)
    assert one == {1: money[1]}


@given(months(), LIMITS, st.booleans(), st.sampled_from(GROUPINGS), st.sampled_from(ROUNDINGS))
def test_what_is_said_to_be_billed_of_budgets_is_what_the_lines_have_of_them(
    month: Entries, limit: int, is_money: bool, grouping: Grouping, roundings: Roundings
) -> None:
    limits = {"cents": limit, "seconds": None} if is_money else {"seconds": limit}
    one = budget(**limits)
    both = [one, one._replace(id=8, project_id=APP, seconds=None if is_money else 10**9, is_hard=False)]
    by = pricing(roundings, 885_000)
    found = budgeted_lines(month, [BudgetUse(each, 0, 0) for each in both], grouping, pricing=by, edits={})
    parts = [*parts_of([line for line in found.lines if not line.above_budget], both, by)]
    frozen = billed_of(both, reversed(parts))
    assert {each.use.budget.id: each.billed for each in found.budgets} == {
        budget_id: billed for budget_id, billed in frozen.items() if billed or budget_id in _there(found)
    }
    assert frozen[7] <= limit
    if is_money:
        assert sum(frozen.values()) == sum(line.amount_cents or 0 for line in found.lines)


def _there(found: Budgeted) -> set[int]:
    return {each.use.budget.id for each in found.budgets}


@given(st.integers(1, 10_000), st.integers(0, 59), st.sampled_from(["", " h", "h", " Std.", " hours"]))
def test_hours_and_minutes_are_read_as_they_are_written(hours: int, minutes: int, unit: str) -> None:
    assert read_hours(f"{hours}:{minutes:02}{unit}") == hours * 3_600 + minutes * 60


def test_another_currency_is_no_amount() -> None:
    with pytest.raises(AnotherCurrency):
        read_amount("5000 CHF", "EUR")
    assert read_amount("5000", "EUR") is None


def test_nobody_types_a_part_of_a_yen() -> None:
    with pytest.raises(NoDecimals):
        read_amount("5000.50 JPY", "JPY")
    assert read_amount("5000 JPY", "JPY") == 500_000

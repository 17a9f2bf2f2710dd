"""What the form of rounding promises is what lines are then made of: however they are made, and whatever is on them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.costs import Costs, Unrounded
from bot.billing.rules.entries import Details, Entries, UnbilledEntry
from bot.billing.rules.grouping import Grouping, GroupKey, Shared, of_total
from bot.billing.rules.lines import LineEdit
from bot.billing.rules.making import make_lines
from bot.billing.rules.rate_list import PriceFrom, RateList, RateRule
from bot.billing.rules.rates import PricedArticle
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.rounding import Per, Rounding, Roundings, Way
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import Pricing, totals

DAY = date(2026, 3, 9)
ARTICLES = {
    1: PricedArticle(1, 10, "Design", "h", 88_5000, "", None, None),
    2: PricedArticle(2, 11, "Talk", "h", 120_3333, "", "reduced", 700),
}
PRICING = Pricing(ARTICLES, 9500, Vat("VAT", 1900), taxed=True, reduction=Reduction(percent=25_000))
OF_ONE = RateRule(1, (PriceFrom(DAY, 70_0000), PriceFrom(DAY + timedelta(days=1), 80_0000)), person_id=1)
BY_PERSON_AND_DAY = replace(PRICING, rates=RateList((OF_ONE, *RateList().rules)))


def entry(number: int, project: int | None, service: int | None, seconds: int, day: int, hour: int) -> UnbilledEntry:
    begun = datetime(2026, 3, 9 + day, hour, tzinfo=UTC)
    return UnbilledEntry(
        number,
        project,
        "Website" if project else None,
        service,
        "Design" if service else None,
        seconds,
        DAY + timedelta(days=day),
        "",
        end_guessed=False,
        billable=number % 7 != 0,
        person_id=number % 2,
        details=Details(begun, begun + timedelta(seconds=seconds), timed=True),
    )


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from([None, 1, 2]),
        st.sampled_from([None, 1, 2]),
        st.sampled_from([0, 5, 17, 18, 300, 900, 1000]) | st.integers(0, 30_000),
        st.integers(0, 2),
        st.sampled_from([9, 22]),
    ),
    max_size=10,
).map(lambda rows: [entry(number, *row) for number, row in enumerate(rows, 1)])
RULES = st.builds(
    Rounding,
    way=st.sampled_from(Way),
    step=st.sampled_from([5, 6, 15, 60]),
    per=st.sampled_from(Per),
    minimum=st.sampled_from([0, 0, 20]),
)
GROUPINGS = st.builds(
    Grouping,
    shared=st.sampled_from([(), (Shared.PROJECT, Shared.SERVICE), (Shared.PROJECT,), (Shared.PERSON,), (Shared.DAY,)]),
    as_total=st.booleans(),
)
ALL_OF_IT = of_total(GroupKey(""), "VAT 1900")
EDITS = st.sampled_from([{}, {ALL_OF_IT: LineEdit(rate_cents=7777)}, {ALL_OF_IT: LineEdit(article=ARTICLES[1])}])
"""Somebody typed the price of an hour, or chose an article, for all that has this VAT."""


@given(ENTRIES, st.sampled_from([PRICING, BY_PERSON_AND_DAY]), GROUPINGS, EDITS, RULES, st.none() | RULES)
def test_a_promised_figure_is_that_of_the_lines(
    entries: list[UnbilledEntry],
    priced: Pricing,
    grouping: Grouping,
    edits: dict[GroupKey, LineEdit],
    usual: Rounding,
    of_project: Rounding | None,
) -> None:
    roundings = Roundings(usual, {1: of_project} if of_project else {})
    promised = Costs(Unrounded(Entries.of(entries), grouping, priced, edits, [])).of(roundings)
    pricing = replace(priced, roundings=roundings)
    lines, _ = make_lines(entries, grouping, pricing=pricing, edits=edits)
    assert promised.hours == sum(line.hours for line in lines)
    assert promised.net == totals(((line.vat, line.amount_cents or 0) for line in lines), pricing).net

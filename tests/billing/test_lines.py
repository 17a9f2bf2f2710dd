"""What time is billed as."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.billable import parted
from bot.billing.rules.entries import Entries, UnbilledEntry
from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE, GroupKey
from bot.billing.rules.lines import LeftOut, Line, LineEdit, days_of, last_entries, service_period
from bot.billing.rules.making import all_lines, make_lines
from bot.billing.rules.rates import PricedArticle
from bot.billing.rules.rounding import hours
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import Pricing, totals

VAT = Vat("MwSt", 1900)
PRICING = Pricing(articles={}, rate_cents=9500, vat=VAT, taxed=True)
WEBSITE_DESIGN = GroupKey("project=1&service=2")
DESIGN = PricedArticle(
    id=5,
    billomat_id=817,
    title="Design",
    unit="Stunde",
    price=88_5000,
    currency="",
    vat_name="MwSt",
    vat_rate=700,
)
WITH_DESIGN = replace(PRICING, articles={2: DESIGN})
MONDAY = date(2026, 11, 2)


def worked(entry_id: int = 1, seconds: int | None = 3600, **changed: object) -> UnbilledEntry:
    values: dict[str, object] = {"project_id": 1, "project": "Website", "service_id": 2, "service": "Design"}
    values |= {"day": MONDAY, "note": "", "end_guessed": False, "billable": True}
    return UnbilledEntry(entry_id=entry_id, seconds=seconds, **(values | changed))  # type: ignore[arg-type]


def made_of(
    entries: Iterable[UnbilledEntry], pricing: Pricing = PRICING, edit: LineEdit | None = None
) -> tuple[list[Line], LeftOut]:
    return make_lines(entries, BY_PROJECT_AND_SERVICE, pricing=pricing, edits={WEBSITE_DESIGN: edit} if edit else {})


def billed(
    *entries: UnbilledEntry, pricing: Pricing = PRICING, article: PricedArticle | None = None, **changed: object
) -> list[Line]:
    made, _ = made_of(
        entries,
        replace(pricing, articles={2: article} if article else {}),
        LineEdit(**changed),  # type: ignore[arg-type]
    )
    return made


seconds = st.integers(min_value=0, max_value=200_000)
rates = st.integers(min_value=0, max_value=50_000)
entries = st.lists(
    st.builds(
        worked,
        st.integers(min_value=1),
        seconds,
        project_id=st.sampled_from([None, 1, 2]),
        service_id=st.sampled_from([None, 1, 2]),
    ),
    max_size=40,
    unique_by=lambda entry: entry.entry_id,
)


@given(seconds, rates)
def test_the_printed_hours_times_the_printed_price_are_the_printed_amount(worked_seconds: int, rate: int) -> None:
    for line in billed(worked(seconds=worked_seconds), pricing=replace(PRICING, rate_cents=rate)):
        assert line.amount_cents is not None
        printed = Decimal(line.hours).scaleb(-2) * Decimal(rate).scaleb(-2)
        assert abs(printed - Decimal(line.amount_cents).scaleb(-2)) <= Decimal("0.005")


@given(entries, st.randoms())
def test_the_order_in_which_entries_are_found_changes_nothing(found: list[UnbilledEntry], shuffle: object) -> None:
    once = made_of(found, WITH_DESIGN)
    again = list(found)
    shuffle.shuffle(again)  # type: ignore[attr-defined]
    assert made_of(again, WITH_DESIGN) == once


@given(entries)
def test_lines_add_up_to_the_net_amount_and_no_entry_is_lost(found: list[UnbilledEntry]) -> None:
    made, left_out = made_of(found, WITH_DESIGN)
    amounts = [(line.vat, line.amount_cents or 0) for line in made]
    assert totals(amounts, WITH_DESIGN).net == sum(amount for _, amount in amounts)
    assert sum(len(line.entries) for line in made) + left_out.too_short == len(found)


@given(entries, st.data())
def test_each_second_is_on_one_line_or_left_out_by_hand_or_too_short(
    found: list[UnbilledEntry], draw: st.DataObject
) -> None:
    left_out = draw.draw(st.sets(st.sampled_from([each.entry_id for each in found] or [0])))
    kept, by_hand = parted(Entries.of(found), left_out)
    made, waits = made_of(kept, WITH_DESIGN)
    without = all_lines(by_hand, BY_PROJECT_AND_SERVICE, pricing=WITH_DESIGN, edits={})
    on_lines, out = ([entry for line in lines for entry in line.entries] for lines in (made, without))
    assert {entry.entry_id for entry in out} == left_out & {each.entry_id for each in found}
    assert len(on_lines) + len(out) + waits.too_short == len(found)
    assert not {entry.entry_id for entry in on_lines} & left_out
    assert parted(Entries.of(found), ()) == (found, [])


def test_what_waits_anyway_is_not_called_left_out_by_hand() -> None:
    waiting = [worked(1, None), worked(2, end_guessed=True), worked(3, billable=False)]
    kept, by_hand = parted(Entries.of(waiting), {1, 2, 3})
    assert by_hand == []
    assert made_of(kept)[1] == LeftOut(running=1, end_guessed=1, not_billable=1)


@given(st.lists(seconds, min_size=1, max_size=20))
def test_seconds_are_added_before_they_are_rounded(parts: list[int]) -> None:
    made = billed(*(worked(number, part) for number, part in enumerate(parts)))
    assert [line.hours for line in made] == ([hours(sum(parts))] if hours(sum(parts)) else [])


def test_a_rate_typed_at_the_line_wins_over_the_article_and_that_over_the_workspace() -> None:
    assert billed(worked())[0].unit_price == 95_0000
    assert billed(worked(), article=DESIGN)[0].unit_price == 88_5000
    assert billed(worked(), article=DESIGN, rate_cents=12_000)[0].unit_price == 120_0000
    assert billed(worked(), article=DESIGN, rate_cents=0)[0].amount_cents == 0


def test_an_article_chosen_at_the_line_wins_over_that_of_the_service() -> None:
    other = PricedArticle(6, 818, "Beratung", "Stunde", 120_0000, "", None, None)
    chosen, _ = made_of([worked()], WITH_DESIGN, LineEdit(article=other))
    assert (chosen[0].unit_price, chosen[0].vat) == (120_0000, VAT)


def test_a_price_for_a_day_is_never_taken_for_the_price_of_an_hour() -> None:
    a_day = PricedArticle(7, 819, "Workshop", "Tag", 1450_0000, "", None, None)
    assert billed(worked(), article=a_day)[0].amount_cents is None
    assert billed(worked(), article=a_day, rate_cents=18_000)[0].amount_cents == 18_000


def test_without_any_rate_there_is_no_amount() -> None:
    line = billed(worked(), pricing=replace(PRICING, rate_cents=None))[0]
    assert (line.unit_price, line.amount_cents) == (None, None)


def test_the_articles_tax_wins_over_the_default_but_never_over_an_untaxed_customer() -> None:
    assert billed(worked())[0].vat == VAT
    assert billed(worked(), article=DESIGN)[0].vat == Vat("MwSt", 700)
    assert billed(worked(), article=DESIGN, pricing=replace(PRICING, taxed=False))[0].vat is None


def test_what_cannot_be_billed_is_left_out_and_counted() -> None:
    made, left_out = made_of(
        [
            worked(1),
            worked(2, None),
            worked(3, end_guessed=True),
            worked(4, billable=False),
            worked(5, 17, project_id=9, project="Tiny"),
        ]
    )
    assert [entry.entry_id for line in made for entry in line.entries] == [1]
    assert left_out == LeftOut(running=1, end_guessed=1, not_billable=1, too_short=1)


def test_the_service_period_goes_from_the_first_to_the_last_day_of_work() -> None:
    made = billed(worked(1, day=date(2026, 11, 9)), worked(2, day=MONDAY))
    assert service_period(days_of(made), last_entries(made), []) == (MONDAY, date(2026, 11, 9))
    assert service_period([], [], []) is None

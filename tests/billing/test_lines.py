"""What time is billed as."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.lines import (
    EVERYTHING,
    Article,
    Changes,
    LeftOut,
    Line,
    Period,
    Tax,
    Terms,
    Worked,
    amount,
    hours,
    is_taxed,
    lines,
    month_of,
    months_until,
    net,
    service_period,
)
from bot.core.money import half_up, hundredths, read_rate

VAT = Tax("MwSt", 1900)
TERMS = Terms(rate_cents=9500, tax=VAT, taxed=True)
DESIGN = Article(
    id=5, billomat_id=817, title="Design", unit="Stunde", price_cents=8850, currency="", tax=Tax("MwSt", 700)
)
MONDAY = date(2026, 11, 2)


def worked(entry_id: int = 1, seconds: int | None = 3600, **changed: object) -> Worked:
    values: dict[str, object] = {"project_id": 1, "project": "Website", "service_id": 2, "service": "Design"}
    values |= {"day": MONDAY, "note": "", "end_guessed": False, "billable": True}
    return Worked(entry_id=entry_id, seconds=seconds, **(values | changed))  # type: ignore[arg-type]


def billed(*entries: Worked, terms: Terms = TERMS, article: Article | None = None, **changed: object) -> list[Line]:
    articles = {2: article} if article else {}
    made, _ = lines(entries, articles=articles, changes={(1, 2): Changes(**changed)}, terms=terms)  # type: ignore[arg-type]
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
    for line in billed(worked(seconds=worked_seconds), terms=Terms(rate, VAT, taxed=True)):
        assert line.amount_cents is not None
        printed = Decimal(line.hours).scaleb(-2) * Decimal(rate).scaleb(-2)
        assert abs(printed - Decimal(line.amount_cents).scaleb(-2)) <= Decimal("0.005")


@given(entries, st.randoms())
def test_the_order_in_which_entries_are_found_changes_nothing(found: list[Worked], shuffle: object) -> None:
    once = lines(found, articles={2: DESIGN}, changes={}, terms=TERMS)
    again = list(found)
    shuffle.shuffle(again)  # type: ignore[attr-defined]
    assert lines(again, articles={2: DESIGN}, changes={}, terms=TERMS) == once


@given(entries)
def test_lines_add_up_to_the_net_amount_and_no_entry_is_lost(found: list[Worked]) -> None:
    made, left_out = lines(found, articles={2: DESIGN}, changes={}, terms=TERMS)
    assert net(made) == sum(line.amount_cents or 0 for line in made)
    assert sum(len(line.worked) for line in made) + left_out.too_short == len(found)


@given(st.integers(min_value=0, max_value=10_000))
def test_full_hundredths_of_an_hour_stay_what_they_are(count: int) -> None:
    assert hours(count * 36) == count


@given(st.integers(min_value=0, max_value=10_000), rates)
def test_full_hours_cost_exact_multiples_of_the_rate(count: int, rate: int) -> None:
    assert amount(count * 100, rate) == count * rate


@given(st.lists(seconds, min_size=1, max_size=20))
def test_seconds_are_added_before_they_are_rounded(parts: list[int]) -> None:
    made = billed(*(worked(number, part) for number, part in enumerate(parts)))
    assert [line.hours for line in made] == ([hours(sum(parts))] if hours(sum(parts)) else [])


@pytest.mark.parametrize(
    ("numerator", "divisor", "quotient"), [(1, 2, 1), (3, 2, 2), (1, 3, 0), (2, 3, 1), (5, 10, 1), (49, 100, 0)]
)
def test_halves_are_rounded_up(numerator: int, divisor: int, quotient: int) -> None:
    assert half_up(numerator, divisor) == quotient


@pytest.mark.parametrize(
    ("worked_seconds", "rate", "shown_hours", "cost"),
    [
        (26_100, 9500, 725, 68_875),
        (2772, 4800, 77, 3696),  # 0.77 h × 48: another product printed 36.80
        (17, 9500, 0, 0),
        (18, 9500, 1, 95),
        (26_388, 9555, 733, 70_038),  # 7.33 × 95.55 = 700.3815
    ],
)
def test_amounts_that_others_got_wrong(worked_seconds: int, rate: int, shown_hours: int, cost: int) -> None:
    assert hours(worked_seconds) == shown_hours
    assert amount(shown_hours, rate) == cost


def test_a_rate_typed_at_the_line_wins_over_the_article_and_that_over_the_workspace() -> None:
    assert billed(worked())[0].rate_cents == 9500
    assert billed(worked(), article=DESIGN)[0].rate_cents == 8850
    assert billed(worked(), article=DESIGN, rate_cents=12_000)[0].rate_cents == 12_000
    assert billed(worked(), article=DESIGN, rate_cents=0)[0].amount_cents == 0


def test_an_article_chosen_at_the_line_wins_over_that_of_the_service() -> None:
    other = Article(6, 818, "Beratung", "Stunde", 12_000, "", None)
    chosen, _ = lines([worked()], articles={2: DESIGN}, changes={(1, 2): Changes(article=other)}, terms=TERMS)
    assert (chosen[0].rate_cents, chosen[0].tax) == (12_000, VAT)


def test_a_price_for_a_day_is_never_taken_for_the_price_of_an_hour() -> None:
    a_day = Article(7, 819, "Workshop", "Tag", 145_000, "", None)
    assert billed(worked(), article=a_day)[0].amount_cents is None
    assert billed(worked(), article=a_day, rate_cents=18_000)[0].amount_cents == 18_000


def test_without_any_rate_there_is_no_amount() -> None:
    line = billed(worked(), terms=Terms(None, VAT, taxed=True))[0]
    assert (line.rate_cents, line.amount_cents) == (None, None)


@pytest.mark.parametrize(
    ("rule", "country", "taxed"),
    [
        ("COUNTRY", "", True),
        ("COUNTRY", "DE", True),
        ("COUNTRY", "FR", False),
        ("TAX", "FR", True),
        ("NO_TAX", "", False),
        ("NO_TAX", "DE", False),
    ],
)
def test_the_customers_rule_decides_whether_a_rate_of_vat_is_said(rule: str, country: str, taxed: bool) -> None:
    assert is_taxed(rule, country, ("AT", "FR")) is taxed


def test_the_articles_tax_wins_over_the_default_but_never_over_an_untaxed_customer() -> None:
    assert billed(worked())[0].tax == VAT
    assert billed(worked(), article=DESIGN)[0].tax == Tax("MwSt", 700)
    assert billed(worked(), article=DESIGN, terms=Terms(9500, VAT, taxed=False))[0].tax is None


def test_what_cannot_be_billed_is_left_out_and_counted() -> None:
    made, left_out = lines(
        [
            worked(1),
            worked(2, None),
            worked(3, end_guessed=True),
            worked(4, billable=False),
            worked(5, 17, project_id=9, project="Tiny"),
        ],
        articles={},
        changes={},
        terms=TERMS,
    )
    assert [entry.entry_id for line in made for entry in line.worked] == [1]
    assert left_out == LeftOut(running=1, end_guessed=1, not_billable=1, too_short=1)


def test_the_service_period_goes_from_the_first_to_the_last_day_of_work() -> None:
    made = billed(worked(1, day=date(2026, 11, 9)), worked(2, day=MONDAY))
    assert service_period(made) == (MONDAY, date(2026, 11, 9))
    assert service_period([]) is None


@pytest.mark.parametrize(
    ("typed", "rate"),
    [
        ("95", 9500),
        ("95,50", 9550),
        ("95.50", 9550),
        ("95,5", 9550),
        ("1.234,50", 123_450),
        ("1,234.50", 123_450),
        ("12.345,60", 1_234_560),
        ("1 234,50", 123_450),
        ("€ 95.00", 9500),
        ("95 €", 9500),
        ("0", 0),
    ],
)
def test_rates_are_read_as_germans_and_as_others_write_them(typed: str, rate: int) -> None:
    assert read_rate(typed) == rate


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "-5", "1.234", "95,505", "1.234.50", "1.23.4", "9 5", "1,23,45", "1e3", "٩٥", "999999999", "95/h"],
)
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_rate(typed)


@pytest.mark.parametrize(("text", "value"), [("700.3815", 70_038), ("688.75", 68_875), ("12", 1200), ("0.005", 1)])
def test_billomats_totals_are_read_in_cents(text: str, value: int) -> None:
    assert hundredths(Decimal(text)) == value


def test_periods_are_calendar_months_or_everything() -> None:
    february = month_of(date(2028, 2, 10))
    assert (february.first, february.last) == (date(2028, 2, 1), date(2028, 2, 29))
    months = months_until(date(2026, 3, 31), 6)
    assert [month.value for month in months] == ["2026-03", "2026-02", "2026-01", "2025-12", "2025-11", "2025-10"]
    assert [Period.read(month.value) for month in months] == months
    assert Period.read(EVERYTHING.value) == EVERYTHING
    with pytest.raises(ValueError):
        Period.read("2026-13")

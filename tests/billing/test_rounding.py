"""How time becomes hours, and hours become an amount; and how sums are typed and read."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.rounding import amount, hours
from bot.core.money import (
    HIGHEST_RATE,
    AnotherCurrency,
    currency_called,
    currency_names,
    half_up,
    hundredths,
    read_rate,
)

rates = st.integers(min_value=0, max_value=50_000)


@given(st.integers(min_value=0, max_value=10_000))
def test_full_hundredths_of_an_hour_stay_what_they_are(count: int) -> None:
    assert hours(count * 36) == count


@given(st.integers(min_value=0, max_value=10_000), rates)
def test_full_hours_cost_exact_multiples_of_the_rate(count: int, rate: int) -> None:
    assert amount(count * 100, rate * 100) == count * rate


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
    assert amount(shown_hours, rate * 100) == cost


@pytest.mark.parametrize(
    ("worked", "price", "cost"),
    [
        (100_00, 33_3333, 3333_33),
        (1_00, 33_3350, 33_34),
        (7_33, 95_5555, 700_42),
        (10_00, -10_0000, -100_00),
        (50, -1_0100, -51),  # Billomat's PHP rounds halves away from zero
    ],
)
def test_prices_with_four_decimals_and_below_zero_are_not_rounded_first(worked: int, price: int, cost: int) -> None:
    assert amount(worked, price) == cost


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
        ("€95", 9500),
        ("95 EUR", 9500),
        ("EUR 95", 9500),
        ("95 euro", 9500),
        ("95,-", 9500),
        ("95.–", 9500),
        ("95,-- €", 9500),
        ("95,— EUR", 9500),
        ("1.200,50", 120_050),
        ("1.200,-", 120_000),
        ("1.200,5", 120_050),
        ("1 200", 120_000),
        ("1’200.50", 120_050),
        ("0", 0),
    ],
)
def test_rates_are_read_as_germans_and_as_others_write_them(typed: str, rate: int) -> None:
    assert read_rate(typed) == rate


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "-5",
        "1.234",
        "95,505",
        "1.234.50",
        "1.23.4",
        "9 5",
        "1,23,45",
        "1e3",
        "٩٥",
        "999999999",
        "95/h",
        "95 h",
        "95--",
        "95,",
        "EUR",
        "95 EUR 5",
    ],
)
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_rate(typed)


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("Fr. 95.-", "CHF"),
        ("95 chf", "CHF"),
        ("$95", "USD"),
        ("95 PLN", "PLN"),
        ("95 zł", "PLN"),
        ("¥95", "JPY"),
        ("95 Yen", "JPY"),
        ("¥ 95,-", "CNY"),
        ("₹95", "INR"),
        ("95 KČ", "CZK"),
    ],
)
def test_a_rate_may_name_the_currency_that_it_is_in(typed: str, currency: str) -> None:
    assert read_rate(typed, currency) == 9500


def test_what_currencies_are_called_names_one_of_them_but_for_one_sign() -> None:
    names = currency_names()
    assert {name for name in names if names.count(name) > 1} == {"¥"}
    assert currency_called("¥") == "JPY"


@pytest.mark.parametrize("typed", ["95 USD", "$95", "95 Fr.", "£ 95,-", "¥95", "95 zł"])
def test_a_rate_in_another_currency_is_refused(typed: str) -> None:
    with pytest.raises(AnotherCurrency):
        read_rate(typed, "EUR")


@given(
    st.integers(min_value=0, max_value=HIGHEST_RATE),
    st.sampled_from([(".", ","), (",", "."), (" ", ","), ("’", "."), ("", ","), ("", ".")]),
    st.sampled_from(["{}", "€{}", "€ {}", "{} €", "{}€", "{} EUR", "EUR {}", "{} Euro"]),
)
def test_a_rate_is_read_however_its_thousands_decimals_and_currency_are_written(
    cents: int, marks: tuple[str, str], written: str
) -> None:
    grouping, decimal = marks
    whole = f"{cents // 100:,}".replace(",", grouping)
    rests = [f"{decimal}{cents % 100:02}", *([f"{decimal}-", f"{decimal}–"] if cents % 100 == 0 else [])]
    assert {read_rate(written.format(whole + rest)) for rest in rests} == {cents}


@given(st.text(max_size=12))
def test_whatever_is_typed_for_a_rate_is_read_or_refused(typed: str) -> None:
    with suppress(ValueError):
        assert 0 <= read_rate(typed) <= HIGHEST_RATE


@pytest.mark.parametrize(("text", "value"), [("700.3815", 70_038), ("688.75", 68_875), ("12", 1200), ("0.005", 1)])
def test_billomats_totals_are_read_in_cents(text: str, value: int) -> None:
    assert hundredths(Decimal(text)) == value

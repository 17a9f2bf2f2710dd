"""What an invoice adds up to: as Billomat's stand-in does it, which knows nothing of our code."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.rates import PricedArticle, PriceTerms
from bot.billing.rules.reductions import NO_REDUCTION, Reduction
from bot.billing.rules.rounding import amount
from bot.billing.rules.tax import Vat, states_gross
from bot.billing.rules.totals import add_up, is_rounding, rest_of, unrounded
from playground.billomat import totals as billomat
from playground.billomat.records import Item
from tests.billing.deeds import price_of
from tests.conftest import T0

FULL, REDUCED, NONE = Vat("MwSt", 1900), Vat("MwSt", 700), Vat("steuerfrei", 0)
lines = st.lists(
    st.tuples(
        st.sampled_from([FULL, REDUCED, NONE]),
        st.integers(min_value=1, max_value=100_000),  # hundredths of an hour
        st.integers(min_value=-5_000_000, max_value=5_000_000),  # ten-thousandths
    ),
    max_size=12,
)
percentages = st.one_of(st.just(0), st.integers(min_value=0, max_value=1_000_000))


@given(lines, st.booleans(), percentages)
def test_our_totals_are_billomats(worked: list[tuple[Vat, int, int]], gross_prices: bool, reduction: int) -> None:
    ours = add_up(
        ((vat, amount(hours, price)) for vat, hours, price in worked),
        gross_prices=gross_prices,
        reduction=Reduction(reduction),
        taxed=True,
    )
    items = [
        Item(
            id=1,
            created=T0,
            updated=T0,
            invoice_id=1,
            position=1,
            quantity=Decimal(hours).scaleb(-2),
            unit_price=Decimal(price).scaleb(-4),
            tax_name=vat.name,
            tax_rate=Decimal(vat.rate).scaleb(-2),
        )
        for vat, hours, price in worked
    ]
    theirs = billomat.add_up(
        ((item.tax_name, item.tax_rate, item.amount) for item in items),
        "GROSS" if gross_prices else "NET",
        f"{Decimal(reduction).scaleb(-4)}%" if reduction else "",
    )
    assert (Decimal(ours.net).scaleb(-2), Decimal(ours.gross or 0).scaleb(-2)) == (theirs.net, theirs.gross)


def test_the_playground_reduces_as_billomats_own_example_does() -> None:
    """5.2 at 10.00, less 10: billomat.com/en/api/invoices/items/"""
    done = billomat.add_up([("MwSt", Decimal(19), Decimal(52))], "NET", "10")
    assert (done.net, done.gross) == (42, Decimal("49.98"))


@pytest.mark.parametrize(
    ("cents", "gross_prices", "reduction", "net", "gross"),
    [
        (950_00, False, 0, 950_00, 1130_50),
        (950_00, False, 10_0000, 855_00, 1017_45),
        (950_00, False, 2_5000, 926_25, 1102_24),  # 175.9875 VAT
        (1190_00, True, 0, 1000_00, 1190_00),
        (1190_00, True, 10_0000, 900_00, 1071_00),
        (-100_00, False, 0, -100_00, -119_00),
    ],
)
def test_what_a_bookkeeper_would_sign(cents: int, gross_prices: bool, reduction: int, net: int, gross: int) -> None:
    done = add_up([(FULL, cents)], gross_prices=gross_prices, reduction=Reduction(reduction), taxed=True)
    assert (done.net, done.gross) == (net, gross)


def test_without_a_known_tax_nobody_says_the_gross_sum() -> None:
    assert add_up([(None, 100)], gross_prices=False, reduction=NO_REDUCTION, taxed=True).gross is None
    assert add_up([(None, 100)], gross_prices=False, reduction=NO_REDUCTION, taxed=False).gross == 100


@given(st.integers(min_value=1, max_value=1_000_000))
def test_a_price_with_vat_of_an_account_with_such_prices_stays_what_it_is(price: int) -> None:
    article = PricedArticle(5, 817, "Design", "Stunde", price, "", None, None)
    assert price_of(article, None, PriceTerms(account_gross=True, invoice_gross=True), FULL) == price


@pytest.mark.parametrize(
    ("customer", "account_gross", "taxed", "gross"),
    [
        ("SETTINGS", False, True, False),
        ("SETTINGS", True, True, True),
        ("NET", True, True, False),
        ("GROSS", False, True, True),
        ("GROSS", True, False, False),
    ],
)
def test_the_customers_setting_wins_over_the_accounts(
    customer: str, account_gross: bool, taxed: bool, gross: bool
) -> None:
    assert states_gross(customer, account_gross=account_gross, taxed=taxed) is gross


@pytest.mark.parametrize(("ours", "theirs", "rounding"), [(100, 101, True), (100, 97, True), (100, 104, False)])
def test_some_cents_are_the_rounding_of_the_document(ours: int, theirs: int, rounding: bool) -> None:
    assert is_rounding(ours, theirs) is rounding


many_lines = st.lists(
    st.tuples(
        st.sampled_from([FULL, REDUCED, NONE]),
        st.integers(min_value=1, max_value=100_000),  # hundredths of an hour
        st.integers(min_value=0, max_value=5_000_000),  # ten-thousandths
    ),
    min_size=20,
    max_size=200,
)


@given(many_lines, st.booleans(), percentages)
def test_whether_billomat_rounds_lines_or_their_sum_is_never_a_warning(
    listed: list[tuple[Vat, int, int]], gross_prices: bool, percent: int
) -> None:
    rounded = [(vat, amount(hours, price)) for vat, hours, price in listed]
    ours = add_up(rounded, gross_prices=gross_prices, reduction=Reduction(percent), taxed=True)
    rests = [
        (vat, rest_of(hours, price, NO_REDUCTION, cents))
        for (vat, hours, price), (_, cents) in zip(listed, rounded, strict=True)
    ]
    more = unrounded(rests, gross_prices=gross_prices, reduction=percent)
    items = [(vat.name, Decimal(vat.rate) / 100, Decimal(hours * price) / 1_000_000) for vat, hours, price in listed]
    theirs = billomat.add_up(items, "GROSS" if gross_prices else "NET", f"{Decimal(percent) / 10_000}%")
    assert is_rounding(ours.net, _cents(theirs.net), more.net)
    assert is_rounding(ours.gross or 0, _cents(theirs.gross), more.gross)
    assert is_rounding(ours.net, ours.net, more.net)


def _cents(amount: Decimal) -> int:
    return int(billomat.cents(amount) * 100)

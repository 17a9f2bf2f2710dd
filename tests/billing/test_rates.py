"""What an hour costs."""

import pytest

from bot.billing.rules.rates import USUAL_TERMS, PricedArticle, PriceTerms
from bot.billing.rules.tax import Vat
from bot.billing.rules.units import is_hour
from tests.billing.deeds import price_of


def article(
    unit: str = "Stunde", price: int | None = 88_5000, vat_rate: int | None = None, **groups: int
) -> PricedArticle:
    return PricedArticle(5, 817, "Design", unit, price, "", vat_name=None, vat_rate=vat_rate, **groups)


@pytest.mark.parametrize(
    ("priced", "default", "rate"),
    [
        (None, 9500, 95_0000),
        (None, None, None),
        (article(), 9500, 88_5000),
        (article(price=0), 9500, 0),
        (article(price=33_3333), 9500, 33_3333),
        (article(price=-10_0000), 9500, -10_0000),
        (article(price=None), 9500, 95_0000),
        (article(unit=""), 9500, 88_5000),
        (article(unit="Tag"), 9500, None),
        (article(unit="Tag", price=None), 9500, None),
    ],
)
def test_the_price_of_an_hour_is_the_articles_else_the_workspaces(
    priced: PricedArticle | None, default: int | None, rate: int | None
) -> None:
    assert price_of(priced, default, USUAL_TERMS) == rate


@pytest.mark.parametrize(
    ("group", "price"), [(0, 100_0000), (1, 100_0000), (2, 80_0000), (3, 100_0000), (5, 0), (6, 100_0000)]
)
def test_the_customers_price_group_chooses_the_price_and_an_empty_one_means_the_normal(group: int, price: int) -> None:
    priced = article(price=100_0000, price2=80_0000, price5=0)
    assert price_of(priced, 9500, PriceTerms(group)) == price


def test_a_price_of_a_group_holds_where_there_is_no_normal_one() -> None:
    assert price_of(article(price=None, price4=70_0000), 9500, PriceTerms(4)) == 70_0000
    assert price_of(article(price=None, price4=70_0000), 9500, PriceTerms(2)) == 95_0000


@pytest.mark.parametrize(
    ("account_gross", "invoice_gross", "of_article", "of_workspace"),
    [
        (False, False, 119_0000, 95_0000),
        (True, True, 119_0000, 113_0500),
        (True, False, 100_0000, 95_0000),
        (False, True, 141_6100, 113_0500),
    ],
)
def test_prices_become_those_of_the_invoice_with_or_without_vat(
    account_gross: bool, invoice_gross: bool, of_article: int, of_workspace: int
) -> None:
    terms = PriceTerms(account_gross=account_gross, invoice_gross=invoice_gross)
    assert price_of(article(price=119_0000), 9500, terms, Vat("MwSt", 1900)) == of_article
    assert price_of(None, 9500, terms, Vat("MwSt", 1900)) == of_workspace


@pytest.mark.parametrize(
    ("unit", "hourly"), [("Std.", True), (" h ", True), ("Hours", True), ("Tag", False), ("", False)]
)
def test_units_that_count_hours_are_known_as_accounts_write_them(unit: str, hourly: bool) -> None:
    assert is_hour(unit) is hourly


def test_an_article_without_a_tax_leaves_it_to_the_account() -> None:
    assert article().vat is None
    assert article(vat_rate=0).vat == Vat("", 0)

"""What an hour costs."""

import pytest

from bot.billing.rules.rates import PricedArticle, rate_of
from bot.billing.rules.tax import Vat
from bot.billing.rules.units import is_hour


def article(unit: str = "Stunde", price_cents: int | None = 8850, vat_rate: int | None = None) -> PricedArticle:
    return PricedArticle(5, 817, "Design", unit, price_cents, "", vat_name=None, vat_rate=vat_rate)


@pytest.mark.parametrize(
    ("priced", "default", "rate"),
    [
        (None, 9500, 9500),
        (None, None, None),
        (article(), 9500, 8850),
        (article(price_cents=0), 9500, 0),
        (article(price_cents=None), 9500, 9500),
        (article(unit=""), 9500, 8850),
        (article(unit="Tag"), 9500, None),
        (article(unit="Tag", price_cents=None), 9500, None),
    ],
)
def test_the_price_of_an_hour_is_the_articles_else_the_workspaces(
    priced: PricedArticle | None, default: int | None, rate: int | None
) -> None:
    assert rate_of(priced, default) == rate


@pytest.mark.parametrize(
    ("unit", "hourly"), [("Std.", True), (" h ", True), ("Hours", True), ("Tag", False), ("", False)]
)
def test_units_that_count_hours_are_known_as_accounts_write_them(unit: str, hourly: bool) -> None:
    assert is_hour(unit) is hourly


def test_an_article_without_a_tax_leaves_it_to_the_account() -> None:
    assert article().vat is None
    assert article(vat_rate=0).vat == Vat("", 0)

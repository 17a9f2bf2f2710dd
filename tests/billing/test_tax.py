"""Which VAT a line says."""

import pytest

from bot.billing.rules.tax import Vat, is_taxed, tax_of

FULL, REDUCED = Vat("MwSt", 1900), Vat("MwSt", 700)


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


@pytest.mark.parametrize(
    ("article", "default", "taxed", "said"),
    [
        (REDUCED, FULL, True, REDUCED),
        (None, FULL, True, FULL),
        (None, None, True, None),
        (REDUCED, FULL, False, None),
    ],
)
def test_the_articles_vat_wins_over_the_accounts_and_an_untaxed_customer_over_both(
    article: Vat | None, default: Vat | None, taxed: bool, said: Vat | None
) -> None:
    assert tax_of(article, default, taxed=taxed) == said

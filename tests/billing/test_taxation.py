"""Which VAT holds for whom, and why: a table for each case that a bookkeeper could sign."""

import pytest

from bot.billing.rules.taxation import (
    CustomersTax,
    Doubt,
    OwnTax,
    RateFrom,
    Taxation,
    TaxCase,
    fits_country,
    tax_reason,
    taxation,
)

GERMAN = OwnTax("DE", "DE136695976", 1900, None)
BILLOMAT, DOMESTIC, EU_BUSINESS = TaxCase.BILLOMAT, TaxCase.DOMESTIC, TaxCase.EU_BUSINESS
THIRD, SMALL = TaxCase.THIRD_COUNTRY, TaxCase.SMALL_BUSINESS


def decided(own: OwnTax, country: str, vat_id: str, kind: str, rule: str, *, taxed: bool, chosen: str = "") -> Taxation:
    return taxation(own, CustomersTax(country, vat_id, kind, rule, taxed, chosen))


@pytest.mark.parametrize(
    ("country", "vat_id", "kind", "rule", "taxed", "case", "doubts"),
    [
        # Germany, also where Billomat leaves the country to the account
        ("DE", "DE811907980", "company", "COUNTRY", True, DOMESTIC, ()),
        ("", "", "person", "COUNTRY", True, DOMESTIC, ()),
        ("DE", "ATU13585627", "company", "TAX", True, DOMESTIC, ()),
        ("DE", "", "company", "NO_TAX", False, BILLOMAT, (Doubt.WHY_UNTAXED,)),
        # Business in another EU country with VAT id
        ("AT", "ATU13585627", "company", "COUNTRY", False, EU_BUSINESS, ()),
        ("AT", "ATU13585627", "company", "COUNTRY", True, EU_BUSINESS, (Doubt.LIST_TAXES,)),
        ("FR", "FR40303265045", "", "NO_TAX", False, EU_BUSINESS, ()),
        ("GR", "EL094259216", "company", "COUNTRY", False, EU_BUSINESS, ()),
        ("MC", "FR40303265045", "company", "COUNTRY", False, EU_BUSINESS, ()),
        ("NL", "NL004495445B01", "person", "COUNTRY", False, EU_BUSINESS, ()),
        # The customer's own rule in Billomat wins, and it is said that it is unusual
        ("AT", "ATU13585627", "company", "TAX", True, DOMESTIC, (Doubt.RULE_TAXES,)),
        # Without an id, or with one of another country: a warning, and what Billomat holds stays
        ("AT", "", "company", "COUNTRY", True, DOMESTIC, (Doubt.NO_VAT_ID,)),
        ("AT", "", "company", "COUNTRY", False, BILLOMAT, (Doubt.NO_VAT_ID,)),
        ("AT", "DE811907980", "company", "COUNTRY", False, BILLOMAT, (Doubt.NO_VAT_ID,)),
        ("AT", "ATU", "company", "COUNTRY", True, DOMESTIC, (Doubt.NO_VAT_ID,)),
        ("GR", "GR094259216", "company", "COUNTRY", True, DOMESTIC, (Doubt.NO_VAT_ID,)),
        ("AT", "", "company", "TAX", True, DOMESTIC, ()),
        # A private person in the EU pays German VAT
        ("IT", "", "person", "COUNTRY", True, DOMESTIC, ()),
        ("IT", "", "person", "COUNTRY", False, BILLOMAT, (Doubt.NO_VAT_ID,)),
        # Outside the EU
        ("CH", "", "company", "COUNTRY", False, THIRD, ()),
        ("US", "", "company", "COUNTRY", True, THIRD, (Doubt.LIST_TAXES,)),
        ("GB", "GB123456789", "company", "NO_TAX", False, THIRD, ()),
        ("GB", "XI123456789", "company", "COUNTRY", False, THIRD, ()),
        ("CH", "", "company", "TAX", True, DOMESTIC, (Doubt.RULE_TAXES,)),
        ("CH", "", "person", "COUNTRY", True, DOMESTIC, (Doubt.IS_BUSINESS,)),
        ("CH", "", "", "COUNTRY", False, BILLOMAT, (Doubt.IS_BUSINESS,)),
    ],
)
def test_a_business_in_germany_knows_its_cases(
    country: str, vat_id: str, kind: str, rule: str, taxed: bool, case: TaxCase, doubts: tuple[Doubt, ...]
) -> None:
    assert decided(GERMAN, country, vat_id, kind, rule, taxed=taxed) == Taxation(case, doubts)


@pytest.mark.parametrize("own", ["", "AT", "CH", "US"])
@pytest.mark.parametrize("country", ["", "DE", "AT", "FR", "CH"])
@pytest.mark.parametrize("chosen", ["", "reverse charge", "domestic"])
def test_outside_germany_billomat_alone_decides(own: str, country: str, chosen: str) -> None:
    for rule, taxed in (("COUNTRY", True), ("COUNTRY", False), ("TAX", True), ("NO_TAX", False)):
        business = OwnTax(own, "", 0, small_business=True)
        assert decided(business, country, "ATU13585627", "company", rule, taxed=taxed, chosen=chosen) == Taxation()


@pytest.mark.parametrize(
    ("chosen", "taxed", "vat_id", "doubts"),
    [
        ("domestic", True, "", ()),
        ("domestic", False, "", (Doubt.LIST_LEAVES_OUT,)),
        ("eu business", False, "ATU13585627", ()),
        ("eu business", True, "ATU13585627", (Doubt.LIST_TAXES,)),
        ("eu business", False, "", (Doubt.THEIR_VAT_ID,)),
        ("third country", False, "", ()),
        ("reverse charge", True, "", (Doubt.LIST_TAXES,)),
        ("exempt", False, "", ()),
    ],
)
def test_what_a_person_chose_wins_and_says_where_billomat_says_otherwise(
    chosen: str, taxed: bool, vat_id: str, doubts: tuple[Doubt, ...]
) -> None:
    found = decided(GERMAN, "AT", vat_id, "company", "COUNTRY", taxed=taxed, chosen=chosen)
    assert found == Taxation(TaxCase(chosen), doubts, is_chosen=True)


def test_the_own_vat_id_is_asked_for_only_where_it_has_to_stand() -> None:
    unknown = OwnTax("DE", "", 1900, None)
    assert decided(unknown, "DE", "", "company", "COUNTRY", taxed=True).doubts == ()
    abroad = decided(unknown, "AT", "ATU13585627", "company", "COUNTRY", taxed=False)
    assert abroad == Taxation(EU_BUSINESS, (Doubt.OWN_VAT_ID,))


@pytest.mark.parametrize(
    ("rate", "small", "case", "doubts"),
    [
        (1900, None, DOMESTIC, ()),
        (0, None, DOMESTIC, (Doubt.SMALL_BUSINESS,)),
        (0, False, DOMESTIC, ()),
        (0, True, SMALL, ()),
        (1900, True, SMALL, ()),
    ],
)
def test_a_small_business_is_asked_for_where_the_usual_vat_is_nothing(
    rate: int, small: bool | None, case: TaxCase, doubts: tuple[Doubt, ...]
) -> None:
    own = OwnTax("DE", "", rate, small)
    assert decided(own, "DE", "", "company", "COUNTRY", taxed=True) == Taxation(case, doubts)


@pytest.mark.parametrize(("country", "kind"), [("DE", "company"), ("AT", "person"), ("CH", ""), ("", "")])
def test_a_small_business_charges_no_vat_also_where_it_was_chosen_before(country: str, kind: str) -> None:
    own = OwnTax("DE", "", 1900, small_business=True)
    assert decided(own, country, "", kind, "COUNTRY", taxed=True, chosen="domestic").case is SMALL


def test_a_small_business_that_bills_abroad_is_told_that_it_may_be_otherwise() -> None:
    own = OwnTax("DE", "DE136695976", 0, small_business=True)
    abroad = decided(own, "AT", "ATU13585627", "company", "COUNTRY", taxed=False)
    assert abroad == Taxation(SMALL, (Doubt.SMALL_ABROAD,))
    private = decided(own, "AT", "", "person", "COUNTRY", taxed=True)
    assert private == Taxation(SMALL)


@pytest.mark.parametrize(
    ("case", "has_rate", "of_article", "is_typed", "reason"),
    [
        (DOMESTIC, True, True, False, RateFrom.ARTICLE),
        (DOMESTIC, True, False, False, RateFrom.ACCOUNT),
        (DOMESTIC, True, True, True, RateFrom.TYPED),
        (BILLOMAT, True, False, False, RateFrom.ACCOUNT),
        (BILLOMAT, False, True, False, BILLOMAT),
        (EU_BUSINESS, True, True, False, EU_BUSINESS),
        (EU_BUSINESS, False, True, True, EU_BUSINESS),
        (SMALL, True, False, False, SMALL),
    ],
)
def test_a_line_knows_why_it_bears_its_vat(
    case: TaxCase, has_rate: bool, of_article: bool, is_typed: bool, reason: TaxCase | RateFrom
) -> None:
    assert tax_reason(case, has_rate=has_rate, of_article=of_article, is_typed=is_typed) is reason


@pytest.mark.parametrize(
    ("vat_id", "country", "fits"),
    [
        ("ATU13585627", "AT", True),
        ("IE6388047V", "IE", True),
        ("IE6433435+F", "IE", True),
        ("at13585627", "AT", False),
        ("", "AT", False),
        ("AT", "AT", False),
        ("ATU1358562712345", "AT", False),
    ],
)
def test_a_vat_id_is_of_its_country(vat_id: str, country: str, fits: bool) -> None:
    assert fits_country(vat_id, country) is fits

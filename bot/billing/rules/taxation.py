"""Which VAT an invoice bears and why, by where a business in Germany and its customer are.

The rules are those for services of every day (§ 3a (2) UStG); nothing is said of businesses elsewhere. Where the data
does not decide, what Billomat holds stays, and a `Doubt` says what has to be decided.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

GERMANY = "DE"
_FIRST = ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU")
EU = frozenset((*_FIRST, "IE", "IT", "LT", "LU", "LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"))
"""Where VAT is that of the EU; Monaco counts as France (article 7 of directive 2006/112/EC)."""
_PREFIXES = {"GR": "EL", "MC": "FR"}
"""What a VAT id begins with, where that is not the code of the country."""
_VAT_ID = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}")


class TaxCase(StrEnum):
    """Which VAT holds, as far as something is known of it."""

    BILLOMAT = "billomat"
    """Whatever Billomat holds: nothing is said of it here."""
    DOMESTIC = "domestic"
    """The VAT of the articles and of the account."""
    EU_BUSINESS = "eu business"
    """§§ 3a (2), 14a (1) UStG: the customer owes the VAT of its own country."""
    THIRD_COUNTRY = "third country"
    """§ 3a (2) UStG: not taxable in Germany."""
    REVERSE_CHARGE = "reverse charge"
    """§ 13b (2) UStG, such as building work for builders: the customer owes the German VAT."""
    EXEMPT = "exempt"
    """No VAT for a reason that the texts of the invoice say, here or in Billomat."""
    SMALL_BUSINESS = "small business"
    """§ 19 UStG."""

    @property
    def is_untaxed(self) -> bool:
        """Whether no line bears VAT."""
        return self not in (TaxCase.BILLOMAT, TaxCase.DOMESTIC, TaxCase.SMALL_BUSINESS)


CHOICES = (
    *(TaxCase.DOMESTIC, TaxCase.EU_BUSINESS, TaxCase.THIRD_COUNTRY),
    *(TaxCase.REVERSE_CHARGE, TaxCase.EXEMPT),
)
"""What a person may say of a customer."""


class Doubt(StrEnum):
    """What somebody should decide or put right; it never keeps an invoice from being sent."""

    NO_VAT_ID = "no vat id"
    """A customer in another EU country, maybe a business, without a VAT id from there."""
    IS_BUSINESS = "is business"
    """A customer outside the EU of whom nobody knows whether it is a business."""
    RULE_TAXES = "rule taxes"
    """Billomat's rule for the customer is that VAT is always charged, though it is a business abroad."""
    LIST_TAXES = "list taxes"
    """0 % is right, and Billomat's list of countries would charge VAT."""
    LIST_TAXES_ONCE = "list taxes once"
    """The same, where 0 % was chosen for one invoice alone."""
    LIST_LEAVES_OUT = "list leaves out"
    """VAT was chosen here, and Billomat's rule or list charges none."""
    WHY_UNTAXED = "why untaxed"
    """Billomat charges no VAT within Germany, and nobody said why."""
    OWN_VAT_ID = "own vat id"
    """The invoice has to name our VAT id, which nobody knows."""
    THEIR_VAT_ID = "their vat id"
    """As above, of the customer, who was said to be a business in the EU."""
    SMALL_BUSINESS = "small business"
    """The account's usual VAT is 0 %, and nobody said that it is a small business."""
    SMALL_ABROAD = "small abroad"
    """A small business bills a customer abroad, where the customer may owe VAT all the same."""


ANSWERS: dict[Doubt, tuple[TaxCase, ...]] = {
    Doubt.NO_VAT_ID: (TaxCase.DOMESTIC,),
    Doubt.IS_BUSINESS: (TaxCase.THIRD_COUNTRY, TaxCase.DOMESTIC),
    Doubt.WHY_UNTAXED: (TaxCase.REVERSE_CHARGE, TaxCase.EXEMPT),
    Doubt.SMALL_ABROAD: (TaxCase.EU_BUSINESS, TaxCase.THIRD_COUNTRY),
}
"""What a person may answer at once; it is remembered for the customer."""


@dataclass(frozen=True, slots=True)
class OwnTax:
    """What is known of the business itself; `country` and `vat_id` are "" where nobody knows them."""

    country: str
    vat_id: str
    rate: int
    small_business: bool | None
    """None: nobody said it."""


@dataclass(frozen=True, slots=True)
class CustomersTax:
    """What is known of a customer. `is_taxed`: what Billomat's own rule says, see `is_taxed` in rules/tax.py."""

    country: str
    vat_id: str
    kind: str
    tax_rule: str
    is_taxed: bool
    chosen: str = ""
    """The `TaxCase` that a person chose; empty: none."""
    is_once: bool = False
    """They chose it for one invoice alone."""


@dataclass(frozen=True, slots=True)
class Taxation:
    """Which VAT an invoice bears, and what is doubtful about it."""

    case: TaxCase = TaxCase.BILLOMAT
    doubts: tuple[Doubt, ...] = ()
    is_chosen: bool = False
    """A person chose it for this customer."""
    is_once: bool = False
    """Or for this invoice alone."""


AS_BILLOMAT_HOLDS = Taxation()


class RateFrom(StrEnum):
    """Where the rate of a line comes from, where its invoice bears VAT."""

    ARTICLE = "article"
    ACCOUNT = "account"
    TYPED = "typed"
    """With a lump sum."""
    PASSED_THROUGH = "passed through"
    """Nothing that the business charges: § 10 (1) sentence 5 (old: 6) UStG."""


TaxReason = TaxCase | RateFrom


def read_reason(kept: str) -> TaxReason:
    """A reason as it is kept with a line that was approved. Raises ValueError for anything else."""
    return RateFrom(kept) if kept in [*RateFrom] else TaxCase(kept)


def tax_reason(
    case: TaxCase, *, has_rate: bool, of_article: bool, is_typed: bool, passes_through: bool = False
) -> TaxReason:
    """Why a line bears the VAT that it does. `has_rate`: some rate is sent with it, also 0 %."""
    if passes_through:
        return RateFrom.PASSED_THROUGH
    if case.is_untaxed or case is TaxCase.SMALL_BUSINESS:
        return case
    if not has_rate:
        return TaxCase.BILLOMAT
    if is_typed:
        return RateFrom.TYPED
    return RateFrom.ARTICLE if of_article else RateFrom.ACCOUNT


def taxation(own: OwnTax, customer: CustomersTax) -> Taxation:
    """Which VAT holds for an invoice to this customer."""
    if own.country != GERMANY:
        return AS_BILLOMAT_HOLDS
    never_taxes = own.small_business and customer.chosen == TaxCase.DOMESTIC  # chosen before the business was small
    if customer.chosen in CHOICES and not never_taxes:
        return _chosen(own, customer, TaxCase(customer.chosen))
    abroad = customer.country not in ("", GERMANY)
    if own.small_business:
        is_company_abroad = abroad and customer.kind != "person"
        return Taxation(TaxCase.SMALL_BUSINESS, (Doubt.SMALL_ABROAD,) if is_company_abroad else ())
    if not abroad:
        return _domestic(own, customer)
    return _in_eu(own, customer) if customer.country in EU else _third_country(customer)


def fits_country(vat_id: str, country: str) -> bool:
    """Whether a VAT id is one of this EU country."""
    prefix = _PREFIXES.get(country, country)
    return bool(_VAT_ID.fullmatch(vat_id)) and vat_id.startswith(prefix)


def _chosen(own: OwnTax, customer: CustomersTax, case: TaxCase) -> Taxation:
    doubts = {
        Doubt.LIST_LEAVES_OUT: case is TaxCase.DOMESTIC and not customer.is_taxed,
        Doubt.LIST_TAXES_ONCE if customer.is_once else Doubt.LIST_TAXES: case.is_untaxed and customer.is_taxed,
        Doubt.OWN_VAT_ID: case is TaxCase.EU_BUSINESS and not own.vat_id,
        Doubt.THEIR_VAT_ID: case is TaxCase.EU_BUSINESS and not fits_country(customer.vat_id, customer.country),
    }
    found = tuple(doubt for doubt, holds in doubts.items() if holds)
    return Taxation(case, found, is_chosen=not customer.is_once, is_once=customer.is_once)


def _domestic(own: OwnTax, customer: CustomersTax) -> Taxation:
    if not customer.is_taxed:
        return Taxation(TaxCase.BILLOMAT, (Doubt.WHY_UNTAXED,))
    is_unsaid = own.rate == 0 and own.small_business is None
    return Taxation(TaxCase.DOMESTIC, (Doubt.SMALL_BUSINESS,) if is_unsaid else ())


def _in_eu(own: OwnTax, customer: CustomersTax) -> Taxation:
    has_id = fits_country(customer.vat_id, customer.country)
    if customer.tax_rule == "TAX":  # somebody said so in Billomat, of this very customer
        return Taxation(TaxCase.DOMESTIC, (Doubt.RULE_TAXES,) if has_id else ())
    if has_id:
        doubts = {Doubt.LIST_TAXES: customer.is_taxed, Doubt.OWN_VAT_ID: not own.vat_id}
        return Taxation(TaxCase.EU_BUSINESS, tuple(doubt for doubt, holds in doubts.items() if holds))
    held = TaxCase.DOMESTIC if customer.is_taxed else TaxCase.BILLOMAT
    is_private = customer.kind == "person" and customer.is_taxed
    return Taxation(held, () if is_private else (Doubt.NO_VAT_ID,))


def _third_country(customer: CustomersTax) -> Taxation:
    is_company = customer.kind == "company"
    if customer.tax_rule == "TAX":
        return Taxation(TaxCase.DOMESTIC, (Doubt.RULE_TAXES,) if is_company else ())
    if is_company:
        return Taxation(TaxCase.THIRD_COUNTRY, (Doubt.LIST_TAXES,) if customer.is_taxed else ())
    return Taxation(TaxCase.DOMESTIC if customer.is_taxed else TaxCase.BILLOMAT, (Doubt.IS_BUSINESS,))

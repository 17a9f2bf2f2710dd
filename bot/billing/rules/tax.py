"""Which VAT a line says."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vat:
    """A rate of VAT in hundredths of a percent, with the name it has in Billomat."""

    name: str
    rate: int


def is_taxed(tax_rule: str, country: str, untaxed_countries: Iterable[str]) -> bool:
    """Whether the customer's rule (TAX, NO_TAX or COUNTRY, as Billomat has it) lets us say a rate of VAT.

    Billomat's /country-taxes lists the countries for which no VAT is charged. How an explicit rate goes together with
    that or with NO_TAX is not documented, so there we say none and Billomat decides.
    """
    if tax_rule == "COUNTRY":
        return country == "" or country not in untaxed_countries
    return tax_rule == "TAX"


def states_gross(net_gross: str, *, account_gross: bool, taxed: bool) -> bool:
    """Whether an invoice's prices are with VAT: by the customer's setting (NET, GROSS or SETTINGS), else the account's.

    Where Billomat decides the VAT we say prices without it, because nobody knows what it would make of the others.
    """
    return taxed and (net_gross == "GROSS" or (net_gross == "SETTINGS" and account_gross))


def tax_of(article: Vat | None, default: Vat | None, *, taxed: bool, untaxed: Vat | None = None) -> Vat | None:
    """The VAT of a line: the article's, else the account's default, as Billomat itself chooses it.

    Where the customer is not `taxed`, it is the 0 % of `untaxed`; None: Billomat decides.
    """
    return (article or default) if taxed else untaxed

"""What an e-invoice of a draft would lack: terms of EN 16931 that come from the customer, the account or our lines.

Source: EN 16931-1 with its rules (BR-…), XRechnung 3.0 (BR-DE-…) and Peppol BIS 3.0 (R010), as KoSIT publishes them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.billing.rules.taxation import GERMANY, TaxCase


class Missing(StrEnum):
    """What has to be entered somewhere; each with its term."""

    STREET = "BT-50"
    """§ 14 (4) no. 1 UStG: the full address."""
    ZIP = "BT-53"
    """BR-DE-9"""
    CITY = "BT-52"
    """BR-DE-8"""
    COUNTRY = "BT-55"
    """BR-11"""
    EMAIL = "BT-49"
    """PEPPOL-EN16931-R010: where it is sent to."""
    VAT_ID = "BT-48"
    """BR-AE-02: of the customer who owes the VAT."""
    OWN_VAT_ID = "BT-31"
    """BR-AE-02, too."""
    UNIT = "BT-130"
    """BR-23: of a line, one that Billomat knows and has a code for."""


OF_CUSTOMER = frozenset(Missing) - {Missing.OWN_VAT_ID, Missing.UNIT}
"""What is entered at the customer in Billomat."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who gets the invoice, as far as an e-invoice names them."""

    country: str
    kind: str
    vat_id: str
    email: str
    street: str
    zip: str
    city: str


def missing_terms(
    buyer: Buyer, case: TaxCase, *, own_country: str, own_vat_id: str, units: Collection[str], used: Iterable[str]
) -> tuple[Missing, ...]:
    """What is missing for an e-invoice; nothing where none has to be made: outside Germany, or for a private person.

    `units` are those of the account, none where nobody knows them; `used` are those of the lines.
    """
    if own_country != GERMANY or buyer.kind == "person":
        return ()
    is_reverse = case in (TaxCase.EU_BUSINESS, TaxCase.REVERSE_CHARGE)
    lacking = {
        Missing.STREET: not buyer.street,
        Missing.ZIP: not buyer.zip,
        Missing.CITY: not buyer.city,
        Missing.COUNTRY: not buyer.country,
        Missing.EMAIL: not buyer.email,
        Missing.VAT_ID: is_reverse and not buyer.vat_id,
        Missing.OWN_VAT_ID: is_reverse and not own_vat_id,
        Missing.UNIT: any(not unit or (units and unit not in units) for unit in used),
    }
    return tuple(term for term, is_lacking in lacking.items() if is_lacking)

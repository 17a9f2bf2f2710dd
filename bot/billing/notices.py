"""The words that the law wants on an invoice without VAT, in the customer's language with the German term."""

from bot.billing.rules.taxation import TaxCase
from bot.core.texts import Reader


def tax_notice(to: Reader, case: TaxCase, *, own_vat_id: str, customers_vat_id: str) -> str:
    """What stands below the lines for this case; empty where nothing has to."""
    words = {
        # § 14a (1) UStG
        TaxCase.EU_BUSINESS: to.t(
            "Reverse charge: the customer owes the VAT (Steuerschuldnerschaft des Leistungsempfängers)."
        ),
        # § 14a (5) UStG
        TaxCase.REVERSE_CHARGE: to.t(
            "Reverse charge (§ 13b UStG): the customer owes the VAT (Steuerschuldnerschaft des Leistungsempfängers)."
        ),
        TaxCase.THIRD_COUNTRY: to.t(
            "Not taxable in Germany: the place of supply is where the customer is established (§ 3a (2) UStG)."
        ),
        # § 34a UStDV
        TaxCase.SMALL_BUSINESS: to.t("No VAT is charged: small business under § 19 UStG (Kleinunternehmer)."),
    }.get(case, "")
    if case is not TaxCase.EU_BUSINESS:
        return words
    ids = [
        to.t("Our VAT id: {vat_id}", vat_id=own_vat_id) if own_vat_id else "",
        to.t("Your VAT id: {vat_id}", vat_id=customers_vat_id) if customers_vat_id else "",
    ]
    return "\n".join(filter(None, (words, " · ".join(filter(None, ids)))))

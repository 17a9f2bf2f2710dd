"""Which VAT an invoice bears, decided over again from the table in docs/invoicing.md, read from the top."""

from typing import NamedTuple

UNTAXED = ("eu business", "third country", "reverse charge", "exempt")
"""The cases in which no line bears VAT."""
_IDS_BEGIN = {"AT": "ATU", "IT": "IT", "GR": "EL"}
"""The EU countries that months are about; all others are outside of it."""
WORDS = {
    "eu business": "Reverse charge: the customer owes the VAT",
    "reverse charge": "Reverse charge (§ 13b UStG)",
    "third country": "Not taxable in Germany",
    "small business": "small business under § 19 UStG",
}
"""How what the law wants begins, for a customer who reads English."""


class TaxFacts(NamedTuple):
    """What is known of the business and of its customer; `small` and `kind` may be unknown, texts then are empty.

    `list_untaxed` are the countries to which Billomat charges no VAT by itself, `chosen` is what a person said.
    """

    own_country: str
    own_vat_id: str
    small: bool | None
    country: str
    vat_id: str
    kind: str
    tax_rule: str
    list_untaxed: tuple[str, ...]
    chosen: str

    @property
    def by_rule(self) -> bool:
        """Whether Billomat's own rule charges VAT."""
        return self.tax_rule == "TAX" or (self.tax_rule == "COUNTRY" and self.country not in self.list_untaxed)

    @property
    def case(self) -> str:
        """The name of the case."""
        abroad, in_eu = self.country not in ("", "DE"), self.country in _IDS_BEGIN
        has_id = in_eu and self.vat_id.startswith(_IDS_BEGIN[self.country])
        rows = (
            (self.own_country != "DE", "billomat"),
            (self.chosen == "domestic" and self.small, "small business"),
            (bool(self.chosen), self.chosen),
            (self.small, "small business"),
            (abroad and self.tax_rule == "TAX", "domestic"),
            (has_id, "eu business"),
            (abroad and not in_eu and self.kind == "company", "third country"),
            (self.by_rule, "domestic"),
            (True, "billomat"),
        )
        return next(case for holds, case in rows if holds)

    @property
    def bears(self) -> bool:
        """Whether lines say a rate of VAT that is the article's or the account's."""
        return self.case == "domestic" or (self.by_rule and self.case not in UNTAXED)

    @property
    def says_none(self) -> bool:
        """Whether lines say 0 % because of the case: where Billomat's rule says it anyway, nothing is said."""
        return self.case in UNTAXED and self.by_rule

"""What an hour costs: by what people set, and by the customer's and the account's terms in Billomat.

Prices are integer ten-thousandths of the currency, as exact as Billomat states them.
"""

from dataclasses import dataclass
from typing import NamedTuple

from bot.billing.rules.tax import Vat
from bot.core.money import half_up

CENT = 100
"""In ten-thousandths."""


class PricedArticle(NamedTuple):
    """What Billomat sells, as far as a line needs it. `currency` "" is the account's.

    Prices are as the account states them, with VAT or without; `price2` to `price5` are those of price groups.
    """

    id: int
    billomat_id: int
    title: str
    unit: str
    price: int | None
    currency: str
    vat_name: str | None
    vat_rate: int | None
    price2: int | None = None
    price3: int | None = None
    price4: int | None = None
    price5: int | None = None

    @property
    def vat(self) -> Vat | None:
        """The article's own; None where the account's default holds."""
        return None if self.vat_rate is None else Vat(self.vat_name or "", self.vat_rate)

    def price_of_group(self, group: int) -> int | None:
        """The price for customers of a price group; one that is not set means the normal price.

        Source: billomat.com/en/api/articles/, sales_price2 to sales_price5
        """
        of_group = {2: self.price2, 3: self.price3, 4: self.price4, 5: self.price5}.get(group)
        return self.price if of_group is None else of_group


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """How prices are stated, and which of an article's holds.

    `account_gross`: an article's price is with VAT. `invoice_gross`: a line's price is to be. `currencies` are those of
    articles whose price can hold, as articles name them: nothing is converted. Empty: all of them.
    """

    group: int = 0
    account_gross: bool = False
    invoice_gross: bool = False
    currencies: tuple[str, ...] = ()

    def takes(self, article: PricedArticle) -> bool:
        """Whether the article's price is in the currency of the invoice."""
        return not self.currencies or article.currency in self.currencies


USUAL_TERMS = PriceTerms()


def as_invoiced(price: int, vat: Vat | None, *, is_gross: bool, invoice_gross: bool) -> int:
    """A price with VAT or without, as the prices of the invoice are; in whatever parts it is given, rounded once."""
    if is_gross == invoice_gross:
        return price
    rate = vat.rate if vat else 0
    return half_up(price * 10_000, 10_000 + rate) if is_gross else half_up(price * (10_000 + rate), 10_000)

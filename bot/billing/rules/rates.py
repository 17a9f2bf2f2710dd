"""What an hour costs."""

from typing import NamedTuple

from bot.billing.rules.tax import Vat
from bot.billing.rules.units import is_hour


class PricedArticle(NamedTuple):
    """What Billomat sells, as far as a line needs it. `currency` "" is the account's."""

    id: int
    billomat_id: int
    title: str
    unit: str
    price_cents: int | None
    currency: str
    vat_name: str | None
    vat_rate: int | None

    @property
    def vat(self) -> Vat | None:
        """The article's own; None where the account's default holds."""
        return None if self.vat_rate is None else Vat(self.vat_name or "", self.vat_rate)


def is_hourly(article: PricedArticle) -> bool:
    """Whether the article's price is for an hour; one without a unit is taken for that."""
    return article.unit == "" or is_hour(article.unit)


def rate_of(article: PricedArticle | None, default_cents: int | None) -> int | None:
    """The price of an hour: the article's, else the workspace's. None: a person has to say it."""
    if article is None:
        return default_cents
    if not is_hourly(article):
        return None  # a price for a day must not be taken for that of an hour
    return default_cents if article.price_cents is None else article.price_cents

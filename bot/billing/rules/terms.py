"""What Billomat says of a customer and of articles, as far as an invoice depends on it: how old it is, what changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FRESH_FOR = timedelta(hours=1)
"""For so long an invoice takes what was read from Billomat as still true."""


@dataclass(frozen=True, slots=True)
class CustomerTerms:
    """A customer as Billomat had them when they were read last."""

    id: int
    billomat_id: int
    name: str
    number: str
    country: str
    tax_rule: str
    currency: str
    price_group: int
    reduction: int
    net_gross: str
    archived: bool
    seen_at: datetime | None
    locale: str = ""
    """A job that an earlier version put knows none."""
    vat_id: str = ""
    """As for the language."""


@dataclass(frozen=True, slots=True)
class ArticleTerms:
    """An article as it was read last: prices in ten-thousandths, VAT in hundredths of a percent."""

    id: int
    billomat_id: int
    title: str
    number: str
    price: int | None
    price2: int | None
    price3: int | None
    price4: int | None
    price5: int | None
    currency: str
    vat_rate: int | None
    archived: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Terms:
    """All that an invoice takes from Billomat."""

    customer: CustomerTerms
    articles: tuple[ArticleTerms, ...]

    @property
    def as_of(self) -> datetime | None:
        """When the oldest part was read; None: nobody knows of some part."""
        moments = [self.customer.seen_at, *(article.seen_at for article in self.articles)]
        known = [moment for moment in moments if moment is not None]
        return min(known) if len(known) == len(moments) else None


@dataclass(frozen=True, slots=True)
class TermChange:
    """Something that Billomat says differently now. `name` is whose, as it was called before."""

    name: str
    of_article: bool
    what: str
    before: str | int | bool | None
    after: str | int | bool | None
    currency_before: str = ""
    """In which the prices of an article were; empty: in the account's."""
    currency_after: str = ""


_OF_CUSTOMER = (
    *("archived", "name", "number", "tax_rule", "country", "currency", "locale"),
    *("price_group", "reduction", "net_gross", "vat_id"),
)
_PRICES = ("price", "price2", "price3", "price4", "price5")
_OF_ARTICLE = ("archived", "title", "number", *_PRICES, "currency", "vat_rate")


def is_old(seen_at: datetime | None, now: datetime) -> bool:
    """Whether Billomat should be asked again."""
    return seen_at is None or now - seen_at > FRESH_FOR


def changed(before: Terms, now: Terms) -> tuple[TermChange, ...]:
    """What is different; articles that stand in one of the two only say nothing."""
    known = {article.id: article for article in before.articles}
    pairs = [(known[article.id], article) for article in now.articles if article.id in known]
    return (
        *_differences(before.customer.name, _OF_CUSTOMER, before.customer, now.customer, of_article=False),
        *(
            replace(each, currency_before=old.currency, currency_after=new.currency)
            for old, new in pairs
            for each in _differences(old.title, _OF_ARTICLE, old, new, of_article=True)
        ),
    )


def _differences(
    name: str, columns: Iterable[str], old: object, new: object, *, of_article: bool
) -> Iterator[TermChange]:
    for column in columns:
        before, after = getattr(old, column), getattr(new, column)
        if before != after:
            yield TermChange(name, of_article, column, before, after)

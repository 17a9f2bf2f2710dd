"""What an hour costs by the list of rates, looked up as a person does: from the top, the first that says something."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class CountedVat(NamedTuple):
    """A rate of VAT, as the account calls it."""

    name: str
    percent: Decimal


class CountedArticle(NamedTuple):
    """What can be sold: a price for each price group, 0 for the normal one."""

    id: int
    prices: Mapping[int, Decimal]
    vat: CountedVat | None
    of_hours: bool = True


class PriceSince(NamedTuple):
    """A price from a day on, None: from always; a price of None ends it."""

    since: date | None
    price: Decimal | None


class CountedRate(NamedTuple):
    """A line of the list: who, what and for whom it is about, or the place of the articles."""

    prices: tuple[PriceSince, ...] = ()
    """In any order."""
    currency: str = ""
    person: int | None = None
    service: int | None = None
    project: int | None = None
    customer: int | None = None
    by_article: bool = False


class Facts(NamedTuple):
    """What work is, as far as rates are about it; the day is the one on which it began."""

    person: int
    service: int | None
    project: int | None
    customer: int
    day: date


class Speaks(NamedTuple):
    """A line that says something of some work: its place in the list, and a price, which has VAT in it or not."""

    place: int
    price: Decimal | None
    is_articles: bool


def speaking(
    rates: Sequence[CountedRate], facts: Facts, article: CountedArticle | None, *, group: int, currency: str
) -> list[Speaks]:
    """All lines that say something of work, the one that holds first."""
    found = []
    for place, rate in enumerate(rates):
        if rate.currency not in ("", currency):
            continue
        named = (rate.person, rate.service, rate.project, rate.customer)
        if any(name is not None and name != fact for name, fact in zip(named, facts, strict=False)):
            continue
        if not rate.by_article:
            begun = [each for each in rate.prices if each.since is None or each.since <= facts.day]
            latest = max(begun, key=lambda each: each.since or date.min, default=None)
            if latest and latest.price is not None:
                found.append(Speaks(place, latest.price, is_articles=False))
        elif article and not article.of_hours:
            found.append(Speaks(place, None, is_articles=True))
        elif article and (stated := article.prices.get(group, article.prices.get(0))) is not None:
            found.append(Speaks(place, stated, is_articles=True))
    return found

"""What is random about prices and VAT: the customer's and the account's terms, and the list of rates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.billing.counted_rates import CountedArticle, CountedRate, CountedVat, PriceSince
from tests.billing.counted_tax import TaxFacts

USUAL, REDUCED, FREE = (
    CountedVat(*each) for each in (("MwSt", Decimal(19)), ("MwSt erm.", Decimal(7)), ("frei", Decimal(0)))
)
"""The rates of VAT that the account lists; the first is its default."""
RATE = Decimal("95.00")
"""Of an hour, where there is no article: without VAT."""
ARTICLES = {
    1: CountedArticle(1, {0: Decimal("88.50")}, None),
    2: CountedArticle(2, {0: Decimal("120.3333"), 2: Decimal("99.99"), 5: Decimal("0.0050")}, REDUCED),
    3: CountedArticle(3, {2: Decimal("77.7777")}, USUAL),
    4: CountedArticle(4, {0: Decimal("640.00")}, FREE, of_hours=False),
    5: CountedArticle(5, {0: Decimal("-35.5555"), 5: Decimal("0.00")}, None),
}
"""Design is the first; the third has a price for one price group alone, and the fifth takes away."""
LIST_UNTAXED = ("AT", "FR", "CH")
"""The countries to which the account charges no VAT."""


@dataclass(frozen=True)
class Payer:
    """The terms of a customer and of the account."""

    currency: str
    account_gross: bool
    net_gross: str
    tax: TaxFacts
    words: bool
    """Whether the words that the law wants are written here."""
    group: int
    reduction: Decimal
    """Percent."""
    usual: tuple[int | None, int | None]
    """The articles of both services for all customers, and those for this one."""
    own: tuple[int | None, int | None]

    @property
    def wants_gross(self) -> bool:
        """Whether prices are with VAT."""
        asked = self.net_gross == "GROSS" or (self.net_gross == "SETTINGS" and self.account_gross)
        return self.tax.bears and asked


def random_payer(by: Random) -> Payer:
    """One who pays by any terms."""
    articles = [None, None, None, 1, 1, 2, 2, 2, 3, 3, 4, 5]
    return Payer(
        currency=by.choice(["EUR", "EUR", "CHF", "JPY"]),
        account_gross=by.random() < 0.3,
        net_gross=by.choice(["NET", "GROSS", "SETTINGS"]),
        tax=_tax(by),
        words=by.random() < 0.8,
        group=by.choice([0, 0, 2, 5]),
        reduction=Decimal(by.choice(["0", "0", "0", "10", "33", "2.5", "12.3456", "100"])),
        usual=(by.choice(articles), by.choice(articles)),
        own=(by.choice([None, None, None, *articles]), by.choice([None, None, None, *articles])),
    )


def _tax(by: Random) -> TaxFacts:
    chosen = ["domestic", "eu business", "third country", "reverse charge", "exempt"]
    return TaxFacts(
        own_country=by.choice(["", "DE", "DE", "DE", "DE", "AT", "CH"]),
        own_vat_id=by.choice(["", "DE136695976"]),
        small=by.choice([None, None, None, False, True]),
        country=by.choice(["", "DE", "DE", "AT", "IT", "GR", "CH", "US"]),
        vat_id=by.choice(["", "DE811907980", "ATU13585627", "IT00743110157", "EL094259216"]),
        kind=by.choice(["", "company", "company", "person"]),
        tax_rule=by.choice(["TAX", "COUNTRY", "COUNTRY", "COUNTRY", "NO_TAX"]),
        list_untaxed=LIST_UNTAXED,
        chosen=by.choice(["", "", "", by.choice(chosen)]),
    )


def random_rates(by: Random) -> tuple[CountedRate, ...]:
    """A list in any order: mostly short, each line with prices of its own, and the workspace's rate at its end."""
    always = PriceSince(None, RATE)
    if by.random() < 0.3:
        return CountedRate(by_article=True), CountedRate((always,))
    rates = [CountedRate(by_article=True)]
    for rate in _different(by):
        rates.insert(by.randint(0, len(rates)), rate)
    return *rates, CountedRate((always, *_prices(by, by.choice([0, 0, 1, 2]))))


def _different(by: Random) -> Iterator[CountedRate]:
    about = set[tuple[int | None, ...]]()
    for _ in range(by.choice([1, 1, 2, 3, 6])):
        project = by.choice([None, None, 1, 2])
        customer = None if project else by.choice([None, None, None, 1, 2])
        named = (by.choice([None, None, 1, 2]), by.choice([None, None, 1, 2]), project, customer)
        if any(named) and named not in about:
            about.add(named)
            first = () if by.random() < 0.5 else (PriceSince(None, _price(by)),)
            prices = (*first, *_prices(by, by.choice([0 if first else 1, 1, 1, 2, 3])))
            yield CountedRate(prices, by.choice(["", "EUR", "EUR", "CHF"]), *named)


def _prices(by: Random, count: int) -> Iterator[PriceSince]:
    """From some days on: also those on which clocks are changed, or that are over elsewhere already."""
    for day in by.sample([-1, 0, 6, 7, 8, 14, 23, 27, 28, 30], k=count):
        yield PriceSince(date(2026, 3, 1) + timedelta(days=day), by.choice([None, _price(by), _price(by)]))


def _price(by: Random) -> Decimal:
    """Equal ones now and then, and none at all."""
    return Decimal(by.choice(["80", "80", "88.50", "95", "0", f"{by.randrange(1, 20_000)}E-2"]))


def shifted(rate: CountedRate, back: timedelta) -> CountedRate:
    """The same, so much earlier."""
    return rate._replace(prices=tuple(each._replace(since=each.since and each.since - back) for each in rate.prices))

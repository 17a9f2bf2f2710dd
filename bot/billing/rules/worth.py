"""What lines are worth: the price of an hour, its VAT, and what several lines come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from bot.billing.rules.lines import AS_IT_COMES, LineEdit
from bot.billing.rules.rate_list import ALWAYS, AS_BILLOMAT_HAS_IT, Rate, RateList, RateRule, Work, rate_of
from bot.billing.rules.rates import CENT, USUAL_TERMS, PricedArticle, PriceTerms, as_invoiced
from bot.billing.rules.reductions import NO_REDUCTION, Reduction
from bot.billing.rules.rounding import ALL_EXACT, Roundings, amount
from bot.billing.rules.tax import Vat, tax_of
from bot.billing.rules.totals import Totals, add_up
from bot.core.money import smallest


@dataclass(frozen=True, slots=True)
class Pricing:
    """What lines are priced by. `articles` are by the service's id; rate and VAT hold where a service has none.

    Where `taxed` is False, the tax is the 0 % of `untaxed`; None: Billomat decides. `reduction` is taken off
    of the whole: the customer's, or that of a draft.
    """

    articles: Mapping[int, PricedArticle]
    rate_cents: int | None
    vat: Vat | None
    taxed: bool
    terms: PriceTerms = USUAL_TERMS
    reduction: Reduction = NO_REDUCTION
    untaxed: Vat | None = None
    roundings: Roundings = ALL_EXACT
    customer_id: int = 0
    rates: RateList = AS_BILLOMAT_HAS_IT
    """What can hold for that customer."""
    currency: str = ""
    """Of all prices; "": that of whatever is priced."""
    _known: dict[tuple[int, ...], int | None] = field(default_factory=dict, init=False, compare=False, repr=False)
    """The prices that were asked for already: an invoice has many entries, and few prices."""

    @property
    def smallest(self) -> int:
        """Of what all amounts are multiples, in cents."""
        return smallest(self.currency)

    @property
    def rules(self) -> tuple[RateRule, ...]:
        """All of them, the workspace's rate at the end."""
        return self.rates.whole(self.rate_cents)

    def rate(self, work: Work, article: PricedArticle | None) -> Rate:
        """The rate of work that is billed as this article, with the rule that it comes from."""
        return rate_of(self.rules, work, article, self.terms, self.vat)

    def price(self, work: Work, article: PricedArticle | None) -> int | None:
        """What an hour of it costs."""
        key = (article.id if article else 0, *self.rates.key_of(work))
        if key not in self._known:
            self._known[key] = self.rate(work, article).price
        return self._known[key]


class Worth(NamedTuple):
    """What the hours of a line cost, as `Line` has it."""

    unit_price: int | None
    amount_cents: int | None
    vat: Vat | None


class OpenLine(NamedTuple):
    """What the entries of a line have in common, before it is made."""

    customer_id: int
    project_id: int | None
    service_id: int | None
    person_id: int = 0
    day: date = ALWAYS
    """Who worked and when, where the rate depends on it."""

    @property
    def work(self) -> Work:
        """What decides its rate."""
        return Work(self.person_id, self.service_id, self.project_id, self.customer_id, self.day)


class LineWorth(NamedTuple):
    """Net cents of such a line; without a rate it has none."""

    cents: int
    is_priced: bool
    currency: str
    is_covered: bool = False
    """Whether a fixed price is paid for it instead."""


def worth(
    article: PricedArticle | None, hours: int, price: int | None, pricing: Pricing, *, edit: LineEdit = AS_IT_COMES
) -> Worth:
    """What so many hundredths of an hour cost at a price; a rate that a person typed for them stays what it was."""
    if edit.rate_cents is not None:
        price = typed_price(edit.rate_cents, edit.rate_gross, vat_of_article(article, pricing), pricing.terms)
    return Worth(
        unit_price=price,
        amount_cents=None if price is None else amount(hours, price, pricing.smallest),
        vat=tax_of(article.vat if article else None, pricing.vat, taxed=pricing.taxed, untaxed=pricing.untaxed),
    )


def typed_price(cents: int, is_gross: bool | None, vat: Vat | None, terms: PriceTerms) -> int:
    """A price that a person typed for a line, as the prices of the invoice are."""
    gross = terms.invoice_gross if is_gross is None else is_gross
    return as_invoiced(cents * CENT, vat, is_gross=gross, invoice_gross=terms.invoice_gross)


def vat_of_article(article: PricedArticle | None, pricing: Pricing) -> Vat | None:
    """The VAT of what is billed as an article; without one that of the account."""
    return (article.vat if article else None) or pricing.vat


def totals(amounts: Iterable[tuple[Vat | None, int]], pricing: Pricing) -> Totals:
    """What lines add up to, each with its VAT and its amount in cents."""
    return add_up(
        amounts,
        gross_prices=pricing.terms.invoice_gross,
        reduction=pricing.reduction,
        taxed=pricing.taxed,
        smallest=pricing.smallest,
    )

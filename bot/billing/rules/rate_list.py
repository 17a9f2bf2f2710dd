"""Which rate holds for work: the first rule of the workspace's list that fits it and has a price on its day.

Always in it are the articles of Billomat, and at its end the workspace's own rate. Prices are in ten-thousandths of the
currency: those of articles as the account states them, all others net.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from bot.billing.rules.rates import CENT, PricedArticle, PriceTerms, as_invoiced
from bot.billing.rules.tax import Vat
from bot.billing.rules.units import is_hourly

ALWAYS = date.min
"""The first day of a price that holds for all work that is open, however old."""


class PriceFrom(NamedTuple):
    """What an hour costs from a day on, until the next one; None: from then on the rule says nothing."""

    first_day: date
    price: int | None


class Work(NamedTuple):
    """What decides the rate of an entry. The day is the one on which it began, where it was made."""

    person_id: int
    service_id: int | None
    project_id: int | None
    customer_id: int
    day: date


@dataclass(frozen=True, slots=True)
class RateRule:
    """One line of the list. What it names has to be that of the work; None fits all."""

    id: int
    prices: tuple[PriceFrom, ...] = ()
    """By their days."""
    currency: str = ""
    """"": that of whatever is billed."""
    by_article: bool = False
    """Whether its price is that of the article that the work is billed as."""
    person_id: int | None = None
    service_id: int | None = None
    project_id: int | None = None
    customer_id: int | None = None
    former_services: frozenset[int] = frozenset()
    former_projects: frozenset[int] = frozenset()
    """What was merged into what it names: billed time stayed with them, and is priced here once it is freed."""

    @property
    def names(self) -> tuple[int | None, ...]:
        """What it is about, in the order of `Work`."""
        return (self.person_id, self.service_id, self.project_id, self.customer_id)

    def fits(self, work: Work) -> bool:
        """Whether it is about this work, whatever the day."""
        return (
            self.person_id in (None, work.person_id)
            and (self.service_id in (None, work.service_id) or work.service_id in self.former_services)
            and (self.project_id in (None, work.project_id) or work.project_id in self.former_projects)
            and self.customer_id in (None, work.customer_id)
        )

    def price_on(self, day: date) -> int | None:
        """What an hour costs on a day; None: nothing is said of it."""
        place = bisect_right(self.prices, day, key=attrgetter("first_day"))
        return self.prices[place - 1].price if place else None


ARTICLES = RateRule(-1, by_article=True)
"""The rule of a list in which nobody gave it a place."""
WORKSPACE = 0
"""Stands for the id of the workspace's own rate, which is no row of the list."""


class Rate(NamedTuple):
    """The rule that won, the price of an hour as the invoice states prices, and the rules that it beat.

    A price of None has to be said by a person: there is no rule, or the article is not sold by the hour.
    """

    rule: RateRule | None
    price: int | None
    beaten: tuple[RateRule, ...] = ()


@dataclass(frozen=True)
class RateList:
    """The rules in their order, and which facts of work they ask for."""

    rules: tuple[RateRule, ...] = (ARTICLES,)
    later: tuple[PriceFrom, ...] = ()
    """The workspace's own rate where it became another one on a day."""

    @cached_property
    def breaks(self) -> list[date]:
        """The days on which any price begins or ends: between two of them nothing changes."""
        days = {each.first_day for prices in (self.later, *(rule.prices for rule in self.rules)) for each in prices}
        return sorted(days - {ALWAYS})

    @cached_property
    def by_person(self) -> bool:
        """Whether it matters who worked."""
        return any(rule.person_id for rule in self.rules)

    @cached_property
    def by_work(self) -> bool:
        """Whether work that is billed as one article may have several prices."""
        return bool(self.breaks) or any(not rule.by_article for rule in self.rules)

    @property
    def asks(self) -> frozenset[str]:
        """What of work it asks for beside its customer, project and service."""
        return frozenset({"person_id"} if self.by_person else ()) | frozenset({"day"} if self.breaks else ())

    def key_of(self, work: Work) -> tuple[int, ...]:
        """The same for all work of a customer that the list cannot tell apart."""
        if not self.by_work:
            return ()
        segment = bisect_right(self.breaks, work.day)
        return (work.person_id if self.by_person else 0, work.service_id or 0, work.project_id or 0, segment)

    def of_customer(self, customer_id: int, currency: str, *, is_own: bool = True) -> "RateList":
        """What of it can hold for a customer who is billed in this currency; in another than the account's
        (`is_own`) the workspace's rate does not.
        """
        rules = tuple(
            rule for rule in self.rules if rule.customer_id in (None, customer_id) and rule.currency in ("", currency)
        )
        return RateList(rules, self.later if is_own else ())

    def whole(self, usual_cents: int | None) -> tuple[RateRule, ...]:
        """All rules; the last one is the workspace's rate, which was so many cents before it became another one."""
        first = PriceFrom(ALWAYS, None if usual_cents is None else usual_cents * CENT)
        return (*self.rules, RateRule(WORKSPACE, (first, *self.later)))


def exact_place(rules: Sequence[RateRule], about: Sequence[object]) -> int:
    """Where a rule stands, counted from 1, if what says more about the work stands first; `about` is what it names."""
    named = sum(isinstance(each, int) for each in about)
    for number, rule in enumerate(rules, start=1):
        if sum(each is not None for each in rule.names) < named:
            return number
    return len(rules)


def priced_from(prices: Sequence[PriceFrom], price: int | None, first_day: date, today: date) -> tuple[PriceFrom, ...]:
    """The prices of a rule after a change: a new one from a day on, or, from ALWAYS on, for all that is open by now.

    In the second case the rule still begins when it began. What was planned for days to come stays in both.
    """
    if first_day == ALWAYS:
        begun = [each for each in prices if each.first_day <= today] or list(prices[:1]) or [PriceFrom(ALWAYS, None)]
        rest = [each for each in prices if each.first_day > max(today, begun[0].first_day)]
        changed = [PriceFrom(begun[0].first_day, price), *rest]
    else:
        others = (each for each in prices if each.first_day != first_day)
        changed = sorted([*others, PriceFrom(first_day, price)], key=attrgetter("first_day"))
    before = [None, *(each.price for each in changed)]
    return tuple(each for each, was in zip(changed, before, strict=False) if each.price != was)


AS_BILLOMAT_HAS_IT = RateList()
"""The list of a workspace that set none: articles, else the workspace's rate."""


def rate_of(
    rules: Sequence[RateRule],
    work: Work,
    article: PricedArticle | None,
    terms: PriceTerms,
    default_vat: Vat | None = None,
) -> Rate:
    """The one rate that holds for work, billed as this article: of the first rule that fits.

    The VAT in a price is the article's, else the account's default, also where the customer pays none.
    """
    fitting = [(rule, said) for rule in rules if (said := _said(rule, work, article, terms))]
    if not fitting:
        return Rate(None, None)
    (rule, said), *others = fitting
    beaten = tuple(each for each, _ in others)
    if said.price is None:
        return Rate(rule, None, beaten)
    vat = (article.vat if article else None) or default_vat
    is_gross = terms.account_gross and rule.by_article
    return Rate(rule, as_invoiced(said.price, vat, is_gross=is_gross, invoice_gross=terms.invoice_gross), beaten)


class _Said(NamedTuple):
    price: int | None


def _said(rule: RateRule, work: Work, article: PricedArticle | None, terms: PriceTerms) -> _Said | None:
    """What a rule says of work; None where it says nothing."""
    if not rule.fits(work):
        return None
    if not rule.by_article:
        return None if (price := rule.price_on(work.day)) is None else _Said(price)
    if article is None:
        return None
    if not is_hourly(article.unit):
        return _Said(None)  # a price for a day must not be taken for that of an hour, and says that hours have none
    if not terms.takes(article):
        return None
    return None if (price := article.price_of_group(terms.group)) is None else _Said(price)

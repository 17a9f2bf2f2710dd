"""Rates in words: what a rate is about, what it costs from when on, and which one holds."""

from collections.abc import Sequence

from bot.billing.rates import Answered, Rates
from bot.billing.rules.agreements import COVERED
from bot.billing.rules.rate_list import ALWAYS, WORKSPACE, PriceFrom, RateRule
from bot.core.texts import Reader
from bot.slack.blocks import cut

LONGEST = 120
_BEATEN = 3


def rate_set(to: Reader, rates: Rates) -> str:
    """What an hour costs since a moment ago."""
    prices = rates.usual.prices
    if len(prices) == 1 and prices[0].price is not None:
        return to.t("An hour costs {rate} net from now on.", rate=to.price(prices[0].price, rates.currency))
    return to.t("Net price of an hour: {prices}.", prices=prices_said(to, prices, rates.currency))


def rule_said(to: Reader, rates: Rates, rule: RateRule) -> str:
    """A rule in words: Design for Acme: €95.00 from Jan 1, 2027."""
    if rule.by_article:
        return to.t("What has an article in Billomat: its price, or that of the customer's price group")
    prices = prices_said(to, rule.prices, rule.currency or rates.currency)
    return to.t("{work}: {prices}", work=work_said(to, rates, rule), prices=prices)


def work_said(to: Reader, rates: Rates, rule: RateRule) -> str:
    """What a rule is about."""
    if rule.id == WORKSPACE:
        return to.t("Everything else") if len(rates.rules) > 1 else to.t("Everything")
    labels = rates.labels
    whom = labels.projects.get(rule.project_id or 0) or labels.customers.get(rule.customer_id or 0, "")
    service, person = labels.services.get(rule.service_id or 0, ""), labels.people.get(rule.person_id or 0, "")
    work = to.t("{service} for {whom}", service=service, whom=whom) if service and whom else service or whom
    if person and work:
        work = to.t("{work} by {person}", work=work, person=person)
    return cut(work or person, LONGEST)


def prices_said(to: Reader, prices: Sequence[PriceFrom], currency: str) -> str:
    """Prices with their first days."""
    said = []
    for each in prices:
        price = to.t("none") if each.price is None else to.price(each.price, currency)
        is_first = each.first_day == ALWAYS
        said.append(price if is_first else to.t("{price} from {day}", price=price, day=to.short_date(each.first_day)))
    if len(said) > 1 and prices[0] == PriceFrom(ALWAYS, None):
        said = said[1:]
    return ", ".join(said) or to.t("none")


def answer_said(to: Reader, rates: Rates, answered: Answered) -> str:
    """Which rate holds, and which it beat."""
    rate = answered.rate
    if rate.rule is None or (rate.price is None and not rate.rule.by_article):
        return to.t("No rate: a person has to type one.")
    if rate.rule.id == COVERED:
        return to.t("Nothing by the hour: the project has a fixed price.")
    number = str(rates.number(rate.rule))
    if rate.price is None:
        return to.t("No rate by rule {number}: the article is not sold by the hour.", number=number)
    price = to.price(rate.price, answered.currency)
    said = to.t("{price} by rule {number}", price=price, number=number)
    if answered.gross:
        said = to.t("{price} with VAT by rule {number}", price=price, number=number)
    if not rate.beaten:
        return said
    beaten = [f"{rates.number(each)}. {rule_said(to, rates, each)}" for each in rate.beaten[:_BEATEN]]
    return f"{said}\n" + to.t("It beats: {rules}", rules="; ".join(beaten))


def names_of_work(to: Reader) -> dict[str, str]:
    """What a rate may be about, as people here call it."""
    return {"person": to.t("Person"), **{kind: to.thing(kind) for kind in ("service", "project", "customer")}}

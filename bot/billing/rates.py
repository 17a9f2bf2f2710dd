"""What an hour costs, looked at: the workspace's list of rates, and which of them holds for some work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from bot.billing.pricing import prices_of
from bot.billing.rules.rate_list import Rate, RateRule, Work
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_admin, require_biller
from bot.tracking.rules.filters import Filter
from storage import filter_menus
from storage import payers as payer_rows
from storage.catalog import Kind
from storage.filter_menus import Offered
from storage.filter_names import Labels, read_labels


@dataclass(frozen=True, slots=True)
class Rates:
    """The list as somebody sees it. The last rule is the workspace's own rate."""

    rules: tuple[RateRule, ...]
    labels: Labels
    currency: str
    """Of rules that name none."""
    today: date
    may_change: bool

    @property
    def is_plain(self) -> bool:
        """Whether there is one rate for everything, beside what Billomat says."""
        return len(self.rules) <= 2

    @property
    def usual(self) -> RateRule:
        """The workspace's own rate."""
        return self.rules[-1]

    def number(self, rule: RateRule) -> int:
        """The place of a rule in the list, counted from 1."""
        return [each.id for each in self.rules].index(rule.id) + 1

    def rule(self, rule_id: int) -> RateRule:
        """One of them. Raises UserError."""
        for each in self.rules:
            if each.id == rule_id:
                return each
        raise UserError("This rate is no longer in the list. Please look at it again.")


@dataclass(frozen=True, slots=True)
class Tried:
    """The work of the test line."""

    person: int | None = None
    service: int | None = None
    project: int | None = None
    customer: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """Which rate holds for it, in the currency of its invoice."""

    rate: Rate
    currency: str
    gross: bool


def read_rates(bot: Bot, caller: Caller) -> Rates:
    """The list as it is. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        return rates_now(db, caller)


def begin_rule(
    bot: Bot, caller: Caller, *, customer_id: int | None, service_id: int | None
) -> tuple[Rates, dict[str, Offered]]:
    """The list to which a rate is added, and what it is likely meant for. Raises UserError."""
    require_admin(caller)
    with bot.database.read() as db:
        return rates_now(db, caller), _named(db, caller, {"customer": customer_id, "service": service_id})


def begin_change(bot: Bot, caller: Caller, rule_id: int) -> tuple[Rates, RateRule, dict[str, Offered]]:
    """The list, one of its rates, and what that is about. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        rates = rates_now(db, caller)
        rule = rates.rule(rule_id)
        named: dict[Kind, int | None] = {
            "customer": rule.customer_id,
            "project": rule.project_id,
            "service": rule.service_id,
        }
        found = _named(db, caller, named)
        if rule.person_id:
            found["person"] = Offered(rule.person_id, rates.labels.people[rule.person_id], "", archived=False)
        return rates, rule, found


def _named(db: Connection, caller: Caller, named: Mapping[Kind, int | None]) -> dict[str, Offered]:
    found: dict[str, Offered] = {}
    for kind, row_id in named.items():
        for each in filter_menus.read_offered(db, caller.workspace_id, kind, [row_id] if row_id else []):
            found[kind] = each
    return found


def is_billed_apart(bot: Bot, caller: Caller, customer_id: int | None) -> bool:
    """Whether a customer is billed in another currency than the workspace's rate is in. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        found = payer_rows.payers(db, caller.workspace_id, [customer_id]) if customer_id else []
        prices = prices_of(db, caller.workspace_id)
        return any(prices.currency_of(each) != prices.currency for each in found)


def try_rates(bot: Bot, caller: Caller, tried: Tried) -> Answered | None:
    """Which rate holds for such work; None where no customer is named yet. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        project = find_project(db, caller, tried.project)
        customer_id = (project.customer_id if project else None) or tried.customer
        found = payer_rows.payers(db, caller.workspace_id, [customer_id]) if customer_id else []
        if not found:
            return None
        prices = prices_of(db, caller.workspace_id)
        pricing = prices.for_customer(found[0])
        work = Work(tried.person or 0, tried.service, tried.project, found[0].id, tried.day or caller.today)
        rate = pricing.rate(work, pricing.articles.get(tried.service or 0))
        return Answered(rate, prices.currency_of(found[0]), pricing.terms.invoice_gross)


def find_project(db: Connection, caller: Caller, project_id: int | None) -> Offered | None:
    """A project of this workspace, if it is there."""
    ids = [project_id] if project_id else []
    return next(iter(filter_menus.read_offered(db, caller.workspace_id, "project", ids)), None)


def rates_now(db: Connection, caller: Caller) -> Rates:
    """The list as it is in the middle of something."""
    prices = prices_of(db, caller.workspace_id)
    rules = prices.rates.whole(prices.workspace.rate_cents)
    return Rates(rules, _labels(db, caller, rules), prices.currency, caller.today, caller.is_admin)


def _labels(db: Connection, caller: Caller, rules: Sequence[RateRule]) -> Labels:
    named = Filter(
        customers=tuple(each.customer_id for each in rules if each.customer_id),
        projects=tuple(each.project_id for each in rules if each.project_id),
        services=tuple(each.service_id for each in rules if each.service_id),
        people=tuple(each.person_id for each in rules if each.person_id),
    )
    return read_labels(db, caller.workspace_id, named)

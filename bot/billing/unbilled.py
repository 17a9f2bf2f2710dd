"""What the workspace has earned and not billed yet, what is on its way, and who can be billed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from bot.billing.rules.rates import rate_of
from bot.billing.rules.rounding import amount, hours
from bot.catalog.rules.names import name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import require_biller
from storage import billing as billing_rows
from storage import people as people_rows
from storage import unbilled as unbilled_rows
from storage.billing import DraftUnderWay
from storage.catalog import Named
from storage.listing import Kind


@dataclass(frozen=True, slots=True)
class UnbilledCustomer:
    """What one customer could be billed: time, and net cents for as much of it as has a rate."""

    name: str
    seconds: int
    cents: int
    unpriced: int = 0
    """Seconds of it for which nobody set a rate yet."""


class OpenWorth(NamedTuple):
    """Net cents by the id of a customer, project or service."""

    currency: str
    cents: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class UnbilledWork:
    """What the whole workspace has earned and not put on a draft yet, by customer, the most first."""

    currency: str
    customers: tuple[UnbilledCustomer, ...]

    @property
    def cents(self) -> int:
        """The sum, net."""
        return sum(customer.cents for customer in self.customers)

    @property
    def unpriced(self) -> int:
        """Seconds for which nobody set a rate yet."""
        return sum(customer.unpriced for customer in self.customers)

    @property
    def is_priced(self) -> bool:
        """Whether the sum says anything: some time has a rate, or there is none to bill."""
        return not self.customers or any(customer.unpriced < customer.seconds for customer in self.customers)


def under_way(bot: Bot, caller: Caller) -> tuple[DraftUnderWay, ...]:
    """The workspace's drafts that are on their way to Billomat; none for those who do not bill."""
    if not caller.bills:
        return ()
    with bot.database.read() as db:
        return tuple(billing_rows.shown_under_way(db, caller.workspace_id))


def unbilled_work(db: Connection, workspace_id: int) -> UnbilledWork:
    """What everybody's unbilled time would be billed at; time without a rate is counted for itself."""
    articles = unbilled_rows.articles_of_services(db, workspace_id)
    terms = people_rows.workspace_terms(db, workspace_id)
    names: dict[int, str] = {}
    seconds, cents, unpriced = Counter[int](), Counter[int](), Counter[int]()
    for worked in unbilled_rows.unbilled_sums(db, workspace_id):
        rate = rate_of(articles.get(worked.service_id or 0), terms.rate_cents)
        names[worked.customer_id] = worked.customer
        seconds[worked.customer_id] += worked.seconds
        if rate is None:
            unpriced[worked.customer_id] += worked.seconds
        else:
            cents[worked.customer_id] += amount(hours(worked.seconds), rate)
    waiting = (UnbilledCustomer(name, seconds[key], cents[key], unpriced[key]) for key, name in names.items())
    by_worth = sorted(waiting, key=lambda customer: (-customer.cents, -customer.seconds, customer.name))
    return UnbilledWork(terms.currency, tuple(by_worth))


def open_worth(bot: Bot, caller: Caller, kind: Kind) -> OpenWorth | None:
    """What everybody's unbilled time is worth by customer, project or service; None for those who do not bill."""
    if not caller.bills:
        return None
    cents = Counter[int]()
    with bot.database.read() as db:
        articles = unbilled_rows.articles_of_services(db, caller.workspace_id)
        terms = people_rows.workspace_terms(db, caller.workspace_id)
        for worked in unbilled_rows.unbilled_sums(db, caller.workspace_id):
            key = {"customer": worked.customer_id, "project": worked.project_id, "service": worked.service_id}[kind]
            rate = rate_of(articles.get(worked.service_id or 0), terms.rate_cents)
            cents[key or 0] += amount(hours(worked.seconds), rate or 0)
    return OpenWorth(terms.currency, cents)


def offered_payers(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Customers for the menu of the invoice, those with unbilled time first."""
    require_biller(caller)
    with bot.database.read() as db:
        return unbilled_rows.search_payers(db, caller.workspace_id, name_key(text))

"""What the workspace has earned and not billed yet, what is on its way, and who can be billed."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import Connection

from bot.billing.budget_uses import AboveBudget, above_budgets
from bot.billing.open_lines import OpenSeconds, PricedLine, billed_time, line_at_price
from bot.billing.pricing import Prices, prices_of
from bot.billing.retained import read_included
from bot.billing.rules.expenses import UnbilledExpense
from bot.billing.rules.lines import Line
from bot.billing.rules.making import expense_lines
from bot.billing.rules.periods import EVERYTHING, Period
from bot.billing.rules.rates import PricedArticle
from bot.billing.rules.rounding import hours
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import LineWorth, OpenLine, Pricing, Worth, totals, worth
from bot.catalog.rules.spelling import name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.money import NO_SUMS, Sums, spread
from bot.people.callers import require_biller
from bot.tracking.rules.filters import Filter
from storage import billing as billing_rows
from storage import expenses as expense_rows
from storage import priced_articles as article_rows
from storage import unbilled as unbilled_rows
from storage.billing import DraftUnderWay
from storage.budgets import budgets_of_workspace
from storage.catalog import Kind, Named
from storage.unbilled import Payer, UnbilledSum


@dataclass(frozen=True, slots=True)
class UnbilledCustomer:
    """What one customer could be billed: time, and net cents of their currency for as much of it as has a rate."""

    id: int
    name: str
    seconds: int
    cents: int
    currency: str
    unpriced: int = 0
    """Seconds of it for which nobody set a rate yet."""
    has_expenses: bool = False
    """Whether some of the sum is no time."""
    above: int = 0
    """Seconds of it above hard budgets, for which nothing is in the sum."""
    covered: int = 0
    """Seconds of it for which fixed prices are paid, and nothing is in the sum."""


class OpenWorth(NamedTuple):
    """Net sums by the id of a customer, project or service; most are in `currency`."""

    currency: str
    sums: Mapping[int, Sums]
    spent: frozenset[int] = frozenset()
    """Of which some is no time but an expense."""


@dataclass(frozen=True, slots=True)
class UnbilledWork:
    """What the whole workspace has earned and not put on a draft yet, by customer, the most first."""

    currency: str
    customers: tuple[UnbilledCustomer, ...]

    @property
    def cents(self) -> int:
        """The sum of all who are billed in the account's currency, net."""
        return self._sums[0]

    @property
    def others(self) -> Sums:
        """What others are billed in their currencies."""
        return self._sums[1]

    @property
    def _sums(self) -> tuple[int, Sums]:
        return Sums.of((each.currency, each.cents) for each in self.customers if each.cents).apart(self.currency)

    @property
    def unpriced(self) -> int:
        """Seconds for which nobody set a rate yet."""
        return sum(customer.unpriced for customer in self.customers)

    @property
    def is_priced(self) -> bool:
        """Whether the sum says anything: some time has a rate, or there is none to bill."""
        return not self.customers or any(
            customer.unpriced < customer.seconds or customer.has_expenses for customer in self.customers
        )


def under_way(bot: Bot, caller: Caller) -> tuple[DraftUnderWay, ...]:
    """The workspace's drafts that are on their way to Billomat; none for those who do not bill."""
    if not caller.bills:
        return ()
    with bot.database.read() as db:
        return tuple(billing_rows.shown_under_way(db, caller.workspace_id))


def unbilled_work(db: Connection, workspace_id: int, period: Period = EVERYTHING) -> UnbilledWork:
    """What everybody's unbilled time of some days would be billed at; what has no rate is counted for itself."""
    prices = prices_of(db, workspace_id)
    sums, billed = _read_sums(db, workspace_id, period, prices)
    worked: dict[Payer, list[UnbilledSum]] = {}
    for each in sums:
        worked.setdefault(each.payer, []).append(each)
    spent = _read_expenses(db, workspace_id, Filter(period.first, period.last))
    for payer in unbilled_rows.payers(db, workspace_id, spent.of_customers) if spent.of_customers else ():
        worked.setdefault(payer, [])
    pricings = {payer: prices.for_customer(payer) for payer in worked}
    waiting = (
        _unbilled(payer, sums, billed, pricings[payer], spent.lines(payer.id, pricings[payer]))
        for payer, sums in worked.items()
    )
    covered = Counter[int]()
    for each in sums:
        covered[each.payer.id] += each.seconds if prices.covers(each.line.work) else 0
    above = above_budgets(db, workspace_id, prices, period)
    waiting = (replace(_without(customer, above), covered=covered[customer.id]) for customer in waiting)
    by_worth = sorted(waiting, key=lambda customer: (-customer.cents, -customer.seconds, customer.name))
    return UnbilledWork(prices.currency, tuple(by_worth))


def _without(customer: UnbilledCustomer, above: Sequence[AboveBudget]) -> UnbilledCustomer:
    """A sum without what is above hard budgets, which no invoice bills."""
    theirs = [each for each in above if each.budget.customer_id == customer.id]
    if not theirs:
        return customer
    cents, seconds = sum(each.cents for each in theirs), sum(each.seconds for each in theirs)
    return replace(customer, cents=customer.cents - cents, above=seconds)


def _unbilled(
    payer: Payer,
    sums: Sequence[UnbilledSum],
    billed: Mapping[PricedLine, OpenSeconds],
    pricing: Pricing,
    spent: Sequence[Line] = (),
) -> UnbilledCustomer:
    lines: dict[PricedLine, int] = {}
    for each in sums:
        line = line_at_price(each.line, pricing)
        lines[line] = lines.get(line, 0) + each.seconds
    priced = [_worth(line, billed[line].billed, pricing) for line in lines]
    unpriced = sum(seconds - billed[line].included for line, seconds in lines.items() if line.price is None)
    return UnbilledCustomer(
        payer.id,
        payer.name,
        sum(each.seconds for each in sums),
        _net([*priced, *spent], pricing),
        pricing.currency,
        unpriced,
        has_expenses=bool(spent),
    )


@dataclass(frozen=True, slots=True)
class _OpenExpenses:
    """Expenses that can be billed, by the id of their customer, with what they are priced by."""

    of_customers: Mapping[int, Sequence[UnbilledExpense]]
    articles: Mapping[int, PricedArticle]
    rates: Sequence[Vat]

    def lines(self, customer_id: int, pricing: Pricing) -> list[Line]:
        """The lines of one customer's."""
        found = self.of_customers.get(customer_id, ())
        return expense_lines(found, pricing=pricing, edits={}, articles=self.articles, rates=self.rates)


def _read_expenses(db: Connection, workspace_id: int, chosen: Filter) -> _OpenExpenses:
    found: dict[int, list[UnbilledExpense]] = {}
    for each in expense_rows.open_expenses(db, workspace_id, chosen):
        found.setdefault(each.customer_id, []).append(each.expense)
    ids = {each.article_id for theirs in found.values() for each in theirs if each.article_id}
    articles = article_rows.articles_by_id(db, workspace_id, ids) if ids else {}
    return _OpenExpenses(found, articles, expense_rows.rates_of_vat(db, workspace_id) if found else ())


def _read_sums(
    db: Connection, workspace_id: int, period: Period, prices: Prices
) -> tuple[list[UnbilledSum], dict[PricedLine, OpenSeconds]]:
    """What can be billed of some days, and the seconds that invoices would have of each line."""
    sums = unbilled_rows.unbilled_sums(db, workspace_id, prices.priced_by, period)
    pricings = {payer.id: prices.for_customer(payer) for payer in {each.payer for each in sums}}
    seconds: dict[OpenLine, int] = {}
    for each in sums:
        seconds[each.line] = seconds.get(each.line, 0) + each.seconds
    chosen = Filter(period.first, period.last)
    included = read_included(db, workspace_id, chosen, prices.agreements)
    return sums, billed_time(db, workspace_id, chosen, seconds, pricings, included)


def _worth(line: PricedLine, seconds: int, pricing: Pricing) -> Worth:
    return worth(pricing.articles.get(line.service_id or 0), hours(seconds), line.price, pricing)


def _net(lines: Sequence[Worth | Line], pricing: Pricing) -> int:
    return totals(((line.vat, line.amount_cents or 0) for line in lines), pricing).net


def worth_by_line(
    db: Connection, workspace_id: int, chosen: Filter, seconds: Mapping[OpenLine, int]
) -> tuple[str, dict[OpenLine, LineWorth]]:
    """The account's currency, and what each line with so many seconds would be billed at: all that fits and can be.

    The lines of a customer are together exactly the net sum of an invoice of them: what its reduction and its VAT
    round is spread over them.
    """
    prices = prices_of(db, workspace_id)
    of_customer: dict[int, list[OpenLine]] = {}
    for line in seconds:
        of_customer.setdefault(line.customer_id, []).append(line)
    found: dict[OpenLine, LineWorth] = {}
    payers = unbilled_rows.payers(db, workspace_id, of_customer) if of_customer else []
    pricings = {each.id: prices.for_customer(each) for each in payers}
    included = read_included(db, workspace_id, chosen, prices.agreements) if seconds else []
    billed = billed_time(db, workspace_id, chosen, seconds, pricings, included)
    for payer in payers:
        pricing, parts = pricings[payer.id], dict[PricedLine, list[OpenLine]]()
        for part in of_customer[payer.id]:
            parts.setdefault(line_at_price(part, pricing), []).append(part)
        priced = [_worth(each, billed[each].billed, pricing) for each in parts]
        whole = pricing.smallest
        parts_of_net = spread(_net(priced, pricing) // whole, [(each.amount_cents or 0) // whole for each in priced])
        cents = [each * whole for each in parts_of_net]
        for (priced_line, of_line), net in zip(parts.items(), cents, strict=True):
            shares = [each * whole for each in spread(net // whole, [seconds[part] for part in of_line])]
            worked = sum(seconds[part] for part in of_line)
            is_priced = priced_line.price is not None or billed[priced_line].included == worked
            found |= {
                part: LineWorth(share, is_priced, pricing.currency, prices.covers(part.work))
                for part, share in zip(of_line, shares, strict=True)
            }
    return prices.currency, found


def above_in(db: Connection, workspace_id: int, project_ids: Collection[int | None]) -> tuple[AboveBudget, ...]:
    """What of the open time of these projects is above their hard budgets. Costs one statement where none has one."""
    if not any(each.is_hard and each.project_id in project_ids for each in budgets_of_workspace(db, workspace_id)):
        return ()
    above = above_budgets(db, workspace_id, prices_of(db, workspace_id))
    return tuple(each for each in above if each.budget.project_id in project_ids)


def rates_ask(db: Connection, workspace_id: int) -> frozenset[str]:
    """What the rates of a workspace ask for beside customer, project and service."""
    return prices_of(db, workspace_id).priced_by.asks


def open_worth(bot: Bot, caller: Caller, kind: Kind) -> OpenWorth | None:
    """What everything unbilled is worth by customer, project or service; None for those who do not bill.

    Expenses have no service.
    """
    if not caller.bills:
        return None
    with bot.database.read() as db:
        prices = prices_of(db, caller.workspace_id)
        worked: dict[tuple[int, Payer], list[UnbilledSum]] = {}
        sums, billed = _read_sums(db, caller.workspace_id, EVERYTHING, prices)
        for each in sums:
            key = {"customer": each.payer.id, "project": each.project_id, "service": each.service_id}[kind]
            worked.setdefault((key or 0, each.payer), []).append(each)
        spent = {} if kind == "service" else _open_lines(db, caller.workspace_id, prices, kind)
        above = _above_by_key(above_budgets(db, caller.workspace_id, prices), kind)
    by_key: dict[int, Sums] = {}
    for key, payer in worked | spent:
        theirs, lines = worked.get((key, payer), ()), spent.get((key, payer), ())
        found = _unbilled(payer, theirs, billed, prices.for_customer(payer), lines)
        cents = found.cents - above.get((key, payer.id), 0)
        by_key[key] = by_key.get(key, NO_SUMS) + Sums.of([(found.currency, cents)] if cents else [])
    return OpenWorth(prices.currency, by_key, frozenset(key for key, _ in spent))


def _above_by_key(above: Sequence[AboveBudget], kind: Kind) -> dict[tuple[int, int], int]:
    """Cents above hard budgets by customer, project or service, and the customer."""
    found: dict[tuple[int, int], int] = {}
    for each in above:
        for service_id, cents in each.by_service.items():
            customer_id = each.budget.customer_id
            key = {"customer": customer_id, "project": each.budget.project_id, "service": service_id or 0}[kind]
            found[key, customer_id] = found.get((key, customer_id), 0) + cents
    return found


def _open_lines(db: Connection, workspace_id: int, prices: Prices, kind: Kind) -> dict[tuple[int, Payer], list[Line]]:
    """The lines of all expenses that can be billed, by customer or project."""
    spent, found = _read_expenses(db, workspace_id, Filter()), dict[tuple[int, Payer], list[Line]]()
    for payer in unbilled_rows.payers(db, workspace_id, spent.of_customers) if spent.of_customers else ():
        for line in spent.lines(payer.id, prices.for_customer(payer)):
            key = payer.id if kind == "customer" else line.project_id or 0
            found.setdefault((key, payer), []).append(line)
    return found


def offered_payers(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Customers for the menu of the invoice, those with unbilled time first."""
    require_biller(caller)
    with bot.database.read() as db:
        return unbilled_rows.search_payers(db, caller.workspace_id, name_key(text))

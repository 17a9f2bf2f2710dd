"""What the workspace has earned and not billed yet, what is on its way, and who can be billed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.billing.budget_uses import NO_BUDGETS, OpenBudgets, open_budgets
from bot.billing.open_lines import OpenSeconds, PricedLine, billed_time, line_at_price
from bot.billing.pricing import Prices, prices_of
from bot.billing.retained import read_included
from bot.billing.rules.budgets import BudgetUse
from bot.billing.rules.expense_lines import expense_lines
from bot.billing.rules.expenses import UnbilledExpense
from bot.billing.rules.lines import Line, spent_on
from bot.billing.rules.periods import EVERYTHING, Period
from bot.billing.rules.rates import PricedArticle
from bot.billing.rules.rounding import hours
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import OpenLine, Pricing, Worth, totals, worth
from bot.catalog.rules.spelling import name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.money import Sums
from bot.people.callers import require_biller
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spent import SpentKind
from storage import drafts as draft_rows
from storage import payers as payer_rows
from storage import priced_articles as article_rows
from storage import unbilled_expenses as unbilled_expense_rows
from storage import unbilled_sums as unbilled_sum_rows
from storage.catalog import Named
from storage.drafts import DraftUnderWay
from storage.payers import Payer
from storage.unbilled_sums import UnbilledSum


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
    spent: SpentKind = SpentKind.NOTHING
    """What of the sum is no time."""
    above: int = 0
    """Seconds of it above hard budgets, for which nothing is in the sum."""
    covered: int = 0
    """Seconds of it for which fixed prices are paid, and nothing is in the sum."""


@dataclass(frozen=True, slots=True)
class UnbilledWork:
    """What the whole workspace has earned and not put on a draft yet, by customer, the most first."""

    currency: str
    customers: tuple[UnbilledCustomer, ...]
    budgets: tuple[BudgetUse, ...] = ()
    """Of all projects that have one, where that was asked for."""

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
        priced = (each for each in self.customers if each.cents or each.unpriced < each.seconds)
        return Sums.of((each.currency, each.cents) for each in priced).apart(self.currency)

    @property
    def unpriced(self) -> int:
        """Seconds for which nobody set a rate yet."""
        return sum(customer.unpriced for customer in self.customers)

    @property
    def is_priced(self) -> bool:
        """Whether the sum says anything: some time has a rate, or there is none to bill."""
        return not self.customers or any(
            customer.unpriced < customer.seconds or customer.spent for customer in self.customers
        )


def under_way(bot: Bot, caller: Caller) -> tuple[DraftUnderWay, ...]:
    """The workspace's drafts that are on their way to Billomat; none for those who do not bill."""
    if not caller.bills:
        return ()
    with bot.database.read() as db:
        return tuple(draft_rows.shown_under_way(db, caller.workspace_id))


def unbilled_work(
    db: Connection, workspace_id: int, period: Period = EVERYTHING, *, with_budgets: bool = False
) -> UnbilledWork:
    """What everybody's unbilled time of some days would be billed at; what has no rate is counted for itself.

    What is used up of budgets follows from all days, and is asked for with all of them.
    """
    prices = prices_of(db, workspace_id)
    sums, billed = read_sums(db, workspace_id, period, prices)
    worked: dict[Payer, list[UnbilledSum]] = {}
    for each in sums:
        worked.setdefault(each.payer, []).append(each)
    spent = read_expenses(db, workspace_id, Filter(period.first, period.last))
    for payer in payer_rows.payers(db, workspace_id, spent.of_customers) if spent.of_customers else ():
        worked.setdefault(payer, [])
    pricings = {payer: prices.for_customer(payer) for payer in worked}
    chosen = Filter(period.first, period.last)
    budgets = open_budgets(db, workspace_id, prices, chosen, with_uses=with_budgets)
    waiting = (
        unbilled_customer(payer, sums, billed, pricings[payer], spent.lines(payer.id, pricings[payer]), budgets)
        for payer, sums in worked.items()
    )
    covered = Counter[int]()
    for each in sums:
        covered[each.payer.id] += each.seconds if prices.covers(each.line.work) else 0
    waiting = (replace(customer, covered=covered[customer.id]) for customer in waiting)
    by_worth = sorted(waiting, key=lambda customer: (-customer.cents, -customer.seconds, customer.name))
    return UnbilledWork(prices.currency, tuple(by_worth), budgets.uses)


def unbilled_customer(
    payer: Payer,
    sums: Sequence[UnbilledSum],
    billed: Mapping[PricedLine, OpenSeconds],
    pricing: Pricing,
    spent: Sequence[Line] = (),
    budgets: OpenBudgets = NO_BUDGETS,
) -> UnbilledCustomer:
    """What some time and expenses of a customer come to: of projects whose hard budget is cut, by their lines."""
    lines: dict[PricedLine, int] = {}
    for each in sums:
        line = line_at_price(each.line, pricing)
        lines[line] = lines.get(line, 0) + each.seconds
    priced = [worth_of(line, billed[line].billed, pricing) for line in lines if line.project_id not in budgets.cut_ids]
    within = budgets.lines_of(payer.id)
    unpriced = sum(seconds - billed[line].included for line, seconds in lines.items() if line.price is None)
    return UnbilledCustomer(
        payer.id,
        payer.name,
        sum(each.seconds for each in sums),
        net_of([*priced, *within, *spent], pricing),
        pricing.currency,
        unpriced,
        spent=spent_on(spent),
        above=sum(each.above for each in budgets.cut if each.budget.customer_id == payer.id),
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


def read_expenses(db: Connection, workspace_id: int, chosen: Filter) -> _OpenExpenses:
    """Expenses of some days and a selection that can be billed."""
    found: dict[int, list[UnbilledExpense]] = {}
    for each in unbilled_expense_rows.open_expenses(db, workspace_id, chosen):
        found.setdefault(each.customer_id, []).append(each.expense)
    ids = {each.article_id for theirs in found.values() for each in theirs if each.article_id}
    articles = article_rows.articles_by_id(db, workspace_id, ids) if ids else {}
    return _OpenExpenses(found, articles, unbilled_expense_rows.rates_of_vat(db, workspace_id) if found else ())


def read_sums(
    db: Connection, workspace_id: int, period: Period, prices: Prices
) -> tuple[list[UnbilledSum], dict[PricedLine, OpenSeconds]]:
    """What can be billed of some days, and the seconds that invoices would have of each line."""
    sums = unbilled_sum_rows.unbilled_sums(db, workspace_id, prices.priced_by, period)
    pricings = {payer.id: prices.for_customer(payer) for payer in {each.payer for each in sums}}
    seconds: dict[OpenLine, int] = {}
    for each in sums:
        seconds[each.line] = seconds.get(each.line, 0) + each.seconds
    chosen = Filter(period.first, period.last)
    included = read_included(db, workspace_id, chosen, prices.agreements)
    on_line = {each: line_at_price(each, pricings[each.customer_id]) for each in seconds}
    return sums, billed_time(db, workspace_id, chosen, seconds, on_line, pricings, included)


def worth_of(line: PricedLine, seconds: int, pricing: Pricing) -> Worth:
    """What so many seconds of a line come to."""
    return worth(pricing.articles.get(line.service_id or 0), hours(seconds), line.price, pricing)


def net_of(lines: Sequence[Worth | Line], pricing: Pricing) -> int:
    """The net sum of an invoice of these."""
    return totals(((line.vat, line.amount_cents or 0) for line in lines), pricing).net


def offered_payers(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Customers for the menu of the invoice, those with unbilled time first."""
    require_biller(caller)
    with bot.database.read() as db:
        return payer_rows.search_payers(db, caller.workspace_id, name_key(text))

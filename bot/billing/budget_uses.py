"""What of budgets is used up: by what stands on drafts, and by what is still open."""

from collections.abc import Iterable

from sqlalchemy import Connection

from bot.billing.pricing import Prices, prices_of
from bot.billing.rules.budgets import Budget, BudgetUse, billed_of, net_cents
from bot.billing.rules.entries import Entries
from bot.billing.rules.fixed_prices import FixedPrice, apart
from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE
from bot.billing.rules.making import make_lines
from bot.billing.rules.periods import EVERYTHING, Period
from bot.billing.rules.scope import Scope
from bot.billing.rules.worth import Pricing
from bot.tracking.rules.filters import Filter
from storage import agreements as agreement_rows
from storage import budgets as budget_rows
from storage import unbilled as unbilled_rows


def uses_of(db: Connection, workspace_id: int, customer_id: int) -> list[BudgetUse]:
    """The budgets of a customer's projects with what is used up of them."""
    return uses(db, workspace_id, budget_rows.budgets_of(db, workspace_id, customer_id), customer_id=customer_id)


def billed_uses(db: Connection, workspace_id: int, customer_id: int) -> list[BudgetUse]:
    """The same by what stands on drafts alone, open time left aside. Costs one statement where there is no budget."""
    found = budget_rows.budgets_of(db, workspace_id, customer_id)
    parts = budget_rows.billed_parts(db, workspace_id, customer_id) if found else {}
    billed = ((each, billed_of(each, parts.get(each.id, ()))) for each in found)
    return [BudgetUse(budget, amount, amount) for budget, amount in billed]


def uses(
    db: Connection,
    workspace_id: int,
    budgets: Iterable[Budget],
    *,
    customer_id: int | None = None,
    prices: Prices | None = None,
) -> list[BudgetUse]:
    """What is used up of these budgets, which are of one customer, or of any."""
    found = list(budgets)
    if not found:
        return []
    parts = budget_rows.billed_parts(db, workspace_id, customer_id)
    if prices is None and any(each.cents for each in found):
        prices = prices_of(db, workspace_id)
    return [_use(db, workspace_id, each, billed_of(each, parts.get(each.id, ())), prices) for each in found]


def _use(db: Connection, workspace_id: int, budget: Budget, billed: int, prices: Prices | None) -> BudgetUse:
    if prices is None or budget.cents is None:
        return BudgetUse(budget, budget_rows.recorded_seconds(db, budget, workspace_id), billed)
    pricing = prices.for_customer(unbilled_rows.get_payer(db, budget.customer_id))
    if pricing.currency != budget.currency:
        return BudgetUse(budget, billed, billed)
    return BudgetUse(budget, billed + worth_of(open_entries(db, workspace_id, budget), pricing), billed)


def open_entries(db: Connection, workspace_id: int, budget: Budget, period: Period = EVERYTHING) -> Entries:
    """The time of a budget that can be billed by the hour: what a fixed price covers is billed by that."""
    first = max(budget.first_day, period.first or budget.first_day)
    scope = Scope(Period(first, period.last), Filter(projects=(budget.project_id,)))
    found = unbilled_rows.unbilled_entries(db, workspace_id, budget.customer_id, scope, detailed=True)
    agreed = agreement_rows.agreements_of(db, workspace_id, budget.customer_id)
    return apart(found, [FixedPrice(each) for each in agreed])[0]


def worth_of(entries: Entries, pricing: Pricing) -> int:
    """Net cents of what entries are billed at, on lines by project and service, before any reduction."""
    lines, _ = make_lines(entries, BY_PROJECT_AND_SERVICE, pricing=pricing, edits={})
    return sum(
        net_cents(line.amount_cents or 0, line.vat.rate if line.vat else None, gross_prices=pricing.terms.invoice_gross)
        for line in lines
    )

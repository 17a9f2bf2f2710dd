"""What of budgets is used up: by what stands on drafts, and by what is still open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.billing.pricing import Prices, prices_of
from bot.billing.retained import read_retained
from bot.billing.rules.agreements import AgreementKind
from bot.billing.rules.budgeted import budgeted_lines
from bot.billing.rules.budgets import Budget, BudgetUse, billed_of, net_cents
from bot.billing.rules.dividing import divided
from bot.billing.rules.entries import Entries
from bot.billing.rules.fixed_prices import FixedPrice, apart
from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE
from bot.billing.rules.lines import Line
from bot.billing.rules.making import make_lines
from bot.billing.rules.periods import EVERYTHING, Period
from bot.billing.rules.scope import Scope
from bot.billing.rules.worth import Pricing, totals
from bot.tracking.rules.filters import Filter
from storage import agreements as agreement_rows
from storage import budgets as budget_rows
from storage import unbilled as unbilled_rows


def uses_of(db: Connection, workspace_id: int, customer_id: int) -> list[BudgetUse]:
    """The budgets of a customer's projects with what is used up of them."""
    return uses(db, workspace_id, budget_rows.budgets_of(db, workspace_id, customer_id), customer_id=customer_id)


def uses_of_workspace(db: Connection, workspace_id: int) -> list[BudgetUse]:
    """All budgets with what is used up of them. Costs one statement where there is none."""
    return uses(db, workspace_id, budget_rows.budgets_of_workspace(db, workspace_id))


def billed_uses(db: Connection, workspace_id: int, customer_id: int) -> list[BudgetUse]:
    """The same by what stands on drafts alone, open time left aside. Costs one statement where there is no budget."""
    found = budget_rows.budgets_of(db, workspace_id, customer_id)
    billed = billed_of(found, budget_rows.billed_parts(db, workspace_id, customer_id) if found else ())
    return [BudgetUse(each, billed[each.id], billed[each.id]) for each in found]


def uses(
    db: Connection,
    workspace_id: int,
    budgets: Iterable[Budget],
    *,
    customer_id: int | None = None,
) -> list[BudgetUse]:
    """What is used up of these budgets, which are of one customer, or of any."""
    found = list(budgets)
    if not found:
        return []
    billed = billed_of(found, budget_rows.billed_parts(db, workspace_id, customer_id))
    prices = prices_of(db, workspace_id) if any(each.cents for each in found) else None
    return [_use(db, workspace_id, each, billed[each.id], prices) for each in found]


def _use(db: Connection, workspace_id: int, budget: Budget, billed: int, prices: Prices | None) -> BudgetUse:
    if prices is None or budget.cents is None:
        return BudgetUse(budget, budget_rows.recorded_seconds(db, budget, workspace_id), billed)
    pricing = prices.for_customer(unbilled_rows.get_payer(db, budget.customer_id))
    if pricing.currency != budget.currency:
        return BudgetUse(budget, billed, billed)
    return BudgetUse(budget, billed + worth_of(open_entries(db, workspace_id, budget)[1], pricing), billed)


def open_entries(
    db: Connection, workspace_id: int, budget: Budget, period: Period = EVERYTHING
) -> tuple[Entries, Entries]:
    """The open time of a budget that no fixed price covers: what retainers include, and what is billed by the hour."""
    first = max(budget.first_day, period.first or budget.first_day)
    scope = Scope(Period(first, period.last), Filter(projects=(budget.project_id,)))
    found = unbilled_rows.unbilled_entries(db, workspace_id, budget.customer_id, scope, detailed=True)
    agreed = agreement_rows.agreements_of(db, workspace_id, budget.customer_id)
    by_hour, _ = apart(found, [FixedPrice(each) for each in agreed if each.kind is AgreementKind.FIXED_PRICE])
    included = read_retained(db, workspace_id, budget.customer_id, agreed).allotted
    return divided(by_hour, {entry_id: each.seconds for entry_id, each in included.items()})


def worth_of(entries: Entries, pricing: Pricing) -> int:
    """Net cents of what entries are billed at, on lines by project and service, before any reduction."""
    lines, _ = make_lines(entries, BY_PROJECT_AND_SERVICE, pricing=pricing, edits={})
    gross, to = pricing.terms.invoice_gross, pricing.smallest
    return sum(
        net_cents(line.amount_cents or 0, line.vat.rate if line.vat else None, gross_prices=gross, to=to)
        for line in lines
    )


@dataclass(frozen=True, slots=True)
class AboveBudget:
    """Open time above a hard budget, which no invoice bills."""

    budget: Budget
    seconds: int
    by_service: Mapping[int | None, int]
    """Net cents that it would be billed at without the budget, by the ids of services, after any reduction."""

    @property
    def cents(self) -> int:
        """Of all services."""
        return sum(self.by_service.values())


def above_budgets(
    db: Connection, workspace_id: int, prices: Prices, period: Period = EVERYTHING
) -> tuple[AboveBudget, ...]:
    """What of the open time of some days is above hard budgets, as if all of it were billed now.

    Costs one statement where there is none.
    """
    hard = [each for each in budget_rows.budgets_of_workspace(db, workspace_id) if each.is_hard]
    if not hard:
        return ()
    billed_now = billed_of(hard, budget_rows.billed_parts(db, workspace_id))
    found = []
    for budget in hard:
        billed = billed_now[budget.id]
        included, by_hour = open_entries(db, workspace_id, budget, period)
        pricing = prices.for_customer(unbilled_rows.get_payer(db, budget.customer_id))
        above = _above(BudgetUse(budget, billed, billed), included, by_hour, pricing)
        if above.seconds:
            found.append(above)
    return tuple(found)


def _above(use: BudgetUse, included: Entries, entries: Entries, pricing: Pricing) -> AboveBudget:
    made = budgeted_lines(entries, [use], BY_PROJECT_AND_SERVICE, pricing=pricing, edits={}, included=included)
    whole, _ = make_lines(entries, BY_PROJECT_AND_SERVICE, pricing=pricing, edits={})
    all_of_it, billed = _net_by_service(whole, pricing), _net_by_service(made.lines, pricing)
    by_service = {each: cents - billed.get(each, 0) for each, cents in all_of_it.items()}
    return AboveBudget(use.budget, sum(each.above for each in made.budgets), by_service)


def _net_by_service(lines: Iterable[Line], pricing: Pricing) -> dict[int | None, int]:
    of_services: dict[int | None, list[Line]] = {}
    for line in lines:
        of_services.setdefault(line.service_id, []).append(line)
    return {
        service_id: totals(((line.vat, line.amount_cents or 0) for line in theirs), pricing).net
        for service_id, theirs in of_services.items()
    }

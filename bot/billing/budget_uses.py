"""What of budgets is used up: by what stands on drafts, and by what is still open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.billing.pricing import Prices, prices_of
from bot.billing.retained import read_retained
from bot.billing.rules.agreements import AgreementKind
from bot.billing.rules.budgeted import budgeted_lines, parted_by_budget
from bot.billing.rules.budgets import Budget, BudgetUse, billed_of, net_cents
from bot.billing.rules.dividing import divided
from bot.billing.rules.entries import Entries
from bot.billing.rules.fixed_prices import FixedPrice, apart
from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE
from bot.billing.rules.lines import Line
from bot.billing.rules.making import make_lines
from bot.billing.rules.periods import Period
from bot.billing.rules.scope import ALL_WORK, Scope
from bot.billing.rules.worth import Pricing
from bot.tracking.rules.filters import Filter
from storage import budgets as budget_rows
from storage import payers as payer_rows
from storage import unbilled as unbilled_rows


@dataclass(frozen=True, slots=True)
class CutProject:
    """A project of which some open time is above its hard budget: no invoice bills that."""

    budget: Budget
    lines: Sequence[Line]
    """What an invoice of it bills, also of time before the first day of the budget."""
    above: int
    """Seconds that are on none of them."""


@dataclass(frozen=True, slots=True)
class BudgetedTime:
    """The open time of a project that has a budget, read once for all that is said of it."""

    budget: Budget
    billed: int
    """Of the budget, on live drafts."""
    included: Entries
    """What retainers include."""
    by_hour: Entries
    """What is left of what no fixed price covers."""
    pricing: Pricing

    @property
    def use(self) -> BudgetUse:
        """What stands on drafts is all that is used up."""
        return BudgetUse(self.budget, self.billed, self.billed)

    def worth(self) -> int:
        """Net cents that it would be billed at if there was no budget, before any reduction."""
        about, _ = parted_by_budget(self.by_hour, self.use)
        lines, _ = make_lines(about, BY_PROJECT_AND_SERVICE, pricing=self.pricing, edits={})
        gross, to = self.pricing.terms.invoice_gross, self.pricing.smallest
        return sum(
            net_cents(line.amount_cents or 0, line.vat.rate if line.vat else None, gross_prices=gross, to=to)
            for line in lines
        )

    def cut(self) -> CutProject | None:
        """What of it is billed, if all is billed now; None where nothing is above."""
        made = budgeted_lines(
            self.by_hour, [self.use], BY_PROJECT_AND_SERVICE, pricing=self.pricing, edits={}, included=self.included
        )
        above = sum(each.above for each in made.budgets)
        return CutProject(self.budget, [line for line in made.lines if not line.above_budget], above) if above else None


def uses_of(db: Connection, workspace_id: int, customer_id: int) -> list[BudgetUse]:
    """The budgets of a customer's projects with what is used up of them."""
    return uses(db, workspace_id, budget_rows.budgets_of(db, workspace_id, customer_id), customer_id=customer_id)


def billed_uses(db: Connection, workspace_id: int, customer_id: int) -> list[BudgetUse]:
    """The same by what stands on drafts alone, open time left aside. Costs one statement where there is no budget."""
    found = budget_rows.budgets_of(db, workspace_id, customer_id)
    billed = billed_of(found, budget_rows.billed_parts(db, workspace_id, customer_id) if found else ())
    return [BudgetUse(each, billed[each.id], billed[each.id]) for each in found]


def uses(db: Connection, workspace_id: int, budgets: Iterable[Budget], *, customer_id: int) -> list[BudgetUse]:
    """What is used up of these budgets, which are of one customer."""
    found = list(budgets)
    if not found:
        return []
    billed = billed_of(found, budget_rows.billed_parts(db, workspace_id, customer_id))
    of_money = [each for each in found if each.cents]
    prices = prices_of(db, workspace_id) if of_money else None
    times = _read_times(db, workspace_id, prices, of_money, billed, ALL_WORK) if prices else []
    return _uses(db, workspace_id, found, billed, times)


def _uses(
    db: Connection,
    workspace_id: int,
    budgets: Iterable[Budget],
    billed: Mapping[int, int],
    times: Iterable[BudgetedTime],
) -> list[BudgetUse]:
    """What is used up; `times` are of all budgets of money, with all that is open."""
    found, by_id = list[BudgetUse](), {each.budget.id: each for each in times}
    for budget in budgets:
        used, time = billed[budget.id], by_id.get(budget.id)
        if budget.cents is None:
            used = budget_rows.recorded_seconds(db, budget, workspace_id)
        elif time and time.pricing.currency == budget.currency:
            used += time.worth()
        found.append(BudgetUse(budget, used, billed[budget.id]))
    return found


@dataclass(frozen=True, slots=True)
class OpenBudgets:
    """What budgets have to do with open time."""

    cut: tuple[CutProject, ...] = ()
    """What is above hard ones, as if all that fits was billed now."""
    uses: tuple[BudgetUse, ...] = ()

    @property
    def cut_ids(self) -> frozenset[int]:
        """The projects of these."""
        return frozenset(each.budget.project_id for each in self.cut)

    def lines_of(self, customer_id: int) -> list[Line]:
        """What invoices of the cut projects of a customer bill."""
        return [line for each in self.cut if each.budget.customer_id == customer_id for line in each.lines]


NO_BUDGETS = OpenBudgets()


def open_budgets(
    db: Connection, workspace_id: int, prices: Prices, chosen: Filter = ALL_WORK, *, with_uses: bool = False
) -> OpenBudgets:
    """What is above hard budgets of the open time that fits, and what is used up, which follows from all that is open.

    The open time of each project is read once, and only where it is asked for. Costs one statement where there is no
    budget.
    """
    every = budget_rows.budgets_of_workspace(db, workspace_id)
    asked = [each for each in every if (with_uses and each.cents) or (each.is_hard and _fits(each, chosen))]
    if not (asked or (every and with_uses)):
        return NO_BUDGETS
    billed = billed_of(every, budget_rows.billed_parts(db, workspace_id))
    times = _read_times(db, workspace_id, prices, asked, billed, chosen)
    cuts = [time.cut() for time in times if time.budget.is_hard]
    found = _uses(db, workspace_id, every, billed, times) if with_uses else ()
    return OpenBudgets(tuple(filter(None, cuts)), tuple(found))


def has_hard_budget(db: Connection, workspace_id: int) -> bool:
    """Whether any project has one."""
    return any(each.is_hard for each in budget_rows.budgets_of_workspace(db, workspace_id))


def _fits(budget: Budget, chosen: Filter) -> bool:
    is_all = not (chosen.customers or chosen.projects)
    return is_all or budget.customer_id in chosen.customers or budget.project_id in chosen.projects


def _read_times(
    db: Connection,
    workspace_id: int,
    prices: Prices,
    budgets: Sequence[Budget],
    billed: Mapping[int, int],
    chosen: Filter,
) -> list[BudgetedTime]:
    """What fits of the open time of each; what is agreed with a customer is read once."""
    customer_ids = {each.customer_id for each in budgets}
    payers = payer_rows.payers(db, workspace_id, customer_ids) if customer_ids else []
    pricings = {each.id: prices.for_customer(each) for each in payers}
    agreed = {each: [one for one in prices.agreements if one.customer_id == each] for each in customer_ids}
    allotted = {each: read_retained(db, workspace_id, each, agreed[each]).allotted for each in customer_ids}
    included = {each: {entry_id: of.seconds for entry_id, of in allotted[each].items()} for each in customer_ids}
    period, found = Period(chosen.first, chosen.last), list[BudgetedTime]()
    for budget in budgets:
        customer_id = budget.customer_id
        scope = Scope(period, replace(chosen, projects=(budget.project_id,)))
        entries = unbilled_rows.unbilled_entries(db, workspace_id, customer_id, scope, detailed=True)
        fixed = [FixedPrice(each) for each in agreed[customer_id] if each.kind is AgreementKind.FIXED_PRICE]
        by_hour, _ = apart(entries, fixed)
        parts = divided(by_hour, included[customer_id])
        found.append(BudgetedTime(budget, billed[budget.id], *parts, pricings[customer_id]))
    return found

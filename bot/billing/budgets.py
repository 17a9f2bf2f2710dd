"""The budget of a project: set, changed and removed by who bills."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from bot.billing.agreements import find_project
from bot.billing.budget_uses import uses_of
from bot.billing.customers import changing_customer, find_customer, refuse_if_changed
from bot.billing.rules.agreements import first_of_month
from bot.billing.rules.budgets import Budget, BudgetUse, read_amount, read_hours
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError, without_decimals
from bot.people.callers import require_biller
from bot.tracking.budgets import LOOK
from bot.tracking.currencies import currency_for
from storage import budgets as budget_rows
from storage.change import Change
from storage.expenses import NOT_SAVED


@dataclass(frozen=True, slots=True)
class EnteredBudget:
    """What the form of a budget says; the amount as typed: "40 h", "5.000 €"."""

    project: int | None
    amount: str
    is_hard: bool
    first_day: date
    """Any day of the month in which it begins."""
    shown: str = ""
    """The digest of its terms when the form was opened; "": it was before an update."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """The budgets of a customer's projects, with what is used up of them."""

    customer_id: int
    customer: str
    currency: str
    """In which the customer is billed."""
    uses: tuple[BudgetUse, ...]
    today: date

    def find(self, budget_id: int) -> Budget:
        """One of them. Raises UserError."""
        for each in self.uses:
            if each.budget.id == budget_id:
                return each.budget
        raise UserError("This budget is no longer there. Please look at the budgets again.")


def read_budgets(bot: Bot, caller: Caller, customer_id: int) -> Budgets:
    """The budgets of a customer's projects. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        return _read(db, caller, customer_id)


def set_budget(bot: Bot, caller: Caller, customer_id: int, entered: EnteredBudget) -> Budgets:
    """A project has a budget from a month on. Raises UserError, which names the field."""
    require_biller(caller)
    with _changing(bot, caller, customer_id) as change:
        wrong = FieldErrors()
        project_id, name = wrong.read(lambda: _project(change, customer_id, entered.project), (NOT_SAVED, ""))
        new = Budget(NOT_SAVED, project_id, name, customer_id, "", caller.today, 0, None, "", is_hard=False)
        budget = wrong.read(lambda: _entered(change, new, entered), new)
        wrong.raise_any()
        budget_id = budget_rows.add_budget(change, budget)
        LOOK.put(change.db, due=caller.now, budget_id=budget_id, workspace_id=caller.workspace_id)
        return _read(change.db, caller, customer_id)


def change_budget(bot: Bot, caller: Caller, customer_id: int, budget_id: int, entered: EnteredBudget) -> Budgets:
    """It is another one: what was above a hard one and is still open can be billed, if it is more. Raises UserError."""
    require_biller(caller)
    with _changing(bot, caller, customer_id) as change:
        before = _read(change.db, caller, customer_id).find(budget_id)
        refuse_if_changed(entered.shown, before.terms_digest)
        budget_rows.store_budget(change, before, _entered(change, before, entered))
        LOOK.put(change.db, due=caller.now, budget_id=budget_id, workspace_id=caller.workspace_id)
        return _read(change.db, caller, customer_id)


def remove_budget(bot: Bot, caller: Caller, customer_id: int, budget_id: int) -> Budgets:
    """The project has none: all of its open time is billed. Raises UserError."""
    require_biller(caller)
    with _changing(bot, caller, customer_id) as change:
        budget_rows.remove_budget(change, _read(change.db, caller, customer_id).find(budget_id))
        return _read(change.db, caller, customer_id)


def _changing(bot: Bot, caller: Caller, customer_id: int) -> AbstractContextManager[Change[Caller]]:
    clash = UserError("Somebody changed this at this very moment. Please look at the budgets again.")
    return changing_customer(bot, caller, customer_id, clash=clash)


def _read(db: Connection, caller: Caller, customer_id: int) -> Budgets:
    customer = find_customer(db, caller, customer_id)
    return Budgets(
        customer.id,
        customer.name,
        currency_for(db, caller.workspace_id, customer.id),
        tuple(uses_of(db, caller.workspace_id, customer.id)),
        caller.today,
    )


def _project(change: Change[Caller], customer_id: int, project_id: int | None) -> tuple[int, str]:
    """The project that is to have a budget, and its name. Raises UserError."""
    if project_id is None:
        raise UserError("Choose the project that has the budget.", field="project")
    project = find_project(change.db, change.by, customer_id, project_id)
    if budget_rows.budget_of_project(change.db, change.by.workspace_id, project_id):
        raise UserError("This project has a budget already. Change that one.", field="project")
    return project.id, project.name


def _entered(change: Change[Caller], now: Budget, entered: EnteredBudget) -> Budget:
    """The budget as the form says. Raises UserError."""
    currency = currency_for(change.db, change.by.workspace_id, now.customer_id)
    seconds, cents = _limit(entered.amount, currency)
    return now._replace(
        seconds=seconds,
        cents=cents,
        currency=currency if cents else "",
        is_hard=entered.is_hard,
        first_day=first_of_month(entered.first_day),
    )


def _limit(typed: str, currency: str) -> tuple[int | None, int | None]:
    """Seconds, or cents. Raises UserError."""
    try:
        seconds, cents = read_hours(typed), read_amount(typed, currency)
    except money.AnotherCurrency:
        raise UserError(
            "This customer is billed in {currency}. Type the budget in {currency}, or in hours.",
            field="amount",
            currency=currency,
        ) from None
    except money.NoDecimals:
        raise without_decimals(currency, field="amount") from None
    except ValueError:
        seconds = cents = None
    if seconds is None and cents is None:
        raise UserError(
            "Say how much, and of what: hours like 40 h or 37:30, or money like 5000 {currency}.",
            field="amount",
            currency=currency,
        )
    return seconds, cents

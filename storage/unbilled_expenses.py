"""Expenses, fees and parts of prices that can be billed: of a scope, of a filter, and whose they are."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, func, select

from bot.billing.rules.expenses import UnbilledExpense
from bot.billing.rules.scope import ALL_OPEN, Scope
from bot.billing.rules.tax import Vat
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spent import SpentKind
from storage import draft_choices as choice_rows
from storage.expenses import CAN_BE_BILLED, matches
from storage.filters import FilterQuery
from storage.rows import columns_of
from storage.scopes import ScopeQuery
from storage.statements import single_value
from storage.tables import agreement_charges, agreements, expenses, people, projects, taxes


class OpenExpense(NamedTuple):
    """What one expense could be billed at: by its customer and project."""

    customer_id: int
    project_id: int | None
    expense: UnbilledExpense


_UNBILLED = (
    select(
        *columns_of(
            UnbilledExpense,
            expenses,
            expense_id=expenses.c.id,
            project=projects.c.name,
            person=people.c.name,
            note=case((expenses.c.private, ""), else_=expenses.c.note),
            agreement_id=agreements.c.id,
            agreed_cents=agreements.c.cents,
            month=agreement_charges.c.month,
        )
    )
    .join_from(expenses, people, people.c.id == expenses.c.person_id)
    .outerjoin(projects, projects.c.id == expenses.c.project_id)
    .outerjoin(agreement_charges, agreement_charges.c.expense_id == expenses.c.id)
    .outerjoin(agreements, agreements.c.id == agreement_charges.c.agreement_id)
)


def _open(columns: Iterable[Any]) -> OpenExpense:
    *values, customer_id = columns
    expense = UnbilledExpense._make(values)
    return OpenExpense(customer_id, expense.project_id, expense)


_OPEN = FilterQuery(
    lambda fits: _UNBILLED.add_columns(expenses.c.customer_id).where(and_(fits, CAN_BE_BILLED)), _open, matches
)
_IS_AGREED = agreement_charges.c.expense_id.is_not(None)
_OF_SCOPE = and_(
    expenses.c.workspace_id == bindparam("workspace"),
    expenses.c.customer_id == bindparam("customer"),
    expenses.c.day.between(bindparam("first"), bindparam("last")),
    CAN_BE_BILLED,
)
_FIRST_OPEN = (
    select(
        func.min(expenses.c.day),
        func.max(case((agreement_charges.c.month.is_not(None), 1), else_=0)),
        func.max(case((and_(_IS_AGREED, agreement_charges.c.month.is_(None)), 1), else_=0)),
        func.max(case((_IS_AGREED, 0), else_=1)),
    )
    .outerjoin(agreement_charges, agreement_charges.c.expense_id == expenses.c.id)
    .where(_OF_SCOPE)
)
"""The first day, and whether there are fees, parts of prices and expenses."""
_UNBILLED_OF_SCOPE = ScopeQuery(
    _UNBILLED.where(_OF_SCOPE).order_by(expenses.c.day, expenses.c.id), UnbilledExpense._make, matches
)
_SPENDERS = ScopeQuery(select(expenses.c.person_id).distinct().where(_OF_SCOPE), single_value, matches)
_FIRST_DAY = ScopeQuery(_FIRST_OPEN, tuple, matches)


def unbilled_expenses(db: Connection, workspace_id: int, customer_id: int, scope: Scope) -> list[UnbilledExpense]:
    """A customer's expenses of a scope that can be billed."""
    query, values = _UNBILLED_OF_SCOPE.prepared(workspace_id, customer_id, scope)
    return query.all(db, **values)


def open_expenses(db: Connection, workspace_id: int, chosen: Filter) -> list[OpenExpense]:
    """All that fits a filter and can be billed, to whomever."""
    return _OPEN.all(db, workspace_id, chosen)


def spenders(db: Connection, workspace_id: int, customer_id: int, scope: Scope = ALL_OPEN) -> list[int]:
    """Whose expenses `unbilled_expenses` answers."""
    query, values = _SPENDERS.prepared(workspace_id, customer_id, scope)
    return query.all(db, **values)


def open_by_customer(db: Connection, workspace_id: int, chosen: Filter) -> dict[int, SpentKind]:
    """Whose expenses that can be billed fit a filter, and of which kinds these are."""
    found: dict[int, SpentKind] = {}
    for each in open_expenses(db, workspace_id, chosen):
        found[each.customer_id] = found.get(each.customer_id, SpentKind.NOTHING) | each.expense.kind
    return found


def first_open_expense(
    db: Connection, workspace_id: int, customer_id: int, scope: Scope = ALL_OPEN, *, of_draft: int | None = None
) -> tuple[date | None, SpentKind]:
    """The day of a customer's oldest expense of a scope that can be billed, and of which kinds they are; without what
    that draft leaves out.
    """
    oldest = _FIRST_DAY
    if of_draft is not None:
        without = ~choice_rows.is_left_out(choice_rows.EXPENSES, [of_draft])
        oldest = ScopeQuery(_FIRST_OPEN.where(without), tuple, matches)
    query, values = oldest.prepared(workspace_id, customer_id, scope)
    [(day, *there)] = query.all(db, **values)
    kinds = (SpentKind.FEE, SpentKind.PART, SpentKind.EXPENSE)
    return day, SpentKind.together(kind for kind, is_there in zip(kinds, there, strict=True) if is_there)


def rates_of_vat(db: Connection, workspace_id: int) -> list[Vat]:
    """The rates that the account lists, each by the name that it has there, the first first."""
    known = select(taxes.c.name, taxes.c.rate).where(taxes.c.workspace_id == workspace_id)
    return [Vat(row.name, row.rate) for row in db.execute(known.order_by(taxes.c.billomat_id))]

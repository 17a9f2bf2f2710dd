"""Expenses and lump sums: written with their audit row, and found by a filter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, false, insert, or_, select, update

from bot.billing.rules.states import DraftState
from bot.tracking.rules.drafts import DraftName
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.settled import Settled
from bot.tracking.rules.spent import SpentKind
from storage import filters as filter_rows
from storage.audit import Snapshot, read_snapshot
from storage.change import Author, Change
from storage.filters import Bound, FilterQuery
from storage.holding import DRAFT_COLUMNS
from storage.rows import columns_of
from storage.tables import (
    agreement_charges,
    articles,
    customers,
    draft_expenses,
    drafts,
    expenses,
    people,
    projects,
    settlements,
)


class Expense(NamedTuple):
    """An expense with the names it shows."""

    id: int
    workspace_id: int
    person_id: int
    customer_id: int
    project_id: int | None
    person: str
    customer: str
    project: str | None
    day: date
    note: str
    amount_cents: int
    currency: str
    gross: bool
    vat_rate: int | None
    article_id: int | None
    article: str | None
    receipt: str
    billable: bool
    private: bool
    pass_through: bool
    created_at: datetime
    updated_at: datetime
    draft_id: int | None = None
    draft_state: DraftState | None = None
    draft_first: date | None = None
    draft_last: date | None = None
    """The days of the draft that holds it, as for an entry."""
    draft_number: str | None = None
    draft_part: str | None = None
    draft_link: str | None = None
    number: str = ""
    """The customer's."""
    settled: Settled | None = None
    """Written off on that draft, or billed elsewhere and on none."""
    agreement_id: int | None = None
    """What is agreed, where it bills that."""
    month: date | None = None
    """Where it is the fee of a retainer: the first day of the month that it is for."""

    @property
    def kind(self) -> SpentKind:
        """Whether it is an expense, or bills what is agreed."""
        return SpentKind.of(self.agreement_id, self.month)

    @property
    def is_held(self) -> bool:
        """Whether it is not open: on a draft, or billed elsewhere."""
        return self.draft_id is not None or self.settled is not None

    @property
    def draft(self) -> DraftName:
        """What people call the draft that holds it."""
        number, part = self.draft_number or "", self.draft_part or ""
        return DraftName(self.customer, self.draft_first, self.draft_last, number, part)

    @property
    def is_in_billomat(self) -> bool:
        """Whether the draft that holds it stands there."""
        return self.draft_state == DraftState.SENT

    @property
    def may_be_in_billomat(self) -> bool:
        """Whether nobody knows if the draft that holds it arrived there."""
        return self.draft_state == DraftState.UNKNOWN


@dataclass(frozen=True, slots=True)
class SavedExpense:
    """An expense after one change, and the change by which it can be undone."""

    expense: Expense
    change_id: int


NOT_SAVED = 0
"""The id of what is not in the database yet."""
COLUMNS = tuple(expenses.c.keys())
_EXPENSE = (
    select(
        *columns_of(
            Expense,
            expenses,
            person=people.c.name,
            customer=customers.c.name,
            project=projects.c.name,
            article=articles.c.title,
            number=customers.c.number,
            agreement_id=agreement_charges.c.agreement_id,
            month=agreement_charges.c.month,
            **DRAFT_COLUMNS,
        )
    )
    .join_from(expenses, customers, customers.c.id == expenses.c.customer_id)
    .join(people, people.c.id == expenses.c.person_id)
    .outerjoin(projects, projects.c.id == expenses.c.project_id)
    .outerjoin(articles, articles.c.id == expenses.c.article_id)
    .outerjoin(draft_expenses, draft_expenses.c.expense_id == expenses.c.id)
    .outerjoin(drafts, drafts.c.id == draft_expenses.c.draft_id)
    .outerjoin(settlements, settlements.c.expense_id == expenses.c.id)
    .outerjoin(agreement_charges, agreement_charges.c.expense_id == expenses.c.id)
)
_IS_ON_DRAFT = exists().where(draft_expenses.c.expense_id == expenses.c.id).correlate(expenses)
_IS_SETTLED = exists().where(settlements.c.expense_id == expenses.c.id).correlate(expenses)
_IS_WRITTEN_OFF = (
    exists()
    .where(and_(settlements.c.expense_id == expenses.c.id, settlements.c.kind == Settled.WRITTEN_OFF))
    .correlate(expenses)
)
IS_BOUND = or_(_IS_ON_DRAFT, _IS_SETTLED)
"""Whether an expense stands on a live draft, or is billed elsewhere."""
CAN_BE_BILLED = and_(expenses.c.billable, ~IS_BOUND)


def expense_of_workspace(db: Connection, workspace_id: int, expense_id: int) -> Expense | None:
    """One expense of this workspace, whosever it is."""
    row = db.execute(_EXPENSE.where(_the_one(workspace_id, expense_id))).first()
    return Expense._make(row) if row else None


def matching_expenses(db: Connection, workspace_id: int, chosen: Filter) -> list[Expense]:
    """Those that fit a filter, by day."""
    return _MATCHING.all(db, workspace_id, chosen)


def matching(workspace_id: int, chosen: Filter) -> ColumnElement[bool]:
    """Which expenses of a workspace fit a filter. They have no service and no tag."""
    return filter_rows.clause_of(matches, workspace_id, chosen)


def matches(chosen: Filter, bound: Bound) -> ColumnElement[bool]:
    """The same of any workspace and filter of this shape, for statements that are prepared."""
    clauses: list[ColumnElement[bool]] = [expenses.c.workspace_id == bound("workspace")]
    if chosen.services or chosen.tags:
        clauses.append(false())
    if chosen.first is not None:
        clauses.append(expenses.c.day >= bound("first"))
    if chosen.last is not None:
        clauses.append(expenses.c.day <= bound("last"))
    if chosen.customers or chosen.projects:
        of_both = ((expenses.c.customer_id, "customers"), (expenses.c.project_id, "projects"))
        named = [(column, kind) for column, kind in of_both if getattr(chosen, kind)]
        clauses.append(or_(*(filter_rows.is_one_of(column, chosen, kind, bound) for column, kind in named)))
    if chosen.people:
        clauses.append(filter_rows.is_one_of(expenses.c.person_id, chosen, "people", bound))
    if chosen.billable is not None:
        clauses.append(expenses.c.billable.is_(chosen.billable))
    if chosen.billed is not None:
        clauses.append(and_(IS_BOUND, ~_IS_WRITTEN_OFF) if chosen.billed else ~IS_BOUND)
    if chosen.text:
        clauses.append(filter_rows.holds_text(expenses.c.note, bound))
    return and_(*clauses)


_MATCHING = FilterQuery(
    lambda fits: _EXPENSE.where(fits).order_by(expenses.c.day, expenses.c.id),
    Expense._make,
    matches,
)


def currency_of_customer(db: Connection, workspace_id: int, customer_id: int) -> str:
    """The currency that Billomat has for a customer; "": none of its own."""
    the_one = and_(customers.c.workspace_id == workspace_id, customers.c.id == customer_id)
    return db.execute(select(customers.c.currency).where(the_one)).scalar() or ""


# Changes


def add_expense(change: Change[Author], new: Expense, action: str) -> SavedExpense:
    """Add an expense, whatever its id says."""
    values = expense_columns(new)
    del values["id"]
    expense_id: int = change.db.execute(insert(expenses).values(**values).returning(expenses.c.id)).scalar_one()
    added = _get(change.db, new.workspace_id, expense_id)
    return SavedExpense(added, change.record("expense", added.id, action, after=expense_columns(added)))


def save_expense(change: Change[Author], before: Expense, after: Expense, action: str) -> SavedExpense:
    """Write an expense as it is to be. Raises IntegrityError while it stands on a draft."""
    values = expense_columns(after._replace(updated_at=change.by.now))
    change.db.execute(update(expenses).where(expenses.c.id == before.id).values(**values))
    saved = _get(change.db, before.workspace_id, before.id)
    recorded = change.record("expense", saved.id, action, before=expense_columns(before), after=expense_columns(saved))
    return SavedExpense(saved, recorded)


def delete_expense(change: Change[Author], expense: Expense, action: str, *, undoes: str = "") -> SavedExpense:
    """Delete an expense; it is answered as it was. Raises IntegrityError while it stands on a draft."""
    change.db.execute(delete(expenses).where(expenses.c.id == expense.id))
    recorded = change.record("expense", expense.id, action, before=expense_columns(expense), undoes=undoes)
    return SavedExpense(expense, recorded)


def restore_expense(
    change: Change[Author], now: Expense | None, snapshot: Snapshot, action: str, *, undoes: str
) -> Expense:
    """Put a row back as it was recorded, whether it is still there or not; `now` says how it is."""
    values = read_snapshot(snapshot)
    if change.db.execute(update(expenses).where(expenses.c.id == values["id"]).values(**values)).rowcount == 0:
        change.db.execute(insert(expenses).values(**values))
    back = _get(change.db, values["workspace_id"], values["id"])
    before = expense_columns(now) if now else None
    change.record("expense", back.id, action, before=before, after=expense_columns(back), undoes=undoes)
    return back


def expense_columns(expense: Expense) -> dict[str, Any]:
    """All columns of one expense's row, as the audit records them."""
    return {name: getattr(expense, name) for name in COLUMNS}


def open_rows(db: Connection, workspace_id: int, of: ColumnElement[bool]) -> list[Expense]:
    """Those of which this is true and that stand on no draft."""
    rows = db.execute(_EXPENSE.where(and_(expenses.c.workspace_id == workspace_id, of, ~IS_BOUND)))
    return [Expense._make(row) for row in rows]


def record_moves(change: Change[Author], before: Iterable[Expense], action: str) -> None:
    """Leave the audit rows of expenses that are booked on something else by now."""
    for each in before:
        after = _get(change.db, each.workspace_id, each.id)
        change.record("expense", each.id, action, before=expense_columns(each), after=expense_columns(after))


def _get(db: Connection, workspace_id: int, expense_id: int) -> Expense:
    return Expense._make(db.execute(_EXPENSE.where(_the_one(workspace_id, expense_id))).one())


def _the_one(workspace_id: int, expense_id: int) -> ColumnElement[bool]:
    return and_(expenses.c.workspace_id == workspace_id, expenses.c.id == expense_id)

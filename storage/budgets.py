"""Budgets of projects: written with their audit rows, what is used up of them, and of what people were warned."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, and_, bindparam, cast, delete, exists, func, select, update

from bot.billing.rules.budgets import NO_LINE, BilledPart, Budget
from bot.tracking.rules.settled import Settled
from storage.change import Author, Change
from storage.filters import IS_WRITTEN_OFF
from storage.rows import columns_of, insert_row, row_values
from storage.statements import Query, single_value
from storage.tables import Budget as BudgetRow
from storage.tables import (
    BudgetWarning,
    budget_warnings,
    budgets,
    customers,
    draft_expenses,
    draft_lines,
    draft_shares,
    drafts,
    entries,
    inserting,
    projects,
    settlements,
)

_IS_WORK = and_(
    entries.c.workspace_id == bindparam("workspace"),
    entries.c.customer_id == projects.c.customer_id,
    entries.c.project_id == budgets.c.project_id,
    entries.c.day >= budgets.c.first_day,
)
"""Time that a budget is about; it is found by the index of customers and days."""


_IS_LUMP_SUM = exists().where(draft_expenses.c.line_id == draft_lines.c.id)
"""Whether a fixed price pays for the time on a line. What a retainer includes costs nothing, and its hours count."""


def _reading(*where: Any) -> Select[Any]:
    return (
        select(
            *columns_of(
                Budget, budgets, project=projects.c.name, customer_id=projects.c.customer_id, customer=customers.c.name
            )
        )
        .join_from(budgets, projects, projects.c.id == budgets.c.project_id)
        .join(customers, customers.c.id == projects.c.customer_id)
        .where(and_(budgets.c.workspace_id == bindparam("workspace"), *where))
        .order_by(customers.c.name, projects.c.name, budgets.c.id)
    )


def _billed(*where: Any) -> Select[Any]:
    of_line = (
        budgets.c.id.label("budget_id"),
        draft_lines.c.id.label("line_id"),
        func.sum(draft_shares.c.seconds).label("part_seconds"),
    )
    found = (
        select(*of_line)
        .join_from(budgets, projects, projects.c.id == budgets.c.project_id)
        .join(entries, _IS_WORK)
        .join(draft_shares, draft_shares.c.entry_id == entries.c.id)
        .join(draft_lines, draft_lines.c.id == draft_shares.c.line_id)
        .where(and_(budgets.c.workspace_id == bindparam("workspace"), entries.c.on_draft, *where))
        .where(and_(~IS_WRITTEN_OFF, ~draft_lines.c.above_budget, ~_IS_LUMP_SUM))
        .group_by(budgets.c.id, draft_lines.c.id)
        .subquery()
    )
    return (
        select(
            *columns_of(
                BilledPart,
                draft_lines,
                budget_id=found.c.budget_id,
                line_id=draft_lines.c.id,
                part_seconds=cast(found.c.part_seconds, BigInteger),
                line_seconds=func.coalesce(draft_lines.c.seconds, 0),
                hours=func.coalesce(draft_lines.c.hours, 0),
                amount_cents=func.coalesce(draft_lines.c.amount_cents, 0),
                gross_prices=drafts.c.gross_prices,
                currency=drafts.c.currency,
            )
        )
        .join_from(found, draft_lines, draft_lines.c.id == found.c.line_id)
        .join(drafts, drafts.c.id == draft_lines.c.draft_id)
        .order_by(draft_lines.c.id)
    )


def _elsewhere(*where: Any) -> Select[Any]:
    marked = and_(settlements.c.entry_id == entries.c.id, settlements.c.kind == Settled.ELSEWHERE)
    return (
        select(budgets.c.id, cast(func.sum(entries.c.seconds), BigInteger))
        .join_from(budgets, projects, projects.c.id == budgets.c.project_id)
        .join(entries, _IS_WORK)
        .where(
            and_(budgets.c.workspace_id == bindparam("workspace"), entries.c.on_draft, exists().where(marked), *where)
        )
        .group_by(budgets.c.id)
    )


_THEIRS = projects.c.customer_id == bindparam("customer")
_OF_WORKSPACE = Query(_reading(), Budget._make)
_OF_CUSTOMER = Query(_reading(_THEIRS), Budget._make)
_OF_PROJECT = Query(_reading(budgets.c.project_id == bindparam("project")), Budget._make)
_BY_ID = Query(_reading(budgets.c.id == bindparam("budget")), Budget._make)
_BILLED = Query(_billed(), BilledPart._make)
_BILLED_TO_CUSTOMER = Query(_billed(_THEIRS), BilledPart._make)
_ELSEWHERE = Query(_elsewhere(), tuple)
_ELSEWHERE_TO_CUSTOMER = Query(_elsewhere(_THEIRS), tuple)
_RECORDED = Query(
    select(func.coalesce(cast(func.sum(entries.c.seconds), BigInteger), 0))
    .join_from(budgets, projects, projects.c.id == budgets.c.project_id)
    .join(entries, _IS_WORK)
    .where(
        and_(
            budgets.c.id == bindparam("budget"),
            entries.c.seconds.is_not(None),
            entries.c.billable,
            ~entries.c.end_guessed,
        )
    ),
    single_value,
)


def budgets_of_workspace(db: Connection, workspace_id: int) -> list[Budget]:
    """All budgets, by the names of their projects."""
    return _OF_WORKSPACE.all(db, workspace=workspace_id)


def budgets_of(db: Connection, workspace_id: int, customer_id: int) -> list[Budget]:
    """Those of a customer's projects."""
    return _OF_CUSTOMER.all(db, workspace=workspace_id, customer=customer_id)


def budget_of_project(db: Connection, workspace_id: int, project_id: int) -> Budget | None:
    """The budget of a project, if it has one: asked for whenever time is recorded."""
    return _OF_PROJECT.first(db, workspace=workspace_id, project=project_id)


def find_budget(db: Connection, workspace_id: int, budget_id: int) -> Budget | None:
    """One of the workspace's, if it is still there."""
    return _BY_ID.first(db, workspace=workspace_id, budget=budget_id)


def recorded_seconds(db: Connection, budget: Budget, workspace_id: int) -> int:
    """The time of a budget that is or can be billed, as it was worked. An end that is a guess is no time yet."""
    return int(_RECORDED.one(db, workspace=workspace_id, budget=budget.id))


def billed_parts(db: Connection, workspace_id: int, customer_id: int | None = None) -> list[BilledPart]:
    """What live drafts bill of the time of budgets, of all customers or of one.

    Time that was billed elsewhere is in it, of which nobody knows the price.
    """
    if customer_id is None:
        parts = _BILLED.all(db, workspace=workspace_id)
        elsewhere = _ELSEWHERE.all(db, workspace=workspace_id)
    else:
        parts = _BILLED_TO_CUSTOMER.all(db, workspace=workspace_id, customer=customer_id)
        elsewhere = _ELSEWHERE_TO_CUSTOMER.all(db, workspace=workspace_id, customer=customer_id)
    return parts + [
        BilledPart(budget_id, NO_LINE, seconds, seconds, 0, True, 0, None, gross_prices=False, currency="")
        for budget_id, seconds in elsewhere
    ]


def told(db: Connection, budget_id: int) -> set[int]:
    """The percentages of which people were warned."""
    query = select(budget_warnings.c.percent).where(budget_warnings.c.budget_id == budget_id)
    return set(db.execute(query).scalars())


# Changes


def add_budget(change: Change[Author], new: Budget) -> int:
    """Give a project a budget, whatever its id says; its id. Raises IntegrityError where it has one already."""
    budget_id = insert_row(
        change.db,
        BudgetRow,
        workspace_id=change.by.workspace_id,
        project_id=new.project_id,
        first_day=new.first_day,
        seconds=new.seconds,
        cents=new.cents,
        currency=new.currency,
        is_hard=new.is_hard,
    )
    _record(change, "set budget", new, after=new._replace(id=budget_id))
    return budget_id


def store_budget(change: Change[Author], before: Budget, after: Budget) -> None:
    """Have it be so. Where there is another amount, or another first day, people are warned of it anew."""
    if before == after:
        return
    columns = ("first_day", "seconds", "cents", "currency", "is_hard")
    values: dict[str, Any] = {name: getattr(after, name) for name in columns}
    the_one = and_(budgets.c.workspace_id == change.by.workspace_id, budgets.c.id == before.id)
    change.db.execute(update(budgets).where(the_one).values(values))
    if (before.limit, before.currency, before.first_day) != (after.limit, after.currency, after.first_day):
        change.db.execute(delete(budget_warnings).where(budget_warnings.c.budget_id == before.id))
    _record(change, "change budget", after, before=before, after=after)


def remove_budget(change: Change[Author], budget: Budget) -> None:
    """Forget it: all of the project's time is billed again."""
    the_one = and_(budgets.c.workspace_id == change.by.workspace_id, budgets.c.id == budget.id)
    change.db.execute(delete(budgets).where(the_one))
    _record(change, "remove budget", budget, before=budget)


def note_told(change: Change[Author], budget_id: int, percents: Iterable[int], *, at: datetime) -> bool:
    """Note that people are told; False where that was noted before, by somebody who was first."""
    rows = [
        row_values(BudgetWarning, budget_id=budget_id, percent=each, workspace_id=change.by.workspace_id, told_at=at)
        for each in percents
    ]
    adding = inserting(change.db, budget_warnings).values(rows).on_conflict_do_nothing()
    return bool(change.db.execute(adding.returning(budget_warnings.c.percent)).all())


def move_budget(change: Change[Author], *, ours: int, theirs: int) -> None:
    """Have the budget of a project that becomes part of another one follow, unless that has one: then it is gone."""
    mine = budget_of_project(change.db, change.by.workspace_id, ours)
    if mine is None:
        return
    if budget_of_project(change.db, change.by.workspace_id, theirs):
        remove_budget(change, mine)
        return
    change.db.execute(update(budgets).where(budgets.c.id == mine.id).values(project_id=theirs))
    _record(change, "move budget", mine, before=mine, after=mine._replace(project_id=theirs))


def _record(
    change: Change[Author], action: str, about: Budget, *, before: Budget | None = None, after: Budget | None = None
) -> None:
    change.record("customer", about.customer_id, action, before=_written(before), after=_written(after))


def _written(budget: Budget | None) -> dict[str, Any] | None:
    if budget is None:
        return None
    return {
        name: value for name, value in budget._asdict().items() if name not in ("project", "customer", "customer_id")
    }

"""The customers of some days who can be billed: in the order in which somebody writes their invoices."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Table,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from bot.billing.rules.periods import Period
from bot.billing.rules.rounding import SHORTEST_LINE
from bot.billing.rules.states import BEING_MADE, BINDS_NOTHING, DraftState
from storage import expenses as expense_rows
from storage.payers import Payer
from storage.rows import columns_of
from storage.statements import Query
from storage.tables import customers, drafts, entries, expenses, people, projects, workspaces
from storage.unbilled import CAN_BE_BILLED, HAS_OPEN_EXPENSES


class Waiting(NamedTuple):
    """A customer with billable time that is on no draft, and what of it cannot be billed as it is."""

    payer: Payer
    running: int
    """Timers that run."""
    guessed: int
    """Entries whose end is not confirmed."""
    without_project: int
    """Seconds that can be billed and stand on no project, of a customer who has projects in use."""
    usual_days: str
    """As `Recipe.kept_days` makes them."""


class InTurn(NamedTuple):
    """A customer who can be billed."""

    id: int
    name: str
    is_submitted: bool
    """Whether all that is open of these days is on invoices that wait for a second person."""


_DAYS: tuple[Any, Any] = (bindparam("first"), bindparam("last"))
# Not by the index of customers and days: what is billed already would be read there too.
_DAY = func.coalesce(entries.c.day, entries.c.day)
_HAS_PROJECTS = (
    select(projects.c.id)
    .where(
        and_(
            projects.c.workspace_id == entries.c.workspace_id,
            projects.c.customer_id == entries.c.customer_id,
            projects.c.archived.is_(False),
        )
    )
    .exists()
)
"""Work for a customer without projects lacks none."""
_BILLABLE = (
    select(
        entries.c.customer_id,
        literal(0).label("running"),
        literal(0).label("guessed"),
        case((and_(entries.c.project_id.is_(None), _HAS_PROJECTS), entries.c.seconds), else_=0).label(
            "without_project"
        ),
    )
    .join_from(
        customers,
        entries,
        and_(entries.c.workspace_id == customers.c.workspace_id, entries.c.customer_id == customers.c.id),
    )
    .where(and_(customers.c.workspace_id == bindparam("workspace"), CAN_BE_BILLED, _DAY.between(*_DAYS)))
)
_UNCLEAR = (
    select(
        entries.c.customer_id,
        case((entries.c.ended_at.is_(None), 1), else_=0).label("running"),
        case((entries.c.end_guessed, 1), else_=0).label("guessed"),
        literal(0).label("without_project"),
    )
    .join_from(people, entries, entries.c.person_id == people.c.id)
    .where(
        and_(
            people.c.workspace_id == bindparam("workspace"),
            entries.c.billable,
            ~entries.c.on_draft,
            _DAY.between(*_DAYS),
        )
    )
)
_EXPENSES = (
    select(expenses.c.customer_id, literal(0), literal(0), literal(0))
    .where(expenses.c.workspace_id == bindparam("workspace"))
    .where(and_(expense_rows.CAN_BE_BILLED, expenses.c.day.between(*_DAYS)))
)
_FOUND = union_all(
    _BILLABLE, _UNCLEAR.where(entries.c.ended_at.is_(None)), _UNCLEAR.where(entries.c.end_guessed), _EXPENSES
).subquery()
_WAITING = (
    select(
        *columns_of(Payer, customers),
        *(func.sum(_FOUND.c[name]) for name in ("running", "guessed", "without_project")),
        customers.c.usual_days,
    )
    .join_from(_FOUND, customers, customers.c.id == _FOUND.c.customer_id)
    .group_by(customers.c.id)
    .order_by(customers.c.name_key, customers.c.id)
)
_OPEN_TIME = and_(
    entries.c.workspace_id == customers.c.workspace_id,
    entries.c.customer_id == customers.c.id,
    CAN_BE_BILLED,
    _DAY.between(*_DAYS),
)
_IS_ROUNDED = or_(
    customers.c.rounding != "",
    exists().where(and_(workspaces.c.id == customers.c.workspace_id, workspaces.c.rounding != "")),
    exists().where(
        and_(
            projects.c.workspace_id == customers.c.workspace_id,
            projects.c.customer_id == customers.c.id,
            projects.c.rounding != literal_column("''"),  # a bound one in ix_project_rounding: planned anew each time
        )
    ),
)
_HAS_LINES = or_(
    exists().where(and_(_OPEN_TIME, entries.c.seconds >= SHORTEST_LINE)),  # nearly always, and found at once
    select(literal(1))
    .where(_OPEN_TIME)
    .group_by(entries.c.project_id, entries.c.service_id)
    .having(func.sum(entries.c.seconds) >= SHORTEST_LINE)
    .correlate(customers)
    .exists(),
    and_(exists().where(_OPEN_TIME), _IS_ROUNDED),
)
"""Whether open time is long enough for a line, by project and service. What is rounded may be, however short it is."""
_HAS_ANY = or_(_HAS_LINES, HAS_OPEN_EXPENSES.where(expenses.c.day.between(*_DAYS)))


# In the words of uq_invoice_draft_open and its like, or SQLite would read all drafts that there ever were.
_BEING_MADE = drafts.c.state.in_([literal_column(f"'{each}'") for each in sorted(BEING_MADE)])
_OF_WORKSPACE = select(drafts.c.customer_id, drafts.c.first_day, drafts.c.last_day).where(
    and_(
        drafts.c.workspace_id == bindparam("workspace"),
        _BEING_MADE,
        drafts.c.state == DraftState.SUBMITTED,
        drafts.c.selection == "",
    )
)
_SUBMITTED = union_all(
    _OF_WORKSPACE.where(drafts.c.first_day.is_not(None)), _OF_WORKSPACE.where(drafts.c.first_day.is_(None))
).cte("submitted")
"""The invoices of all work of some days that wait for a second person: few, and read once."""


def _waits(work: Table) -> ColumnElement[bool]:
    """Whether an entry or expense is of the days of such an invoice."""
    return exists().where(
        and_(
            _SUBMITTED.c.customer_id == work.c.customer_id,
            or_(_SUBMITTED.c.first_day.is_(None), _SUBMITTED.c.first_day <= work.c.day),
            or_(_SUBMITTED.c.last_day.is_(None), _SUBMITTED.c.last_day >= work.c.day),
        )
    )


_IS_SUBMITTED = and_(
    customers.c.id.in_(select(_SUBMITTED.c.customer_id)),
    ~exists().where(and_(_OPEN_TIME, ~_waits(entries))),
    ~HAS_OPEN_EXPENSES.where(and_(expenses.c.day.between(*_DAYS), ~_waits(expenses))),
)
_IN_TURN = select(customers.c.id, customers.c.name).where(
    and_(customers.c.workspace_id == bindparam("workspace"), _HAS_ANY)
)
_BY_NAME = (customers.c.name_key, customers.c.id)
_THIS = customers.alias()
_BEHIND_THIS = or_(
    customers.c.name_key > _THIS.c.name_key,
    and_(customers.c.name_key == _THIS.c.name_key, customers.c.id > _THIS.c.id),
)
_NEXT = Query(
    _IN_TURN.add_columns(false().label("is_submitted"))
    .join(_THIS, and_(_THIS.c.id == bindparam("customer"), _BEHIND_THIS))
    .where(~_IS_SUBMITTED)
    .order_by(*_BY_NAME)
    .limit(1),
    InTurn._make,
)
_FIRST_ONES = Query(
    _IN_TURN.add_columns(_IS_SUBMITTED.label("is_submitted"))
    .order_by("is_submitted", *_BY_NAME)
    .limit(bindparam("most", type_=Integer)),
    InTurn._make,
)


def _during(workspace_id: int, period: Period) -> dict[str, Any]:
    return {"workspace": workspace_id, "first": period.first or date.min, "last": period.last or date.max}


def waiting_customers(db: Connection, workspace_id: int, period: Period) -> list[Waiting]:
    """All customers with billable time or expenses of these days that are on no draft, by name."""
    rows = db.execute(_WAITING, _during(workspace_id, period))
    return [Waiting(Payer._make(row[:-4]), *row[-4:]) for row in rows]


def next_customer(db: Connection, workspace_id: int, customer_id: int, period: Period) -> InTurn | None:
    """The next one by name, behind this customer, who can be billed for these days and is not submitted for them."""
    return _NEXT.first(db, customer=customer_id, **_during(workspace_id, period))


def open_customers(db: Connection, workspace_id: int, period: Period, *, most: int) -> Sequence[InTurn]:
    """Those who can be billed for these days, by name; at the end those of them who are submitted already."""
    return _FIRST_ONES.all(db, most=most, **_during(workspace_id, period))


def oldest_day(db: Connection, workspace_id: int, *, until: date) -> date | None:
    """The first day, not after that one, with time or expenses that can be billed to anybody."""
    worked = and_(entries.c.workspace_id == workspace_id, CAN_BE_BILLED, entries.c.day <= until)
    spent = and_(expenses.c.workspace_id == workspace_id, expense_rows.CAN_BE_BILLED, expenses.c.day <= until)
    firsts = [
        db.execute(select(func.min(column)).where(of)).scalar_one()
        for column, of in ((entries.c.day, worked), (expenses.c.day, spent))
    ]
    return min(filter(None, firsts), default=None)


def others_were_billed(db: Connection, workspace_id: int, customer_id: int, period: Period) -> bool:
    """Whether an invoice of the same days was approved for another customer."""
    query = select(drafts.c.id).where(
        and_(
            drafts.c.workspace_id == workspace_id,
            drafts.c.customer_id != customer_id,
            drafts.c.state.not_in(BINDS_NOTHING),
            _same_days(period),
        )
    )
    return db.execute(query.limit(1)).first() is not None


def _same_days(period: Period) -> ColumnElement[bool]:
    return and_(
        drafts.c.first_day.is_not_distinct_from(period.first), drafts.c.last_day.is_not_distinct_from(period.last)
    )

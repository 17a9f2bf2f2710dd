"""Retainers: what of their hours live drafts used, the open time that decides what is included, and their fees."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, exists, insert, or_, select, update

from bot.billing.rules.agreements import Agreement, AgreementKind
from bot.billing.rules.retainers import Fee, OpenTime, Retainer
from bot.tracking.rules.filters import Filter
from storage import expenses as expense_rows
from storage.change import Author, Change
from storage.expenses import Expense
from storage.filters import FilterQuery
from storage.rows import columns_of, row_values
from storage.statements import Query
from storage.tables import (
    AgreementCharge,
    agreement_charges,
    agreements,
    customers,
    entries,
    retainer_uses,
)
from storage.unbilled import CAN_BE_BILLED

PUT_FEE = "put retainer fee"


class OpenWork(NamedTuple):
    """An entry that can be billed to a customer with a retainer, as far as what it is worth depends on it."""

    customer_id: int
    entry_id: int
    project_id: int | None
    service_id: int | None
    person_id: int
    day: date
    seconds: int

    @property
    def time(self) -> OpenTime:
        """What of it decides what is included."""
        return OpenTime(self.entry_id, self.project_id, self.day, self.seconds)


class _Use(NamedTuple):
    agreement_id: int
    month: date
    seconds: int


_IN_TIME = (entries.c.day, entries.c.started_at, entries.c.id)
_USES = select(*columns_of(_Use, retainer_uses)).where(retainer_uses.c.workspace_id == bindparam("workspace"))
_USES_OF_WORKSPACE = Query(_USES, _Use._make)
_USES_OF_CUSTOMER = Query(
    _USES.join(agreements, agreements.c.id == retainer_uses.c.agreement_id).where(
        agreements.c.customer_id == bindparam("customer")
    ),
    _Use._make,
)
_OPEN_TIME = Query(
    select(*columns_of(OpenTime, entries, entry_id=entries.c.id))
    .where(
        and_(
            entries.c.workspace_id == bindparam("workspace"),
            entries.c.customer_id == bindparam("customer"),
            entries.c.day >= bindparam("first"),
            CAN_BE_BILLED,
        )
    )
    .order_by(*_IN_TIME),
    OpenTime._make,
)
_HAS_RETAINER = exists().where(
    and_(agreements.c.customer_id == entries.c.customer_id, agreements.c.kind == AgreementKind.RETAINER)
)
_OPEN_WORK = FilterQuery(
    lambda fits: (
        select(*columns_of(OpenWork, entries, entry_id=entries.c.id))
        .where(and_(fits, CAN_BE_BILLED, _HAS_RETAINER))
        .order_by(*_IN_TIME)
    ),
    OpenWork._make,
)


def retainers_of(db: Connection, workspace_id: int, found: Iterable[Agreement], customer_id: int) -> list[Retainer]:
    """Those of a customer's agreements that are retainers, with what live drafts used of them. Without one nothing is
    read.
    """
    theirs = [each for each in found if each.kind is AgreementKind.RETAINER]
    if not theirs:
        return []
    return _with_uses(theirs, _USES_OF_CUSTOMER.all(db, workspace=workspace_id, customer=customer_id))


def retainers_of_workspace(db: Connection, workspace_id: int, found: Iterable[Agreement]) -> list[Retainer]:
    """The same of all customers."""
    theirs = [each for each in found if each.kind is AgreementKind.RETAINER]
    return _with_uses(theirs, _USES_OF_WORKSPACE.all(db, workspace=workspace_id)) if theirs else []


def _with_uses(theirs: Sequence[Agreement], uses: Iterable[_Use]) -> list[Retainer]:
    used: dict[int, dict[date, int]] = {each.id: {} for each in theirs}
    for each in uses:
        of_agreement = used.setdefault(each.agreement_id, {})
        of_agreement[each.month] = of_agreement.get(each.month, 0) + each.seconds
    return [Retainer(each, used[each.id]) for each in theirs]


def open_time(db: Connection, workspace_id: int, customer_id: int, first: date) -> list[OpenTime]:
    """A customer's time since a day that can be billed, in the order of time."""
    return _OPEN_TIME.all(db, workspace=workspace_id, customer=customer_id, first=first)


def open_work(db: Connection, workspace_id: int, chosen: Filter) -> list[OpenWork]:
    """All that fits a filter and can be billed to customers with a retainer, in the order of time."""
    return _OPEN_WORK.all(db, workspace_id, chosen)


def customers_with_due_fees(db: Connection, this_month: date) -> list[tuple[int, int]]:
    """Customers in use who have a retainer that may lack a fee up to this month, each after its workspace."""
    query = (
        select(agreements.c.workspace_id, agreements.c.customer_id)
        .distinct()
        .join_from(agreements, customers, customers.c.id == agreements.c.customer_id)
        .where(
            and_(
                agreements.c.kind == AgreementKind.RETAINER,
                customers.c.archived.is_(False),
                or_(agreements.c.fees_until.is_(None), agreements.c.fees_until < this_month),
            )
        )
        .order_by(agreements.c.workspace_id, agreements.c.customer_id)
    )
    return [(row.workspace_id, row.customer_id) for row in db.execute(query)]


# Changes


def put_fee(change: Change[Author], fee: Fee, new: Expense) -> None:
    """Put the fee of a month among what is to be billed. Raises IntegrityError where the month has one."""
    saved = expense_rows.add_expense(change, new, PUT_FEE)
    rows = [
        row_values(
            AgreementCharge,
            expense_id=saved.expense.id,
            workspace_id=change.by.workspace_id,
            agreement_id=fee.agreement.id,
            month=fee.month,
        )
    ]
    change.db.execute(insert(agreement_charges), rows)


def note_fees(change: Change[Author], agreement_id: int, until: date | None) -> None:
    """Remember the last month whose fee was put."""
    the_one = and_(agreements.c.workspace_id == change.by.workspace_id, agreements.c.id == agreement_id)
    change.db.execute(update(agreements).where(the_one).values(fees_until=until))

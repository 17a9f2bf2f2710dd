"""What is agreed with customers: written with its audit row, and what it was billed and worked for so far."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, delete, func, insert, or_, select, update

from bot.billing.rules.agreements import Agreement, AgreementKind, last_of_month
from bot.billing.rules.fixed_prices import FixedPrice
from storage import expenses as expense_rows
from storage.catalog import Kind
from storage.change import Author, Change
from storage.expenses import Expense, SavedExpense
from storage.rows import columns_of, insert_row, row_values
from storage.statements import Query
from storage.tables import Agreement as AgreementRow
from storage.tables import AgreementCharge, agreement_charges, agreements, entries, expenses, projects, retainer_uses


class Charge(NamedTuple):
    """A lump sum of a fixed price, or a fee of a retainer."""

    expense_id: int
    agreement_id: int
    day: date
    cents: int
    note: str
    is_billed: bool
    """Whether it stands on a live draft."""
    month: date | None = None
    """Of the fee of a retainer: the first day of its month."""


_AGREEMENTS = (
    select(*columns_of(Agreement, agreements, project=projects.c.name))
    .select_from(agreements)
    .outerjoin(projects, projects.c.id == agreements.c.project_id)
    .where(agreements.c.workspace_id == bindparam("workspace"))
    .order_by(agreements.c.first_day, agreements.c.id)
)
_OF_WORKSPACE = Query(_AGREEMENTS, Agreement._make)
_OF_CUSTOMER = Query(_AGREEMENTS.where(agreements.c.customer_id == bindparam("customer")), Agreement._make)
_CHARGES = Query(
    select(
        *columns_of(
            Charge,
            expenses,
            expense_id=expenses.c.id,
            agreement_id=agreement_charges.c.agreement_id,
            month=agreement_charges.c.month,
            cents=expenses.c.amount_cents,
            is_billed=case((expense_rows.IS_BOUND, True), else_=False),
        )
    )
    .join_from(agreement_charges, agreements, agreements.c.id == agreement_charges.c.agreement_id)
    .join(expenses, expenses.c.id == agreement_charges.c.expense_id)
    .where(and_(agreements.c.workspace_id == bindparam("workspace"), agreements.c.customer_id == bindparam("customer")))
    .order_by(expenses.c.day, expenses.c.id),
    Charge._make,
)
_WORKED = Query(
    select(agreements.c.id, func.sum(entries.c.seconds))
    .join_from(agreements, entries, entries.c.project_id == agreements.c.project_id)
    .where(
        and_(
            agreements.c.workspace_id == bindparam("workspace"),
            agreements.c.customer_id == bindparam("customer"),
            entries.c.billable,
            entries.c.seconds.is_not(None),
            entries.c.day >= agreements.c.first_day,
            or_(agreements.c.last_day.is_(None), entries.c.day <= agreements.c.last_day),
        )
    )
    .group_by(agreements.c.id),
    tuple,
)


def agreements_of_workspace(db: Connection, workspace_id: int) -> list[Agreement]:
    """All that is agreed, with whomever."""
    return _OF_WORKSPACE.all(db, workspace=workspace_id)


def agreements_of(db: Connection, workspace_id: int, customer_id: int) -> list[Agreement]:
    """What is agreed with a customer, the oldest first, ended ones too."""
    return _OF_CUSTOMER.all(db, workspace=workspace_id, customer=customer_id)


def charges_of(db: Connection, workspace_id: int, customer_id: int) -> list[Charge]:
    """What a customer is billed for all that is agreed, by day."""
    return _CHARGES.all(db, workspace=workspace_id, customer=customer_id)


def fixed_prices(db: Connection, workspace_id: int, found: Iterable[Agreement], customer_id: int) -> list[FixedPrice]:
    """Those of these agreements that are fixed prices, with what came of them so far."""
    prices = [each for each in found if each.kind is AgreementKind.FIXED_PRICE]
    if not prices:
        return []
    charges = charges_of(db, workspace_id, customer_id)
    worked = dict(_WORKED.all(db, workspace=workspace_id, customer=customer_id))
    return [
        FixedPrice(
            each,
            sum(charge.cents for charge in charges if charge.agreement_id == each.id),
            sum(charge.cents for charge in charges if charge.agreement_id == each.id and charge.is_billed),
            int(worked.get(each.id) or 0),
        )
        for each in prices
    ]


def charged(db: Connection, expense_ids: Collection[int]) -> set[int]:
    """Those of these expenses by which something agreed is billed."""
    query = select(agreement_charges.c.expense_id).where(agreement_charges.c.expense_id.in_(expense_ids))
    return set(db.execute(query).scalars())


# Changes


def add(change: Change[Author], new: Agreement) -> int:
    """Agree on something, whatever its id says; its id. Raises IntegrityError where the like of it goes on already."""
    agreement_id = insert_row(
        change.db,
        AgreementRow,
        workspace_id=change.by.workspace_id,
        kind=new.kind,
        customer_id=new.customer_id,
        project_id=new.project_id,
        first_day=new.first_day,
        last_day=new.last_day,
        cents=new.cents,
        currency=new.currency,
        included_seconds=new.included_seconds,
        carries_over=new.carries_over,
        person_id=new.person_id,
    )
    _record(change, "agree", new.customer_id, after=new._replace(id=agreement_id))
    return agreement_id


def store(change: Change[Author], before: Agreement, after: Agreement) -> None:
    """Have it be agreed so. Raises IntegrityError for a fixed price below its lump sums."""
    if before == after:
        return
    columns = ("first_day", "last_day", "cents", "currency", "included_seconds", "carries_over")
    values: dict[str, Any] = {name: getattr(after, name) for name in columns}
    the_one = and_(agreements.c.workspace_id == change.by.workspace_id, agreements.c.id == before.id)
    change.db.execute(update(agreements).where(the_one).values(values))
    _record(change, "change agreement", before.customer_id, before=before, after=after)


def remove(change: Change[Author], agreement: Agreement) -> None:
    """Forget it. Raises IntegrityError while anything was charged for it."""
    the_one = and_(agreements.c.workspace_id == change.by.workspace_id, agreements.c.id == agreement.id)
    change.db.execute(delete(agreements).where(the_one))
    _record(change, "remove agreement", agreement.customer_id, before=agreement)


def charge(change: Change[Author], agreement_id: int, new: Expense, action: str) -> SavedExpense:
    """Bill an agreement by an expense. Raises IntegrityError for more than the fixed price."""
    saved = expense_rows.add_expense(change, new, action)
    expense_id, workspace_id = saved.expense.id, change.by.workspace_id
    rows = [row_values(AgreementCharge, expense_id=expense_id, workspace_id=workspace_id, agreement_id=agreement_id)]
    change.db.execute(insert(agreement_charges), rows)
    return saved


def take_back(change: Change[Author], taken: Charge, customer_id: int) -> None:
    """Forget a lump sum or a fee. Raises IntegrityError while it stands on a draft."""
    change.db.execute(delete(expenses).where(expenses.c.id == taken.expense_id))
    change.record("customer", customer_id, "take back part", before=taken._asdict())


def move_agreements(change: Change[Author], kind: Kind, *, ours: int, theirs: int, customer_id: int) -> None:
    """Have what is agreed follow what becomes part of something else, unless the like of it is agreed there already.

    Then it ends here: what was billed for it stays with it, and is no part of the other one.
    """
    if kind == "service":
        return
    found = agreements_of_workspace(change.db, change.by.workspace_id)
    column = f"{kind}_id"
    there = [each for each in found if getattr(each, column) == theirs]
    for agreement in found:
        is_mine = getattr(agreement, column) == ours and (kind == "project" or agreement.project_id is None)
        if not is_mine:
            continue
        if any(_is_alike(agreement, each, kind) for each in there):
            _end(change, agreement)
            continue
        place: dict[str, Any] = {column: theirs, "customer_id": customer_id}
        change.db.execute(update(agreements).where(agreements.c.id == agreement.id).values(place))
        _record(change, "move agreement", customer_id, before=agreement, after=agreement._replace(**place))


def _end(change: Change[Author], agreement: Agreement) -> None:
    """Have a retainer end with the last month of which anything is billed, or was to be: no other fee comes."""
    if agreement.kind is not AgreementKind.RETAINER:
        return
    used = select(func.max(retainer_uses.c.month)).where(retainer_uses.c.agreement_id == agreement.id)
    months = (agreement.first_day, agreement.fees_until, change.db.execute(used).scalar())
    last = max(month for month in months if month)
    if agreement.last_day and agreement.last_day <= last_of_month(last):
        return
    ended: dict[str, Any] = {"last_day": last_of_month(last), "fees_until": last}
    change.db.execute(update(agreements).where(agreements.c.id == agreement.id).values(ended))
    _record(change, "end agreement", agreement.customer_id, before=agreement, after=agreement._replace(**ended))


def _is_alike(ours: Agreement, theirs: Agreement, kind: Kind) -> bool:
    is_same = kind == "project" or theirs.project_id is None
    return is_same and ours.kind is theirs.kind and ours.meets(theirs.first_day, theirs.last_day)


def _record(
    change: Change[Author],
    action: str,
    customer_id: int,
    *,
    before: Agreement | None = None,
    after: Agreement | None = None,
) -> None:
    change.record("customer", customer_id, action, before=_written(before), after=_written(after))


def _written(agreement: Agreement | None) -> dict[str, Any] | None:
    if agreement is None:
        return None
    return {name: value for name, value in agreement._asdict().items() if name != "project"}

"""What was billed elsewhere: marked by hand, for whatever fits a filter or for one entry or expense, and taken back."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, delete, exists, func, select

from bot.tracking.rules.filters import Filter
from bot.tracking.rules.settled import BILL_ELSEWHERE, BILL_HERE, Settled
from bot.tracking.rules.spent import SpentKind
from storage import expenses as expense_rows
from storage import filters as filter_rows
from storage import settlements as settlement_rows
from storage.change import Author, Change
from storage.settlements import Item
from storage.tables import agreement_charges, entries, expenses, settlements
from storage.unbilled import CAN_BE_BILLED


class Settleable(NamedTuple):
    """An entry with its length, or what is billed beside time with its kind."""

    item: Item
    seconds: int = 0
    spent: SpentKind = SpentKind.NOTHING


_IS_ELSEWHERE = settlements.c.kind == Settled.ELSEWHERE
_ENTRY_ELSEWHERE = exists().where(and_(settlements.c.entry_id == entries.c.id, _IS_ELSEWHERE)).correlate(entries)
_EXPENSE_ELSEWHERE = exists().where(and_(settlements.c.expense_id == expenses.c.id, _IS_ELSEWHERE)).correlate(expenses)

_SPENT = select(expenses.c.id, agreement_charges.c.agreement_id, agreement_charges.c.month).outerjoin(
    agreement_charges, agreement_charges.c.expense_id == expenses.c.id
)


def open_items(db: Connection, workspace_id: int, chosen: Filter, *, most: int) -> list[Settleable]:
    """What fits a filter and can be billed; no more than `most` of each kind."""
    worked = select(entries.c.id, entries.c.seconds).where(
        and_(filter_rows.matching(workspace_id, chosen), CAN_BE_BILLED)
    )
    spent = _SPENT.where(and_(expense_rows.matching(workspace_id, chosen), expense_rows.CAN_BE_BILLED))
    return _found(db, worked.order_by(entries.c.id).limit(most), spent.order_by(expenses.c.id).limit(most))


def marked_items(db: Connection, workspace_id: int, chosen: Filter, *, most: int) -> list[Settleable]:
    """What fits a filter and is billed elsewhere; no more than `most` of each kind."""
    worked = select(entries.c.id, entries.c.seconds).where(
        and_(filter_rows.matching(workspace_id, chosen), entries.c.on_draft, _ENTRY_ELSEWHERE)
    )
    spent = _SPENT.where(and_(expense_rows.matching(workspace_id, chosen), _EXPENSE_ELSEWHERE))
    return _found(db, worked.order_by(entries.c.id).limit(most), spent.order_by(expenses.c.id).limit(most))


def these_items(db: Connection, workspace_id: int, items: Collection[Item], *, is_marked: bool) -> list[Settleable]:
    """Those of these that can be billed; or that are billed elsewhere."""
    worked = select(entries.c.id, entries.c.seconds).where(
        and_(
            entries.c.workspace_id == workspace_id,
            entries.c.id.in_([each.id for each in items if each.kind == "entry"]),
            _ENTRY_ELSEWHERE if is_marked else CAN_BE_BILLED,
        )
    )
    spent = _SPENT.where(
        and_(
            expenses.c.workspace_id == workspace_id,
            expenses.c.id.in_([each.id for each in items if each.kind == "expense"]),
            _EXPENSE_ELSEWHERE if is_marked else expense_rows.CAN_BE_BILLED,
        )
    )
    return _found(db, worked, spent)


def _found(db: Connection, worked: Select[Any], spent: Select[Any]) -> list[Settleable]:
    time = [Settleable(Item("entry", row.id), row.seconds or 0) for row in db.execute(worked)]
    kinds = [(row.id, SpentKind.of(row.agreement_id, row.month)) for row in db.execute(spent)]
    return time + [Settleable(Item("expense", expense_id), spent=kind) for expense_id, kind in kinds]


def settled_seconds(db: Connection, workspace_id: int, chosen: Filter) -> dict[Settled, int]:
    """How much of the time that fits a filter is written off, and how much billed elsewhere."""
    query = (
        select(settlements.c.kind, func.sum(entries.c.seconds))
        .join_from(settlements, entries, entries.c.id == settlements.c.entry_id)
        .where(and_(settlements.c.workspace_id == workspace_id, filter_rows.matching(workspace_id, chosen)))
        .group_by(settlements.c.kind)
    )
    return {Settled(kind): int(seconds or 0) for kind, seconds in db.execute(query)}


def mark(change: Change[Author], items: Collection[Item], *, reason: str, undoes: str = "") -> int:
    """Bill these elsewhere; the change by which it can be undone. Raises IntegrityError for what is on a draft."""
    settlement_rows.settle(change, items, Settled.ELSEWHERE, reason=reason)
    return settlement_rows.record(change, items, BILL_ELSEWHERE, why=reason, undoes=undoes)


def unmark(change: Change[Author], items: Collection[Item], *, reason: str, undoes: str = "") -> int | None:
    """Have these be open again; the change by which that can be undone. None, when some are not billed elsewhere."""
    gone = 0
    for kind, column in (("entry", settlements.c.entry_id), ("expense", settlements.c.expense_id)):
        ids = [each.id for each in items if each.kind == kind]
        here = and_(settlements.c.workspace_id == change.by.workspace_id, column.in_(ids), _IS_ELSEWHERE)
        gone += change.db.execute(delete(settlements).where(here)).rowcount
    if gone != len(items):
        return None
    return settlement_rows.record(change, items, BILL_HERE, why=reason, undoes=undoes)

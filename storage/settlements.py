"""What became of single entries and expenses: freed of a sent draft, written off there, or billed elsewhere."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    literal_column,
    null,
    select,
    union_all,
)

from bot.billing.rules.settling import Outcome
from bot.tracking.rules.settled import Settled
from storage.change import Author, Change
from storage.rows import row_values
from storage.tables import (
    FreedShare,
    Settlement,
    draft_entries,
    draft_expenses,
    draft_shares,
    entries,
    expenses,
    freed_shares,
    people,
    settlements,
)

Kind = Literal["entry", "expense"]


class Item(NamedTuple):
    """An entry or an expense."""

    kind: Kind
    id: int


class ItemOnLine(NamedTuple):
    """An entry or an expense that stands on a line of a sent draft, or did until it was freed of it."""

    kind: Kind
    id: int
    line_id: int
    day: date
    started_at: datetime | None
    ended_at: datetime | None
    timed: bool
    zone: str
    seconds: int
    """Of it on this line; an expense has none."""
    note: str
    person: str
    outcome: Outcome

    @property
    def item(self) -> Item:
        """Which it is."""
        return Item(self.kind, self.id)


def items_of_draft(db: Connection, draft_id: int) -> list[ItemOnLine]:
    """All that stands or stood on a sent draft, by line and day."""
    query = union_all(
        _worked(draft_id),
        _spent(draft_id),
        _freed(draft_id, entries, freed_shares.c.entry_id),
        _freed(draft_id, expenses, freed_shares.c.expense_id),
    )
    rows = [ItemOnLine._make(row)._replace(outcome=Outcome(row.outcome)) for row in db.execute(query)]
    return sorted(rows, key=lambda each: (each.line_id, each.day, each.kind, each.id))


_IS_WRITTEN_OFF = case((settlements.c.id.is_not(None), Outcome.WRITTEN_OFF.value), else_=Outcome.BILLED.value)


def _worked(draft_id: int) -> Select[Any]:
    return (
        select(*_columns("entry", draft_shares.c.line_id, draft_shares.c.seconds, _IS_WRITTEN_OFF))
        .join_from(draft_shares, entries, entries.c.id == draft_shares.c.entry_id)
        .join(people, people.c.id == entries.c.person_id)
        .outerjoin(settlements, settlements.c.entry_id == entries.c.id)
        .where(draft_shares.c.draft_id == draft_id)
    )


def _spent(draft_id: int) -> Select[Any]:
    return (
        select(*_columns("expense", draft_expenses.c.line_id, literal_column("0"), _IS_WRITTEN_OFF))
        .join_from(draft_expenses, expenses, expenses.c.id == draft_expenses.c.expense_id)
        .join(people, people.c.id == expenses.c.person_id)
        .outerjoin(settlements, settlements.c.expense_id == expenses.c.id)
        .where(draft_expenses.c.draft_id == draft_id)
    )


def _freed(draft_id: int, of: Any, column: ColumnElement[int | None]) -> Select[Any]:
    kind: Kind = "entry" if of is entries else "expense"
    seconds = func.coalesce(freed_shares.c.seconds, 0)
    return (
        select(*_columns(kind, freed_shares.c.line_id, seconds, literal(Outcome.FREE.value)))
        .join_from(freed_shares, of, of.c.id == column)
        .join(people, people.c.id == of.c.person_id)
        .where(freed_shares.c.draft_id == draft_id)
    )


def _columns(
    kind: Kind, line_id: ColumnElement[int], seconds: ColumnElement[Any], outcome: ColumnElement[str]
) -> list[ColumnElement[Any]]:
    of = entries if kind == "entry" else expenses
    times = (
        (entries.c.started_at, entries.c.ended_at, entries.c.timed, entries.c.zone)
        if kind == "entry"
        else (
            null().label("started_at"),
            null().label("ended_at"),
            literal_column("false").label("timed"),
            literal("", String).label("zone"),
        )
    )
    named = (literal(kind).label("kind"), of.c.id, line_id.label("line_id"), of.c.day)
    return [
        *named,
        *times,
        seconds.label("seconds"),
        of.c.note,
        people.c.name.label("person"),
        outcome.label("outcome"),
    ]


def write_off(change: Change[Author], draft_id: int, items: Collection[Item], *, reason: str = "") -> None:
    """What stands on a sent draft is billed to nobody; what is written off already stays so."""
    known = _settled(change.db, draft_id)
    new = [each for each in items if each not in known]
    settle(change, new, Settled.WRITTEN_OFF, draft_id=draft_id, reason=reason)
    record(change, new, "write off", why=reason)


def write_off_all(change: Change[Author], draft_id: int, *, reason: str = "") -> None:
    """The same of all that stands on a draft."""
    write_off(change, draft_id, _bound(change.db, draft_id), reason=reason)


def bill_after_all(change: Change[Author], draft_id: int, items: Collection[Item]) -> None:
    """What was written off counts as billed by its draft again."""
    written_off = [each for each in items if each in _settled(change.db, draft_id)]
    of_draft = settlements.c.draft_id == draft_id
    for kind, column in (("entry", settlements.c.entry_id), ("expense", settlements.c.expense_id)):
        ids = [each.id for each in written_off if each.kind == kind]
        change.db.execute(delete(settlements).where(and_(of_draft, column.in_(ids))))
    record(change, written_off, "bill after all")


def bill_all_after_all(change: Change[Author], draft_id: int) -> None:
    """The same of all that was written off on a draft."""
    bill_after_all(change, draft_id, _settled(change.db, draft_id))


def free(change: Change[Author], draft_id: int, items: Collection[Item], *, reason: str = "") -> None:
    """Open again what stands on a sent draft, and keep on which lines it did; their lines stay as they were sent."""
    wanted = {*items}
    shares = [each for each in items_of_draft(change.db, draft_id) if each.item in wanted]
    rows = [
        row_values(
            FreedShare,
            workspace_id=change.by.workspace_id,
            draft_id=draft_id,
            at=change.by.now,
            line_id=each.line_id,
            entry_id=each.id if each.kind == "entry" else None,
            expense_id=each.id if each.kind == "expense" else None,
            seconds=each.seconds if each.kind == "entry" else None,
            person_id=change.by.person_id or 0,
        )
        for each in shares
        if each.outcome is not Outcome.FREE
    ]
    if not rows:
        return
    change.db.execute(insert(freed_shares), rows)
    for kind, table, column in (
        ("entry", draft_entries, draft_entries.c.entry_id),
        ("expense", draft_expenses, draft_expenses.c.expense_id),
    ):
        ids = [each.id for each in shares if each.kind == kind]
        change.db.execute(delete(table).where(and_(table.c.draft_id == draft_id, column.in_(ids))))
    record(change, {each.item for each in shares if each.outcome is not Outcome.FREE}, "free", why=reason)


def any_freed(db: Connection, draft_id: int) -> bool:
    """Whether anything was freed of a sent draft."""
    found = select(freed_shares.c.id).where(freed_shares.c.draft_id == draft_id).limit(1)
    return db.execute(found).first() is not None


def _bound(db: Connection, draft_id: int) -> set[Item]:
    worked = select(draft_entries.c.entry_id).where(draft_entries.c.draft_id == draft_id)
    spent = select(draft_expenses.c.expense_id).where(draft_expenses.c.draft_id == draft_id)
    return {Item("entry", each) for each in db.execute(worked).scalars()} | {
        Item("expense", each) for each in db.execute(spent).scalars()
    }


def _settled(db: Connection, draft_id: int) -> set[Item]:
    """What is written off on a draft."""
    found = select(settlements.c.entry_id, settlements.c.expense_id).where(settlements.c.draft_id == draft_id)
    return {
        Item("entry", row.entry_id) if row.entry_id is not None else Item("expense", row.expense_id)
        for row in db.execute(found)
    }


def settle(
    change: Change[Author], items: Iterable[Item], kind: Settled, *, draft_id: int | None = None, reason: str = ""
) -> None:
    """Write down that these are settled without an invoice of ours. Raises IntegrityError for what cannot be.

    The history is left to who knows what to call it.
    """
    rows = [
        row_values(
            Settlement,
            workspace_id=change.by.workspace_id,
            entry_id=each.id if each.kind == "entry" else None,
            expense_id=each.id if each.kind == "expense" else None,
            kind=kind,
            draft_id=draft_id,
            reason=reason,
            person_id=change.by.person_id or 0,
            at=change.by.now,
        )
        for each in items
    ]
    if rows:
        change.db.execute(insert(settlements), rows)


def record(change: Change[Author], items: Iterable[Item], action: str, *, why: str = "", undoes: str = "") -> int:
    """Each in its own history; the last of these changes."""
    last = 0
    for each in sorted(items):
        last = change.record(each.kind, each.id, action, before={}, after={}, why=why, undoes=undoes)
    return last

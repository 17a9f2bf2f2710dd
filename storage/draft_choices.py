"""What people left out of open drafts: entries and expenses."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    select,
    update,
)

from storage.change import Author, Change
from storage.rows import NewRow, row_values
from storage.statements import Query
from storage.tables import DraftChoice, DraftExpenseChoice, draft_choices, draft_expense_choices, entries, expenses


class Kind(NamedTuple):
    """A kind of what can be left out, and where it stands that it is."""

    name: str
    """As the audit says it."""
    rows: Table
    choices: Table
    id: Column[Any]
    """The column of `choices` that names a row."""
    new: Callable[[Author, int, int], NewRow[Any]]
    """A choice of somebody's, for a draft and a row."""


ENTRIES = Kind(
    "entries",
    entries,
    draft_choices,
    draft_choices.c.entry_id,
    lambda by, draft_id, row_id: row_values(
        DraftChoice, draft_id=draft_id, entry_id=row_id, workspace_id=by.workspace_id, left_out_by=by.person_id
    ),
)
EXPENSES = Kind(
    "expenses",
    expenses,
    draft_expense_choices,
    draft_expense_choices.c.expense_id,
    lambda by, draft_id, row_id: row_values(
        DraftExpenseChoice, draft_id=draft_id, expense_id=row_id, workspace_id=by.workspace_id, left_out_by=by.person_id
    ),
)
_KINDS = (ENTRIES, EXPENSES)
_LEFT_OUT = {
    kind.name: Query(
        select(kind.id, kind.choices.c.left_out_by).where(kind.choices.c.draft_id == bindparam("draft")), tuple
    )
    for kind in _KINDS
}


def left_out(db: Connection, kind: Kind, draft_id: int) -> dict[int, int | None]:
    """What was left out of a draft, with who did it; also what is elsewhere by now."""
    return dict(_LEFT_OUT[kind.name].all(db, draft=draft_id))


def is_left_out(kind: Kind, draft_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a row is left out of any of these drafts."""
    of_them = and_(kind.choices.c.draft_id.in_([literal(each) for each in draft_ids]), kind.id == kind.rows.c.id)
    return exists().where(of_them).correlate(kind.rows)


def leave_out(change: Change[Author], kind: Kind, draft_id: int, row_ids: Iterable[int]) -> None:
    """Leave these out of a draft; the caller holds the lock. Raises IntegrityError for what was deleted."""
    ids = sorted({*row_ids} - left_out(change.db, kind, draft_id).keys())
    if ids:
        _add(change.db, kind.choices, [kind.new(change.by, draft_id, each) for each in ids])
        change.record("draft", draft_id, "leave out", after={kind.name: ids})


def _add(db: Connection, choices: Table, rows: Sequence[NewRow[Any]]) -> None:
    db.execute(insert(choices), rows)


def take_in(change: Change[Author], kind: Kind, draft_id: int, row_ids: Iterable[int]) -> None:
    """Take these in again; the caller holds the lock."""
    ids = sorted({*row_ids} & left_out(change.db, kind, draft_id).keys())
    if ids:
        these = and_(kind.choices.c.draft_id == draft_id, kind.id.in_(ids))
        change.db.execute(delete(kind.choices).where(these))
        change.record("draft", draft_id, "take in", after={kind.name: ids})


def with_choices(db: Connection, draft_ids: Collection[int]) -> set[int]:
    """Those of these drafts of which somebody left something out."""
    found = set[int]()
    for kind in _KINDS if draft_ids else ():
        of_draft = kind.choices.c.draft_id
        found |= {*db.execute(select(of_draft).distinct().where(of_draft.in_(draft_ids))).scalars()}
    return found


def hand_on_choices(db: Connection, draft_id: int, other_id: int, first: date, last: date) -> None:
    """Leave out of another draft what is left out of this one, of the days that it is about."""
    for kind in _KINDS:
        already = kind.choices.alias()
        is_there = and_(already.c.draft_id == other_id, already.c[kind.id.name] == kind.id)
        columns = (kind.id, kind.choices.c.workspace_id, kind.choices.c.left_out_by)
        theirs = (
            select(literal(other_id), *columns)
            .join(kind.rows, kind.rows.c.id == kind.id)
            .where(and_(kind.choices.c.draft_id == draft_id, kind.rows.c.day.between(first, last)))
            .where(~exists().where(is_there))
        )
        db.execute(insert(kind.choices).from_select(["draft_id", *(each.name for each in columns)], theirs))


def take_over_choices(db: Connection, draft_id: int, other_id: int) -> None:
    """Leave out of this draft also what was left out of another one, which is given up."""
    for kind in _KINDS:
        ours = kind.choices.alias()
        is_there = and_(ours.c.draft_id == draft_id, ours.c[kind.id.name] == kind.id)
        of_other = kind.choices.c.draft_id == other_id
        db.execute(delete(kind.choices).where(and_(of_other, exists().where(is_there))))
        db.execute(update(kind.choices).where(of_other).values(draft_id=draft_id))

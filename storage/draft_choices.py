"""Which entries people left out of open drafts."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, insert, literal, select, update

from storage.change import Author, Change
from storage.rows import row_values
from storage.tables import DraftChoice, draft_choices, entries, inserting

_OF_DRAFT = select(draft_choices.c.entry_id, draft_choices.c.left_out_by).where(
    draft_choices.c.draft_id == bindparam("draft")
)


def left_out(db: Connection, draft_id: int) -> dict[int, int | None]:
    """The entries that were left out of a draft, with who did it; also those that are elsewhere by now."""
    return {row.entry_id: row.left_out_by for row in db.execute(_OF_DRAFT, {"draft": draft_id})}


def is_left_out(draft_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether an entry is left out of any of these drafts."""
    of_them = and_(draft_choices.c.draft_id.in_(draft_ids), draft_choices.c.entry_id == entries.c.id)
    return exists().where(of_them).correlate(entries)


def leave_out(change: Change[Author], draft_id: int, entry_ids: Iterable[int]) -> None:
    """Leave entries out of a draft; the caller holds the lock."""
    by = change.by
    ids = sorted(entry_ids)
    rows = [
        row_values(
            DraftChoice, draft_id=draft_id, entry_id=each, workspace_id=by.workspace_id, left_out_by=by.person_id
        )
        for each in ids
    ]
    if rows:
        change.db.execute(inserting(change.db, draft_choices).on_conflict_do_nothing(), rows)
        change.record("draft", draft_id, "leave out", after={"entries": ids})


def take_in(change: Change[Author], draft_id: int, entry_ids: Iterable[int]) -> None:
    """Take entries in again; the caller holds the lock."""
    ids = sorted(entry_ids)
    if ids:
        of_draft = and_(draft_choices.c.draft_id == draft_id, draft_choices.c.entry_id == bindparam("entry"))
        change.db.execute(delete(draft_choices).where(of_draft), [{"entry": each} for each in ids])
        change.record("draft", draft_id, "take in", after={"entries": ids})


def with_choices(db: Connection, draft_ids: Collection[int]) -> set[int]:
    """Those of these drafts of which somebody left something out."""
    chosen = select(draft_choices.c.draft_id).distinct().where(draft_choices.c.draft_id.in_(draft_ids))
    return set(db.execute(chosen).scalars()) if draft_ids else set()


def hand_on_choices(db: Connection, draft_id: int, other_id: int, first: date, last: date) -> None:
    """Leave out of another draft what is left out of this one, of the days that it is about."""
    already = draft_choices.alias()
    is_there = exists().where(and_(already.c.draft_id == other_id, already.c.entry_id == draft_choices.c.entry_id))
    columns = (draft_choices.c.entry_id, draft_choices.c.workspace_id, draft_choices.c.left_out_by)
    theirs = (
        select(literal(other_id), *columns)
        .join(entries, entries.c.id == draft_choices.c.entry_id)
        .where(and_(draft_choices.c.draft_id == draft_id, entries.c.day.between(first, last), ~is_there))
    )
    named = ["draft_id", "entry_id", "workspace_id", "left_out_by"]
    db.execute(insert(draft_choices).from_select(named, theirs))


def take_over_choices(db: Connection, draft_id: int, other_id: int) -> None:
    """Leave out of this draft also what was left out of another one, which is given up."""
    other = draft_choices.alias()
    same = and_(other.c.draft_id == draft_id, other.c.entry_id == draft_choices.c.entry_id)
    db.execute(delete(draft_choices).where(and_(draft_choices.c.draft_id == other_id, exists().where(same))))
    db.execute(update(draft_choices).where(draft_choices.c.draft_id == other_id).values(draft_id=draft_id))

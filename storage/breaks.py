"""Breaks, and the last timer that a person stopped for one.

Whatever is written to a break is written here, by functions that take the change in progress and leave its audit row in
the same call.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from bot.tracking.rules.spans import LONGEST_ENTRY
from storage.audit import Snapshot, read_snapshot
from storage.change import Author, Change
from storage.rows import columns_of, insert_row, row_values
from storage.statements import Query
from storage.tables import Break, Pause, breaks, pauses


class BreakTime(NamedTuple):
    """One break, and when it was."""

    id: int
    workspace_id: int
    person_id: int
    started_at: datetime
    ended_at: datetime


class LastPause(NamedTuple):
    """Which timer a person last stopped for a break, and when."""

    entry_id: int
    began_at: datetime


_BREAK = select(*columns_of(BreakTime, breaks))
_BREAKS_WITHIN = Query(
    _BREAK.where(
        and_(
            breaks.c.person_id == bindparam("person"),
            breaks.c.started_at < bindparam("until"),
            breaks.c.ended_at > bindparam("since"),
            breaks.c.started_at >= bindparam("earliest"),
        )
    ).order_by(breaks.c.started_at),
    BreakTime._make,
)

_LAST_PAUSE = Query(
    select(*columns_of(LastPause, pauses)).where(
        and_(pauses.c.workspace_id == bindparam("workspace"), pauses.c.person_id == bindparam("person"))
    ),
    LastPause._make,
)


def breaks_within(db: Connection, person_id: int, *, since: datetime, until: datetime) -> list[BreakTime]:
    """The person's breaks that touch [since, until)."""
    return _BREAKS_WITHIN.all(db, person=person_id, since=since, until=until, earliest=since - LONGEST_ENTRY)


def break_of_person(db: Connection, *, person_id: int, break_id: int) -> BreakTime | None:
    """One break of this very person."""
    row = db.execute(_BREAK.where(and_(breaks.c.person_id == person_id, breaks.c.id == break_id))).first()
    return BreakTime._make(row) if row else None


def add_break(change: Change[Author], new: BreakTime, action: str) -> int:
    """Add a break, whatever its id says; the change by which it can be undone."""
    added = insert_row(
        change.db,
        Break,
        workspace_id=new.workspace_id,
        person_id=new.person_id,
        started_at=new.started_at,
        ended_at=new.ended_at,
    )
    return change.record("break", added, action, after=new._replace(id=added)._asdict())


def delete_break(change: Change[Author], taken: BreakTime, action: str, *, undoes: str = "") -> None:
    """Forget one break."""
    change.db.execute(delete(breaks).where(breaks.c.id == taken.id))
    change.record("break", taken.id, action, before=taken._asdict(), undoes=undoes)


def restore_break(change: Change[Author], snapshot: Snapshot, action: str, *, undoes: str) -> BreakTime:
    """Put a deleted break back as it was recorded."""
    back = BreakTime(**read_snapshot(snapshot))
    insert_row(
        change.db,
        Break,
        id=back.id,
        workspace_id=back.workspace_id,
        person_id=back.person_id,
        started_at=back.started_at,
        ended_at=back.ended_at,
    )
    change.record("break", back.id, action, after=back._asdict(), undoes=undoes)
    return back


def keep_pause(change: Change[Author], *, person_id: int, entry_id: int, began_at: datetime) -> None:
    """A person stopped this timer for a break; only their last one is kept."""
    workspace_id = change.by.workspace_id
    theirs = and_(pauses.c.workspace_id == workspace_id, pauses.c.person_id == person_id)
    change.db.execute(delete(pauses).where(theirs))
    new = row_values(
        Pause,
        workspace_id=workspace_id,
        person_id=person_id,
        entry_id=entry_id,
        began_at=began_at,
    )
    change.db.execute(insert(pauses), new)


def last_pause(db: Connection, *, workspace_id: int, person_id: int) -> LastPause | None:
    """When the person last stopped a timer for a break, and which."""
    return _LAST_PAUSE.first(db, workspace=workspace_id, person=person_id)

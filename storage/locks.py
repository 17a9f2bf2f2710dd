"""Locked days, for whom some of them are open, and what was written into them."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from storage.change import Author, Change
from storage.rows import columns_of, insert_row
from storage.tables import OpenedDays, audits, opened_days, people, workspaces

LOCKED = "these days are locked"
"""What the triggers say; see storage/migrations/versions/0060_days_are_locked.py."""


class Opened(NamedTuple):
    """Locked days that are open for somebody."""

    id: int
    person_id: int
    person: str
    first_day: date
    last_day: date
    reason: str
    opened_by: int
    at: datetime


class Locks(NamedTuple):
    """Up to which day time is locked, and up to which one somebody was offered to lock."""

    until: date | None
    offered: date | None


_OPENED = select(*columns_of(Opened, opened_days, person=people.c.name)).join_from(
    opened_days, people, people.c.id == opened_days.c.person_id
)


def locks_of(db: Connection, workspace_id: int) -> Locks:
    """What is locked."""
    row = db.execute(
        select(workspaces.c.locked_until, workspaces.c.lock_offered).where(workspaces.c.id == workspace_id)
    ).one()
    return Locks(row.locked_until, row.lock_offered)


def is_locked(db: Connection, workspace_id: int, person_id: int, day: date) -> bool:
    """Whether a day is locked for a person."""
    until = locks_of(db, workspace_id).until
    if until is None or day > until:
        return False
    theirs = and_(opened_days.c.workspace_id == workspace_id, opened_days.c.person_id == person_id)
    is_open = and_(theirs, opened_days.c.first_day <= day, opened_days.c.last_day >= day)
    return db.execute(select(opened_days.c.id).where(is_open).limit(1)).first() is None


def lock(change: Change[Author], until: date | None, *, reason: str = "") -> None:
    """Lock the days up to this one; None: no day."""
    workspace_id = change.by.workspace_id
    before = locks_of(change.db, workspace_id).until
    change.db.execute(update(workspaces).where(workspaces.c.id == workspace_id).values(locked_until=until))
    was, becomes = ({"locked_until": each.isoformat() if each else None} for each in (before, until))
    change.record("workspace", workspace_id, "lock days", before=was, after=becomes, why=reason)


def note_offered(db: Connection, workspace_id: int, day: date) -> bool:
    """Somebody is offered to lock up to this day. False when that, or a later one, was offered before."""
    earlier = or_(workspaces.c.lock_offered.is_(None), workspaces.c.lock_offered < day)
    here = and_(workspaces.c.id == workspace_id, earlier)
    return db.execute(update(workspaces).where(here).values(lock_offered=day)).rowcount == 1


def open_days(change: Change[Author], person_id: int, first: date, last: date, *, reason: str) -> int:
    """Open locked days for somebody; the row's id. Raises IntegrityError for a person of another workspace."""
    opened = insert_row(
        change.db,
        OpenedDays,
        workspace_id=change.by.workspace_id,
        person_id=person_id,
        first_day=first,
        last_day=last,
        reason=reason,
        opened_by=change.by.person_id or 0,
        at=change.by.now,
    )
    days = {"first_day": first.isoformat(), "last_day": last.isoformat()}
    change.record("person", person_id, "open days", after=days, why=reason)
    return opened


def opened(db: Connection, workspace_id: int) -> list[Opened]:
    """What is open for whom, the newest first."""
    query = _OPENED.where(opened_days.c.workspace_id == workspace_id).order_by(opened_days.c.id.desc())
    return [Opened._make(row) for row in db.execute(query)]


def opened_one(db: Connection, opened_id: int) -> Opened | None:
    """One of them, while it is open."""
    row = db.execute(_OPENED.where(opened_days.c.id == opened_id)).first()
    return Opened._make(row) if row else None


def close_days(change: Change[Author], one: Opened) -> None:
    """They are locked for that person again."""
    change.db.execute(delete(opened_days).where(opened_days.c.id == one.id))
    days = {"first_day": one.first_day.isoformat(), "last_day": one.last_day.isoformat()}
    change.record("person", one.person_id, "close days", before=days)


def written_late(db: Connection, workspace_id: int, one: Opened) -> int:
    """How many entries and expenses of these days the person made, changed or deleted since they were open."""
    done = and_(
        audits.c.workspace_id == workspace_id,
        audits.c.person_id == one.person_id,
        audits.c.at >= one.at,
        audits.c.subject.in_(("entry", "expense")),
    )
    days = (one.first_day.isoformat(), one.last_day.isoformat())
    touched = or_(*(side["day"].as_string().between(*days) for side in (audits.c.before, audits.c.after)))
    found = select(func.count(func.distinct(audits.c.subject_id))).where(and_(done, touched))
    return int(db.execute(found).scalar_one())

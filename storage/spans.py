"""A person's entries by when they were: those that touch or overlap a time, and what a day adds up to."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select

from bot.tracking.rules.spans import LONGEST_ENTRY, DayBounds
from storage.statements import Query
from storage.tables import entries
from storage.tracking import ENTRY, Entry


class _DayPart(NamedTuple):
    """The sum of all entries that lie wholly within a day (entry_id 0), or one entry that may fall on it in part."""

    entry_id: int
    started_at: datetime
    ended_at: datetime | None
    zone: str
    seconds: int


class Stretch(NamedTuple):
    """When an entry began and ended, and where; without an end it runs."""

    started_at: datetime
    ended_at: datetime | None
    zone: str


_TOUCHING = and_(
    entries.c.person_id == bindparam("person"),
    entries.c.started_at < bindparam("until"),
    or_(entries.c.ended_at > bindparam("since"), entries.c.ended_at.is_(None)),
)
# No entry is longer than a timer may run, so the index on the start bounds the search on both sides.
_WITHIN = Query(
    ENTRY.where(and_(_TOUCHING, entries.c.started_at >= bindparam("earliest"))).order_by(entries.c.started_at),
    Entry._make,
)
_OVERLAPPING = Query(
    ENTRY.where(
        and_(
            _TOUCHING,
            or_(entries.c.started_at >= bindparam("earliest"), entries.c.ended_at.is_(None)),
            entries.c.timed,
            or_(entries.c.seconds > 0, entries.c.ended_at.is_(None)),  # no time at all is in nobody's way
            entries.c.id != bindparam("besides"),
        )
    ).order_by(entries.c.started_at),
    Entry._make,
)
_NOT_OVER = Query(
    ENTRY.where(
        and_(
            entries.c.person_id == bindparam("person"),
            or_(
                entries.c.ended_at.is_(None),
                and_(
                    entries.c.started_at >= bindparam("earliest"), entries.c.ended_at > bindparam("at"), entries.c.timed
                ),
            ),
        )
    ),
    Entry._make,
)
_BEGUN_BETWEEN = and_(
    entries.c.person_id == bindparam("person"),
    entries.c.started_at >= bindparam("earliest"),
    entries.c.started_at < bindparam("latest"),
)
_IS_WHOLE = and_(
    entries.c.day == bindparam("day"),
    or_(~entries.c.timed, and_(entries.c.zone == bindparam("zone"), entries.c.ended_at <= bindparam("ends"))),
)
# One row for all that lies wholly within the day, and one for each entry that may be on it in part.
_OF_DAY = Query(
    select(
        case((_IS_WHOLE, 0), else_=entries.c.id).label("entry_id"),
        func.min(entries.c.started_at).label("started_at"),
        func.min(entries.c.ended_at).label("ended_at"),
        func.min(entries.c.zone).label("zone"),
        func.sum(entries.c.seconds).label("seconds"),
    )
    .where(
        and_(
            _BEGUN_BETWEEN,
            or_(
                entries.c.day == bindparam("day"),
                and_(
                    entries.c.timed,
                    or_(
                        entries.c.zone != bindparam("zone"),
                        entries.c.ended_at > bindparam("begins"),
                        entries.c.ended_at.is_(None),
                    ),
                ),
            ),
        )
    )
    .group_by("entry_id"),
    _DayPart._make,
)


def entries_within(db: Connection, person_id: int, *, since: datetime, until: datetime) -> list[Entry]:
    """Entries that touch [since, until), by start."""
    return _WITHIN.all(db, person=person_id, since=since, until=until, earliest=since - LONGEST_ENTRY)


def time_on_day(db: Connection, person_id: int, bounds: DayBounds) -> tuple[int, list[Stretch]]:
    """Seconds of the entries that lie wholly within a day, and the others.

    The others may fall on it in part: they run, cross midnight or were made in another zone.
    """
    found = _OF_DAY.all(
        db,
        person=person_id,
        day=bounds.day,
        zone=bounds.zone,
        begins=bounds.begins,
        ends=bounds.ends,
        earliest=bounds.earliest,
        latest=bounds.latest,
    )
    whole = sum(part.seconds for part in found if not part.entry_id)
    return whole, [Stretch(part.started_at, part.ended_at, part.zone) for part in found if part.entry_id]


def overlapping_entries(
    db: Connection, person_id: int, *, since: datetime, until: datetime, besides: int = 0
) -> list[Entry]:
    """The timed entries that share a moment with [since, until), by start; touching ends share none."""
    return _OVERLAPPING.all(
        db, person=person_id, since=since, until=until, earliest=since - LONGEST_ENTRY, besides=besides
    )


def entries_not_over(db: Connection, person_id: int, *, at: datetime) -> list[Entry]:
    """The person's timer, and the timed entries that end after `at`."""
    return _NOT_OVER.all(db, person=person_id, at=at, earliest=at - LONGEST_ENTRY)

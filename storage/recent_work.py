"""What a person worked on last: to go on with, to choose again, and whether there is anything."""

from datetime import datetime

from sqlalchemy import Connection, String, and_, bindparam, func, literal_column, or_, select, true

from bot.catalog.rules.names import Target
from bot.tracking.rules.spans import LONGEST_ENTRY
from storage.catalog import Named
from storage.rows import columns_of
from storage.statements import Query, single_value
from storage.tables import customers, entries, projects, services
from storage.tracking import ENTRY, Entry

_LATEST_START = Query(
    select(entries.c.started_at)
    .where(and_(entries.c.person_id == bindparam("person"), entries.c.ended_at.is_not(None)))
    .order_by(entries.c.started_at.desc())
    .limit(1),
    single_value,
)
_WORKED_ON = and_(entries.c.person_id == bindparam("person"), entries.c.started_at >= bindparam("since"))
_ENDED_SINCE = Query(
    ENTRY.where(
        and_(
            _WORKED_ON,
            entries.c.ended_at.is_not(None),
        )
    )
    .order_by(entries.c.ended_at.desc(), entries.c.id.desc())
    .limit(1),
    Entry._make,
)
_STILL_BOOKABLE = Query(
    ENTRY.where(
        and_(
            _WORKED_ON,
            entries.c.ended_at.is_not(None),
            customers.c.archived.is_(False),
            or_(projects.c.id.is_(None), projects.c.archived.is_(False)),
            or_(services.c.id.is_(None), services.c.archived.is_(False)),
        )
    ).order_by(entries.c.ended_at.desc(), entries.c.id.desc()),
    Entry._make,
)
_NEWEST_FIRST = (func.max(entries.c.started_at).desc(), func.max(entries.c.id).desc())
_BOOKED_ON = columns_of(
    Target,
    customers,
    customer_id=customers.c.id,
    project_id=projects.c.id,
    customer=customers.c.name,
    project=projects.c.name,
    billable=func.coalesce(projects.c.billable, true()),
)
_RECENT_TARGETS = Query(
    select(*_BOOKED_ON)
    .join_from(entries, customers, customers.c.id == entries.c.customer_id)
    .outerjoin(projects, projects.c.id == entries.c.project_id)
    .where(
        and_(
            _WORKED_ON,
            customers.c.archived.is_(False),
            or_(entries.c.project_id.is_(None), projects.c.archived.is_(False)),
        )
    )
    .group_by(*_BOOKED_ON)
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("most")),
    Target._make,
)
_RECENT_SERVICES = Query(
    select(*columns_of(Named, services, detail=literal_column("''", String)))
    .join_from(entries, services, services.c.id == entries.c.service_id)
    .where(and_(_WORKED_ON, services.c.archived.is_(False)))
    .group_by(services.c.id, services.c.name)
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("most")),
    Named._make,
)


def last_ended_entry(db: Connection, person_id: int) -> Entry | None:
    """The entry that ended last; of several at once the one written last."""
    latest = _LATEST_START.first(db, person=person_id)
    if latest is None:
        return None
    # What ended after the latest start can have begun before it, but not by more than its own length.
    return _ENDED_SINCE.first(db, person=person_id, since=latest - LONGEST_ENTRY)


def bookable_entries_since(db: Connection, person_id: int, *, since: datetime) -> list[Entry]:
    """The person's ended entries that began since then and can still be booked on, the newest first."""
    return _STILL_BOOKABLE.all(db, person=person_id, since=since)


def has_worked_since(db: Connection, person_id: int, *, since: datetime) -> bool:
    """Whether the person wrote down anything that began since then."""
    worked = select(entries.c.id).where(_WORKED_ON).limit(1)
    return db.execute(worked, {"person": person_id, "since": since}).first() is not None


def recent_targets(db: Connection, person_id: int, *, since: datetime, most: int) -> list[Target]:
    """What the person worked on last and can still be booked on, the newest first."""
    return _RECENT_TARGETS.all(db, person=person_id, since=since, most=most)


def recent_services(db: Connection, person_id: int, *, since: datetime, most: int) -> list[Named]:
    """The live kinds of work that the person did last, the newest first."""
    return _RECENT_SERVICES.all(db, person=person_id, since=since, most=most)

"""Time entries and timers.

Whatever is written to an entry is written here, by functions that take the change in progress and leave its
audit row in the same call.
"""

from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    String,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.billing.rules.states import DraftState
from bot.catalog.rules.names import Target
from bot.tracking.rules.drafts import DraftName
from bot.tracking.rules.settled import Settled
from bot.tracking.rules.spans import LONGEST_ENTRY, DayBounds
from storage.audit import Snapshot, read_snapshot
from storage.catalog import Named
from storage.change import Author, Change
from storage.holding import DRAFT_COLUMNS
from storage.rows import columns_of
from storage.statements import Query, Statement, single_value
from storage.tables import (
    customers,
    draft_entries,
    drafts,
    entries,
    projects,
    services,
    settlements,
)


class Entry(NamedTuple):
    """A time entry with the names it shows."""

    id: int
    workspace_id: int
    person_id: int
    customer_id: int
    project_id: int | None
    service_id: int | None
    customer: str
    project: str | None
    service: str | None
    note: str
    started_at: datetime
    ended_at: datetime | None
    seconds: int | None
    day: date
    zone: str
    timed: bool
    end_guessed: bool
    billable: bool
    tags: str
    source_text: str
    source_link: str
    created_at: datetime
    private: bool = False
    """Its note is kept from the customer."""
    draft_id: int | None = None
    draft_state: DraftState | None = None
    draft_first: date | None = None
    draft_last: date | None = None
    """The days of the draft that holds the entry: the period that was chosen, else those of its work."""
    draft_number: str | None = None
    """Its number, once it was completed in Billomat."""
    draft_part: str | None = None
    draft_link: str | None = None
    """The address of its page there, as soon as it has one."""
    settled: Settled | None = None
    """Written off on that draft, or billed elsewhere and on none."""

    @property
    def is_held(self) -> bool:
        """Whether it is not open: on a draft, or billed elsewhere."""
        return self.draft_id is not None or self.settled is not None

    @property
    def draft(self) -> DraftName:
        """What people call the draft that holds the entry."""
        return DraftName(
            self.customer, self.draft_first, self.draft_last, self.draft_number or "", self.draft_part or ""
        )

    @property
    def is_in_billomat(self) -> bool:
        """Whether the draft that holds it stands there."""
        return self.draft_state == DraftState.SENT

    @property
    def may_be_in_billomat(self) -> bool:
        """Whether nobody knows if the draft that holds it arrived there."""
        return self.draft_state == DraftState.UNKNOWN


@dataclass(frozen=True, slots=True)
class SavedEntry:
    """An entry after one change, and the change by which it can be undone."""

    entry: Entry
    change_id: int


class _DayPart(NamedTuple):
    """The sum of all entries that lie wholly within a day (entry_id 0), or one entry that may fall on it in part."""

    entry_id: int
    started_at: datetime
    ended_at: datetime | None
    zone: str
    seconds: int


NOT_SAVED = 0
"""The id of what is not in the database yet."""


class AnotherTimer(Exception):
    """A timer of this person is running already; the transaction is of no more use."""


class Stretch(NamedTuple):
    """When an entry began and ended, and where; without an end it runs."""

    started_at: datetime
    ended_at: datetime | None
    zone: str


ENTRY = (
    select(
        *columns_of(
            Entry,
            entries,
            customer=customers.c.name,
            project=projects.c.name,
            service=services.c.name,
            **DRAFT_COLUMNS,
        )
    )
    .join_from(entries, customers, customers.c.id == entries.c.customer_id)
    .outerjoin(projects, projects.c.id == entries.c.project_id)
    .outerjoin(services, services.c.id == entries.c.service_id)
    .outerjoin(draft_entries, draft_entries.c.entry_id == entries.c.id)
    .outerjoin(drafts, drafts.c.id == draft_entries.c.draft_id)
    .outerjoin(settlements, and_(entries.c.on_draft, settlements.c.entry_id == entries.c.id))
)
_ONE = Query(
    ENTRY.where(
        and_(
            entries.c.workspace_id == bindparam("workspace"),
            entries.c.person_id == bindparam("person"),
            entries.c.id == bindparam("entry"),
        )
    ),
    Entry._make,
)
_RUNNING = Query(
    ENTRY.where(and_(entries.c.person_id == bindparam("person"), entries.c.ended_at.is_(None))), Entry._make
)
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
_GUESSED = Query(
    ENTRY.where(and_(entries.c.person_id == bindparam("person"), entries.c.end_guessed))
    .order_by(entries.c.started_at.desc(), entries.c.id.desc())
    .limit(bindparam("most")),
    Entry._make,
)
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
_ONE_TIMER = ("uq_time_entry_running", "UNIQUE constraint failed: time_entry.person_id")
"""How PostgreSQL and SQLite name, in an error, the constraint that a person has one timer at most."""
_INSERT: Query[int] = Query(insert(entries).returning(entries.c.id), single_value)
_UPDATE = Statement(update(entries).where(entries.c.id == bindparam("entry")))
_DELETE = Statement(delete(entries).where(entries.c.id == bindparam("entry")))
COLUMNS = tuple(column.name for column in entries.c if column.name != "on_draft")
"""What the audit records of a row: all but what the database alone writes."""
_OF_COLUMNS = attrgetter(*COLUMNS)
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


def running_timer(db: Connection, person_id: int) -> Entry | None:
    """The person's timer."""
    return _RUNNING.first(db, person=person_id)


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


def timers_running_since(db: Connection, moment: datetime) -> list[Entry]:
    """All timers, of all workspaces, that have been running since before `moment`."""
    running = and_(entries.c.ended_at.is_(None), entries.c.started_at < moment)
    rows = db.execute(ENTRY.where(running).order_by(entries.c.person_id))  # the order in which others lock people, too
    return [Entry._make(row) for row in rows]


def entries_with_guessed_end(db: Connection, person_id: int, *, most: int) -> list[Entry]:
    """Forgotten timers whose end the person has not confirmed yet, the newest first."""
    return _GUESSED.all(db, person=person_id, most=most)


def entry_of_person(db: Connection, *, workspace_id: int, person_id: int, entry_id: int) -> Entry | None:
    """One entry of this very person; nobody reaches another one's."""
    return _ONE.first(db, workspace=workspace_id, person=person_id, entry=entry_id)


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


def add_entry(change: Change[Author], new: Entry, action: str) -> SavedEntry:
    """Add an entry, whatever its id says. Raises AnotherTimer for a second running timer."""
    values = entry_columns(new)
    del values["id"]
    try:
        entry = new._replace(id=_INSERT.one(change.db, **values))
    except IntegrityError as error:
        if any(name in str(error.orig) for name in _ONE_TIMER):
            raise AnotherTimer from error
        raise
    return SavedEntry(entry, change.record("entry", entry.id, action, after=entry_columns(entry)))


def save_entry(change: Change[Author], before: Entry, after: Entry, action: str, *, why: str = "") -> SavedEntry:
    """Write what differs between an entry as it was read and as it is to be."""
    was, becomes = entry_columns(before), entry_columns(after)
    differing = {name: value for name, value in becomes.items() if value != was[name]}
    if differing:
        _UPDATE.run(change.db, entry=before.id, **differing)
    return SavedEntry(after, change.record("entry", before.id, action, before=was, after=becomes, why=why))


def delete_entry(change: Change[Author], entry: Entry, action: str, *, why: str = "", undoes: str = "") -> SavedEntry:
    """Delete an entry; it is answered as it was. Raises IntegrityError while it stands on a draft."""
    _DELETE.run(change.db, entry=entry.id)
    recorded = change.record("entry", entry.id, action, before=entry_columns(entry), why=why, undoes=undoes)
    return SavedEntry(entry, recorded)


def restore_entry(change: Change[Author], now: Entry | None, snapshot: Snapshot, action: str, *, undoes: str) -> Entry:
    """Put a row back as it was recorded, whether it is still there or not; `now` says how it is."""
    values = read_snapshot(snapshot)
    if change.db.execute(update(entries).where(entries.c.id == values["id"]).values(**values)).rowcount == 0:
        change.db.execute(insert(entries).values(**values))
    back = _ONE.one(change.db, workspace=values["workspace_id"], person=values["person_id"], entry=values["id"])
    before = entry_columns(now) if now else None
    change.record("entry", back.id, action, before=before, after=entry_columns(back), undoes=undoes)
    return back


def entry_columns(entry: Entry) -> dict[str, Any]:
    """All columns of one entry's row, as the audit records them."""
    return dict(zip(COLUMNS, _OF_COLUMNS(entry), strict=True))

"""Time entries and timers.

Whatever is written to an entry is written here, by functions that take the change in progress and leave its
audit row in the same call.
"""

from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.billing.rules.states import DraftState
from bot.tracking.rules.drafts import DraftName
from bot.tracking.rules.settled import Settled
from storage.audit import Snapshot, read_snapshot
from storage.change import Author, Change
from storage.holding import DRAFT_COLUMNS
from storage.rows import columns_of
from storage.statements import Query, Statement, single_value
from storage.tables import customers, draft_entries, drafts, entries, projects, services, settlements


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


NOT_SAVED = 0
"""The id of what is not in the database yet."""


class AnotherTimer(Exception):
    """A timer of this person is running already; the transaction is of no more use."""


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
_GUESSED = Query(
    ENTRY.where(and_(entries.c.person_id == bindparam("person"), entries.c.end_guessed))
    .order_by(entries.c.started_at.desc(), entries.c.id.desc())
    .limit(bindparam("most")),
    Entry._make,
)
_ONE_TIMER = ("uq_time_entry_running", "UNIQUE constraint failed: time_entry.person_id")
"""How PostgreSQL and SQLite name, in an error, the constraint that a person has one timer at most."""
_INSERT: Query[int] = Query(insert(entries).returning(entries.c.id), single_value)
_UPDATE = Statement(update(entries).where(entries.c.id == bindparam("entry")))
_DELETE = Statement(delete(entries).where(entries.c.id == bindparam("entry")))
COLUMNS = tuple(column.name for column in entries.c if column.name != "on_draft")
"""What the audit records of a row: all but what the database alone writes."""
_OF_COLUMNS = attrgetter(*COLUMNS)


def running_timer(db: Connection, person_id: int) -> Entry | None:
    """The person's timer."""
    return _RUNNING.first(db, person=person_id)


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

"""Workspaces, their people, and what was carried out for them."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.statements import Query, Statement, single_value
from storage.tables import Delivery, Person, Workspace, inserting, table

deliveries = table(Delivery)
people = table(Person)
workspaces = table(Workspace)


class KnownPerson(NamedTuple):
    """A person, as the database knows them, and what holds for their whole workspace; see storage/tables.py."""

    workspace_id: int
    person_id: int
    slack_id: str
    name: str
    zone: str
    locale: str
    language: str | None
    role: str
    is_guest: bool
    summary_minute: int | None
    last_summary_day: date | None
    dm_channel: str | None
    clock: int | None
    working_days: int
    work_starts: int
    work_ends: int
    service_id: int | None
    reminders: bool
    home_seen_at: datetime | None
    catalog_version: int
    overlaps_allowed: bool
    shown_unit: int
    week_start: int
    customer_word: str
    project_word: str
    service_word: str


_PERSON = select(
    people.c.workspace_id,
    people.c.id,
    people.c.slack_id,
    people.c.name,
    people.c.zone,
    people.c.locale,
    people.c.language,
    people.c.role,
    people.c.is_guest,
    people.c.summary_minute,
    people.c.last_summary_day,
    people.c.dm_channel,
    people.c.clock,
    people.c.working_days,
    people.c.work_starts,
    people.c.work_ends,
    people.c.service_id,
    people.c.reminders,
    people.c.home_seen_at,
    workspaces.c.catalog_version,
    workspaces.c.overlaps_allowed,
    workspaces.c.shown_unit,
    workspaces.c.week_start,
    workspaces.c.customer_word,
    workspaces.c.project_word,
    workspaces.c.service_word,
).join_from(people, workspaces, workspaces.c.id == people.c.workspace_id)
_BY_SLACK_ID = Query(
    _PERSON.where(and_(workspaces.c.team_id == bindparam("team"), people.c.slack_id == bindparam("slack"))),
    KnownPerson._make,
)
_BY_ID = Query(_PERSON.where(people.c.id == bindparam("person")), KnownPerson._make)
_MEMBER = Query(
    _PERSON.where(and_(people.c.workspace_id == bindparam("workspace"), people.c.slack_id == bindparam("slack"))),
    KnownPerson._make,
)
_LOCK_ADMINS = Query(
    select(people.c.id)
    .where(and_(people.c.workspace_id == bindparam("workspace"), people.c.role == "admin"))
    .order_by(people.c.id)
    .with_for_update(key_share=True),
    single_value,
)
# Not the full lock: it would collide with the foreign-key checks of rows that others write about this person.
_LOCK = Query(
    select(people.c.id).where(people.c.id == bindparam("person")).with_for_update(key_share=True), single_value
)
_RECORD = {  # every change begins with it
    "sqlite": Statement(sqlite.insert(deliveries).on_conflict_do_nothing()),
    "postgresql": Statement(postgresql.insert(deliveries).on_conflict_do_nothing()),
}


def find(db: Connection, *, team: str, slack_id: str) -> KnownPerson | None:
    """The person by Slack's ids."""
    return _BY_SLACK_ID.first(db, team=team, slack=slack_id)


def get(db: Connection, person_id: int) -> KnownPerson:
    """The person by our id. Raises NoResultFound."""
    return _BY_ID.one(db, person=person_id)


def member(db: Connection, workspace_id: int, slack_id: str) -> KnownPerson | None:
    """The person of this workspace by Slack's id."""
    return _MEMBER.first(db, workspace=workspace_id, slack=slack_id)


def lock_admins(db: Connection, workspace_id: int) -> set[int]:
    """The workspace's admins, kept as they are for the rest of the transaction: one of them always has to stay."""
    return set(_LOCK_ADMINS.all(db, workspace=workspace_id))


def lock(db: Connection, person_id: int) -> None:
    """Keep other transactions of this person waiting; overlaps and timers are checked behind this."""
    if db.dialect.name != "sqlite":  # which lets one writer in at a time anyway
        _LOCK.one(db, person=person_id)


def record_delivery(db: Connection, key: str, *, at: datetime) -> bool:
    """Note that a request is carried out in this transaction. False when it was before."""
    return _RECORD[db.dialect.name].run(db, key=key, at=at) == 1


def forget_delivery(db: Connection, key: str) -> None:
    """The request changed nothing after all, so its repetition is welcome."""
    db.execute(delete(deliveries).where(deliveries.c.key == key))


def forget_deliveries(db: Connection, *, before: datetime) -> None:
    """Slack repeats a request within minutes; older notes are of no use."""
    db.execute(delete(deliveries).where(deliveries.c.at < before))


def workspace(db: Connection, team: str, *, at: datetime) -> int:
    """Our id of a Slack workspace, known or new."""
    db.execute(
        inserting(db, workspaces)
        .values(team_id=team, currency="EUR", catalog_version=0, created_at=at)
        .on_conflict_do_nothing()
    )
    known: int = db.execute(select(workspaces.c.id).where(workspaces.c.team_id == team)).scalar_one()
    return known


def add(db: Connection, workspace_id: int, *, slack_id: str, at: datetime, **values: Any) -> bool:
    """A new person. False when two first contacts raced and the other one won."""
    new = inserting(db, people).values(
        workspace_id=workspace_id, slack_id=slack_id, created_at=at, summary_minute=17 * 60 + 30, **values
    )
    return db.execute(new.on_conflict_do_nothing().returning(people.c.id)).first() is not None


def change(db: Connection, person_id: int, **values: Any) -> None:
    """Set columns of one person."""
    db.execute(update(people).where(people.c.id == person_id).values(**values))


def with_role(db: Connection, workspace_id: int, *roles: str) -> list[KnownPerson]:
    """People of a workspace who have one of the roles."""
    rows = db.execute(_PERSON.where(and_(people.c.workspace_id == workspace_id, people.c.role.in_(roles))))
    return [KnownPerson._make(row) for row in rows]


class Terms(NamedTuple):
    """What a workspace bills by where nothing more special is said."""

    currency: str
    rate_cents: int | None


def terms(db: Connection, workspace_id: int) -> Terms:
    """Currency and hourly rate of a workspace."""
    row = db.execute(
        select(workspaces.c.currency, workspaces.c.rate_cents).where(workspaces.c.id == workspace_id)
    ).one()
    return Terms._make(row)


def change_terms(db: Connection, workspace_id: int, **values: Any) -> None:
    """Set columns of one workspace."""
    db.execute(update(workspaces).where(workspaces.c.id == workspace_id).values(**values))

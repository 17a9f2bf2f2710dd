"""Workspaces, their people, and what was carried out for them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple, Unpack

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.roles import Creators, Role
from storage.change import Author, Change
from storage.recorded import change_row
from storage.rows import columns_of, row_values
from storage.statements import Query, Statement, single_value
from storage.tables import Delivery, Person, Workspace, budgets, deliveries, inserting, pauses, people, workspaces
from storage.tables.people import PersonColumns, WorkspaceColumns


class KnownPerson(NamedTuple):
    """A person, as the database knows them, and what holds for their whole workspace; see storage/tables/people.py."""

    workspace_id: int
    person_id: int
    slack_id: str
    name: str
    zone: str
    locale: str
    language: str | None
    role: Role
    is_guest: bool
    has_left: bool
    summary_minute: int | None
    last_summary_day: date | None
    last_summary_ts: str | None
    last_summary_shown: str | None
    dm_channel: str | None
    clock: int | None
    working_days: int
    work_starts: int
    work_ends: int
    service_id: int | None
    reminders: bool
    invoice_news: bool
    knows_who_reads_notes: bool
    holiday_region: str | None
    region_offered: bool
    home_seen_at: datetime | None
    steps_open: bool
    catalog_version: int
    people_version: int
    overlaps_allowed: bool
    shown_unit: int
    week_start: int
    day_seconds: int
    customer_word: str
    project_word: str
    service_word: str
    creators: Creators
    second_from_cents: int | None
    plain_until: datetime | None
    """Slack refused its own tables and charts there; until then no more are sent."""
    paused_at: datetime | None
    """When the person last stopped a timer for a break."""
    has_budgets: bool
    """Whether any project has a budget: without one, nobody asks for that of each project whose time is recorded."""


_OF_WORKSPACE = {
    name: workspaces.c[name] for name in KnownPerson._fields if name in workspaces.c and name not in people.c
}
_PERSON = (
    select(
        *columns_of(
            KnownPerson,
            people,
            person_id=people.c.id,
            paused_at=pauses.c.began_at,
            has_budgets=exists().where(budgets.c.workspace_id == people.c.workspace_id),
            **_OF_WORKSPACE,
        ),
    )
    .join_from(people, workspaces, workspaces.c.id == people.c.workspace_id)
    .outerjoin(pauses, and_(pauses.c.workspace_id == people.c.workspace_id, pauses.c.person_id == people.c.id))
)
_BY_SLACK_ID = Query(
    _PERSON.where(and_(workspaces.c.team_id == bindparam("team"), people.c.slack_id == bindparam("slack"))),
    KnownPerson._make,
)
_BY_ID = Query(_PERSON.where(people.c.id == bindparam("person")), KnownPerson._make)
_MEMBER = Query(
    _PERSON.where(and_(people.c.workspace_id == bindparam("workspace"), people.c.slack_id == bindparam("slack"))),
    KnownPerson._make,
)
# Not the full lock: it would collide with the foreign-key checks of rows that others write about this person.
_LOCK = Query(
    select(people.c.id).where(people.c.id == bindparam("person")).with_for_update(key_share=True), single_value
)
_RECORD = {  # every change begins with it
    "sqlite": Statement(sqlite.insert(deliveries).on_conflict_do_nothing()),
    "postgresql": Statement(postgresql.insert(deliveries).on_conflict_do_nothing()),
}


def find_person(db: Connection, *, team: str, slack_id: str) -> KnownPerson | None:
    """The person by Slack's ids."""
    return _BY_SLACK_ID.first(db, team=team, slack=slack_id)


def get_person(db: Connection, person_id: int) -> KnownPerson:
    """The person by our id. Raises NoResultFound."""
    return _BY_ID.one(db, person=person_id)


def find_member(db: Connection, workspace_id: int, slack_id: str) -> KnownPerson | None:
    """The person of this workspace by Slack's id."""
    return _MEMBER.first(db, workspace=workspace_id, slack=slack_id)


def names_of(db: Connection, *, team: str, slack_ids: Collection[str]) -> dict[str, str]:
    """The names of those who ever used Trackomat, by Slack's ids."""
    named = select(people.c.slack_id, people.c.name).join_from(people, workspaces)
    found = db.execute(named.where(and_(workspaces.c.team_id == team, people.c.slack_id.in_(slack_ids))))
    return {row.slack_id: row.name for row in found}


def lock_admins(db: Connection, workspace_id: int) -> set[int]:
    """The workspace's admins, kept as they are for the rest of the transaction: one of them always has to stay.

    Those who left Slack are none of them.
    """
    is_there = and_(people.c.workspace_id == workspace_id, people.c.has_left.is_(False))
    admins = select(people.c.id).where(and_(is_there, people.c.role == Role.ADMIN))
    return set(db.execute(admins.order_by(people.c.id).with_for_update(key_share=True)).scalars())


def lock_person(db: Connection, person_id: int) -> None:
    """Make other changes of this person's time wait. Overlaps and timers are checked only with this lock."""
    if db.dialect.name != "sqlite":  # which lets one writer in at a time anyway
        _LOCK.one(db, person=person_id)


def record_delivery(db: Connection, key: str, *, at: datetime) -> bool:
    """Note that a request is carried out in this transaction. False when it was before."""
    return _RECORD[db.dialect.name].run(db, **row_values(Delivery, key=key, at=at)) == 1


def forget_delivery(db: Connection, key: str) -> None:
    """The request changed nothing after all, so its repetition is welcome."""
    db.execute(delete(deliveries).where(deliveries.c.key == key))


def forget_deliveries(db: Connection, *, before: datetime) -> None:
    """Slack repeats a request within minutes; older notes are of no use."""
    db.execute(delete(deliveries).where(deliveries.c.at < before))


def ensure_workspace(db: Connection, team: str, *, at: datetime) -> int:
    """Our id of a Slack workspace, known or new."""
    new = row_values(Workspace, team_id=team, created_at=at)
    db.execute(inserting(db, workspaces).on_conflict_do_nothing(), new)
    known: int = db.execute(select(workspaces.c.id).where(workspaces.c.team_id == team)).scalar_one()
    return known


def find_workspace(db: Connection, team: str) -> int | None:
    """Our id of a Slack workspace, if anybody of it ever wrote."""
    return db.execute(select(workspaces.c.id).where(workspaces.c.team_id == team)).scalar_one_or_none()


def add_person(
    db: Connection,
    workspace_id: int,
    *,
    slack_id: str,
    at: datetime,
    name: str,
    zone: str,
    locale: str,
    role: Role,
    is_guest: bool,
) -> bool:
    """A new person. False when two first contacts raced and the other one won."""
    new = row_values(
        Person,
        workspace_id=workspace_id,
        slack_id=slack_id,
        created_at=at,
        name=name,
        zone=zone,
        locale=locale,
        role=role,
        is_guest=is_guest,
    )
    statement = inserting(db, people).on_conflict_do_nothing().returning(people.c.id)
    is_new = db.execute(statement, new).first() is not None
    if is_new:
        _names_changed(db, workspaces.c.id == workspace_id)
    return is_new


def change_person(db: Connection, person_id: int, **values: Unpack[PersonColumns]) -> None:
    """Set what Slack or a job says of a person. Roles and settings have functions of their own, which are audited."""
    db.execute(update(people).where(people.c.id == person_id).values(**values))
    if "name" in values:
        _names_changed(db, workspaces.c.id.in_(select(people.c.workspace_id).where(people.c.id == person_id)))


def _names_changed(db: Connection, which: ColumnElement[bool]) -> None:
    """Names of people that are kept in memory are old now."""
    db.execute(update(workspaces).where(which).values(people_version=workspaces.c.people_version + 1))


def last_written(db: Connection, person_id: int) -> str:
    """What Slack calls the newest message of a person's; empty: they never wrote."""
    newest: str = db.execute(select(people.c.last_written).where(people.c.id == person_id)).scalar_one()
    return newest


def tell_once_unread(db: Connection, person_id: int) -> bool:
    """Note that a person is told now that what they write is not read. False when they were before."""
    told = update(people).where(and_(people.c.id == person_id, people.c.knows_unread.is_(False)))
    return db.execute(told.values(knows_unread=True)).rowcount == 1


def tell_who_reads_notes(db: Connection, person_id: int) -> bool:
    """Note that a person is told now that customers read notes. False when they were before."""
    untold = and_(people.c.id == person_id, people.c.knows_who_reads_notes.is_(False))
    return db.execute(update(people).where(untold).values(knows_who_reads_notes=True)).rowcount == 1


def appoint_person(change: Change[Author], person_id: int, role: Role) -> None:
    """Give a person a role; the audit keeps who did, and which it was before."""
    values: PersonColumns = {"role": role}
    change_row(change, "person", people, person_id, "appoint", values)


def set_preferences(change: Change[Author], person_id: int, values: PersonColumns) -> None:
    """Set what a person chose for themselves; the audit keeps what it was."""
    change_row(change, "person", people, person_id, "settings", values)


def set_shared_preferences(change: Change[Author], values: WorkspaceColumns) -> None:
    """Set what an admin chose for all, the hourly rate among it; the audit keeps what it was."""
    change_row(change, "workspace", workspaces, change.by.workspace_id, "settings", values)


def people_of(db: Connection, workspace_id: int) -> list[KnownPerson]:
    """Everybody of a workspace who ever used Trackomat, the admins first."""
    everybody = _PERSON.where(people.c.workspace_id == workspace_id)
    rows = db.execute(everybody.order_by(people.c.role != Role.ADMIN, people.c.id))
    return [KnownPerson._make(row) for row in rows]


def workspaces_by_team(db: Connection) -> dict[str, int]:
    """Our ids of all workspaces, by Slack's."""
    found = db.execute(select(workspaces.c.team_id, workspaces.c.id).order_by(workspaces.c.id))
    return {row.team_id: row.id for row in found}


def zones_of_workspace(db: Connection, workspace_id: int) -> list[str]:
    """By whose clocks its people live."""
    return list(db.execute(select(people.c.zone).where(people.c.workspace_id == workspace_id).distinct()).scalars())


def people_with_role(db: Connection, workspace_id: int, *roles: Role) -> list[KnownPerson]:
    """People of a workspace who have one of the roles."""
    rows = db.execute(_PERSON.where(and_(people.c.workspace_id == workspace_id, people.c.role.in_(roles))))
    return [KnownPerson._make(row) for row in rows]


class WorkspaceTerms(NamedTuple):
    """What a workspace bills by where nothing more special is said."""

    currency: str
    rate_cents: int | None
    invoice_language: str | None
    week_start: int
    layout: str
    texts: str
    rounding: str


_TERMS = Query(
    select(*columns_of(WorkspaceTerms, workspaces)).where(workspaces.c.id == bindparam("workspace")),
    WorkspaceTerms._make,
)


def workspace_terms(db: Connection, workspace_id: int) -> WorkspaceTerms:
    """Currency and hourly rate of a workspace."""
    return _TERMS.one(db, workspace=workspace_id)


def keep_plain(db: Connection, workspace_id: int, *, until: datetime) -> None:
    """Send a workspace none of Slack's own tables and charts until then."""
    change_workspace_terms(db, workspace_id, plain_until=until)


def change_workspace_terms(db: Connection, workspace_id: int, **values: Unpack[WorkspaceColumns]) -> None:
    """Set what follows from a connection, which is in the audit itself."""
    db.execute(update(workspaces).where(workspaces.c.id == workspace_id).values(**values))

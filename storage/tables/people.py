"""Workspaces, their people, and the requests that were carried out."""

from datetime import date, datetime
from typing import Any, ClassVar, TypedDict

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.core.roles import Creators, Role
from storage.tables.base import NEVER_REUSED, SUM, defaulting, enum_text, one_of, within_workspace


class Workspace(SQLModel, table=True):
    """One Slack workspace."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str = Field(unique=True)
    currency: str = "EUR"
    rate_cents: int | None = None
    """Net price of an hour where no article says otherwise."""
    invoice_language: str | None = None
    """What customers read of whom Billomat says no language; None: nobody connected Billomat yet."""
    catalog_version: int = 0
    """Counts changes of customers, projects and services, so that names kept in memory know when they are old."""
    people_version: int = defaulting(0)
    """Counts the people who came and those who are called otherwise now, for the same reason."""
    overlaps_allowed: bool = defaulting(False)
    """People may keep entries that share time."""
    shown_unit: int = defaulting(60)
    """Seconds; durations are shown in full ones of these. What is stored and billed stays exact."""
    week_start: int = defaulting(0)
    """0 is Monday."""
    day_seconds: int = defaulting(8 * 3600)
    """How long a working day is, and so a person-day that is sold: the same for everybody who writes "1 PT"."""
    customer_word: str = defaulting("")
    """What this workspace calls its customers, projects and services; empty: just that."""
    project_word: str = defaulting("")
    service_word: str = defaulting("")
    layout: str = defaulting("")
    """How the lines of invoices are made and worded where a customer has no way of its own; empty: as usual."""
    texts: str = defaulting("")
    """What stands above and below these lines, by the language that the customer reads; empty: Billomat's own."""
    rounding: str = defaulting("")
    """How time is rounded when it is billed, where its customer or project has no way of its own; empty: not at all."""
    creators: Creators = Field(
        default=Creators.MEMBERS,
        sa_type=enum_text(Creators),
        sa_column_kwargs={"server_default": Creators.MEMBERS.value},
    )
    """Who creates customers, projects and services."""
    second_from_cents: int | None = Field(default=None, sa_type=SUM)
    """From which net sum on a second person has to approve an invoice; None: nobody has to; 0: always."""
    locked_until: date | None = None
    """Time and expenses of the days up to this one change for nobody, which triggers hold; None: no day is locked."""
    lock_offered: date | None = None
    """Up to which day somebody was offered to lock, when an invoice was completed."""
    plain_until: datetime | None = None
    """Slack refused its own tables and charts here: until then answers are of text alone."""
    created_at: datetime

    __table_args__ = (
        CheckConstraint("rate_cents >= 0", name="rate"),
        CheckConstraint("shown_unit BETWEEN 1 AND 3600", name="shown_unit"),
        CheckConstraint("week_start BETWEEN 0 AND 6", name="week_start"),
        CheckConstraint("day_seconds BETWEEN 3600 AND 86400", name="day_seconds"),
        one_of("creators", *Creators),
        CheckConstraint("second_from_cents >= 0", name="second_from_cents"),
    )


class WorkspaceColumns(TypedDict, total=False):
    """What may be changed of a workspace."""

    currency: str
    rate_cents: int | None
    invoice_language: str | None
    overlaps_allowed: bool
    shown_unit: int
    week_start: int
    day_seconds: int
    customer_word: str
    project_word: str
    service_word: str
    layout: str
    texts: str
    rounding: str
    creators: Creators
    second_from_cents: int | None
    locked_until: date | None
    lock_offered: date | None
    plain_until: datetime | None


class OpenedDays(SQLModel, table=True):
    """Locked days that are open for one person for a while, because whoever bills said so."""

    __tablename__: ClassVar[Any] = "opened_days"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    person_id: int
    first_day: date
    last_day: date
    reason: str
    opened_by: int
    at: datetime

    __table_args__ = (
        within_workspace("person", "person_id"),
        within_workspace("person", "opened_by"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("last_day >= first_day", name="days"),
        Index("ix_opened_days_person", "person_id"),
        NEVER_REUSED,
    )


class Person(SQLModel, table=True):
    """Somebody in a Slack workspace."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    slack_id: str
    name: str
    zone: str
    locale: str
    """As Slack names it, say de-DE."""
    language: str | None = None
    """Chosen in the settings; without it the locale decides."""
    role: Role = Field(default=Role.MEMBER, sa_type=enum_text(Role))
    is_guest: bool = False
    has_left: bool = defaulting(False)
    """Their account in Slack is deactivated: nobody waits for them any more."""
    summary_minute: int | None = 17 * 60 + 30
    """Minutes after local midnight at which the daily summary is sent; None: never."""
    last_summary_day: date | None = None
    """The local day of the newest daily summary, so that a job that is repeated does not send it twice."""
    last_summary_ts: str | None = None
    last_summary_shown: str | None = None
    """A digest of what stands in it."""
    """Slack's name of that message in `dm_channel`: it is kept true while the day is corrected."""
    dm_channel: str | None = None
    clock: int | None = None
    """12 or 24 hours; without it the locale decides."""
    working_days: int = defaulting(0b0011111)
    """A bit for each day of the week, Monday the lowest."""
    work_starts: int = defaulting(9 * 60)
    """Minutes after local midnight at which a working day usually begins and ends."""
    work_ends: int = defaulting(18 * 60)
    service_id: int | None = None
    """What the person usually does: the service of entries that name none."""
    reminders: bool = defaulting(True)
    invoice_news: bool = defaulting(False)
    """They want to hear when an invoice is paid or overdue."""
    knows_who_reads_notes: bool = defaulting(False)
    """They were told that customers read their notes on invoices."""
    holiday_region: str | None = None
    """Bundesland or canton as ISO 3166-2; without it the nationwide holidays of the zone's country count."""
    region_offered: bool = defaulting(False)
    """Whether it was asked for: the first summary does so, and none after it."""
    home_seen_at: datetime | None = None
    """When the person last looked at their App Home, to the minute: it is kept up to date for a while after that."""
    last_written: str = defaulting("")
    """What Slack calls the newest message of theirs to Trackomat; empty: they never wrote."""
    knows_unread: bool = defaulting(False)
    """They were told that nobody reads what they write to Trackomat, where Slack was not asked for it."""
    steps_open: bool = defaulting(False)
    """The person sets Trackomat up and is shown how far they are."""
    created_at: datetime

    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_id"),
        UniqueConstraint("workspace_id", "id"),
        one_of("role", *Role),
        within_workspace("service", "service_id"),
        CheckConstraint("summary_minute BETWEEN 0 AND 1439", name="summary_minute"),
        CheckConstraint("clock IN (12, 24)", name="clock"),
        CheckConstraint("working_days BETWEEN 1 AND 127", name="working_days"),
        CheckConstraint("0 <= work_starts AND work_starts < work_ends AND work_ends <= 1440", name="working_hours"),
    )


class PersonColumns(TypedDict, total=False):
    """What may be changed of a person."""

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
    last_written: str
    knows_unread: bool
    steps_open: bool


class Delivery(SQLModel, table=True):
    """A request of Slack's that was carried out, so that its repetition changes nothing.

    Each change adds one, so there is nothing beside the key: rows that are a day old are found by looking through all.
    """

    key: str = Field(primary_key=True)
    at: datetime

    __table_args__ = {"sqlite_with_rowid": False}

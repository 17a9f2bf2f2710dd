"""The tables. What must never happen is forbidden here first, and only then avoided in code.

Each row belongs to a workspace. References carry the workspace in the key, so that the database itself refuses a row
that points into another workspace. Money is integer cents, durations are integer seconds, rates of tax are integer
hundredths of a percent, moments are aware UTC.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

# Named constraints can be altered later, on SQLite too (which Alembic rebuilds table by table).
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _within_workspace(table: str, column: str, *, cascade: bool = False) -> ForeignKeyConstraint:
    """A reference that cannot leave its workspace."""
    return ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{table}.workspace_id", f"{table}.id"],
        ondelete="CASCADE" if cascade else None,
    )


def _defaulting(value: Any) -> Any:
    """A column that a row may leave out; the database fills it in."""
    written = {True: true(), False: false()}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return Field(default=value, sa_column_kwargs={"server_default": written})


def _unique_where(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


_NEVER_REUSED = {"sqlite_autoincrement": True}
"""SQLite gives the id of a deleted last row to the next one; a button in an old message would then mean that one."""


class Workspace(SQLModel, table=True):
    """One Slack workspace."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: str = Field(unique=True)
    currency: str = "EUR"
    rate_cents: int | None = None
    """Net price of an hour where no article says otherwise."""
    catalog_version: int = 0
    """Counts changes of customers, projects and services, so that names kept in memory know when they are old."""
    overlaps_allowed: bool = _defaulting(False)
    """People may keep entries that share time."""
    shown_unit: int = _defaulting(60)
    """Seconds; durations are shown in full ones of these. What is stored and billed stays exact."""
    week_start: int = _defaulting(0)
    """0 is Monday."""
    customer_word: str = _defaulting("")
    """What this workspace calls its customers, projects and services; empty: just that."""
    project_word: str = _defaulting("")
    service_word: str = _defaulting("")
    created_at: datetime

    __table_args__ = (
        CheckConstraint("rate_cents >= 0", name="rate"),
        CheckConstraint("shown_unit BETWEEN 1 AND 3600", name="shown_unit"),
        CheckConstraint("week_start BETWEEN 0 AND 6", name="week_start"),
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
    role: str = "member"
    is_guest: bool = False
    summary_minute: int | None = 17 * 60 + 30
    """Minutes after local midnight at which the daily summary is sent; None: never."""
    last_summary_day: date | None = None
    """The local day of the newest daily summary, so that a job that is repeated does not send it twice."""
    dm_channel: str | None = None
    clock: int | None = None
    """12 or 24 hours; without it the locale decides."""
    working_days: int = _defaulting(0b0011111)
    """A bit for each day of the week, Monday the lowest."""
    work_starts: int = _defaulting(9 * 60)
    """Minutes after local midnight at which a working day usually begins and ends."""
    work_ends: int = _defaulting(18 * 60)
    service_id: int | None = None
    """What the person usually does: the service of entries that name none."""
    reminders: bool = _defaulting(True)
    home_seen_at: datetime | None = None
    """When the person last looked at their App Home, to the minute: it is kept up to date for a while after that."""
    created_at: datetime

    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_id"),
        UniqueConstraint("workspace_id", "id"),
        _one_of("role", "member", "biller", "admin"),
        _within_workspace("service", "service_id"),
        CheckConstraint("summary_minute BETWEEN 0 AND 1439", name="summary_minute"),
        CheckConstraint("clock IN (12, 24)", name="clock"),
        CheckConstraint("working_days BETWEEN 1 AND 127", name="working_days"),
        CheckConstraint("0 <= work_starts AND work_starts < work_ends AND work_ends <= 1440", name="working_hours"),
    )


class BillomatAccount(SQLModel, table=True):
    """The Billomat account that a workspace sends its drafts to."""

    __tablename__: ClassVar[Any] = "billomat_account"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", unique=True)
    billomat_id: str
    secret_key: str
    """Encrypted; see bot/vault.py."""
    key_owner: str
    currency: str = "EUR"
    tax_name: str
    tax_rate: int
    """The default VAT in hundredths of a percent, with the name it has in Billomat."""
    untaxed_countries: str = ""
    """Country codes for which Billomat charges no VAT, joined by commas."""
    gross_prices: bool = False
    """The account states prices with VAT; ours are net, so an import takes it out."""
    trouble: str | None = None
    """What keeps us from Billomat at present: the key, the plan or the rights, or that the key here is unreadable."""
    calls_left: int | None = None
    """What Billomat allows until `calls_reset`: its own word, less the calls that jobs have begun since."""
    calls_reset: int | None = None
    """Epoch seconds, as Billomat says them."""
    connected_by: int
    connected_at: datetime
    imported_at: datetime | None = None

    __table_args__ = (
        _within_workspace("person", "connected_by"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", name="tax_rate"),
    )


class Customer(SQLModel, table=True):
    """Who pays. Comes from Billomat, or was created in Slack and is linked later."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    name_key: str
    """The name as it is compared: without case and accents, with single spaces."""
    number: str = ""
    billomat_id: int | None = None
    country: str = ""
    tax_rule: str = "COUNTRY"
    currency: str = ""
    archived: bool = False
    seen_at: datetime | None = None
    """When the last import that found it in Billomat began; what a whole import does not find is gone there."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "billomat_id"),
        _one_of("tax_rule", "TAX", "NO_TAX", "COUNTRY"),
        Index("ix_customer_name", "workspace_id", "archived", "name_key"),
        _NEVER_REUSED,
    )


class Project(SQLModel, table=True):
    """What is done for a customer."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    customer_id: int
    name: str
    name_key: str
    billable: bool = _defaulting(True)
    """Whether time on it is billed where nothing else is said."""
    archived: bool = False

    __table_args__ = (
        _within_workspace("customer", "customer_id"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "customer_id", "id"),
        _unique_where("uq_project_name", "customer_id", "name_key", where="archived = false"),
        Index("ix_project_name", "workspace_id", "archived", "name_key"),
    )


class Tax(SQLModel, table=True):
    """A rate of VAT as the Billomat account lists it."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    billomat_id: int
    name: str
    rate: int
    """Hundredths of a percent."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "billomat_id"),
        CheckConstraint("rate BETWEEN 0 AND 10000", name="rate"),
    )


class Article(SQLModel, table=True):
    """What Billomat sells: the price, the unit and the tax of a kind of work."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    billomat_id: int
    number: str = ""
    title: str
    title_key: str
    unit: str = ""
    price_cents: int | None = None
    currency: str = ""
    tax_id: int | None = None
    archived: bool = False
    seen_at: datetime | None = None
    """As for a customer."""

    __table_args__ = (
        _within_workspace("tax", "tax_id"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "billomat_id"),
        Index("ix_article_title", "workspace_id", "archived", "title_key"),
    )


class Service(SQLModel, table=True):
    """A kind of work, such as design or travel; may carry the article it is billed as."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    name_key: str
    article_id: int | None = None
    billable: bool = _defaulting(True)
    """As for a project; time is billed where both say so."""
    archived: bool = False

    __table_args__ = (
        _within_workspace("article", "article_id"),
        UniqueConstraint("workspace_id", "id"),
        _unique_where("uq_service_name", "workspace_id", "name_key", where="archived = false"),
    )


class TimeEntry(SQLModel, table=True):
    """Time that a person worked. Without an end it is the running timer, of which a person has one at most."""

    __tablename__: ClassVar[Any] = "time_entry"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    person_id: int
    customer_id: int
    project_id: int | None = None
    service_id: int | None = None
    note: str = ""
    started_at: datetime
    ended_at: datetime | None = None
    seconds: int | None = None
    """Exact length; None while the timer runs."""
    day: date
    """The local day on which it began, where the person then was."""
    zone: str
    """Where that was: a person who moves keeps the days of the past."""
    timed: bool = True
    """False: only the length was said ("2h yesterday"); the moments then place it in the day and overlap nothing."""
    end_guessed: bool = False
    """The timer was forgotten and its end is a guess: not billable until the person confirms it."""
    billable: bool = True
    tags: str = _defaulting("")
    """Without their #, in the order they were given, joined by spaces."""
    source_text: str = _defaulting("")
    """The message that the time was tracked on, and its permalink: for the person's eyes, never on an invoice."""
    source_link: str = _defaulting("")
    on_draft: bool = _defaulting(False)
    """Whether a draft_entry holds it: written by triggers alone, so that an index can know what is not billed."""
    created_at: datetime

    __table_args__ = (
        _within_workspace("person", "person_id"),
        _within_workspace("customer", "customer_id"),
        _within_workspace("service", "service_id"),
        # A project moves to another customer with its entries, when a customer is linked to its twin in Billomat.
        ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            onupdate="CASCADE",
            name="fk_time_entry_project",
        ),
        UniqueConstraint("workspace_id", "id"),
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        CheckConstraint("(ended_at IS NULL) = (seconds IS NULL)", name="seconds_when_ended"),
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("timed OR ended_at IS NOT NULL", name="a_timer_is_timed"),
        _unique_where("uq_time_entry_running", "person_id", where="ended_at IS NULL"),
        Index("ix_time_entry_person", "person_id", "started_at"),
        Index("ix_time_entry_customer", "workspace_id", "customer_id", "day"),
        Index(
            "ix_time_entry_guessed",
            "person_id",
            "started_at",
            sqlite_where=text("end_guessed = 1"),
            postgresql_where=text("end_guessed"),
        ),
        # The sums of what can be billed are read from this index alone.
        Index(
            "ix_time_entry_unbilled",
            "workspace_id",
            "customer_id",
            "project_id",
            "service_id",
            "seconds",
            sqlite_where=text("seconds IS NOT NULL AND billable = 1 AND end_guessed = 0 AND on_draft = 0"),
            postgresql_where=text("seconds IS NOT NULL AND billable AND NOT end_guessed AND NOT on_draft"),
        ),
        _NEVER_REUSED,
    )


class Break(SQLModel, table=True):
    """Time of which a person said that they did not work: no gap is seen in it any more."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    person_id: int
    started_at: datetime
    ended_at: datetime

    __table_args__ = (
        _within_workspace("person", "person_id"),
        CheckConstraint("ended_at > started_at", name="ends_after_start"),
        Index("ix_break_person", "person_id", "started_at"),
        _NEVER_REUSED,
    )


class ChannelLink(SQLModel, table=True):
    """A Slack channel that knows its project: there `/track start` needs no words."""

    __tablename__: ClassVar[Any] = "channel_link"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    channel_id: str
    """Slack's."""
    customer_id: int
    project_id: int | None = None
    linked_by: int
    linked_at: datetime

    __table_args__ = (
        _within_workspace("person", "linked_by"),
        _within_workspace("customer", "customer_id"),
        # As for a time entry: a project moves with its customer.
        ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            onupdate="CASCADE",
            name="fk_channel_link_project",
        ),
        UniqueConstraint("workspace_id", "channel_id"),
        _NEVER_REUSED,
    )


class InvoiceDraft(SQLModel, table=True):
    """An invoice on its way from being put together to standing as a draft in Billomat."""

    __tablename__: ClassVar[Any] = "invoice_draft"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    customer_id: int
    state: str = "open"
    first_day: date | None = None
    last_day: date | None = None
    """The period that was chosen; both None: everything."""
    token: str | None = Field(default=None, unique=True)
    """Drawn at each approval; stands in Billomat's label, so that a lost draft is found again."""
    label: str | None = None
    """What Billomat shows and is searched for: the period's name and the token."""
    currency: str = "EUR"
    net_cents: int | None = None
    service_first: date | None = None
    service_last: date | None = None
    approved_by: int | None = None
    approved_at: datetime | None = None
    attempted_at: datetime | None = None
    """When the last attempt was noted; None: nothing can have reached Billomat since the approval."""
    looked_at: datetime | None = None
    """When Billomat was first looked through in vain after that attempt; the later looks count from here."""
    attempts: int = 0
    view_id: str | None = None
    """The modal in which it was approved, to be told the outcome if it is still open."""
    billomat_id: int | None = None
    billomat_net_cents: int | None = None
    billomat_gross_cents: int | None = None
    reason: str | None = None
    """Why Billomat refused it, in Billomat's words."""
    created_by: int
    created_at: datetime

    __table_args__ = (
        _within_workspace("customer", "customer_id"),
        _within_workspace("person", "created_by"),
        _within_workspace("person", "approved_by"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "billomat_id"),
        _one_of("state", "open", "approved", "sending", "unknown", "sent", "discarded"),
        CheckConstraint(
            "state IN ('open', 'discarded') OR "
            "(token IS NOT NULL AND approved_by IS NOT NULL AND net_cents IS NOT NULL)",
            name="approved_by_somebody",
        ),
        CheckConstraint("(state = 'sent') = (billomat_id IS NOT NULL)", name="sent_has_billomat_id"),
        _unique_where("uq_invoice_draft_open", "workspace_id", "customer_id", where="state = 'open'"),
    )


class DraftLine(SQLModel, table=True):
    """One line of a draft: with hours it is frozen at the approval, without it holds what people changed before."""

    __tablename__: ClassVar[Any] = "draft_line"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int
    project_id: int | None = None
    service_id: int | None = None
    position: int = 0
    title: str | None = None
    description: str | None = None
    article_id: int | None = None
    unit: str | None = None
    rate_cents: int | None = None
    seconds: int | None = None
    hours: int | None = None
    """Hundredths of an hour."""
    amount_cents: int | None = None
    tax_name: str | None = None
    tax_rate: int | None = None
    """Hundredths of a percent; None: Billomat decides by the customer's rule."""

    __table_args__ = (
        _within_workspace("invoice_draft", "draft_id", cascade=True),
        _within_workspace("project", "project_id"),
        _within_workspace("article", "article_id"),
        _within_workspace("service", "service_id"),
        UniqueConstraint("workspace_id", "draft_id", "id"),
        CheckConstraint("rate_cents >= 0", name="rate"),
    )


class DraftEntry(SQLModel, table=True):
    """Which entry stands on which live draft. The key is the entry: it can stand on one only."""

    __tablename__: ClassVar[Any] = "draft_entry"

    entry_id: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int
    line_id: int

    __table_args__ = (
        _within_workspace("time_entry", "entry_id"),
        _within_workspace("invoice_draft", "draft_id"),
        ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_draft_entry_line",
        ),
        Index("ix_draft_entry_draft", "draft_id"),
    )


class Question(SQLModel, table=True):
    """What a person typed and Trackomat could not decide alone; kept until they chose, a day at most."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    person_id: int
    asked_at: datetime
    command: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))

    __table_args__ = (_within_workspace("person", "person_id"), _NEVER_REUSED)


class Audit(SQLModel, table=True):
    """Who changed what, when and why. Rows are only ever added; triggers hold that."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    person_id: int | None = None
    """None: Trackomat itself."""
    at: datetime
    subject: str
    subject_id: int
    action: str
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    why: str = ""
    request: str = ""
    """The delivery that caused it; what one request did is undone together."""
    undoes: str = _defaulting("")
    """The request that this row takes back."""

    __table_args__ = (
        _within_workspace("person", "person_id"),
        _one_of("subject", "entry", "draft", "break"),
        Index("ix_audit_person", "person_id", "at"),
    )


class Delivery(SQLModel, table=True):
    """A request of Slack's that was carried out, so that its repetition changes nothing.

    Each change adds one, so there is nothing beside the key: rows that are a day old are found by looking through all.
    """

    key: str = Field(primary_key=True)
    at: datetime

    __table_args__ = {"sqlite_with_rowid": False}


class Job(SQLModel, table=True):
    """Work outside a request. `due` is the product's time, the lease is real time: the demo moves only the first."""

    key: str = Field(primary_key=True)
    """What, and for whom, say deliver:42; a second put renews the first."""
    kind: str
    args: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    due: int | None = None
    """Epoch seconds; None: it failed too often and waits for a person."""
    leased_until: int | None = None
    token: str | None = None
    """Drawn by whoever claimed it last; only that one may close the row."""
    version: int = 0
    """Counts the puts: a job that was put again while it ran is not finished by its end."""
    tries: int = 0
    error: str | None = None
    """What the last try failed with, and when (epoch seconds of the product's time); a new put forgets both."""
    failed_at: int | None = None

    __table_args__ = (Index("ix_job_due", "due"),)


def table(model: type[SQLModel]) -> Table:
    """The plain table behind a model: queries are written against columns, which is quick and typed alike on both."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def inserting(db: Connection, into: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say ON CONFLICT, which both databases know but SQLAlchemy has no common word for."""
    return sqlite.insert(into) if db.dialect.name == "sqlite" else postgresql.insert(into)

"""Time."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.base import NEVER_REUSED, SUM, defaulting, unique_where, within_workspace

_CAN_BE_BILLED: dict[str, Any] = {
    "sqlite_where": text("seconds IS NOT NULL AND billable = 1 AND end_guessed = 0 AND on_draft = 0"),
    "postgresql_where": text("seconds IS NOT NULL AND billable AND NOT end_guessed AND NOT on_draft"),
}
"""What an index has that knows nothing of what was billed."""


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
    private: bool = defaulting(False)
    """Its note is kept from the customer."""
    tags: str = defaulting("")
    """Without their #, in the order they were given, joined by spaces."""
    source_text: str = defaulting("")
    """The message that the time was tracked on, and its permalink: for the person's eyes, never on an invoice."""
    source_link: str = defaulting("")
    on_draft: bool = defaulting(False)
    """Whether a draft_entry holds it, or it is billed elsewhere: written by triggers alone, so that an index can know
    what is not billed.
    """
    created_at: datetime

    __table_args__ = (
        within_workspace("person", "person_id"),
        within_workspace("customer", "customer_id"),
        within_workspace("service", "service_id"),
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
        unique_where("uq_time_entry_running", "person_id", where="ended_at IS NULL"),
        Index("ix_time_entry_person", "person_id", "started_at"),
        Index("ix_time_entry_customer", "workspace_id", "customer_id", "day"),
        Index(
            "ix_time_entry_guessed",
            "person_id",
            "started_at",
            sqlite_where=text("end_guessed = 1"),
            postgresql_where=text("end_guessed"),
        ),
        # Written to only for what is not billable: whatever is open is found without reading what was billed.
        Index(
            "ix_time_entry_not_billable",
            "workspace_id",
            "customer_id",
            sqlite_where=text("billable = 0"),
            postgresql_where=text("NOT billable"),
        ),
        # The sums of what can be billed are read from this index alone.
        Index(
            "ix_time_entry_unbilled",
            "workspace_id",
            "customer_id",
            "project_id",
            "service_id",
            "day",
            "seconds",
            **_CAN_BE_BILLED,
        ),
        # And so what is open before some days, or whether anything in them is.
        Index(
            "ix_time_entry_open",
            "workspace_id",
            "customer_id",
            "day",
            "seconds",
            **_CAN_BE_BILLED,
        ),
        NEVER_REUSED,
    )


class Expense(SQLModel, table=True):
    """A lump sum, or what a person paid for a customer: billed like time, as a line of its own."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    person_id: int
    customer_id: int
    project_id: int | None = None
    day: date
    note: str = ""
    """What it was for: the customer reads it as the title of the line."""
    amount_cents: int = Field(sa_type=SUM)
    """As it was typed, with or without VAT."""
    currency: str = defaulting("EUR")
    """It stands on drafts in this currency alone; a trigger refuses others."""
    gross: bool
    """Whether that is with VAT."""
    vat_rate: int | None = None
    """Hundredths of a percent; None: the article's, else the account's default."""
    article_id: int | None = None
    receipt: str = ""
    """The number of the receipt."""
    billable: bool = True
    private: bool = False
    """Its note is kept from the customer."""
    pass_through: bool = defaulting(False)
    """Paid in the customer's name and for their account: billed at its full amount, without VAT."""
    created_at: datetime
    updated_at: datetime

    __table_args__ = (
        within_workspace("person", "person_id"),
        within_workspace("customer", "customer_id"),
        within_workspace("article", "article_id"),
        # As for time: a project moves to another customer with what was spent on it.
        ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            onupdate="CASCADE",
            name="fk_expense_project",
        ),
        UniqueConstraint("workspace_id", "id"),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("NOT pass_through OR gross", name="pass_through"),
        CheckConstraint("vat_rate BETWEEN 0 AND 10000", name="vat_rate"),
        Index("ix_expense_person", "person_id", "day"),
        Index("ix_expense_customer", "workspace_id", "customer_id", "day"),
        NEVER_REUSED,
    )


class Break(SQLModel, table=True):
    """Time of which a person said that they did not work: no gap is seen in it any more."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    person_id: int
    started_at: datetime
    ended_at: datetime

    __table_args__ = (
        within_workspace("person", "person_id"),
        CheckConstraint("ended_at > started_at", name="ends_after_start"),
        Index("ix_break_person", "person_id", "started_at"),
        NEVER_REUSED,
    )


class Pause(SQLModel, table=True):
    """When a person last stopped a timer for a break, and which. What came of it is read from the entries."""

    workspace_id: int = Field(foreign_key="workspace.id", primary_key=True)
    person_id: int = Field(primary_key=True)
    entry_id: int
    began_at: datetime

    __table_args__ = (within_workspace("person", "person_id"), within_workspace("time_entry", "entry_id", cascade=True))


class Question(SQLModel, table=True):
    """What a person typed and Trackomat could not decide alone; kept until they chose, a day at most."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    person_id: int
    asked_at: datetime
    command: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))

    __table_args__ = (within_workspace("person", "person_id"), NEVER_REUSED)

"""What work costs: rules of rates, what was agreed with customers, and budgets."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.billing.rules.agreements import AgreementKind
from storage.tables.base import NEVER_REUSED, SUM, defaulting, enum_text, one_of, unique_where, within_workspace


class RateRule(SQLModel, table=True):
    """One line of the workspace's list of rates, in which the first that fits holds: what work it is about.

    The workspace's own rate, which ends each list, is no row.
    """

    __tablename__: ClassVar[Any] = "rate_rule"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    position: int
    by_article: bool = defaulting(False)
    """The place of the articles of Billomat in the list: their prices hold there, for whatever has one."""
    currency: str = defaulting("")
    person_id: int | None = None
    service_id: int | None = None
    project_id: int | None = None
    customer_id: int | None = None
    """None beside a project, which has a customer anyway and may move to another one."""

    __table_args__ = (
        within_workspace("person", "person_id"),
        within_workspace("service", "service_id", cascade=True),
        within_workspace("project", "project_id", cascade=True),
        within_workspace("customer", "customer_id", cascade=True),
        UniqueConstraint("workspace_id", "id"),
        unique_where("uq_rate_rule_articles", "workspace_id", where="by_article"),
        CheckConstraint("project_id IS NULL OR customer_id IS NULL", name="customer"),
        CheckConstraint(
            "by_article = (coalesce(person_id, service_id, project_id, customer_id) IS NULL)", name="about"
        ),
        NEVER_REUSED,
    )


class RatePrice(SQLModel, table=True):
    """What an hour costs from a day on."""

    __tablename__: ClassVar[Any] = "rate_price"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    rule_id: int | None = None
    """None: the workspace's own rate, which is `workspace.rate_cents` before the first of these days."""
    first_day: date
    """The first of all days where it holds for all work."""
    price: int | None = Field(default=None, sa_type=SUM)
    """Net, in ten-thousandths; None: the rule ends with that day."""

    __table_args__ = (
        within_workspace("rate_rule", "rule_id", cascade=True),
        UniqueConstraint("rule_id", "first_day"),
        unique_where("uq_rate_price_workspace", "workspace_id", "first_day", where="rule_id IS NULL"),
        CheckConstraint("price >= 0", name="price"),
    )


class Agreement(SQLModel, table=True):
    """What is agreed with a customer, from a month on. What is billed for it are its charges."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    kind: AgreementKind = Field(sa_type=enum_text(AgreementKind))
    customer_id: int
    project_id: int | None = None
    first_day: date
    last_day: date | None = None
    """None: it goes on."""
    cents: int = Field(sa_type=SUM)
    """Net: of a fixed price all of it, and a trigger refuses less than its charges are together; of a retainer the fee
    of a month.
    """
    currency: str = defaulting("EUR")
    """In which it was agreed; a trigger refuses charges in another one."""
    included_seconds: int = defaulting(0)
    """Of a retainer: what the fee of a month includes. Once any of it is used a trigger refuses another figure."""
    carries_over: bool = defaulting(False)
    """Whether what is not used of it is there in later months."""
    fees_until: date | None = None
    """The first day of the last month whose fee was put among what is to be billed; None: none was yet."""
    person_id: int | None = None
    """Who agreed on a retainer: its fees stand in their name."""

    __table_args__ = (
        within_workspace("customer", "customer_id"),
        # As for time: a project moves to another customer with what is agreed about it.
        ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            onupdate="CASCADE",
            name="fk_agreement_project",
        ),
        UniqueConstraint("workspace_id", "id"),
        one_of("kind", *AgreementKind),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("kind <> 'fixed price' OR project_id IS NOT NULL", name="project"),
        CheckConstraint("last_day >= first_day", name="days"),
        CheckConstraint("included_seconds >= 0", name="included"),
        CheckConstraint("kind = 'fixed price' OR person_id IS NOT NULL", name="person"),
        within_workspace("person", "person_id"),
        unique_where("uq_agreement_customer", "customer_id", "kind", where="last_day IS NULL AND project_id IS NULL"),
        unique_where("uq_agreement_project", "project_id", "kind", where="last_day IS NULL AND project_id IS NOT NULL"),
        Index("ix_agreement_customer", "workspace_id", "customer_id"),
        NEVER_REUSED,
    )


class AgreementCharge(SQLModel, table=True):
    """An expense by which an agreement is billed: it stands on one live draft at most, as each expense does.

    Triggers refuse more of a fixed price than there is, another amount of the expense, and a month outside of those of
    a retainer.
    """

    __tablename__: ClassVar[Any] = "agreement_charge"

    expense_id: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    agreement_id: int
    month: date | None = None
    """Of the fee of a retainer: the first day of its month, which has one fee."""

    __table_args__ = (
        within_workspace("expense", "expense_id", cascade=True),
        within_workspace("agreement", "agreement_id"),
        Index("ix_agreement_charge_agreement", "agreement_id"),
        Index("uq_agreement_charge_month", "agreement_id", "month", unique=True),
    )


class Budget(SQLModel, table=True):
    """What a project may use up from a month on: so much time, or so much money. A project has one at most."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    project_id: int
    first_day: date
    """Time of earlier days is not part of it."""
    seconds: int | None = Field(default=None, sa_type=BigInteger)
    cents: int | None = Field(default=None, sa_type=SUM)
    """Net. It has either of the two."""
    currency: str = defaulting("")
    """Of money."""
    is_hard: bool = defaulting(False)
    """Nothing above it is billed; else it only warns."""

    __table_args__ = (
        within_workspace("project", "project_id"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "project_id"),
        CheckConstraint("(seconds IS NULL) <> (cents IS NULL)", name="either"),
        CheckConstraint("seconds > 0", name="seconds"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("(cents IS NULL) = (currency = '')", name="currency"),
        NEVER_REUSED,
    )


class BudgetWarning(SQLModel, table=True):
    """That people were told how much of a budget is used up: once, also where less of it is used in between."""

    __tablename__: ClassVar[Any] = "budget_warning"

    budget_id: int = Field(primary_key=True)
    percent: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    told_at: datetime

    __table_args__ = (
        within_workspace("budget", "budget_id", cascade=True),
        CheckConstraint("percent > 0", name="percent"),
    )

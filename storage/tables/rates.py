"""What an hour costs: the workspace's list of rates, in which the first one that fits holds."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.base import NEVER_REUSED, defaulting, unique_where, within_workspace


class RateRule(SQLModel, table=True):
    """One line of the list: what work it is about. The workspace's own rate, which ends each list, is no row."""

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
    price: int | None = Field(default=None, sa_type=BigInteger)
    """Net, in ten-thousandths; None: the rule ends with that day."""

    __table_args__ = (
        within_workspace("rate_rule", "rule_id", cascade=True),
        UniqueConstraint("rule_id", "first_day"),
        unique_where("uq_rate_price_workspace", "workspace_id", "first_day", where="rule_id IS NULL"),
        CheckConstraint("price >= 0", name="price"),
    )

"""What time is booked on."""

from datetime import datetime
from typing import Any, ClassVar, TypedDict

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.base import NEVER_REUSED, defaulting, one_of, unique_where, within_workspace


def _merged_into(table: str) -> tuple[ForeignKeyConstraint, CheckConstraint]:
    """Into one of the same kind and workspace, for good; triggers refuse one that is not in use, so also circles."""
    return (
        within_workspace(table, "merged_into"),
        CheckConstraint("merged_into IS NULL OR (archived AND merged_into <> id)", name="merged"),
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
    locale: str = defaulting("")
    """The language that the customer reads, as Billomat names it (de_DE); empty: the account's."""
    price_group: int = defaulting(0)
    """2 to 5: which of an article's prices holds; any other is the normal one."""
    reduction: int = defaulting(0)
    """What is taken off all invoices, in ten-thousandths of a percent."""
    net_gross: str = defaulting("SETTINGS")
    """Whether invoices state prices with VAT: NET, GROSS, or as the account does."""
    vat_id: str = defaulting("")
    kind: str = defaulting("")
    """A company or a person, as far as Billomat's names tell; empty: not known."""
    email: str = defaulting("")
    street: str = defaulting("")
    zip: str = defaulting("")
    city: str = defaulting("")
    order_number: str = defaulting("")
    """The customer's order number or Leitweg-ID, typed here: Billomat's API has no field for it."""
    tax_case: str = defaulting("")
    """Which VAT holds, as somebody chose it: the value of a `TaxCase`; empty: it is decided."""
    tax_words: bool = defaulting(True)
    """The words that the law wants for it are written below the lines."""
    layout: str = defaulting("")
    """How the lines of its invoices are made and worded, as `dump_layout` writes it; empty: as for all."""
    texts: str = defaulting("")
    """What stands above and below these lines, as `dump_texts` writes it; empty: as for all."""
    line_order: str = defaulting("")
    """The order of these lines, as `dump_order` writes it; empty: that of their layout."""
    usual_days: str = defaulting("")
    """One period of those that its invoices are for, as `Recipe.kept_days` makes it; empty: months."""
    usual_work: str = defaulting("")
    """The part of the work that they are about, as `Recipe.kept_selection` makes it; empty: all of it."""
    rounding: str = defaulting("")
    """How its time is rounded when it is billed, as `dump_rounding` writes it; empty: as for all."""
    archived: bool = False
    merged_into: int | None = None
    """What it became part of: open time moved there, and what was billed stays here, under the name it was billed."""
    seen_at: datetime | None = None
    """When it was last read from Billomat, alone or by an import that began then; what a whole import does not find is
    gone there."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "billomat_id"),
        one_of("tax_rule", "TAX", "NO_TAX", "COUNTRY"),
        one_of("net_gross", "NET", "GROSS", "SETTINGS"),
        *_merged_into("customer"),
        Index("ix_customer_name", "workspace_id", "archived", "name_key"),
        NEVER_REUSED,
    )


class CustomerColumns(TypedDict, total=False):
    """What may be changed of a customer."""

    name: str
    name_key: str
    number: str
    billomat_id: int | None
    country: str
    tax_rule: str
    currency: str
    locale: str
    price_group: int
    reduction: int
    net_gross: str
    vat_id: str
    kind: str
    email: str
    street: str
    zip: str
    city: str
    order_number: str
    tax_case: str
    tax_words: bool
    layout: str
    texts: str
    line_order: str
    usual_days: str
    usual_work: str
    rounding: str
    archived: bool
    merged_into: int | None
    seen_at: datetime | None


class Project(SQLModel, table=True):
    """What is done for a customer."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    customer_id: int
    name: str
    name_key: str
    billable: bool = defaulting(True)
    """Whether time on it is billed where nothing else is said."""
    rounding: str = defaulting("")
    """How its time is rounded when it is billed, as `dump_rounding` writes it; empty: as for its customer."""
    archived: bool = False
    merged_into: int | None = None
    """As for a customer."""

    __table_args__ = (
        within_workspace("customer", "customer_id"),
        *_merged_into("project"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "customer_id", "id"),
        unique_where("uq_project_name", "customer_id", "name_key", where="archived = false"),
        Index("ix_project_name", "workspace_id", "archived", "name_key"),
        Index(
            "ix_project_rounding",
            "workspace_id",
            sqlite_where=text("rounding <> ''"),
            postgresql_where=text("rounding <> ''"),
        ),
        NEVER_REUSED,
    )


class ProjectColumns(TypedDict, total=False):
    """What may be changed of a project."""

    name: str
    name_key: str
    billable: bool
    rounding: str
    archived: bool
    merged_into: int | None


class Service(SQLModel, table=True):
    """A kind of work, such as design or travel; may carry the article it is billed as."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    name_key: str
    article_id: int | None = None
    article_settled: bool = defaulting(False)
    """A person said which article it is billed as, or that it is none: no import asks or links any more."""
    billable: bool = defaulting(True)
    """As for a project; time is billed where both say so."""
    archived: bool = False
    merged_into: int | None = None
    """As for a customer."""

    __table_args__ = (
        within_workspace("article", "article_id"),
        *_merged_into("service"),
        UniqueConstraint("workspace_id", "id"),
        unique_where("uq_service_name", "workspace_id", "name_key", where="archived = false"),
        NEVER_REUSED,
    )


class ServiceColumns(TypedDict, total=False):
    """What may be changed of a service."""

    name: str
    name_key: str
    article_id: int | None
    article_settled: bool
    billable: bool
    archived: bool
    merged_into: int | None


class CustomerArticle(SQLModel, table=True):
    """What a kind of work is billed as for one customer, in place of the article that it has for all."""

    __tablename__: ClassVar[Any] = "customer_article"

    customer_id: int = Field(primary_key=True)
    service_id: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    article_id: int

    __table_args__ = (
        within_workspace("customer", "customer_id", cascade=True),
        within_workspace("service", "service_id", cascade=True),
        within_workspace("article", "article_id"),
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
        within_workspace("person", "linked_by"),
        within_workspace("customer", "customer_id"),
        # As for a time entry: a project moves with its customer.
        ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            onupdate="CASCADE",
            name="fk_channel_link_project",
        ),
        UniqueConstraint("workspace_id", "channel_id"),
        NEVER_REUSED,
    )

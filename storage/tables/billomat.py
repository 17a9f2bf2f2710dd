"""The Billomat account and what comes from it."""

from datetime import datetime
from typing import Any, ClassVar, TypedDict

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.billomat.rules.trouble import Trouble
from storage.tables.base import defaulting, enum_text, one_of, within_workspace


class BillomatAccount(SQLModel, table=True):
    """The Billomat account that a workspace sends its drafts to."""

    __tablename__: ClassVar[Any] = "billomat_account"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", unique=True)
    billomat_id: str
    secret_key: str
    """Encrypted; see bot/core/vault.py."""
    key_owner: str
    currency: str = "EUR"
    tax_name: str
    tax_rate: int
    """The default VAT in hundredths of a percent, with the name it has in Billomat."""
    untaxed_countries: str = ""
    """Country codes for which Billomat charges no VAT, joined by commas."""
    gross_prices: bool = False
    """The account states prices with VAT."""
    country: str = defaulting("")
    vat_id: str = defaulting("")
    """Of the business itself, as its account says; empty: not known."""
    account_number: int | None = Field(default=None, sa_type=BigInteger)
    """What Billomat tells it from others by, whatever they are called; None: not known."""
    small_business: bool | None = None
    """Under § 19 UStG; None: nobody said it."""
    locale: str = defaulting("")
    """The language of the account, as Billomat names it (de_DE); empty: not known."""
    units: str = defaulting("")
    """What the account calls its units, the oldest first, a line for each."""
    trouble: Trouble | None = Field(default=None, sa_type=enum_text(Trouble))
    """What keeps us from Billomat at present: the key, the plan or the rights, or that the key here is unreadable."""
    calls_left: int | None = None
    """What Billomat allows until `calls_reset`: its own word, less the calls that jobs have begun since."""
    calls_reset: int | None = None
    """Epoch seconds, as Billomat says them."""
    connected_by: int
    connected_at: datetime
    imported_at: datetime | None = None

    __table_args__ = (
        within_workspace("person", "connected_by"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", name="tax_rate"),
        one_of("trouble", *Trouble),
    )


class BillomatAccountColumns(TypedDict, total=False):
    """What may be changed of an account."""

    secret_key: str
    currency: str
    tax_name: str
    untaxed_countries: str
    gross_prices: bool
    country: str
    vat_id: str
    account_number: int | None
    small_business: bool | None
    locale: str
    units: str
    trouble: Trouble | None
    imported_at: datetime | None


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
    price: int | None = Field(default=None, sa_type=BigInteger)
    price2: int | None = Field(default=None, sa_type=BigInteger)
    price3: int | None = Field(default=None, sa_type=BigInteger)
    price4: int | None = Field(default=None, sa_type=BigInteger)
    price5: int | None = Field(default=None, sa_type=BigInteger)
    """Ten-thousandths, with or without VAT as the account states prices; 2 to 5 are those of the price groups."""
    currency: str = ""
    tax_id: int | None = None
    archived: bool = False
    seen_at: datetime | None = None
    """As for a customer."""

    __table_args__ = (
        within_workspace("tax", "tax_id"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "billomat_id"),
        Index("ix_article_title", "workspace_id", "archived", "title_key"),
    )

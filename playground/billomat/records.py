"""What a Billomat account keeps, with the field names of its REST interface; all values are frozen."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from playground.billomat.totals import NetGross, Totals, add_up, cents, reduced, without_tax

Status = Literal["DRAFT", "OPEN", "OVERDUE", "PAID", "CANCELED"]
Level = Literal["", "READ", "CREATE", "UPDATE", "DELETE"]  # each includes the ones before it

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all have in common: an id that is never used again, and two stamps."""

    id: int
    created: datetime.datetime
    updated: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Record):
    """An employee; whoever holds one of his or her keys may do what `rights` says, subject by subject."""

    salutation: str = ""
    first_name: str
    last_name: str
    email: str
    locale: str = "de_DE"
    timezone: str = "Europe/Berlin"
    role_id: int = 1
    rights: Mapping[str, Level] = field(default_factory=dict)
    customfield: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax(Record):
    """A VAT rate in percent; several may share a name."""

    name: str
    rate: Decimal
    is_default: bool = False
    customfield: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Record):
    """What quantities are counted in."""

    name: str
    customfield: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryTax(Record):
    """A country to which no VAT is charged."""

    country_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template(Record):
    """A layout for printed documents."""

    name: str
    type: str = "INVOICE"
    template_type: str = "DEFAULT"
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(Record):
    """A customer. A private person has no `name`; `currency_code` "" is the account's."""

    archived: bool = False
    number: int | None = None
    number_pre: str = "KD"
    name: str = ""
    salutation: str = ""
    first_name: str = ""
    last_name: str = ""
    street: str = ""
    zip: str = ""
    city: str = ""
    state: str = ""
    country_code: str = "DE"
    phone: str = ""
    email: str = ""
    vat_number: str = ""
    currency_code: str = ""
    locale: str = ""
    tax_rule: Literal["TAX", "NO_TAX", "COUNTRY"] = "COUNTRY"
    net_gross: Literal["NET", "GROSS", "SETTINGS"] = "SETTINGS"
    price_group: int = 0
    reduction: Decimal = _ZERO
    note: str = ""
    customfield: str = ""

    @property
    def client_number(self) -> str:
        """Prefix and number, such as KD1001; "" without a number."""
        return "" if self.number is None else f"{self.number_pre}{self.number}"

    @property
    def person(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def address(self) -> str:
        """The address as Billomat composes it, in lines."""
        country = "" if self.country_code == "DE" else self.country_code
        lines = (self.name, self.person, self.street, f"{self.zip} {self.city}".strip(), country)
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Record):
    """Something that is sold. `sales_price` None is unset; `currency_code` "" is the account's.

    `sales_price2` to `sales_price5` are for customers of these price groups; one that is unset means the normal price.
    """

    archived: bool = False
    unit_id: int | None = None
    number: int | None = None
    number_pre: str = "ART"
    type: Literal["PRODUCT", "SERVICE", ""] = "SERVICE"
    title: str = ""
    description: str = ""
    sales_price: Decimal | None = None
    sales_price2: Decimal | None = None
    sales_price3: Decimal | None = None
    sales_price4: Decimal | None = None
    sales_price5: Decimal | None = None
    currency_code: str = ""
    tax_id: int | None = None
    customfield: str = ""

    def price_for(self, client: Client) -> Decimal | None:
        """The price for a customer of some price group."""
        prices = {2: self.sales_price2, 3: self.sales_price3, 4: self.sales_price4, 5: self.sales_price5}
        of_group = prices.get(client.price_group)
        return self.sales_price if of_group is None else of_group

    @property
    def article_number(self) -> str:
        """Prefix and number, such as ART12; "" without a number."""
        return "" if self.number is None else f"{self.number_pre}{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Record):
    """One line of an invoice; whether `unit_price` is net or gross is the invoice's to say."""

    invoice_id: int
    article_id: int | None = None
    position: int
    unit: str = ""
    quantity: Decimal = _ZERO
    unit_price: Decimal = _ZERO
    tax_name: str = ""
    tax_rate: Decimal = _ZERO
    tax_changed_manually: bool = True
    title: str = ""
    description: str = ""
    type: str = ""
    reduction: str = ""

    @property
    def unreduced(self) -> Decimal:
        """Quantity times price, rounded to cents."""
        return cents(self.quantity * self.unit_price)

    @property
    def amount(self) -> Decimal:
        """The same less the line's own reduction, as the example in the API's page has it."""
        return reduced([self.unreduced], self.reduction)[0]

    def net_and_gross(self, amount: Decimal, net_gross: NetGross) -> tuple[Decimal, Decimal]:
        """Of its amount, less its reduction or not; the sum of all may differ from the invoice's by rounding."""
        if net_gross == "GROSS":
            return without_tax(amount, self.tax_rate), amount
        return amount, cents(amount * (100 + self.tax_rate) / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(Record):
    """An invoice with its items. `number` is None until it is completed; dates may be unset in a draft."""

    client_id: int
    number: int | None = None
    number_pre: str = "RE"
    title: str = ""
    date: datetime.date | None = None
    supply_date: str = ""
    supply_date_type: str = ""
    due_date: datetime.date | None = None
    due_days: int | None = None
    address: str = ""
    status: Status = "DRAFT"
    label: str = ""
    intro: str = ""
    note: str = ""
    currency_code: str = "EUR"
    net_gross: NetGross = "NET"
    reduction: str = ""
    template_id: int | None = None
    customfield: str = ""
    items: tuple[Item, ...] = ()

    @property
    def totals(self) -> Totals:
        """Net, gross and taxes of all items."""
        return self._totals(self.reduction)

    @property
    def unreduced(self) -> Totals:
        """The same before the reduction."""
        return self._totals("")

    def _totals(self, reduction: str) -> Totals:
        lines = ((item.tax_name, item.tax_rate, item.amount) for item in self.items)
        return add_up(lines, self.net_gross, reduction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Record):
    """A line in an invoice's history; Billomat writes most of them itself."""

    invoice_id: int
    comment: str
    actionkey: Literal["CREATE", "STATUS", "CANCEL", "COMMENT"]
    public: bool = False
    by_client: bool = False
    user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Whose account it is."""

    country_code: str = "DE"
    vat_number: str = "DE136695976"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for the whole account."""

    currency_code: str = "EUR"
    locale: str = "de_DE"
    net_gross: NetGross = "NET"
    number_range_mode: str = "IGNORE_PREFIX"
    invoice_number_pre: str = "RE"
    invoice_number_next: int = 198
    due_days: int = 14
    print_version: bool = True

"""What Billomat tells and what it is given, as plain values."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
NetGross = Literal["NET", "GROSS"]
TaxRule = Literal["TAX", "NO_TAX", "COUNTRY"]


@dataclass(frozen=True, slots=True)
class Owner:
    """The person whom the key belongs to. `may_write_invoices` is None when Billomat does not say it."""

    id: int
    name: str
    email: str
    may_write_invoices: bool | None


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What holds in the whole account: its currency, whether its prices are net or gross, and its language (de_DE)."""

    currency: str
    net_gross: NetGross
    locale: str = ""


@dataclass(frozen=True, slots=True)
class OwnBusiness:
    """Whose account it is: the country and the VAT id of the business, "" where Billomat does not say them.

    Source: /clients/myself has the fields of a client in github.com/DevelappersGmbH/BillomatNet, Types/Account.cs
    """

    country_code: str
    vat_id: str
    id: int | None = None
    """What tells one account from another, whatever their names are; None where Billomat does not say it."""


@dataclass(frozen=True, slots=True)
class BillomatTax:
    """A rate in percent, as the account lists it. Several may share a name ("MwSt" 19 and 7).

    Source: recorded answers in github.com/j-frost/billomat-ts, src/test-data
    """

    id: int
    name: str
    rate: Decimal
    is_default: bool


@dataclass(frozen=True, slots=True)
class BillomatUnit:
    """What a quantity counts: "Stunde", "Stück"."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class BillomatClient:
    """A customer. `name` is the company, else the person, else the number, and never empty.

    `price_group` chooses among the prices of an article; `reduction` is the percentage that all invoices take off.
    `country_code`, `client_number`, `currency_code` and `locale` are "" where Billomat leaves them to the account.
    Source: billomat.com/en/api/clients/
    """

    id: int
    name: str
    client_number: str
    country_code: str
    tax_rule: TaxRule
    net_gross: Literal["NET", "GROSS", "SETTINGS"]
    currency_code: str
    archived: bool
    locale: str = ""
    price_group: int = 0
    reduction: Decimal = Decimal(0)
    vat_id: str = ""
    kind: Literal["company", "person", ""] = ""
    """What the names tell; "" where there are none."""
    email: str = ""
    street: str = ""
    zip: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class BillomatArticle:
    """Something that can be billed. `price` is per unit, in `currency_code` ("" is the account's); title may be "".

    `group_prices` are those of the price groups 2 to 5, None where the normal one holds.
    """

    id: int
    number: str
    title: str
    price: Decimal | None
    currency_code: str
    unit_id: int | None
    tax_id: int | None
    archived: bool
    group_prices: tuple[Decimal | None, ...] = (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `total` counts the whole list; after the page that is `last` there is nothing more.

    `page` is the number that Billomat gives it, which should be the one that was asked for.
    """

    items: list[T]
    page: int
    total: int
    last: bool


@dataclass(frozen=True, slots=True)
class NewDraftLine:
    """One line to bill: `quantity` in units, `unit_price` in the draft's currency.

    Name and rate (percent) of the tax are given together, or both are None and Billomat decides. `reduction` is in
    percent, `reduction_amount` in the draft's currency; of both only one is said.
    """

    article_id: int | None
    title: str
    description: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    tax_name: str | None
    tax_rate: Decimal | None
    reduction: Decimal | None = None
    reduction_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewDraft:
    """An invoice draft to create. `label` is our reference to find it again.

    `supply_period` is the first and the last day on which work was done, `supply_text` how the customer reads them.
    `gross_prices`: the prices of its lines are with VAT. `reduction` is in percent, and
    `reduction_amount` in its currency; without both Billomat decides.
    Where `title`, `intro` (above the lines) and `note` (below them) are empty, the account's own hold.
    """

    client_id: int
    date: dt.date
    label: str
    supply_period: tuple[dt.date, dt.date]
    currency: str
    lines: tuple[NewDraftLine, ...]
    supply_text: str = ""
    gross_prices: bool = False
    reduction: Decimal | None = None
    reduction_amount: Decimal | None = None
    title: str = ""
    intro: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BillomatInvoice:
    """An invoice as Billomat has it: a draft when we made it, in whatever `status` a person brought it since.

    Totals are Billomat's own figures, None when it does not say them. The `number` of one in status DRAFT is only the
    one that it would get now; `date` may be missing there. Source: recorded answers in github.com/j-frost/billomat-ts
    """

    id: int
    number: str
    date: dt.date | None
    label: str
    status: str
    client_id: int | None
    total_net: Decimal | None
    total_gross: Decimal | None
    updated: str = ""
    """When somebody last changed it, as Billomat writes it; "" where it does not say so."""
    title: str | None = None
    intro: str | None = None
    note: str | None = None
    """What stands above and below its lines; None where Billomat does not say it."""

    @property
    def is_completed(self) -> bool:
        """Whether somebody made an invoice of the draft, which may be paid or cancelled by now."""
        return self.status not in ("", "DRAFT")

    @property
    def is_cancelled(self) -> bool:
        """Whether it bills nobody any more."""
        return self.status == "CANCELED"

    @property
    def lasting_number(self) -> str:
        """The number that it keeps; "" for a draft."""
        return self.number if self.is_completed else ""


@dataclass(frozen=True, slots=True)
class BillomatLine:
    """A line of an invoice as Billomat has it.

    Source: billomat.com/en/api/invoices/items/
    """

    id: int
    invoice_id: int
    position: int
    title: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    total_net: Decimal | None
    reduction: str | None = None
    """As Billomat writes it: "10" for an amount, "10%"; None where it does not say so."""
    tax_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """Calls left in this window and the epoch second at which the next one begins, None when not said.

    Source: billomat.com/en/api/basics/rate-limiting/
    """

    remaining: int | None
    reset: int | None

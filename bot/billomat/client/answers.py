"""Reads what Billomat answers: nothing here touches the network.

We read tolerantly, because the API is JSON made from XML and changes without notice. Source of the shapes below:
recorded answers in github.com/j-frost/billomat-ts, src/test-data
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar, cast

from bot.billomat.client.values import (
    AccountSettings,
    BillomatArticle,
    BillomatClient,
    BillomatInvoice,
    BillomatLine,
    BillomatTax,
    BillomatUnit,
    NetGross,
    OwnBusiness,
    Owner,
    Page,
    TaxRule,
)

T = TypeVar("T")

PRICE_GROUPS = range(2, 6)
MAX_ANSWER_BYTES = 20_000_000
"""A full page of 1,000 clients has about 2 MB; whatever is ten times larger is not an answer to us."""


class UnusableAnswer(Exception):
    """The answer is not what Billomat promises; it says nothing about what was done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whatever came back over HTTP, cut soon after MAX_ANSWER_BYTES; `headers` knows no upper and lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether Billomat says that it did what it was asked to."""
        return 200 <= self.status < 300

    @property
    def is_html(self) -> bool:
        """Whether a web page answered: a load balancer or the notice of a maintenance, not the API."""
        return "html" in self.headers.get("content-type", "")


class Element:
    """One object of an answer, read tolerantly.

    Scalars come as strings or numbers; a list of one as the object itself; and missing, null, "", {} and []
    all mean that there is nothing. What is there but makes no sense raises UnusableAnswer.
    """

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields

    @classmethod
    def of_json(cls, body: bytes) -> "Element":
        """The whole answer. Raises UnusableAnswer."""
        if len(body) > MAX_ANSWER_BYTES:
            raise UnusableAnswer
        fields: object = None
        # Suppressed, not re-raised: json's error would carry the whole answer, customers included, into a log.
        with suppress(ValueError, RecursionError):
            fields = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
        if not isinstance(fields, dict):
            raise UnusableAnswer
        return cls(fields)

    def text(self, name: str) -> str | None:
        """A text, None where there is nothing."""
        texts = self.texts(name)
        if len(texts) > 1:
            raise UnusableAnswer
        return texts[0] if texts else None

    def texts(self, name: str) -> list[str]:
        """A list of texts, without those that say nothing."""
        value = self._fields.get(name)
        values = value if isinstance(value, list) else [value]
        return [text for text in map(_scalar, values) if text]

    def whole(self, name: str) -> int | None:
        """A whole number."""
        value = self._matching(name, r"-?[0-9]{1,18}")
        return None if value is None else int(value)

    def decimal(self, name: str) -> Decimal | None:
        """A number, exactly as it was written."""
        value = self._matching(name, r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
        return None if value is None else Decimal(value)

    def flag(self, name: str) -> bool:
        """Yes or no; nothing is no."""
        return self.text(name) in {"1", "true"}

    def child(self, name: str) -> "Element | None":
        """The one object of this name, None where there is none."""
        children = self.children(name)
        if len(children) > 1:
            raise UnusableAnswer
        return children[0] if children else None

    def children(self, name: str) -> list["Element"]:
        """All objects of this name."""
        value = self._fields.get(name) or []
        elements = value if isinstance(value, list) else [value]
        children = [Element(element) for element in elements if isinstance(element, dict)]
        if len(children) < len(elements):
            raise UnusableAnswer
        return children

    def _matching(self, name: str, pattern: str) -> str | None:
        value = self.text(name)
        if value is not None and not re.fullmatch(pattern, value):
            raise UnusableAnswer
        return value


def _scalar(value: object) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if not isinstance(value, str):
        raise UnusableAnswer
    # Half a surrogate pair (a text cut by the byte) and NUL can be parsed, but not every database stores them.
    return value.encode("utf-8", "replace").decode().replace("\0", "")


def present(value: T | None) -> T:
    """What no answer can do without."""
    if value is None:
        raise UnusableAnswer
    return value


def read_owner(answer: Element) -> Owner:
    """Whose key it is."""
    user = present(answer.child("user"))
    rights = user.child("rights")
    level = rights.text("invoices") if rights else None
    # Levels include the lower ones. Only UPDATE and DELETE have been seen; another word says nothing.
    # Source: github.com/j-frost/billomat-ts, src/test-data
    levels = {"NONE": False, "READ": False, "CREATE": True, "UPDATE": True, "DELETE": True}
    return Owner(
        id=present(user.whole("id")),
        name=_person(user) or user.text("email") or "",
        email=user.text("email") or "",
        may_write_invoices=levels.get(level) if level else None,
    )


def read_settings(answer: Element) -> AccountSettings:
    """What holds in the whole account."""
    settings = present(answer.child("settings"))
    net_gross = settings.text("net_gross")
    if net_gross not in {"NET", "GROSS"}:
        raise UnusableAnswer  # guessed wrongly, every price would be off by the VAT
    return AccountSettings(
        currency=present(settings.text("currency_code")),
        net_gross=cast("NetGross", net_gross),
        locale=settings.text("locale") or "",
    )


def _tax(tax: Element) -> BillomatTax:
    return BillomatTax(
        id=present(tax.whole("id")),
        name=tax.text("name") or "",
        rate=present(tax.decimal("rate")),
        is_default=tax.flag("is_default"),
    )


def _unit(unit: Element) -> BillomatUnit:
    return BillomatUnit(id=present(unit.whole("id")), name=unit.text("name") or "")


def _country(country_tax: Element) -> str:
    return present(country_tax.text("country_code")).upper()


def read_own_business(answer: Element) -> OwnBusiness:
    """Whose account it is."""
    own = present(answer.child("client"))
    return OwnBusiness((own.text("country_code") or "").upper(), vat_id(own.text("vat_number")), id=own.whole("id"))


def vat_id(written: str | None) -> str:
    """A VAT id as it is compared and printed: without the spaces and signs that people put between its parts."""
    return re.sub(r"[\s.\-/]", "", written or "").upper()


def _client(client: Element) -> BillomatClient:
    client_id = present(client.whole("id"))
    company, person = (client.text("name") or "").strip(), _person(client)
    number = client.text("client_number") or ""
    tax_rule, net_gross = client.text("tax_rule"), client.text("net_gross")
    return BillomatClient(
        id=client_id,
        name=company or person or number or str(client_id),
        client_number=number,
        country_code=(client.text("country_code") or "").upper(),
        # COUNTRY and SETTINGS are Billomat's own defaults: billomat.com/en/api/clients/
        tax_rule=cast("TaxRule", tax_rule) if tax_rule in {"TAX", "NO_TAX"} else "COUNTRY",
        net_gross=cast("NetGross", net_gross) if net_gross in {"NET", "GROSS"} else "SETTINGS",
        currency_code=client.text("currency_code") or "",
        price_group=client.whole("price_group") or 0,
        reduction=_percentage(client.text("reduction") or "0"),
        archived=client.flag("archived"),
        # The second one is not documented, but other programs set it.
        locale=client.text("locale") or client.text("content_language") or "",
        vat_id=vat_id(client.text("vat_number")),
        kind="company" if company else "person" if person else "",
        email=(client.text("email") or "").strip(),
        street=(client.text("street") or "").strip(),
        zip=(client.text("zip") or "").strip(),
        city=(client.text("city") or "").strip(),
    )


def _percentage(text: str) -> Decimal:
    """A percentage, with its sign or without; what is none counts nothing, or a customer could not be read at all."""
    with suppress(ArithmeticError):
        value = Decimal(text.removesuffix("%").strip())
        return value if 0 <= value <= 100 else Decimal(0)
    return Decimal(0)


def _person(element: Element) -> str:
    names = (element.text("first_name") or "", element.text("last_name") or "")
    return " ".join(name.strip() for name in names).strip()


def read_client(answer: Element) -> BillomatClient:
    """One customer."""
    return _client(present(answer.child("client")))


def read_article(answer: Element) -> BillomatArticle:
    """One article."""
    return _article(present(answer.child("article")))


def _article(article: Element) -> BillomatArticle:
    return BillomatArticle(
        id=present(article.whole("id")),
        number=article.text("article_number") or "",
        title=article.text("title") or "",
        price=article.decimal("sales_price"),
        group_prices=tuple(article.decimal(f"sales_price{group}") for group in PRICE_GROUPS),
        currency_code=article.text("currency_code") or "",
        unit_id=article.whole("unit_id"),
        tax_id=article.whole("tax_id"),
        archived=article.flag("archived"),
    )


def _day(text: str) -> dt.date | None:
    """A day that is only shown: whatever else stands there must not make a draft that was made count as lost."""
    with suppress(ValueError):
        return dt.date.fromisoformat(text)
    return None


def read_invoice(answer: Element) -> BillomatInvoice:
    """One invoice, in whatever state."""
    return _invoice(present(answer.child("invoice")))


def _invoice(invoice: Element) -> BillomatInvoice:
    return BillomatInvoice(
        id=present(invoice.whole("id")),
        number=invoice.text("invoice_number") or "",
        date=_day(invoice.text("date") or ""),
        label=invoice.text("label") or "",
        status=invoice.text("status") or "",
        client_id=invoice.whole("client_id"),
        total_net=invoice.decimal("total_net"),
        total_gross=invoice.decimal("total_gross"),
        updated=invoice.text("updated") or "",
        title=invoice.text("title"),
        intro=invoice.text("intro"),
        note=invoice.text("note"),
    )


def _line(item: Element) -> BillomatLine:
    return BillomatLine(
        id=present(item.whole("id")),
        invoice_id=present(item.whole("invoice_id")),
        position=item.whole("position") or 0,
        title=item.text("title") or "",
        description=item.text("description") or "",
        # A line of text alone may have neither.
        quantity=item.decimal("quantity") or Decimal(0),
        unit_price=item.decimal("unit_price") or Decimal(0),
        total_net=item.decimal("total_net"),
        reduction=item.text("reduction"),
        tax_rate=item.decimal("tax_rate"),
    )


@dataclass(frozen=True, slots=True)
class Resource(Generic[T]):
    """A list: the name it has in the URL and as envelope, the name of its elements, and how one is read."""

    name: str
    element: str
    read: Callable[[Element], T]


CLIENTS = Resource("clients", "client", _client)
ARTICLES = Resource("articles", "article", _article)
TAXES = Resource("taxes", "tax", _tax)
UNITS = Resource("units", "unit", _unit)
COUNTRY_TAXES = Resource("country-taxes", "country-tax", _country)
INVOICES = Resource("invoices", "invoice", _invoice)
LINES = Resource("invoice-items", "invoice-item", _line)


def read_page(answer: Element, resource: Resource[T], *, page: int, per_page: int) -> Page[T]:
    """A page of a list, complete or not at all: customers or drafts overlooked here would be taken for gone."""
    envelope = present(answer.child(resource.name))
    items = [resource.read(element) for element in envelope.children(resource.element)]
    total = envelope.whole("@total")
    size = envelope.whole("@per_page") or per_page  # less than asked for, should Billomat lower its maximum
    seen = (page - 1) * size + len(items)
    if page == 1 and total and not items:
        raise UnusableAnswer
    last = not items or (len(items) < size if total is None else seen >= total)
    number = envelope.whole("@page") or page
    return Page(items=items, page=number, total=seen if total is None else total, last=last)

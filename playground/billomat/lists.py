"""The resources that can be listed: under which names, after which filters, in which order, page by page.

Text filters find parts of words, unknown filters are ignored: a mistyped one finds everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from playground.billomat import wire
from playground.billomat.account import Account
from playground.billomat.fields import Refusal
from playground.billomat.records import (
    Article,
    Client,
    Comment,
    CountryTax,
    Invoice,
    Item,
    Record,
    Tax,
    Template,
    Unit,
    User,
)

MAX_PER_PAGE = 1000
Filter = Callable[[Account, Any, str], bool]


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of record under its names; `parent` is the filter without which Billomat lists nothing."""

    one: str
    many: str
    kind: type[Record]
    rows: Callable[[Account], Iterable[Any]]
    show: Callable[[Account, Any], dict[str, Any]] = wire.show_plainly
    right: str = ""
    filters: Mapping[str, Filter] = field(default_factory=dict)
    parent: str | None = None


def page_of(account: Account, resource: Resource, query: Mapping[str, str]) -> tuple[dict[str, Any], int]:
    """The page that the query asks for, in its envelope, and how many records there are in all."""
    if resource.parent and not query.get(resource.parent):
        raise Refusal(400, f"{resource.parent} is required")
    rows = list(resource.rows(account))
    for name, matches in resource.filters.items():
        if wanted := query.get(name):
            rows = [row for row in rows if matches(account, row, wanted)]
    _order(rows, query.get("order_by", ""))
    page = _positive(query.get("page"), default=1)
    per_page = min(_positive(query.get("per_page"), default=100), MAX_PER_PAGE)
    shown = [resource.show(account, row) for row in rows[(page - 1) * per_page : page * per_page]]
    paging = {"@page": str(page), "@per_page": str(per_page), "@total": str(len(rows))}
    return {resource.many: wire.elements(resource.one, shown) | paging}, len(rows)


def _order(rows: list[Any], order_by: str) -> None:
    """Sort by "field ASC|DESC[,...]". What is no field is ignored, such as a + that came escaped instead of a space."""
    for term in reversed(order_by.split(",")):
        name, _, direction = term.partition(" ")
        if all(isinstance(getattr(row, name, None), str | int | Decimal | date | None) for row in rows):
            rows.sort(key=partial(_sort_key, name), reverse=direction.upper() == "DESC")


def _sort_key(name: str, row: Any) -> tuple[bool, Any]:
    value = getattr(row, name, None)
    return value is not None, value.casefold() if isinstance(value, str) else value


def _positive(written: str | None, *, default: int) -> int:
    return max(int(written), 1) if written and written.isascii() and written.isdigit() else default


def _contains(name: str) -> Filter:
    return lambda _, record, wanted: wanted.casefold() in str(getattr(record, name)).casefold()


def _is(name: str) -> Filter:
    return lambda _, record, wanted: wire.text(getattr(record, name)) in wanted.split(",")


def _number_contains(account: Account, invoice: Invoice, wanted: str) -> bool:
    return wanted.casefold() in account.number_of(invoice).casefold()


def _status_is(account: Account, invoice: Invoice, wanted: str) -> bool:
    return account.status_of(invoice) in wanted.split(",")


def _dated_from(_: Account, invoice: Invoice, wanted: str) -> bool:
    return invoice.date is not None and invoice.date.isoformat() >= wanted


def _dated_to(_: Account, invoice: Invoice, wanted: str) -> bool:
    return invoice.date is not None and invoice.date.isoformat() <= wanted


def _filters(*, contains: Iterable[str] = (), equals: Iterable[str] = ()) -> dict[str, Filter]:
    return {name: _contains(name) for name in contains} | {name: _is(name) for name in equals}


def _items(account: Account) -> Iterator[Item]:
    return (item for invoice in account.all(Invoice) for item in invoice.items)


def _resource(one: str, many: str, kind: type[Record], **more: Any) -> Resource:
    return Resource(one, many, kind, **{"rows": lambda account: account.all(kind)} | more)


RESOURCES: dict[str, Resource] = {
    each.many: each
    for each in (
        _resource("user", "users", User, filters=_filters(contains=("email", "first_name", "last_name"))),
        _resource("tax", "taxes", Tax),
        _resource("unit", "units", Unit, filters=_filters(contains=("name",))),
        _resource("country-tax", "country-taxes", CountryTax),
        _resource("template", "templates", Template, filters=_filters(equals=("type", "template_type", "is_default"))),
        _resource(
            "client",
            "clients",
            Client,
            show=wire.show_client,
            right="clients",
            filters=_filters(
                contains=("name", "client_number", "email", "first_name", "last_name", "note"), equals=("country_code",)
            ),
        ),
        _resource(
            "article",
            "articles",
            Article,
            show=wire.show_article,
            right="articles",
            filters=_filters(contains=("article_number", "title", "description"), equals=("currency_code", "unit_id")),
        ),
        _resource(
            "invoice",
            "invoices",
            Invoice,
            show=wire.show_invoice,
            right="invoices",
            filters=_filters(contains=("label", "intro", "note"), equals=("client_id",))
            | {"invoice_number": _number_contains, "status": _status_is, "from": _dated_from, "to": _dated_to},
        ),
        _resource(
            "invoice-item",
            "invoice-items",
            Item,
            rows=_items,
            show=wire.show_item,
            right="invoices",
            filters=_filters(equals=("invoice_id",)),
            parent="invoice_id",
        ),
        _resource(
            "invoice-comment",
            "invoice-comments",
            Comment,
            right="invoices",
            filters=_filters(equals=("invoice_id", "actionkey")),
            parent="invoice_id",
        ),
    )
}

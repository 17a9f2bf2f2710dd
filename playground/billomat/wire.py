"""What goes over the wire: JSON that is XML in disguise.

Every scalar is text, a list of one is an object, an empty list has no elements at all, and unset is "".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from playground.billomat.account import BERLIN, Account
from playground.billomat.records import Article, Client, Company, Invoice, Item, Record, Settings


def as_json(content: Mapping[str, Any]) -> bytes:
    """JSON as PHP writes it: ASCII only, slashes escaped."""
    return json.dumps(content).replace("/", "\\/").encode()


def as_xml(content: Mapping[str, Any]) -> bytes:
    """The same content as XML: what begins with @ becomes an attribute, a list becomes repeated elements."""
    ((root, value),) = content.items()
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{"".join(_xml(root, value))}'.encode()


def _xml(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for element in value:
            yield from _xml(name, element)
    elif isinstance(value, Mapping):
        attributes = "".join(f" {key[1:]}={quoteattr(text)}" for key, text in value.items() if key.startswith("@"))
        yield f"<{name}{attributes}>"
        for key, inner in value.items():
            if not key.startswith("@"):
                yield from _xml(key, inner)
        yield f"</{name}>"
    else:
        yield f"<{name}>{escape(value or '')}</{name}>"


def elements(one: str, shown: list[dict[str, Any]]) -> dict[str, Any]:
    """Several are a list, one is an object, none is nothing."""
    if not shown:
        return {}
    return {one: shown if len(shown) > 1 else shown[0]}


def text(value: Any) -> Any:
    """A scalar as Billomat writes it: unset is "", flags are 0 and 1, numbers without trailing zeros."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Decimal():
            return format(value.normalize(), "f")
        case datetime():
            return value.astimezone(BERLIN).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case Mapping():
            return dict(value)
    return str(value)


def shown(record: Record | Settings | Company) -> dict[str, Any]:
    return {each.name: text(getattr(record, each.name)) for each in fields(record)}


def show_plainly(_account: Account, record: Record) -> dict[str, Any]:
    return shown(record)


def show_client(_account: Account, client: Client) -> dict[str, Any]:
    computed = {"client_number": client.client_number, "address": client.address}
    return shown(client) | computed | {"client-property-values": ""}


def show_article(_account: Account, article: Article) -> dict[str, Any]:
    return shown(article) | {"article_number": article.article_number, "article-property-values": ""}


def show_item(account: Account, item: Item) -> dict[str, Any]:
    net_gross = account.get(Invoice, item.invoice_id).net_gross
    net, gross = item.net_and_gross(item.amount, net_gross)
    whole_net, whole_gross = item.net_and_gross(item.unreduced, net_gross)
    totals = {
        "total_net": net,
        "total_gross": gross,
        "total_net_unreduced": whole_net,
        "total_gross_unreduced": whole_gross,
    }
    return shown(item) | {name: text(total) for name, total in totals.items()}


def show_invoice(account: Account, invoice: Invoice) -> dict[str, Any]:
    """The invoice with its totals and taxes, and without its items."""
    plain = shown(invoice)
    del plain["items"]
    totals = invoice.totals
    taxes = []
    for tax in totals.taxes:
        amounts = {"amount": tax.tax, "amount_net": tax.net, "amount_gross": tax.gross}
        variants = {f"{name}{end}": text(sum_) for name, sum_ in amounts.items() for end in ("", "_plain", "_rounded")}
        taxes.append({"name": tax.name, "rate": text(tax.rate)} | variants)
    net, gross = text(totals.net), text(totals.gross)
    whole = invoice.unreduced
    return plain | {
        "invoice_number": account.number_of(invoice),
        "status": account.status_of(invoice),
        "total_net": net,
        "total_gross": gross,
        "total_reduction": text(whole.net - totals.net),
        "total_net_unreduced": text(whole.net),
        "total_gross_unreduced": text(whole.gross),
        "discount_amount": "0",
        "paid_amount": "0",
        "open_amount": gross,
        "taxes": elements("tax", taxes) or "",
    }


def own_account(account: Account) -> dict[str, Any]:
    used = {
        "documents": len(account.all(Invoice)),
        "clients": len(account.all(Client)),
        "articles": len(account.all(Article)),
    }
    quotas = [{"entity": name, "available": "100000", "used": str(count)} for name, count in used.items()]
    plan = {"plan": "L", "quotas": {"quota": quotas}}
    return {"id": str(account.own_id), "name": account.billomat_id} | shown(account.company) | plan

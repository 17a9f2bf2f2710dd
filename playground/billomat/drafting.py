"""What Billomat makes of the fields that somebody sent for an invoice or one of its lines: pure, refusing by `Refusal`.

The tax of a line: a rate marked as changed by hand always holds; a customer without VAT gets 0; then come the rate
that was sent, the article's tax and the account's default.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from playground.billomat import fields as read
from playground.billomat.fields import Fields
from playground.billomat.records import Article, Client, Tax, Unit

DEFAULT_TEXTS = {
    "title": "Rechnung [Invoice.invoice_number]",
    "intro": "Hiermit stellen wir Ihnen die folgenden Positionen in Rechnung.",
    "note": "Bitte überweisen Sie den Rechnungsbetrag bis zum [Invoice.due_date] auf unser Konto.",
}
_SUPPLY_TYPES = ("SUPPLY_DATE", "DELIVERY_DATE", "SUPPLY_TEXT", "DELIVERY_TEXT")
_ZERO = Decimal(0)


def invoice_values(fields: Fields) -> dict[str, Any]:
    """The values of an invoice that were sent; what is unknown or read-only is ignored, as Billomat does."""
    values: dict[str, Any] = {
        name: read.text(fields, name)
        for name in ("address", "title", "label", "intro", "note", "supply_date", "currency_code")
        if name in fields
    }
    values |= {name: read.day(fields, name) for name in ("date", "due_date") if name in fields}
    values |= {name: read.whole(fields, name) for name in ("due_days", "template_id") if name in fields}
    if supply_date_type := read.choice(fields, "supply_date_type", *_SUPPLY_TYPES):
        values["supply_date_type"] = supply_date_type
        if supply_date_type.endswith("_DATE"):
            read.day(fields, "supply_date")
    if net_gross := read.choice(fields, "net_gross", "NET", "GROSS"):
        values["net_gross"] = net_gross
    if "reduction" in fields:
        values["reduction"] = read.reduction(fields, "reduction")
    return values


def item_values(
    fields: Fields,
    *,
    article: Article | None,
    client: Client,
    units: Sequence[Unit],
    taxes: Sequence[Tax],
    tax_free: bool,
) -> dict[str, Any]:
    """The values of one line: what was sent wins over what the article brings along."""
    unit_price = read.number(fields, "unit_price")
    if unit_price is None and article is not None:
        unit_price = article.price_for(client)
    tax_name, tax_rate = _tax(fields, article, taxes, tax_free=tax_free)
    return {
        "article_id": article.id if article else None,
        "unit": read.text(fields, "unit") or next((u.name for u in units if article and u.id == article.unit_id), ""),
        "quantity": read.number(fields, "quantity") or _ZERO,
        "unit_price": unit_price or _ZERO,
        "tax_name": tax_name,
        "tax_rate": tax_rate,
        "tax_changed_manually": read.text(fields, "tax_changed_manually") == "1",
        "title": read.text(fields, "title") or (article.title if article else ""),
        "description": read.text(fields, "description") or (article.description if article else ""),
        "type": read.choice(fields, "type", "PRODUCT", "SERVICE") or (article.type if article else ""),
        "reduction": read.reduction(fields, "reduction"),
    }


def is_tax_free(client: Client, untaxed_countries: Collection[str]) -> bool:
    """Whether Billomat charges this customer no VAT by itself."""
    if client.tax_rule == "COUNTRY":
        return client.country_code in untaxed_countries
    return client.tax_rule == "NO_TAX"


def completed_values(date: datetime.date | None, due_date: datetime.date | None, due_days: int) -> dict[str, Any]:
    """What completing adds to a draft. Refuses a draft without a date, as Billomat does."""
    if date is None:
        raise read.Refusal(400, "date is required")
    return {"status": "OPEN", "due_date": due_date or date + datetime.timedelta(days=due_days)}


def _tax(fields: Fields, article: Article | None, taxes: Sequence[Tax], *, tax_free: bool) -> tuple[str, Decimal]:
    name = read.text(fields, "tax_name")
    rate = read.number(fields, "tax_rate")
    forced = read.text(fields, "tax_changed_manually") == "1"
    if rate is not None and (forced or not tax_free):
        return name, rate
    if tax_free:
        return next((tax.name for tax in taxes if not tax.rate), ""), _ZERO
    wanted = (
        [tax for tax in taxes if tax.name == name and name]
        or [tax for tax in taxes if article and tax.id == article.tax_id]
        or [tax for tax in taxes if tax.is_default]
    )
    return (wanted[0].name, wanted[0].rate) if wanted else ("", _ZERO)

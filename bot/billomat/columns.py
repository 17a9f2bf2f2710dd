"""Customers and articles as Billomat has them, as the columns of our rows."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.billomat.client import BillomatArticle, BillomatClient
from bot.catalog.rules.names import name_key
from bot.core import money
from storage.billomat import ConnectedAccount, KnownTax


def customer_columns(client: BillomatClient, seen_at: datetime) -> dict[str, Any]:
    """Of a customer."""
    return {
        "billomat_id": client.id,
        "name": client.name,
        "name_key": name_key(client.name),
        "number": client.client_number,
        "country": client.country_code,
        "tax_rule": client.tax_rule,
        "currency": client.currency_code,
        "archived": client.archived,
        "seen_at": seen_at,
    }


def article_columns(
    account: ConnectedAccount,
    article: BillomatArticle,
    units: dict[int, str] | None,
    taxes: dict[int, KnownTax],
    seen_at: datetime,
) -> dict[str, Any]:
    """Of an article; the price is net whatever the account states. Without `units` the unit stays as it is known."""
    title = article.title.strip() or article.number or str(article.id)
    tax = taxes.get(article.tax_id) if article.tax_id else None
    vat = (tax.rate if tax else account.tax_rate) if account.gross_prices else 0
    columns = {
        "billomat_id": article.id,
        "number": article.number,
        "title": title,
        "title_key": name_key(title),
        "price_cents": _net_cents(article.price, vat),
        "currency": article.currency_code,
        "tax_id": tax.id if tax else None,
        "archived": article.archived,
        "seen_at": seen_at,
    }
    return columns if units is None else columns | {"unit": units.get(article.unit_id or 0, "")}


def _net_cents(price: Decimal | None, vat: int) -> int | None:
    """The price without the VAT in it (hundredths of a percent). A negative one is a discount, not a price of ours."""
    if price is None or price < 0:
        return None
    numerator, denominator = price.as_integer_ratio()
    return money.half_up(numerator * 100 * 10_000, denominator * (10_000 + vat))

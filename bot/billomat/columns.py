"""Taxes, customers and articles as Billomat has them, as the columns of our rows."""

from datetime import datetime
from decimal import Decimal

from bot.billomat.client import BillomatArticle, BillomatClient, BillomatTax
from bot.catalog.rules.names import name_key
from bot.core import money
from storage.billomat import ConnectedAccount, KnownTax
from storage.rows import NewRow, row_values
from storage.tables import Article, Customer, Tax


def tax_columns(workspace_id: int, tax: BillomatTax) -> NewRow[Tax]:
    """Of a rate of VAT."""
    return row_values(
        Tax, workspace_id=workspace_id, billomat_id=tax.id, name=tax.name, rate=money.hundredths(tax.rate)
    )


def customer_columns(workspace_id: int, client: BillomatClient, seen_at: datetime) -> NewRow[Customer]:
    """Of a customer."""
    return row_values(
        Customer,
        workspace_id=workspace_id,
        billomat_id=client.id,
        name=client.name,
        name_key=name_key(client.name),
        number=client.client_number,
        country=client.country_code,
        tax_rule=client.tax_rule,
        currency=client.currency_code,
        locale=client.locale,
        archived=client.archived,
        seen_at=seen_at,
    )


def article_columns(
    account: ConnectedAccount,
    article: BillomatArticle,
    units: dict[int, str],
    taxes: dict[int, KnownTax],
    seen_at: datetime,
) -> NewRow[Article]:
    """Of an article; the price is net whatever the account states."""
    title = article.title.strip() or article.number or str(article.id)
    tax = taxes.get(article.tax_id) if article.tax_id else None
    vat = (tax.rate if tax else account.tax_rate) if account.gross_prices else 0
    return row_values(
        Article,
        workspace_id=account.workspace_id,
        billomat_id=article.id,
        number=article.number,
        title=title,
        title_key=name_key(title),
        unit=units.get(article.unit_id or 0, ""),
        price_cents=_net_cents(article.price, vat),
        currency=article.currency_code,
        tax_id=tax.id if tax else None,
        archived=article.archived,
        seen_at=seen_at,
    )


def _net_cents(price: Decimal | None, vat: int) -> int | None:
    """The price without the VAT in it (hundredths of a percent). A negative one is a discount, not a price of ours."""
    if price is None or price < 0:
        return None
    numerator, denominator = price.as_integer_ratio()
    return money.half_up(numerator * 100 * 10_000, denominator * (10_000 + vat))

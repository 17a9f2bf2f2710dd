"""Taxes, customers and articles as Billomat has them, as the columns of our rows."""

from datetime import datetime
from decimal import Decimal

from bot.billomat.client import BillomatArticle, BillomatClient, BillomatTax
from bot.catalog.rules.spelling import name_key
from bot.core import money
from storage.billomat import ConnectedAccount
from storage.imported import KnownTax
from storage.rows import NewRow, row_values
from storage.tables import Article, Customer, Tax

HIGHEST_PRICE = 10**12


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
        price_group=client.price_group,
        reduction=money.ten_thousandths(client.reduction),
        net_gross=client.net_gross,
        vat_id=client.vat_id,
        kind=client.kind,
        email=client.email,
        street=client.street,
        zip=client.zip,
        city=client.city,
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
    """Of an article; the prices are as the account states them, with VAT or without."""
    title = article.title.strip() or article.number or str(article.id)
    tax = taxes.get(article.tax_id) if article.tax_id else None
    price, *of_groups = map(_price, (article.price, *article.group_prices))
    return row_values(
        Article,
        workspace_id=account.workspace_id,
        billomat_id=article.id,
        number=article.number,
        title=title,
        title_key=name_key(title),
        unit=units.get(article.unit_id or 0, ""),
        price=price,
        price2=of_groups[0],
        price3=of_groups[1],
        price4=of_groups[2],
        price5=of_groups[3],
        currency=article.currency_code,
        tax_id=tax.id if tax else None,
        archived=article.archived,
        seen_at=seen_at,
    )


def _price(stated: Decimal | None) -> int | None:
    """In ten-thousandths; one that no database could hold is none."""
    return None if stated is None or abs(stated) > HIGHEST_PRICE else money.ten_thousandths(stated)

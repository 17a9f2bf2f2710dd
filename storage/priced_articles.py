"""The articles of Billomat that work is billed as, with their prices and their VAT."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from bot.billing.rules.rates import PricedArticle
from storage.rows import columns_of
from storage.statements import Query
from storage.tables import articles, customer_articles, services, taxes

_ARTICLES = (
    select(*columns_of(PricedArticle, articles, vat_name=taxes.c.name, vat_rate=taxes.c.rate))
    .select_from(articles)
    .outerjoin(taxes, taxes.c.id == articles.c.tax_id)
    .where(articles.c.workspace_id == bindparam("workspace"))
)
_ARTICLES_OF_SERVICES = Query(
    _ARTICLES.add_columns(services.c.id).join(services, services.c.article_id == articles.c.id), tuple
)
_ARTICLES_OF_CUSTOMERS = Query(
    _ARTICLES.add_columns(customer_articles.c.customer_id, customer_articles.c.service_id).join(
        customer_articles, customer_articles.c.article_id == articles.c.id
    ),
    tuple,
)


def articles_of_services(db: Connection, workspace_id: int) -> dict[int, PricedArticle]:
    """What each kind of work is billed as, by the service's id."""
    rows = _ARTICLES_OF_SERVICES.all(db, workspace=workspace_id)
    return {service_id: PricedArticle._make(article) for *article, service_id in rows}


def articles_of_customers(db: Connection, workspace_id: int) -> dict[int, dict[int, PricedArticle]]:
    """What customers' work is billed as where that is another article than for all, by customer and service."""
    found: dict[int, dict[int, PricedArticle]] = {}
    for *article, customer_id, service_id in _ARTICLES_OF_CUSTOMERS.all(db, workspace=workspace_id):
        found.setdefault(customer_id, {})[service_id] = PricedArticle._make(article)
    return found


def articles_by_id(db: Connection, workspace_id: int, ids: Collection[int]) -> dict[int, PricedArticle]:
    """These articles of this workspace, by our id."""
    rows = db.execute(_ARTICLES.where(articles.c.id.in_(ids)), {"workspace": workspace_id})
    return {row.id: PricedArticle._make(row) for row in rows}

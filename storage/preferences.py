"""What the settings show and change besides people: services with the articles they are billed as."""

from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, select

from storage.catalog import Named
from storage.tables import Article, Service, table

services = table(Service)
articles = table(Article)


class BilledService(NamedTuple):
    """A kind of work and the article it is billed as, if it has one."""

    id: int
    name: str
    article_id: int | None
    article: str | None


_SERVICES = (
    select(services.c.id, services.c.name, services.c.article_id, articles.c.title)
    .join_from(services, articles, articles.c.id == services.c.article_id, isouter=True)
    .where(and_(services.c.workspace_id == bindparam("workspace"), services.c.archived.is_(False)))
    .order_by(services.c.name_key)
)
_ARTICLE = select(articles.c.id, articles.c.title, articles.c.number).where(
    and_(
        articles.c.workspace_id == bindparam("workspace"),
        articles.c.id == bindparam("article"),
        articles.c.archived.is_(False),
    )
)


def billed_services(db: Connection, workspace_id: int) -> list[BilledService]:
    """All live kinds of work, by name."""
    return [BilledService._make(row) for row in db.execute(_SERVICES, {"workspace": workspace_id})]


def live_article(db: Connection, workspace_id: int, article_id: int) -> Named | None:
    """One article of this workspace that Billomat still sells."""
    row = db.execute(_ARTICLE, {"workspace": workspace_id, "article": article_id}).first()
    return Named._make(row) if row else None

"""Services that are called like an article of Billomat: which are surely billed as it, and which to ask about.

A service that has an article, or of which a person said that it has none, is neither linked nor asked about.
"""

import unicodedata
from typing import NamedTuple

from sqlalchemy import Connection, and_, select

from bot.billing.rules.units import is_hourly
from storage.change import Author, Change
from storage.recorded import change_row
from storage.rows import columns_of
from storage.tables import articles, services
from storage.tables.catalog import ServiceColumns


class SameName(NamedTuple):
    """A service, and an article of its name; the price in ten-thousandths, as the account states it."""

    service_id: int
    service: str
    article_id: int
    article: str
    number: str
    unit: str
    price: int | None
    currency: str


_SAME_NAME = (
    select(
        *columns_of(
            SameName,
            articles,
            service_id=services.c.id,
            service=services.c.name,
            article_id=articles.c.id,
            article=articles.c.title,
        )
    )
    .join_from(
        services,
        articles,
        and_(articles.c.workspace_id == services.c.workspace_id, articles.c.title_key == services.c.name_key),
    )
    .where(
        and_(
            services.c.archived.is_(False),
            services.c.article_id.is_(None),
            services.c.article_settled.is_(False),
            articles.c.archived.is_(False),
        )
    )
    .order_by(services.c.name_key, articles.c.number, articles.c.id)
)


def same_names(db: Connection, workspace_id: int) -> list[list[SameName]]:
    """The open services with the articles that are called like them, together by service."""
    by_service: dict[int, list[SameName]] = {}
    for row in db.execute(_SAME_NAME.where(services.c.workspace_id == workspace_id)):
        by_service.setdefault(row.service_id, []).append(SameName._make(row))
    return list(by_service.values())


def is_certain(found: list[SameName]) -> bool:
    """Whether there is one article alone, of an hour's price, and the names differ in case and white space at most."""
    return len(found) == 1 and _same(found[0]) and found[0].price is not None and is_hourly(found[0].unit)


def link_certain(change: Change[Author], *, service_id: int | None = None) -> list[SameName]:
    """Have services, or this one, billed as the article that surely is meant; which these are. The audit keeps it."""
    certain = [
        found[0]
        for found in same_names(change.db, change.by.workspace_id)
        if is_certain(found) and service_id in (None, found[0].service_id)
    ]
    for each in certain:
        linked: ServiceColumns = {"article_id": each.article_id}
        change_row(change, "service", services, each.service_id, "bill as", linked)
    return certain


def settle(change: Change[Author], service_id: int, article_id: int | None) -> None:
    """A person said as what a service is billed; None: as nothing, at the hourly rate."""
    settled: ServiceColumns = {"article_id": article_id, "article_settled": True}
    change_row(change, "service", services, service_id, "bill as", settled)


def _same(each: SameName) -> bool:
    first, second = (
        " ".join(unicodedata.normalize("NFC", name.casefold()).split()) for name in (each.service, each.article)
    )
    return first == second

"""How time is billed where nothing else is said: services as which article or not at all, projects or not."""

from collections.abc import Collection
from typing import NamedTuple, Unpack

from sqlalchemy import Connection, and_, bindparam, select

from bot.catalog.rules.names import Target
from storage.catalog import MOST_OPTIONS, PROJECT_TARGETS
from storage.change import Author, Change
from storage.recorded import change_row
from storage.rows import columns_of
from storage.tables import articles, projects, services
from storage.tables.catalog import ProjectColumns, ServiceColumns


class BilledService(NamedTuple):
    """A kind of work, and what its time is billed as unless it is not."""

    id: int
    name: str
    article_id: int | None
    article: str | None
    billable: bool


_BILLED_SERVICES = (
    select(*columns_of(BilledService, services, article=articles.c.title))
    .join_from(services, articles, articles.c.id == services.c.article_id, isouter=True)
    .where(and_(services.c.workspace_id == bindparam("workspace"), services.c.archived.is_(False)))
    .order_by(services.c.name_key, services.c.id)
)


def billed_services(db: Connection, workspace_id: int) -> list[BilledService]:
    """All live kinds of work, by name."""
    return [BilledService._make(row) for row in db.execute(_BILLED_SERVICES, {"workspace": workspace_id})]


def billed_service(db: Connection, workspace_id: int, service_id: int) -> BilledService | None:
    """One live kind of work of this workspace."""
    row = db.execute(_BILLED_SERVICES.where(services.c.id == service_id), {"workspace": workspace_id}).first()
    return BilledService._make(row) if row else None


def change_service(change: Change[Author], service_id: int, **values: Unpack[ServiceColumns]) -> None:
    """Set what a person says of one kind of work; the audit keeps what it was.

    Once the article was said, no import links or asks any more.
    """
    if "article_id" in values:
        values["article_settled"] = True
    change_row(change, "service", services, service_id, "bill as", values)


def not_billable(db: Connection, workspace_id: int) -> list[Target]:
    """Live projects whose time is not billed unless somebody says so; the first hundred by name."""
    query = PROJECT_TARGETS.where(projects.c.billable.is_(False)).limit(MOST_OPTIONS)
    return [Target._make(row) for row in db.execute(query, {"workspace": workspace_id})]


def set_billable(change: Change[Author], project_ids: Collection[int], billable: bool) -> None:
    """Whether time on these projects is billed where nothing else is said; the audit keeps what was."""
    values: ProjectColumns = {"billable": billable}
    for project_id in sorted(project_ids):
        change_row(change, "project", projects, project_id, "set billable", values)

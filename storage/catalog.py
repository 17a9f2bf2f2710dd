"""Customers, projects, services and articles: what time is booked on and billed as."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, insert, select, true, update

from storage.statements import Query, single_value
from storage.tables import Article, Customer, Project, Service, Workspace, inserting, table

customers = table(Customer)
projects = table(Project)
services = table(Service)
articles = table(Article)
workspaces = table(Workspace)

MOST_OPTIONS = 100
"""Slack shows no more in one menu."""


class Named(NamedTuple):
    """Something that can be chosen by its name; `detail` tells namesakes apart."""

    id: int
    name: str
    detail: str


class BookedOn(NamedTuple):
    """A project with its customer, or a customer without projects."""

    customer_id: int
    project_id: int | None
    customer: str
    project: str | None
    number: str
    billable: bool
    """Whether time on it is billed where nothing else is said."""


class Kind(NamedTuple):
    """A kind of work."""

    id: int
    name: str
    billable: bool


class BilledService(NamedTuple):
    """A kind of work, and what its time is billed as unless it is not."""

    id: int
    name: str
    article_id: int | None
    article: str | None
    billable: bool


_LIVE_CUSTOMER = and_(customers.c.workspace_id == bindparam("workspace"), customers.c.archived.is_(False))
_PROJECT_TARGETS = (
    select(customers.c.id, projects.c.id, customers.c.name, projects.c.name, customers.c.number, projects.c.billable)
    .join_from(projects, customers, customers.c.id == projects.c.customer_id)
    .where(and_(_LIVE_CUSTOMER, projects.c.archived.is_(False)))
    .order_by(customers.c.name_key, projects.c.name_key, projects.c.id)
)
# Read once for the workspace: a correlated NOT EXISTS takes seconds with 5,000 customers and 15,000 projects.
_WITH_PROJECTS = select(projects.c.customer_id).where(
    and_(projects.c.workspace_id == bindparam("workspace"), projects.c.archived.is_(False))
)
_BARE = select(
    customers.c.id, bindparam("none", None), customers.c.name, bindparam("none", None), customers.c.number, true()
).where(_LIVE_CUSTOMER)
_BARE_TARGETS = _BARE.where(customers.c.id.not_in(_WITH_PROJECTS)).order_by(customers.c.name_key, customers.c.id)
_SERVICES = (
    select(services.c.id, services.c.name, services.c.billable)
    .where(and_(services.c.workspace_id == bindparam("workspace"), services.c.archived.is_(False)))
    .order_by(services.c.name_key)
)
_THE_CUSTOMER = customers.c.id == bindparam("customer")
_PROJECT_TARGET = Query(
    _PROJECT_TARGETS.where(and_(_THE_CUSTOMER, projects.c.id == bindparam("project"))).with_for_update(
        read=True, of=customers
    ),
    BookedOn._make,
)
_BARE_TARGET = Query(_BARE.where(_THE_CUSTOMER).with_for_update(read=True, of=customers), BookedOn._make)
_SERVICE = Query(_SERVICES.where(services.c.id == bindparam("service")), Kind._make)
_BILLED_SERVICES = (
    select(services.c.id, services.c.name, services.c.article_id, articles.c.title, services.c.billable)
    .join_from(services, articles, articles.c.id == services.c.article_id, isouter=True)
    .where(and_(services.c.workspace_id == bindparam("workspace"), services.c.archived.is_(False)))
    .order_by(services.c.name_key)
)
_BILLED_SERVICE = Query(_BILLED_SERVICES.where(services.c.id == bindparam("service")), BilledService._make)
_NOT_BILLABLE = Query(_PROJECT_TARGETS.where(projects.c.billable.is_(False)).limit(MOST_OPTIONS), BookedOn._make)
_LIVE_ARTICLE = Query(
    select(articles.c.id).where(
        and_(
            articles.c.workspace_id == bindparam("workspace"),
            articles.c.id == bindparam("article"),
            articles.c.archived.is_(False),
        )
    ),
    single_value,
)
_LOCK_WORKSPACE = Query(
    select(workspaces.c.id).where(workspaces.c.id == bindparam("workspace")).with_for_update(key_share=True),
    single_value,
)


def targets(db: Connection, workspace_id: int) -> list[BookedOn]:
    """All live projects, and the live customers that have none."""
    found = [*db.execute(_PROJECT_TARGETS, {"workspace": workspace_id})]
    bare = [*db.execute(_BARE_TARGETS, {"workspace": workspace_id})]
    return [BookedOn._make(row) for row in (*found, *bare)]


def live_services(db: Connection, workspace_id: int) -> list[Kind]:
    """All live kinds of work."""
    return [Kind._make(row) for row in db.execute(_SERVICES, {"workspace": workspace_id})]


def target(db: Connection, workspace_id: int, customer_id: int, project_id: int | None) -> BookedOn | None:
    """One live target of this workspace; None when it was archived, deleted or belongs to somebody else.

    It stays live until the transaction ends: whoever links or archives its customer waits.
    """
    if project_id is None:
        return _BARE_TARGET.first(db, workspace=workspace_id, customer=customer_id)
    return _PROJECT_TARGET.first(db, workspace=workspace_id, customer=customer_id, project=project_id)


def customer(db: Connection, workspace_id: int, customer_id: int) -> Named | None:
    """One live customer of this workspace."""
    query = select(customers.c.id, customers.c.name, customers.c.number)
    row = db.execute(
        query.where(and_(_LIVE_CUSTOMER, customers.c.id == customer_id)), {"workspace": workspace_id}
    ).first()
    return Named._make(row) if row else None


def customers_named(db: Connection, workspace_id: int, key: str) -> list[int]:
    """Live customers of exactly this name."""
    query = select(customers.c.id).where(and_(_LIVE_CUSTOMER, customers.c.name_key == key))
    return [row.id for row in db.execute(query, {"workspace": workspace_id})]


def service(db: Connection, workspace_id: int, service_id: int) -> Kind | None:
    """One live service of this workspace."""
    return _SERVICE.first(db, workspace=workspace_id, service=service_id)


def holding(query: Select[Any], key: ColumnElement[str], text_key: str) -> Select[Any]:
    """Of these rows those whose name holds every word."""
    for word in text_key.split():
        query = query.where(key.contains(word, autoescape=True))
    return query


def _search(query: Select[Any], key: ColumnElement[str], text_key: str) -> Select[Any]:
    """The rows whose name holds every word; the first hundred by name."""
    return holding(query, key, text_key).order_by(key).limit(MOST_OPTIONS)


def search_customers(db: Connection, workspace_id: int, text_key: str) -> list[Named]:
    """Live customers by name."""
    query = select(customers.c.id, customers.c.name, customers.c.number).where(_LIVE_CUSTOMER)
    rows = db.execute(_search(query, customers.c.name_key, text_key), {"workspace": workspace_id})
    return [Named._make(row) for row in rows]


def search_services(db: Connection, workspace_id: int, text_key: str) -> list[Named]:
    """Live services by name."""
    rows = db.execute(_search(_SERVICES.order_by(None), services.c.name_key, text_key), {"workspace": workspace_id})
    return [Named(row.id, row.name, "") for row in rows]


def search_articles(db: Connection, workspace_id: int, text_key: str) -> list[Named]:
    """Live articles by title; the number tells namesakes apart."""
    query = select(articles.c.id, articles.c.title, articles.c.number).where(
        and_(articles.c.workspace_id == workspace_id, articles.c.archived.is_(False))
    )
    return [Named._make(row) for row in db.execute(_search(query, articles.c.title_key, text_key))]


def lock_workspace(db: Connection, workspace_id: int) -> None:
    """Keep others waiting who connect the workspace or change its names; before any row of theirs is touched."""
    _LOCK_WORKSPACE.one(db, workspace=workspace_id)


def add_customer(db: Connection, workspace_id: int, *, name: str, key: str) -> int:
    """A customer created in Slack, to be linked with Billomat later."""
    values = {"workspace_id": workspace_id, "name": name, "name_key": key, "number": "", "country": ""}
    values |= {"tax_rule": "COUNTRY", "currency": "", "archived": False}
    added: int = db.execute(insert(customers).returning(customers.c.id), values).scalar_one()
    return added


def add_project(db: Connection, workspace_id: int, customer_id: int, *, name: str, key: str) -> int:
    """A project of a customer; the one that has this name already, if there is one."""
    values = {
        "workspace_id": workspace_id,
        "customer_id": customer_id,
        "name": name,
        "name_key": key,
        "archived": False,
    }
    db.execute(inserting(db, projects).on_conflict_do_nothing(), values)
    known: int = db.execute(
        select(projects.c.id).where(
            and_(projects.c.customer_id == customer_id, projects.c.name_key == key, projects.c.archived.is_(False))
        )
    ).scalar_one()
    return known


def add_service(db: Connection, workspace_id: int, *, name: str, key: str) -> int:
    """A kind of work; the one that has this name already, if there is one."""
    db.execute(
        inserting(db, services).on_conflict_do_nothing(),
        {"workspace_id": workspace_id, "name": name, "name_key": key, "archived": False},
    )
    known: int = db.execute(
        select(services.c.id).where(
            and_(services.c.workspace_id == workspace_id, services.c.name_key == key, services.c.archived.is_(False))
        )
    ).scalar_one()
    return known


def billed_services(db: Connection, workspace_id: int) -> list[BilledService]:
    """All live kinds of work, by name."""
    return [BilledService._make(row) for row in db.execute(_BILLED_SERVICES, {"workspace": workspace_id})]


def billed_service(db: Connection, workspace_id: int, service_id: int) -> BilledService | None:
    """One live kind of work of this workspace."""
    return _BILLED_SERVICE.first(db, workspace=workspace_id, service=service_id)


def change_service(db: Connection, workspace_id: int, service_id: int, **values: Any) -> None:
    """Set columns of one kind of work."""
    db.execute(
        update(services)
        .where(and_(services.c.workspace_id == workspace_id, services.c.id == service_id))
        .values(**values)
    )


def is_sold(db: Connection, workspace_id: int, article_id: int) -> bool:
    """Whether Billomat still has this article of this workspace."""
    return _LIVE_ARTICLE.first(db, workspace=workspace_id, article=article_id) is not None


def not_billable(db: Connection, workspace_id: int) -> list[BookedOn]:
    """Live projects whose time is not billed unless somebody says so; the first hundred by name."""
    return _NOT_BILLABLE.all(db, workspace=workspace_id)


def set_billable(db: Connection, workspace_id: int, project_ids: Collection[int], billable: bool) -> None:
    """Whether time on these projects is billed where nothing else is said."""
    db.execute(
        update(projects)
        .where(and_(projects.c.workspace_id == workspace_id, projects.c.id.in_(project_ids)))
        .values(billable=billable)
    )


def names_changed(db: Connection, workspace_id: int) -> None:
    """Names that processes keep in memory are old from now on."""
    db.execute(
        update(workspaces)
        .where(workspaces.c.id == workspace_id)
        .values(catalog_version=workspaces.c.catalog_version + 1)
    )

"""Customers, projects, services and articles as they are found and shown: what time is booked on."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    update,
)

from bot.catalog.rules.names import ArchivedName, NamedService, Target
from bot.catalog.rules.spelling import words
from storage.rows import columns_of
from storage.statements import Query
from storage.tables import articles, customers, projects, services, workspaces

Kind = Literal["customer", "project", "service"]
TABLES: dict[Kind, Table] = {"customer": customers, "project": projects, "service": services}
MOST_OPTIONS = 100
"""Slack shows no more in one menu."""


class Named(NamedTuple):
    """Something that can be chosen by its name; `detail` tells namesakes apart."""

    id: int
    name: str
    detail: str = ""


_LIVE_CUSTOMER = and_(customers.c.workspace_id == bindparam("workspace"), customers.c.archived.is_(False))
PROJECT_TARGETS = (
    select(
        *columns_of(
            Target,
            projects,
            customer=customers.c.name,
            project_id=projects.c.id,
            project=projects.c.name,
            number=customers.c.number,
        )
    )
    .join_from(projects, customers, customers.c.id == projects.c.customer_id)
    # Of the workspace twice: SQLite looks the projects up in an index that begins with it.
    .where(and_(_LIVE_CUSTOMER, projects.c.workspace_id == customers.c.workspace_id, projects.c.archived.is_(False)))
    .order_by(customers.c.name_key, projects.c.name_key, projects.c.id)
)
# Read once for the workspace: a correlated NOT EXISTS takes seconds with 5,000 customers and 15,000 projects.
_WITH_PROJECTS = select(projects.c.customer_id).where(
    and_(projects.c.workspace_id == bindparam("workspace"), projects.c.archived.is_(False))
)
_NONE: BindParameter[Any] = bindparam("none", None)
_BARE = select(
    *columns_of(
        Target,
        customers,
        customer_id=customers.c.id,
        project_id=_NONE,
        customer=customers.c.name,
        project=_NONE,
        billable=true(),
    )
).where(_LIVE_CUSTOMER)
BARE_TARGETS = _BARE.where(customers.c.id.not_in(_WITH_PROJECTS)).order_by(customers.c.name_key, customers.c.id)
SERVICES = (
    select(*columns_of(NamedService, services))
    .where(and_(services.c.workspace_id == bindparam("workspace"), services.c.archived.is_(False)))
    .order_by(services.c.name_key, services.c.id)
)
_THE_CUSTOMER = customers.c.id == bindparam("customer")
_PROJECT_TARGET = Query(
    PROJECT_TARGETS.where(and_(_THE_CUSTOMER, projects.c.id == bindparam("project"))).with_for_update(
        read=True, of=customers
    ),
    Target._make,
)
_BARE_TARGET = Query(_BARE.where(_THE_CUSTOMER).with_for_update(read=True, of=customers), Target._make)
_SERVICE = Query(SERVICES.where(services.c.id == bindparam("service")), NamedService._make)


def live_targets(db: Connection, workspace_id: int) -> list[Target]:
    """All live projects, and the live customers that have none."""
    found = [*db.execute(PROJECT_TARGETS, {"workspace": workspace_id})]
    bare = [*db.execute(BARE_TARGETS, {"workspace": workspace_id})]
    return [Target._make(row) for row in (*found, *bare)]


def live_services(db: Connection, workspace_id: int) -> list[NamedService]:
    """All live kinds of work."""
    return [NamedService._make(row) for row in db.execute(SERVICES, {"workspace": workspace_id})]


def live_target(db: Connection, workspace_id: int, customer_id: int, project_id: int | None) -> Target | None:
    """One live target of this workspace; None when it was archived, deleted or belongs to somebody else.

    It stays live until the transaction ends: whoever links or archives its customer waits.
    """
    if project_id is None:
        return _BARE_TARGET.first(db, workspace=workspace_id, customer=customer_id)
    return _PROJECT_TARGET.first(db, workspace=workspace_id, customer=customer_id, project=project_id)


_into_customer, _into_project = customers.alias("into_customer"), projects.alias("into_project")
_ARCHIVED = (
    select(
        customers.c.name.label("customer"),
        projects.c.name.label("project"),
        customers.c.number,
        customers.c.billomat_id,
        customers.c.archived.label("customer_archived"),
        _into_customer.c.name.label("customer_into"),
        _into_project.c.name.label("project_into"),
    )
    .select_from(customers)
    .outerjoin(projects, projects.c.customer_id == customers.c.id)
    .outerjoin(_into_customer, _into_customer.c.id == customers.c.merged_into)
    .outerjoin(_into_project, _into_project.c.id == projects.c.merged_into)
    .where(
        and_(
            customers.c.workspace_id == bindparam("workspace"),
            or_(customers.c.archived, and_(projects.c.id.is_not(None), projects.c.archived)),
        )
    )
    .order_by(customers.c.name_key, projects.c.name_key, customers.c.id, projects.c.id)
)
_MOST_ARCHIVED = 5
_LOOKED_THROUGH = 200


def archived_names(db: Connection, workspace_id: int, typed: Sequence[str]) -> list[ArchivedName]:
    """What was archived and is called so: each typed word begins a word of its name; the first five."""
    wanted = {word for part in typed for word in words(part)}
    if not wanted:
        return []
    key = with_number(customers.c.name_key + " " + func.coalesce(projects.c.name_key, ""), customers.c.number)
    query = holding(_ARCHIVED, key, " ".join(sorted(wanted))).limit(_LOOKED_THROUGH)
    found = [row for row in db.execute(query, {"workspace": workspace_id}) if _is_called(row, wanted)]
    return list(dict.fromkeys(map(_archived_name, found)))[:_MOST_ARCHIVED]


def _is_called(row: Any, wanted: set[str]) -> bool:
    known = words(f"{row.customer} {row.project or ''} {row.number}")
    return all(any(each.startswith(word) for each in known) for word in wanted)


def _archived_name(row: Any) -> ArchivedName:
    if row.customer_archived:
        return ArchivedName(row.customer, row.billomat_id is not None and not row.customer_into, row.customer_into)
    into = f"{row.customer} › {row.project_into}" if row.project_into else None
    return ArchivedName(f"{row.customer} › {row.project}", in_billomat=False, into=into)


def live_customer(db: Connection, workspace_id: int, customer_id: int) -> Named | None:
    """One live customer of this workspace."""
    query = select(*columns_of(Named, customers, detail=customers.c.number))
    row = db.execute(
        query.where(and_(_LIVE_CUSTOMER, customers.c.id == customer_id)), {"workspace": workspace_id}
    ).first()
    return Named._make(row) if row else None


def customer_name(db: Connection, workspace_id: int, customer_id: int) -> str:
    """What a customer of this workspace is called, in use or not."""
    query = select(customers.c.name).where(
        and_(customers.c.workspace_id == workspace_id, customers.c.id == customer_id)
    )
    name: str = db.execute(query).scalar_one()
    return name


def customers_named(db: Connection, workspace_id: int, key: str) -> list[int]:
    """Live customers of exactly this name."""
    query = select(customers.c.id).where(and_(_LIVE_CUSTOMER, customers.c.name_key == key))
    return [row.id for row in db.execute(query, {"workspace": workspace_id})]


def live_service(db: Connection, workspace_id: int, service_id: int) -> NamedService | None:
    """One live service of this workspace."""
    return _SERVICE.first(db, workspace=workspace_id, service=service_id)


def holding(query: Select[Any], key: ColumnElement[str], text_key: str) -> Select[Any]:
    """Of these rows those whose name holds every word, whatever stands around it."""
    for word in words(text_key):
        query = query.where(key.contains(word, autoescape=True))
    return query


def with_number(key: ColumnElement[str], number: ColumnElement[str]) -> ColumnElement[str]:
    """Name and number as they are searched: whatever a menu shows finds what it shows."""
    return key + " " + func.lower(number)


CUSTOMER_KEY = with_number(customers.c.name_key, customers.c.number)


def _search(query: Select[Any], key: ColumnElement[str], text_key: str, *order: ColumnElement[Any]) -> Select[Any]:
    """The rows whose name or number holds every word; the first hundred by name, and namesakes in one order."""
    return holding(query, key, text_key).order_by(*order).limit(MOST_OPTIONS)


def search_customers(db: Connection, workspace_id: int, text_key: str) -> list[Named]:
    """Live customers by name or number."""
    query = select(*columns_of(Named, customers, detail=customers.c.number)).where(_LIVE_CUSTOMER)
    found = _search(query, CUSTOMER_KEY, text_key, customers.c.name_key, customers.c.id)
    rows = db.execute(found, {"workspace": workspace_id})
    return [Named._make(row) for row in rows]


def search_services(db: Connection, workspace_id: int, text_key: str) -> list[Named]:
    """Live services by name."""
    key = services.c.name_key
    rows = db.execute(_search(SERVICES.order_by(None), key, text_key, key, services.c.id), {"workspace": workspace_id})
    return [Named(row.id, row.name) for row in rows]


def search_articles(db: Connection, workspace_id: int, text_key: str) -> list[Named]:
    """Live articles by title or number, which tells namesakes apart."""
    query = select(*columns_of(Named, articles, name=articles.c.title, detail=articles.c.number)).where(
        and_(articles.c.workspace_id == workspace_id, articles.c.archived.is_(False))
    )
    key = with_number(articles.c.title_key, articles.c.number)
    return [Named._make(row) for row in db.execute(_search(query, key, text_key, articles.c.title_key, articles.c.id))]


def lock_workspace(db: Connection, workspace_id: int) -> None:
    """Keep others waiting who connect the workspace or change its names; before any row of theirs is touched."""
    the_row = select(workspaces.c.id).where(workspaces.c.id == workspace_id)
    db.execute(the_row.with_for_update(key_share=True)).one()


def is_live_article(db: Connection, workspace_id: int, article_id: int) -> bool:
    """Whether Billomat still has this article of this workspace."""
    live = and_(articles.c.workspace_id == workspace_id, articles.c.id == article_id, articles.c.archived.is_(False))
    return db.execute(select(articles.c.id).where(live)).first() is not None


def names_changed(db: Connection, workspace_id: int) -> None:
    """Have each process read the names anew that it keeps in memory."""
    db.execute(
        update(workspaces)
        .where(workspaces.c.id == workspace_id)
        .values(catalog_version=workspaces.c.catalog_version + 1)
    )

"""Customers, projects, services and articles, and channels that know a project: what time is booked on."""

from collections.abc import Collection, Sequence
from typing import Any, Literal, NamedTuple, Unpack

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    true,
    update,
)

from bot.catalog.rules.names import ArchivedName, NamedService, Target
from bot.catalog.rules.spelling import words
from storage.audit import CREATE
from storage.change import Author, Change
from storage.recorded import change_row
from storage.rows import columns_of, insert_row, row_values
from storage.statements import Query
from storage.tables import (
    ChannelLink,
    Customer,
    Project,
    Service,
    articles,
    channel_links,
    customers,
    inserting,
    projects,
    services,
    workspaces,
)
from storage.tables.catalog import ProjectColumns, ServiceColumns

Kind = Literal["customer", "project", "service"]
TABLES: dict[Kind, Table] = {"customer": customers, "project": projects, "service": services}
MOST_OPTIONS = 100
"""Slack shows no more in one menu."""


class Named(NamedTuple):
    """Something that can be chosen by its name; `detail` tells namesakes apart."""

    id: int
    name: str
    detail: str = ""


class LinkedChannel(NamedTuple):
    """A channel (Slack's id) and what is worked on there."""

    channel_id: str
    customer_id: int
    project_id: int | None
    customer: str
    project: str | None

    @property
    def target(self) -> Target:
        """What time there is booked on."""
        return Target(self.customer_id, self.project_id, self.customer, self.project)


class BilledService(NamedTuple):
    """A kind of work, and what its time is billed as unless it is not."""

    id: int
    name: str
    article_id: int | None
    article: str | None
    billable: bool


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
_BILLED_SERVICES = (
    select(*columns_of(BilledService, services, article=articles.c.title))
    .join_from(services, articles, articles.c.id == services.c.article_id, isouter=True)
    .where(and_(services.c.workspace_id == bindparam("workspace"), services.c.archived.is_(False)))
    .order_by(services.c.name_key, services.c.id)
)


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


def add_customer(db: Connection, workspace_id: int, *, name: str, key: str) -> int:
    """A customer created in Slack, to be linked with Billomat later."""
    return insert_row(db, Customer, workspace_id=workspace_id, name=name, name_key=key)


def add_project(db: Connection, workspace_id: int, customer_id: int, *, name: str, key: str) -> int:
    """A project of a customer; the one that has this name already, if there is one."""
    new = row_values(Project, workspace_id=workspace_id, customer_id=customer_id, name=name, name_key=key)
    db.execute(inserting(db, projects).on_conflict_do_nothing(), new)
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
        row_values(Service, workspace_id=workspace_id, name=name, name_key=key),
    )
    known: int = db.execute(
        select(services.c.id).where(
            and_(services.c.workspace_id == workspace_id, services.c.name_key == key, services.c.archived.is_(False))
        )
    ).scalar_one()
    return known


def namesake(db: Connection, workspace_id: int, kind: Kind, key: str, *, customer_id: int | None) -> int | None:
    """One in use of just this name; a project's within its customer."""
    of = TABLES[kind]
    same = and_(_named_just(kind, workspace_id, key, customer_id), of.c.archived.is_(False))
    return db.execute(select(of.c.id).where(same).limit(1)).scalar_one_or_none()


def archived_namesake(
    db: Connection, workspace_id: int, kind: Kind, key: str, *, customer_id: int | None
) -> ArchivedName | None:
    """What is called just so and was archived, but not merged: taken back it is better than a twin."""
    of = TABLES[kind]
    same = and_(_named_just(kind, workspace_id, key, customer_id), of.c.archived.is_(True), of.c.merged_into.is_(None))
    row = db.execute(select(of).where(same).limit(1)).first()
    return ArchivedName(row.name, kind == "customer" and row.billomat_id is not None) if row else None


def _named_just(kind: Kind, workspace_id: int, key: str, customer_id: int | None) -> ColumnElement[bool]:
    of = TABLES[kind]
    called = and_(of.c.workspace_id == workspace_id, of.c.name_key == key)
    return and_(called, of.c.customer_id == customer_id) if kind == "project" else called


def create_customer(change: Change[Author], *, name: str, key: str) -> tuple[int, int]:
    """A new customer, in the audit: the id, and the change by which it can be undone."""
    made = add_customer(change.db, change.by.workspace_id, name=name, key=key)
    return made, change.record("customer", made, CREATE, after={"name": name})


def create_project(change: Change[Author], customer_id: int, *, name: str, key: str) -> tuple[int, int | None]:
    """As for a customer; the one that has this name already, if there is one, and then no change."""
    same = and_(projects.c.customer_id == customer_id, projects.c.name_key == key, projects.c.archived.is_(False))
    known = change.db.execute(select(projects.c.id).where(same)).scalar_one_or_none()
    if known:
        return known, None
    made = add_project(change.db, change.by.workspace_id, customer_id, name=name, key=key)
    return made, change.record("project", made, CREATE, after={"name": name, "customer_id": customer_id})


def create_service(change: Change[Author], *, name: str, key: str) -> tuple[int, int | None]:
    """As for a project."""
    workspace_id = change.by.workspace_id
    same = and_(services.c.workspace_id == workspace_id, services.c.name_key == key, services.c.archived.is_(False))
    known = change.db.execute(select(services.c.id).where(same)).scalar_one_or_none()
    if known:
        return known, None
    made = add_service(change.db, workspace_id, name=name, key=key)
    return made, change.record("service", made, CREATE, after={"name": name})


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


def is_live_article(db: Connection, workspace_id: int, article_id: int) -> bool:
    """Whether Billomat still has this article of this workspace."""
    live = and_(articles.c.workspace_id == workspace_id, articles.c.id == article_id, articles.c.archived.is_(False))
    return db.execute(select(articles.c.id).where(live)).first() is not None


def not_billable(db: Connection, workspace_id: int) -> list[Target]:
    """Live projects whose time is not billed unless somebody says so; the first hundred by name."""
    query = PROJECT_TARGETS.where(projects.c.billable.is_(False)).limit(MOST_OPTIONS)
    return [Target._make(row) for row in db.execute(query, {"workspace": workspace_id})]


def set_billable(change: Change[Author], project_ids: Collection[int], billable: bool) -> None:
    """Whether time on these projects is billed where nothing else is said; the audit keeps what was."""
    values: ProjectColumns = {"billable": billable}
    for project_id in sorted(project_ids):
        change_row(change, "project", projects, project_id, "set billable", values)


def names_changed(db: Connection, workspace_id: int) -> None:
    """Have each process read the names anew that it keeps in memory."""
    db.execute(
        update(workspaces)
        .where(workspaces.c.id == workspace_id)
        .values(catalog_version=workspaces.c.catalog_version + 1)
    )


# Channels. What was archived is linked no more, from that moment on; forget_archived_channels() tidies the rows up.

_LIVE_LINK = and_(
    customers.c.archived.is_(False), or_(channel_links.c.project_id.is_(None), projects.c.archived.is_(False))
)
_LINKED = (
    select(*columns_of(LinkedChannel, channel_links, customer=customers.c.name, project=projects.c.name))
    .join_from(channel_links, customers, customers.c.id == channel_links.c.customer_id)
    .outerjoin(projects, projects.c.id == channel_links.c.project_id)
    .where(and_(channel_links.c.workspace_id == bindparam("workspace"), _LIVE_LINK))
)
_LINKED_CHANNEL = Query(_LINKED.where(channel_links.c.channel_id == bindparam("channel")), LinkedChannel._make)


def linked_channel(db: Connection, workspace_id: int, channel_id: str) -> LinkedChannel | None:
    """What a channel is linked to, if that is still worked on."""
    return _LINKED_CHANNEL.first(db, workspace=workspace_id, channel=channel_id)


def linked_channels(db: Connection, workspace_id: int) -> list[LinkedChannel]:
    """All linked channels, by customer and project."""
    query = _LINKED.order_by(customers.c.name_key, projects.c.name_key, channel_links.c.id)
    return [LinkedChannel._make(row) for row in db.execute(query, {"workspace": workspace_id})]


def link_channel(change: Change[Author], channel_id: str, *, customer_id: int, project_id: int | None, by: int) -> None:
    """Link a channel, anew if it was linked before; of two who do it at once, the last one counts."""
    new = row_values(
        ChannelLink,
        workspace_id=change.by.workspace_id,
        channel_id=channel_id,
        customer_id=customer_id,
        project_id=project_id,
        linked_by=by,
        linked_at=change.by.now,
    )
    before = _link_row(change.db, change.by.workspace_id, channel_id)
    key = ["workspace_id", "channel_id"]
    changed = {name: value for name, value in new.items() if name not in key}
    statement = inserting(change.db, channel_links).values(**new)
    statement = statement.on_conflict_do_update(index_elements=key, set_=changed)
    link_id: int = change.db.execute(statement.returning(channel_links.c.id)).scalar_one()
    after = {name: new[name] for name in _LINK_RECORDED}
    change.record("channel", link_id, "link", before=before[1] if before else None, after=after)


def unlink_channel(change: Change[Author], channel_id: str, action: str = "unlink") -> bool:
    """Forget what a channel is linked to. False: it was not linked."""
    before = _link_row(change.db, change.by.workspace_id, channel_id)
    if before is None:
        return False
    change.db.execute(delete(channel_links).where(channel_links.c.id == before[0]))
    change.record("channel", before[0], action, before=before[1])
    return True


_LINK_RECORDED = ("channel_id", "customer_id", "project_id")


def _link_row(db: Connection, workspace_id: int, channel_id: str) -> tuple[int, dict[str, Any]] | None:
    """The id of a link, and what the audit keeps of it."""
    the_link = and_(channel_links.c.workspace_id == workspace_id, channel_links.c.channel_id == channel_id)
    row = db.execute(select(channel_links).where(the_link)).first()
    return (row.id, {name: row._mapping[name] for name in _LINK_RECORDED}) if row else None


def forget_archived_channels(db: Connection) -> int:
    """Remove the links of all workspaces to what was archived; how many."""
    live = (
        select(channel_links.c.id)
        .join_from(channel_links, customers, customers.c.id == channel_links.c.customer_id)
        .outerjoin(projects, projects.c.id == channel_links.c.project_id)
        .where(_LIVE_LINK)
    )
    return db.execute(delete(channel_links).where(channel_links.c.id.not_in(live))).rowcount

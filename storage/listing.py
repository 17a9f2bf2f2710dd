"""The catalogue as it is looked through: pages of customers, projects or services, who made them, what is open."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, func, literal, null, or_, select, text

from storage.catalog import CUSTOMER_KEY, Kind, holding, with_number
from storage.tables import articles, audits, customers, entries, people, projects, services
from storage.tables.audit import CREATED
from storage.unbilled import CAN_BE_BILLED


class CatalogRecord(NamedTuple):
    """A customer, project or service as a person who looks after them sees it."""

    id: int
    name: str
    number: str
    """A customer's own, also for a project's."""
    customer_id: int | None
    customer: str | None
    """Of a project."""
    from_billomat: bool
    archived: bool
    by_customer: bool
    """A project that is out of use only because its customer is."""
    into: str | None
    """The name of what it was merged into."""
    article: str | None
    """What a service is billed as."""

    @property
    def label(self) -> str:
        """Customer › project, or the name alone."""
        return f"{self.customer} › {self.name}" if self.customer else self.name


class Maker(NamedTuple):
    """Who made something in Slack, and when."""

    person_id: int | None
    name: str
    at: datetime


class OpenWork(NamedTuple):
    """What is not billed yet: seconds that can be billed, and who has a timer running."""

    seconds: int = 0
    timers: tuple[str, ...] = ()


_into_customer, _into_project, _into_service = (
    each.alias(f"into_{each.name}") for each in (customers, projects, services)
)
_of_customer = customers.alias("of_customer")
_NO = literal(False)
_NOTHING = null()
_CUSTOMERS = select(
    customers.c.id,
    customers.c.name,
    customers.c.number,
    _NOTHING.label("customer_id"),
    _NOTHING.label("customer"),
    customers.c.billomat_id.is_not(None).label("from_billomat"),
    customers.c.archived,
    _NO.label("by_customer"),
    _into_customer.c.name.label("into"),
    _NOTHING.label("article"),
).select_from(customers.outerjoin(_into_customer, _into_customer.c.id == customers.c.merged_into))
_PROJECTS = select(
    projects.c.id,
    projects.c.name,
    customers.c.number,
    customers.c.id,
    customers.c.name,
    _NO.label("from_billomat"),
    or_(projects.c.archived, customers.c.archived),
    and_(customers.c.archived, ~projects.c.archived).label("by_customer"),
    (_of_customer.c.name + " › " + _into_project.c.name).label("into"),
    _NOTHING.label("article"),
).select_from(
    projects.join(
        customers, and_(customers.c.workspace_id == projects.c.workspace_id, customers.c.id == projects.c.customer_id)
    )
    .outerjoin(_into_project, _into_project.c.id == projects.c.merged_into)
    .outerjoin(_of_customer, _of_customer.c.id == _into_project.c.customer_id)
)
_SERVICES = select(
    services.c.id,
    services.c.name,
    literal("").label("number"),
    _NOTHING.label("customer_id"),
    _NOTHING.label("customer"),
    _NO.label("from_billomat"),
    services.c.archived,
    _NO.label("by_customer"),
    _into_service.c.name.label("into"),
    articles.c.title,
).select_from(
    services.outerjoin(_into_service, _into_service.c.id == services.c.merged_into).outerjoin(
        articles, articles.c.id == services.c.article_id
    )
)


class _Searched(NamedTuple):
    query: Select[Any]
    of: Any
    key: ColumnElement[str]
    archived: ColumnElement[bool]
    order: tuple[ColumnElement[Any], ...]


_BY_KIND: dict[Kind, _Searched] = {
    "customer": _Searched(
        _CUSTOMERS,
        customers,
        CUSTOMER_KEY,
        customers.c.archived,
        (customers.c.name_key, customers.c.id),
    ),
    "project": _Searched(
        _PROJECTS,
        projects,
        with_number(customers.c.name_key + " " + projects.c.name_key, customers.c.number),
        or_(projects.c.archived, customers.c.archived),
        (customers.c.name_key, projects.c.name_key, projects.c.id),
    ),
    "service": _Searched(
        _SERVICES, services, services.c.name_key, services.c.archived, (services.c.name_key, services.c.id)
    ),
}
_ENTRY_OF: dict[Kind, Column[Any]] = {
    "customer": entries.c.customer_id,
    "project": entries.c.project_id,
    "service": entries.c.service_id,
}


def count_records(db: Connection, workspace_id: int, kind: Kind, text_key: str, *, archived: bool) -> int:
    """How many hold every word in their name or number."""
    found = _searched(workspace_id, kind, text_key, archived=archived).subquery()
    count: int = db.execute(select(func.count()).select_from(found)).scalar_one()
    return count


def page_of_records(
    db: Connection, workspace_id: int, kind: Kind, text_key: str, *, archived: bool, begins: int, most: int
) -> list[CatalogRecord]:
    """Some of them, by name, from the one with the number `begins` on."""
    query = _searched(workspace_id, kind, text_key, archived=archived)
    rows = db.execute(query.order_by(*_BY_KIND[kind].order).offset(begins).limit(most))
    return [CatalogRecord._make(row) for row in rows]


def find_record(db: Connection, workspace_id: int, kind: Kind, row_id: int) -> CatalogRecord | None:
    """One of this workspace, in use or not."""
    each = _BY_KIND[kind]
    row = db.execute(each.query.where(and_(each.of.c.workspace_id == workspace_id, each.of.c.id == row_id))).first()
    return CatalogRecord._make(row) if row else None


def live_records(db: Connection, workspace_id: int, kind: Kind, text_key: str, *, most: int) -> list[CatalogRecord]:
    """Those in use, for a menu."""
    return page_of_records(db, workspace_id, kind, text_key, archived=False, begins=0, most=most)


def makers(db: Connection, workspace_id: int, kind: Kind, ids: Collection[int]) -> dict[int, Maker]:
    """Who made which of these in Slack, as far as the audit knows."""
    query = (
        select(audits.c.subject_id, audits.c.person_id, people.c.name, audits.c.at)
        .join_from(audits, people, people.c.id == audits.c.person_id)
        .where(
            and_(
                audits.c.workspace_id == workspace_id,
                audits.c.subject == kind,
                audits.c.subject_id.in_(ids),
                text(CREATED),  # in the words of its index
            )
        )
    )
    return {row.subject_id: Maker(row.person_id, row.name, row.at) for row in db.execute(query)}


def count_projects(db: Connection, workspace_id: int, customer_ids: Collection[int]) -> dict[int, int]:
    """How many projects in use each of these customers has."""
    query = (
        select(projects.c.customer_id, func.count().label("many"))
        .where(
            and_(
                projects.c.workspace_id == workspace_id,
                projects.c.customer_id.in_(customer_ids),
                projects.c.archived.is_(False),
            )
        )
        .group_by(projects.c.customer_id)
    )
    return {row.customer_id: row.many for row in db.execute(query)}


def open_work(db: Connection, workspace_id: int, kind: Kind, ids: Sequence[int]) -> dict[int, OpenWork]:
    """What is open on each of these; those with nothing are left out."""
    of = _ENTRY_OF[kind]
    here = and_(entries.c.workspace_id == workspace_id, of.in_(ids))
    sums = select(of, func.sum(entries.c.seconds)).where(and_(here, CAN_BE_BILLED)).group_by(of)
    seconds = {row_id: int(total) for row_id, total in db.execute(sums)}
    running = (
        select(of, people.c.name)
        .join_from(entries, people, people.c.id == entries.c.person_id)
        .where(and_(here, entries.c.ended_at.is_(None)))
        .order_by(people.c.name, people.c.id)
    )
    timers: dict[int, list[str]] = {}
    for row_id, name in db.execute(running):
        timers.setdefault(row_id, []).append(name)
    there = seconds.keys() | timers.keys()
    return {row_id: OpenWork(seconds.get(row_id, 0), tuple(timers.get(row_id, ()))) for row_id in there}


def _searched(workspace_id: int, kind: Kind, text_key: str, *, archived: bool) -> Select[Any]:
    each = _BY_KIND[kind]
    query = each.query.where(
        and_(each.of.c.workspace_id == workspace_id, each.archived if archived else ~each.archived)
    )
    return holding(query, each.key, text_key)

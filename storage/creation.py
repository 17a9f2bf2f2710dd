"""Customers, projects and services that are new, and what is called just so already."""

from sqlalchemy import ColumnElement, Connection, and_, select

from bot.catalog.rules.names import ArchivedName
from storage.audit import CREATE
from storage.catalog import TABLES, Kind
from storage.change import Author, Change
from storage.rows import insert_row, row_values
from storage.tables import Customer, Project, Service, inserting, projects, services


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

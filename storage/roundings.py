"""How time is rounded when it is billed: kept for all, for a customer, or for a project."""

from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from bot.billing.rules.rounding import OpenEntries, Rounding, read_rounding
from bot.tracking.rules.filters import Filter
from storage.change import Author, Change
from storage.filters import FilterQuery
from storage.recorded import change_row
from storage.rows import columns_of
from storage.statements import Query
from storage.tables import customers, entries, projects, workspaces
from storage.tables.catalog import CustomerColumns, ProjectColumns
from storage.tables.people import WorkspaceColumns
from storage.unbilled import CAN_BE_BILLED

_ACTION = "change rounding"
_OF_PROJECTS = Query(
    select(projects.c.id, projects.c.rounding).where(
        and_(projects.c.workspace_id == bindparam("workspace"), projects.c.rounding != "")
    ),
    tuple,
)


def roundings_of_projects(db: Connection, workspace_id: int) -> dict[int, Rounding]:
    """Those of projects that have one of their own."""
    return {project_id: read_rounding(kept) for project_id, kept in _OF_PROJECTS.all(db, workspace=workspace_id)}


class RoundedProject(NamedTuple):
    """A project of a customer, with the rounding that is kept for it; empty: none of its own."""

    id: int
    name: str
    rounding: str


_PROJECTS = Query(
    select(*columns_of(RoundedProject, projects))
    .where(
        and_(
            projects.c.workspace_id == bindparam("workspace"),
            projects.c.customer_id == bindparam("customer"),
            or_(projects.c.archived.is_(False), projects.c.rounding != ""),
        )
    )
    .order_by(projects.c.name_key, projects.c.id),
    RoundedProject._make,
)


def projects_of(db: Connection, workspace_id: int, customer_id: int) -> list[RoundedProject]:
    """The customer's projects by name: those in use, and those with a rounding of their own."""
    return _PROJECTS.all(db, workspace=workspace_id, customer=customer_id)


_OPEN = FilterQuery(
    lambda fits: (
        select(
            *columns_of(OpenEntries, entries, entries=func.count()),
        )
        .where(and_(fits, CAN_BE_BILLED))
        .group_by(*(entries.c[name] for name in OpenEntries._fields if name != "entries"))
    ),
    OpenEntries._make,
)


def open_entries(db: Connection, workspace_id: int, chosen: Filter) -> list[OpenEntries]:
    """All that fits a filter and can be billed, as finely as any rounding needs it."""
    return _OPEN.all(db, workspace_id, chosen)


def keep_for_all(change: Change[Author], kept: str) -> None:
    """Keep it for all that have none of their own."""
    values: WorkspaceColumns = {"rounding": kept}
    change_row(change, "workspace", workspaces, change.by.workspace_id, _ACTION, values)


def keep_for_customer(change: Change[Author], customer_id: int, kept: str) -> None:
    """Keep it for a customer, or with an empty text as for all; the caller holds its lock."""
    values: CustomerColumns = {"rounding": kept}
    change_row(change, "customer", customers, customer_id, _ACTION, values)


def keep_for_project(change: Change[Author], project_id: int, kept: str) -> None:
    """Keep it for a project, or with an empty text as for its customer; the caller holds the customer's lock."""
    values: ProjectColumns = {"rounding": kept}
    change_row(change, "project", projects, project_id, _ACTION, values)

"""Channels that know their project."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, or_, select

from storage.statements import Query, Statement
from storage.tables import ChannelLink, Customer, Project, Workspace, inserting, table

links = table(ChannelLink)
customers = table(Customer)
projects = table(Project)
workspaces = table(Workspace)


class Link(NamedTuple):
    """A channel (Slack's id) and what is worked on there."""

    channel_id: str
    customer_id: int
    project_id: int | None
    customer: str
    project: str | None


# What was archived is linked no more, from that moment on; forget_archived() tidies the rows up.
_LIVE = (
    select(links.c.channel_id, links.c.customer_id, links.c.project_id, customers.c.name, projects.c.name)
    .join_from(links, customers, customers.c.id == links.c.customer_id)
    .outerjoin(projects, projects.c.id == links.c.project_id)
    .where(
        and_(
            links.c.workspace_id == bindparam("workspace"),
            customers.c.archived.is_(False),
            or_(links.c.project_id.is_(None), projects.c.archived.is_(False)),
        )
    )
)
_ONE = Query(_LIVE.where(links.c.channel_id == bindparam("channel")), Link._make)
_ALL = Query(_LIVE.order_by(customers.c.name_key, projects.c.name_key, links.c.id), Link._make)
_REMOVE = Statement(
    delete(links).where(
        and_(links.c.workspace_id == bindparam("workspace"), links.c.channel_id == bindparam("channel"))
    )
)


def of(db: Connection, workspace_id: int, channel_id: str) -> Link | None:
    """What a channel is linked to, if that is still worked on."""
    return _ONE.first(db, workspace=workspace_id, channel=channel_id)


def all_of(db: Connection, workspace_id: int) -> list[Link]:
    """All linked channels, by customer and project."""
    return _ALL.all(db, workspace=workspace_id)


def link(
    db: Connection,
    workspace_id: int,
    channel_id: str,
    *,
    customer_id: int,
    project_id: int | None,
    by: int,
    at: datetime,
) -> None:
    """Link a channel, anew if it was linked before; of two who do it at once, the last one counts."""
    project = {"customer_id": customer_id, "project_id": project_id, "linked_by": by, "linked_at": at}
    new = inserting(db, links).values(workspace_id=workspace_id, channel_id=channel_id, **project)
    db.execute(new.on_conflict_do_update(index_elements=["workspace_id", "channel_id"], set_=project))


def unlink(db: Connection, workspace_id: int, channel_id: str) -> bool:
    """Forget what a channel is linked to. False: it was not linked."""
    return _REMOVE.run(db, workspace=workspace_id, channel=channel_id) == 1


def unlink_archived(db: Connection, *, team: str, channel_id: str) -> None:
    """Slack's word that a channel is no more, by Slack's own ids."""
    ours = select(workspaces.c.id).where(workspaces.c.team_id == team).scalar_subquery()
    db.execute(delete(links).where(and_(links.c.workspace_id == ours, links.c.channel_id == channel_id)))


def forget_archived(db: Connection) -> int:
    """Remove the links of all workspaces to what was archived; how many."""
    live = (
        select(links.c.id)
        .join_from(links, customers, customers.c.id == links.c.customer_id)
        .outerjoin(projects, projects.c.id == links.c.project_id)
        .where(and_(customers.c.archived.is_(False), or_(links.c.project_id.is_(None), projects.c.archived.is_(False))))
    )
    return db.execute(delete(links).where(links.c.id.not_in(live))).rowcount

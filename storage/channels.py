"""Channels that know what is worked on there.

What was archived is linked no more, from that moment on; forget_archived_channels() tidies the rows up.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, or_, select

from bot.catalog.rules.names import Target
from storage.change import Author, Change
from storage.rows import columns_of, row_values
from storage.statements import Query
from storage.tables import ChannelLink, channel_links, customers, inserting, projects


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

"""What whoever runs the bot asks about all workspaces at once; every other query is of one workspace."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from storage.tables import BillomatAccount, Job, table

_CONNECTED = select(table(BillomatAccount).c.workspace_id).order_by(table(BillomatAccount).c.workspace_id)
_GIVEN_UP = select(table(Job).c.key, table(Job).c.error).where(table(Job).c.due.is_(None)).order_by(table(Job).c.key)


class GivenUp(NamedTuple):
    """A job that failed too often, and what the last failure was."""

    key: str
    error: str | None


def connected_workspaces(db: Connection) -> list[int]:
    """The workspaces that have a Billomat account."""
    return list(db.execute(_CONNECTED).scalars())


def given_up(db: Connection) -> list[GivenUp]:
    """The jobs that wait for a person."""
    return [GivenUp._make(row) for row in db.execute(_GIVEN_UP)]

"""What whoever runs the bot asks about all workspaces at once; every other query is of one workspace."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, case, func, select

from bot.billing.rules.states import ON_THE_WAY, DraftState
from storage.rows import columns_of
from storage.tables import billomat_accounts as accounts
from storage.tables import drafts

_CONNECTED = select(accounts.c.workspace_id).order_by(accounts.c.workspace_id)
_UNKNOWN = select(drafts.c.id).where(drafts.c.state == DraftState.UNKNOWN).order_by(drafts.c.id)

_ON_THEIR_WAY = drafts.c.state.in_(ON_THE_WAY)
# Whoever sends a lost draft again begins a new attempt; its approval may be days old.
_SINCE = func.coalesce(case((drafts.c.state == DraftState.SENDING, drafts.c.attempted_at)), drafts.c.approved_at)


class OutOfCalls(NamedTuple):
    """An account for which Billomat takes no more calls until `reset` (epoch seconds), and how many drafts wait."""

    billomat_id: str
    reset: int
    drafts: int


def connected_workspaces(db: Connection) -> list[int]:
    """The workspaces that have a Billomat account."""
    return list(db.execute(_CONNECTED).scalars())


def unknown_drafts(db: Connection) -> list[int]:
    """The drafts of which nobody knows whether Billomat has them."""
    return list(db.execute(_UNKNOWN).scalars())


def late_drafts(db: Connection, *, before: datetime) -> list[int]:
    """The drafts that are on their way to Billomat, and were so before that moment already."""
    query = select(drafts.c.id).where(and_(_ON_THEIR_WAY, before >= _SINCE)).order_by(drafts.c.id)
    return list(db.execute(query).scalars())


def out_of_calls(db: Connection, *, clock: int, kept: int) -> list[OutOfCalls]:
    """The accounts that have drafts to send and no more calls than are `kept`; `clock` is epoch seconds."""
    query = (
        select(*columns_of(OutOfCalls, accounts, reset=accounts.c.calls_reset, drafts=func.count()))
        .join(drafts, and_(drafts.c.workspace_id == accounts.c.workspace_id, _ON_THEIR_WAY))
        .where(and_(accounts.c.calls_reset > clock, accounts.c.calls_left <= kept))
        .group_by(accounts.c.id, accounts.c.billomat_id, accounts.c.calls_reset)
        .order_by(accounts.c.id)
    )
    return [OutOfCalls._make(row) for row in db.execute(query)]

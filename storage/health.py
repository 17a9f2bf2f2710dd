"""What whoever runs the bot asks about all workspaces at once; every other query is of one workspace."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, case, func, select

from bot.billing.rules.states import ON_THE_WAY, DraftState
from storage.tables import BillomatAccount, InvoiceDraft, table

_accounts = table(BillomatAccount)
_drafts = table(InvoiceDraft)
_CONNECTED = select(_accounts.c.workspace_id).order_by(_accounts.c.workspace_id)
_UNKNOWN = select(_drafts.c.id).where(_drafts.c.state == DraftState.UNKNOWN).order_by(_drafts.c.id)

_ON_THEIR_WAY = _drafts.c.state.in_(ON_THE_WAY)
# Whoever sends a lost draft again begins a new attempt; its approval may be days old.
_SINCE = func.coalesce(case((_drafts.c.state == DraftState.SENDING, _drafts.c.attempted_at)), _drafts.c.approved_at)


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
    query = select(_drafts.c.id).where(and_(_ON_THEIR_WAY, before >= _SINCE)).order_by(_drafts.c.id)
    return list(db.execute(query).scalars())


def out_of_calls(db: Connection, *, clock: int, kept: int) -> list[OutOfCalls]:
    """The accounts that have drafts to send and no more calls than are `kept`; `clock` is epoch seconds."""
    query = (
        select(_accounts.c.billomat_id, _accounts.c.calls_reset, func.count())
        .join(_drafts, and_(_drafts.c.workspace_id == _accounts.c.workspace_id, _ON_THEIR_WAY))
        .where(and_(_accounts.c.calls_reset > clock, _accounts.c.calls_left <= kept))
        .group_by(_accounts.c.id, _accounts.c.billomat_id, _accounts.c.calls_reset)
        .order_by(_accounts.c.id)
    )
    return [OutOfCalls._make(row) for row in db.execute(query)]

"""Guests of the workspace: what limits their view of the catalogue."""

from sqlalchemy import Connection

from bot.core.caller import Caller
from storage import channels as channel_rows
from storage.guests import Guest


def guest_of(db: Connection, caller: Caller) -> Guest | None:
    """What limits a guest's view; nothing limits anybody else's."""
    return as_guest(db, caller) if caller.is_guest else None


def as_guest(db: Connection, caller: Caller) -> Guest:
    """Somebody who is one, and the customer of the channel in which they are."""
    link = channel_rows.linked_channel(db, caller.workspace_id, caller.channel_id) if caller.channel_id else None
    return Guest(caller.person_id, link.customer_id if link else None)

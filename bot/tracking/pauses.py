"""Pauses: a timer was stopped for a break, which lasts until its person goes on. Their last one is remembered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.tracking.rules import spans
from storage import breaks as break_rows
from storage import spans as span_rows
from storage import tracking as tracking_rows
from storage.breaks import BreakTime
from storage.change import Change
from storage.tracking import NOT_SAVED, Entry

LONGEST_OPEN = timedelta(hours=2)
"""Of a pause after which nobody went on: what is missing after that may have been forgotten."""


@dataclass(frozen=True, slots=True)
class Paused:
    """What was stopped for a break; the break began at its end."""

    entry: Entry
    began_at: datetime


def begin(change: Change[Caller], stopped: Entry) -> None:
    """The entry was stopped for a break."""
    if stopped.ended_at:
        break_rows.keep_pause(change, person_id=stopped.person_id, entry_id=stopped.id, began_at=stopped.ended_at)


def last(db: Connection, caller: Caller) -> Paused | None:
    """The person's last pause, unless its entry was changed or taken back since."""
    kept = break_rows.last_pause(db, workspace_id=caller.workspace_id, person_id=caller.person_id)
    if kept is None:
        return None
    entry = tracking_rows.entry_of_person(
        db, workspace_id=caller.workspace_id, person_id=caller.person_id, entry_id=kept.entry_id
    )
    return Paused(entry, kept.began_at) if entry and entry.ended_at == kept.began_at else None


def current(db: Connection, caller: Caller) -> Paused | None:
    """The break that the person is having: nothing was worked since it began."""
    paused = last(db, caller)
    return paused if paused and _next_start(db, caller, paused, caller.now) is None else None


def end(change: Change[Caller], at: datetime) -> None:
    """The person works again from `at` on: the time since the pause of that day was a break."""
    began = change.by.person.paused_at  # nearly nobody has one today, and then a start has nothing more to read
    if began is None or at - began > spans.FORGOTTEN_AFTER:
        return
    paused = last(change.db, change.by)
    if paused is None:
        return
    zone = ZoneInfo(paused.entry.zone)
    if spans.local_day(paused.began_at, zone) != spans.local_day(at, zone):
        return
    until = _next_start(change.db, change.by, paused, at) or at
    if until > paused.began_at:
        by = change.by
        taken = BreakTime(NOT_SAVED, by.workspace_id, by.person_id, paused.began_at, until)
        break_rows.add_break(change, taken, "take break")


def of_day(db: Connection, caller: Caller, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The break that began then and that nobody ended yet: it is no gap, for two hours at most."""
    paused = last(db, caller)
    if paused is None or not since <= paused.began_at < until:
        return []
    ends = min(paused.began_at + LONGEST_OPEN, max(caller.now, paused.began_at), until)
    return [(paused.began_at, _next_start(db, caller, paused, ends) or ends)]


def _next_start(db: Connection, caller: Caller, paused: Paused, before: datetime) -> datetime | None:
    """When the person next worked."""
    if before <= paused.began_at:
        return None
    found = span_rows.overlapping_entries(db, caller.person_id, since=paused.began_at, until=before)
    return min((max(entry.started_at, paused.began_at) for entry in found), default=None)

"""When an entry was worked, as it stands on an invoice and beside it."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.billing.rules.entries import UnbilledEntry
from bot.core.texts import Reader
from bot.tracking.parts import beside_times


def began(entry: UnbilledEntry) -> tuple[str, str, int]:
    """Where an entry stands in time; what has no times stands before the rest of its day."""
    known = entry.known
    at = known.started_at.isoformat() if known.timed and known.started_at else ""
    return entry.day.isoformat(), at, entry.entry_id


def times(to: Reader, entry: UnbilledEntry) -> str:
    """From when to when, where it was worked."""
    known = entry.known
    if not known.timed or known.started_at is None or known.ended_at is None:
        return ""
    there = replace(to, zone=ZoneInfo(known.zone))
    return f"{there.clock(known.started_at)}–{there.clock(known.ended_at)}"


def seconds_beside_times(entry: UnbilledEntry) -> int:
    """Its length as it stands beside `times`."""
    known = entry.known
    return beside_times(known.started_at, known.ended_at, entry.seconds or 0, timed=known.timed)

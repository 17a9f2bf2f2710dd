"""Entries divided at a limit of seconds, in the order of time: what is within it, and what is above it.

An entry at the limit is in both, with what of it is there. Together the parts have exactly its seconds, and its id, so
it stands on lines of one draft alone, as each divided entry (`draft_share`). All of it counts on the day of the whole.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from bot.billing.rules.entries import Details, Entries, UnbilledEntry

TimeKey = tuple[date, datetime, int]
_UNKNOWN = datetime.min.replace(tzinfo=UTC)


def in_order_of_time(entries: Entries) -> Entries:
    """By day, then by when they were begun where their details say it, then as they were written."""
    return entries.picked(sorted(range(len(entries)), key=time_keys(entries).__getitem__))


def time_keys(entries: Entries) -> list[TimeKey]:
    """What puts each entry in the order of time; the later part of one comes after the first, or with it."""
    return list(zip(entries.counted_days, map(_begun, entries.column("details")), entries.ids, strict=True))


def divided_at(entries: Entries, limit: int) -> tuple[Entries, Entries]:
    """The first so many seconds of entries in the order of time, and all that is above."""
    ordered, left = in_order_of_time(entries), max(0, limit)
    within = dict[int, int]()
    for entry_id, seconds in zip(ordered.ids, ordered.seconds, strict=True):
        within[entry_id] = min(seconds, left)
        left -= within[entry_id]
    return divided(ordered, within)


def divided(entries: Entries, within: Mapping[int, int]) -> tuple[Entries, Entries]:
    """Entries of which so many seconds, by their ids, are within a limit, and the rest of them; both in their order."""
    parts = [min(within.get(each, 0), whole) for each, whole in zip(entries.ids, entries.seconds, strict=True)]
    if not any(parts):
        return entries.picked(()), entries
    first, rest = list[UnbilledEntry](), list[UnbilledEntry]()
    for entry, part in zip(entries, parts, strict=True):
        before, after = (entry, None) if 0 < part == entry.seconds else (None, entry)
        if part and after:
            before, after = cut(entry, part)
        first += [before] if before else []
        rest += [after] if after else []
    return Entries.of(first), Entries.of(rest)


def cut(entry: UnbilledEntry, seconds: int) -> tuple[UnbilledEntry, UnbilledEntry]:
    """An entry in two, the first of which has so many of its seconds: more than none, fewer than all.

    Where it was worked at a time of day, the second one begins when the first one ends. Raises ValueError.
    """
    whole = entry.seconds or 0
    if not 0 < seconds < whole:
        raise ValueError(seconds)
    before, after, details = entry.details, entry.details, entry.details
    if details and details.timed and details.started_at:
        at = details.started_at + timedelta(seconds=seconds)
        before, after = details._replace(ended_at=at), details._replace(started_at=at)
    return entry._replace(seconds=seconds, details=before), entry._replace(seconds=whole - seconds, details=after)


def _begun(details: Details | None) -> datetime:
    return details.started_at if details and details.started_at else _UNKNOWN

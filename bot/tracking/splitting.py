"""Splitting an entry: at a clock time, or after so long a first part."""

from datetime import datetime, timedelta

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.tracking import entries, form_fields
from bot.tracking.corrections import ChangedEntries, edited_moment
from bot.tracking.form_fields import Hours
from bot.tracking.own_entries import changeable
from bot.tracking.rules import spans
from bot.tracking.rules.spans import Interval
from storage import tracking as tracking_rows
from storage.change import Change
from storage.tracking import Entry


def split_at(bot: Bot, caller: Caller, entry_id: int, moment: datetime) -> ChangedEntries:
    """Make two entries of one; its seconds are shared out between them. Raises UserError."""
    with bot.change_time(caller) as change:
        return _split(change, changeable(change, entry_id), moment)


def split(
    bot: Bot, caller: Caller, entry_id: int, *, clock: str | None, duration: str | None, hours: Hours
) -> ChangedEntries:
    """Split at a clock time (HH:MM), or an entry without clock times after so long a first part. Raises UserError."""
    with bot.change_time(caller) as change:
        entry = changeable(change, entry_id)
        if entry.timed:
            there = caller.in_zone(entry.zone)  # as the form shows it
            moment = _moment_within(there, entry, clock, hours)
        else:
            moment = entry.started_at + timedelta(seconds=form_fields.entered_duration(caller, duration or ""))
        return _split(change, entry, moment)


def _split(change: Change[Caller], entry: Entry, moment: datetime) -> ChangedEntries:
    moment = moment.replace(microsecond=0)
    if not entry.started_at < moment < (entry.ended_at or change.by.now):
        raise _outside(change.by, entry)
    first = entries.resized(entry, Interval(entry.started_at, moment))
    second = entries.resized(entry, Interval(moment, entry.ended_at))._replace(created_at=change.by.now)
    saved = tracking_rows.save_entry(change, entry, first, "split")
    added = tracking_rows.add_entry(change, second, "split")
    return ChangedEntries((saved.entry, added.entry), saved.change_id)


def _outside(caller: Caller, entry: Entry) -> UserError:
    if not entry.timed:
        return UserError("The first part has to be shorter than the whole entry.", field="duration")
    return UserError(
        "Choose a time between {start} and {end}, when this entry was worked.",
        field="at",
        start=caller.reader.clock(entry.started_at),
        end=caller.reader.clock(entry.ended_at or caller.now),
    )


def _moment_within(caller: Caller, entry: Entry, clock: str | None, hours: Hours) -> datetime:
    """The one moment of an HH:MM that lies within an entry, which may reach over midnight."""
    refused = _outside(caller, entry)
    for day in (entry.day, entry.day + timedelta(days=1)):
        try:
            moment = edited_moment(caller, entry, entry.started_at, day, clock, "at", hours)
        except UserError as error:
            refused = error
            continue
        if entry.started_at < moment < (entry.ended_at or caller.now):
            return moment
    raise refused


def middle(entry: Entry, *, now: datetime) -> datetime:
    """Where a split is offered: the full minute at half of the entry."""
    half = spans.whole_seconds(entry.started_at, entry.ended_at or now) // 2
    return (entry.started_at + timedelta(seconds=half)).replace(second=0, microsecond=0)

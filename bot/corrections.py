"""Correcting entries: edit, delete, confirm a guessed end, undo."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import catalog, entries
from bot.context import Bot
from bot.entries import Logged
from bot.errors import UserError
from bot.people import Caller
from bot.rules import tracking
from bot.rules.grammar import LONGEST_NIGHT, Duration
from bot.texts import Reader
from storage import audit, people
from storage import catalog as catalog_rows
from storage import entries as rows
from storage.entries import Entry

UNDO_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class EnteredTimes:
    """The times of a form: clock times as HH:MM, or a duration as typed, on a local day."""

    day: date
    start: str | None
    end: str | None
    duration: str | None


def editable(bot: Bot, caller: Caller, entry_id: int) -> Entry:
    """One of the person's own entries, to be corrected. Raises UserError."""
    with bot.database.read() as db:
        return _unbilled(_mine(db, caller, entry_id))


def _mine(db: Connection, caller: Caller, entry_id: int) -> Entry:
    entry = rows.get(db, workspace_id=caller.workspace_id, person_id=caller.person_id, entry_id=entry_id)
    if entry is None:
        raise UserError("This entry is no longer there. /track list shows what is.")
    return entry


def changeable(db: Connection, caller: Caller, entry_id: int) -> Entry:
    """One of the person's own entries that stands on no draft. Raises UserError."""
    people.lock(db, caller.person_id)
    return _unbilled(_mine(db, caller, entry_id))


def _unbilled(entry: Entry) -> Entry:
    if entry.draft_id is not None:
        raise UserError("This entry is on an invoice draft and cannot be changed any more.")
    return entry


def edit(
    bot: Bot,
    caller: Caller,
    entry_id: int,
    *,
    customer_id: int,
    project_id: int | None,
    service_id: int | None,
    note: str,
    times: EnteredTimes,
    billable: bool,
) -> Logged:
    """Change an own entry. Raises UserError and, for times that do not exist, NotUnderstood."""
    with bot.change(caller) as db:
        entry = changeable(db, caller, entry_id)
        entries.refuse_long_note(note)
        choice = catalog.chosen(db, caller, customer_id=customer_id, project_id=project_id, service_id=service_id)
        start, end = _edited_times(db, caller, entry, times)
        rows.change(
            db,
            entry_id,
            customer_id=choice.target.customer_id,
            project_id=choice.target.project_id,
            service_id=choice.service.id if choice.service else None,
            note=note,
            started_at=start,
            ended_at=end,
            seconds=None if end is None else tracking.whole_seconds(start, end),
            day=times.day,
            # A form that shows no end was opened while the timer ran; its person has not seen the guess yet.
            end_guessed=entry.end_guessed and entry.timed and times.end is None,
            billable=billable,
        )
        edited = _mine(db, caller, entry_id)
        if end is not None:
            entries.refuse_overfull_days(db, caller, edited)
        change_id = entries.record(db, caller, entry_id, "edit", before=entry, after=edited)
        return Logged(edited, entries.day_total(db, caller, times.day), change_id)


def _edited_times(
    db: Connection, caller: Caller, entry: Entry, times: EnteredTimes
) -> tuple[datetime, datetime | None]:
    if not entry.timed:
        return _edited_length(caller, entry, times)
    start = _entered_moment(caller, entry, entry.started_at, times.day, times.start, "start")
    if entry.ended_at is None:
        if start > caller.now:
            raise UserError("A timer cannot start in the future.", field="start")
        entries.refuse_overlap(db, caller, start, caller.now, besides=entry.id)
        return start, None
    end = _edited_end(caller, entry, entry.ended_at, start, times)
    if end > caller.now:
        raise UserError("Time can only be written down once it is over.", field="end")
    entries.refuse_overlap(db, caller, start, end, besides=entry.id)
    return start, end


def _edited_length(caller: Caller, entry: Entry, times: EnteredTimes) -> tuple[datetime, datetime | None]:
    """Where an entry without clock times stands now; an untouched length keeps its seconds."""
    is_untouched = times.duration == length_text(caller.reader, entry)
    if is_untouched and times.day == entry.day:
        return entry.started_at, entry.ended_at
    seconds = (entry.seconds or 0) if is_untouched else entries.entered_duration(times.duration or "")
    return entries.placed(caller, Duration(seconds, times.day), ZoneInfo(entry.zone))


def length_text(to: Reader, entry: Entry) -> str:
    """The length of an entry as its form shows it, in hours and whole minutes."""
    return to.length(entry.seconds or 0)


def _edited_end(caller: Caller, entry: Entry, was: datetime, start: datetime, times: EnteredTimes) -> datetime:
    local = was.astimezone(ZoneInfo(entry.zone))
    # No end: the form was opened while the timer still ran.
    is_untouched = times.end in (None, f"{local:%H:%M}")
    if is_untouched and start == entry.started_at:
        return was
    if times.end is None and was <= start:
        raise UserError("The timer was stopped meanwhile, before this time.", field="start")
    end = was if times.end is None else _entered_moment(caller, entry, was, times.day, times.end, "end")
    if end <= start:  # over midnight
        end = _entered_moment(caller, entry, was, times.day + timedelta(days=1), times.end, "end")
        if end - start > LONGEST_NIGHT and local.date() == entry.day:
            raise UserError("This is before the start. Over midnight, an entry has 12 hours at most.", field="end")
    return end


def _entered_moment(caller: Caller, entry: Entry, was: datetime, day: date, clock: str | None, field: str) -> datetime:
    """The moment of a day and an HH:MM where the entry was made; an untouched one keeps its seconds."""
    zone = ZoneInfo(entry.zone)
    local = was.astimezone(zone)
    if local.date() == day and f"{local:%H:%M}" == clock:
        return was
    return entries.entered_moment(caller, day, clock, zone, field)


def delete(bot: Bot, caller: Caller, entry_id: int) -> tuple[Entry, int]:
    """Delete an own entry; it and the change by which that can be undone. Raises UserError."""
    with bot.change(caller) as db:
        entry = changeable(db, caller, entry_id)
        rows.remove(db, entry_id)
        return entry, entries.record(db, caller, entry_id, "delete", before=entry)


def confirm_end(bot: Bot, caller: Caller, entry_id: int) -> Logged:
    """The person says that a guessed end is right; from now on the entry can be billed. Raises UserError."""
    with bot.change(caller) as db:
        entry = changeable(db, caller, entry_id)
        rows.change(db, entry_id, end_guessed=False)
        confirmed = entry._replace(end_guessed=False)
        change_id = entries.record(db, caller, entry_id, "confirm end", before=entry, after=confirmed)
        return Logged(confirmed, entries.day_total(db, caller, entry.day), change_id)


def undo(bot: Bot, caller: Caller, change_id: int) -> list[Entry]:
    """Take back all that one request of this person did; the entries as they are again. Raises UserError."""
    with bot.change(caller) as db:
        people.lock(db, caller.person_id)
        change = audit.get(db, caller.workspace_id, change_id)
        if change is None or change.subject != "entry" or change.person_id != caller.person_id:
            raise UserError("There is nothing to undo here.")
        if caller.now - change.at > UNDO_WITHIN:
            raise UserError("Only the last 15 minutes can be undone. Use Edit instead.")
        together = audit.of_request(db, caller.workspace_id, change.request)
        restored = [_take_back(db, caller, step) for step in together]
        return [entry for entry in restored if entry]


def _take_back(db: Connection, caller: Caller, step: audit.Change) -> Entry | None:
    entry_id = step.subject_id
    now = rows.get(db, workspace_id=caller.workspace_id, person_id=caller.person_id, entry_id=entry_id)
    if audit.snapshot(rows.columns(now) if now else None) != step.after:
        raise UserError("This entry was changed since then and can no longer be undone. Use Edit instead.")
    if now is not None:
        _unbilled(now)
    if step.before is None:
        rows.remove(db, entry_id)
        restored = None
    else:
        restored = _put_back(db, caller, entry_id, step.before)
    entries.record(db, caller, entry_id, f"undo {step.action}", before=now, after=restored)
    return restored


def _put_back(db: Connection, caller: Caller, entry_id: int, before: audit.Snapshot) -> Entry:
    """What an entry was is checked like a new one: its time may have been given to something else meanwhile."""
    running = rows.running(db, caller.person_id)
    if before["ended_at"] is None and running and running.id != entry_id:
        raise UserError("Your timer for {what} is running. Stop it first, then undo this.", what=entries.label(running))
    if catalog_rows.target(db, caller.workspace_id, before["customer_id"], before["project_id"]) is None:
        raise UserError("Its customer or project was archived or linked since then, so this cannot be undone.")
    rows.restore(db, before)
    entry = _mine(db, caller, entry_id)
    if entry.timed:
        entries.refuse_overlap(db, caller, entry.started_at, entry.ended_at or caller.now, besides=entry_id)
    entries.refuse_overfull_days(db, caller, entry)
    return entry

"""Correcting an entry: edit, delete, tag, note, confirm a guessed end."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.catalog import finding
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import FieldErrors, UserError
from bot.core.texts import Reader
from bot.grammar.flags import read_note
from bot.grammar.said import LONGEST_NIGHT
from bot.grammar.values import Duration, Note, Tag
from bot.tracking import budgets, entries, form_fields, questions, worked_days
from bot.tracking.entries import AgreedResolution, Written
from bot.tracking.form_fields import Hours
from bot.tracking.own_entries import changeable
from bot.tracking.rules import spans
from bot.tracking.rules.spans import Interval
from storage import tracking as tracking_rows
from storage.change import Change
from storage.tracking import Entry


@dataclass(frozen=True, slots=True)
class EnteredTimes:
    """The times of a form: clock times as HH:MM, or a duration as typed, on a local day."""

    day: date
    start: str | None
    end: str | None
    duration: str | None
    hours: Hours


@dataclass(frozen=True, slots=True)
class EditedEntry:
    """An entry as its form says that it is to be."""

    customer_id: int
    project_id: int | None
    service_id: int | None
    note: str
    tags: str
    times: EnteredTimes
    billable: bool
    private: bool = False


@dataclass(frozen=True, slots=True)
class ChangedEntries:
    """Entries as they are after one change, and the change by which it can be undone."""

    entries: tuple[Entry, ...]
    change_id: int


def as_opened(entry: Entry) -> str:
    """A digest of what a form shows of an entry, but its end: a timer may be stopped while its form is open."""
    shown = entry._replace(ended_at=None, seconds=None, end_guessed=False)
    return digest(tracking_rows.entry_columns(shown))


def edit(
    bot: Bot,
    caller: Caller,
    entry_id: int,
    wanted: EditedEntry,
    agreed: AgreedResolution | None = None,
    *,
    opened: str = "",
) -> Written:
    """Change an own entry. Raises Overlap where others have the time and do not give way, and other UserErrors."""
    with bot.change_time(caller) as change:
        entry = changeable(change, entry_id)
        if opened not in ("", as_opened(entry)):
            raise UserError("This entry was changed while the form was open. Close the form and open it again.")
        noted, wrong = read_note(wanted.note), FieldErrors()
        wrong.read(partial(entries.refuse_long_note, noted.text), None)
        tags = wrong.read(lambda: form_fields.entered_tags(wanted.tags), ())
        edited = wrong.read(lambda: _booked_on(change, entry, wanted), entry)
        times = wrong.read(lambda: _edited_times(caller, entry, wanted.times), entries.interval(entry))
        wrong.raise_any()
        room = _resolve_overlap(change, entry, times, agreed) if entry.timed else (times,)
        own, *further = reversed(room) if room[-1].end is None else room  # the row stays with the part that runs
        edited = edited._replace(
            note=noted.text,
            tags=" ".join(tags),
            started_at=own.start,
            ended_at=own.end,
            seconds=None if own.end is None else spans.whole_seconds(own.start, own.end),
            day=spans.local_day(own.start, ZoneInfo(entry.zone)) if entry.timed else wanted.times.day,
            # A form that shows no end was opened while the timer ran; its person has not seen the guess yet.
            end_guessed=entry.end_guessed and entry.timed and wanted.times.end is None,
            billable=wanted.billable if noted.billable is None else noted.billable,
            private=wanted.private or noted.private,
        )
        saved = tracking_rows.save_entry(change, entry, edited, "edit")
        added = [
            tracking_rows.add_entry(change, entries.resized(edited, part)._replace(created_at=caller.now), "edit").entry
            for part in further
        ]
        if own.end is not None:
            entries.refuse_overfull_days(change, edited)
        day_seconds = worked_days.day_total(change.db, caller, edited.day)
        explains_notes = edited.note != entry.note and entries.explain_notes(change, edited)
        used = budgets.recorded(change, edited, *added)
        return Written(edited, day_seconds, saved.change_id, tuple(added), explains_notes=explains_notes, used=used)


def _booked_on(change: Change[Caller], entry: Entry, wanted: EditedEntry) -> Entry:
    """The entry on another project or service. Raises UserError unless that is still there."""
    ids = wanted.customer_id, wanted.project_id, wanted.service_id
    if ids == (entry.customer_id, entry.project_id, entry.service_id):
        return entry
    customer_id, project_id, service_id = ids
    choice = finding.choice_of_ids(change, customer_id=customer_id, project_id=project_id, service_id=service_id)
    return entries.booked_on(entry, choice)


def _edited_times(caller: Caller, entry: Entry, times: EnteredTimes) -> Interval:
    """When the entry was worked by its form, whoever else has that time."""
    if not entry.timed:
        return Interval(*_edited_length(caller, entry, times))
    start = edited_moment(caller, entry, entry.started_at, times.day, times.start, "start", times.hours)
    if entry.ended_at is None:
        if start > caller.now:
            raise UserError("A timer cannot start in the future.", field="start")
        return Interval(start, None)
    end = _edited_end(caller, entry, entry.ended_at, start, times)
    if end > caller.now:
        raise UserError("Time can only be written down once it is over.", field="end")
    return Interval(start, end)


def _resolve_overlap(
    change: Change[Caller], entry: Entry, wanted: Interval, agreed: AgreedResolution | None
) -> tuple[Interval, ...]:
    """When it is worked then, in parts where it gives way. Times that were not touched may overlap: so it was meant."""
    if wanted == entries.interval(entry):
        return (wanted,)
    others = entries.overlapping(change.db, change.by, wanted, besides=entry.id)
    return entries.resolve_overlap(change, [wanted], others, agreed)


def _edited_length(caller: Caller, entry: Entry, times: EnteredTimes) -> tuple[datetime, datetime | None]:
    """Where an entry without clock times stands now; an untouched length keeps its seconds."""
    is_untouched = times.duration == length_text(caller.reader, entry)
    if is_untouched and times.day == entry.day:
        return entry.started_at, entry.ended_at
    seconds = (entry.seconds or 0) if is_untouched else form_fields.entered_duration(caller, times.duration or "")
    return entries.placed(caller, Duration(seconds, times.day), ZoneInfo(entry.zone))


def length_text(to: Reader, entry: Entry) -> str:
    """The length of an entry as its form shows it, in hours and whole minutes."""
    return to.length(entry.seconds or 0)


def _edited_end(caller: Caller, entry: Entry, was: datetime, start: datetime, times: EnteredTimes) -> datetime:
    zone = ZoneInfo(entry.zone)
    local = was.astimezone(zone)
    # No end: the form was opened while the timer still ran.
    is_untouched = times.end is None or form_fields.is_as_shown(
        was, local.date(), times.end, zone, is_first=times.hours.get("end")
    )
    if is_untouched and start == entry.started_at:
        return was
    if times.end is None and was <= start:
        raise UserError("The timer was stopped meanwhile, before this time.", field="start")
    end = was if times.end is None else edited_moment(caller, entry, was, times.day, times.end, "end", times.hours)
    if end <= start:  # over midnight
        end = edited_moment(caller, entry, was, times.day + timedelta(days=1), times.end, "end", times.hours)
        if end - start > LONGEST_NIGHT and local.date() == entry.day:
            raise UserError("This is before the start. Over midnight, an entry has 12 hours at most.", field="end")
    return end


def edited_moment(
    caller: Caller, entry: Entry, was: datetime, day: date, clock: str | None, field: str, hours: Hours
) -> datetime:
    """The moment of a day and an HH:MM where the entry was made; an untouched one keeps its seconds."""
    zone, is_first = ZoneInfo(entry.zone), hours.get(field)
    if form_fields.is_as_shown(was, day, clock, zone, is_first=is_first):
        return was
    return form_fields.entered_moment(caller, day, clock, zone, field, is_first=is_first)


def delete(bot: Bot, caller: Caller, entry_id: int) -> tuple[Entry, int]:
    """Delete an own entry; it and the change by which that can be undone. Raises UserError."""
    with bot.change_time(caller) as change:
        deleted = tracking_rows.delete_entry(change, changeable(change, entry_id), "delete")
        return deleted.entry, deleted.change_id


def confirm_end(bot: Bot, caller: Caller, entry_id: int, seen: datetime | None) -> Written:
    """The person says that the guess they saw is right; from now on the entry can be billed. Raises UserError."""
    with bot.change_time(caller) as change:
        return confirm_now(change, entry_id, seen)


def confirm_now(change: Change[Caller], entry_id: int, seen: datetime | None) -> Written:
    """The same as a part of something else. Raises UserError."""
    entry, _ = _guessed(change, entry_id, seen)
    return _saved(change, entry, entry._replace(end_guessed=False), "confirm end")


def correct_end_now(
    change: Change[Caller], entry_id: int, seen: datetime | None, clock: str | None, hours: Hours
) -> Written:
    """The guess was wrong, and this is the end; one that was left as it was is right. Raises UserError at `end`."""
    entry, guess = _guessed(change, entry_id, seen)
    if clock is None:
        raise UserError("Choose when it ended.", field="end")
    times = EnteredTimes(entry.day, None, clock, None, hours)
    end = _edited_end(change.by, entry, guess, entry.started_at, times)
    if end == guess:
        return _saved(change, entry, entry._replace(end_guessed=False), "confirm end")
    if end > change.by.now:
        raise UserError("Time can only be written down once it is over.", field="end")
    try:
        _resolve_overlap(change, entry, Interval(entry.started_at, end), None)
    except UserError as error:
        error.field = error.field or "end"
        raise
    seconds = spans.whole_seconds(entry.started_at, end)
    edited = entry._replace(ended_at=end, seconds=seconds, end_guessed=False)
    written = _saved(change, entry, edited, "edit")
    entries.refuse_overfull_days(change, edited)
    return written


def _guessed(change: Change[Caller], entry_id: int, seen: datetime | None) -> tuple[Entry, datetime]:
    entry = changeable(change, entry_id)
    if entry.ended_at is None:
        raise UserError("The end was already taken back: this timer runs again.")
    if not entry.end_guessed or (seen is not None and entry.ended_at != seen):
        raise UserError("This end was confirmed or corrected already. /track list shows how it is now.")
    return entry, entry.ended_at


def change(bot: Bot, caller: Caller, entry_id: int, typed: Tag | Note) -> Written:
    """Tag an own entry, or add a line to its note; an empty text takes the note away. Raises UserError."""
    with bot.change_time(caller) as change:
        return _carry_out(change, changeable(change, entry_id), typed)


def _carry_out(change: Change[Caller], entry: Entry, typed: Tag | Note) -> Written:
    if isinstance(typed, Tag):
        tags = entries.tagged(entry.tags, typed.add, typed.remove)
        if tags == entry.tags:
            raise UserError("The tags of {what} are like that already.", what=entries.label(entry))
        return _saved(change, entry, entry._replace(tags=tags), "tag")
    note = "" if typed.takes_away else "\n".join(filter(None, (entry.note, typed.text)))
    entries.refuse_long_note(note)
    if typed.private and not note:
        raise UserError("{what} has no note yet that could be kept from the customer.", what=entries.label(entry))
    private = bool(note) and (entry.private or typed.private)
    billable = entry.billable if typed.billable is None else typed.billable
    noted = _saved(change, entry, entry._replace(note=note, private=private, billable=billable), "note")
    return replace(noted, explains_notes=entries.explain_notes(change, noted.entry))


def _saved(change: Change[Caller], before: Entry, after: Entry, action: str) -> Written:
    saved = tracking_rows.save_entry(change, before, after, action)
    budgets.recorded(change, after)
    return Written(after, worked_days.day_total(change.db, change.by, after.day), saved.change_id)


def ask(bot: Bot, caller: Caller, typed: Tag | Note) -> int:
    """Keep what was typed until its person chose an entry; the question's id."""
    with bot.change(caller) as change:
        return questions.ask_which_entry(change, typed)


def answer(bot: Bot, caller: Caller, question_id: int, entry_id: int) -> Written:
    """Do to the chosen entry what was typed then. Raises UserError."""
    with bot.change_time(caller) as change:
        entry = changeable(change, entry_id)
        return _carry_out(change, entry, questions.settle_correction(change, question_id))

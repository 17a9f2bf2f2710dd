"""Time entries: write, make room, and what every change to one has in common."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.catalog.rules.names import Choice
from bot.core.caller import NO_SOURCE, Caller, Source
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.core.texts import Reader
from bot.grammar.values import MOST_TAGS, Duration, Log, Span, Start
from bot.tracking import budgets
from bot.tracking.budgets import UsedHours
from bot.tracking.rules import spans
from bot.tracking.rules.settled import Settled
from bot.tracking.rules.spans import Interval, Resolution
from bot.tracking.worked_days import day_total
from storage import people as people_rows
from storage import spans as span_rows
from storage import tracking as tracking_rows
from storage.change import Change
from storage.tracking import NOT_SAVED, Entry

LONGEST_NOTE = 3000


@dataclass(frozen=True, slots=True)
class Written:
    """An entry after one change, what its day adds up to, and the change by which that can be undone."""

    entry: Entry
    day_seconds: int
    change_id: int
    further: tuple[Entry, ...] = ()
    """Other stretches of the same work, written by the same change."""
    explains_notes: bool = False
    """Whether its writer is to be told now that the customer reads the note; that is said once."""
    used: UsedHours | None = None
    """What is used up of the project's budget, where it is to be said."""


@dataclass(frozen=True, slots=True)
class AgreedResolution:
    """How the entries that the person saw to be in the way give way; `seen` is what `Overlap.seen` told them."""

    resolution: Resolution
    seen: str


class Overlap(UserError):
    """The time is taken already: nobody works on two things at once, unless the workspace allows it."""

    def __init__(self, caller: Caller, wanted: Sequence[Interval], others: Sequence[Entry]) -> None:
        """`others` have some of the time that is `wanted`; both the first first, one at least."""
        self.wanted = tuple(wanted)
        self.others = tuple(others)
        self.billed = tuple(other for other in others if other.is_held)
        """What is on an invoice draft stays as it is."""
        plainly = _overlaps_with((self.billed or self.others)[0], caller.reader)
        super().__init__(plainly.message, **plainly.values)
        taken = [interval(other) for other in others]
        self.free = spans.free_parts(self.wanted, taken)
        """What is left for the new entry where it gives way itself."""
        would_both_run = self.wanted[-1].end is None and any(other.end is None for other in taken)
        can_stay = caller.person.overlaps_allowed and not would_both_run
        has_room = bool(self.free) and all((part.end or part.start) <= caller.now for part in self.free)
        # Who gives way to several stretches is not asked: each could mean something else.
        can_go = len(self.wanted) == 1 and not self.billed
        self.resolutions: tuple[Resolution, ...] = (
            *(spans.possible_resolutions(taken, self.wanted[0]) if can_go else ()),
            *((Resolution.FIT,) if has_room else ()),
            *((Resolution.KEEP,) if can_stay else ()),
        )
        """How there could be room."""

    @property
    def seen(self) -> str:
        """A digest of the entries in the way: it differs as soon as they are not those that the person sees now."""
        return digest([(other.id, other.started_at, other.ended_at) for other in self.others])


def _overlaps_with(other: Entry, reader: Reader) -> UserError:
    values: dict[str, Any] = {
        "what": label(other),
        "start": reader.clock(other.started_at),
        "end": reader.clock(other.ended_at) if other.ended_at else reader.t("now"),
    }
    if other.draft_number:
        return UserError(
            "This overlaps with {what}, {start}–{end}, which the invoice {invoice} holds. Choose other times.",
            invoice=other.draft.said(reader),
            **values,
        )
    if other.settled == Settled.ELSEWHERE:
        return UserError(
            "This overlaps with {what}, {start}–{end}, which is billed elsewhere. Choose other times.", **values
        )
    if other.is_held:
        return UserError(
            "This overlaps with {what}, {start}–{end}, which the draft “{draft}” holds. Choose other times.",
            draft=other.draft.said(reader),
            **values,
        )
    return UserError(
        "This overlaps with {what}, {start}–{end}. Choose other times or edit that entry with /track list.", **values
    )


@dataclass(frozen=True, slots=True)
class WorkedTime:
    """When a new entry was worked; without an end it runs."""

    interval: Interval
    day: date
    timed: bool
    """False: only the length was said, and the interval is where it stands in the day."""

    @property
    def seconds(self) -> int:
        """How long; nothing while it runs."""
        start, end = self.interval.start, self.interval.end
        return spans.whole_seconds(start, end) if end else 0


def write(
    change: Change[Caller],
    typed: Log,
    choice: Choice,
    source: Source = NO_SOURCE,
    agreed: AgreedResolution | None = None,
) -> Written:
    """Write an entry for each stretch, all or none. Raises Overlap, before any change, and other UserErrors."""
    caller = change.by
    stretches = worked_times(caller, typed)
    timed = [worked.interval for worked in stretches if worked.timed]
    others = {entry.id: entry for taken in timed for entry in overlapping(change.db, caller, taken)}
    room = resolve_overlap(change, timed, [*others.values()], agreed)
    if room != tuple(timed):
        stretches = [*(worked for worked in stretches if not worked.timed), *(_timed(caller, part) for part in room)]
    return add(change, typed, choice, source, stretches)


def add(
    change: Change[Caller], typed: Start | Log, choice: Choice, source: Source, stretches: Sequence[WorkedTime]
) -> Written:
    """Write an entry for each of these stretches, for which there is room. Raises UserError."""
    caller = change.by
    saved = [
        tracking_rows.add_entry(change, new_entry(caller, typed, choice, worked, source), "log") for worked in stretches
    ]
    for each in saved:
        refuse_overfull_days(change, each.entry)
    first, *further = (each.entry for each in saved)
    total = day_total(change.db, caller, first.day)
    used = budgets.recorded(change, first, *further)
    return Written(
        first, total, saved[0].change_id, tuple(further), explains_notes=explain_notes(change, first), used=used
    )


def explain_notes(change: Change[Caller], entry: Entry) -> bool:
    """Whether the entry has the first note of its writer that a customer will read; true once for each person."""
    reads = entry.note and entry.billable and not entry.private and not change.by.person.knows_who_reads_notes
    return bool(reads) and people_rows.tell_who_reads_notes(change.db, change.by.person_id)


def worked_times(caller: Caller, typed: Log) -> list[WorkedTime]:
    """When each stretch was worked. Raises UserError when a day has not so many hours."""
    return [_worked_time(caller, stretch) for stretch in typed.worked]


def worked_seconds_on(worked: WorkedTime, day: date, zone: ZoneInfo) -> int:
    """How much of a stretch that is over falls on a day."""
    if not worked.timed:
        return worked.seconds if worked.day == day else 0
    return spans.seconds_on(day, zone, worked.interval.start, worked.interval.end or worked.interval.start)


def _worked_time(caller: Caller, worked: Duration | Span) -> WorkedTime:
    if isinstance(worked, Span):
        return _timed(caller, Interval(worked.start, worked.end))
    return WorkedTime(Interval(*placed(caller, worked, caller.reader.zone)), worked.day, timed=False)


def _timed(caller: Caller, worked: Interval) -> WorkedTime:
    return WorkedTime(worked, spans.local_day(worked.start, caller.reader.zone), timed=True)


def placed(caller: Caller, worked: Duration, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Where a length without clock times stands in its day. Raises UserError when the day has not so many hours."""
    span = spans.placed(worked.seconds, worked.day, zone, now=caller.now)
    if span is None:
        raise UserError(
            "{length} do not fit into {day}: it has not had so many hours yet. Say the day, for example yesterday.",
            field="duration",
            length=caller.reader.duration(worked.seconds),
            day=caller.reader.day(worked.day, today=caller.today),
        )
    return span


def refuse_overfull_days(change: Change[Caller], entry: Entry) -> None:
    """Raises UserError, which takes the change back, when a day of this entry now holds more hours than it has."""
    zone = ZoneInfo(entry.zone)
    last = spans.local_day(entry.ended_at, zone) if entry.timed and entry.ended_at else entry.day
    for day in sorted({entry.day, last}):
        if day_total(change.db, change.by, day) > spans.whole_seconds(*spans.day_span(day, zone)):
            raise UserError("With this, {day} would hold more hours than it has.", day=change.by.reader.weekday(day))


def interval(entry: Entry) -> Interval:
    """When an entry was worked."""
    return Interval(entry.started_at, entry.ended_at)


def refuse_overlap(change: Change[Caller], taken: Interval, *, besides: int = 0) -> None:
    """Raises Overlap when timed entries `besides` this one share a moment with what is taken."""
    others = overlapping(change.db, change.by, taken, besides=besides)
    if others:
        raise Overlap(change.by, [taken], others)


def overlapping(db: Connection, caller: Caller, taken: Interval, *, besides: int = 0) -> list[Entry]:
    """The person's timed entries `besides` this one that share a moment with what is taken until now, by start."""
    until = taken.end or caller.now
    return span_rows.overlapping_entries(db, caller.person_id, since=taken.start, until=until, besides=besides)


def resolve_overlap(
    change: Change[Caller], wanted: Sequence[Interval], others: Sequence[Entry], agreed: AgreedResolution | None
) -> tuple[Interval, ...]:
    """Make room: the `others` that share a moment with what is `wanted` give way as the person agreed, or that does.

    Answers what there is room for now. Raises Overlap, before anything is changed, when the person agreed to nothing
    yet, or saw other entries.
    """
    if not others:
        return tuple(wanted)
    overlap = Overlap(change.by, wanted, others)
    if agreed is None or agreed.seen != overlap.seen or agreed.resolution not in overlap.resolutions:
        raise overlap
    if agreed.resolution is Resolution.FIT:
        return overlap.free
    for other in others:
        _give_way(change, other, spans.remaining_parts(interval(other), overlap.wanted[0], agreed.resolution))
    return overlap.wanted


def _give_way(change: Change[Caller], entry: Entry, parts: Sequence[Interval]) -> None:
    """Leave these parts of an entry. The row stays with the part that runs, else with the first."""
    if parts == (interval(entry),):
        return
    if not parts:
        tracking_rows.delete_entry(change, entry, "make room")
        return
    first, *rest = reversed(parts) if entry.ended_at is None else parts
    tracking_rows.save_entry(change, entry, resized(entry, first), "make room")
    for part in rest:
        tracking_rows.add_entry(change, resized(entry, part)._replace(created_at=change.by.now), "make room")


def resized(entry: Entry, to: Interval) -> Entry:
    """The entry with this time instead; an end that the person moved is no guess."""
    return entry._replace(
        started_at=to.start,
        ended_at=to.end,
        seconds=spans.whole_seconds(to.start, to.end) if to.end else None,
        day=spans.local_day(to.start, ZoneInfo(entry.zone)),
        end_guessed=entry.end_guessed and to.end == entry.ended_at,
    )


def booked_on(entry: Entry, choice: Choice) -> Entry:
    """The entry on this project and service instead."""
    target, service = choice.target, choice.service
    return entry._replace(
        customer_id=target.customer_id,
        project_id=target.project_id,
        service_id=service.id if service else None,
        customer=target.customer,
        project=target.project,
        service=service.name if service else None,
    )


def new_entry(
    caller: Caller, typed: Start | Log, choice: Choice, worked: WorkedTime, source: Source = NO_SOURCE
) -> Entry:
    """An entry of this person that is not saved yet. Raises UserError."""
    refuse_long_note(typed.note)
    target, service = choice.target, choice.service
    start, end = worked.interval.start, worked.interval.end
    source = caller.source if source == NO_SOURCE else source
    return Entry(
        id=NOT_SAVED,
        workspace_id=caller.workspace_id,
        person_id=caller.person_id,
        customer_id=target.customer_id,
        project_id=target.project_id,
        service_id=service.id if service else None,
        customer=target.customer,
        project=target.project,
        service=service.name if service else None,
        note=typed.note,
        started_at=start,
        ended_at=end,
        seconds=None if end is None else spans.whole_seconds(start, end),
        day=worked.day,
        zone=caller.reader.zone.key,
        timed=worked.timed,
        end_guessed=False,
        billable=choice.billable if typed.billable is None else typed.billable,
        tags=" ".join(typed.tags),
        source_text=source.text,
        source_link=source.link,
        created_at=caller.now,
        private=typed.private,
    )


def tagged(tags: str, added: Iterable[str], removed: Container[str] = ()) -> str:
    """The tags of an entry with further ones, each once, and without others. Raises UserError."""
    together = [tag for tag in dict.fromkeys((*tags.split(), *added)) if tag not in removed]
    if len(together) > MOST_TAGS:
        raise UserError("An entry has {most} tags at most.", field="tags", most=MOST_TAGS)
    return " ".join(together)


def refuse_long_note(note: str) -> None:
    """Raises UserError for a note that would not fit into the form in which it is edited."""
    if len(note) > LONGEST_NOTE:
        raise UserError("A note has {most} characters at most.", field="note", most=LONGEST_NOTE)


def label(entry: Entry) -> str:
    """Customer › project · service."""
    where = project_label(entry)
    return f"{where} · {entry.service}" if entry.service else where


def project_label(entry: Entry) -> str:
    """Customer › project."""
    return f"{entry.customer} › {entry.project}" if entry.project else entry.customer

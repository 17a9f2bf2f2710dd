"""Time entries: log, list, totals, and what every change to one has in common."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import catalog, channels
from bot.context import Bot
from bot.errors import UserError
from bot.people import Caller
from bot.rules import tracking
from bot.rules.grammar import (
    MOST_TAGS,
    Duration,
    Log,
    NotUnderstood,
    Reason,
    Span,
    Start,
    local_moment,
    parse_duration,
)
from bot.rules.names import Choice, Found, Target
from storage import audit, entries, people
from storage import catalog as catalog_rows
from storage.entries import Entry, Stretch

RECENT = timedelta(days=30)
LONGEST_NOTE = 3000
_TAG_GAP = re.compile(r"[\s,;]+")
_TAG = re.compile(r"(?=[\w-]{2,40}\Z)[\w-]*[^\W\d_][\w-]*")  # as the grammar reads them


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry that was written, what its day adds up to, and the change by which it can be undone."""

    entry: Entry
    day_seconds: int
    change_id: int


@dataclass(frozen=True, slots=True)
class Source:
    """The message that time was tracked on, and its permalink: for the person's own eyes."""

    text: str = ""
    link: str = ""


NO_SOURCE = Source()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question back: what was typed is kept under `question_id` until the person chose."""

    question_id: int
    typed: tuple[str, ...]
    found: Found


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a person: the parts of entries that fall on it."""

    day: date
    entries: tuple[Entry, ...]
    seconds: int


def log(bot: Bot, caller: Caller, typed: Log) -> Logged | Asked:
    """Write down time that was worked, or ask what is meant. Raises UserError."""
    found = channels.found(bot, caller, typed.words)
    with bot.change(caller) as db:
        if found.clear is None:
            return ask(db, caller, typed, found)
        return write(db, caller, typed, catalog.still_there(db, caller, found.clear))


def write(db: Connection, caller: Caller, typed: Log, choice: Choice, source: Source = NO_SOURCE) -> Logged:
    """Write the entry in the caller's transaction. Raises UserError."""
    people.lock(db, caller.person_id)
    worked = typed.worked
    if isinstance(worked, Span):
        start, end, timed = worked.start, worked.end, True
        refuse_overlap(db, caller, start, end)
    else:
        start, end = placed(caller, worked, caller.reader.zone)
        timed = False
    day = worked.day if isinstance(worked, Duration) else tracking.local_day(start, caller.reader.zone)
    entry = insert(db, caller, choice, note=typed.note, start=start, end=end, day=day, timed=timed, source=source)
    refuse_overfull_days(db, caller, entry)
    change_id = record(db, caller, entry.id, "log", after=entry)
    return Logged(entry, day_total(db, caller, day), change_id)


def placed(caller: Caller, worked: Duration, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Where a length without clock times stands in its day. Raises UserError when the day has not so many hours."""
    span = tracking.placed(worked.seconds, worked.day, zone, now=caller.now)
    if span is None:
        raise UserError(
            "{length} do not fit into {day}: it has not had so many hours yet. Say the day, for example yesterday.",
            field="duration",
            length=caller.reader.duration(worked.seconds),
            day=caller.reader.day(worked.day, today=caller.today),
        )
    return span


def refuse_overfull_days(db: Connection, caller: Caller, entry: Entry) -> None:
    """Raises UserError, which takes the change back, when a day of this entry now holds more hours than it has."""
    zone = ZoneInfo(entry.zone)
    last = tracking.local_day(entry.ended_at, zone) if entry.timed and entry.ended_at else entry.day
    for day in sorted({entry.day, last}):
        if day_total(db, caller, day) > tracking.whole_seconds(*tracking.day_span(day, zone)):
            raise UserError("With this, {day} would hold more hours than it has.", day=caller.reader.weekday(day))


def refuse_overlap(db: Connection, caller: Caller, start: datetime, end: datetime, *, besides: int = 0) -> None:
    """Nobody works on two things at once. Raises UserError that names the other entry."""
    other = entries.overlapping(
        db, caller.person_id, since=start, until=end, earliest=start - tracking.LONGEST_ENTRY, besides=besides
    )
    if other:
        reader = caller.reader
        until = reader.clock(other.ended_at) if other.ended_at else reader.t("now")
        raise UserError(
            "This overlaps with {what}, {start}–{end}. Choose other times or edit that entry with /track list.",
            what=label(other),
            start=reader.clock(other.started_at),
            end=until,
        )


def ask(db: Connection, caller: Caller, typed: Start | Log, found: Found) -> Asked:
    """Keep what was typed and offer what it may mean; without any words, what was worked on last."""
    if not typed.words:
        recent = entries.recent(db, caller.person_id, since=caller.now - RECENT, most=5)
        targets = (catalog_rows.target(db, caller.workspace_id, *what) for what in recent)
        found = Found(choices=tuple(Choice(Target(*target)) for target in targets if target))
    question_id = entries.ask(db, caller.workspace_id, caller.person_id, at=caller.now, command=_packed(typed))
    return Asked(question_id, typed.words, found)


def question(db: Connection, caller: Caller, question_id: int) -> Start | Log:
    """What the person typed then; it is settled by this. Raises UserError when it was before, or has expired."""
    command = entries.take_question(db, person_id=caller.person_id, question_id=question_id)
    if command is None or "words" not in command:
        raise UserError("This choice was made already or is too old. Please type the command again.")
    return _unpacked(command)


def insert(
    db: Connection,
    caller: Caller,
    choice: Choice,
    *,
    note: str,
    start: datetime,
    end: datetime | None,
    day: date,
    timed: bool,
    source: Source,
) -> Entry:
    """A new row for this person; without an end it is the running timer."""
    refuse_long_note(note)
    target, service = choice.target, choice.service
    values: dict[str, Any] = {
        "workspace_id": caller.workspace_id,
        "person_id": caller.person_id,
        "customer_id": target.customer_id,
        "project_id": target.project_id,
        "service_id": service.id if service else None,
        "note": note,
        "started_at": start,
        "ended_at": end,
        "seconds": None if end is None else tracking.whole_seconds(start, end),
        "day": day,
        "zone": caller.reader.zone.key,
        "timed": timed,
        "end_guessed": False,
        "billable": True,
        "tags": "",
        "source_text": source.text,
        "source_link": source.link,
        "created_at": caller.now,
    }
    return Entry(
        id=entries.add(db, **values),
        customer=target.customer,
        project=target.project,
        service=service.name if service else None,
        draft_id=None,
        **values,
    )


def refuse_long_note(note: str) -> None:
    """Raises UserError for a note that would not fit into the form in which it is edited."""
    if len(note) > LONGEST_NOTE:
        raise UserError("A note has {most} characters at most.", field="note", most=LONGEST_NOTE)


def record(
    db: Connection,
    caller: Caller,
    entry_id: int,
    action: str,
    *,
    before: Entry | None = None,
    after: Entry | None = None,
    why: str = "",
) -> int:
    """The audit row of a change to an entry; the id by which it can be undone."""
    return audit.record(
        db,
        caller.workspace_id,
        "entry",
        entry_id,
        action,
        by=caller.person_id,
        at=caller.now,
        before=entries.columns(before) if before else None,
        after=entries.columns(after) if after else None,
        why=why,
        request=caller.request,
    )


def day_total(db: Connection, caller: Caller, day: date) -> int:
    """Seconds worked on one of the person's days, a running timer included.

    The database adds up what lies wholly within the day, which is nearly all; only the rest is cut to size here.
    """
    zone = caller.reader.zone
    begins, ends = tracking.day_span(day, zone)
    since, until = _anywhere(day)
    whole, others = entries.of_day(
        db,
        caller.person_id,
        day=day,
        zone=zone.key,
        begins=begins,
        ends=ends,
        earliest=since - tracking.LONGEST_ENTRY,
        latest=until,
    )
    return whole + sum(
        tracking.seconds_on(day, ZoneInfo(other.zone), other.started_at, _until(other, caller.now)) for other in others
    )


def list_days(bot: Bot, caller: Caller, first: date, last: date) -> list[Day]:
    """The person's days that hold anything, the first first.

    Each entry counts on the days of the zone in which it was made: who moves keeps the days of the past.
    """
    (since, _), (_, until) = _anywhere(first), _anywhere(last)
    with bot.database.read() as db:
        found = entries.within(db, caller.person_id, since=since, until=until, earliest=since - tracking.LONGEST_ENTRY)
    parts: dict[date, list[tuple[Entry, int]]] = defaultdict(list)
    for entry in found:
        for day in _days_of(entry, caller.now):
            seconds = seconds_on(entry, day, now=caller.now)
            if seconds or day == entry.day:
                parts[day].append((entry, seconds))
    return [
        Day(day, tuple(entry for entry, _ in parts[day]), sum(seconds for _, seconds in parts[day]))
        for day in sorted(parts)
        if first <= day <= last
    ]


def _days_of(entry: Entry, now: datetime) -> Iterator[date]:
    """The days that an entry may fall on, where it was made."""
    last = tracking.local_day(_until(entry, now), ZoneInfo(entry.zone)) if entry.timed else entry.day
    return (entry.day + timedelta(days=n) for n in range((last - entry.day).days + 1))


def _anywhere(day: date) -> tuple[datetime, datetime]:
    """[since, until) in which it is this day somewhere on earth."""
    begins, ends = tracking.day_span(day, ZoneInfo("UTC"))
    margin = timedelta(hours=14)  # the widest offset of a zone
    return begins - margin, ends + margin


def _until(entry: Entry | Stretch, now: datetime) -> datetime:
    return entry.ended_at or max(now, entry.started_at)


def seconds_on(entry: Entry, day: date, *, now: datetime) -> int:
    """How much of an entry falls on a day where it was made."""
    if not entry.timed:
        return (entry.seconds or 0) if entry.day == day else 0
    return tracking.seconds_on(day, ZoneInfo(entry.zone), entry.started_at, _until(entry, now))


def entered_moment(caller: Caller, day: date, clock: str | None, zone: ZoneInfo, field: str) -> datetime:
    """The moment of a day and an HH:MM that stands in a form. Raises UserError, to be shown at `field`."""
    if clock is None:
        raise UserError("Please fill in a time.", field=field)
    try:
        return local_moment(day, time.fromisoformat(clock), zone=zone, now=caller.now)
    except NotUnderstood as error:
        if error.reason is Reason.SKIPPED_HOUR:
            raise UserError("This time did not exist: the clocks went forward that night.", field=field) from error
        raise UserError(
            "This time came twice: the clocks went back that night. Choose one before or after.", field=field
        ) from error


def entered_duration(text: str) -> int:
    """Seconds of what stands in a form's field "duration". Raises UserError."""
    try:
        return parse_duration(text)
    except NotUnderstood as error:
        raise UserError("Type a duration like 1:30, 1.5 or 90m, at most 24 hours.", field="duration") from error


def entered_tags(text: str) -> tuple[str, ...]:
    """The tags in a form's field "tags", with or without #, between spaces or commas. Raises UserError."""
    words = _TAG_GAP.split(unicodedata.normalize("NFC", text.casefold()))
    tags = dict.fromkeys(filter(None, (word.removeprefix("#") for word in words)))
    wrong = next((tag for tag in tags if not _TAG.fullmatch(tag)), None)
    if wrong is not None:
        raise UserError("“{tag}” is no tag. Use 2 to 40 letters, digits, - or _.", field="tags", tag=wrong[:60])
    if len(tags) > MOST_TAGS:
        raise UserError("An entry has {most} tags at most.", field="tags", most=MOST_TAGS)
    return tuple(tags)


def label(entry: Entry) -> str:
    """Customer › project · service."""
    where = project_label(entry)
    return f"{where} · {entry.service}" if entry.service else where


def project_label(entry: Entry) -> str:
    """Customer › project."""
    return f"{entry.customer} › {entry.project}" if entry.project else entry.customer


def _packed(typed: Start | Log) -> dict[str, Any]:
    packed: dict[str, Any] = {"words": list(typed.words), "note": typed.note}
    if isinstance(typed, Start):
        return packed | {"start": typed.at.isoformat() if typed.at else None}
    if isinstance(typed.worked, Span):
        return packed | {"span": [typed.worked.start.isoformat(), typed.worked.end.isoformat()]}
    return packed | {"seconds": typed.worked.seconds, "day": typed.worked.day.isoformat()}


def _unpacked(packed: dict[str, Any]) -> Start | Log:
    words, note = tuple(packed["words"]), packed["note"]
    if "start" in packed:
        return Start(words, note, datetime.fromisoformat(packed["start"]) if packed["start"] else None)
    if "span" in packed:
        start, end = (datetime.fromisoformat(moment) for moment in packed["span"])
        return Log(words, note, Span(start, end))
    return Log(words, note, Duration(packed["seconds"], date.fromisoformat(packed["day"])))

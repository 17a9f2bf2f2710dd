"""Timers: start, stop, status; what is started while another one runs stops that one at the same second."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot import catalog, channels, corrections, entries
from bot.catalog import Created, New
from bot.context import Bot
from bot.entries import NO_SOURCE, Asked, Logged, Source
from bot.errors import UserError
from bot.people import Caller
from bot.rules import tracking
from bot.rules.grammar import Log, Start, Stop
from bot.rules.names import Choice
from storage import audit, people
from storage import entries as rows
from storage.entries import Entry


@dataclass(frozen=True, slots=True)
class Started:
    """A timer that runs, what it stopped, and what the day adds up to."""

    entry: Entry
    stopped: Entry | None
    day_seconds: int
    change_id: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A timer that ended."""

    entry: Entry
    day_seconds: int
    change_id: int


@dataclass(frozen=True, slots=True)
class Status:
    """What runs, and today's total."""

    running: Entry | None
    day_seconds: int


def start(bot: Bot, caller: Caller, typed: Start) -> Started | Asked:
    """Start a timer, or ask what is meant. Raises UserError."""
    found = channels.found(bot, caller, typed.words)
    with bot.change(caller) as db:
        if found.clear is None:
            return entries.ask(db, caller, typed, found)
        return run(db, caller, typed, catalog.still_there(db, caller, found.clear))


def run(db: Connection, caller: Caller, typed: Start, choice: Choice, source: Source = NO_SOURCE) -> Started:
    """Start the timer in the caller's transaction. Raises UserError."""
    people.lock(db, caller.person_id)
    running_until_now = rows.running(db, caller.person_id)
    at = _moment(caller, typed.at, running_until_now)
    stopped = _stop_running(db, caller, running_until_now, at)
    if typed.at is not None:
        entries.refuse_overlap(db, caller, at, caller.now)
    try:
        running = entries.insert(
            db,
            caller,
            choice,
            note=typed.note,
            start=at,
            end=None,
            day=tracking.local_day(at, caller.reader.zone),
            timed=True,
            source=source,
        )
    except IntegrityError:
        # The row lock makes this impossible while everybody takes it; the constraint keeps it so.
        raise UserError("Another timer was started at this very moment. /track status shows it.") from None
    change_id = entries.record(db, caller, running.id, "start", after=running)
    return Started(running, stopped, entries.day_total(db, caller, caller.today), change_id)


def stop(bot: Bot, caller: Caller, typed: Stop) -> Stopped:
    """Stop the running timer. Raises UserError when none runs or the time does not fit."""
    with bot.change(caller) as db:
        people.lock(db, caller.person_id)
        running = rows.running(db, caller.person_id)
        if running is None:
            raise UserError(
                "No timer is running. Start one with /track start, or write down what you did with /track log."
            )
        return _stopped(db, caller, running, typed)


def stop_entry(bot: Bot, caller: Caller, entry_id: int) -> Stopped:
    """Stop one certain timer, as a button asks for it. Raises UserError when it has ended already."""
    with bot.change(caller) as db:
        entry = corrections.changeable(db, caller, entry_id)
        if entry.ended_at is not None:
            raise UserError("This timer has been stopped already.")
        return _stopped(db, caller, entry, Stop(None, None))


def answer(
    bot: Bot, caller: Caller, question_id: int, *, customer_id: int, project_id: int | None, service_id: int | None
) -> Started | Logged:
    """Do what was typed then, now that the person said what was meant. Raises UserError."""
    with bot.change(caller) as db:
        typed = entries.question(db, caller, question_id)
        choice = catalog.chosen(db, caller, customer_id=customer_id, project_id=project_id, service_id=service_id)
        return carry_out(db, caller, typed, choice)


def create_and_answer(
    bot: Bot, caller: Caller, new: New, question_id: int | None
) -> tuple[Created, Started | Logged | None]:
    """Create what was missing and, in the same transaction, do what was typed when it was missed. Raises UserError."""
    with bot.change(caller) as db:
        created = catalog.create(db, caller, new)
        if question_id is None or created.target is None:
            return created, None
        typed = entries.question(db, caller, question_id)
        return created, carry_out(db, caller, typed, Choice(created.target))


def carry_out(
    db: Connection, caller: Caller, typed: Start | Log, choice: Choice, source: Source = NO_SOURCE
) -> Started | Logged:
    """Do what a settled question or the form asked for, in the caller's transaction. Raises UserError."""
    if isinstance(typed, Start):
        return run(db, caller, typed, choice, source)
    return entries.write(db, caller, typed, choice, source)


def status(bot: Bot, caller: Caller) -> Status:
    """What runs, and today's total."""
    with bot.database.read() as db:
        running = rows.running(db, caller.person_id)
        return Status(running, entries.day_total(db, caller, caller.today))


def _moment(caller: Caller, said: datetime | None, running: Entry | None) -> datetime:
    """As the person said; otherwise now, but not before the start by another machine, whose clock may be ahead."""
    if said is not None:
        return said.replace(microsecond=0)
    now = caller.now.replace(microsecond=0)
    return max(now, running.started_at) if running else now


def _stop_running(db: Connection, caller: Caller, running: Entry | None, at: datetime) -> Entry | None:
    if running is None:
        return None
    if at < running.started_at:
        raise UserError(
            "Your timer for {what} has been running since {start}. "
            "Start after that, or stop and correct that one first.",
            what=entries.label(running),
            start=caller.reader.clock(running.started_at),
        )
    return _close(db, caller, running, at)[0]


def _stopped(db: Connection, caller: Caller, running: Entry, typed: Stop) -> Stopped:
    at = _moment(caller, typed.at, running)
    if at < running.started_at:
        raise UserError(
            "Your timer for {what} began at {start}, after that. Say a later time, or stop now and edit it.",
            what=entries.label(running),
            start=caller.reader.clock(running.started_at),
        )
    entry, change_id = _close(db, caller, running, at, note=typed.note)
    return Stopped(entry, entries.day_total(db, caller, entry.day), change_id)


def _close(
    db: Connection, caller: Caller, running: Entry, at: datetime, *, note: str | None = None
) -> tuple[Entry, int]:
    values, why = _ending(running, at)
    if note:
        values["note"] = f"{running.note}\n{note}" if running.note else note
        entries.refuse_long_note(values["note"])
    rows.change(db, running.id, **values)
    ended = running._replace(**values)
    return ended, entries.record(db, caller, running.id, "stop", before=running, after=ended, why=why)


def _ending(running: Entry, at: datetime) -> tuple[dict[str, Any], str]:
    """The columns of a timer's end; the end of a forgotten one is a guess that its person has to confirm."""
    forgotten = at - running.started_at > tracking.FORGOTTEN_AFTER
    end = tracking.guessed_end(running.started_at, ZoneInfo(running.zone)) if forgotten else at
    values = {
        "ended_at": end,
        "seconds": tracking.whole_seconds(running.started_at, end),
        "end_guessed": forgotten,
    }
    return values, "ran for more than 24 hours" if forgotten else ""


def stop_forgotten(db: Connection, now: datetime) -> list[Entry]:
    """Stop every timer, of whomever, that was found running for more than 24 hours; the entries with a guessed end."""
    ended = []
    for running in rows.running_since(db, now - tracking.FORGOTTEN_AFTER):
        people.lock(db, running.person_id)
        if rows.running(db, running.person_id) != running:
            continue  # its person stopped or corrected it while we waited for the lock
        values, why = _ending(running, now)
        rows.change(db, running.id, **values)
        after = running._replace(**values)
        audit.record(
            db,
            running.workspace_id,
            "entry",
            running.id,
            "stop",
            by=None,
            at=now,
            before=rows.columns(running),
            after=rows.columns(after),
            why=why,
        )
        ended.append(after)
    return ended

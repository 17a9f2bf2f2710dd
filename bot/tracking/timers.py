"""Tracking: start, log, switch, continue, stop, status, and the questions these may ask back.

What is started while another timer runs stops that one at the same second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.catalog import channels
from bot.catalog import lookup as catalog
from bot.catalog.lookup import Created, New
from bot.catalog.rules.names import Choice, Found
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.grammar.values import Continue, Log, Start, Stop, Switch
from bot.tracking import corrections, entries, questions
from bot.tracking.entries import NO_SOURCE, Overlap, Room, Source, Written
from bot.tracking.questions import Asked, Clash
from bot.tracking.rules import spans as tracking
from bot.tracking.rules.spans import Interval, Way
from storage import audit, people
from storage import tracking as rows
from storage.tracking import AnotherTimer, Entry

CONTINUED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Started:
    """A timer that runs, what it stopped, and what the day adds up to."""

    entry: Entry
    stopped: Entry | None
    day_seconds: int
    change_id: int
    others: tuple[Entry, ...] = ()
    """What else can be continued."""


@dataclass(frozen=True, slots=True)
class RunsAlready:
    """Nothing was changed: a timer for just that is running."""

    entry: Entry
    day_seconds: int
    others: tuple[Entry, ...]


Done = Started | RunsAlready | Written | Asked | Clash
"""What can come of something that was typed."""


@dataclass(frozen=True, slots=True)
class Status:
    """What runs, and today's total."""

    running: Entry | None
    day_seconds: int


def track(bot: Bot, caller: Caller, typed: Start | Log) -> Started | Written | Asked | Clash:
    """Start a timer or write down time that was worked, or ask what is meant. Raises UserError."""
    found = channels.found(bot, caller, typed.words)
    with bot.change_time(caller) as change:
        db = change.db
        if found.clear is None:
            return questions.ask(db, caller, typed, found)
        choice = catalog.with_usual_service(db, caller, catalog.still_there(db, caller, found.clear))
        return carry_out(db, caller, typed, choice)


def run(
    db: Connection, caller: Caller, typed: Start, choice: Choice, source: Source = NO_SOURCE, room: Room | None = None
) -> Started:
    """Start the timer in the caller's transaction. Raises Overlap, before any change, and other UserErrors."""
    asked_for = typed.at or caller.now
    not_over = rows.not_over(db, caller.person_id, at=asked_for, earliest=asked_for - tracking.LONGEST_ENTRY)
    running = next((entry for entry in not_over if entry.ended_at is None), None)
    at = _moment(caller, typed.at, running)
    before = running if running and running.started_at <= at else None  # a later one is in the way like any entry
    taken = Interval(at, None)
    in_the_way = [entry for entry in not_over if entry is not before and entries.interval(entry).shares(taken)]
    entries.make_room(db, caller, taken, sorted(in_the_way, key=lambda entry: entry.started_at), room)
    stopped = _close(db, caller, before, at, {})[0] if before else None
    try:
        started = entries.insert(
            db,
            caller,
            typed,
            choice,
            start=at,
            end=None,
            day=tracking.local_day(at, caller.reader.zone),
            timed=True,
            source=source,
        )
    except AnotherTimer:
        # The row lock makes this impossible while everybody takes it; the constraint keeps it so.
        raise UserError("Another timer was started at this very moment. /track status shows it.") from None
    change_id = entries.record(db, caller, started.id, "start", after=started)
    return Started(started, stopped, entries.day_total(db, caller, caller.today), change_id)


def stop(bot: Bot, caller: Caller, typed: Stop) -> Written:
    """Stop the running timer; one of no seconds is not kept. Raises UserError when none runs or the time is wrong."""
    with bot.change_time(caller) as change:
        db = change.db
        running = rows.running(db, caller.person_id)
        if running is None:
            raise _nothing_runs()
        return _stopped(db, caller, running, typed)


def stop_entry(bot: Bot, caller: Caller, entry_id: int) -> Written:
    """Stop one certain timer, as a button asks for it. Raises UserError when it has ended already."""
    with bot.change_time(caller) as change:
        db = change.db
        entry = corrections.changeable(db, caller, entry_id)
        if entry.ended_at is not None:
            raise UserError("This timer has been stopped already.")
        return _stopped(db, caller, entry, Stop(None, None))


def switch(bot: Bot, caller: Caller, typed: Switch) -> Done:
    """Stop what runs and go on with something else; without words with the same, noted otherwise. Raises UserError."""
    anew = Start(typed.words, typed.note, typed.at, typed.tags, typed.billable)
    if typed.words or not (typed.note or typed.tags or typed.billable is not None):
        return track(bot, caller, anew)
    with bot.change_time(caller) as change:
        db = change.db
        running = rows.running(db, caller.person_id)
        if running is None:
            raise _nothing_runs()
        if anew.billable is None:
            anew = replace(anew, billable=running.billable)
        return carry_out(db, caller, anew, _as_before(db, caller, running))


def continue_last(bot: Bot, caller: Caller, typed: Continue) -> Done:
    """Start the last ended entry again, or the newest of seven days that fits the words. Raises UserError."""
    fitting = catalog.find(bot, caller, typed.words).choices if typed.words else ()
    with bot.change_time(caller) as change:
        db = change.db
        if typed.words:
            last = next((entry for entry in recent(db, caller) if _fits(entry, fitting)), None)
        else:
            last = rows.last_ended(db, caller.person_id, longest=tracking.LONGEST_ENTRY)
        if last is None and typed.words:
            raise UserError(
                "Nothing of the last seven days fits “{typed}”. Start it with /track start.",
                typed=" ".join(typed.words),
            )
        if last is None:
            raise UserError("There is nothing to continue yet. Start with /track start.")
        return _continued(db, caller, last, typed.at)


def continue_entry(bot: Bot, caller: Caller, entry_id: int) -> Done:
    """Start again what an own entry was about, as a menu or a button asks for it. Raises UserError."""
    with bot.change_time(caller) as change:
        db = change.db
        return _continued(db, caller, corrections.mine(db, caller, entry_id), None)


def _continued(db: Connection, caller: Caller, last: Entry, at: datetime | None) -> Done:
    running = rows.running(db, caller.person_id)
    others = recent(db, caller, besides=last)
    if running and _work(running) == _work(last):
        return RunsAlready(running, entries.day_total(db, caller, caller.today), others)
    anew = Start((), last.note, at, tuple(last.tags.split()), last.billable)
    done = carry_out(db, caller, anew, _as_before(db, caller, last))
    return replace(done, others=others) if isinstance(done, Started) else done


def recent(db: Connection, caller: Caller, *, besides: Entry | None = None) -> tuple[Entry, ...]:
    """What else the person worked on within seven days and can still be booked on: each once, the newest first."""
    newest: dict[object, Entry] = {}
    for entry in rows.bookable_since(db, caller.person_id, since=caller.now - CONTINUED_WITHIN):
        newest.setdefault(_work(entry), entry)
    return tuple(entry for work, entry in newest.items() if besides is None or work != _work(besides))


def _work(entry: Entry) -> object:
    """What an entry is about, whenever it was."""
    return entry.customer_id, entry.project_id, entry.service_id, entry.note, entry.tags


def _fits(entry: Entry, choices: Sequence[Choice]) -> bool:
    return any(
        (choice.target.customer_id, choice.target.project_id) == (entry.customer_id, entry.project_id)
        and (choice.service is None or choice.service.id == entry.service_id)
        for choice in choices
    )


def _as_before(db: Connection, caller: Caller, entry: Entry) -> Choice:
    """What an entry was booked on, if it is still there. Raises UserError."""
    return catalog.chosen(
        db, caller, customer_id=entry.customer_id, project_id=entry.project_id, service_id=entry.service_id
    )


def answer(
    bot: Bot, caller: Caller, question_id: int, *, customer_id: int, project_id: int | None, service_id: int | None
) -> Started | Written | Asked | Clash:
    """Do what was typed then, now that the person said what was meant. Raises UserError."""
    with bot.change_time(caller) as change:
        db = change.db
        return _answered(db, caller, question_id, customer_id=customer_id, project_id=project_id, service_id=service_id)


def _answered(
    db: Connection,
    caller: Caller,
    question_id: int,
    *,
    customer_id: int,
    project_id: int | None,
    service_id: int | None,
) -> Started | Written | Asked | Clash:
    """The same in the caller's transaction; if several services were named without a project, ask which."""
    typed, services = questions.settle(db, caller, question_id)
    choices = tuple(
        catalog.chosen(db, caller, customer_id=customer_id, project_id=project_id, service_id=each)
        for each in ((service_id,) if service_id else services or (None,))
    )
    if len(choices) > 1:
        return questions.ask(db, caller, typed, Found(choices=choices))
    return carry_out(db, caller, typed, catalog.with_usual_service(db, caller, choices[0]))


def give_way(bot: Bot, caller: Caller, question_id: int, way: Way) -> Started | Written | Clash:
    """Do what was typed then, now that the person said how there can be room. Asks again if that changed meanwhile.

    Raises UserError.
    """
    with bot.change_time(caller) as change:
        db = change.db
        kept = questions.settle_overlap(db, caller, question_id)
        customer_id, project_id, service_id = kept.booked_on
        choice = catalog.chosen(db, caller, customer_id=customer_id, project_id=project_id, service_id=service_id)
        return carry_out(db, caller, kept.typed, choice, kept.room(way))


def create_and_answer(
    bot: Bot, caller: Caller, new: New, question_id: int | None
) -> tuple[Created, Started | Written | Asked | Clash | None]:
    """Create what was missing and, in the same transaction, do what was typed when it was missed. Raises UserError."""
    with bot.change(caller) as change:
        db = change.db
        created = catalog.create(db, caller, new)  # locks the workspace, and whoever locks it does so before people
        target = created.target
        if question_id is None or target is None:
            return created, None
        people.lock(db, caller.person_id)
        done = _answered(
            db, caller, question_id, customer_id=target.customer_id, project_id=target.project_id, service_id=None
        )
        return created, done


def carry_out(
    db: Connection, caller: Caller, typed: Start | Log, choice: Choice, room: Room | None = None
) -> Started | Written | Clash:
    """Do what is clear, in the caller's transaction; ask who gives way where others have the time. Raises UserError."""
    try:
        return book(db, caller, typed, choice, room=room)
    except Overlap as overlap:  # nothing was changed yet
        return questions.ask_who_gives_way(db, caller, typed, choice, overlap)


def book(
    db: Connection,
    caller: Caller,
    typed: Start | Log,
    choice: Choice,
    source: Source = NO_SOURCE,
    room: Room | None = None,
) -> Started | Written:
    """Do what is clear, in the caller's transaction. Raises Overlap, before any change, and other UserErrors."""
    if isinstance(typed, Start):
        return run(db, caller, typed, choice, source, room)
    return entries.write(db, caller, typed, choice, source, room)


def status(bot: Bot, caller: Caller) -> Status:
    """What runs, and today's total."""
    with bot.database.read() as db:
        running = rows.running(db, caller.person_id)
        return Status(running, entries.day_total(db, caller, caller.today))


def _nothing_runs() -> UserError:
    return UserError("No timer is running. Start one with /track start, or write down what you did with /track log.")


def _moment(caller: Caller, said: datetime | None, running: Entry | None) -> datetime:
    """As the person said; otherwise now, but not before the start by another machine, whose clock may be ahead."""
    if said is not None:
        return said.replace(microsecond=0)
    now = caller.now.replace(microsecond=0)
    return max(now, running.started_at) if running else now


def _stopped(db: Connection, caller: Caller, running: Entry, typed: Stop) -> Written:
    at = _moment(caller, typed.at, running)
    if at < running.started_at:
        raise UserError(
            "Your timer for {what} was not running yet then ({at}): it began at {start}. "
            "Say a later time, or stop now and edit it.",
            what=entries.label(running),
            at=caller.reader.moment(at, today=caller.today),
            start=caller.reader.moment(running.started_at, today=caller.today),
        )
    values: dict[str, Any] = {}
    if typed.note:
        values["note"] = f"{running.note}\n{typed.note}" if running.note else typed.note
        entries.refuse_long_note(values["note"])
    if typed.tags:
        values["tags"] = entries.tagged(running.tags, typed.tags)
    if typed.billable is not None:
        values["billable"] = typed.billable
    entry, change_id = _close(db, caller, running, at, values)
    return Written(entry, entries.day_total(db, caller, entry.day), change_id)


def _close(
    db: Connection, caller: Caller, running: Entry, at: datetime, values: Mapping[str, Any]
) -> tuple[Entry, int]:
    """End a timer with these further columns. One of no time at all is not kept; its last state is in the record."""
    end, why = _ending(running, at)
    ended = running._replace(**end, **values)
    if ended.seconds == 0:
        rows.remove(db, running.id)
        return ended, entries.record(db, caller, running.id, "stop", before=running, why="no time passed")
    rows.change(db, running.id, **end, **values)
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

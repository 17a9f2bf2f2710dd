"""Tracking: start, log, pause, stop and status, and what of it is asked back first.

What is started while another timer runs stops that one at the same second.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.catalog import channels, finding
from bot.catalog.rules.names import Choice
from bot.core.caller import NO_SOURCE, Caller, Source
from bot.core.context import Bot, Itself
from bot.core.errors import UserError
from bot.grammar.values import Expense, Log, Pause, Start, Stop
from bot.tracking import budgets, doubts, entries, expenses, own_entries, pauses, questions, worked_days
from bot.tracking.budgets import UsedHours
from bot.tracking.doubts import Doubtful
from bot.tracking.entries import AgreedResolution, Overlap, WorkedTime, Written
from bot.tracking.expenses import Recorded
from bot.tracking.pauses import Paused
from bot.tracking.questions import Booking, Question
from bot.tracking.rules import spans
from bot.tracking.rules.spans import Interval
from storage import people as people_rows
from storage import spans as span_rows
from storage import tracking as tracking_rows
from storage.change import Author, Change
from storage.tracking import AnotherTimer, Entry, SavedEntry

APART = timedelta(seconds=3)
"""By how much the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True)
class Started:
    """A timer that runs, what it stopped, and what the day adds up to."""

    entry: Entry
    stopped: Entry | None
    day_seconds: int
    change_id: int
    others: tuple[Entry, ...] = ()
    """What else can be continued."""
    further: tuple[Entry, ...] = ()
    """Time before it that was free, where the timer gave way to entries in between."""
    explains_notes: bool = False
    used: UsedHours | None = None
    """Both as in `Written`; what is used up is of the project of what it stopped."""


@dataclass(frozen=True, slots=True)
class RunsAlready:
    """Nothing was changed: a timer for just that is running."""

    entry: Entry
    day_seconds: int
    others: tuple[Entry, ...]


Done = Started | RunsAlready | Written | Recorded | Question
"""What can come of something that was typed."""


@dataclass(frozen=True, slots=True)
class TimerStatus:
    """What runs, and today's total."""

    running: Entry | None
    day_seconds: int
    paused: Paused | None = None
    """The break that the person is having, where nothing runs."""


def track(bot: Bot, caller: Caller, typed: Booking) -> Done:
    """Start a timer, write down time that was worked or what was spent, or ask what is meant. Raises UserError."""
    found = channels.find_choices_here(bot, caller, typed.words)
    if isinstance(typed, Expense):
        found = expenses.without_services(found)
    found = finding.with_archived(bot, caller, typed.words, found)
    with bot.change_time(caller) as change:
        if found.clear is None:
            return questions.ask(change, typed, found)
        still_there = finding.still_there(change, found.clear)
        return carry_out(change, typed, finding.with_usual_service(change, still_there))


def start_timer(
    change: Change[Caller],
    typed: Start,
    choice: Choice,
    source: Source = NO_SOURCE,
    agreed: AgreedResolution | None = None,
) -> Started | RunsAlready | Written:
    """Start the timer, unless it runs already; one that gives way to another which runs is written down until then.

    Raises Overlap, before any change, and other UserErrors.
    """
    caller = change.by
    not_over = span_rows.entries_not_over(change.db, caller.person_id, at=typed.at or caller.now)
    running = next((entry for entry in not_over if entry.ended_at is None), None)
    if running and typed.at is None and _is_running(running, typed, choice):
        return RunsAlready(running, worked_days.day_total(change.db, caller, caller.today), ())
    at = _moment(caller, typed.at, running)
    before = running if running and running.started_at <= at else None  # a later one is in the way like any entry
    taken = Interval(at, None)
    in_the_way = [entry for entry in not_over if entry is not before and entries.interval(entry).shares(taken)]
    room = entries.resolve_overlap(change, [taken], sorted(in_the_way, key=lambda entry: entry.started_at), agreed)
    *earlier, worked = (WorkedTime(part, spans.local_day(part.start, caller.reader.zone), timed=True) for part in room)
    if worked.interval.end is not None:
        return entries.add(change, typed, choice, source, (*earlier, worked))
    stopped = _close(change, before, before, at).entry if before else None
    pauses.end(change, worked.interval.start)
    further = entries.add(change, typed, choice, source, earlier) if earlier else None
    try:
        started = tracking_rows.add_entry(change, entries.new_entry(caller, typed, choice, worked, source), "start")
    except AnotherTimer:
        # The row lock makes this impossible while everybody takes it; the constraint keeps it so.
        raise UserError("Another timer was started at this very moment. /track status shows it.") from None
    return Started(
        started.entry,
        stopped,
        worked_days.day_total(change.db, caller, caller.today),
        started.change_id,
        further=(further.entry, *further.further) if further else (),
        used=budgets.recorded(change, stopped) if stopped else None,
        explains_notes=entries.explain_notes(change, started.entry),
    )


def _is_running(running: Entry, typed: Start, choice: Choice) -> bool:
    """Whether a timer runs for just that, so that starting it says nothing new."""
    target, service = choice.target, choice.service
    return (
        (running.customer_id, running.project_id) == (target.customer_id, target.project_id)
        and (service is None or running.service_id == service.id)
        and typed.note in ("", running.note)
        and {*typed.tags} <= {*running.tags.split()}
        and typed.billable in (None, running.billable)
        and (running.private or not typed.private)
    )


def stop(bot: Bot, caller: Caller, typed: Stop) -> Written:
    """Stop the running timer; one of no seconds is not kept. Raises UserError when none runs or the time is wrong."""
    with bot.change_time(caller) as change:
        running = tracking_rows.running_timer(change.db, caller.person_id)
        if running is None:
            raise nothing_runs()
        return _stopped(change, running, typed)


def pause(bot: Bot, caller: Caller, typed: Pause) -> Written:
    """Stop the running timer for a break, and remember it. Raises UserError when none runs or the time is wrong."""
    with bot.change_time(caller) as change:
        running = tracking_rows.running_timer(change.db, caller.person_id)
        if running is None:
            raise _nothing_to_pause(caller, pauses.current(change.db, caller))
        done = _stopped(change, running, Stop(typed.at, None))
        if done.entry.seconds and not done.entry.end_guessed:
            pauses.begin(change, done.entry)
        return done


def _nothing_to_pause(caller: Caller, paused: Paused | None) -> UserError:
    if paused is None:
        return UserError("No timer is running, so there is nothing to pause. /track start starts one.")
    return UserError(
        "Your break began at {start} already. /track continue goes on with {what}.",
        start=caller.reader.moment(paused.began_at, today=caller.today),
        what=entries.label(paused.entry),
    )


def stop_entry(bot: Bot, caller: Caller, entry_id: int) -> Written:
    """Stop one certain timer, as a button asks for it. Raises UserError when it has ended already."""
    with bot.change_time(caller) as change:
        return stop_now(change, entry_id)


def stop_now(change: Change[Caller], entry_id: int) -> Written:
    """The same as a part of something else. Raises UserError."""
    entry = own_entries.changeable(change, entry_id)
    if entry.ended_at is not None:
        raise UserError("This timer has been stopped already.")
    return _stopped(change, entry, Stop(None, None))


def carry_out(
    change: Change[Caller],
    typed: Booking,
    choice: Choice,
    agreed: AgreedResolution | None = None,
    sure: str = "",
) -> Done:
    """Do what is clear; ask who gives way where others have the time, and what may not be meant. Raises UserError."""
    if isinstance(typed, Expense):
        return expenses.record(change, typed, choice)
    try:
        return book(change, typed, choice, agreed=agreed, sure=sure)
    except Overlap as overlap:  # nothing was changed yet
        return questions.ask_who_gives_way(change, typed, choice, overlap, sure)
    except Doubtful as doubtful:
        return questions.ask_if_sure(change, typed, choice, doubtful)


def book(
    change: Change[Caller],
    typed: Start | Log,
    choice: Choice,
    source: Source = NO_SOURCE,
    agreed: AgreedResolution | None = None,
    sure: str = "",
) -> Started | RunsAlready | Written:
    """Do what is clear. Raises Overlap and Doubtful, before any change, and other UserErrors.

    `sure` is what of the doubts the person confirmed; see `Doubtful.seen`.
    """
    if isinstance(typed, Start):
        return start_timer(change, typed, choice, source, agreed)
    doubts.require_sure(change, typed, choice, sure)
    return entries.write(change, typed, choice, source, agreed)


def status(bot: Bot, caller: Caller) -> TimerStatus:
    """What runs, and today's total."""
    with bot.database.read() as db:
        running = tracking_rows.running_timer(db, caller.person_id)
        paused = None if running else pauses.current(db, caller)
        return TimerStatus(running, worked_days.day_total(db, caller, caller.today), paused)


def nothing_runs() -> UserError:
    """What is said where a timer is to be stopped or changed and there is none."""
    return UserError("No timer is running. Start one with /track start, or write down what you did with /track log.")


def _moment(caller: Caller, said: datetime | None, running: Entry | None) -> datetime:
    """As the person said; otherwise now. Raises UserError where the clock shows less than when the timer began.

    It was set back, or is not that of the machine on which it began: nothing here knows when the person worked. A
    timer of some seconds is not worth the question.
    """
    if said is not None:
        return said.replace(microsecond=0)
    now = caller.now.replace(microsecond=0)
    if running and running.started_at - APART <= now < running.started_at:
        return running.started_at
    if running and now < running.started_at:
        raise UserError(
            "Your timer for {what} began at {start}, but my clock shows {now}: it was set back. The timer goes on "
            "running and nothing was changed. When did you begin? Correct the start with /track edit, then stop it.",
            what=entries.label(running),
            start=caller.reader.moment(running.started_at, today=caller.today),
            now=caller.reader.clock(now),
        )
    return now


def _stopped(change: Change[Caller], running: Entry, typed: Stop) -> Written:
    caller = change.by
    at = _moment(caller, typed.at, running)
    if at < running.started_at:
        raise _not_yet(caller, running, at)
    said = running
    if typed.note:
        said = said._replace(note=f"{running.note}\n{typed.note}" if running.note else typed.note)
        entries.refuse_long_note(said.note)
    if typed.tags:
        said = said._replace(tags=entries.tagged(running.tags, typed.tags))
    if typed.billable is not None:
        said = said._replace(billable=typed.billable)
    if typed.private:
        said = said._replace(private=True)
    stopped = _close(change, running, said, at)
    total = worked_days.day_total(change.db, caller, stopped.entry.day)
    explains_notes = bool(typed.note) and entries.explain_notes(change, stopped.entry)
    used = budgets.recorded(change, stopped.entry)
    return Written(stopped.entry, total, stopped.change_id, explains_notes=explains_notes, used=used)


def _not_yet(caller: Caller, running: Entry, at: datetime) -> UserError:
    """That it did not run then; within the minute in which it began only the seconds say so."""
    times = [caller.reader.moment(each, today=caller.today) for each in (at, running.started_at)]
    if times[0] == times[1]:
        times = [caller.reader.exact_clock(each) for each in (at, running.started_at)]
    return UserError(
        "Your timer for {what} was not running yet then ({at}): it began at {start}. "
        "Say a later time, or stop now and edit it.",
        what=entries.label(running),
        at=times[0],
        start=times[1],
    )


def _close(change: Change[Author], running: Entry, said: Entry, at: datetime) -> SavedEntry:
    """End a timer, with what its person `said` about it. One of no time at all is not kept.

    The end of a forgotten one is a guess that its person has to confirm.
    """
    forgotten = at - running.started_at > spans.FORGOTTEN_AFTER
    end = spans.guessed_end(running.started_at, ZoneInfo(running.zone)) if forgotten else at
    seconds = spans.whole_seconds(running.started_at, end)
    ended = said._replace(ended_at=end, seconds=seconds, end_guessed=forgotten)
    if seconds == 0:
        deleted = tracking_rows.delete_entry(change, running, "stop", why="no time passed")
        return SavedEntry(ended, deleted.change_id)
    why = "ran for more than 24 hours" if forgotten else ""
    return tracking_rows.save_entry(change, running, ended, "stop", why=why)


def stop_forgotten(db: Connection, now: datetime) -> list[Entry]:
    """Stop every timer, of whomever, that was found running for more than 24 hours; the entries with a guessed end."""
    ended = []
    for running in tracking_rows.timers_running_since(db, now - spans.FORGOTTEN_AFTER):
        people_rows.lock_person(db, running.person_id)
        if tracking_rows.running_timer(db, running.person_id) != running:
            continue  # its person stopped or corrected it while we waited for the lock
        change = Change(db, Itself(running.workspace_id, now))
        ended.append(_close(change, running, running, now).entry)
    return ended

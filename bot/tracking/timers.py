"""Tracking: start, log, switch, continue, stop, status, and the questions these may ask back.

What is started while another timer runs stops that one at the same second.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.catalog import channels, creation, finding
from bot.catalog.creation import CreatedNames, NewNames
from bot.catalog.rules.names import Choice, Found
from bot.core.caller import NO_SOURCE, Caller, Source
from bot.core.context import Bot, Itself
from bot.core.errors import UserError
from bot.grammar.values import Continue, Expense, Log, Pause, Start, Stop, Switch
from bot.tracking import budgets, corrections, doubts, entries, expenses, pauses, questions, worked_days
from bot.tracking.budgets import UsedHours
from bot.tracking.doubts import Doubtful
from bot.tracking.entries import AgreedResolution, Overlap, WorkedTime, Written
from bot.tracking.expenses import Recorded
from bot.tracking.pauses import Paused
from bot.tracking.questions import Booked, Booking, KeptCommand, Offer, Question, old_question
from bot.tracking.rules import spans
from bot.tracking.rules.spans import Interval, Resolution
from storage import people as people_rows
from storage import recent_work as recent_rows
from storage import spans as span_rows
from storage import tracking as tracking_rows
from storage.change import Author, Change
from storage.tracking import AnotherTimer, Entry, SavedEntry

CONTINUED_WITHIN = timedelta(days=7)
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
            raise _nothing_runs()
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
    entry = corrections.changeable(change, entry_id)
    if entry.ended_at is not None:
        raise UserError("This timer has been stopped already.")
    return _stopped(change, entry, Stop(None, None))


def switch(bot: Bot, caller: Caller, typed: Switch) -> Done:
    """Stop what runs and go on with something else; without words with the same, noted otherwise. Raises UserError."""
    anew = Start(typed.words, typed.note, typed.at, typed.tags, typed.billable, typed.private)
    if typed.words or not (typed.note or typed.tags or typed.billable is not None):
        return track(bot, caller, anew)
    with bot.change_time(caller) as change:
        running = tracking_rows.running_timer(change.db, caller.person_id)
        if running is None:
            raise _nothing_runs()
        if anew.billable is None:
            anew = replace(anew, billable=running.billable)
        return carry_out(change, anew, _as_before(change, running))


def continue_last(bot: Bot, caller: Caller, typed: Continue) -> Done:
    """Start the last ended entry again, or the newest of seven days that fits the words. Raises UserError."""
    fitting = finding.find_choices(bot, caller, typed.words).choices if typed.words else ()
    with bot.change_time(caller) as change:
        if typed.words:
            last = next((entry for entry in recent(change.db, caller) if _fits(entry, fitting)), None)
        else:
            paused = pauses.current(change.db, caller)
            last = paused.entry if paused else recent_rows.last_ended_entry(change.db, caller.person_id)
        if last is None and typed.words:
            raise UserError(
                "Nothing of the last seven days fits “{typed}”. Start it with /track start.",
                typed=" ".join(typed.words),
            )
        if last is None:
            raise UserError("There is nothing to continue yet. Start with /track start.")
        return _continued(change, last, typed.at)


def continue_entry(bot: Bot, caller: Caller, entry_id: int) -> Done:
    """Start again what an own entry was about, as a menu or a button asks for it. Raises UserError."""
    with bot.change_time(caller) as change:
        return _continued(change, corrections.mine(change.db, caller, entry_id), None)


def _continued(change: Change[Caller], last: Entry, at: datetime | None) -> Done:
    caller = change.by
    running = tracking_rows.running_timer(change.db, caller.person_id)
    others = recent(change.db, caller, besides=last)
    if running and _work(running) == _work(last):
        return RunsAlready(running, worked_days.day_total(change.db, caller, caller.today), others)
    anew = Start((), last.note, at, tuple(last.tags.split()), last.billable, last.private)
    done = carry_out(change, anew, _as_before(change, last))
    return replace(done, others=others) if isinstance(done, Started) else done


def recent(db: Connection, caller: Caller, *, besides: Entry | None = None) -> tuple[Entry, ...]:
    """What else the person worked on within seven days and can still be booked on: each once, the newest first."""
    newest: dict[object, Entry] = {}
    for entry in recent_rows.bookable_entries_since(db, caller.person_id, since=caller.now - CONTINUED_WITHIN):
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


def _as_before(change: Change[Caller], entry: Entry) -> Choice:
    """What an entry was booked on, if it is still there. Raises UserError."""
    return finding.choice_of_ids(
        change, customer_id=entry.customer_id, project_id=entry.project_id, service_id=entry.service_id
    )


def answer(
    bot: Bot, caller: Caller, question_id: int, *, customer_id: int, project_id: int | None, service_id: int | None
) -> Done:
    """Carry out what was typed, now that the person chose what it meant. Raises UserError."""
    with bot.change_time(caller) as change:
        return _answered(change, question_id, (customer_id, project_id, service_id))


def _answered(change: Change[Caller], question_id: int, chosen: Booked) -> Done:
    """As `answer`, within a change. If several services were named without a project, ask which.

    Words that are no part of the name become the note where that was offered; otherwise it is asked what they are.
    """
    change, kept = questions.settle(change, question_id)
    customer_id, project_id, service_id = chosen
    choices = tuple(
        finding.choice_of_ids(change, customer_id=customer_id, project_id=project_id, service_id=each)
        for each in ((service_id,) if service_id else kept.services or (None,))
    )
    if len(choices) > 1:
        return questions.ask(change, kept.typed, Found(choices=choices))
    return _named(change, kept, choices[0], offered=(kept.offered or {}).get(chosen))


def _named(change: Change[Caller], kept: KeptCommand, choice: Choice, *, offered: tuple[str, ...] | None) -> Done:
    if offered is not None and not Offer(choice, offered).not_understood:
        return carry_out(change, questions.with_note(kept.typed, Offer(choice, offered).note), _usual(change, choice))
    left = () if kept.services else offered or finding.left_over(kept.typed.words, choice)
    if left:
        return questions.ask_about_left_over(change, kept.typed, choice, left)
    return carry_out(change, kept.typed, _usual(change, choice))


def _usual(change: Change[Caller], choice: Choice) -> Choice:
    return finding.with_usual_service(change, choice)


def settle_left_over(bot: Bot, caller: Caller, question_id: int, *, as_note: bool) -> Done:
    """Carry out what was typed: the other words are the note, or meant the project too. Raises UserError."""
    with bot.change_time(caller) as change:
        change, kept = questions.settle(change, question_id, "left")
        choice = _chosen(change, kept)
        text = Offer(choice, kept.left).note if as_note else ""
        return carry_out(change, questions.with_note(kept.typed, text), _usual(change, choice))


def _chosen(change: Change[Caller], kept: KeptCommand) -> Choice:
    """What was chosen for a command before the last question, if it is still there. Raises UserError."""
    if kept.booked_on is None:
        raise old_question()
    customer_id, project_id, service_id = kept.booked_on
    return finding.choice_of_ids(change, customer_id=customer_id, project_id=project_id, service_id=service_id)


def give_way(bot: Bot, caller: Caller, question_id: int, resolution: Resolution) -> Done:
    """Carry out what was typed, now that the person chose who gives way. Raises UserError.

    Asks again if other entries are in the way by now.
    """
    with bot.change_time(caller) as change:
        change, kept = questions.settle(change, question_id, "seen")
        return carry_out(change, kept.typed, _chosen(change, kept), kept.agreed(resolution), kept.sure)


def confirm(bot: Bot, caller: Caller, question_id: int) -> Done:
    """Carry out what was typed, now that the person said that it was meant so. Raises UserError.

    Asks again if something else is doubtful by now.
    """
    with bot.change_time(caller) as change:
        change, kept = questions.settle(change, question_id, "doubted")
        return carry_out(change, kept.typed, _chosen(change, kept), sure=kept.sure)


def create_and_answer(
    bot: Bot, caller: Caller, new: NewNames, question_id: int | None
) -> tuple[CreatedNames, Done | None]:
    """Create what was missing and, in the same transaction, carry out what had needed it. Raises UserError."""
    with bot.change(caller) as change:
        # This locks the workspace, and whoever locks it does so before people.
        created = creation.create_names(change, new)
        target = created.target
        if question_id is None or target is None:
            return created, None
        people_rows.lock_person(change.db, caller.person_id)
        service_id = finding.service_named(change, created.service) if created.service else None
        return created, _answered(change, question_id, (target.customer_id, target.project_id, service_id))


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


def _nothing_runs() -> UserError:
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
        raise UserError(
            "Your timer for {what} was not running yet then ({at}): it began at {start}. "
            "Say a later time, or stop now and edit it.",
            what=entries.label(running),
            at=caller.reader.moment(at, today=caller.today),
            start=caller.reader.moment(running.started_at, today=caller.today),
        )
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

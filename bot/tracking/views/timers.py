"""What is said about timers, and the question which project was meant."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.core.texts import Reader
from bot.slack.blocks import Element, Message, actions, button, context, message, option, section, static_select
from bot.tracking.entries import Written, label
from bot.tracking.expenses import Recorded
from bot.tracking.questions import DoubtQuestion, LeftOverQuestion, OverlapQuestion, ProjectQuestion
from bot.tracking.timers import Done, RunsAlready, Started, TimerStatus
from bot.tracking.views import entries, expenses, overlaps
from bot.tracking.views.questions import asked, asked_about_left_over, asked_if_sure
from storage.tracking import Entry

STOP = "timer_stop"
CONTINUE = "timer_continue"
MOST_OTHERS = 20


def answered(to: Reader, done: Done, *, today: date) -> Message:
    """What came of something that was typed, or the question back."""
    match done:
        case Started():
            return started(to, done, today=today)
        case RunsAlready():
            return runs_already(to, done, today=today)
        case Written():
            return entries.logged(to, done, today=today)
        case Recorded():
            return expenses.recorded(to, done, today=today)
        case ProjectQuestion():
            return asked(to, done)
        case LeftOverQuestion():
            return asked_about_left_over(to, done)
        case DoubtQuestion():
            return asked_if_sure(to, done, today=today)
        case OverlapQuestion():
            return overlaps.clashed(to, done)


def acted(to: Reader, done: Done, *, today: date) -> Message:
    """What came of an answered question; stands in place of the question."""
    return answered(to, done, today=today) | {"replace_original": True}


def started(to: Reader, done: Started, *, today: date) -> Message:
    """A timer runs."""
    text = _running(to, done.entry, done.day_seconds, today=today)
    blocks = [section(text), *entries.note(done.entry), *entries.who_reads(to, done)]
    if done.further:
        spans = ", ".join(entries.span(to, each) for each in done.further)
        blocks.append(context(to.t("Written down before it: {spans}", spans=spans)))
    if done.stopped:
        blocks += [context(_stopped_before(to, done.stopped)), *entries.budget_said(to, done)]
    buttons = (stop_button(to, done.entry), *entries.correcting(to, done.entry.id, done.change_id))
    return message(
        text, [*blocks, actions(*buttons, *_others(to, done.others), block_id=entries.of_one(done.entry.id))]
    )


def runs_already(to: Reader, done: RunsAlready, *, today: date) -> Message:
    """A timer for just this runs; nothing was changed."""
    text = to.t(
        "▶️ {what} is running already, since {start} · today {total}",
        what=entries.described(to, done.entry),
        start=to.moment(done.entry.started_at, today=today),
        total=to.total(done.day_seconds),
    )
    return message(text, [section(text), actions(stop_button(to, done.entry), *_others(to, done.others))])


def _running(to: Reader, entry: Entry, day_seconds: int, *, today: date) -> str:
    return to.t(
        "▶️ {what} has been running since {start} · today {total}",
        what=entries.described(to, entry),
        start=to.moment(entry.started_at, today=today),
        total=to.total(day_seconds),
    )


def _others(to: Reader, others: Sequence[Entry]) -> list[Element]:
    """A menu with what else can be continued."""
    if not others:
        return []
    options = [option(work(entry), str(entry.id)) for entry in others[:MOST_OTHERS]]
    return [static_select(CONTINUE, options, placeholder=to.t("Continue something else"))]


def work(entry: Entry) -> str:
    """What is continued with an entry."""
    return f"{label(entry)}: {entry.note}" if entry.note else label(entry)


def stopped(to: Reader, done: Written, *, today: date, replace: bool = False) -> Message:
    """A timer ended."""
    entry = done.entry
    if entry.end_guessed:
        return forgotten(to, entry, replace=replace)
    if entry.seconds == 0:
        text = to.t("⏹️ {what} ran for less than a second and is not kept.", what=entries.described(to, entry))
        return message(text, [section(text), actions(entries.undo_button(to, done.change_id))], replace=replace)
    text = to.t(
        "⏹️ {what} · {length} ({span}) · {day} {total}",
        what=entries.described(to, entry),
        length=to.duration(entries.length(entry)),
        span=entries.span(to, entry, inside=True),
        day=to.t("today") if entry.day == today else to.dated(entry.day, today=today),
        total=to.total(done.day_seconds),
    )
    return message(
        text,
        [
            section(text),
            *entries.note(entry),
            *entries.on_other_days(to, entry, entry.day, entry.ended_at),
            *entries.budget_said(to, done),
            *entries.who_reads(to, done),
            actions(*entries.correcting(to, entry.id, done.change_id), block_id=entries.of_one(entry.id)),
        ],
        replace=replace,
    )


def paused(to: Reader, done: Written, *, today: date) -> Message:
    """A timer was stopped for a break; a button goes on with it."""
    entry = done.entry
    if entry.end_guessed or not entry.seconds:
        return stopped(to, done, today=today)
    text = to.t(
        "☕ Break since {start} · {what} {length} ({span}) · {day} {total}",
        start=to.moment(entry.ended_at or entry.started_at, today=today),
        what=entries.described(to, entry),
        length=to.duration(entries.length(entry)),
        span=entries.span(to, entry),
        day=to.t("today") if entry.day == today else to.dated(entry.day, today=today),
        total=to.total(done.day_seconds),
    )
    buttons = (_go_on_button(to, entry), *entries.correcting(to, entry.id, done.change_id))
    said = [*entries.note(entry), *entries.budget_said(to, done)]
    return message(text, [section(text), *said, actions(*buttons, block_id=entries.of_one(entry.id))])


def _go_on_button(to: Reader, entry: Entry) -> Element:
    return button(to.t("Go on"), CONTINUE, str(entry.id), style="primary")


def forgotten(to: Reader, entry: Entry, *, replace: bool = False) -> Message:
    """A timer ran for more than a day; its end is a guess until its person says more."""
    text = to.t(
        "⚠️ Your timer for {what} ran for more than 24 hours, so it was stopped. I guessed that you worked on {day} "
        "until {end} ({length}). It is not billed until you confirm or correct that.",
        what=label(entry),
        day=to.weekday(entry.day),
        end=entries.ended(to, entry),
        length=to.duration(entries.length(entry)),
    )
    confirm = button(to.t("That is right"), entries.CONFIRM, entries.guess(entry), style="primary")
    buttons = actions(confirm, entries.edit_button(to, entry.id), block_id=entries.of_one(entry.id))
    return message(text, [section(text), buttons], replace=replace)


def status(to: Reader, now: TimerStatus, *, today: date, at: datetime) -> Message:
    """What runs, and today's total."""
    if now.running is None and now.paused:
        text = to.t(
            "☕ Break since {start}: {what} · today {total}",
            start=to.moment(now.paused.began_at, today=today),
            what=entries.described(to, now.paused.entry),
            total=to.total(now.day_seconds),
        )
        return message(text, [section(text), actions(_go_on_button(to, now.paused.entry))])
    if now.running is None:
        text = to.t("No timer is running · today {total}", total=to.total(now.day_seconds))
        hint = to.t("/track start starts one, /track continue goes on with the last one, /track alone opens a form.")
        return message(text, [section(text), context(hint)])
    text = _running(to, now.running, now.day_seconds, today=today)
    buttons = actions(
        stop_button(to, now.running),
        entries.edit_button(to, now.running.id),
        block_id=entries.of_one(now.running.id),
    )
    elsewhere = entries.on_other_days(to, now.running, today, at)
    return message(text, [section(text), *entries.note(now.running), *elsewhere, buttons])


def stop_button(to: Reader, entry: Entry) -> Element:
    """Stops this very timer."""
    return button(to.t("Stop"), STOP, str(entry.id), style="danger")


def _stopped_before(to: Reader, entry: Entry) -> str:
    if entry.end_guessed:
        return to.t(
            "{what} ran for more than 24 hours; I guessed its end ({end}). Please check it with /track list.",
            what=label(entry),
            end=entries.ended(to, entry),
        )
    if entry.seconds == 0:
        return to.t("{what} ran for less than a second and is not kept.", what=label(entry))
    return to.t("Stopped {what} after {length}.", what=label(entry), length=to.duration(entries.length(entry)))

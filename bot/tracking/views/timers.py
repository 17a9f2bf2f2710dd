"""What is said about timers, and the question which project was meant."""

from collections.abc import Sequence
from datetime import date

from bot.catalog.rules.names import Choice
from bot.catalog.views import pickers
from bot.core.texts import Reader
from bot.slack.blocks import (
    BUTTON_TEXT,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    cut,
    external_select,
    message,
    option,
    section,
    static_select,
)
from bot.tracking.entries import Written, label
from bot.tracking.questions import OverlapQuestion, ProjectQuestion
from bot.tracking.timers import Done, RunsAlready, Started, TimerStatus
from bot.tracking.views import entries, overlaps
from storage.tracking import Entry

STOP = "timer_stop"
ANSWER = "question_answer"
"""A button for each reading; the action_ids end in their number, because they must differ."""
PICK = "question_pick"
NEW = "question_new"
TARGET = "target"
CONTINUE = "timer_continue"
MOST_BUTTONS = 5
MOST_OTHERS = 20
LONGEST_TYPED = 200


def answered(to: Reader, done: Done, *, today: date) -> Message:
    """What came of something that was typed, or the question back."""
    match done:
        case Started():
            return started(to, done, today=today)
        case RunsAlready():
            return runs_already(to, done, today=today)
        case Written():
            return entries.logged(to, done, today=today)
        case ProjectQuestion():
            return asked(to, done)
        case OverlapQuestion():
            return overlaps.clashed(to, done)


def acted(to: Reader, done: Done, *, today: date) -> Message:
    """What came of an answered question; stands in place of the question."""
    return answered(to, done, today=today) | {"replace_original": True}


def started(to: Reader, done: Started, *, today: date) -> Message:
    """A timer runs."""
    text = _running(to, done.entry, done.day_seconds, today=today)
    blocks = [section(text), *entries.note(done.entry)]
    if done.stopped:
        blocks.append(context(_stopped_before(to, done.stopped)))
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
        total=to.duration(done.day_seconds),
    )
    return message(text, [section(text), actions(stop_button(to, done.entry), *_others(to, done.others))])


def _running(to: Reader, entry: Entry, day_seconds: int, *, today: date) -> str:
    return to.t(
        "▶️ {what} has been running since {start} · today {total}",
        what=entries.described(to, entry),
        start=to.moment(entry.started_at, today=today),
        total=to.duration(day_seconds),
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
        length=to.duration(entry.seconds or 0),
        span=entries.span(to, entry),
        day=to.t("today") if entry.day == today else to.dated(entry.day, today=today),
        total=to.duration(done.day_seconds),
    )
    return message(
        text,
        [
            section(text),
            *entries.note(entry),
            actions(*entries.correcting(to, entry.id, done.change_id), block_id=entries.of_one(entry.id)),
        ],
        replace=replace,
    )


def forgotten(to: Reader, entry: Entry, *, replace: bool = False) -> Message:
    """A timer ran for more than a day; its end is a guess until its person says more."""
    text = to.t(
        "⚠️ Your timer for {what} ran for more than 24 hours, so it was stopped. I guessed that you worked on {day} "
        "until {end} ({length}). It is not billed until you confirm or correct that.",
        what=label(entry),
        day=to.weekday(entry.day),
        end=to.clock(entry.ended_at or entry.started_at),
        length=to.duration(entry.seconds or 0),
    )
    confirm = button(to.t("That is right"), entries.CONFIRM, entries.guess(entry), style="primary")
    buttons = actions(confirm, entries.edit_button(to, entry.id), block_id=entries.of_one(entry.id))
    return message(text, [section(text), buttons], replace=replace)


def status(to: Reader, now: TimerStatus, *, today: date) -> Message:
    """What runs, and today's total."""
    if now.running is None:
        text = to.t("No timer is running · today {total}", total=to.duration(now.day_seconds))
        hint = to.t("/track start starts one, /track continue goes on with the last one, /track alone opens a form.")
        return message(text, [section(text), context(hint)])
    text = _running(to, now.running, now.day_seconds, today=today)
    buttons = actions(
        stop_button(to, now.running),
        entries.edit_button(to, now.running.id),
        block_id=entries.of_one(now.running.id),
    )
    return message(text, [section(text), *entries.note(now.running), buttons])


def asked(to: Reader, question: ProjectQuestion) -> Message:
    """Which project was meant? What was typed is kept."""
    typed = cut(" ".join(question.typed), LONGEST_TYPED)
    found = question.found
    if not question.typed:
        text = to.t("What did you work on?") if question.logging else to.t("What are you working on?")
    elif found.services:
        text = to.t("Which project is “{typed}” for?", typed=typed)
    elif found.choices:
        text = to.t("Several fit “{typed}”. Which one do you mean?", typed=typed)
    elif found.nearest:
        text = to.t("Nothing is called “{typed}”. Do you mean one of these?", typed=typed)
    else:
        text = to.t("Nothing is called “{typed}” yet. Search for it or create it.", typed=typed)
    choices = found.choices or tuple(Choice(target) for target in found.nearest)
    block_id = f"question:{question.question_id}"
    search = external_select(PICK, to.t("Search all projects"))
    create = button(to.t("Create project"), NEW, str(question.question_id))
    blocks = [section(text), *_offered(to, question.question_id, choices), actions(search, create, block_id=block_id)]
    return message(text, blocks)


def stop_button(to: Reader, entry: Entry) -> Element:
    """Stops this very timer."""
    return button(to.t("Stop"), STOP, str(entry.id), style="danger")


def _offered(to: Reader, question_id: int, choices: Sequence[Choice]) -> list[Block]:
    if not choices:
        return []
    block_id = f"question:{question_id}:offered"
    if len(choices) <= MOST_BUTTONS:
        buttons = (
            button(_choice_label(choice, BUTTON_TEXT), f"{ANSWER}:{n}", pickers.choice_value(choice))
            for n, choice in enumerate(choices)
        )
        return [actions(*buttons, block_id=block_id)]
    options = [option(_choice_label(choice, 75), pickers.choice_value(choice)) for choice in choices[:100]]
    return [actions(static_select(f"{ANSWER}:0", options, placeholder=to.t("Choose one")), block_id=block_id)]


def _choice_label(choice: Choice, most: int) -> str:
    number = f" ({choice.target.number})" if choice.target.number else ""
    service = f" · {choice.service.name}" if choice.service else ""
    return f"{choice.target.label}{number}{service}"[:most]


def _stopped_before(to: Reader, entry: Entry) -> str:
    if entry.end_guessed:
        return to.t(
            "{what} ran for more than 24 hours; I guessed its end ({end}). Please check it with /track list.",
            what=label(entry),
            end=to.clock(entry.ended_at or entry.started_at),
        )
    if entry.seconds == 0:
        return to.t("{what} ran for less than a second and is not kept.", what=label(entry))
    return to.t("Stopped {what} after {length}.", what=label(entry), length=to.duration(entry.seconds or 0))

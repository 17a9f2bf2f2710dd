"""What is said about time entries, the list of a day, and the buttons below both."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.entries import Day, Logged, label, seconds_on
from bot.texts import Reader
from bot.views.blocks import (
    MOST_MESSAGE_BLOCKS,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    cut,
    header,
    message,
    section,
)
from storage.entries import Entry

EDIT = "entry_edit"
UNDO = "change_undo"
CONFIRM = "entry_confirm"
TARGET = "target"
SERVICE = "service"
_LINES = MOST_MESSAGE_BLOCKS - 4
LONGEST_LINE = 260  # so that all lines together stay below the 13,200 characters that Slack takes


def logged(to: Reader, done: Logged, *, replace: bool = False) -> Message:
    """An entry was written."""
    entry = done.entry
    text = to.t(
        "✅ {what} · {length} on {day} · {total} in all",
        what=label(entry),
        length=to.duration(entry.seconds or 0),
        day=to.weekday(entry.day),
        total=to.duration(done.day_seconds),
    )
    note = [context(entry.note)] if entry.note else []
    return message(text, [section(text), *note, actions(*correcting(to, entry.id, done.change_id))], replace=replace)


def correcting(to: Reader, entry_id: int, change_id: int) -> tuple[Element, Element]:
    """The buttons below whatever was just written."""
    return edit_button(to, entry_id), undo_button(to, change_id)


def edit_button(to: Reader, entry_id: int) -> Element:
    """Opens the entry's form."""
    return button(to.t("Edit"), EDIT, str(entry_id))


def undo_button(to: Reader, change_id: int) -> Element:
    """Takes an action back."""
    return button(to.t("Undo"), UNDO, str(change_id))


def listed(to: Reader, days: Sequence[Day], first: date, last: date, *, today: date, now: datetime) -> Message:
    """The entries of a span, by day, each with its button."""
    total = to.duration(sum(day.seconds for day in days))
    span = to.day(first, today=today) if first == last else f"{to.weekday(first)} – {to.weekday(last)}"
    if not days:
        return message(to.t("Nothing is written down for {span}.", span=span))
    lines = [line for day in days for line in _day_lines(to, day, now=now, headed=first != last)]
    hidden = len(lines) - _LINES
    if hidden > 0:
        more = to.n("… and {count} more line.", "… and {count} more lines.", hidden)
        lines = [*lines[:_LINES], context(more + " " + to.t("Ask for a shorter span to see them all."))]
    text = to.t("{span}: {total}", span=span[:1].upper() + span[1:], total=total)
    return message(text, [header(text), *lines])


def _day_lines(to: Reader, day: Day, *, now: datetime, headed: bool) -> list[Block]:
    head = [context(f"{to.weekday(day.day)} · {to.duration(day.seconds)}")] if headed else []
    return head + [
        section(entry_line(to, entry, seconds_on(entry, day.day, now=now)), edit_button(to, entry.id))
        if entry.draft_id is None
        else section("🔒 " + entry_line(to, entry, seconds_on(entry, day.day, now=now)))
        for entry in day.entries
    ]


def entry_line(to: Reader, entry: Entry, seconds: int) -> str:
    """9:15–10:30 · 1:15 h · customer › project, and the note below. The clock is the one where it was made."""
    there = replace(to, zone=ZoneInfo(entry.zone))
    if entry.ended_at is None:
        times = to.t("since {start}", start=there.clock(entry.started_at)) + " · "
    elif entry.timed:
        times = f"{there.clock(entry.started_at)}–{there.clock(entry.ended_at)} · "
    else:
        times = ""
    flags = "".join(
        f" · {flag}"
        for flag, on in ((to.t("not billable"), not entry.billable), (to.t("end guessed"), entry.end_guessed))
        if on
    )
    line = f"{times}{to.duration(seconds)} · {label(entry)}{flags}"
    return cut(f"{line}\n{entry.note}" if entry.note else line, LONGEST_LINE)

"""What is said about time entries, the list of a day, and the buttons below both."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.entries import Logged, label
from bot.texts import Reader
from bot.views.blocks import (
    Element,
    Message,
    actions,
    button,
    context,
    cut,
    message,
    section,
)
from storage.entries import Entry

EDIT = "entry_edit"
UNDO = "change_undo"
CONFIRM = "entry_confirm"
TARGET = "target"
SERVICE = "service"
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

"""What is said about time entries, the list of a day, and the buttons below both."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, Message, actions, button, context, cut, message, section
from bot.slack.untrusted import read_id, read_moment
from bot.tracking.entries import Written, label
from bot.tracking.rules import spans
from storage.tracking import Entry

EDIT = "entry_edit"
OF_ONE = "entry:"
"""Begins the block_id of the buttons in a message about a single entry."""
UNDO = "change_undo"
CONFIRM = "entry_confirm"
TARGET = "target"
SERVICE = "service"
LONGEST_LINE = 260  # so that all lines together stay below the 13,200 characters that Slack takes


def logged(to: Reader, done: Written, *, today: date, replace: bool = False) -> Message:
    """An entry was written."""
    entry = done.entry
    written = (entry, *done.further)
    day = to.dated(entry.day, today=today)
    text = to.t(
        "✅ {what} · {length} on {day} · {which} {total}",
        what=described(to, entry),
        length=to.duration(sum(each.seconds or 0 for each in written)),
        day=", ".join((day, *(span(to, each) for each in written if each.timed))),
        which=to.t("today") if entry.day == today else to.t("that day"),
        total=to.duration(done.day_seconds),
    )
    buttons = actions(*correcting(to, entry.id, done.change_id), block_id=of_one(entry.id))
    return message(text, [section(text), *note(entry), buttons], replace=replace)


def running_since(to: Reader, entry: Entry) -> str:
    """What runs, and since when."""
    return to.t("▶️ {what} has been running since {start}", what=label(entry), start=to.clock(entry.started_at))


def note(entry: Entry) -> list[Block]:
    """Its note as small print."""
    return [context(entry.note)] if entry.note else []


def described(to: Reader, entry: Entry) -> str:
    """What an entry is about, in one line: customer › project · service · #tag, and whether it is not billable."""
    billable = "" if entry.billable else to.t("not billable")
    return " · ".join(filter(None, (label(entry), tags_text(entry), billable)))


def span(to: Reader, entry: Entry) -> str:
    """9:15–10:30, by the clock where the entry was made."""
    there = replace(to, zone=ZoneInfo(entry.zone))
    end = there.clock(entry.ended_at) if entry.ended_at else to.t("now")
    return f"{there.clock(entry.started_at)}–{end}"


def correcting(to: Reader, entry_id: int, change_id: int) -> tuple[Element, Element]:
    """The buttons below whatever was just written."""
    return edit_button(to, entry_id), undo_button(to, change_id)


def of_one(entry_id: int) -> str:
    """The block_id of these buttons; by it the message is known that a correction brings up to date."""
    return f"{OF_ONE}{entry_id}"


def edit_button(to: Reader, entry_id: int) -> Element:
    """Opens the entry's form."""
    return button(to.t("Edit"), EDIT, str(entry_id))


def undo_button(to: Reader, change_id: int) -> Element:
    """Takes an action back."""
    return button(to.t("Undo"), UNDO, str(change_id))


def guess(entry: Entry) -> str:
    """Which end of which entry is confirmed, as a button's value."""
    return f"{entry.id}:{int(entry.ended_at.timestamp())}" if entry.ended_at else str(entry.id)


def read_guess(value: str) -> tuple[int, datetime | None]:
    """The entry and its end out of such a value; older messages name no end. Raises UserError."""
    entry, _, end = value.partition(":")
    return read_id(entry), read_moment(end) if end else None


def whole_seconds(entry: Entry, now: datetime) -> int:
    """Seconds of an entry on whatever days; of a running timer those so far."""
    return entry.seconds if entry.seconds is not None else max(0, spans.whole_seconds(entry.started_at, now))


def tags_text(entry: Entry) -> str:
    """#call #review."""
    return " ".join(f"#{tag}" for tag in entry.tags.split())


def held_by(to: Reader, entry: Entry) -> str:
    """Which draft holds the entry, and how far that one is."""
    name = entry.draft.said(to)
    if entry.draft_number:
        return to.t("on the invoice {invoice}", invoice=name)
    if entry.is_in_billomat:
        return to.t("on the draft “{draft}” in Billomat", draft=name)
    if entry.may_be_in_billomat:
        return to.t("on the draft “{draft}”, which may be in Billomat", draft=name)
    return to.t("on the draft “{draft}” on its way to Billomat", draft=name)


def entry_line(to: Reader, entry: Entry, seconds: int) -> str:
    """9:15–10:30 · 1:15 h · customer › project · #tag, and the note below. The clock is the one where it was made."""
    there = replace(to, zone=ZoneInfo(entry.zone))
    if entry.ended_at is None:
        times = to.t("since {start}", start=there.clock(entry.started_at)) + " · "
    elif entry.timed:
        times = f"{there.clock(entry.started_at)}–{there.clock(entry.ended_at)} · "
    else:
        times = ""
    flags = [
        to.t("not billable") if not entry.billable else "",
        to.t("end guessed") if entry.end_guessed else "",
        held_by(to, entry) if entry.draft_id is not None else "",
        "🔗" if entry.source_link else "",
    ]
    line = " · ".join(filter(None, [f"{times}{to.duration(seconds)}", label(entry), tags_text(entry), *flags]))
    return cut(f"{line}\n{entry.note}" if entry.note else line, LONGEST_LINE)

"""What is said about time entries, the list of a day, and the form in which an entry is corrected."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.entries import Day, Logged, label, length_text, seconds_on
from bot.texts import Reader
from bot.views.blocks import (
    MOST_MESSAGE_BLOCKS,
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    checkbox,
    confirmation,
    context,
    cut,
    external_select,
    field,
    header,
    message,
    modal,
    option,
    section,
    text_input,
)
from storage.entries import Entry

EDIT = "entry_edit"
UNDO = "change_undo"
CONFIRM = "entry_confirm"
DELETE = "entry_delete"
EDITED = "entry_edited"
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


def undone(to: Reader, entries: Sequence[Entry]) -> Message:
    """The last action was taken back."""
    text = to.t("↩️ Undone.")
    if entries:
        text += " " + to.t("As before: {what}.", what=", ".join(label(entry) for entry in entries))
    return message(text, replace=True)


def deleted(to: Reader, entry: Entry, change_id: int) -> View:
    """An entry is gone, with the way back."""
    text = to.t(
        "🗑️ {what}, {length} on {day}, is deleted.",
        what=label(entry),
        length=to.duration(entry.seconds or 0),
        day=to.weekday(entry.day),
    )
    blocks = [section(text), actions(undo_button(to, change_id))]
    return modal("deleted", to.t("Edit entry"), blocks, close=to.t("Close"))


def saved(to: Reader, done: Logged, *, now: datetime) -> View:
    """An entry as it is after its correction."""
    line = entry_line(to, done.entry, seconds_on(done.entry, done.entry.day, now=now))
    total = to.t("{day}: {total} in all", day=to.weekday(done.entry.day), total=to.duration(done.day_seconds))
    blocks = [section("✅ " + line), context(total), actions(undo_button(to, done.change_id))]
    return modal("saved", to.t("Edit entry"), blocks, close=to.t("Close"))


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


def edit_form(to: Reader, entry: Entry) -> View:
    """The form of one entry. The zone is the one in which it was made."""
    zone = ZoneInfo(entry.zone)
    target = option(
        f"{entry.customer} › {entry.project}" if entry.project else entry.customer,
        f"{entry.customer_id}:{entry.project_id or ''}",
    )
    service = option(entry.service, str(entry.service_id)) if entry.service and entry.service_id else None
    blocks = [
        field(to.t("Project"), external_select(TARGET, to.t("Search"), initial=target), block_id="target"),
        field(
            to.t("Service"),
            external_select(SERVICE, to.t("Search"), initial=service),
            block_id="service",
            optional=True,
        ),
        field(
            to.t("Day"),
            {"type": "datepicker", "action_id": "day", "initial_date": entry.day.isoformat()},
            block_id="day",
        ),
        *_time_fields(to, entry, zone),
        field(
            to.t("Note"),
            text_input("note", initial=entry.note, multiline=True),
            block_id="note",
            optional=True,
        ),
        field(
            to.t("Billing"),
            checkbox("billable", option(to.t("Billable"), "yes"), on=entry.billable),
            block_id="billable",
            optional=True,
        ),
        actions(
            button(
                to.t("Delete entry"),
                DELETE,
                str(entry.id),
                style="danger",
                confirm=confirmation(
                    to.t("Delete this entry?"),
                    to.t("You can undo this for 15 minutes."),
                    to.t("Delete"),
                    to.t("Keep"),
                ),
            )
        ),
    ]
    kept = json.dumps({"entry": entry.id})
    return modal(EDITED, to.t("Edit entry"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def _time_fields(to: Reader, entry: Entry, zone: ZoneInfo) -> list[Block]:
    if not entry.timed:
        written = text_input("duration", initial=length_text(to, entry), most=20)
        hint = to.t("For example 1:30, 1.5 or 90m")
        return [field(to.t("Duration"), written, block_id="duration", hint=hint)]
    fields = [_time_field(to.t("Start"), "start", entry.started_at, zone)]
    if entry.ended_at is not None:
        fields.append(_time_field(to.t("End"), "end", entry.ended_at, zone))
    return fields


def _time_field(name: str, block_id: str, moment: datetime, zone: ZoneInfo) -> Block:
    element = {
        "type": "timepicker",
        "action_id": block_id,
        "initial_time": f"{moment.astimezone(zone):%H:%M}",
        "timezone": zone.key,
    }
    return field(name, element, block_id=block_id)

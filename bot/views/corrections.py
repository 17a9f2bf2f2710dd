"""What is said about a correction, and the form in which an entry is corrected."""

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.corrections import length_text
from bot.entries import Logged, label, seconds_on
from bot.texts import Reader
from bot.views.blocks import (
    Block,
    Message,
    View,
    actions,
    button,
    checkbox,
    confirmation,
    context,
    external_select,
    field,
    message,
    modal,
    option,
    section,
    text_input,
)
from bot.views.entries import SERVICE, TARGET, entry_line, undo_button
from storage.entries import Entry

DELETE = "entry_delete"
EDITED = "entry_edited"


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


def edit_form(to: Reader, entry: Entry) -> View:
    """The form of one entry. The zone is the one in which it was made."""
    zone = ZoneInfo(entry.zone)
    target = option(
        f"{entry.customer} › {entry.project}" if entry.project else entry.customer,
        f"{entry.customer_id}:{entry.project_id or ''}",
    )
    service = option(entry.service, str(entry.service_id)) if entry.service and entry.service_id else None
    blocks = [
        field(to.thing("project"), external_select(TARGET, to.t("Search"), initial=target), block_id="target"),
        field(
            to.thing("service"),
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

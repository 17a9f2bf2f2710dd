"""The form in which several entries of a day are corrected at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.core.texts import Reader
from bot.slack.blocks import (
    OPTION_TEXT,
    Block,
    Message,
    View,
    actions,
    button,
    checkbox,
    cut,
    external_select,
    field,
    message,
    modal,
    option,
    section,
    static_select,
)
from bot.slack.metadata import Day, Metadata, RowId
from bot.tracking.corrections import ChangedEntries
from bot.tracking.parts import whole
from bot.tracking.views.corrections import tags_field
from bot.tracking.views.entries import SERVICE, TARGET, entry_line, undo_button
from storage.tracking import Entry

OPEN = "several_open"
TURN = "several_turn"
CHANGED = "several_changed"
TICKS = "several"
"""The block_id of the first boxes, where errors stand; further ones add their number."""
YES, NO = "yes", "no"
PER_BLOCK = 10  # Slack allows so many boxes together
PER_PAGE = 50
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Ticking:
    """What the form keeps."""

    day: Day
    ticked: tuple[RowId, ...] = ()
    """The entries ticked on other pages."""
    said_at: str = ""
    """Where the list can be brought up to date from which the form was opened."""


TICKING = Metadata(Ticking)


def open_button(to: Reader, day: date) -> dict[str, Any]:
    """Opens the form for a day."""
    return button(to.t("Edit several …"), OPEN, day.isoformat())


def form(
    to: Reader, day: date, entries: Sequence[Entry], *, page: int, ticked: Sequence[int], now: datetime, said_at: str
) -> View:
    """One page of the day's entries to tick, and what is to become of them. `said_at` answers the list it is about."""
    begins = page * PER_PAGE
    shown = entries[begins : begins + PER_PAGE]
    blocks = [
        _boxes(to, shown[n : n + PER_BLOCK], n // PER_BLOCK, page=page, begins=begins + n, ticked=ticked, now=now)
        for n in range(0, len(shown), PER_BLOCK)
    ]
    turning = [
        button(text, f"{TURN}:{other}", str(other))
        for text, other in ((to.t("Back"), page - 1), (to.t("Show more"), page + 1))
        if 0 <= other * PER_PAGE < len(entries)
    ]
    if turning:
        blocks.append(actions(*turning))
    blocks += [
        field(to.thing("project"), external_select(TARGET, to.t("As it is")), block_id="target", optional=True),
        field(to.thing("service"), external_select(SERVICE, to.t("As it is")), block_id="service", optional=True),
        field(
            to.t("Billing"),
            static_select(
                "billable",
                [option(to.t("Billable"), YES), option(to.t("Not billable"), NO)],
                placeholder=to.t("As it is"),
            ),
            block_id="billable",
            optional=True,
        ),
        tags_field(to),
        field(
            to.t("Or delete them"),
            checkbox("delete", option(to.t("Delete the ticked entries"), YES), on=False),
            block_id="delete",
            optional=True,
        ),
    ]
    elsewhere = sorted(set(ticked) - {entry.id for entry in shown})
    kept = TICKING.pack(Ticking(day, tuple(elsewhere), said_at))
    return modal(
        CHANGED,
        to.t("Edit several"),
        blocks,
        submit=to.t("Change"),
        close=to.t("Cancel"),
        metadata=kept,
    )


def tick_blocks(page_length: int = PER_PAGE) -> list[str]:
    """The block_ids of the boxes on a page."""
    return [_block_id(number) for number in range(-(-page_length // PER_BLOCK))]


def _block_id(number: int) -> str:
    return f"{TICKS}{number or ''}"


def _boxes(
    to: Reader, entries: Sequence[Entry], number: int, *, page: int, begins: int, ticked: Sequence[int], now: datetime
) -> Block:
    options = {
        entry.id: option(cut(entry_line(to, entry, whole(entry, now)).replace("\n", " · "), OPTION_TEXT), str(entry.id))
        for entry in entries
    }
    element: dict[str, Any] = {
        "type": "checkboxes",
        "action_id": f"page:{page}",
        "options": list(options.values()),
    }
    if initial := [shown for entry_id, shown in options.items() if entry_id in ticked]:
        element["initial_options"] = initial
    label = to.t("Entries {first}–{last}", first=begins + 1, last=begins + len(entries))
    return field(label, element, block_id=_block_id(number), optional=True)


def changed(to: Reader, done: ChangedEntries, *, deleted: bool, now: datetime) -> Message:
    """The entries as they are now, with the way back."""
    count = len(done.entries)
    if deleted:
        text = to.n("🗑️ {count} entry is deleted.", "🗑️ {count} entries are deleted.", count)
    else:
        text = to.n("✅ {count} entry is changed.", "✅ {count} entries are changed.", count)
    lines = [section(entry_line(to, entry, whole(entry, now))) for entry in done.entries[:MOST_SHOWN]]
    return message(text, [section(text), *lines, actions(undo_button(to, done.change_id))])

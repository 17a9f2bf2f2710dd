"""The daily summary, and the form in which missing time is written down."""

import json
from collections.abc import Sequence
from datetime import date

from bot.entries import Logged, label
from bot.overview import Overview, Unbilled
from bot.texts import Reader
from bot.views import entries
from bot.views.blocks import (
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    cut,
    external_select,
    field,
    header,
    message,
    modal,
    section,
    text_input,
)
from storage.entries import Entry

STOP = "summary_stop"
LOG = "summary_log"
ENTRIES = "summary_entries"
LOGGED = "summary_logged"
MOST_PROJECTS = 15
LONGEST_NAME = 150
"""So that all lines together stay within one section."""


def summary(to: Reader, day: Overview, *, reminders: bool, replace: bool = False) -> Message:
    """The day in one message: time per project, what runs and, for those who want `reminders`, what waits."""
    title = to.t("Your day: {total}", total=to.duration(day.seconds))
    blocks = [header(title)]
    if day.projects:
        blocks.append(section(_projects(to, day.projects)))
    else:
        blocks.append(section(to.t("Nothing is written down for this day yet. Did you work on something?")))
    blocks += [*running(to, day), *(guessed(to, day.guessed) if reminders else ())]
    buttons = [log_button(to, day.day)]
    if day.entries:
        buttons.append(button(to.t("Edit entries"), ENTRIES, day.day.isoformat()))
    blocks.append(actions(*buttons))
    if day.unbilled:
        blocks.append(context(unbilled(to, day.unbilled)))
    return message(title, blocks, replace=replace)


def running(to: Reader, day: Overview) -> list[Block]:
    """The timer that runs, with the button that stops it and shows the day anew."""
    if day.running is None:
        return []
    text = to.t(
        "▶️ {what} has been running since {start}", what=label(day.running), start=to.clock(day.running.started_at)
    )
    stop = button(to.t("Stop"), STOP, str(day.running.id), style="danger")
    return [section(text, stop, block_id=f"running:{day.day.isoformat()}")]


def guessed(to: Reader, found: Sequence[Entry]) -> list[Block]:
    """Ends that Trackomat guessed; saving the form confirms them."""
    return [
        section(
            to.t(
                "⚠️ {what}, {day}: I guessed the end ({end}). It is not billed until you check it.",
                what=label(entry),
                day=to.weekday(entry.day),
                end=to.clock(entry.ended_at or entry.started_at),
            ),
            entries.edit_button(to, entry.id),
        )
        for entry in found
    ]


def unbilled(to: Reader, money: Unbilled) -> str:
    """What the workspace could bill."""
    return to.t("Not billed yet: {amount} net", amount=to.money(money.cents, money.currency))


def log_button(to: Reader, day: date) -> Element:
    """Opens the form for time that was not tracked."""
    return button(to.t("Log missing time"), LOG, day.isoformat())


def log_form(to: Reader, day: date, *, from_home: bool = False) -> View:
    """Project, length and day; `from_home` travels along, so that the App Home can be shown anew."""
    blocks = [
        field(to.thing("project"), external_select(entries.TARGET, to.t("Search")), block_id="target"),
        field(to.thing("service"), external_select(entries.SERVICE, to.t("Search")), block_id="service", optional=True),
        field(
            to.t("Duration"),
            text_input("duration", most=20),
            block_id="duration",
            hint=to.t("For example 1:30, 1.5 or 90m"),
        ),
        field(
            to.t("Day"),
            {"type": "datepicker", "action_id": "day", "initial_date": day.isoformat()},
            block_id="day",
        ),
        field(to.t("Note"), text_input("note", multiline=True), block_id="note", optional=True),
    ]
    kept = json.dumps({"home": from_home})
    return modal(LOGGED, to.t("Log missing time"), blocks, submit=to.t("Log"), close=to.t("Cancel"), metadata=kept)


def logged(to: Reader, done: Logged) -> View:
    """What was written down, with the way back."""
    *said, _ = entries.logged(to, done)["blocks"]
    blocks = [*said, actions(entries.undo_button(to, done.change_id))]
    return modal("summary_saved", to.t("Log missing time"), blocks, close=to.t("Close"))


def _projects(to: Reader, projects: Sequence[tuple[str, int]]) -> str:
    lines = [f"{to.duration(seconds)}  {cut(project, LONGEST_NAME)}" for project, seconds in projects[:MOST_PROJECTS]]
    hidden = len(projects) - MOST_PROJECTS
    if hidden > 0:
        lines.append(to.n("… and {count} more project", "… and {count} more projects", hidden))
    return "\n".join(lines)

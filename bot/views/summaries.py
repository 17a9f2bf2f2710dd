"""Lists of days, the daily summary, and the form in which missing time is written down."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from bot.entries import Day, Logged, label, seconds_on
from bot.overview import Overview, Span, Unbilled
from bot.texts import Reader
from bot.views import entries, several
from bot.views.blocks import (
    MOST_MESSAGE_BLOCKS,
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    cut,
    divider,
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
PAGE = "list_page"
"""The action_ids end in a word of their own, because they must differ."""
LOGGED = "summary_logged"
MOST_PROJECTS = 10
LONGEST_NAME = 80
"""So that all lines together stay within one section, and beside a page of entries within one message."""
ROOM = MOST_MESSAGE_BLOCKS - 6
"""Blocks for the days and entries of one page of a list."""
BAR = 8
FIGURE_SPACE = "\u2007"
"""As wide as a digit."""


def summary(to: Reader, day: Overview, *, reminders: bool, replace: bool = False) -> Message:
    """The day in one message: time per project, what runs and, for those who want `reminders`, what waits."""
    title = to.t("Your day: {total}", total=to.duration(day.seconds))
    blocks = [header(title)]
    if day.projects:
        blocks.append(section(bars(to, day.projects)))
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


def listed(to: Reader, span: Span, begins: int, today: date, now: datetime) -> Message:
    """The entries of a span, by day, each with its button; one page of them, from entry number `begins` on."""
    one_day = span.first == span.last
    named = to.day(span.first, today=today) if one_day else f"{to.weekday(span.first)} – {to.weekday(span.last)}"
    if not span.days:
        text = to.t("Nothing is written down for {span}.", span=named)
        return message(text, [section(text), context(to.t("/track log writes down what you did."))])
    parts = [(day, number) for day in span.days for number in range(len(day.entries))]
    ends, lines = _page(to, parts, begins, now=now, headed=not one_day)
    text = to.t("{span}: {total}", span=named[:1].upper() + named[1:], total=to.duration(span.seconds))
    blocks = [header(text), *lines]
    if not one_day and len(span.projects) > 1:
        blocks += [divider(), section(bars(to, span.projects))]
    if one_day and sum(entry.draft_id is None for entry in span.days[0].entries) > 1:
        blocks.append(actions(several.open_button(to, span.first)))
    if ends - begins < len(parts):
        blocks += _turning(to, span, begins, ends, len(parts))
    return message(text, blocks)


def _page(
    to: Reader, parts: Sequence[tuple[Day, int]], begins: int, *, now: datetime, headed: bool
) -> tuple[int, list[Block]]:
    """As many parts of days as fit, each day under its head; and the number of the first that did not."""
    lines: list[Block] = []
    above = None
    for number, (day, which) in enumerate(parts[begins:], start=begins):
        head = [context(f"{to.weekday(day.day)} · {to.duration(day.seconds)}")] if headed and day is not above else []
        if len(lines) + len(head) + 1 > ROOM:
            return number, lines
        entry = day.entries[which]
        lines += [*head, entry_block(to, entry, seconds_on(entry, day.day, now=now))]
        above = day
    return len(parts), lines


def _turning(to: Reader, span: Span, begins: int, ends: int, count: int) -> list[Block]:
    """Where in the list this page is, and the ways to the others."""
    shown = to.t("{first}–{last} of {count}", first=begins + 1, last=ends, count=count)
    where = f"{span.first.isoformat()}/{span.last.isoformat()}"
    buttons = []
    if ends < count:
        buttons.append(button(to.t("Show more"), f"{PAGE}:next", f"{where}/{ends}"))
    if begins > 0:
        buttons.append(button(to.t("From the start"), f"{PAGE}:first", f"{where}/0"))
    return [context(shown), actions(*buttons)]


def read_page(value: str) -> tuple[date, date, int]:
    """First day, last day and where to begin, out of the value of a button that turns pages."""
    first, last, begins = value.split("/")
    return date.fromisoformat(first), date.fromisoformat(last), int(begins)


def entry_block(to: Reader, entry: Entry, seconds: int) -> Block:
    """One entry, with the button that opens its form; what is billed has none."""
    line = entries.entry_line(to, entry, seconds)
    return section("🔒 " + line) if entry.draft_id is not None else section(line, entries.edit_button(to, entry.id))


def bars(to: Reader, rows: Sequence[tuple[str, int]]) -> str:
    """A picture of lengths that can be read aloud: 1:30 h ▇▇▇▁▁▁▁▁ Acme › Website. The bars are all equally wide."""
    shown = rows[:MOST_PROJECTS]
    longest = max((seconds for _, seconds in shown), default=0) or 1
    lengths = [to.duration(seconds) for _, seconds in shown]
    width = max(map(len, lengths), default=0)
    lines = []
    for (name, seconds), length in zip(shown, lengths, strict=True):
        full = -(-seconds * BAR // longest)
        lines.append(
            f"{length.rjust(width, FIGURE_SPACE)}  {'▇' * full}{'▁' * (BAR - full)}  {cut(name, LONGEST_NAME)}"
        )
    hidden = len(rows) - len(shown)
    if hidden > 0:
        lines.append(to.n("… and {count} more project", "… and {count} more projects", hidden))
    return "\n".join(lines)


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


def logged(to: Reader, done: Logged, *, today: date) -> View:
    """What was written down, with the way back."""
    *said, _ = entries.logged(to, done, today=today)["blocks"]
    blocks = [*said, actions(entries.undo_button(to, done.change_id))]
    return modal("summary_saved", to.t("Log missing time"), blocks, close=to.t("Close"))

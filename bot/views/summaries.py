"""Lists of days, and the daily summary."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.entries import Day, label, seconds_on
from bot.invoices import Unbilled
from bot.overview import Overview, Span
from bot.texts import Reader
from bot.views import entries, several
from bot.views.blocks import (
    MOST_MESSAGE_BLOCKS,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    cut,
    divider,
    header,
    message,
    section,
)
from bot.views.values import read_day, read_number
from storage.entries import Entry

STOP = "summary_stop"
LOG = "summary_log"
ENTRIES = "summary_entries"
PAGE = "list_page"
"""The action_ids end in a word of their own, because they must differ."""
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
    if begins >= len(parts):  # so many were deleted meanwhile
        begins = 0
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
    """First day, last day and where to begin, out of the value of a button that turns pages. Raises UserError."""
    first, last, begins = (*value.split("/"), "", "")[:3]
    return read_day(first), read_day(last), read_number(begins)


def entry_block(to: Reader, entry: Entry, seconds: int) -> Block:
    """One entry, with the button that opens its form; what is billed has none."""
    line = entries.entry_line(to, entry, seconds)
    return section("🔒 " + line) if entry.draft_id is not None else section(line, entries.edit_button(to, entry.id))


def bars(to: Reader, projects: Sequence[tuple[str, int]]) -> str:
    """The time of projects as a picture; of many only the longest."""
    lines = [pictured(to, projects[:MOST_PROJECTS])]
    hidden = len(projects) - MOST_PROJECTS
    if hidden > 0:
        lines.append(to.n("… and {count} more project", "… and {count} more projects", hidden))
    return "\n".join(lines)


def pictured(to: Reader, rows: Sequence[tuple[str, int]]) -> str:
    """Lengths as a picture that can be read aloud: 1:30 h ▇▇▇▁▁▁▁▁ Acme › Website. All bars are equally wide."""
    longest = max((seconds // 60 for _, seconds in rows), default=0) or 1
    lengths = [to.duration(seconds) for _, seconds in rows]
    width = max(map(len, lengths), default=0)
    lines = []
    for (name, seconds), length in zip(rows, lengths, strict=True):
        full = -(-(seconds // 60) * BAR // longest)
        bar = "▇" * full + "▁" * (BAR - full)
        lines.append(f"{length.rjust(width, FIGURE_SPACE)}  {bar}  {cut(name, LONGEST_NAME)}")
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
    """Opens the form for time of this day that was not tracked."""
    return button(to.t("Log missing time"), LOG, day.isoformat())

"""Lists of days: entries with their buttons, by page, and what they add up to by project."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.core.texts import Reader, to_the_minute
from bot.slack.blocks import (
    MOST_MESSAGE_BLOCKS,
    Block,
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
from bot.slack.untrusted import read_day, read_number
from bot.tracking.entries import WorkedDay
from bot.tracking.lists import ListedPeriod
from bot.tracking.parts import ShownPart, part_on
from bot.tracking.views import bulk_edit, entries
from storage.tracking import Entry

PAGE = "list_page"
"""The action_ids end in a word of their own, because they must differ."""
MOST_PROJECTS = 10
LONGEST_NAME = 80
"""So that all lines together stay within one section, and beside a page of entries within one message."""
MOST_LINE_BLOCKS = MOST_MESSAGE_BLOCKS - 7
"""Blocks for the days and entries of one page of a list."""
DAY = timedelta(days=1)
BAR = 8
FIGURE_SPACE = "\u2007"
"""As wide as a digit."""


def listed(to: Reader, period: ListedPeriod, begins: int, today: date, now: datetime) -> Message:
    """The entries of a period, by day, each with its button; one page of them, from entry number `begins` on."""
    one_day = period.first == period.last
    named = to.day(period.first, today=today) if one_day else f"{to.weekday(period.first)} – {to.weekday(period.last)}"
    if not period.days:
        text = to.t("Nothing is written down for {span}.", span=named)
        return message(text, [section(text), context(to.t("/track log writes down what you did."))])
    parts = [(day, number) for day in period.days for number in range(len(day.entries))]
    if begins >= len(parts):  # so many were deleted meanwhile
        begins = 0
    ends, lines = _page(to, parts, begins, now=now, headed=not one_day)
    text = to.t("{span}: {total}", span=named[:1].upper() + named[1:], total=to.total(period.seconds))
    blocks = [header(text), *lines]
    if not one_day and len(period.projects) > 1:
        blocks += [divider(), section(bars(to, period.projects))]
    if small := [*_edges(to, period, today), *lines_add_up(to, period.days, period.seconds, now=now)]:
        blocks.append(context("\n".join(small)))
    if one_day and sum(entry.draft_id is None for entry in period.days[0].entries) > 1:
        blocks.append(actions(bulk_edit.open_button(to, period.first)))
    if ends - begins < len(parts):
        blocks += _turning(to, period, begins, ends, len(parts))
    return message(text, blocks)


def _edges(to: Reader, period: ListedPeriod, today: date) -> list[str]:
    """What of the listed entries other days have, and that an invoice counts each where it began."""
    around = (period.first - DAY, period.last, period.last + DAY)
    before, last, after = (to.dated(day, today=today) for day in around)
    said = []
    if period.edges.begun_before:
        length = to.duration(period.edges.begun_before)
        said.append(to.t("{length} here began on {before}. An invoice counts it there.", length=length, before=before))
    if period.edges.after:
        length = to.duration(period.edges.after)
        said.append(
            to.t(
                "{length} after midnight belongs to {after}. An invoice counts it on {last}, when it began.",
                length=length,
                after=after,
                last=last,
            )
        )
    return said


def lines_add_up(to: Reader, days: Sequence[WorkedDay], total: int, *, now: datetime) -> list[str]:
    """Nothing where the lines are together the sum; otherwise what they are, and why."""
    parts = (part_on(entry, day.day, now) for day in days for entry in day.entries)
    lines = sum(to.full_units(part.seconds) for part in parts)
    heads = sum(to.full_units(to_the_minute(day.seconds)) for day in days)
    if lines == heads == to.full_units(to_the_minute(total)):
        return []
    unit = to.t("minutes") if to.unit <= 60 else to.n("{count} minute", "{count} minutes", to.unit // 60)
    return [
        to.t(
            "The lines show full {unit} and are {lines} together; the sum counts every second, as an invoice does.",
            unit=unit,
            lines=f"{to.length(lines)} h",
        )
    ]


def for_all_customers(to: Reader, answer: Message, words: Sequence[str]) -> Message:
    """A list below the names that were typed and do not narrow it down."""
    typed = cut(" ".join(words), LONGEST_NAME)
    said = to.t("The list shows all customers: “{typed}” does not narrow it down yet.", typed=typed)
    return answer | {"blocks": [context(said), *answer["blocks"]]}


def _page(
    to: Reader, parts: Sequence[tuple[WorkedDay, int]], begins: int, *, now: datetime, headed: bool
) -> tuple[int, list[Block]]:
    """As many parts of days as fit, each day under its head; and the number of the first that did not."""
    lines: list[Block] = []
    above = None
    for number, (day, which) in enumerate(parts[begins:], start=begins):
        head = [context(f"{to.weekday(day.day)} · {to.total(day.seconds)}")] if headed and day is not above else []
        if len(lines) + len(head) + 1 > MOST_LINE_BLOCKS:
            return number, lines
        entry = day.entries[which]
        lines += [*head, entry_block(to, entry, part_on(entry, day.day, now))]
        above = day
    return len(parts), lines


def _turning(to: Reader, period: ListedPeriod, begins: int, ends: int, count: int) -> list[Block]:
    """Where in the list this page is, and the ways to the others."""
    shown = to.t("{first}–{last} of {total}", first=begins + 1, last=ends, total=count)
    where = f"{period.first.isoformat()}/{period.last.isoformat()}"
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


def entry_block(to: Reader, entry: Entry, part: ShownPart) -> Block:
    """One entry, with the button that opens its form; what is billed has none."""
    line = entries.entry_line(to, entry, part)
    if entry.draft_id is not None:
        return entries.locked(to, entry, line)
    return section(line, entries.edit_button(to, entry.id))


def bars(to: Reader, projects: Sequence[tuple[str, int]]) -> str:
    """The time of projects as a picture; of many only the longest."""
    rows = adding_up(projects)
    lines, hidden = [pictured(to, rows[:MOST_PROJECTS])], rows[MOST_PROJECTS:]
    if hidden:
        length = to.total(sum(seconds for _, seconds in hidden))
        lines.append(
            to.n(
                "… and {count} more project: {length}",
                "… and {count} more projects: {length}",
                len(hidden),
                length=length,
            )
        )
    return "\n".join(lines)


def adding_up(projects: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The same in full minutes that are together the sum, in full minutes too: the largest rests are rounded up."""
    minutes = to_the_minute(sum(seconds for _, seconds in projects)) // 60
    missing = minutes - sum(seconds // 60 for _, seconds in projects)
    largest = sorted(range(len(projects)), key=lambda n: -(projects[n][1] % 60))[:missing]
    return [(name, (seconds // 60 + (n in largest)) * 60) for n, (name, seconds) in enumerate(projects)]


def pictured(to: Reader, rows: Sequence[tuple[str, int]]) -> str:
    """Lengths as a picture that can be read aloud: 1:30 h ▇▇▇▁▁▁▁▁ Acme › Website. All bars are equally wide."""
    longest = max((seconds // 60 for _, seconds in rows), default=0) or 1
    lengths = [to.total(seconds) for _, seconds in rows]
    width = max(map(len, lengths), default=0)
    lines = []
    for (name, seconds), length in zip(rows, lengths, strict=True):
        full = -(-(seconds // 60) * BAR // longest)
        bar = "▇" * full + "▁" * (BAR - full)
        lines.append(f"{length.rjust(width, FIGURE_SPACE)}  {bar}  {cut(name, LONGEST_NAME)}")
    return "\n".join(lines)

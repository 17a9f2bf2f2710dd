"""Lists: what was understood, what it adds up to, its entries by page with their buttons, and where to look next."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.texts import Reader, capitalized
from bot.slack.blocks import (
    BUTTON_VALUE,
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
from bot.slack.untrusted import read_day, read_number, reading
from bot.tracking.listed import Listed, ListedPart
from bot.tracking.parts import part_on
from bot.tracking.rules.filters import (
    Filter,
    Grouping,
    ReportQuery,
    dump_filter,
    dump_query,
    read_filter,
)
from bot.tracking.rules.settled import Settled
from bot.tracking.views import bulk_edit, entries, expenses, filter_form, filters
from bot.tracking.views.entries import LONGEST_LINE
from bot.tracking.views.sums import bars, lines_add_up, not_open_yet, settled_said

PAGE = "list_page"
"""The action_ids end in a word of their own, because they must differ."""
AS_REPORT = "list_report"
MOST_LINE_BLOCKS = MOST_MESSAGE_BLOCKS - 7
"""Blocks for the days and entries of one page of a list."""
LONGEST_SPOKEN = 50
"""Characters that are said of an entry to those who hear its button: enough for its times and project."""
LONG = 100
"""Entries from which on a list says first what they add up to by project, and how to have fewer."""
DAY = timedelta(days=1)


def listed(to: Reader, found: Listed, now: datetime) -> Message:
    """One page of what fits: totals first, then the entries by day, each with its button where it is the reader's."""
    if not found.days and not found.spent.expenses:
        return _nothing(to, found)
    span = _span(to, found)
    text = to.t("{span}: {total}", span=capitalized(span), total=to.total(found.amounts.seconds))
    understood = filters.said(to, found.chosen, found.names) if _says_more_than_days(found) else ""
    sums = _sums(to, found)
    lines = [*_lines(to, found, now), *(_spent(to, found) if found.begins == 0 else ())]
    bars_of = [section(bars(to, found.projects))] if len(found.projects) > 1 else []
    if found.count > LONG:
        lines = [*bars_of, *lines]
    elif bars_of:
        lines = [*lines, divider(), *bars_of]
    small = [context("\n".join(said))] if (said := [*_remarks(to, found)]) else []
    above = [header(text), context("\n".join(filter(None, (understood, sums))))]
    spoken = " · ".join(filter(None, (text, understood, sums)))
    return message(spoken, [*above, *lines, *small, *_buttons(to, found)])


def _spent(to: Reader, found: Listed) -> Iterator[Block]:
    """The expenses below the time, on the first page."""
    names = found.names
    several = found.chosen.people != (names.asks,)
    yield from expenses.listed(to, found.spent, today=names.today, asks=names.asks, bills=found.bills, several=several)


def _nothing(to: Reader, found: Listed) -> Message:
    """Nothing fits: what was looked for, and where else."""
    is_open = found.chosen.first is None or found.chosen.last is None
    if is_open or _says_more_than_days(found):
        text = to.t("Nothing fits: {what}.", what=filters.said(to, found.chosen, found.names))
        return message(text, [section(text), *_buttons(to, found)])
    text = to.t("Nothing is written down for {span}.", span=_span(to, found))
    return message(text, [section(text), context(to.t("/track log writes down what you did.")), *_buttons(to, found)])


def _span(to: Reader, found: Listed) -> str:
    """Today, Week 11, 9–15 Mar, October 2026: the days of a list, called as in the buttons below it and in reports."""
    chosen, today = found.chosen, found.names.today
    if chosen.first and chosen.first == chosen.last:
        return to.day(chosen.first, today=today)
    return filters.span(to, chosen, today=today)


def _says_more_than_days(found: Listed) -> bool:
    return found.chosen != _all_own_time(found)


def _all_own_time(found: Listed) -> Filter:
    """The reader's own time of the same days."""
    own = (found.names.asks,) if found.names.asks else ()
    return Filter(found.chosen.first, found.chosen.last, found.chosen.unit, people=own)


def _sums(to: Reader, found: Listed) -> str:
    amounts = found.amounts
    billable = to.t("{length} billable", length=to.total(amounts.billable))
    settled = [*settled_said(to, found.settled)]
    return " · ".join((billable, to.t("{length} not billed yet", length=to.total(amounts.open)), *settled))


def _lines(to: Reader, found: Listed, now: datetime) -> Iterator[Block]:
    """The parts of a page, each day under its head with what fits on it."""
    sums = {day.day: day.amounts.seconds for day in found.days}
    above = None
    for part in found.page:
        if part.day != above and not found.is_one_day:
            yield context(f"{to.dated(part.day, today=found.names.today)} · {to.total(sums[part.day])}")
        above = part.day
        yield _entry_block(to, part, now, bills=found.bills, can_edit=part.entry.person_id == found.names.asks)


def _entry_block(to: Reader, part: ListedPart, now: datetime, *, bills: bool, can_edit: bool) -> Block:
    """A part of an entry, with the button that opens its form; what is billed or somebody else's has none."""
    entry, shown = part.entry, part_on(part.entry, part.day, now)
    line = entries.entry_line(to, entry, shown, who=part.who)
    if entry.is_held:
        return entries.locked(to, entry, line, may_look=bills or can_edit)
    if not can_edit:
        return section(line)
    edit = entries.edit_button(to, entry.id, what=cut(line.partition("\n")[0], LONGEST_SPOKEN))
    return section(cut(line, LONGEST_LINE - len(edit["accessibility_label"])), edit)


def _remarks(to: Reader, found: Listed) -> Iterator[str]:
    """What a reader has to know of these sums, and of what is not on this page."""
    is_all = len(found.page) == found.count
    if not is_all:
        yield to.t("{first}–{last} of {total}", first=found.begins + 1, last=found.ends, total=found.count)
    if found.count > LONG:
        yield to.t("This is a long list: names, fewer days, #tags or “Filter …” make it shorter.")
    yield from _edges(to, found)
    if not is_all:
        sums = found.amounts
        yield from not_open_yet(to, timers=found.timers, running=sums.running, guessed=sums.guessed)
    yield from lines_add_up(to, found.amounts.lines, [day.amounts.seconds for day in found.days])


def _edges(to: Reader, found: Listed) -> Iterator[str]:
    """What of the listed entries other days have, and that an invoice counts each where it began."""
    first, last, today = found.chosen.first, found.chosen.last, found.names.today
    if found.edges.begun_before and first:
        length = to.duration(found.edges.begun_before)
        before = to.dated(first - DAY, today=today)
        yield to.t("{length} here began on {before}. An invoice counts it there.", length=length, before=before)
    if found.edges.after and last:
        yield to.t(
            "{length} after midnight belongs to {after}. An invoice counts it on {last}, when it began.",
            length=to.duration(found.edges.after),
            after=to.dated(last + DAY, today=today),
            last=to.dated(last, today=today),
        )


def _buttons(to: Reader, found: Listed) -> Iterator[Block]:
    """The ways to other pages and other days, and to the same otherwise."""
    turning = []
    if found.ends < found.count:
        turning.append(_turning(to.t("Show more"), "next", found.chosen, found.ends))
    if found.begins > 0:
        turning.append(_turning(to.t("From the start"), "first", found.chosen))
    days = filters.other_days(to, found.chosen, today=found.names.today)
    turning += [_turning(other.text, other.which, other.filter, spoken=other.spoken) for other in days]
    ways = []
    if _offers_bulk_edit(found) and found.chosen.first:
        ways.append(bulk_edit.open_button(to, found.chosen.first))
    if found.days:
        ways.append(button(to.t("As a report"), AS_REPORT, dump_query(ReportQuery(found.chosen, (Grouping.PROJECT,)))))
    ways.append(filter_form.list_button(to, found.chosen))
    if found.bills and (found.amounts.open or found.spent.can_be_billed):
        ways.append(filters.invoice_button(to, found.chosen))
        ways.append(filters.elsewhere_button(to, found.chosen, is_marked=False))
    if found.bills and (Settled.ELSEWHERE in found.settled or found.spent.has_elsewhere):
        ways.append(filters.elsewhere_button(to, found.chosen, is_marked=True))
    for row in (turning, ways):
        if fitting := [each for each in row if len(each["value"]) <= BUTTON_VALUE]:
            yield actions(*fitting)


def _offers_bulk_edit(found: Listed) -> bool:
    """Whether the list is all of one day of the reader's, and more than one entry of it can be changed."""
    open_entries = sum(not part.entry.is_held for part in found.page)
    return found.is_one_day and not _says_more_than_days(found) and open_entries > 1


def _turning(text: str, which: str, chosen: Filter, begins: int = 0, *, spoken: str = "") -> Element:
    return button(text, f"{PAGE}:{which}", f"{begins} {dump_filter(chosen)}", label=spoken)


@reading()
def read_page(value: str, *, own: int) -> tuple[Filter, int]:
    """The filter and the number of the first entry, out of the value of a button. Raises UserError.

    Older messages name the first day, the last day and the number, of the time of whoever clicks: `own` is their id.
    """
    begins, _, packed = value.partition(" ")
    if packed:
        return read_filter(packed), read_number(begins)
    first, last, number = value.split("/")
    return Filter(read_day(first), read_day(last), people=(own,)), read_number(number)

"""A report as text that is readable on a phone."""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from bot.billing.views.budgets import project_said
from bot.core.texts import Reader, capitalized
from bot.reports.report import Report
from bot.reports.rules.rows import Row
from bot.reports.views import labels
from bot.reports.views.further import below
from bot.reports.views.labels import LONGEST_NAME, MANY_ROWS, SHORTER_NAME, amount_behind
from bot.slack.blocks import SECTION_TEXT, Block, Message, context, cut, header, message, section
from bot.tracking.views import expenses as expense_views
from bot.tracking.views import filters
from bot.tracking.views.sums import adding_up, lines_add_up, not_open_yet, pictured, settled_said

AS_TEXT = "report_text"
"""Shows a report with tables as text: Slack may take them, and this reader's client still not draw them."""


def report(to: Reader, shown: Report) -> Message:
    """Totals first, then the rows, then what else could be looked at."""
    return framed(to, shown, rows(to, shown))


def rows(to: Reader, shown: Report) -> list[Block]:
    """The rows as text."""
    return [section(text) for text in _in_sections(_lines(to, shown))]


def framed(to: Reader, shown: Report, rows: Sequence[Block], end: Sequence[Block] | None = None) -> Message:
    """The rows, as text or as tables, between the totals and what else could be looked at, or another `end`."""
    span = filters.span(to, shown.query.filter, today=shown.names.today)
    heading = to.t("{span}: {total}", span=capitalized(span), total=to.total(shown.totals.seconds))
    sums = totals(to, shown)
    blocks = [
        header(heading),
        context(filters.said(to, shown.query.filter, shown.names, shown.query.by)),
        section(sums),
        *rows,
        *([context("\n".join(said))] if (said := [*remarks(to, shown)]) else ()),
        *(below(to, shown) if end is None else end),
    ]
    return message(f"{heading} · {sums}", blocks)


def totals(to: Reader, shown: Report) -> str:
    """What of it is billable, and what is not billed yet, with its money for those who see it."""
    sums = shown.totals
    if not sums.entries:
        return (
            to.t("No time is written down for that.")
            if shown.spent.expenses
            else to.t("Nothing is written down for that.")
        )
    said = [
        to.t("{length} billable", length=to.total(sums.billable)),
        to.t("{length} not billed yet", length=to.total(sums.open)),
    ]
    said += settled_said(to, shown.settled)
    if shown.currency and sums.open > sums.unpriced:
        said.append(to.t("{amount} net", amount=to.sums(sums.cents, shown.currency, sums.others)))
    if shown.currency and sums.unpriced:
        said.append(to.t("{length} of it without a rate", length=to.total(sums.unpriced)))
    if shown.currency and sums.covered:
        said.append(to.t("{length} of it covered by fixed prices", length=to.total(sums.covered)))
    return " · ".join(said)


# Rows


def _lines(to: Reader, shown: Report) -> list[str]:
    """A line for each row; where a group has several, its name and its sum stand above them."""
    if not shown.rows:
        return []
    together = [[*rows] for _, rows in groupby(shown.rows, key=lambda row: row.keys[:-1])]
    named = [
        (_name(to, shown, row, in_group=_is_headed(rows)), row.figures.seconds) for rows in together for row in rows
    ]
    full = adding_up(named)
    drawn = zip(pictured(to, full).split("\n"), full, strict=True)
    lines = []
    for rows in together:
        drawn_here = [*islice(drawn, len(rows))]
        if _is_headed(rows):
            lines += ["", _head(to, shown, rows[0], sum(seconds for _, (_, seconds) in drawn_here))]
        lines += [line for line, _ in drawn_here]
        lines += [""] if _is_headed(rows) else []
    return lines


def _is_headed(rows: Sequence[Row]) -> bool:
    return len(rows) > 1 and len(rows[0].keys) > 1


def _name(to: Reader, shown: Report, row: Row, *, in_group: bool) -> str:
    named = labels.within(to, shown, row) if in_group else labels.whole(to, shown, row)
    return _short(shown, named) + amount_behind(to, shown, row.figures)


def _head(to: Reader, shown: Report, row: Row, seconds: int) -> str:
    """The name of a group and its sum: of all its rows, also those that are not shown."""
    (group,) = (each for each in shown.groups if each.keys == row.keys[:1])
    named = _short(shown, labels.label(to, shown, group.keys[0]))
    length = to.total(group.figures.seconds) if shown.hidden else to.duration(seconds)
    return to.t("{span}: {total}", span=named, total=length) + amount_behind(to, shown, group.figures)


def _short(shown: Report, name: str) -> str:
    most = LONGEST_NAME if len(shown.rows) <= MANY_ROWS else SHORTER_NAME
    return cut(" ".join(name.split()), most)


def _in_sections(lines: Sequence[str]) -> Iterator[str]:
    """The lines in as few texts as Slack takes; a group's begins or ends with an empty one."""
    text = ""
    for line in lines:
        if len(text) + len(line) >= SECTION_TEXT:
            yield text.strip("\n")
            text = ""
        if line or not text.endswith("\n\n"):
            text += f"{line}\n"
    if text.strip("\n"):
        yield text.strip("\n")


def remarks(to: Reader, shown: Report) -> Iterator[str]:
    """What a reader has to know of these sums."""
    sums = shown.totals
    if shown.spent.expenses:
        yield to.t("{expenses}, not in the sums above.", expenses=expense_views.sums(to, shown.spent))
    if shown.hidden:
        yield to.n(
            "… and {count} more row. Shown are those with the most time: choose fewer days, a name or another "
            "grouping.",
            "… and {count} more rows. Shown are those with the most time: choose fewer days, a name or another "
            "grouping.",
            shown.hidden,
        )
    if shown.rows and not shown.hidden and not shown.counts_twice:
        full = adding_up([("", row.figures.seconds) for row in shown.rows])
        yield from lines_add_up(to, sum(to.full_units(seconds) for _, seconds in full), [sums.seconds])
    if shown.counts_twice:
        yield to.t("An entry with several tags counts in each of them, so the rows are more than the total.")
    yield from not_open_yet(to, timers=sums.timers, running=sums.running, guessed=sums.guessed)
    for each in shown.cut:
        yield to.t(
            "{time} of {project} are above its budget: they are not billed, and in no amount.",
            time=to.total(each.above),
            project=project_said(each.budget),
        )
    if shown.late and (last := shown.query.filter.last):
        yield to.t(
            "{length} after midnight counts on {day}, when it began, as on an invoice.",
            length=to.total(shown.late),
            day=to.dated(last, today=shown.names.today),
        )

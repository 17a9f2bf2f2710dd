"""A report with Slack's own chart and table in place of its rows as text: the reader sorts, filters and pages them."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from bot.core.texts import Reader, capitalized
from bot.reports.report import Report
from bot.reports.rules.rows import TIMES, Key, Row
from bot.reports.views import further, labels
from bot.reports.views import report as text_view
from bot.slack import native
from bot.slack.blocks import Block, Message, button
from bot.slack.native import MOST_CATEGORIES, Cell, Number, bar_chart, data_table
from bot.tracking.rules.filters import Grouping, dump_query
from bot.tracking.views import filters
from bot.tracking.views.sums import adding_up

MOST_BARS = 12
"""More names nobody reads below a chart; the others are together in the last one."""
PAGE = 10
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


def report(to: Reader, shown: Report, end: Sequence[Block] | None = None) -> Message | None:
    """The whole report with chart and table; None where it has no rows. `end` as in the text, with a way back to that.

    Where the table cannot hold all rows it has those with the most time, and the remark below counts the others.
    """
    if not shown.rows:
        return None
    table = _table(to, shown)
    while (fits := native.rows_shown(table)) < len(shown.rows):
        shown = _with_most_time(shown, fits)
        table = _table(to, shown)
    if end is None:
        end = further.below(to, shown, button(to.t("As text"), text_view.AS_TEXT, dump_query(shown.query)))
    return text_view.framed(to, shown, [*_chart(to, shown), *table], end)


def _with_most_time(shown: Report, most: int) -> Report:
    kept = sorted(shown.rows, key=lambda row: -row.figures.seconds)[:most]
    return replace(shown, rows=tuple(row for row in shown.rows if row in kept))


# The table


def _table(to: Reader, shown: Report) -> list[Block]:
    by = shown.query.by
    names = [_names(to, shown, row) for row in shown.rows]
    columns = _columns(to, shown)
    head = [*(capitalized(filters.group_name(to, each)) for each in by), *(title for title, _ in columns)]
    figures = zip(*(cells for _, cells in columns), strict=True)
    rows = [[*named, *cells] for named, cells in zip(names, figures, strict=True)]
    caption = filters.said(to, shown.query.filter, shown.names, by)
    return data_table(caption, head, rows, page_size=PAGE, row_header=len(by) - 1)


def _columns(to: Reader, shown: Report) -> list[tuple[str, list[Cell]]]:
    """The figures below their titles. What would only repeat the one before is left out: a phone is narrow."""
    figures = [row.figures for row in shown.rows]
    full = [seconds for _, seconds in adding_up([("", each.seconds) for each in figures])]
    columns = [(to.t("Time"), _lengths(to, full))]
    if [each.billable for each in figures] != [each.seconds for each in figures]:
        columns.append((to.t("Billable"), _lengths(to, [each.billable for each in figures])))
    if [each.open for each in figures] != [each.billable for each in figures]:
        columns.append((to.t("Not billed yet"), _lengths(to, [each.open for each in figures])))
    if shown.currency and shown.totals.open > shown.totals.unpriced:
        net: list[Cell] = [Number(each.cents, labels.net(to, each, shown.currency)) for each in figures]
        columns.append((to.t("Net"), net))
    return columns


def _lengths(to: Reader, seconds: Sequence[int]) -> list[Cell]:
    return [Number(each // 60, to.total(each)) for each in seconds]


def _names(to: Reader, shown: Report, row: Row) -> list[Cell]:
    """Time is sorted as time, whatever it is called."""
    return [_name(key, text) for key, text in zip(row.keys, labels.in_columns(to, shown, row), strict=True)]


def _name(key: Key, text: str) -> Cell:
    if key.by not in TIMES:
        return text
    return Number(key.value.toordinal() if isinstance(key.value, date) else 0, text)


# The chart


class _Drawn(NamedTuple):
    """What bars stand for, in their order: a name and its seconds for each."""

    by: Grouping
    bars: Sequence[tuple[str, int | Decimal]]


def _chart(to: Reader, shown: Report) -> list[Block]:
    """Hours by the first thing of the report; none where that is a single one."""
    first = shown.query.by[0]
    drawn = _over_time(to, shown, first) if first in TIMES else _Drawn(first, _biggest(to, shown))
    if len(drawn.bars) < 2:
        return []
    hours = [(name, (Decimal(seconds) / 3600).quantize(Decimal("0.01"))) for name, seconds in drawn.bars]
    title = to.t("Hours {by}", by=filters.grouped(to, (drawn.by,)))
    return bar_chart(title, hours, measured=to.t("Hours"))


def _sums(shown: Report) -> Sequence[Row]:
    return shown.groups if len(shown.query.by) > 1 else shown.rows


def _biggest(to: Reader, shown: Report) -> Sequence[tuple[str, int | Decimal]]:
    rows = _sums(shown)
    bars = [(name, row.figures.seconds) for name, row in zip(_short(to, shown, rows), rows, strict=True)]
    hidden = 0 if shown.counts_twice else shown.totals.seconds - sum(row.figures.seconds for row in rows)
    return native.biggest(bars, MOST_BARS, rest=to.t("Others"), besides=hidden)


def _short(to: Reader, shown: Report, rows: Sequence[Row]) -> list[str]:
    """Projects without their customers, where that tells them apart: there is room for few letters."""
    whole = [labels.label(to, shown, row.keys[0]) for row in rows]
    short = [name.rpartition(" › ")[2] for name in whole]
    return short if len(set(short)) == len(short) else whole


def _over_time(to: Reader, shown: Report, by: Grouping) -> _Drawn:
    """Each day, week or month between the first and the last one, also those without time; as finely as fits."""
    sums = {row.keys[0].value: row.figures.seconds for row in _sums(shown)}
    found = {day: seconds for day, seconds in sums.items() if isinstance(day, date)}
    if shown.hidden or not found:  # days that are left out would look like days without time
        return _Drawn(by, ())
    for step in TIMES[TIMES.index(by) :]:
        steps = [*_steps(step, found)]
        if len(steps) <= MOST_CATEGORIES:
            added: Counter[date] = Counter()
            for day, seconds in found.items():
                added[max(each for each in steps if each <= day)] += seconds
            return _Drawn(step, [(_time(to, shown, step, each), added[each]) for each in steps])
    return _Drawn(by, ())


def _steps(step: Grouping, days: Collection[date]) -> Iterator[date]:
    """The first day of each. Of days that are put together weeks begin on Mondays; others begin as they do."""
    at, last = min(days), max(days)
    match step:
        case Grouping.MONTH:
            at = at.replace(day=1)
        case Grouping.WEEK if any((day - at).days % 7 for day in days):
            at -= at.weekday() * _DAY
    while at <= last:
        yield at
        at = (at + 32 * _DAY).replace(day=1) if step is Grouping.MONTH else at + _LENGTHS[step]


def _time(to: Reader, shown: Report, step: Grouping, first: date) -> str:
    """A day; the days of a week, as far as the report has them; a month."""
    if step is Grouping.MONTH:
        return to.month(first)
    if step is Grouping.DAY:
        return to.weekday(first)
    chosen = shown.query.filter
    ends = max(first, chosen.first or first), min(first + _WEEK - _DAY, chosen.last or date.max)
    return to.span(*ends, with_year=False)


_LENGTHS = {Grouping.DAY: _DAY, Grouping.WEEK: _WEEK}

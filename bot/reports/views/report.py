"""A report as text that is readable on a phone, and what can be done with it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, islice

from bot.billing.rules.periods import EVERYTHING, days_between
from bot.billing.rules.scope import Scope
from bot.billing.views import run as run_views
from bot.billing.views import scope as scope_views
from bot.billing.views.budgets import project_said
from bot.core.texts import Reader, capitalized
from bot.reports.report import MOST_CUSTOMERS, OpenCustomer, Report
from bot.reports.rules.cells import Figures
from bot.reports.rules.rows import Row
from bot.reports.views import exports, labels
from bot.routine.views import first_steps
from bot.slack.blocks import (
    BUTTON_VALUE,
    OPTION_VALUE,
    SECTION_TEXT,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    cut,
    header,
    message,
    option,
    section,
    static_select,
)
from bot.slack.untrusted import reading
from bot.tracking.rules.filters import Grouping, ReportQuery, dump_filter, dump_query, read_query
from bot.tracking.rules.settled import Settled
from bot.tracking.views import expenses as expense_views
from bot.tracking.views import filter_form, filters
from bot.tracking.views.spent import kinds_named
from bot.tracking.views.sums import adding_up, lines_add_up, not_open_yet, pictured, settled_said

SHOW = "report_show"
"""Shows the report that is the button's value. The action_ids end in a word of their own, because they must differ."""
ENTRIES = "report_entries"
"""Shows the entries behind a report as a list."""
REGROUP = "report_by"
"""The menu of what else it could be put together by; its block_id ends in the query, for an option's value is short."""
AS_TEXT = "report_text"
"""Shows a report with tables as text: Slack may take them, and this reader's client still not draw them."""
SHARE = "report_share"
"""Opens the form in which a report is shared to a channel."""
LONGEST_BLOCK_ID = 255
LONGEST_NAME, SHORTER_NAME, MANY_ROWS = 55, 24, 50
"""Characters of a row's name, and of many: Slack takes about 13,200 in one message."""
_ALWAYS = (
    (Grouping.CUSTOMER, Grouping.PROJECT),
    (Grouping.CUSTOMER,),
    (Grouping.PROJECT,),
    (Grouping.SERVICE,),
    (Grouping.CUSTOMER, Grouping.SERVICE),
    (Grouping.PROJECT, Grouping.SERVICE),
    (Grouping.TAG,),
)
_OF_SEVERAL_PEOPLE = (
    (Grouping.PERSON,),
    (Grouping.PERSON, Grouping.PROJECT),
    (Grouping.CUSTOMER, Grouping.PERSON),
    (Grouping.PROJECT, Grouping.PERSON),
)


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


@reading()
def read_clicked(value: str) -> ReportQuery:
    """The report behind a button. Raises UserError for what can be none of ours."""
    return read_query(value)


@reading()
def read_regrouped(block_id: str, value: str) -> ReportQuery:
    """The report of a message put together by what was chosen in its menu. Raises UserError, as above."""
    query = read_query(block_id.partition(":")[2])
    by = tuple(Grouping(each) for each in value.split(","))
    return read_query(dump_query(ReportQuery(query.filter, by)))


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
    return _short(shown, named) + _money(to, shown, row.figures)


def _head(to: Reader, shown: Report, row: Row, seconds: int) -> str:
    """The name of a group and its sum: of all its rows, also those that are not shown."""
    (group,) = (each for each in shown.groups if each.keys == row.keys[:1])
    named = _short(shown, labels.label(to, shown, group.keys[0]))
    length = to.total(group.figures.seconds) if shown.hidden else to.duration(seconds)
    return to.t("{span}: {total}", span=named, total=length) + _money(to, shown, group.figures)


def _short(shown: Report, name: str) -> str:
    most = LONGEST_NAME if len(shown.rows) <= MANY_ROWS else SHORTER_NAME
    return cut(" ".join(name.split()), most)


def _money(to: Reader, shown: Report, figures: Figures) -> str:
    """Behind a row: what there is to bill; that it has no rate, where others have one."""
    if not shown.currency or not figures.open or shown.totals.unpriced == shown.totals.open:
        return ""
    return f" · {labels.net(to, figures, shown.currency)}"


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


# What can be done with it


def below(to: Reader, shown: Report, *more: Element) -> list[Block]:
    """Three rows of buttons, `more` at their end; none where a filter is too long for the value of one."""
    query = dump_query(shown.query)
    if len(query) > BUTTON_VALUE:
        return []
    with_it = [
        button(to.t("Show entries"), ENTRIES, query),
        *exports.export_buttons(to, shown.query),
        button(to.t("Share …"), SHARE, query),
        *more,
    ]
    rows = [
        [*_other_spans(to, shown), *_whose(to, shown), filter_form.report_button(to, shown.query)],
        [*_invoices(to, shown), *_elsewhere(to, shown)],
        with_it if shown.totals.entries else [],
    ]
    return [*_regrouping(to, shown), *(actions(*elements) for elements in rows if elements)]


def _show(text: str, name: str, query: ReportQuery, *, label: str = "") -> Element:
    return button(text, f"{SHOW}:{name}", dump_query(query), label=label)


def _other_spans(to: Reader, shown: Report) -> Iterator[Element]:
    """The same for the days before and after."""
    query = shown.query
    for other in filters.other_days(to, query.filter, today=shown.names.today):
        yield _show(other.text, other.which, ReportQuery(other.filter, query.by), label=other.spoken)


def _whose(to: Reader, shown: Report) -> Iterator[Element]:
    """For those who bill: everybody's time, or the own alone."""
    query, own = shown.query, shown.names.asks
    if not shown.currency:
        return
    if query.filter.people:
        everybody = ReportQuery(replace(query.filter, people=()), query.by)
        yield _show(to.t("Everybody’s time"), "everybody", everybody)
    if own and query.filter.people != (own,):
        yield _show(to.t("Only my time"), "own", ReportQuery(replace(query.filter, people=(own,)), query.by))


def _regrouping(to: Reader, shown: Report) -> list[Block]:
    """The menu of what else it could be put together by."""
    block_id = f"{REGROUP}:{dump_query(ReportQuery(shown.query.filter))}"
    if len(block_id) > LONGEST_BLOCK_ID or not shown.totals.entries:
        return []
    offered = dict.fromkeys([*([shown.query.by] if shown.query.by else []), *_groupings(shown)])
    options = {by: _regrouped(to, by) for by in offered}
    menu = static_select(
        REGROUP, list(options.values()), initial=options.get(shown.query.by), placeholder=to.t("Put together by")
    )
    return [actions(menu, block_id=block_id)]


@lru_cache(512)
def _regrouped(to: Reader, by: tuple[Grouping, ...]) -> Element:
    """One line of that menu; nothing changes what was made once."""
    return option(capitalized(filters.grouped(to, by)), ",".join(by))


def _groupings(shown: Report) -> Iterator[tuple[Grouping, ...]]:
    """Sensible ones for this time: by people where there are several, by days and months where the span has them."""
    chosen = shown.query.filter
    yield from _ALWAYS
    if len(chosen.people) != 1:
        yield from _OF_SEVERAL_PEOPLE
    days = (chosen.last - chosen.first).days + 1 if chosen.first and chosen.last else None
    for by, least in ((Grouping.DAY, 2), (Grouping.WEEK, 8), (Grouping.MONTH, 32)):
        if days is None or days >= least:
            yield from ((by,), (by, Grouping.PROJECT))


def _invoices(to: Reader, shown: Report) -> list[Element]:
    """Whom to invoice: those with open time or expenses in the report, for its days and with what it selects.

    Of many those with the most; the usual form searches all.
    """
    scope = _scope(shown)
    if not shown.customers:
        return []
    if len(shown.customers) == 1 and scope:
        (one,) = shown.customers
        return [scope_views.invoice_button(to, one.id, one.name, scope)]
    options = [
        option(f"{cut(each.name, LONGEST_NAME)}{_to_bill(to, shown, each)}", scope_views.opening(each.id, scope))
        for each in (shown.customers if scope else ())
    ]
    if not scope or any(len(each["value"]) > OPTION_VALUE for each in options):
        return [filters.invoice_button(to, shown.query.filter)]
    is_cut = len(options) >= MOST_CUSTOMERS
    menu = static_select(scope_views.OPEN, options, placeholder=to.t("Write an invoice for …"))
    run = [] if shown.query.filter.last is None else [run_views.run_button(to, scope.period)]
    return [menu, *run, *([first_steps.bill_button(to)] if is_cut else [])]


def _to_bill(to: Reader, shown: Report, customer: OpenCustomer) -> str:
    """Behind a customer: what their time comes to, and what there is beside it."""
    spent = to.listed(kinds_named(to, customer.spent))
    return _money(to, shown, customer.figures) + (f" · {spent}" if spent else "")


def _elsewhere(to: Reader, shown: Report) -> Iterator[Element]:
    """For what was invoiced otherwise, and the way back, where the reader bills."""
    if not shown.bills or len(dump_filter(shown.query.filter)) > BUTTON_VALUE:
        return
    if shown.customers or shown.spent.can_be_billed:
        yield filters.elsewhere_button(to, shown.query.filter, is_marked=False)
    if Settled.ELSEWHERE in shown.settled or shown.spent.has_elsewhere:
        yield filters.elsewhere_button(to, shown.query.filter, is_marked=True)


def _scope(shown: Report) -> Scope | None:
    """The days and the selection of a report; None where it has a last day alone."""
    chosen = shown.query.filter
    if chosen.first is None:
        return None if chosen.last else Scope(EVERYTHING, chosen)
    return Scope(days_between(chosen.first, max(chosen.last or shown.names.today, chosen.first)), chosen)

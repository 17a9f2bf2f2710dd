"""What can be done with a report: other days and groupings, invoices, the entries behind it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from bot.billing.rules.periods import EVERYTHING, days_between
from bot.billing.rules.scope import Scope
from bot.billing.views import run as run_views
from bot.billing.views import scope as scope_views
from bot.core.texts import Reader, capitalized
from bot.reports.report import MOST_CUSTOMERS, OpenCustomer, Report
from bot.reports.views import exports
from bot.reports.views.labels import LONGEST_NAME, amount_behind
from bot.routine.views import first_steps
from bot.slack.blocks import BUTTON_VALUE, OPTION_VALUE, Block, Element, actions, button, cut, option, static_select
from bot.slack.untrusted import reading
from bot.tracking.rules.filters import Grouping, ReportQuery, dump_filter, dump_query, read_query
from bot.tracking.rules.settled import Settled
from bot.tracking.views import filter_form, filters
from bot.tracking.views.spent import kinds_named

SHOW = "report_show"
"""Shows the report that is the button's value. The action_ids end in a word of their own, because they must differ."""
ENTRIES = "report_entries"
"""Shows the entries behind a report as a list."""
REGROUP = "report_by"
"""The menu of what else it could be put together by; its block_id ends in the query, for an option's value is short."""
SHARE = "report_share"
"""Opens the form in which a report is shared to a channel."""
LONGEST_BLOCK_ID = 255
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
    return amount_behind(to, shown, customer.figures) + (f" · {spent}" if spent else "")


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

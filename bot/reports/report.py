"""What time adds up to: the sums of whatever fits a filter, its rows, and its money as an invoice would have it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.billing import open_sums
from bot.billing.budget_uses import CutProject
from bot.billing.rules.worth import LineWorth, OpenLine
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.money import NO_SUMS, Sums
from bot.grammar.values import Report as TypedReport
from bot.reports.rules import cells as cell_rules
from bot.reports.rules import rows as row_rules
from bot.reports.rules.cells import Figures, Sum
from bot.reports.rules.rows import Row, Rows
from bot.tracking import expenses, filtering, worked_days
from bot.tracking.expenses import NOTHING_SPENT, Spent
from bot.tracking.filtering import FilterNames, UsualSpan
from bot.tracking.rules import spans
from bot.tracking.rules.filters import USUAL_GROUPING, Filter, Grouping, ReportQuery
from bot.tracking.rules.settled import Settled
from bot.tracking.rules.spent import SpentKind
from storage import elsewhere as elsewhere_rows
from storage import filter_names as filter_name_rows
from storage import reports as report_rows
from storage import unbilled_expenses as unbilled_expense_rows
from storage.filter_names import Labels
from storage.reports import RunningTimer

MOST_ROWS = 100
"""Slack's tables hold no more; the answer says how to narrow it down."""
MOST_CUSTOMERS = 30
"""Lines of the menu of those to invoice: with all rows they have to fit into a message."""


@dataclass(frozen=True, slots=True)
class OpenCustomer:
    """A customer with anything in a report that can be billed."""

    id: int
    name: str
    figures: Figures
    """Of time."""
    spent: SpentKind


@dataclass(frozen=True, slots=True)
class Report:
    """What fits a query, as far as its reader may see it."""

    query: ReportQuery
    names: FilterNames
    """What the ids of its filter are called."""
    totals: Figures
    rows: tuple[Row, ...]
    """Those that are shown, in the order in which they are read."""
    groups: tuple[Row, ...]
    """By the first of two things, what all its rows add up to: those of which a row is shown."""
    row_count: int
    """How many rows there are in all."""
    labels: Labels
    """What the ids of the rows are called."""
    currency: str | None
    """None: the reader sees no money."""
    customers: tuple[OpenCustomer, ...]
    """Who can be billed, those with the most time first; nobody where the reader does not bill."""
    late: int
    """Seconds after the midnight that ends the last day. They belong to it, as on an invoice."""
    counts_twice: bool
    """By tag: an entry with several counts in each, so rows are together more than the total."""
    cut: tuple[CutProject, ...] = ()
    """Projects of which some of it is above hard budgets: no invoice bills that, and no amount has it."""
    spent: Spent = NOTHING_SPENT
    """The expenses that fit beside the time; no sum of time has them in it."""
    settled: Mapping[Settled, int] = field(default_factory=dict)
    """Seconds of it that are written off, or billed elsewhere."""
    bills: bool = False
    """Whether the reader does."""

    @property
    def hidden(self) -> int:
        """How many rows are not shown."""
        return self.row_count - len(self.rows)


def asked_for(bot: Bot, caller: Caller, typed: TypedReport) -> ReportQuery:
    """What was typed as a query: where nothing is said, the own time of this month by customer and project.

    Raises NotUnderstood for names.
    """
    chosen = filtering.resolve(bot, caller, typed.filter, usual=UsualSpan.OF_REPORT)
    return ReportQuery(chosen, USUAL_GROUPING if typed.by is None else tuple(Grouping(each) for each in typed.by))


def read_report(bot: Bot, caller: Caller, query: ReportQuery, *, most: int = MOST_ROWS) -> Report:
    """What fits a query now, with so many rows. Raises UserError where the caller may not see it."""
    chosen = filtering.allowed(caller, query.filter)
    currency, payers, cut = None, dict[int, Figures](), tuple[CutProject, ...]()
    beside: Mapping[int, SpentKind] = {}
    with bot.database.read() as db:
        chosen = filtering.up_to_date(db, caller, chosen)
        names = filtering.names_of(db, caller, chosen)
        spent = expenses.matching(db, caller, chosen)
        asked = open_sums.lines_ask(db, caller.workspace_id) if caller.bills else frozenset[str]()
        cells, shares = cell_rules.cells_of(_sums(db, caller, chosen, query.by, asked), query.by, asked)
        if caller.bills:
            open_lines = {line: sum(parts.values()) for line, parts in shares.items()}
            currency, worth, cut = open_sums.worth_by_line(db, caller.workspace_id, chosen, open_lines)
            cells = cell_rules.with_money(cells, shares, worth, currency)
            beside = (
                unbilled_expense_rows.open_by_customer(db, caller.workspace_id, chosen) if spent.can_be_billed else {}
            )
            payers = _open_by_customer(open_lines, worth, currency, beside)
        rows = row_rules.rows_of(cells, query.by, week_start=caller.person.week_start, most=most)
        labels = _labels(db, caller, rows, payers)
        late = _after_midnight(db, caller, chosen)
        totals = cell_rules.added_up(cells)
        has_settled = totals.billable > totals.open
        settled = elsewhere_rows.settled_seconds(db, caller.workspace_id, chosen) if has_settled else {}
    return Report(
        query=ReportQuery(chosen, query.by),
        names=names,
        totals=totals,
        rows=rows.shown,
        groups=rows.groups,
        row_count=rows.in_all,
        labels=labels,
        currency=currency,
        customers=_customers(payers, beside, labels),
        late=late,
        counts_twice=row_rules.is_counted_twice(cells, query.by),
        cut=cut,
        spent=spent,
        settled=settled,
        bills=caller.bills,
    )


def _customers(
    payers: Mapping[int, Figures], beside: Mapping[int, SpentKind], labels: Labels
) -> tuple[OpenCustomer, ...]:
    return tuple(
        OpenCustomer(each, labels.customers[each], figures, beside.get(each, SpentKind.NOTHING))
        for each, figures in payers.items()
    )


def _sums(db: Connection, caller: Caller, chosen: Filter, by: Sequence[Grouping], asked: Collection[str]) -> list[Sum]:
    """Added up as finely as rows and money need it, and each timer that runs as far as it got."""
    keys = cell_rules.keys_of(by) | ({*cell_rules.OF_A_LINE, *asked} if caller.bills else set())
    found = report_rows.sums(db, caller.workspace_id, chosen, keys)
    if not any(each.timers for each in found):
        return found
    timers = report_rows.running_timers(db, caller.workspace_id, chosen, keys)
    return [*found, *(_so_far(caller, timer) for timer in timers)]


def _so_far(caller: Caller, timer: RunningTimer) -> Sum:
    """In full minutes, as in lists. No invoice takes it yet."""
    seconds = worked_days.seconds_so_far(timer.started_at, caller.now)
    return Sum(*timer.keys, seconds=seconds, billable=seconds if timer.billable else 0, running=seconds)


def _open_by_customer(
    seconds: Mapping[OpenLine, int], worth: Mapping[OpenLine, LineWorth], currency: str, beside: Collection[int]
) -> dict[int, Figures]:
    """How much time can be billed to whom, the most first; also to those who have something `beside` time alone."""
    parts: dict[int, list[Figures]] = {customer_id: [] for customer_id in sorted(beside)}
    for line, (cents, is_priced, theirs, is_covered) in worth.items():
        own, others = (cents, NO_SUMS) if theirs == currency else (0, Sums.of([(theirs, cents)] if is_priced else []))
        unpriced, covered = (0 if is_priced else seconds[line]), (seconds[line] if is_covered else 0)
        figures = Figures(open=seconds[line], cents=own, others=others, unpriced=unpriced, covered=covered)
        parts.setdefault(line.customer_id, []).append(figures)
    found = {customer_id: Figures.together(each) for customer_id, each in parts.items()}
    return dict(sorted(found.items(), key=lambda each: -each[1].open)[:MOST_CUSTOMERS])


def _labels(db: Connection, caller: Caller, rows: Rows, payers: Mapping[int, Figures]) -> Labels:
    """What rows and the customers of a menu are called, archived names too."""
    ids: dict[Grouping, set[int]] = {by: set() for by in Grouping}
    ids[Grouping.CUSTOMER].update(payers)
    for row in rows.shown:
        for key in row.keys:
            if isinstance(key.value, int):
                ids[key.by].add(key.value)
            if key.customer_id:
                ids[Grouping.CUSTOMER].add(key.customer_id)
    shown = Filter(
        customers=tuple(ids[Grouping.CUSTOMER]),
        projects=tuple(ids[Grouping.PROJECT]),
        services=tuple(ids[Grouping.SERVICE]),
        people=tuple(ids[Grouping.PERSON]),
    )
    return filter_name_rows.read_labels(db, caller.workspace_id, shown)


def _after_midnight(db: Connection, caller: Caller, chosen: Filter) -> int:
    """What of the last day's entries lies on the next day, by the clock where each was made."""
    last = chosen.last
    if last is None or last > caller.today:
        return 0
    bounds = spans.day_bounds(last, caller.reader.zone)
    found = report_rows.worked_past_midnight(db, caller.workspace_id, chosen, bounds)
    over = (
        spans.whole_seconds(spans.day_span(last, ZoneInfo(each.zone))[1], worked_days.worked_until(each, caller.now))
        for each in found
    )
    return sum(seconds for seconds in over if seconds > 0)

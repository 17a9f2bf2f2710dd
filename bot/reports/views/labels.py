"""What rows of a report are called, and how what they come to is said."""

from datetime import date, timedelta

from bot.core.texts import Reader
from bot.reports.report import Report
from bot.reports.rules.cells import Figures
from bot.reports.rules.rows import Key, Row
from bot.tracking.rules.filters import Filter, Grouping, SpanUnit
from bot.tracking.views import filters

LONGEST_NAME, SHORTER_NAME, MANY_ROWS = 55, 24, 50
"""Characters of a row's name, and of many: Slack takes about 13,200 in one message."""
_WEEK = timedelta(days=6)


def label(to: Reader, report: Report, key: Key) -> str:
    """What one key of a row is called where it stands alone: Acme GmbH › Website, #call, October 2026."""
    match key:
        case Key(Grouping.CUSTOMER, int(row_id)):
            return report.labels.customers[row_id]
        case Key(Grouping.PROJECT, int(row_id)):
            return report.labels.projects[row_id]
        case Key(Grouping.PROJECT, None, int(customer_id)):
            return f"{report.labels.customers[customer_id]} · {_without(to, key.by)}"
        case Key(Grouping.SERVICE, int(row_id)):
            return report.labels.services[row_id]
        case Key(Grouping.PERSON, int(row_id)):
            return report.labels.people[row_id]
        case Key(Grouping.TAG, str(tag)):
            return f"#{tag}"
        case Key(_, date() as first):
            return _time(to, key.by, first, today=report.names.today)
    return _without(to, key.by)


def in_columns(to: Reader, report: Report, row: Row) -> list[str]:
    """What a row is called in a table with a column for each thing that it is put together by."""
    first = label(to, report, row.keys[0])
    return [first, within(to, report, row)] if len(row.keys) > 1 else [first]


def within(to: Reader, report: Report, row: Row) -> str:
    """What a row is called below the name of its group; nothing of that is said again."""
    first, second = row.keys
    if first.by is Grouping.CUSTOMER and second.by is Grouping.PROJECT:
        named = label(to, report, first)
        return label(to, report, second).removeprefix(f"{named} › ").removeprefix(f"{named} · ")
    return label(to, report, second)


def whole(to: Reader, report: Report, row: Row) -> str:
    """What a row is called where no group's name stands above it."""
    labels = [label(to, report, key) for key in row.keys]
    if row.keys[0].by is Grouping.CUSTOMER and row.keys[-1].by is Grouping.PROJECT:
        return labels[-1]  # begins with the customer
    return " · ".join(labels)


def net(to: Reader, figures: Figures, currency: str) -> str:
    """What of a row is to be billed, in words where that is no amount; empty where there is nothing to bill."""
    if not figures.open:
        return ""
    if figures.unpriced == figures.open:
        return to.t("no rate yet")
    if figures.covered == figures.open:
        return to.t("covered by fixed price")
    return to.sums(figures.cents, currency, figures.others)


def amount_behind(to: Reader, report: Report, figures: Figures) -> str:
    """Behind a row: what there is to bill; that it has no rate, where others have one."""
    if not report.currency or not figures.open or report.totals.unpriced == report.totals.open:
        return ""
    return f" · {net(to, figures, report.currency)}"


def _without(to: Reader, by: Grouping) -> str:
    return to.t("without {what}", what=filters.group_name(to, by))


def _time(to: Reader, by: Grouping, first: date, *, today: date) -> str:
    if by is Grouping.MONTH:
        return to.month(first)
    if by is Grouping.WEEK:
        return filters.span(to, Filter(first, first + _WEEK, SpanUnit.WEEK), today=today)
    return to.dated(first, today=today)

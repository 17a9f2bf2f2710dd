"""A report as an answer, for the listeners of several subjects."""

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.reports import report
from bot.reports.views import report as views
from bot.reports.views import tables
from bot.slack.answers import Say
from bot.tracking.rules.filters import ReportQuery
from bot.tracking.views import filters as filter_views


def shown(bot: Bot, caller: Caller, query: ReportQuery) -> Say:
    """What fits a query. Raises UserError where the caller may not see it."""
    to, found = caller.reader, report.read_report(bot, caller, query)
    if not found.totals.entries:
        near = report.near(bot, caller, found)
        return Say(filter_views.with_near(to, views.report(to, found), near, found.names, "report", query.by))
    return Say(views.report(to, found), rich=tables.report(to, found) if caller.takes_native else None)

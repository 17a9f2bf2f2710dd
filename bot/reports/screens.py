"""A report as an answer, for the listeners of several subjects."""

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.reports import report
from bot.reports.views import report as views
from bot.reports.views import tables
from bot.slack.answers import Say
from bot.tracking.rules.filters import ReportQuery


def shown(bot: Bot, caller: Caller, query: ReportQuery) -> Say:
    """What fits a query. Raises UserError where the caller may not see it."""
    to, found = caller.reader, report.read_report(bot, caller, query)
    return Say(views.report(to, found), rich=tables.report(to, found) if caller.takes_native else None)

"""Reports: what time adds up to, another one in place of it, and the entries behind it as CSV for the person alone."""

import re

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Report
from bot.reports import exports, report, screens
from bot.reports.views import exports as export_views
from bot.reports.views import report as views
from bot.slack.answers import Answers, Say
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.tracking import screens as tracking_screens
from bot.tracking.views import filters as filter_views


def register(listeners: Listeners) -> None:
    """Listen to the buttons and menus below a report."""
    listeners.action(re.compile(f"^{views.SHOW}:"), show)
    listeners.action(re.compile(f"^{filter_views.NEAR}:report:"), show)
    listeners.action(views.REGROUP, regroup)
    listeners.action(views.ENTRIES, list_entries)
    listeners.action(re.compile(f"^{export_views.EXPORT}:"), export)


def report_typed(bot: Bot, caller: Caller, typed: Report) -> Say:
    """The answer to `/track report`. Raises UserError."""
    return screens.shown(bot, caller, report.asked_for(bot, caller, typed))


def show(bot: Bot, request: Request) -> Answers:
    """Another report, in place of the one below which it stands."""
    return screens.shown(bot, request.caller, views.read_clicked(request.clicked)).instead()


def regroup(bot: Bot, request: Request) -> Answers:
    """The same time put together by something else."""
    query = views.read_regrouped(request.block_id, request.clicked)
    return screens.shown(bot, request.caller, query).instead()


def list_entries(bot: Bot, request: Request) -> Answers:
    """The entries that a report adds up, as a list in its place."""
    query = views.read_clicked(request.clicked)
    return tracking_screens.list_of(bot, request.caller, query.filter).instead()


def export(bot: Bot, request: Request) -> Answers:
    """Have the entries sent as a message from the bot; the report stays as it is."""
    caller = request.caller
    chosen, form = export_views.read_export(request.action_part, request.clicked)
    is_new = exports.begin(bot, caller, chosen, form)
    return Say(export_views.begun(caller.reader, is_new=is_new))

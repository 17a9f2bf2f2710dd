"""A report as an answer, for the listeners of several subjects, and what is shown while one is shared."""

import time
from dataclasses import replace
from functools import partial

from slack_sdk import WebClient

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.reports import report, sharing
from bot.reports.report import Report
from bot.reports.sharing import Chosen, Standing
from bot.reports.views import report as views
from bot.reports.views import sharing as sharing_views
from bot.reports.views import tables
from bot.slack.answers import Afterwards, Answers, Say, Update
from bot.slack.request import Request
from bot.slack.showing import BEHIND_THE_ACK
from bot.tracking import filtering
from bot.tracking import screens as tracking_screens
from bot.tracking.rules.filters import ReportQuery
from bot.tracking.views import filters as filter_views


def shown(bot: Bot, caller: Caller, query: ReportQuery) -> Say:
    """What fits a query. Raises UserError where the caller may not see it."""
    to, found = caller.reader, report.read_report(bot, caller, query)
    if not found.totals.entries:
        near = filtering.near(bot, caller, found.query.filter)
        return Say(filter_views.with_near(to, views.report(to, found), near, found.names, "report", query.by))
    return Say(views.report(to, found), rich=partial(tables.report, to, found))


def in_place(bot: Bot, request: Request, query: ReportQuery) -> Answers:
    """A report in place of the answer below which was clicked; later, where that may take long."""
    return tracking_screens.in_place(request, query.filter, lambda: shown(bot, request.caller, query))


def shown_as_text(bot: Bot, caller: Caller, query: ReportQuery) -> Say:
    """The same without tables. Raises UserError where the caller may not see it."""
    return replace(shown(bot, caller, query), rich=None)


def share(bot: Bot, caller: Caller, query: ReportQuery, chosen: Chosen) -> Answers:
    """Share a report once the ack is out; the form says so meanwhile, and keeps what was chosen. Raises UserError."""
    shown = sharing.read_shared(bot, caller, query, with_amounts=chosen.with_amounts)
    sharing.ask(bot, caller, query, chosen)
    waiting = sharing_views.form(caller.reader, shown, chosen, bills=caller.bills, is_posting=True)
    return [Update(waiting), Afterwards(partial(_post, bot, caller, shown, chosen))]


def _post(bot: Bot, caller: Caller, shown: Report, chosen: Chosen, slack: WebClient) -> Answers:
    to, name = caller.reader, caller.person.name
    said = Say(sharing_views.posted(to, shown, by=name), rich=partial(sharing_views.posted_rich, to, shown, by=name))
    try:
        view = sharing_views.done(to, sharing.post(bot, caller, slack, chosen.channel_id, said))
    except UserError as error:
        view = sharing_views.form(to, shown, chosen, bills=caller.bills, problem=error.sentence(to))
    time.sleep(BEHIND_THE_ACK)  # or the ack would still take its place
    return Update(view)


def take_back(bot: Bot, caller: Caller, change_id: int) -> Answers:
    """Delete a shared report from its channel. Raises UserError."""
    return Afterwards(partial(_delete, caller, sharing.take_back(bot, caller, change_id)))


def _delete(caller: Caller, standing: Standing, slack: WebClient) -> Answers:
    to = caller.reader
    try:
        sharing.delete(slack, standing)
    except UserError as error:
        return Update(sharing_views.not_taken_back(to, standing, error.sentence(to)))
    return Update(sharing_views.taken_back(to))

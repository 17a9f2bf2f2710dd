"""Reports: what time adds up to, another one in place of it, and the entries behind it as CSV for the person alone."""

import re

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Report
from bot.reports import exports, report, screens, sharing
from bot.reports.views import exports as export_views
from bot.reports.views import further
from bot.reports.views import report as views
from bot.reports.views import sharing as sharing_views
from bot.slack.answers import Answers, Errors, Say, Update, on_top
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.tracking import screens as tracking_screens
from bot.tracking.screens import in_place
from bot.tracking.views import filters as filter_views


def register(listeners: Listeners) -> None:
    """Listen to the buttons and menus below a report."""
    listeners.action(re.compile(f"^{further.SHOW}:"), show)
    listeners.action(re.compile(f"^{filter_views.NEAR}:report:"), show)
    listeners.action(further.REGROUP, regroup)
    listeners.action(further.ENTRIES, list_entries)
    listeners.action(views.AS_TEXT, show_as_text)
    listeners.action(re.compile(f"^{export_views.EXPORT}:"), export)
    listeners.action(further.SHARE, open_sharing)
    listeners.action(sharing_views.AMOUNTS, choose_amounts)
    listeners.view(sharing_views.FILLED, share)
    listeners.view(sharing_views.POSTING, wait)
    listeners.action(sharing_views.UNDO, take_back)


def report_typed(bot: Bot, caller: Caller, typed: Report) -> Say:
    """The answer to `/track report`. Raises UserError."""
    return screens.shown(bot, caller, report.asked_for(bot, caller, typed))


def show(bot: Bot, request: Request) -> Answers:
    """Another report, in place of the one below which it stands."""
    return screens.in_place(bot, request, further.read_clicked(request.clicked))


def regroup(bot: Bot, request: Request) -> Answers:
    """The same time put together by something else."""
    return screens.in_place(bot, request, further.read_regrouped(request.block_id, request.clicked))


def show_as_text(bot: Bot, request: Request) -> Answers:
    """The same report without tables, in its place."""
    query = further.read_clicked(request.clicked)
    return in_place(request, query.filter, lambda: screens.shown_as_text(bot, request.caller, query))


def list_entries(bot: Bot, request: Request) -> Answers:
    """The entries that a report adds up, as a list in its place."""
    query = further.read_clicked(request.clicked)
    return in_place(request, query.filter, lambda: tracking_screens.list_of(bot, request.caller, query.filter))


def export(bot: Bot, request: Request) -> Answers:
    """Have the entries sent as a message from the bot; the report stays as it is."""
    caller = request.caller
    chosen, form = export_views.read_export(request.action_part, request.clicked)
    is_new = exports.begin(bot, caller, chosen, form)
    return Say(export_views.begun(caller.reader, is_new=is_new))


# Shared to a channel


def open_sharing(bot: Bot, request: Request) -> Answers:
    """The form in which a report is shared; without amounts, unless somebody ticks them."""
    query = further.read_clicked(request.clicked)
    shown = sharing.read_shared(bot, request.caller, query, with_amounts=False)
    return on_top(request, sharing_views.form(request.caller.reader, shown, bills=request.caller.bills))


def choose_amounts(bot: Bot, request: Request) -> Answers:
    """What will be posted, with amounts or without."""
    caller, chosen = request.caller, _chosen(request)
    query = request.kept(sharing_views.KEPT)
    shown = sharing.read_shared(bot, caller, query, with_amounts=chosen.with_amounts)
    return Update(sharing_views.form(caller.reader, shown, chosen, bills=caller.bills))


def share(bot: Bot, request: Request) -> Answers:
    """Post it once the ack is out; the form says so meanwhile, and keeps what was chosen."""
    return screens.share(bot, request.caller, request.kept(sharing_views.KEPT), _chosen(request))


def wait(_bot: Bot, request: Request) -> Answers:
    """It was sent already and is under way."""
    return Errors({sharing_views.CHANNEL: request.caller.reader.t("It is being posted.")})


def take_back(bot: Bot, request: Request) -> Answers:
    """The message in the channel is to be deleted."""
    return screens.take_back(bot, request.caller, request.clicked_id)


def _chosen(request: Request) -> sharing.Chosen:
    return sharing.Chosen(request.entered_text(sharing_views.CHANNEL), with_amounts=request.is_ticked("amounts"))

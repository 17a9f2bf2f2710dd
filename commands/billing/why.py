"""The windows on top of the invoice that say why a line, or the invoice, comes to what it does."""

import re

from bot.billing import dry_run, older, why
from bot.billing.views import dry_run as dry_run_views
from bot.billing.views import invoicing
from bot.billing.views import line as line_views
from bot.billing.views import scope as scope_views
from bot.billing.views import why as views
from bot.billing.views import why_older as older_views
from bot.billing.views import why_total as total_views
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.blocks import View
from bot.slack.listeners import Listeners
from bot.slack.request import Request


def register(listeners: Listeners) -> None:
    """Listen to who asks why, and to the other pages of the answers."""
    listeners.action(views.WHY, open_line)
    listeners.action(re.compile(f"{views.PAGE}(:.*)?"), turn_line)
    listeners.action(views.WHY_TOTAL, open_total)
    listeners.action(re.compile(f"{total_views.PAGE}(:.*)?"), turn_total)
    listeners.action(scope_views.WHY_OLDER, open_older)
    listeners.action(dry_run_views.DRY_RUN, open_dry_run)
    listeners.action(re.compile(f"{dry_run_views.PAGE}(:.*)?"), turn_dry_run)


def open_line(bot: Bot, request: Request) -> Answers:
    """Why a line comes to its amount, on top of the invoice."""
    caller, kept = request.caller, request.kept(invoicing.INVOICING)
    key = line_views.read_key(request.clicked)
    shown = why.explain_line(bot, caller, kept.draft or 0, key, shown=kept.shown)
    return Show(views.line_window(caller.reader, shown, kept.shown))


def turn_line(bot: Bot, request: Request) -> Answers:
    """Another page of its entries."""
    caller, kept = request.caller, request.kept(views.ASKED)
    shown = why.explain_line(bot, caller, kept.draft, kept.line, shown=kept.shown, page=request.clicked_id)
    return Update(views.line_window(caller.reader, shown, kept.shown))


def open_total(bot: Bot, request: Request) -> Answers:
    """Why the invoice, or a group of its lines, comes to its sums, on top of it."""
    kept = request.kept(invoicing.INVOICING)
    group = line_views.read_key(request.clicked)
    return Show(_total(bot, request, total_views.AskedTotal(kept.draft or 0, kept.shown, group)))


def turn_total(bot: Bot, request: Request) -> Answers:
    """Another page of these lines."""
    return Update(_total(bot, request, request.kept(total_views.ASKED_TOTAL), request.clicked_id))


def open_older(bot: Bot, request: Request) -> Answers:
    """What is open of days before the invoice."""
    found = older.explain_older(bot, request.caller, request.kept(invoicing.INVOICING).draft or 0)
    return Show(older_views.older_window(request.caller.reader, found))


def open_dry_run(bot: Bot, request: Request) -> Answers:
    """What Billomat would get, in place of the window that says why; of a message in one of its own."""
    view = dry_run_views.dry_run_window(request.caller.reader, dry_run.dry_run(bot, request.caller, request.clicked_id))
    return Update(view) if request.in_modal else Show(view)


def turn_dry_run(bot: Bot, request: Request) -> Answers:
    """Other lines of it."""
    kept = request.kept(dry_run_views.TRIED)
    found = dry_run.dry_run(bot, request.caller, kept.draft)
    return Update(dry_run_views.dry_run_window(request.caller.reader, found, request.clicked_id))


def _total(bot: Bot, request: Request, asked: total_views.AskedTotal, page: int = 1) -> View:
    read = why.explain_total(bot, request.caller, asked.draft, asked.group, shown=asked.shown)
    return total_views.total_window(request.caller.reader, read, asked, page)

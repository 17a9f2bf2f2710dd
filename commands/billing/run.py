"""The run over all customers: the list of whom to bill, in which each invoice is opened."""

import re

from bot.billing import run, unbilled
from bot.billing.run import Run
from bot.billing.views import run as views
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import InvoiceRun
from bot.slack.answers import Answers, Show, Update
from bot.slack.blocks import View
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_number


def register(listeners: Listeners) -> None:
    """Listen to the buttons that open it, to its days and its pages."""
    listeners.action(views.RUN_OPEN, open_run)
    listeners.action(views.RUN_DAYS, choose_days)
    listeners.action(re.compile(f"^{views.RUN_TURN}:"), turn)


def run_typed(bot: Bot, caller: Caller, typed: InvoiceRun) -> Show:
    """The answer to `/track invoice all`."""
    return Show(_view(bot, caller, run.begin(bot, caller, typed.filter)))


def open_run(bot: Bot, request: Request) -> Answers:
    """The list, in place of the window in which was clicked, if it was in one."""
    shown = run.read_run(bot, request.caller, views.read_period(request.clicked))
    view = _view(bot, request.caller, shown)
    return Update(view) if request.in_modal else Show(view)


def choose_days(bot: Bot, request: Request) -> Answers:
    """Other days were chosen."""
    shown = run.read_run(bot, request.caller, views.read_period(request.clicked))
    return Update(_view(bot, request.caller, shown))


def turn(bot: Bot, request: Request) -> Answers:
    """Another page."""
    period = views.read_period(request.kept(views.KEPT).period)
    return Update(_view(bot, request.caller, run.read_run(bot, request.caller, period, read_number(request.clicked))))


def _view(bot: Bot, caller: Caller, shown: Run) -> View:
    return views.run(caller.reader, shown, today=caller.today, waiting=unbilled.under_way(bot, caller))

"""Lists of time: what fits a filter, by page."""

import re

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import List
from bot.reports import screens as report_screens
from bot.reports.views import further
from bot.slack.answers import Answers, Say
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.tracking import lists, screens
from bot.tracking.screens import in_place
from bot.tracking.views import filters as filter_views
from bot.tracking.views import lists as views


def register(listeners: Listeners) -> None:
    """Listen to the buttons below a list."""
    listeners.action(re.compile(f"^{views.PAGE}:"), turn_page)
    listeners.action(re.compile(f"^{filter_views.NEAR}:list:"), list_near)
    listeners.action(views.AS_REPORT, show_report)


def list_typed(bot: Bot, caller: Caller, typed: List) -> Say:
    """The answer to `/track list`. Raises UserError."""
    return screens.list_of(bot, caller, lists.asked_for(bot, caller, typed))


def turn_page(bot: Bot, request: Request) -> Answers:
    """Another page in place of this one, or other days."""
    caller = request.caller
    chosen, begins = views.read_page(request.clicked, own=caller.person_id)
    return in_place(request, chosen, lambda: screens.list_of(bot, caller, chosen, begins=begins))


def list_near(bot: Bot, request: Request) -> Answers:
    """A list like the one that nothing fits, in its place."""
    chosen = further.read_clicked(request.clicked).filter
    return in_place(request, chosen, lambda: screens.list_of(bot, request.caller, chosen))


def show_report(bot: Bot, request: Request) -> Answers:
    """What the list adds up to by project, in its place."""
    return report_screens.in_place(bot, request, further.read_clicked(request.clicked))

"""Lock days that are billed, and open some for somebody."""

from bot.billing import locking
from bot.billing.views import locking as views
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_day
from commands.billing.menus import offer_people


def register(listeners: Listeners) -> None:
    """Listen to the window, and to what stands on top of it."""
    listeners.action(views.OPEN, open_window)
    listeners.view(views.LOCKED, lock)
    listeners.action(views.OPEN_FOR, open_opening)
    listeners.options(views.PERSON, offer_people)
    listeners.view(views.OPENED, open_days)


def open_window(bot: Bot, request: Request) -> Answers:
    """What is locked."""
    proposed = None if request.clicked == views.OPEN else read_day(request.clicked)
    return Show(views.window(request.caller.reader, locking.look(bot, request.caller), proposed))


def lock(bot: Bot, request: Request) -> Answers:
    """Lock the days up to the one that was chosen."""
    until, reason = request.entered_optional_day("until"), request.entered_text("reason")
    found = locking.lock(bot, request.caller, until, reason)
    return Update(views.window(request.caller.reader, found))


def open_opening(bot: Bot, request: Request) -> Answers:
    """Ask for whom, which days, and why."""
    return Show(views.opening(request.caller.reader, locking.look(bot, request.caller)))


def open_days(bot: Bot, request: Request) -> Answers:
    """They are open for that person; the window below shows it."""
    caller = request.caller
    first, last = request.entered_day("first"), request.entered_day("last")
    found = locking.open_days(bot, caller, request.entered_id("person"), first, last, request.entered_text("reason"))
    return Update(views.window(caller.reader, found), view_id=request.previous_view_id)

"""What people say to what became of a sent draft in Billomat."""

from bot.billing import reconcile
from bot.billing.views import following as views
from bot.core.context import Bot
from bot.slack.answers import Answers, Say
from bot.slack.listeners import Listeners
from bot.slack.request import Request


def register(listeners: Listeners) -> None:
    """Listen to the buttons below the message about a cancelled invoice."""
    listeners.action(views.WRITE_OFF, write_off)
    listeners.action(views.KEEP, keep)


def write_off(bot: Bot, request: Request) -> Answers:
    """What is on a cancelled invoice is billed to nobody."""
    return _decide(bot, request, is_written_off=True)


def keep(bot: Bot, request: Request) -> Answers:
    """A cancelled invoice stays as it is."""
    return _decide(bot, request, is_written_off=False)


def _decide(bot: Bot, request: Request, *, is_written_off: bool) -> Answers:
    caller = request.caller
    name = reconcile.decide_cancelled(bot, caller, request.clicked_id, is_written_off=is_written_off)
    return Say(views.decided(caller.reader, name, is_written_off=is_written_off))

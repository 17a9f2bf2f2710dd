"""What people say to a sent draft: to what became of it in Billomat, and that they take it back."""

from bot.billing import reconcile, taking_back
from bot.billing.views import delivery as delivery_views
from bot.billing.views import following as views
from bot.billing.views import reconcile as reconcile_views
from bot.billing.views import taking_back as taking_back_views
from bot.core.context import Bot
from bot.slack.answers import Answers, Say, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request


def register(listeners: Listeners) -> None:
    """Listen to the buttons below the message about a cancelled invoice, and to taking back."""
    listeners.action(views.WRITE_OFF, write_off)
    listeners.action(views.KEEP, keep)
    listeners.action(reconcile_views.TAKE_BACK, open_taking_back)
    listeners.view(taking_back_views.CONFIRMED, take_back)


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


def open_taking_back(bot: Bot, request: Request) -> Answers:
    """What would be deleted in Billomat, to be confirmed."""
    found = taking_back.look(bot, request.caller, request.clicked_id)
    return Show(taking_back_views.window(request.caller.reader, found))


def take_back(bot: Bot, request: Request) -> Answers:
    """It was confirmed; a job does it."""
    caller, kept = request.caller, request.kept(taking_back_views.TAKING_BACK)
    taking_back.take_back(bot, caller, kept.draft, kept.billomat_id)
    return Update(delivery_views.outcome(caller.reader, reconcile_views.looking(caller.reader)))

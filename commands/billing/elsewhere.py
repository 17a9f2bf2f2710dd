"""Mark work as billed elsewhere: what fits a list or a report, or one entry."""

import re

from bot.billing import elsewhere
from bot.billing.elsewhere import Marked
from bot.billing.views import elsewhere as views
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.tracking.views import filters as filter_views


def register(listeners: Listeners) -> None:
    """Listen to the buttons that open the window, and to the window."""
    listeners.action(re.compile(f"^{filter_views.ELSEWHERE}:(mark|open)$"), open_window)
    listeners.action(re.compile(f"^{views.OF_ITEM}:(mark|open)$"), open_window)
    listeners.view(views.SAVED, save)
    listeners.action(views.UNDO, undo)


def open_window(bot: Bot, request: Request) -> Answers:
    """What would be marked, or open again."""
    caller, subject = request.caller, views.read_subject(request.clicked)
    found = elsewhere.look(bot, caller, subject, is_marked=request.action_part == "open")
    return Show(views.window(caller.reader, subject, found))


def save(bot: Bot, request: Request) -> Answers:
    """Mark it, if it is what the person saw."""
    caller, kept = request.caller, request.kept(views.MARKING)
    subject, reason = views.read_subject(kept.about), request.entered_text("reason")
    done = elsewhere.mark(bot, caller, subject, kept.seen, reason, is_marked=kept.is_marked)
    if isinstance(done, Marked):
        return Update(views.done(caller.reader, done))
    return Update(views.window(caller.reader, subject, done, changed=True))


def undo(bot: Bot, request: Request) -> Answers:
    """Take it back."""
    return Update(views.done(request.caller.reader, elsewhere.undo(bot, request.caller, request.clicked_id)))

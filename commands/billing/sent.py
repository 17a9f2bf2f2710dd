"""What people say to a sent draft: to what became of it in Billomat, that they take it back, what becomes of lines."""

import re

from bot.billing import reconcile, settling, taking_back
from bot.billing.settling import InvoiceSent, LineSent
from bot.billing.views import delivery as delivery_views
from bot.billing.views import following as views
from bot.billing.views import reconcile as reconcile_views
from bot.billing.views import sent_line as line_views
from bot.billing.views import sent_lines as lines_views
from bot.billing.views import taking_back as taking_back_views
from bot.core.context import Bot
from bot.slack.answers import Answers, Say, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import old_message, read_number

PAGES = 1_000
"""More than any invoice has."""


def register(listeners: Listeners) -> None:
    """Listen to the buttons below the message about a cancelled invoice, and to taking back."""
    listeners.action(views.WRITE_OFF, write_off)
    listeners.action(views.KEEP, keep)
    listeners.action(reconcile_views.TAKE_BACK, open_taking_back)
    listeners.action(taking_back_views.WITH_TEXTS, open_with_texts)
    listeners.view(taking_back_views.CONFIRMED, take_back)
    listeners.action(reconcile_views.LINES, open_lines)
    listeners.action(re.compile(f"^{lines_views.PAGE}:"), turn)
    listeners.action(lines_views.LOOK_AGAIN, look_again)
    listeners.action(lines_views.LINE, open_line)
    listeners.action(line_views.PICK, pick)
    listeners.action(line_views.PICK_ALL, pick_all)
    listeners.action(line_views.PICK_NONE, pick_none)
    listeners.action(re.compile(f"{line_views.TURN}(:.*)?"), turn_entries)
    listeners.action(re.compile(f"^{line_views.APART}:(apart|part)$"), tell_apart)
    listeners.view(line_views.SETTLED, settle)


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
    return Show(taking_back_views.window(request.caller.reader, found, request.clicked_message))


def open_with_texts(bot: Bot, request: Request) -> Answers:
    """The same, by somebody who saw which texts are lost with it."""
    draft_id, mark = taking_back_views.read_lost(request)
    found = taking_back.look(bot, request.caller, draft_id)
    return Show(taking_back_views.window(request.caller.reader, found, request.clicked_message, mark))


def take_back(bot: Bot, request: Request) -> Answers:
    """It was confirmed; a job does it."""
    caller, kept = request.caller, request.kept(taking_back_views.TAKING_BACK)
    message = kept.message
    taking_back.take_back(
        bot, caller, kept.draft, kept.billomat_id, kept.lost, channel=message.channel_id, ts=message.ts
    )
    return Update(delivery_views.outcome(caller.reader, reconcile_views.looking(caller.reader)))


def open_lines(bot: Bot, request: Request) -> Answers:
    """The lines of a sent draft, beside what Billomat has of them."""
    found = settling.look(bot, request.caller, request.clicked_id)
    return Show(lines_views.lines_window(request.caller.reader, found))


def turn(bot: Bot, request: Request) -> Answers:
    """Another page of them."""
    kept, page = request.kept(lines_views.OF_INVOICE), read_number(request.clicked)
    if not 1 <= page <= PAGES:
        raise old_message()
    found = settling.look(bot, request.caller, kept.draft)
    return Update(lines_views.lines_window(request.caller.reader, found, page))


def look_again(bot: Bot, request: Request) -> Answers:
    """Have Billomat be read now; what changed comes as a message."""
    settling.look_again(bot, request.caller, request.clicked_id)
    return Update(delivery_views.outcome(request.caller.reader, reconcile_views.looking(request.caller.reader)))


def open_line(bot: Bot, request: Request) -> Answers:
    """What stands on one line, to be decided."""
    kept = request.kept(lines_views.OF_INVOICE)
    found = settling.look(bot, request.caller, kept.draft)
    line = found.line(request.clicked_id)
    return Show(line_views.line_window(request.caller.reader, found, line, line_views.opened(found, line, kept.page)))


def pick(bot: Bot, request: Request) -> Answers:
    """Something was picked: how much that is."""
    found, line, kept = _picked(bot, request)
    return Update(line_views.line_window(request.caller.reader, found, line, kept))


def pick_all(bot: Bot, request: Request) -> Answers:
    """All that stands on the line, on whichever page."""
    found, line, kept = _picked(bot, request)
    return Update(line_views.line_window(request.caller.reader, found, line, line_views.picked_anew(kept, is_all=True)))


def pick_none(bot: Bot, request: Request) -> Answers:
    """None of it."""
    found, line, kept = _picked(bot, request)
    anew = line_views.picked_anew(kept, is_all=False)
    return Update(line_views.line_window(request.caller.reader, found, line, anew))


def turn_entries(bot: Bot, request: Request) -> Answers:
    """Another page of what stands on the line; what was picked stays picked."""
    found, line, kept = _picked(bot, request)
    there = line_views.turned(kept, line, request.clicked_id)
    return Update(line_views.line_window(request.caller.reader, found, line, there))


def tell_apart(bot: Bot, request: Request) -> Answers:
    """What was added there is something else than the rest of the line, or its rest after all; said below too."""
    _, _, kept = _picked(bot, request)
    is_apart = request.action_part == "apart"
    found = settling.tell_apart(bot, request.caller, kept.draft, kept.line, request.clicked, is_apart=is_apart)
    to = request.caller.reader
    window = Update(line_views.line_window(to, found, found.line(kept.line), kept))
    return window, Update(lines_views.lines_window(to, found, kept.page), view_id=request.previous_view_id)


def _picked(bot: Bot, request: Request) -> tuple[InvoiceSent, LineSent, line_views.OfLine]:
    """The line in the window, with what is picked by now. Raises UserError."""
    kept = request.kept(line_views.OF_LINE)
    found = settling.look(bot, request.caller, kept.draft)
    line = found.line(kept.line)
    return found, line, line_views.read_picked(request, kept, line)


def settle(bot: Bot, request: Request) -> Answers:
    """It is free again, or written off; the lines below show it."""
    caller, outcome = request.caller, line_views.read_outcome(request)
    _, line, kept = _picked(bot, request)
    items, reason = line_views.items_of(kept, line), request.entered_text("reason")
    after = settling.settle(bot, caller, kept.draft, kept.line, items, outcome, reason)
    return Update(lines_views.lines_window(caller.reader, after, kept.page), view_id=request.previous_view_id)

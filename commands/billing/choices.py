"""What is left out of an invoice and taken in again: lines in the invoice, entries in a window on top of it."""

import re

from bot.billing import choices
from bot.billing.preview import Looked, Preview
from bot.billing.views import entries as entry_views
from bot.billing.views import entry_boxes as box_views
from bot.billing.views import invoicing
from bot.billing.views import line as line_views
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_id
from commands.billing.showing import shown


def register(listeners: Listeners) -> None:
    """Listen to what leaves out and takes in."""
    listeners.action(entry_views.LEAVE_OUT, leave_out)
    listeners.action(entry_views.TAKE_IN, take_in)
    listeners.action(entry_views.TAKE_IN_LINE, take_in_line)
    listeners.action(entry_views.TAKE_ALL_IN, take_all_in)
    listeners.action(entry_views.LEAVE_TO, leave_to)
    listeners.action(entry_views.TAKE_FROM, take_from)
    listeners.action(entry_views.ENTRIES, open_entries)
    listeners.action(entry_views.LEFT_OUT, open_left_out)
    listeners.action(re.compile(f"{box_views.PAGE}(:.*)?"), turn_entries)
    listeners.action(re.compile(f"{box_views.TICK}:.*"), tick)
    listeners.action(box_views.ALL_OUT, leave_all_out)
    listeners.action(box_views.ALL_IN, take_all_of_them_in)


# In the invoice


def leave_out(bot: Bot, request: Request) -> Answers:
    """Leave out a line, or a group of lines, in one click."""
    draft_id, looked = _invoice(request)
    key = line_views.read_key(request.clicked)
    return shown(bot, request.caller, choices.leave_out(bot, request.caller, draft_id, key, looked=looked))


def take_in(bot: Bot, request: Request) -> Answers:
    """Take a line, or a group of lines, in again."""
    draft_id, looked = _invoice(request)
    key = line_views.read_key(request.clicked)
    return shown(bot, request.caller, choices.take_in(bot, request.caller, draft_id, key, looked=looked))


def take_in_line(bot: Bot, request: Request) -> Answers:
    """Take in a line that has no button of its own: it was chosen in the menu below those that have."""
    draft_id, looked = _invoice(request)
    preview = choices.take_in_line(bot, request.caller, draft_id, request.clicked, looked=looked)
    return shown(bot, request.caller, preview)


def take_all_in(bot: Bot, request: Request) -> Answers:
    """Take in all that was left out."""
    draft_id, looked = _invoice(request)
    return shown(bot, request.caller, choices.take_in(bot, request.caller, draft_id, looked=looked))


def leave_to(bot: Bot, request: Request) -> Answers:
    """Leave out what is on another open draft too."""
    draft_id, looked = _invoice(request)
    preview = choices.leave_to(bot, request.caller, draft_id, request.clicked_id, looked=looked)
    return shown(bot, request.caller, preview)


def take_from(bot: Bot, request: Request) -> Answers:
    """Leave out of another open draft what is on this one too."""
    draft_id, looked = _invoice(request)
    preview = choices.take_from(bot, request.caller, draft_id, request.clicked_id, looked=looked)
    return shown(bot, request.caller, preview)


def open_entries(bot: Bot, request: Request) -> Answers:
    """The entries of a line, or of a group of lines, on top of the invoice."""
    draft_id, looked = _invoice(request)
    there = choices.look(bot, request.caller, draft_id, line_views.read_key(request.clicked))
    return Show(box_views.entries_form(request.caller.reader, there, looked))


def open_left_out(bot: Bot, request: Request) -> Answers:
    """All entries that were left out, on top of the invoice."""
    draft_id, looked = _invoice(request)
    there = choices.look(bot, request.caller, draft_id, choices.WHOLE, only_left_out=True)
    return Show(box_views.entries_form(request.caller.reader, there, looked))


def _invoice(request: Request) -> tuple[int, Looked]:
    """The draft that the invoice shows, and what the person saw of it."""
    return request.kept(invoicing.INVOICING).draft or 0, invoicing.looked(request)


# In the window with the entries


def turn_entries(bot: Bot, request: Request) -> Answers:
    """Another page of the entries."""
    kept = request.kept(box_views.CHOOSING)
    there = choices.look(bot, request.caller, kept.draft, kept.group, only_left_out=kept.only_left_out)
    return Update(box_views.entries_form(request.caller.reader, there, kept.looked, page=request.clicked_id))


def tick(bot: Bot, request: Request) -> Answers:
    """Take entries in or leave them out, one click each."""
    kept = request.kept(box_views.CHOOSING)
    chosen = {read_id(entry_id): is_in for entry_id, is_in in request.ticked.items()}
    preview, gone = choices.choose(bot, request.caller, kept.draft, chosen, looked=kept.looked)
    return _chosen(bot, request, preview, gone=gone)


def leave_all_out(bot: Bot, request: Request) -> Answers:
    """Leave out all entries of a line, or of a group of lines, that are shown, on whichever page."""
    kept = request.kept(box_views.CHOOSING)
    preview = choices.leave_out(bot, request.caller, kept.draft, kept.group, looked=kept.looked)
    return _chosen(bot, request, preview)


def take_all_of_them_in(bot: Bot, request: Request) -> Answers:
    """Take in all entries that are shown, on whichever page."""
    kept = request.kept(box_views.CHOOSING)
    preview = choices.take_in(bot, request.caller, kept.draft, kept.group, looked=kept.looked)
    return _chosen(bot, request, preview)


def _chosen(bot: Bot, request: Request, preview: Preview, *, gone: int = 0) -> Answers:
    """The entries as they are chosen now, and the invoice below."""
    caller, kept = request.caller, request.kept(box_views.CHOOSING)
    there = choices.entries_of(bot, caller, preview, kept.group, only_left_out=kept.only_left_out)
    looked = Looked(preview.shown, preview.compared_with, preview.place)
    entries = Update(box_views.entries_form(caller.reader, there, looked, page=kept.page, gone=gone))
    return entries, shown(bot, caller, preview, view_id=request.previous_view_id)

"""The forms on top of the invoice in which is chosen what makes a line, what stands where, and in which words."""

import re
from dataclasses import replace

from bot.billing import arranging, layouts, texts
from bot.billing.opening import look_at
from bot.billing.preview import Preview
from bot.billing.views import invoicing
from bot.billing.views import layout as layout_views
from bot.billing.views import order as order_views
from bot.billing.views import texts as text_views
from bot.billing.views.keeping import read_way_back
from bot.billing.views.recipe import shown_anew
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_number
from commands.billing.showing import shown


def register(listeners: Listeners) -> None:
    """Listen to these forms, and to the ways back to what is usual."""
    listeners.action(layout_views.LAYOUT, open_layout)
    listeners.action(layout_views.TRY, try_layout)
    listeners.view(layout_views.LAYOUT_CHANGED, save_layout)
    listeners.action(layout_views.AS_USUAL, as_usual)
    listeners.action(text_views.TEXTS, open_texts)
    listeners.action(text_views.TRY, try_texts)
    listeners.view(text_views.TEXTS_CHANGED, save_texts)
    listeners.action(text_views.AS_USUAL, texts_as_usual)
    listeners.action(order_views.ORDER, open_order)
    listeners.action(re.compile(f"^{order_views.MOVE}"), move_line)
    listeners.action(order_views.KEEP, keep_order)
    listeners.action(order_views.AS_USUAL, order_as_usual)
    listeners.action(re.compile(f"^{order_views.TURN}:"), turn_order)


# Lines and what is said on them


def open_layout(bot: Bot, request: Request) -> Answers:
    """The form of what makes a line and what is said on it, on top of the invoice."""
    caller = request.caller
    preview = look_at(bot, caller, request.clicked_id)
    return Show(layout_views.layout_form(caller.reader, preview, for_all=caller.is_admin))


def try_layout(bot: Bot, request: Request) -> Answers:
    """What was chosen in that form, as the customer would read it."""
    caller = request.caller
    draft_id, entered = layout_views.entered_layout(request)
    preview = layouts.try_layout(bot, caller, draft_id, entered.layout)
    form = layout_views.layout_form(caller.reader, preview, for_all=caller.is_admin, entered=entered)
    return Update(shown_anew(request, form))


def save_layout(bot: Bot, request: Request) -> Answers:
    """Lines and texts were chosen; the invoice below shows them."""
    draft_id, entered = layout_views.entered_layout(request)
    preview = layouts.change_layout(bot, request.caller, draft_id, entered)
    return shown(bot, request.caller, preview, view_id=request.previous_view_id)


def as_usual(bot: Bot, request: Request) -> Answers:
    """Forget the lines and texts that were chosen for this invoice, or kept for its customer."""
    draft_id, whose = read_way_back(request.clicked)
    return shown(bot, request.caller, layouts.forget_part(bot, request.caller, draft_id, "layout", whose))


# What stands above and below the lines


def open_texts(bot: Bot, request: Request) -> Answers:
    """The form of what stands above and below the lines, on top of the invoice."""
    caller = request.caller
    preview = look_at(bot, caller, request.clicked_id)
    return Show(text_views.texts_form(caller.reader, preview, for_all=caller.is_admin))


def try_texts(bot: Bot, request: Request) -> Answers:
    """What was typed in that form, as the customer would read it."""
    caller = request.caller
    draft_id, entered = text_views.entered_texts(request)
    preview = texts.try_texts(bot, caller, draft_id, entered.texts)
    form = text_views.texts_form(caller.reader, preview, for_all=caller.is_admin, entered=entered)
    return Update(shown_anew(request, form))


def save_texts(bot: Bot, request: Request) -> Answers:
    """Texts were chosen; the invoice below shows them."""
    draft_id, entered = text_views.entered_texts(request)
    preview = texts.change_texts(bot, request.caller, draft_id, entered)
    return shown(bot, request.caller, preview, view_id=request.previous_view_id)


def texts_as_usual(bot: Bot, request: Request) -> Answers:
    """Forget the texts that were chosen for this invoice, or kept for its customer."""
    draft_id, whose = read_way_back(request.clicked)
    return shown(bot, request.caller, layouts.forget_part(bot, request.caller, draft_id, "texts", whose))


# The order of the lines


def open_order(bot: Bot, request: Request) -> Answers:
    """The lines in their order, on top of the invoice."""
    preview = look_at(bot, request.caller, request.clicked_id)
    place = request.kept(invoicing.INVOICING).place
    return Show(order_views.order_form(request.caller.reader, preview, place))


def turn_order(bot: Bot, request: Request) -> Answers:
    """Other lines of them."""
    kept = request.kept(order_views.ORDERING)
    preview = look_at(bot, request.caller, kept.draft)
    return Update(order_views.order_form(request.caller.reader, preview, kept.place, read_number(request.clicked)))


def move_line(bot: Bot, request: Request) -> Answers:
    """A line goes elsewhere, here and on the invoice below."""
    line, step = order_views.read_move(request.clicked)
    preview = arranging.move_line(bot, request.caller, request.kept(order_views.ORDERING).draft, line, step)
    return _arranged(bot, request, preview)


def keep_order(bot: Bot, request: Request) -> Answers:
    """Have later invoices of the customer stand in the same order."""
    preview = arranging.keep_order(bot, request.caller, request.kept(order_views.ORDERING).draft)
    return _arranged(bot, request, preview)


def order_as_usual(bot: Bot, request: Request) -> Answers:
    """Forget the order that somebody gave the lines."""
    draft_id, whose = read_way_back(request.clicked)
    preview = layouts.forget_part(bot, request.caller, draft_id, "line_order", whose)
    return _arranged(bot, request, preview)


def _arranged(bot: Bot, request: Request, preview: Preview) -> Answers:
    kept = request.kept(order_views.ORDERING)
    form = order_views.order_form(request.caller.reader, preview, kept.place, kept.page)
    below = replace(preview, place=kept.place)
    return Update(form), shown(bot, request.caller, below, view_id=request.previous_view_id)

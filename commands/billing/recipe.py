"""The recipe of a customer: shown, changed and forgotten in one window, from an invoice or from the catalogue."""

import re

from bot.billing import choosing, details, layouts, recipe, roundings, taxes, texts
from bot.billing.views import details as detail_views
from bot.billing.views import layout as layout_views
from bot.billing.views import recipe as views
from bot.billing.views import rounding as rounding_views
from bot.billing.views import tax as tax_views
from bot.billing.views import texts as text_views
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.blocks import View
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands.billing.showing import shown_below


def register(listeners: Listeners) -> None:
    """Listen to the window and to its forms, which stand in its place: a stack of modals holds three."""
    listeners.action(views.RECIPE, open_recipe)
    listeners.action(re.compile(f"^{views.CHANGE}:"), change)
    listeners.action(re.compile(f"^{views.FORGET}:"), forget)
    listeners.action(views.BACK, go_back)
    listeners.view(views.SAVED, save)
    listeners.view(views.LINES_SAVED, save_lines)
    listeners.view(views.TEXTS_SAVED, save_texts)
    listeners.view(tax_views.TAX_SAVED, save_tax)
    listeners.view(detail_views.ORDER_NUMBER_SAVED, save_order_number)
    listeners.view(views.ROUNDING_SAVED, save_rounding)


def open_recipe(bot: Bot, request: Request) -> Answers:
    """The window, on top of whatever names the customer."""
    return Show(_window(bot, request.caller, views.read_page(request.clicked)))


def change(bot: Bot, request: Request) -> Answers:
    """The form of a part; lines and texts are chosen on the customer's next invoice, with its work as an example."""
    part, page = views.part_of(request)
    return Update(views.in_window(request.caller.reader, _form(bot, request.caller, part, page.customer), page))


def _form(bot: Bot, caller: Caller, part: str, customer_id: int) -> View:
    to = caller.reader
    if part == views.ABOUT:
        holds, selectable = recipe.begin_change(bot, caller, customer_id)
        return views.about_form(to, holds, selectable, today=caller.today)
    if part == views.ORDER_NUMBER:
        return detail_views.order_number_form(to, details.read_details(bot, caller, customer_id))
    if part == views.TAX:
        return tax_views.tax_form(to, taxes.read_tax(bot, caller, customer_id))
    if part == views.ROUNDING:
        found = roundings.begin_usual(bot, caller, customer_id)
        form = rounding_views.rounding_form(to, found, for_all=caller.is_admin)
        return form | {"callback_id": views.ROUNDING_SAVED}
    preview = choosing.choose_usual(bot, caller, customer_id)
    if part == views.LINES:
        form = layout_views.layout_form(to, preview, for_all=caller.is_admin)
        return form | {"callback_id": views.LINES_SAVED}
    form = text_views.texts_form(to, preview, for_all=caller.is_admin)
    return form | {"callback_id": views.TEXTS_SAVED}


def go_back(bot: Bot, request: Request) -> Answers:
    """From a form to the window, with nothing changed."""
    return Update(_window(bot, request.caller, views.read_page(request.clicked)))


def _window(bot: Bot, caller: Caller, page: views.RecipePage) -> View:
    return views.recipe_page(caller.reader, recipe.read_recipe(bot, caller, page.customer), page)


def save(bot: Bot, request: Request) -> Answers:
    """Days and work were chosen."""
    customer_id, scope = views.entered_about(request)
    recipe.change_recipe(bot, request.caller, customer_id, scope)
    return _saved(bot, request, customer_id)


def save_lines(bot: Bot, request: Request) -> Answers:
    """Lines were chosen."""
    draft_id, entered = layout_views.entered_layout(request)
    preview = layouts.change_layout(bot, request.caller, draft_id, entered)
    return _saved(bot, request, preview.customer_id)


def save_texts(bot: Bot, request: Request) -> Answers:
    """Texts above and below the lines were chosen."""
    draft_id, entered = text_views.entered_texts(request)
    preview = texts.change_texts(bot, request.caller, draft_id, entered)
    return _saved(bot, request, preview.customer_id)


def save_tax(bot: Bot, request: Request) -> Answers:
    """Which VAT holds was chosen."""
    caller, kept = request.caller, request.kept(tax_views.KEPT)
    case, writes_words = tax_views.entered_case(request), request.is_ticked("words")
    taxes.change_tax(bot, caller, kept.customer, case, writes_words=writes_words, shown=kept.shown)
    return _saved(bot, request, kept.customer)


def save_order_number(bot: Bot, request: Request) -> Answers:
    """The customer's order has another number."""
    kept = request.kept(detail_views.KEPT)
    typed = request.entered_text("order_number")
    details.change_order_number(bot, request.caller, kept.customer, typed, shown=kept.shown)
    return _saved(bot, request, kept.customer)


def save_rounding(bot: Bot, request: Request) -> Answers:
    """How time is rounded was chosen."""
    draft_id, seen, chosen = rounding_views.entered_rounding(request)
    preview = roundings.choose(bot, request.caller, draft_id, chosen, seen=seen)
    return _saved(bot, request, preview.customer_id)


def forget(bot: Bot, request: Request) -> Answers:
    """Something is not to be kept any more."""
    part, page = views.part_of(request)
    return _done(bot, request, page, recipe.forget_recipe(bot, request.caller, page.customer, part))


def _saved(bot: Bot, request: Request, customer_id: int) -> Answers:
    """The window again in place of a form of it, and the invoice below, if it was opened from one."""
    shown = recipe.read_recipe(bot, request.caller, customer_id)
    return _done(bot, request, views.page_behind(request) or views.RecipePage(shown.customer_id), shown)


def _done(bot: Bot, request: Request, page: views.RecipePage, shown: recipe.CustomersRecipe) -> Answers:
    to = request.caller.reader
    said = to.t("Saved for the next invoices of {customer}.", customer=shown.customer)
    return shown_below(bot, request, Update(views.recipe_page(to, shown, page, said=said)), page.draft)

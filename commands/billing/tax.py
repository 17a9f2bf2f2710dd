"""Which VAT holds for a customer: answered in the invoice, or chosen in the window of the usual invoice."""

import re

from bot.billing import recipe, taxes
from bot.billing.preview import Looked
from bot.billing.views import invoicing
from bot.billing.views import recipe as recipe_views
from bot.billing.views import tax as views
from bot.core.context import Bot
from bot.slack.answers import Answers, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands.billing.showing import shown


def register(listeners: Listeners) -> None:
    """Listen to the answers and to the form."""
    listeners.action(re.compile(f"^{views.ANSWER}:"), answer)
    listeners.view(views.TAX_SAVED, save)


def answer(bot: Bot, request: Request) -> Answers:
    """A question of the invoice was answered."""
    draft_id, looked = _invoice(request)
    caller = request.caller
    if request.clicked in (views.SMALL, views.NOT_SMALL):
        is_small = request.clicked == views.SMALL
        return shown(bot, caller, taxes.answer_small(bot, caller, draft_id, is_small=is_small, looked=looked))
    return shown(bot, caller, taxes.answer(bot, caller, draft_id, views.answered_case(request), looked=looked))


def _invoice(request: Request) -> tuple[int, Looked]:
    return request.kept(invoicing.INVOICING).draft or 0, invoicing.looked(request)


def save(bot: Bot, request: Request) -> Answers:
    """It was chosen for a customer."""
    caller, to = request.caller, request.caller.reader
    kept = request.kept(views.KEPT)
    case, writes_words = views.entered_case(request), request.is_ticked("words")
    taxes.change_tax(bot, caller, kept.customer, case, writes_words=writes_words, shown=kept.shown)
    page = recipe.read_recipe(bot, caller, kept.customer)
    said = to.t("Saved for the next invoices of {customer}.", customer=page.customer)
    return Update(recipe_views.recipe_page(to, page, said=said))

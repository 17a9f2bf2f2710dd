"""The menu below the total of an invoice: what is wanted seldom."""

from bot.billing.views import agreements as agreement_views
from bot.billing.views import budgets as budget_views
from bot.billing.views import invoice as invoice_views
from bot.billing.views import order as order_views
from bot.billing.views import reduction as reduction_views
from bot.billing.views import rounding as rounding_views
from bot.core.context import Bot
from bot.slack.answers import Answers
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_one_of
from commands.billing import agreements, budgets, reduction, rounding, words

_SELDOM = {
    order_views.ORDER: words.open_order,
    rounding_views.ROUNDING: rounding.open_form,
    reduction_views.REDUCTION: reduction.open_form,
    agreement_views.AGREEMENTS: agreements.open_agreements,
    budget_views.OPEN: budgets.open_at_once,
}


def register(listeners: Listeners) -> None:
    """Listen to the menu."""
    listeners.action(invoice_views.MORE, choose)


def choose(bot: Bot, request: Request) -> Answers:
    """Do what the button of that name does elsewhere."""
    picked = request.picked
    return _SELDOM[read_one_of(_SELDOM, picked.action_id)](bot, picked)

"""Which VAT holds for a customer: what an invoice asks is answered in it."""

import re

from bot.billing import taxes
from bot.billing.preview import Looked
from bot.billing.views import invoicing
from bot.billing.views import tax as views
from bot.core.context import Bot
from bot.slack.answers import Answers
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands.billing.showing import shown


def register(listeners: Listeners) -> None:
    """Listen to the answers."""
    listeners.action(re.compile(f"^{views.ANSWER}:"), answer)


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

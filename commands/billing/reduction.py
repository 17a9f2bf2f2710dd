"""The form of what holds for one invoice alone: what is taken off of it, and which VAT it bears."""

from bot.billing import opening, reducing
from bot.billing.reducing import ForOnce
from bot.billing.views import reduction as views
from bot.billing.views import tax as tax_views
from bot.core.context import Bot
from bot.slack.answers import Answers, Show
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands.billing.showing import shown


def register(listeners: Listeners) -> None:
    """Listen to the form."""
    listeners.action(views.REDUCTION, open_form)
    listeners.view(views.REDUCED, save)


def open_form(bot: Bot, request: Request) -> Answers:
    """The form, on top of the invoice."""
    preview = opening.look_at(bot, request.caller, request.clicked_id)
    return Show(views.reduction_form(request.caller.reader, preview))


def save(bot: Bot, request: Request) -> Answers:
    """It was chosen; the invoice below shows it."""
    kept = request.kept(views.REDUCING)
    chosen = ForOnce(
        request.entered_text("reduction"),
        request.entered_text("reduction_amount"),
        tax_views.entered_once(request),
        kept.shown,
    )
    preview = reducing.choose(bot, request.caller, kept.draft, chosen)
    return shown(bot, request.caller, preview, view_id=request.previous_view_id)

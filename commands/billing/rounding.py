"""The form in which is chosen how billed time is rounded, beside what each choice would cost."""

from bot.billing import roundings
from bot.billing.views import rounding as views
from bot.billing.views.recipe import shown_anew
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands.billing.showing import shown


def register(listeners: Listeners) -> None:
    """Listen to the form, and to its menus."""
    listeners.action(views.ROUNDING, open_form)
    listeners.action(views.TRY, try_rounding)
    listeners.view(views.ROUNDING_CHANGED, save)


def open_form(bot: Bot, request: Request) -> Answers:
    """The form for the customer, on top of the invoice."""
    caller = request.caller
    found = roundings.begin(bot, caller, request.clicked_id)
    return Show(views.rounding_form(caller.reader, found, for_all=caller.is_admin))


def try_rounding(bot: Bot, request: Request) -> Answers:
    """Another choice, and what it would cost; or what is kept for somebody else."""
    caller, kept = request.caller, request.kept(views.CHANGING_ROUNDING)
    target = views.entered_target(request)
    if target == kept.target:
        _, _, chosen = views.entered_rounding(request)
        found = roundings.simulate(bot, caller, kept.draft, chosen)
    else:
        found = roundings.begin(bot, caller, kept.draft, target)
    form = views.rounding_form(caller.reader, found, for_all=caller.is_admin)
    return Update(shown_anew(request, form))


def save(bot: Bot, request: Request) -> Answers:
    """It was chosen; the invoice below shows it."""
    draft_id, seen, chosen = views.entered_rounding(request)
    preview = roundings.choose(bot, request.caller, draft_id, chosen, seen=seen)
    return shown(bot, request.caller, preview, view_id=request.previous_view_id)

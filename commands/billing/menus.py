"""What menus of several windows offer."""

from bot.billing import choosing
from bot.core.context import Bot
from bot.slack.answers import Options
from bot.slack.request import Request
from bot.tracking.views import filter_form as filter_views


def projects_of(bot: Bot, request: Request, customer_id: int) -> Options:
    """The projects of a customer that what was typed finds. Raises UserError."""
    found = choosing.offered_projects(bot, request.caller, customer_id, request.searched)
    return Options(filter_views.menu(request.caller.reader, found))

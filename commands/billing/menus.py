"""What menus of several windows offer."""

from typing import Literal

from bot.billing import choosing
from bot.core.context import Bot
from bot.slack.answers import Answers, Options
from bot.slack.request import Request
from bot.tracking import filter_form
from bot.tracking.views import filter_form as filter_views


def offer_people(bot: Bot, request: Request) -> Answers:
    """Search people."""
    found = filter_form.offered_people(bot, request.caller, request.searched)
    return Options(filter_views.menu(request.caller.reader, found))


def offer_services(bot: Bot, request: Request) -> Answers:
    """Search the kinds of work."""
    return _offered(bot, request, "service")


def offer_projects(bot: Bot, request: Request) -> Answers:
    """Search the projects of all customers."""
    return _offered(bot, request, "project")


def offer_customers(bot: Bot, request: Request) -> Answers:
    """Search customers."""
    return _offered(bot, request, "customer")


def projects_of(bot: Bot, request: Request, customer_id: int) -> Answers:
    """Search the projects of a customer. Raises UserError."""
    found = choosing.offered_projects(bot, request.caller, customer_id, request.searched)
    return Options(filter_views.menu(request.caller.reader, found))


def _offered(bot: Bot, request: Request, kind: Literal["customer", "project", "service"]) -> Answers:
    found = filter_form.offered(bot, request.caller, kind, request.searched)
    return Options(filter_views.menu(request.caller.reader, found))

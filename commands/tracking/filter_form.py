"""The form that asks for a list or a report without typing, and changes the answer below which it was opened."""

import re
from dataclasses import replace
from functools import partial

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.reports import screens as report_screens
from bot.slack.answers import ANSWERABLE, Answers, Options, Update, on_top
from bot.slack.blocks import message_modal
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.tracking import filter_form, screens
from bot.tracking.filter_form import ShownAs
from bot.tracking.views import filter_form as views


def register(listeners: Listeners) -> None:
    """Listen to the buttons, to the form and to searches in its menus."""
    listeners.action(re.compile(f"^{views.OPEN}:"), open_form)
    listeners.action(views.SHOWN_AS, show_other_fields)
    listeners.action(views.SPAN, show_other_fields)
    listeners.options(views.CUSTOMERS, offer_customers)
    listeners.options(views.PROJECTS, offer_projects)
    listeners.options(views.SERVICES, offer_services)
    listeners.options(views.PEOPLE, offer_people)
    listeners.view(views.FILLED, answer)


def open_form(bot: Bot, request: Request) -> Answers:
    """The form, filled in with what the answer shows below which it was opened."""
    query, shown_as = views.read_opened(request)
    shown = filter_form.begin(bot, request.caller, query, shown_as, said_at=request.response_url)
    return on_top(request, views.form(request.caller.reader, shown))


def show_other_fields(bot: Bot, request: Request) -> Answers:
    """Own days have fields of their own, and only a report is grouped."""
    kept = request.kept(views.KEPT)
    shown = filter_form.again(bot, _there(request), kept, views.read_entered(request, kept))
    return Update(views.form(request.caller.reader, shown))


def offer_customers(bot: Bot, request: Request) -> Answers:
    """Search the menu of customers."""
    found = filter_form.offered(bot, _there(request), "customer", request.searched)
    return Options(views.menu(request.caller.reader, found))


def offer_projects(bot: Bot, request: Request) -> Answers:
    """Search the menu of projects."""
    found = filter_form.offered(bot, _there(request), "project", request.searched)
    return Options(views.menu(request.caller.reader, found))


def offer_services(bot: Bot, request: Request) -> Answers:
    """Search the menu of kinds of work."""
    found = filter_form.offered(bot, _there(request), "service", request.searched)
    return Options(views.menu(request.caller.reader, found))


def offer_people(bot: Bot, request: Request) -> Answers:
    """Search the menu of people."""
    found = filter_form.offered_people(bot, request.caller, request.searched)
    return Options(views.menu(request.caller.reader, found))


def answer(bot: Bot, request: Request) -> Answers:
    """The list or the report, in place of the answer below which the form was opened, as long as Slack allows that."""
    kept = request.kept(views.KEPT)
    caller, entered = _there(request), views.read_entered(request, kept)
    query = filter_form.read_query(bot, caller, kept, entered)
    if entered.shown_as is ShownAs.LIST:
        answering = partial(screens.list_of, bot, caller, query.filter)
    else:
        answering = partial(report_screens.shown, bot, caller, query)
    if kept.said_at and caller.now - kept.opened_at < ANSWERABLE:
        return screens.in_place(request, query.filter, lambda: replace(answering(), at=kept.said_at))
    to = caller.reader
    return Update(message_modal(answering().message, to.t("Filter"), close=to.t("Close")))


def _there(request: Request) -> Caller:
    """The person where the form was opened: a guest may choose what belongs there."""
    return request.caller.in_channel(request.kept(views.KEPT).channel_id)

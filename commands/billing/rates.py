"""What an hour costs: the window of rates, its list, and the forms of it."""

import re
from dataclasses import replace

from bot.billing import rating, solving
from bot.billing.views import rates as views
from bot.catalog.views.listing import read_kind
from bot.core.context import Bot
from bot.slack.answers import Answers, Options, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_number
from bot.tracking import filter_form
from bot.tracking.views import filter_form as filter_views
from commands.billing.showing import shown


def register(listeners: Listeners) -> None:
    """Listen to the window and its forms."""
    listeners.action(views.RATES, open_rates)
    listeners.action(views.LIST, open_list)
    listeners.action(re.compile(f"^{views.TURN}:"), turn)
    listeners.action(re.compile(f"^{views.TRY}:"), try_line)
    for kind, offer in _OFFERS.items():
        listeners.options(re.compile(f"^({views.TRY}|{views.MENU}):{kind}$"), offer)
    listeners.action(views.ADD, open_new)
    listeners.action(views.CHANGE, open_one)
    listeners.action(views.REMOVE, remove)
    listeners.view(views.SAVED, set_rate)
    listeners.view(views.ADDED, add)
    listeners.view(views.CHANGED, change)


def open_rates(bot: Bot, request: Request) -> Answers:
    """The window, on top of whatever has its button."""
    about, rates = views.read_about(request.clicked), rating.read_rates(bot, request.caller)
    if about.draft and request.previous_view_id:  # Slack takes three windows: this one stands in place of the invoice
        about = replace(about, draft=None)
        return Update(views.page(request.caller.reader, rates, views.Kept(about=about)))
    return Show(views.page(request.caller.reader, rates, views.Kept(about=about)))


def open_list(bot: Bot, request: Request) -> Answers:
    """The list, where there was one field."""
    kept = replace(request.kept(views.KEPT), is_list=True)
    return Update(views.page(request.caller.reader, rating.read_rates(bot, request.caller), kept))


def turn(bot: Bot, request: Request) -> Answers:
    """Another page of it."""
    kept = replace(request.kept(views.KEPT), page=read_number(request.clicked))
    return Update(views.page(request.caller.reader, rating.read_rates(bot, request.caller), kept))


def try_line(bot: Bot, request: Request) -> Answers:
    """Something was chosen in the test line."""
    kept = views.tried_now(request)
    answered = rating.try_rates(bot, request.caller, views.tried(kept))
    rates = rating.read_rates(bot, request.caller)
    return Update(views.page(request.caller.reader, rates, kept, answered=answered))


def offer_people(bot: Bot, request: Request) -> Answers:
    """Search people."""
    found = filter_form.offered_people(bot, request.caller, request.searched)
    return Options(filter_views.menu(request.caller.reader, found))


def offer_services(bot: Bot, request: Request) -> Answers:
    """Search services."""
    return _offered(bot, request, "service")


def offer_projects(bot: Bot, request: Request) -> Answers:
    """Search projects."""
    return _offered(bot, request, "project")


def offer_customers(bot: Bot, request: Request) -> Answers:
    """Search customers."""
    return _offered(bot, request, "customer")


def _offered(bot: Bot, request: Request, kind: str) -> Answers:
    found = filter_form.offered(bot, request.caller, read_kind(kind), request.searched)
    return Options(filter_views.menu(request.caller.reader, found))


_OFFERS = {
    "person": offer_people,
    "service": offer_services,
    "project": offer_projects,
    "customer": offer_customers,
}


def open_new(bot: Bot, request: Request) -> Answers:
    """The form of a new rate, in place of the list."""
    caller, kept = request.caller, request.kept(views.KEPT)
    rates, named = rating.begin_rule(bot, caller, customer_id=kept.about.customer, service_id=kept.about.service)
    chosen = {kind: filter_views.menu(caller.reader, [each])[0] for kind, each in named.items()}
    return Update(views.add_form(caller.reader, rates, kept, chosen))


def open_one(bot: Bot, request: Request) -> Answers:
    """The form of one rate, in place of the list."""
    rates = rating.read_rates(bot, request.caller)
    rule = rates.rule(read_number(request.clicked))
    return Update(views.change_form(request.caller.reader, rates, rule, request.kept(views.KEPT)))


def set_rate(bot: Bot, request: Request) -> Answers:
    """The workspace's own rate was entered."""
    kept, to = request.kept(views.KEPT), request.caller.reader
    rates = rating.set_rate(bot, request.caller, views.entered_price(request), currency=kept.currency)
    return _listed(bot, request, rates, views.rate_set(to, rates), kept)


def add(bot: Bot, request: Request) -> Answers:
    """A new rate was entered."""
    rule, price, place = views.entered_rule(request), views.entered_price(request), views.entered_place(request)
    rates = rating.add_rule(bot, request.caller, rule, price, place)
    return _listed(bot, request, rates, request.caller.reader.t("The rate is in the list."))


def change(bot: Bot, request: Request) -> Answers:
    """One rate was changed."""
    kept, place = request.kept(views.KEPT), views.entered_place(request)
    price = views.entered_price(request) if request.input_called("price") is not None else None
    rates = rating.change_rule(bot, request.caller, kept.rule, price, place)
    return _listed(bot, request, rates, request.caller.reader.t("The rate is changed."))


def remove(bot: Bot, request: Request) -> Answers:
    """One rate is to be in the list no more."""
    rates = rating.remove_rule(bot, request.caller, request.clicked_id)
    return _listed(bot, request, rates, request.caller.reader.t("The rate is removed."))


def _listed(bot: Bot, request: Request, rates: rating.Rates, said: str, kept: views.Kept | None = None) -> Answers:
    """The window as it is now, and the invoice below, if it was opened from one."""
    caller, kept = request.caller, kept or replace(request.kept(views.KEPT), is_list=True)
    window = Update(views.page(caller.reader, rates, kept, said=said))
    if not kept.about.draft or not request.previous_view_id:
        return window
    preview = solving.find(bot, caller, kept.about.draft)
    return [window, shown(bot, caller, preview, view_id=request.previous_view_id)]

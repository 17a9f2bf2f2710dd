"""What an hour costs: the window of rates, its list, and the forms of it."""

import re
from dataclasses import replace

from bot.billing import rates as reading
from bot.billing import rating
from bot.billing.views import rate_forms as forms
from bot.billing.views import rate_words as words
from bot.billing.views import rates as views
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_number
from bot.tracking.views import filter_form as filter_views
from commands.billing.menus import offer_customers, offer_people, offer_projects, offer_services
from commands.billing.showing import shown_below


def register(listeners: Listeners) -> None:
    """Listen to the window and its forms."""
    listeners.action(views.RATES, open_rates)
    listeners.action(forms.LIST, open_list)
    listeners.action(re.compile(f"^{views.TURN}:"), turn)
    listeners.action(re.compile(f"^{views.TRY}:"), try_line)
    for kind, offer in _OFFERS.items():
        listeners.options(re.compile(f"^({views.TRY}|{forms.MENU}):{kind}$"), offer)
    listeners.action(views.ADD, open_new)
    listeners.action(views.CHANGE, open_one)
    listeners.action(forms.REMOVE, remove)
    listeners.view(forms.SAVED, set_rate)
    listeners.view(forms.ADDED, add)
    listeners.view(forms.CHANGED, change)


def open_rates(bot: Bot, request: Request) -> Answers:
    """The window, on top of whatever has its button."""
    about, rates = views.read_about(request.clicked), reading.read_rates(bot, request.caller)
    # The one field has the workspace's rate, which says nothing in another currency.
    kept = forms.RatesPage(about=about, is_list=reading.is_billed_apart(bot, request.caller, about.customer))
    if about.draft and request.previous_view_id:  # Slack takes three windows: this one stands in place of the invoice
        kept = replace(kept, about=replace(about, draft=None))
        return Update(views.page(request.caller.reader, rates, kept))
    return Show(views.page(request.caller.reader, rates, kept))


def open_list(bot: Bot, request: Request) -> Answers:
    """The list, where there was one field."""
    kept = replace(request.kept(forms.KEPT), is_list=True)
    return Update(views.page(request.caller.reader, reading.read_rates(bot, request.caller), kept))


def turn(bot: Bot, request: Request) -> Answers:
    """Another page of it."""
    kept = replace(request.kept(forms.KEPT), page=read_number(request.clicked))
    return Update(views.page(request.caller.reader, reading.read_rates(bot, request.caller), kept))


def try_line(bot: Bot, request: Request) -> Answers:
    """Something was chosen in the test line."""
    kept = views.tried_now(request)
    answered = reading.try_rates(bot, request.caller, views.tried(kept))
    rates = reading.read_rates(bot, request.caller)
    return Update(views.page(request.caller.reader, rates, kept, answered=answered))


_OFFERS = {
    "person": offer_people,
    "service": offer_services,
    "project": offer_projects,
    "customer": offer_customers,
}


def open_new(bot: Bot, request: Request) -> Answers:
    """The form of a new rate, in place of the list."""
    caller, kept = request.caller, request.kept(forms.KEPT)
    rates, named = reading.begin_rule(bot, caller, customer_id=kept.about.customer, service_id=kept.about.service)
    chosen = {kind: filter_views.menu(caller.reader, [each])[0] for kind, each in named.items()}
    return Update(forms.add_form(caller.reader, rates, kept, chosen))


def open_one(bot: Bot, request: Request) -> Answers:
    """The form of one rate, in place of the list."""
    to, kept = request.caller.reader, request.kept(forms.KEPT)
    rates, rule, named = reading.begin_change(bot, request.caller, read_number(request.clicked))
    chosen = {kind: filter_views.menu(to, [each])[0] for kind, each in named.items()}
    return Update(forms.change_form(to, rates, rule, kept, chosen))


def set_rate(bot: Bot, request: Request) -> Answers:
    """The workspace's own rate was entered."""
    kept, to = request.kept(forms.KEPT), request.caller.reader
    rates = rating.set_rate(bot, request.caller, forms.entered_price(request), currency=kept.currency)
    return _listed(bot, request, rates, words.rate_set(to, rates), kept)


def add(bot: Bot, request: Request) -> Answers:
    """A new rate was entered."""
    rule, price, place = forms.entered_rule(request), forms.entered_price(request), forms.entered_place(request)
    rates = rating.add_rule(bot, request.caller, rule, price, place)
    return _listed(bot, request, rates, request.caller.reader.t("The rate is in the list."))


def change(bot: Bot, request: Request) -> Answers:
    """One rate was changed."""
    kept, place = request.kept(forms.KEPT), forms.entered_place(request)
    price = forms.entered_price(request) if request.input_called("price") is not None else None
    rates = rating.change_rule(bot, request.caller, kept.rule, price, place, forms.changed_rule(request))
    return _listed(bot, request, rates, request.caller.reader.t("The rate is changed."))


def remove(bot: Bot, request: Request) -> Answers:
    """One rate is to be in the list no more."""
    rates = rating.remove_rule(bot, request.caller, request.clicked_id)
    return _listed(bot, request, rates, request.caller.reader.t("The rate is removed."))


def _listed(
    bot: Bot, request: Request, rates: reading.Rates, said: str, kept: forms.RatesPage | None = None
) -> Answers:
    """The window as it is now, and the invoice below, if it was opened from one."""
    caller, kept = request.caller, kept or replace(request.kept(forms.KEPT), is_list=True)
    window = Update(views.page(caller.reader, rates, kept, said=said))
    return shown_below(bot, request, window, kept.about.draft)

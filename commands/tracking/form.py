"""The fast form: opened by `/track` alone, by the shortcuts and by the App Home, and filled in."""

import re
from dataclasses import replace

from bot.catalog.views import pickers
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Untimed
from bot.slack.answers import ANSWERABLE, Answers, Options, Say, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.notices import repeated
from bot.slack.request import Request
from bot.slack.untrusted import read_optional_id, reading
from bot.tracking import filled_form, form, form_menus, screens, timers
from bot.tracking.doubts import Doubtful
from bot.tracking.entries import Overlap
from bot.tracking.filled_form import FilledForm
from bot.tracking.form_fields import CameTwice
from bot.tracking.views import form as views
from bot.tracking.views import hours
from bot.tracking.views import timers as timer_views
from bot.tracking.views.overlaps import RESOLUTION_FIELD, read_resolution

_BILLABLE = {views.AS_USUAL: None, views.BILLABLE: True, views.NOT_BILLABLE: False}


def register(listeners: Listeners) -> None:
    """Listen to the shortcuts, to the form and to searches in its menus."""
    listeners.global_shortcut(views.TRACK_TIME, open_form)
    listeners.message_shortcut(views.TRACK_MESSAGE, open_on_message)
    listeners.action(views.OPEN, open_form)
    listeners.options(views.CUSTOMER, offer_customers)
    listeners.options(views.TARGET, offer_targets)
    listeners.options(views.SERVICE, offer_services)
    listeners.action(views.CUSTOMER, choose_customer)
    listeners.action(re.compile(f"^{views.MODE}:"), choose_mode)
    listeners.action(views.STOP, stop)
    listeners.view(views.FILLED, save)


def open_form(bot: Bot, request: Request) -> Answers:
    """The form with nothing known but the channel."""
    return screens.fast_form(bot, request)


def open_on_message(bot: Bot, request: Request) -> Answers:
    """The form for time that was spent on a message."""
    on = request.message
    source = form.message_source(on.text, domain=on.domain, channel_id=on.channel_id, ts=on.ts, thread_ts=on.thread_ts)
    return screens.fast_form(bot, request, source=source)


def complete(bot: Bot, request: Request, typed: Untimed, text: str) -> Answers:
    """The form for work of which only the length was not typed.

    Where it is open which project the words mean, what was typed stands above the fields.
    """
    caller = request.caller
    shown = form.complete(bot, caller, typed, answer_at=request.response_url)
    is_clear = shown.target is not None and not shown.not_understood
    said = repeated(caller.reader, text) if typed.words and not is_clear else None
    return Show(views.form(caller.reader, shown, said))


def offer_customers(bot: Bot, request: Request) -> Answers:
    """Search the menu of customers."""
    recent, others = form_menus.offered_customers(bot, _there(request), request.searched)
    return Options(**views.named_menu(request.caller.reader, recent, others))


def offer_targets(bot: Bot, request: Request) -> Answers:
    """Search the menu of projects, all or one customer's."""
    customer_id = request.kept(views.KEPT).customer_id
    recent, others = form_menus.offered_targets(bot, _there(request), request.searched, customer_id=customer_id)
    return Options(**views.target_menu(request.caller.reader, recent, others, customer_id))


def offer_services(bot: Bot, request: Request) -> Answers:
    """Search the menu of kinds of work."""
    recent, others = form_menus.offered_services(bot, _there(request), request.searched)
    return Options(**views.named_menu(request.caller.reader, recent, others))


def choose_customer(bot: Bot, request: Request) -> Answers:
    """From now on the menu of projects offers this customer's."""
    shown = form.narrow(bot, _there(request), request.kept(views.KEPT), read_optional_id(request.clicked))
    return Update(views.form(request.caller.reader, shown))


def choose_mode(bot: Bot, request: Request) -> Answers:
    """Another way to say the time was chosen."""
    mode = views.read_mode(request.clicked)
    shown = form.change_mode(bot, request.caller, request.kept(views.KEPT), mode)
    return Update(views.form(request.caller.reader, shown))


def stop(bot: Bot, request: Request) -> Answers:
    """Stop the timer that the form says is running."""
    caller, kept = request.caller, request.kept(views.KEPT)
    stopped = timers.stop_entry(bot, caller, request.clicked_id)
    said = timer_views.stopped(caller.reader, stopped, today=caller.today)
    return Update(views.form(caller.reader, form.again(bot, caller, kept), said))


def save(bot: Bot, request: Request) -> Answers:
    """Start the timer or write the entry; what came of it is said where the form was opened, if it can be."""
    caller, kept = request.caller, request.kept(views.KEPT)
    try:
        done = filled_form.save(bot, _there(request), kept, _entered(request))
    except Overlap as overlap:
        if not overlap.resolutions:
            raise
        shown = form.ask_who_gives_way(bot, caller, kept, overlap)
        return Update(views.form(caller.reader, replace(shown, twice=hours.asked(request))))
    except Doubtful as doubtful:
        return Update(views.form(caller.reader, form.ask_if_sure(bot, caller, kept, doubtful)))
    except CameTwice as twice:
        shown = form.again(bot, caller, kept)
        return Update(views.form(caller.reader, replace(shown, twice=hours.asked(request, twice))))
    said = timer_views.answered(caller.reader, done, today=caller.today)
    if kept.answer_at and caller.now - kept.opened_at < ANSWERABLE:
        answer = Say(said, at=kept.answer_at)
        return answer if kept.question_id is None else answer.instead()
    return Update(views.saved(caller.reader, said))


def _there(request: Request) -> Caller:
    """The person where the form was opened: a guest may choose what belongs there."""
    return request.caller.in_channel(request.kept(views.KEPT).channel_id)


@reading()
def _entered(request: Request) -> FilledForm:
    customer_id, project_id, _ = pickers.read_value(str(request.entered_choice("target")))
    return FilledForm(
        customer_id=request.entered_id("customer"),
        target=(customer_id, project_id),
        service_id=request.entered_id("service"),
        note=request.entered_text("note"),
        tags=request.entered_text("tags"),
        billable=_BILLABLE.get(request.entered_text("billable")),
        private=request.is_ticked("private"),
        since=request.entered_choice("since"),
        day=request.entered_optional_day("day"),
        start=request.entered_choice("start"),
        end=request.entered_choice("end"),
        duration=request.entered_text("duration"),
        resolution=read_resolution(request.entered_choice(RESOLUTION_FIELD)),
        hours=hours.read_hours(request),
    )

"""The App Home, shown anew each time it is opened, and the daily summary: their buttons and menus."""

import re
from dataclasses import replace

from bot.billing import choosing
from bot.billing.views import invoice as invoice_views
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.views import talk as talk_views
from bot.routine import arrivals, first_steps, home, overview, public_holidays, summaries
from bot.routine.views import first_steps as step_views
from bot.routine.views import home as views
from bot.routine.views import summaries as summary_views
from bot.slack.answers import NOTHING, Answers, Publish, Say, Show
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_day, read_id, read_one_of
from bot.tracking import continuing, corrections, own_entries, screens, timers
from bot.tracking.questions import OverlapQuestion
from bot.tracking.views import corrections as correction_views
from bot.tracking.views import timers as timer_views

READING = "im:history"
"""What lets the bot read what is written in its messages."""


def register_home(listeners: Listeners) -> None:
    """Listen to people who open their Home, and have it known to whoever answers a click there that they see it."""
    listeners.beforehand(watch_home)
    listeners.home_opened(opened)


def register(listeners: Listeners) -> None:
    """Listen to the buttons and menus that stand only in the Home or in a summary."""
    listeners.action(re.compile(f"^{views.CONTINUE}:"), go_on)
    listeners.action(views.GAPS, list_gaps)
    listeners.action(views.MENU, choose)
    listeners.action(step_views.BILL, bill)
    listeners.action(step_views.HIDE, hide_steps)
    listeners.action(summary_views.STOP, stop)
    listeners.action(summary_views.LOG, log_missing_time)
    listeners.action(summary_views.ENTRIES, list_entries)
    listeners.action(summary_views.REGION, choose_region)


# The Home


def watch_home(bot: Bot, request: Request) -> Request:
    """Whoever opens their Home or clicks there sees it: for a while it is kept up to date."""
    return replace(request, caller=home.watched(bot, request.caller)) if request.sees_home else request


def opened(bot: Bot, request: Request) -> Answers:
    """A tab of the app was opened."""
    if request.sees_home:
        return _home(bot, request.caller)
    if request.installed.lacks(READING):
        arrivals.tell_unread(bot, request.caller, talk_views.is_not_read(request.caller.reader))
    return NOTHING


def choose(bot: Bot, request: Request) -> Answers:
    """What is to become of an entry was chosen in its menu."""
    caller, to = request.caller, request.caller.reader
    action, _, chosen = request.clicked.partition(":")
    entry_id = read_id(chosen)
    if action == views.DELETE:
        said = correction_views.deleted(to, *corrections.delete(bot, caller, entry_id), now=caller.now)
        return [Say(said), _home(bot, caller)]
    entry = own_entries.editable(bot, caller, entry_id)
    if action == views.SPLIT:
        return Show(correction_views.split_form(to, entry, now=caller.now))
    return Show(correction_views.edit_form(to, entry))


def bill(bot: Bot, request: Request) -> Answers:
    """The form of `/track invoice`."""
    caller = request.caller
    return Show(invoice_views.form(caller.reader, choosing.begin(bot, caller), today=caller.today))


def hide_steps(bot: Bot, request: Request) -> Answers:
    """The person wants to see no more of the first steps."""
    return _home(bot, first_steps.hide(bot, request.caller))


def list_gaps(bot: Bot, request: Request) -> Answers:
    """The gaps of today."""
    return screens.gaps(bot, request.caller, request.caller.today)


def go_on(bot: Bot, request: Request) -> Answers:
    """Do the same again."""
    caller = request.caller
    done = continuing.continue_entry(bot, caller, request.clicked_id)
    asked = (
        [Say(timer_views.answered(caller.reader, done, today=caller.today))]
        if isinstance(done, OverlapQuestion)
        else []
    )
    return [*asked, _home(bot, caller)]


def _home(bot: Bot, caller: Caller) -> Publish:
    return Publish(home.drawn(bot, caller))


# The daily summary


def stop(bot: Bot, request: Request) -> Answers:
    """Stop the timer of a summary or of the Home, and show the day anew."""
    caller = request.caller
    timers.stop_entry(bot, caller, request.clicked_id)
    if request.sees_home:
        return _home(bot, caller)
    day = overview.of_day(bot, caller, read_day(request.block_part))
    reminders, offered = caller.person.reminders, summaries.regions_to_offer(caller.person)
    return Say(summary_views.summary(caller.reader, day, reminders=reminders, regions=offered, replace=True))


def log_missing_time(bot: Bot, request: Request) -> Answers:
    """The form for time of that day."""
    return screens.fast_form(bot, request, day=request.clicked_day)


def list_entries(bot: Bot, request: Request) -> Answers:
    """The entries of that day, below the summary."""
    return screens.list_day(bot, request.caller, request.clicked_day)


def choose_region(bot: Bot, request: Request) -> Answers:
    """Where the person works: the holidays of that region count."""
    caller, chosen = request.caller, request.clicked
    known = public_holidays.regions(caller.person.zone)
    region = None if chosen == summary_views.NATIONWIDE else read_one_of(known, chosen)
    summaries.choose_region(bot, caller, region)
    return Say(summary_views.region_chosen(caller.reader, known[region] if region else None))

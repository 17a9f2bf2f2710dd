"""Create customers, projects and services, and link channels to projects."""

import re

from bot.catalog import channels, creation, finding
from bot.catalog.views import channels as channel_views
from bot.catalog.views import creation as views
from bot.catalog.views.pickers import read_value
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Link
from bot.people import callers as people
from bot.preferences import form as preferences
from bot.preferences.views import form as preference_views
from bot.slack.answers import NOTHING, Answer, Answers, Options, Say, Show, Update
from bot.slack.envelopes import CHANNEL_ENDS
from bot.slack.listeners import Listeners
from bot.slack.request import Delivery, Request
from bot.tracking import timers
from bot.tracking.views import timers as timer_views


def register(listeners: Listeners) -> None:
    """Listen to the form, to the buttons of channels, and to channels that end."""
    listeners.options(views.CUSTOMER, offer_customers)
    listeners.view(views.NEW_FILLED, create)
    listeners.action(re.compile(f"^{channel_views.PICK}:"), pick)
    listeners.action(channel_views.UNLINK, unlink)
    for event in CHANNEL_ENDS:
        listeners.event(event, ended)


def new_form(bot: Bot, caller: Caller, words: tuple[str, ...]) -> Show:
    """The form of `/track new`, filled in as far as the words go."""
    people.require_creator(caller)
    guess = creation.guess_names(bot, caller, words)
    return Show(views.new_form(caller.reader, guess, channel_id=caller.channel_id))


def offer_customers(bot: Bot, request: Request) -> Answers:
    """Search the form's menu of customers."""
    caller = request.caller.in_channel(request.kept(views.CREATING).channel_id)
    offered = finding.offered_customers(bot, caller, request.searched)
    return Options([views.named_option(customer) for customer in offered])


def create(bot: Bot, request: Request) -> Answers:
    """Create what was entered, and go on with the command that needed it."""
    kept = request.kept(views.CREATING)
    caller = request.caller.in_channel(kept.channel_id)
    filled = creation.NewNames(
        customer_id=request.entered_id("customer"),
        new_customer=request.entered_text("new_customer"),
        project=request.entered_text("project"),
        service=request.entered_text("service"),
    )
    created, done = timers.create_and_answer(bot, caller, filled, kept.question)
    said = timer_views.acted(caller.reader, done, today=caller.today) if done else None
    return Update(views.created(caller.reader, created, said))


def link_typed(bot: Bot, caller: Caller, typed: Link) -> Answer:
    """The answer to `/track link`."""
    now = channels.link_channel(bot, caller, typed.words) if typed.words else channels.channel_answer(bot, caller)
    return Say(channel_views.linked(caller.reader, now))


def pick(bot: Bot, request: Request) -> Answers:
    """The project was chosen."""
    caller = request.caller
    customer_id, project_id, _ = read_value(request.clicked)
    done = channels.link_channel_to(bot, caller, customer_id=customer_id, project_id=project_id)
    return Say(channel_views.linked(caller.reader, done, replace=True))


def unlink(bot: Bot, request: Request) -> Answers:
    """The channel is to know nothing any more; asked for below its link, or in the settings."""
    caller = request.caller
    channels.unlink_channel(bot, caller, request.clicked)
    if request.in_modal:
        return Update(preference_views.form(caller.reader, preferences.read_preferences(bot, caller), unlinked=True))
    return Say(channel_views.unlinked(caller.reader))


def ended(bot: Bot, came: Delivery) -> Answers:
    """Nobody can type in the channel any more."""
    channels.forget_channel(bot, team=came.team, channel_id=str(came.event["channel"]))
    return NOTHING

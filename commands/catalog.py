"""Create customers, projects and services in Slack."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.catalog import lookup as catalog
from bot.catalog.views import creation as views
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.slack import replies
from bot.slack.blocks import View
from bot.slack.untrusted import read_optional_id
from bot.tracking import timers
from bot.tracking.views import timers as timer_views


def new_form(bot: Bot, caller: Caller, words: tuple[str, ...]) -> View:
    """The form of `/track new`, filled in as far as the words go."""
    return views.new_form(caller.reader, catalog.guess(bot, caller, words))


def register(app: App, bot: Bot) -> None:
    """Listen to the form and to searches in its menu of customers."""

    @app.options(views.CUSTOMER)
    def offer_customers(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = catalog.offered_customers(bot, replies.caller_of(context), payload.get("value", ""))
        ack(options=[views.named_option(customer) for customer in offered])

    def create(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        filled = catalog.New(
            customer_id=replies.entered_id(view, "customer"),
            new_customer=replies.entered_text(view, "new_customer"),
            project=replies.entered_text(view, "project"),
            service=replies.entered_text(view, "service"),
        )
        question_id = read_optional_id(replies.metadata(view).get("question"))
        created, done = timers.create_and_answer(bot, caller, filled, question_id)
        said = timer_views.acted(caller.reader, done, today=caller.today) if done else None
        ack(response_action="update", view=views.created(caller.reader, created, said))

    app.view(views.NEW_FILLED)(create)

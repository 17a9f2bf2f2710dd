"""Buttons on timers, and the answer to the question which project was meant."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot import catalog, timers
from bot.context import Bot
from bot.views import catalog as catalog_views
from bot.views import timers as views
from commands import replies


def register(app: App, bot: Bot) -> None:
    """Listen to Stop, to the choice of a project, and to searches in the menus of projects."""

    @app.options(views.PICK)
    @app.options(views.TARGET)
    def offer_targets(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = catalog.offered_targets(bot, replies.caller_of(context), payload.get("value", ""))
        ack(options=[views.target_option(target) for target in offered])

    def stop(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        stopped = timers.stop_entry(bot, caller, int(replies.clicked(body)))
        replies.respond(context, body, views.stopped(caller.reader, stopped, replace=True))
        ack()

    def answer(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        question_id = int(body["actions"][0]["block_id"].split(":")[1])
        customer_id, project_id, service_id = views.read_value(replies.clicked(body))
        done = timers.answer(
            bot, caller, question_id, customer_id=customer_id, project_id=project_id, service_id=service_id
        )
        replies.respond(context, body, views.acted(caller.reader, done))
        ack()

    def create_instead(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        question_id = int(replies.clicked(body))
        guess = catalog.guess(bot, caller, catalog.typed_words(bot, caller, question_id))
        replies.open_view(context, catalog_views.new_form(caller.reader, guess, question_id=question_id))
        ack()

    replies.listen(app.action(views.STOP), stop)
    replies.listen(app.action(re.compile(f"^({views.ANSWER}:\\d+|{views.PICK})$")), answer)
    replies.listen(app.action(views.NEW), create_instead)

"""Buttons on timers, and the answers to questions: which project was meant, and who gives way."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.catalog import lookup as catalog
from bot.catalog.views import creation as catalog_views
from bot.catalog.views import pickers
from bot.core.context import Bot
from bot.slack import replies
from bot.tracking import questions, timers
from bot.tracking.rules.spans import Way
from bot.tracking.views import overlaps
from bot.tracking.views import timers as views


def register(app: App, bot: Bot) -> None:
    """Listen to Stop, to what is continued, to choices below a question, and to searches in menus of projects."""

    @app.options(views.PICK)
    @app.options(views.TARGET)
    def offer_targets(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = catalog.offered_targets(bot, replies.caller_of(context), payload.get("value", ""))
        ack(options=[pickers.target_option(target) for target in offered])

    def stop(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        stopped = timers.stop_entry(bot, caller, replies.clicked_id(body))
        replies.respond(context, body, views.stopped(caller.reader, stopped, today=caller.today, replace=True))
        ack()

    def answer(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        customer_id, project_id, service_id = pickers.read_value(replies.clicked(body))
        done = timers.answer(
            bot,
            caller,
            replies.question_id(body),
            customer_id=customer_id,
            project_id=project_id,
            service_id=service_id,
        )
        replies.respond(context, body, views.acted(caller.reader, done, today=caller.today))
        ack()

    def give_way(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        done = timers.give_way(bot, caller, replies.question_id(body), _way(body))
        replies.respond(context, body, views.acted(caller.reader, done, today=caller.today))
        ack()

    def go_on(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        done = timers.continue_entry(bot, caller, replies.clicked_id(body))
        replies.respond(context, body, views.acted(caller.reader, done, today=caller.today))
        ack()

    def create_instead(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        question_id = replies.clicked_id(body)
        guess = catalog.guess(bot, caller, questions.typed_words(bot, caller, question_id))
        replies.open_view(context, catalog_views.new_form(caller.reader, guess, question_id=question_id))
        ack()

    app.action(views.STOP)(stop)
    app.action(re.compile(f"^({views.ANSWER}:\\d+|{views.PICK})$"))(answer)
    app.action(re.compile(f"^{overlaps.GIVE_WAY}:({'|'.join(Way)})$"))(give_way)
    app.action(views.CONTINUE)(go_on)
    app.action(views.NEW)(create_instead)


def _way(body: dict[str, Any]) -> Way:
    """How others give way; the listener's pattern lets no other word through."""
    return Way(body["actions"][0]["action_id"].partition(":")[2])

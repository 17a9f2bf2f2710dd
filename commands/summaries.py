"""Lists of days, and the buttons of the daily summary and of a timer in the App Home."""

import re
from datetime import date
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.routine import overview
from bot.routine.views import summaries as views
from bot.slack import replies
from bot.slack.blocks import Message
from bot.slack.untrusted import read_day
from bot.tracking import lists, timers
from bot.tracking.views import lists as list_views
from commands import capture, home


def list_page(bot: Bot, caller: Caller, first: date, last: date, *, begins: int = 0) -> Message:
    """What was written down in a span, from its entry number `begins` on."""
    return list_views.listed(caller.reader, lists.of_span(bot, caller, first, last), begins, caller.today, caller.now)


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons of a day."""

    def stop(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        timers.stop_entry(bot, caller, replies.clicked_id(body))
        if home.is_seen(body):
            home.show(context, bot)
        else:
            day = read_day(replies.block_part(body))
            shown = overview.of_day(bot, caller, day)
            now = views.summary(caller.reader, shown, reminders=caller.person.reminders, replace=True)
            replies.respond(context, body, now)
        ack()

    def open_form(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        capture.show(context, bot, day=replies.clicked_day(body))
        ack()

    def list_entries(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        day = replies.clicked_day(body)
        replies.respond(context, body, list_page(bot, caller, day, day) | {"replace_original": False})
        ack()

    def turn_page(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        first, last, begins = list_views.read_page(replies.clicked(body))
        page = list_page(bot, replies.caller_of(context), first, last, begins=begins)
        replies.respond(context, body, page | {"replace_original": True})
        ack()

    app.action(views.STOP)(stop)
    app.action(views.LOG)(open_form)
    app.action(views.ENTRIES)(list_entries)
    app.action(re.compile(f"^{list_views.PAGE}:"))(turn_page)

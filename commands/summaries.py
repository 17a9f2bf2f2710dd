"""Lists of days, and what the daily summary and the App Home offer: stop the timer, write down missing time."""

import re
from datetime import date
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot import overview, summaries, timers
from bot.context import Bot
from bot.people import Caller
from bot.views import summaries as views
from bot.views import timers as timer_views
from bot.views.blocks import Message
from commands import home, replies


def list_page(bot: Bot, caller: Caller, first: date, last: date, *, begins: int = 0) -> Message:
    """What was written down in a span, from its entry number `begins` on."""
    return views.listed(caller.reader, overview.of_span(bot, caller, first, last), begins, caller.today, caller.now)


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons of a day, and to the form for missing time."""

    def stop(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        timers.stop_entry(bot, caller, int(replies.clicked(body)))
        if _is_home(body):
            home.show(context, bot)
        else:
            day = date.fromisoformat(body["actions"][0]["block_id"].split(":")[1])
            shown = overview.of_day(bot, caller, day)
            now = views.summary(caller.reader, shown, reminders=caller.reminders, replace=True)
            replies.respond(context, body, now)
        ack()

    def open_form(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        day = date.fromisoformat(replies.clicked(body))
        form = views.log_form(replies.caller_of(context).reader, day, from_home=_is_home(body))
        replies.open_view(context, form)
        ack()

    def list_entries(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        day = date.fromisoformat(replies.clicked(body))
        replies.respond(context, body, list_page(bot, caller, day, day) | {"replace_original": False})
        ack()

    def turn_page(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        first, last, begins = views.read_page(replies.clicked(body))
        page = list_page(bot, replies.caller_of(context), first, last, begins=begins)
        replies.respond(context, body, page | {"replace_original": True})
        ack()

    def log(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        customer_id, project_id, _ = timer_views.read_value(replies.entered(view, "target"))
        service = replies.entered(view, "service")
        done = summaries.log_missing(
            bot,
            caller,
            customer_id=customer_id,
            project_id=project_id,
            service_id=int(service) if service else None,
            day=date.fromisoformat(replies.entered(view, "day")),
            duration=replies.entered_text(view, "duration"),
            note=replies.entered_text(view, "note"),
        )
        if replies.metadata(view)["home"]:
            home.show(context, bot)
        ack(response_action="update", view=views.logged(caller.reader, done, today=caller.today))

    replies.listen(app.action(views.STOP), stop)
    replies.listen(app.action(views.LOG), open_form)
    replies.listen(app.action(views.ENTRIES), list_entries)
    replies.listen(app.action(re.compile(f"^{views.PAGE}:")), turn_page)
    replies.listen(app.view(views.LOGGED), log)


def _is_home(body: dict[str, Any]) -> bool:
    return bool(body.get("view", {}).get("type") == "home")

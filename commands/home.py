"""The App Home, shown anew each time it is opened, and what can be done there with entries."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.core.context import Bot
from bot.grammar.values import Gaps
from bot.routine import home as homes
from bot.routine.views import home as views
from bot.slack import replies
from bot.slack.untrusted import read_id
from bot.tracking import corrections, timers
from bot.tracking.questions import Clash
from bot.tracking.views import corrections as correction_views
from bot.tracking.views import timers as timer_views
from commands import gaps, invoices


def show(context: BoltContext, bot: Bot) -> None:
    """Show the caller their present day."""
    caller = replies.caller_of(context)
    replies.publish_home(context, homes.drawn(bot, caller))


def is_seen(body: dict[str, Any]) -> bool:
    """Whether the person has their Home before them: they opened it, or clicked on something there."""
    event, view = body.get("event") or {}, body.get("view") or {}
    return view.get("type") == "home" or (event.get("type") == "app_home_opened" and event.get("tab") == "home")


def register(app: App, bot: Bot) -> None:
    """Listen to people who open the tab, and to the menus and buttons that stand nowhere else."""

    def opened(ack: Ack, context: BoltContext, event: dict[str, Any]) -> None:
        if event["tab"] == "home":
            show(context, bot)
        ack()

    def choose(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller, to = replies.caller_of(context), replies.caller_of(context).reader
        deed, _, chosen = replies.clicked(body).partition(":")
        entry_id = read_id(chosen)
        if deed == views.DELETE:
            said = correction_views.deleted(to, *corrections.delete(bot, caller, entry_id), now=caller.now)
            replies.respond(context, body, said)
            show(context, bot)
        elif deed == views.SPLIT:
            entry = corrections.editable(bot, caller, entry_id)
            replies.open_view(context, correction_views.split_form(to, entry, now=caller.now))
        else:
            entry = corrections.editable(bot, caller, entry_id)
            replies.open_view(context, correction_views.edit_form(to, entry))
        ack()

    def bill(ack: Ack, context: BoltContext) -> None:
        replies.open_view(context, invoices.invoice_form(bot, replies.caller_of(context), ()))
        ack()

    def list_gaps(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        replies.respond(context, body, gaps.shown(bot, caller, Gaps(caller.today)))
        ack()

    def go_on(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        done = timers.continue_entry(bot, caller, replies.clicked_id(body))
        if isinstance(done, Clash):
            replies.respond(context, body, timer_views.answered(caller.reader, done, today=caller.today))
        show(context, bot)
        ack()

    app.event("app_home_opened")(opened)
    app.action(re.compile(f"^{views.CONTINUE}:"))(go_on)
    app.action(views.GAPS)(list_gaps)
    app.action(views.MENU)(choose)
    app.action(views.BILL)(bill)

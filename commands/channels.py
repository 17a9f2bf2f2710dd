"""Link channels to projects, and unlink those that Slack archives."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot import channels, preferences
from bot.context import Bot
from bot.people import Caller
from bot.rules.grammar import Link
from bot.views import channels as views
from bot.views import settings as settings_views
from bot.views.blocks import Message
from bot.views.timers import read_value
from commands import replies

ENDS = ("channel_archive", "channel_deleted", "group_archive", "group_deleted")
"""The events after which nobody can type in a channel any more."""


def linked(bot: Bot, caller: Caller, typed: Link) -> Message:
    """The answer to /track link."""
    if typed.words:
        return views.linked(caller.reader, channels.link(bot, caller, typed.words))
    return views.linked(caller.reader, channels.of(bot, caller))


def register(app: App, bot: Bot) -> None:
    """Listen to the choice of a project, to Unlink, and to channels that end."""

    def pick(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        customer_id, project_id, _ = read_value(replies.clicked(body))
        done = channels.link_to(bot, caller, customer_id=customer_id, project_id=project_id)
        replies.respond(context, body, views.linked(caller.reader, done, replace=True))
        ack()

    def unlink(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        channels.unlink(bot, caller, replies.clicked(body))
        if body.get("view"):
            form = settings_views.form(caller.reader, preferences.of(bot, caller), unlinked=True)
            replies.update_view(context, form, view_id=replies.view_of(body)["id"])
        else:
            replies.respond(context, body, views.unlinked(caller.reader))
        ack()

    app.action(re.compile(f"^{views.PICK}:"))(pick)
    app.action(views.UNLINK)(unlink)

    def ended(context: BoltContext, event: dict[str, Any]) -> None:
        channels.archived(bot, team=context.team_id or "", channel_id=str(event["channel"]))

    for event in ENDS:
        app.event(event)(ended)

"""Link channels to projects, and unlink those that Slack archives."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.catalog import channels
from bot.catalog.views import channels as views
from bot.catalog.views.pickers import read_value
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Link
from bot.preferences import form as preferences
from bot.preferences.views import form as settings_views
from bot.slack import replies
from bot.slack.blocks import Message
from bot.slack.envelopes import CHANNEL_ENDS


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

    for event in CHANNEL_ENDS:
        app.event(event)(ended)

"""What was not written down, and the buttons to settle it."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Gaps
from bot.slack import replies
from bot.slack.blocks import Message
from bot.tracking import gaps
from bot.tracking.gaps import Filled, Rested
from bot.tracking.rules.gaps import Gap
from bot.tracking.rules.spans import local_day
from bot.tracking.views import gaps as views
from commands import capture


def shown(bot: Bot, caller: Caller, typed: Gaps) -> Message:
    """The answer to /track gaps."""
    return views.listed(caller.reader, gaps.of_day(bot, caller, typed.day), today=caller.today)


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons of a gap."""

    def fill(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        gap, entry_id = views.read(replies.clicked(body))
        done = gaps.fill(bot, caller, gap, entry_id or 0)
        replies.respond(context, body, _settled(caller, done, gap))
        ack()

    def log(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        gap, _ = views.read(replies.clicked(body))
        still = gaps.still_open(bot, replies.caller_of(context), gap)
        capture.show(context, bot, span=(still.start, still.end))
        ack()

    def rest(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        gap, _ = views.read(replies.clicked(body))
        done = gaps.rest(bot, caller, gap)
        replies.respond(context, body, _settled(caller, done, gap))
        ack()

    def _settled(caller: Caller, done: Filled | Rested, gap: Gap) -> Message:
        day = local_day(gap.start, caller.reader.zone)
        return views.settled(caller.reader, done, gaps.of_day(bot, caller, day), today=caller.today)

    app.action(re.compile(f"^{views.FILL}:"))(fill)
    app.action(views.LOG)(log)
    app.action(views.REST)(rest)

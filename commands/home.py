"""The App Home, shown anew each time it is opened."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot import overview
from bot.context import Bot
from bot.views import home as views
from commands import replies


def show(context: BoltContext, bot: Bot) -> None:
    """Show the caller their present day."""
    caller = replies.caller_of(context)
    replies.publish_home(context, views.home(caller, overview.of_day(bot, caller, caller.today)))


def register(app: App, bot: Bot) -> None:
    """Listen to people who open the tab."""

    def opened(ack: Ack, context: BoltContext, event: dict[str, Any]) -> None:
        if event["tab"] == "home":
            show(context, bot)
        ack()

    replies.listen(app.event("app_home_opened"), opened)

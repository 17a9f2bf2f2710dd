"""The App Home, shown anew each time it is opened."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot import homes
from bot.context import Bot
from commands import replies


def show(context: BoltContext, bot: Bot) -> None:
    """Show the caller their present day."""
    caller = replies.caller_of(context)
    replies.publish_home(context, homes.drawn(bot, caller))


def is_seen(body: dict[str, Any]) -> bool:
    """Whether the person has their Home before them: they opened it, or clicked on something there."""
    event, view = body.get("event") or {}, body.get("view") or {}
    return view.get("type") == "home" or (event.get("type") == "app_home_opened" and event.get("tab") == "home")


def register(app: App, bot: Bot) -> None:
    """Listen to people who open the tab."""

    def opened(ack: Ack, context: BoltContext, event: dict[str, Any]) -> None:
        if event["tab"] == "home":
            show(context, bot)
        ack()

    replies.listen(app.event("app_home_opened"), opened)

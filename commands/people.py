"""What Slack tells about people without being asked."""

from typing import Any

from slack_bolt import App, BoltContext

from bot.core.context import Bot
from bot.people import callers as people
from bot.routine import arrivals


def register(app: App, bot: Bot) -> None:
    """Follow people who rename themselves, move, or read another language."""

    @app.event("user_change")
    def follow(context: BoltContext, body: dict[str, Any], event: dict[str, Any]) -> None:
        arrivals.profile_changed(
            bot,
            team=context.team_id or "",
            slack_id=event["user"]["id"],
            profile=people.profile(event["user"]),
            request=f"{context.team_id}:{body['event_id']}",
        )

"""A hint that something changed in Billomat: what was sent is looked after sooner than in an hour."""

from datetime import datetime

from bot.billing.looking import FOLLOW
from bot.core.context import Bot
from storage import jobs as job_rows


def look_soon(bot: Bot, at: datetime) -> None:
    """Have all that is followed be looked after at that moment at the latest, in each workspace that follows any."""
    with bot.database.write() as db:
        job_rows.bring_forward(db, FOLLOW.key(workspace_id=""), to=at)

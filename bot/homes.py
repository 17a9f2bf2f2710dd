"""Keeps the App Homes that people look at up to date: published anew after each change, outside of the request.

It is a courtesy. A change never waits for it and never fails by it, and whoever opens their Home gets it new anyway,
so nothing is kept over a restart and an error is only logged.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from bot import overview, people
from bot.context import Bot
from bot.people import Caller
from bot.views import home as views
from bot.views.blocks import View
from storage import people as rows
from storage.database import Busy

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(minutes=1)
PAUSE = 0.6
"""Seconds before each Home: the answer to the click goes first, a burst of changes becomes one, and at 100 in a minute
Slack begins to refuse (views.publish is of tier 4)."""
END_WITHIN = 2
"""Seconds for the Home at hand, when the process ends."""


def watched(bot: Bot, caller: Caller) -> Caller:
    """Note that the person sees their Home now; the caller as they are from now on. Writes once a minute at most."""
    if caller.home_seen_at is not None and caller.now - caller.home_seen_at < NOTED_EVERY:
        return caller
    try:
        with bot.database.write() as db:
            rows.change(db, caller.person_id, home_seen_at=caller.now)
    except (SQLAlchemyError, Busy) as error:
        log.warning("whether person %d sees their App Home was not noted: %s", caller.person_id, type(error).__name__)
    return replace(caller, home_seen_at=caller.now)


def drawn(bot: Bot, caller: Caller) -> View:
    """The person's Home as it is at this moment."""
    bot.outdated_homes.drop(caller.person_id)
    return views.home(caller, overview.at_home(bot, caller))


def publish_next(bot: Bot) -> bool:
    """Publish the Home that has been outdated the longest. False when there is none."""
    person_id = bot.outdated_homes.take()
    if person_id is None:
        return False
    try:
        _publish(bot, person_id)
    except (SlackApiError, OSError) as error:
        log.warning("the App Home of person %d was not published: %s", person_id, error)
    except Exception:
        log.exception("the App Home of person %d was not published", person_id)
    return True


def _publish(bot: Bot, person_id: int) -> None:
    with bot.database.read() as db:
        person = rows.get(db, person_id)
    bot.slack.views_publish(user_id=person.slack_id, view=drawn(bot, people.acting(person, now=bot.now())))


@contextmanager
def kept_up_to_date(bot: Bot) -> Iterator[None]:
    """While this lasts, a thread publishes whatever Home is outdated."""
    thread = threading.Thread(target=_keep_up_to_date, args=(bot,), name="homes", daemon=True)
    thread.start()
    try:
        yield
    finally:
        bot.outdated_homes.close()
        thread.join(END_WITHIN)


def _keep_up_to_date(bot: Bot) -> None:
    while bot.outdated_homes.wait():
        bot.outdated_homes.pause(PAUSE)
        publish_next(bot)

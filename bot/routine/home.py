"""The App Home, and how one that somebody looks at is kept up to date: published again after each change.

That is a courtesy: a change never waits for it and never fails because of it. Opening the Home publishes it anyway, so
nothing is kept over a restart and an error is only logged.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from time import sleep

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people import callers as people
from bot.routine import overview, summaries
from bot.routine.views import home as views
from bot.slack.blocks import View
from storage import people as people_rows
from storage.database import Busy

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(minutes=1)
PAUSE = 0.6
"""Seconds before each Home: the answer to the click goes first, a burst of changes is published once, and Slack takes
about 100 in a minute (views.publish is of tier 4)."""


def watched(bot: Bot, caller: Caller) -> Caller:
    """Note that the person sees their Home now; the caller as they are from now on. Writes once a minute at most."""
    if caller.person.home_seen_at is not None and caller.now - caller.person.home_seen_at < NOTED_EVERY:
        return caller
    try:
        with bot.database.write() as db:
            people_rows.change_person(db, caller.person_id, home_seen_at=caller.now)
    except (SQLAlchemyError, Busy) as error:
        log.warning("whether person %d sees their App Home was not noted: %s", caller.person_id, type(error).__name__)
    return replace(caller, person=caller.person._replace(home_seen_at=caller.now))


def drawn(bot: Bot, caller: Caller) -> View:
    """The person's Home as it is at this moment."""
    return views.home(caller, overview.at_home(bot, caller))


class HomePublisher:
    """Publishes a person's Home again soon after they changed something; a burst of changes is published once."""

    def __init__(self, bot: Bot, pool: ThreadPoolExecutor | None = None) -> None:
        """Works in `pool`, or in one thread that it starts."""
        self._bot = bot
        self._waiting: set[int] = set()
        self._pool = pool or ThreadPoolExecutor(max_workers=1, thread_name_prefix="homes")
        bot.after_change.append(self.publish_later)

    def publish_later(self, caller: Caller) -> None:
        """Have the person's Home published soon, if they look at it, and their last summary brought up to date."""
        is_seen = caller.watches_home or summaries.shows_lately(caller)
        if is_seen and caller.person_id not in self._waiting:
            self._waiting.add(caller.person_id)
            with suppress(RuntimeError):  # closed: a change that was under way when the process was told to stop
                self._pool.submit(self._publish, caller.person_id, PAUSE if caller.watches_home else 0)

    def close(self) -> None:
        """Finish the Home at hand and publish nothing after it."""
        self._pool.shutdown(cancel_futures=True)

    def _publish(self, person_id: int, pause: float) -> None:
        sleep(pause)
        self._waiting.discard(person_id)  # before reading: a change from here on is published once more
        for shown, publishes in (("App Home", publish), ("last summary", _correct_summary)):
            try:
                publishes(self._bot, person_id)
            except (SlackApiError, OSError) as error:
                log.warning("the %s of person %d was not published: %s", shown, person_id, error)
            except Exception:
                log.exception("the %s of person %d was not published", shown, person_id)


def publish(bot: Bot, person_id: int) -> None:
    """Show a person their Home as it is now, if they look at it. Raises SlackApiError."""
    caller = _acting(bot, person_id)
    if caller.watches_home:
        bot.slack.views_publish(user_id=caller.person.slack_id, view=drawn(bot, caller))


def _correct_summary(bot: Bot, person_id: int) -> None:
    summaries.bring_up_to_date(bot, _acting(bot, person_id))


def _acting(bot: Bot, person_id: int) -> Caller:
    with bot.database.read() as db:
        return people.acting(people_rows.get_person(db, person_id), now=bot.now())

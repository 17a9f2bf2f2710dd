"""Who is calling, at their first contact and later, and what Slack tells about people without being asked."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from slack_bolt import BoltContext, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler

from bot.core import deadlines, logs
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people import callers as people
from bot.routine import arrivals
from bot.slack import sharing
from bot.slack.answers import NOTHING, Answers
from bot.slack.delivery import Delivery
from bot.slack.exchange import Exchange
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.written import mentioned

log = logging.getLogger(__name__)


def register(listeners: Listeners) -> None:
    """Follow people who rename themselves, move, or read another language."""
    listeners.event("user_change", follow)


def follow(bot: Bot, came: Delivery) -> Answers:
    """Somebody changed their profile."""
    user = came.event["user"]
    arrivals.profile_changed(
        bot, team=came.team, slack_id=user["id"], profile=people.profile(user), request=f"{came.team}:{came.key()}"
    )
    return NOTHING


class Identify(Middleware):
    """Finds out who is calling, before any listener is looked for.

    A class, because for a function Bolt puts together all arguments that it might have (4 % of a /track status).
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], object]) -> None:  # noqa: A002 (Bolt's name)
        """Make a request of what came in."""
        exchange = Exchange.of(req.context)
        came, key = exchange.came, exchange.came.key()
        exchange.about = {"request": key, "workspace": came.team or None, "action": came.name}
        logs.note(**exchange.about)
        if came.written and sharing.others_read_along(came, _asking(self._bot, req.context)):
            caller = people.calling(self._bot, came, key)
            exchange.came = Request.of(came, caller) if caller else came  # nobody is remembered because of it
            raise sharing.not_here()
        if came.written:
            exchange.came = came = replace(came, names=self._names(came, req.context))
        if came.is_request:
            exchange.came = Request.of(came, self._caller(came, key, req.context))
        next()

    def _names(self, came: Delivery, context: BoltContext) -> dict[str, str]:
        """Of those who are mentioned: a note holds names, and none of Slack's ids."""
        ids = mentioned(str(came.event.get("text") or "")) - {came.installed.bot_user}
        names = people.known_names(self._bot, came, ids) if ids else {}
        until = deadlines.after(self._bot.settings.slack_contact_timeout)
        for unknown in sorted(ids - names.keys()):
            with suppress(SlackApiError, OSError), deadlines.until(until):  # else the note keeps the id
                user = _asking(self._bot, context).users_info(user=unknown)["user"]
                names[unknown] = people.profile(user).name
        return names

    def _caller(self, came: Delivery, key: str, context: BoltContext) -> Caller:
        caller = people.calling(self._bot, came, key)
        if caller is None:
            _first_contact(self._bot, came, context)
            caller = people.calling(self._bot, came, key)
        if caller is None:
            raise LookupError("nobody was remembered")
        return caller


def _asking(bot: Bot, context: BoltContext) -> WebClient:
    """For what a person waits for before anything else."""
    return WebClient(
        context.bot_token,
        base_url=context.client.base_url,
        timeout=bot.settings.slack_contact_timeout,
        ssl=context.client.ssl,
        retry_handlers=[ConnectionErrorRetryHandler(max_retry_count=0)],
    )


def _first_contact(bot: Bot, came: Delivery, context: BoltContext) -> None:
    """Zone and language come from Slack, once; without them nothing can be stored rightly, so nothing is."""
    try:
        user = _asking(bot, context).users_info(user=came.user_id, include_locale=True)["user"]
    except (SlackApiError, OSError) as error:
        log.warning("users.info did not answer: %s", type(error).__name__)
        raise UserError(
            "Slack did not tell me your time zone just now. Nothing was stored; please try again in a moment."
        ) from error
    arrivals.first_contact(bot, team=came.team, slack_id=came.user_id, profile=people.profile(user))

"""Who listens to what. A listener takes the bot and a request, and returns its answers; acking them is done here.

So no listener can forget to ack, and none needs to know of Bolt.
"""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from bot.core.context import Bot
from bot.slack.answers import NOTHING, Answers
from bot.slack.delivery import HOME_OPENED, Delivery
from bot.slack.exchange import Exchange
from bot.slack.request import Request
from bot.slack.written import MENTION, MESSAGE

Listener = Callable[[Bot, Request], Answers]
EventListener = Callable[[Bot, Delivery], Answers]
Name = str | re.Pattern[str]
"""An action_id or callback_id, or a pattern for several."""


class Listeners:
    """The listeners of one app. The first that fits is called, and each before it costs time."""

    def __init__(self, app: App, bot: Bot) -> None:
        """`bot` is handed to each listener."""
        self._app = app
        self._bot = bot

    def command(self, name: str, listener: Listener) -> None:
        """Hear a slash command, before anything else: by a middleware.

        For a listener, Bolt twice puts together all arguments that a function might have: to see whether it fits, and
        to call it. With the search for the listener that takes a tenth of a /track status.
        """
        self._app.middleware(_Command(self._bot, name, listener))

    def beforehand(self, change: Callable[[Bot, Request], Request]) -> None:
        """Have each request pass through here before anybody answers it."""
        self._app.middleware(_Beforehand(self._bot, change))

    def action(self, name: Name, listener: Listener) -> None:
        """Hear clicks on a button and choices in a menu."""
        self._app.action(name)(self._answering(listener))

    def view(self, name: Name, listener: Listener) -> None:
        """Hear submissions of a form."""
        self._app.view(name)(self._answering(listener))

    def options(self, name: Name, listener: Listener) -> None:
        """Hear searches in a menu; the answer is Options."""
        self._app.options(name)(self._answering(listener))

    def global_shortcut(self, name: str, listener: Listener) -> None:
        """Hear a shortcut beside the composer."""
        self._app.global_shortcut(name)(self._answering(listener))

    def message_shortcut(self, name: str, listener: Listener) -> None:
        """Hear a shortcut on a message."""
        self._app.message_shortcut(name)(self._answering(listener))

    def home_opened(self, listener: Listener) -> None:
        """Hear people who open a tab of the app."""
        self._app.event(HOME_OPENED)(self._answering(listener))

    def written(self, listener: Listener) -> None:
        """Hear what people write to the bot; all else that Slack tells of messages is let pass."""
        bot = self._bot

        def heard(context: BoltContext) -> BoltResponse:
            exchange = Exchange.of(context)
            return exchange.answer(listener(bot, exchange.request) if exchange.came.written else NOTHING)

        for event in (MESSAGE, MENTION):
            self._app.event(event)(heard)

    def event(self, name: str, listener: EventListener) -> None:
        """Hear what Slack tells about anybody, also about people who never used Trackomat."""
        bot = self._bot

        def heard(context: BoltContext) -> BoltResponse:
            exchange = Exchange.of(context)
            return exchange.answer(listener(bot, exchange.came))

        self._app.event(name)(heard)

    def _answering(self, listener: Listener) -> Callable[..., BoltResponse]:
        bot = self._bot

        def answered(context: BoltContext) -> BoltResponse:
            exchange = Exchange.of(context)
            return exchange.answer(listener(bot, exchange.request))

        return answered


class _Command(Middleware):
    def __init__(self, bot: Bot, name: str, listener: Listener) -> None:
        self._bot, self._name, self._listener = bot, name, listener

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], Any]) -> BoltResponse:  # noqa: A002 (Bolt's name)
        """Answer the command, or pass on what is something else."""
        if req.body.get("command") != self._name:
            passed_on: BoltResponse = next()
            return passed_on
        exchange = Exchange.of(req.context)
        return exchange.answer(self._listener(self._bot, exchange.request))


class _Beforehand(Middleware):
    def __init__(self, bot: Bot, change: Callable[[Bot, Request], Request]) -> None:
        self._bot, self._change = bot, change

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], Any]) -> None:  # noqa: A002 (Bolt's name)
        """Pass the request on as it is from now on."""
        exchange = Exchange.of(req.context)
        if isinstance(exchange.came, Request):
            exchange.came = self._change(self._bot, exchange.came)
        next()

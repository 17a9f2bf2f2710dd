"""Wires everything: the Bolt app, who is calling, and each subject's listeners."""

import logging
import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from http import HTTPStatus
from time import monotonic_ns
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

import commands.billing
import commands.billomat
import commands.bookkeeping
import commands.catalog
import commands.people
import commands.preferences
import commands.reports
import commands.routine
import commands.talk
import commands.track
import commands.tracking
from bot.core import deadlines, logs
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.texts import load_locales
from bot.grammar.vocabulary import vocabulary
from bot.people.admins import naming_admins
from bot.routine import first_steps
from bot.slack import envelopes, failures, messages, refusals, showing
from bot.slack.answers import NOTHING, Answers
from bot.slack.delivery import Delivery
from bot.slack.exchange import KEY, Exchange
from bot.slack.installation import Installation
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.signature import SIGNATURE, TIMESTAMP, is_signed
from bot.slack.turns import Turns
from bot.slack.untrusted import old_message
from storage.database import Busy

log = logging.getLogger(__name__)


class LoggedApp(App):
    """Bolt's app, with one line in the log for each request; see bot/core/logs.py."""

    def __init__(
        self,
        *,
        signing_secret: str,
        installation: Installation,
        note_refusal: Callable[[Caller], None] = lambda _: None,
        **more: Any,
    ) -> None:
        """The signature is verified here and not by Bolt, which does it after other things and may stumble."""
        super().__init__(signing_secret=signing_secret, request_verification_enabled=False, **more)
        self._secret = signing_secret
        self.installation = installation
        self._note_refusal = note_refusal
        self._turns = Turns()

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Answer a request, and have shown in another thread what its ack cannot carry.

        What does not come from Slack, has not the shape of a request or is of another workspace is refused unseen.
        """
        if req.mode == "http" and not self._is_signed(req):
            return _refused(HTTPStatus.UNAUTHORIZED)
        if envelopes.is_slacks_own(req.body):
            return BoltResponse(status=HTTPStatus.OK, body=str(req.body.get("challenge", "")))
        if not envelopes.is_whole(req):
            return _refused(HTTPStatus.BAD_REQUEST)
        context = req.context
        if not self.installation.serves(team=context.team_id, enterprise=context.enterprise_id):
            return _refused(HTTPStatus.FORBIDDEN)
        return self._answered(req)

    def _is_signed(self, req: BoltRequest) -> bool:
        timestamp, signature = ("".join(req.headers.get(name, ())) for name in (TIMESTAMP, SIGNATURE))
        body = req.raw_body.encode(errors="replace")
        return is_signed(self._secret, timestamp=timestamp, signature=signature, body=body, now=int(time.time()))

    def _answered(self, req: BoltRequest) -> BoltResponse:
        began = monotonic_ns()
        context = req.context
        installed = self.installation.installed
        came = Delivery(req.body, context.team_id or "", context.channel_id or "", installed=installed)
        exchange = Exchange(came, note_refusal=self._note_refusal)
        context[KEY] = exchange
        written = came.written
        in_turn = self._turns.of(came.user_id, written.ts) if written else nullcontext()
        with in_turn, logs.about():
            answer = super().dispatch(req)
            outcome = exchange.outcome or ("ok" if answer.status == 200 else answer.status)
            logs.note(outcome=outcome, ms=logs.milliseconds(began))
            log.info("request")
        if exchange.left:  # last, or its thread would run while this one logs
            until = deadlines.after(showing.SHOWN_WITHIN)
            self.listener_runner.listener_executor.submit(showing.show, exchange.left, exchange, context.client, until)
        return answer


def _refused(status: HTTPStatus) -> BoltResponse:
    """Its line in the log says nothing of what it claimed, but a wrong signing secret shows."""
    with logs.about(outcome=status.value):
        log.info("request")
    return BoltResponse(status=status)


def build(bot: Bot) -> LoggedApp:
    """The Bolt app. What answers works on the database only; see bot/slack/showing.py for what needs Slack."""
    vocabulary()  # now, so that nobody's first command waits for it
    load_locales()
    settings = bot.settings.for_slack()
    token = _value(settings.slack_bot_token)
    client = WebClient(
        base_url=settings.slack_api_url,
        timeout=settings.slack_timeout,
        ssl=messages.authorities(),
        retry_handlers=[],
    )
    asking = WebClient(
        token,
        base_url=settings.slack_api_url,
        timeout=settings.slack_contact_timeout,
        ssl=client.ssl,
        retry_handlers=[],
    )
    app = LoggedApp(
        installation=Installation(asking),
        note_refusal=partial(refusals.note, bot),
        name="Trackomat",  # or Bolt looks through the whole stack for one
        client=client,
        signing_secret=_value(settings.slack_signing_secret) or "socket mode checks no signatures",
        authorize=_OneToken(token),
        process_before_response=True,  # a listener takes milliseconds; Bolt's other mode polls for its ack for 12
        raise_error_for_unhandled_request=False,
        ssl_check_enabled=False,  # Slack's own looks are answered above
        url_verification_enabled=False,
        attaching_function_token_enabled=False,  # a token out of a request's body is none of ours
    )
    app.middleware(commands.people.Identify(bot))
    app.error(_answering_errors(bot))
    bot.after_change.append(partial(first_steps.wake, bot))
    listeners = Listeners(app, bot)
    commands.routine.register_home(listeners)  # first: each listener before the one that fits costs time
    for subject in (
        commands.track,
        commands.talk,
        commands.tracking,
        commands.catalog,
        commands.billomat,
        commands.billing,
        commands.reports,
        commands.bookkeeping,
        commands.routine,
        commands.preferences,
        commands.people,
    ):
        subject.register(listeners)
    listeners.action(re.compile("^link"), _opened)
    listeners.action(re.compile(""), _of_an_older_version)
    listeners.view(re.compile(""), _of_an_older_version)
    return app


class _OneToken(Authorize):
    """One workspace, one token: no auth.test for each request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(
        self, *, context: BoltContext, enterprise_id: str | None, team_id: str | None, **_more: str | None
    ) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=self._token)


def _answering_errors(bot: Bot) -> Callable[..., BoltResponse | None]:
    """Whatever is refused for want of a role says whom to ask."""

    def answer(error: Exception, context: BoltContext, response: BoltResponse | None) -> BoltResponse | None:
        if isinstance(error, UserError) and response is not None:
            error = _naming_admins(bot, error, Exchange.of(context))
        return failures.answer_error(error, context, response)

    return answer


def _naming_admins(bot: Bot, error: UserError, exchange: Exchange) -> UserError:
    if not isinstance(exchange.came, Request):
        return error
    try:
        return naming_admins(bot, exchange.came.caller, error)
    except (SQLAlchemyError, Busy):
        return error


def _opened(_bot: Bot, _request: Request) -> Answers:
    """Links report their click too."""
    return NOTHING


def _of_an_older_version(_bot: Bot, _request: Request) -> Answers:
    """What no listener knows is from a message of an older version."""
    raise old_message()


def _value(secret: Any) -> str:
    return secret.get_secret_value() if secret else ""

"""Wires everything: the Bolt app with its listeners, who is calling, and the answer to every error."""

import json
import logging
import re
import secrets
from collections.abc import Callable
from time import monotonic_ns
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler
from sqlalchemy.exc import InterfaceError, OperationalError

import commands.billomat
import commands.capture
import commands.catalog
import commands.channels
import commands.corrections
import commands.gaps
import commands.home
import commands.invoices
import commands.outcomes
import commands.people
import commands.preferences
import commands.several
import commands.summaries
import commands.timers
import commands.track
from bot.core import logs
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import AlreadyDone, UserError, error_number
from bot.core.texts import Reader
from bot.grammar.reading import vocabulary
from bot.people import callers as people
from bot.routine import arrivals
from bot.routine import home as homes
from bot.slack import envelopes, replies
from bot.slack import messages as slack
from bot.slack.blocks import message, modal, section, unescaped
from bot.slack.notices import refused
from bot.slack.untrusted import old_message
from storage import people as people_rows
from storage.database import Busy
from storage.diagnosis import Unusable

log = logging.getLogger(__name__)

_ENGLISH = Reader.of(locale="en-US", language=None, zone="UTC")


OUTCOME = "outcome"
"""Where in a request's context its error handler puts how it ended, for the log."""
ABOUT = "about"
"""Where the first middleware puts what the log says about a request; what it shows is shown in another thread."""


class LoggedApp(App):
    """Bolt's app, with one line in the log for each request; see bot/core/logs.py."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Answer a request."""
        began = monotonic_ns()
        with logs.about():
            answer = super().dispatch(req) if envelopes.is_whole(req) else BoltResponse(status=400)
            outcome = req.context.get(OUTCOME) or ("ok" if answer.status == 200 else answer.status)
            logs.note(outcome=outcome, ms=logs.milliseconds(began))
            log.info("request")
        if replies.is_to_show(req.context):  # last, or its thread would run while this one logs
            self.listener_runner.listener_executor.submit(
                replies.after_commit, req.context, req.context.client, req.body
            )
        return answer


def build(bot: Bot) -> App:
    """The Bolt app. What answers works on the database only; see bot/slack/replies.py for what needs Slack."""
    vocabulary()  # built now, so that nobody's first command waits for it
    settings = bot.settings.for_slack()
    token = _value(settings.slack_bot_token)
    client = WebClient(
        base_url=settings.slack_api_url,
        timeout=settings.slack_timeout,
        ssl=slack.authorities(),
        retry_handlers=[],
    )
    app = LoggedApp(
        name="Trackomat",  # or Bolt looks through the whole stack for one
        client=client,
        signing_secret=_value(settings.slack_signing_secret) or "socket mode checks no signatures",
        authorize=_OneToken(token),
        process_before_response=True,  # a listener takes milliseconds; Bolt's other mode polls for its ack for 12
        raise_error_for_unhandled_request=False,
    )
    app.middleware(_Identify(bot))
    app.error(answer_error)
    for listener in (
        commands.home,  # first: each listener before the one that fits costs time
        commands.track,
        commands.timers,
        commands.capture,
        commands.corrections,
        commands.several,
        commands.gaps,
        commands.channels,
        commands.catalog,
        commands.billomat,
        commands.invoices,
        commands.outcomes,
        commands.summaries,
        commands.preferences,
        commands.people,
    ):
        listener.register(app, bot)
    _answer_the_rest(app)
    return app


class _OneToken(Authorize):
    """One workspace, one token: no auth.test for each request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(
        self, *, context: BoltContext, enterprise_id: str | None, team_id: str | None, **_more: str | None
    ) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=self._token)


class _Identify(Middleware):
    """Finds out who is calling, before any listener is looked for.

    A class, because for a function Bolt puts together all arguments that it might have (4 % of a /track status).
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> None:  # noqa: A002 (Bolt's name)
        """Put the caller into the request's context."""
        context, body = req.context, req.body
        context["report"] = report
        request = _delivery(body)
        context[ABOUT] = {"request": request, "workspace": context.team_id, "action": _action(body)}
        logs.note(**context[ABOUT])
        if body.get("type") == "event_callback" and body["event"]["type"] != "app_home_opened":
            next()  # Slack tells about everybody, also about people who never used Trackomat
            return
        team, slack_id = context.team_id or "", replies.user_id(body)
        caller = _known(self._bot, context, slack_id, request)
        if caller is None:
            _first_contact(self._bot, context.client, context, team, slack_id)
            caller = _known(self._bot, context, slack_id, request)
        if caller and commands.home.is_seen(body):
            caller = homes.watched(self._bot, caller)
        context["caller"] = caller
        next()


def _known(bot: Bot, context: BoltContext, slack_id: str, request: str) -> Caller | None:
    team = context.team_id or ""
    with bot.database.read() as db:
        person = people_rows.find(db, team=team, slack_id=slack_id)
    if person is None:
        return None
    request = f"{team}:{slack_id}:{request}"
    return people.acting(person, now=bot.now(), request=request, channel_id=context.channel_id or "")


def _first_contact(bot: Bot, client: WebClient, context: BoltContext, team: str, slack_id: str) -> None:
    """Zone and language come from Slack, once; without them nothing can be stored rightly, so nothing is."""
    asking = WebClient(
        context.bot_token,
        base_url=client.base_url,
        timeout=bot.settings.slack_contact_timeout,
        ssl=client.ssl,
        retry_handlers=[ConnectionErrorRetryHandler(max_retry_count=0)],
    )
    try:
        user = asking.users_info(user=slack_id, include_locale=True)["user"]
    except (SlackApiError, OSError) as error:
        log.warning("users.info did not answer: %s", type(error).__name__)
        raise UserError(
            "Slack did not tell me your time zone just now. Nothing was stored; please try again in a moment."
        ) from error
    arrivals.first_contact(bot, team=team, slack_id=slack_id, profile=people.profile(user))


def _action(body: dict[str, Any]) -> str:
    """The name of what was typed into, clicked, searched or submitted, as its listener knows it."""
    if "event" in body:
        return str(body["event"].get("type"))
    if "view" in body and "actions" not in body and "action_id" not in body:
        return str(body["view"].get("callback_id"))
    pressed = body["actions"][0] if body.get("actions") else body
    return str(pressed.get("command") or pressed.get("action_id") or pressed.get("callback_id") or body.get("type"))


def _delivery(body: dict[str, Any]) -> str:
    """The same for each repetition of one delivery, and for a second click on the same thing at the same moment."""
    if "event_id" in body:
        return str(body["event_id"])
    if body.get("type") == "block_actions":
        action = body["actions"][0]
        return f"{action['action_ts']}:{action['action_id']}"
    if body.get("type") in ("view_submission", "view_closed"):
        return f"{body['view']['id']}:{body['view'].get('hash')}"
    return str(body.get("trigger_id") or secrets.token_hex(8))


def answer_error(
    error: Exception, context: BoltContext, client: WebClient, body: dict[str, Any], response: BoltResponse | None
) -> BoltResponse | None:
    """Every exception of a listener or middleware becomes an answer in the place where the person is."""
    if response is None:  # there is nobody to answer to
        log.error("error without a request to answer", exc_info=error)
        return None
    if isinstance(error, AlreadyDone):
        context[OUTCOME] = "repeated"
        return _already_done(context, body)
    context[OUTCOME] = "refused" if isinstance(error, UserError) else "error"
    return _answered(context, body, _sentence(error, context), _field(error))


def report(error: BaseException, context: BoltContext, client: WebClient, body: dict[str, Any]) -> None:
    """An exception after the commit, for which nobody waits: tell the person by whatever way is left."""
    with logs.about(**context.get(ABOUT, {})):
        text = _not_shown(error, context)
    try:
        channel = client.conversations_open(users=replies.user_id(body))["channel"]["id"]
        client.chat_postMessage(channel=channel, text=message(text)["text"])
    except (SlackApiError, OSError) as unreachable:
        log.warning("could not tell the person: %s", type(unreachable).__name__)


def _not_shown(error: BaseException, context: BoltContext) -> str:
    """Whatever was asked for is done, so nobody must be sent to repeat it."""
    number = _numbered(error)
    return _reader(context).t(
        "Slack did not show my answer (error {number}). What you asked for may be done already: "
        "look at /track list before you repeat it.",
        number=number,
    )


def _numbered(error: BaseException) -> str:
    """Log an error that nobody expected, under a number that the person is told."""
    number = error_number()
    log.error("error %s", number, exc_info=error)
    logs.note(error=number)
    return number


def _reader(context: BoltContext) -> Reader:
    caller: Caller | None = context.get("caller")
    return caller.reader if caller else _ENGLISH


def _sentence(error: BaseException, context: BoltContext) -> str:
    to = _reader(context)
    if isinstance(error, UserError):
        return error.sentence(to)
    number = _numbered(error)
    if isinstance(error, OperationalError | InterfaceError | Busy | Unusable):
        return to.t(
            "I cannot reach my database just now (error {number}). Nothing was changed; please try again in a moment.",
            number=number,
        )
    return to.t(
        "Something went wrong on my side (error {number}). Please try again; if it stays, tell whoever runs Trackomat.",
        number=number,
    )


def _field(error: BaseException) -> str | None:
    return error.field if isinstance(error, UserError) else None


def _answered(context: BoltContext, body: dict[str, Any], text: str, field: str | None) -> BoltResponse:
    kind = body.get("type")
    if "command" in body:
        return _json(refused(_reader(context), text, unescaped(str(body.get("text") or ""))))
    if kind == "view_submission":
        return _refused_submission(context, body, text, field)
    if kind == "block_suggestion":
        return _json({"options": []})
    if kind in ("block_actions", "shortcut", "message_action"):
        _tell(context, body, text)
    # Slack delivers an event again when it is told that it failed.
    return BoltResponse(status=500 if kind == "event_callback" else 200)


def _refused_submission(context: BoltContext, body: dict[str, Any], text: str, field: str | None) -> BoltResponse:
    """At the field where there is one; otherwise on top of the form, which keeps what was typed."""
    inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    at = next((block_id for block_id in inputs if replies.block_name(block_id) == field), None)
    if at:
        return _json({"response_action": "errors", "errors": {at: text}})
    return _json({"response_action": "push", "view": _notice(context, text)})


def _tell(context: BoltContext, body: dict[str, Any], text: str) -> None:
    """Have it shown after the answer."""
    if body.get("response_url"):
        replies.respond(context, body, message(text) | {"replace_original": False})
    elif body.get("view", {}).get("type") == "modal":
        replies.push_view(context, _notice(context, text))
    else:
        replies.open_view(context, _notice(context, text))


def _already_done(context: BoltContext, body: dict[str, Any]) -> BoltResponse:
    if body.get("type") != "view_submission":
        return BoltResponse(status=200)
    done = _reader(context).t("This was done already.")
    return _json({"response_action": "update", "view": _notice(context, done)})


def _notice(context: BoltContext, text: str) -> dict[str, Any]:
    return modal("notice", "Trackomat", [section(text)], close=_reader(context).t("Close"))


def _json(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": ["application/json"]})


def _answer_the_rest(app: App) -> None:
    """Links report their click too; what no listener knows is from a message of an older version."""

    def opened(ack: Ack) -> None:
        ack()

    def outdated(ack: Ack) -> None:
        raise old_message()

    app.action(re.compile("^link"))(opened)
    app.action(re.compile(""))(outdated)
    app.view(re.compile(""))(outdated)


def _value(secret: Any) -> str:
    return secret.get_secret_value() if secret else ""

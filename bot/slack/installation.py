"""Whose requests are answered: those of the workspace that our token is of, or of the organisation (Enterprise Grid).

Slack Connect brings people of other workspaces; their `user.team_id` names their own, which in a grid may also be the
organisation's, so it decides nothing. What counts is the workspace in which the app was used, as Bolt finds it.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

log = logging.getLogger(__name__)

ASK_AGAIN = 30
"""Seconds before Slack is asked once more, where it did not say which workspace it is."""


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the app is installed, as far as Slack has said so; empty: not yet."""

    bot_user: str = ""
    """Slack's id of the bot, by which it is mentioned."""
    domain: str = ""
    """What permalinks of the workspace begin with, before ".slack.com"."""
    scopes: frozenset[str] = frozenset()
    """What the bot may do; the two that let it read messages may be missing."""

    def lacks(self, scope: str) -> bool:
        """Whether Slack said what the bot may do, and that is not among it."""
        return bool(self.scopes) and scope not in self.scopes


NOT_KNOWN = Installed()


def granted_scopes(answer: SlackResponse) -> frozenset[str]:
    """What Slack says with each answer that the token may do; empty where it does not say."""
    scopes = _headers(answer).get("x-oauth-scopes", "").split(",")
    return frozenset(scope.strip() for scope in scopes if scope.strip())


def answered_at(answer: SlackResponse) -> datetime | None:
    """When Slack answered by its own clock, to the second; None where it does not say (RFC 9110, 6.6.1)."""
    try:
        said = parsedate_to_datetime(_headers(answer).get("date", ""))
    except ValueError:
        return None
    return said if said.tzinfo else None


def _headers(answer: SlackResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in getattr(answer, "headers", {}).items()}


class Installation:
    """The workspace of a token. Slack is asked once; until it has said so, everybody is let in whom Slack let in.

    That is safe: requests are signed, people are asked for at Slack with our own token, and each row belongs to a
    workspace.
    """

    def __init__(self, client: WebClient) -> None:
        """`client` has the token, and waits no longer than somebody in Slack does."""
        self._client = client
        self.installed = NOT_KNOWN
        self._ids: frozenset[str] = frozenset()
        self._asked_at = -float(ASK_AGAIN)
        self._asking = threading.Lock()

    def serves(self, *, team: str | None, enterprise: str | None) -> bool:
        """Whether the app was used where it is installed."""
        if not self._ids:
            self.ask()
        return not self._ids or not self._ids.isdisjoint({team, enterprise})

    def ask(self) -> None:
        """Ask Slack which workspace it is. Whoever comes meanwhile does not wait."""
        if not self._asking.acquire(blocking=False):
            return
        try:
            if not self._ids and time.monotonic() - self._asked_at >= ASK_AGAIN:
                self._ids = self._found()
                self._asked_at = time.monotonic()
        finally:
            self._asking.release()

    def _found(self) -> frozenset[str]:
        try:
            answer = self._client.auth_test()
        except (SlackApiError, OSError) as error:
            log.warning("auth.test did not answer: %s", type(error).__name__)
            return frozenset()
        host = urlsplit(str(answer.get("url") or "")).hostname or ""
        domain = host.removesuffix(".slack.com")
        self.installed = Installed(
            str(answer.get("user_id") or ""), domain if domain != host else "", granted_scopes(answer)
        )
        return frozenset(str(answer[name]) for name in ("team_id", "enterprise_id") if answer.get(name))

"""The workspace: who is in it, what each person sees, and what they can do. The page and the tests talk to this.

Every deed changes the state under a short lock and hands a signed payload to the bot in a thread of its own, so that
the bot may call the Web API meanwhile. What the bot may call is in `web_api.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from playground.slack.clock import Clock
from playground.slack.deliver import Delivery
from playground.slack.state import (
    Channel,
    Deadlines,
    Json,
    Message,
    Person,
    Surface,
    Transport,
    View,
    Violation,
)

SCOPES = frozenset({"commands", "chat:write", "im:write", "users:read"})


class Workspace:
    """One Slack workspace with one bot.

    `transport` may be set later (the bot wants to know `url`, the address of the Web API's server without
    "/slack/api/", before it starts). `listeners` are called without any lock whenever something changed; `version`
    grows with each change. `idle` is called by `wait_idle` after all deliveries, for work that the bot does after
    its answer. `violations` should be empty at the end of each test.
    """

    transport: Transport
    url: str
    version: int
    violations: list[Violation]
    listeners: list[Callable[[], None]]
    idle: Callable[[], None]

    def __init__(
        self,
        *,
        clock: Clock,
        bot_token: str = "xoxb-playground",
        signing_secret: str = "playground",
        scopes: Collection[str] = SCOPES,
        commands: Collection[str] = ("/track",),
        name: str = "Demo workspace",
        bot_name: str = "Trackomat",
        deadlines: Deadlines = Deadlines(),
    ) -> None: ...

    # who and where

    def add_person(
        self, name: str, *, zone: str = "Europe/Berlin", locale: str = "en-US", **roles: bool
    ) -> Person:
        """A new member; `roles` are is_owner, is_admin, is_restricted."""

    def change_person(self, person_id: str, **changes: Any) -> Person:
        """Change zone, locale, name, roles or `deleted`; the bot gets `user_change` if it may read users."""

    def add_channel(self, name: str, *, bot_is_member: bool = True) -> Channel:
        """A channel that everybody is in."""

    def people(self) -> list[Person]:
        """All members, deactivated ones too, in the order in which they came."""

    def person(self, id_or_name: str) -> Person:
        """One member by id, full name or first name; Refused if there is none."""

    def channels(self, person_id: str) -> list[Channel]:
        """The public channels, then the person's direct messages with the bot."""

    def names(self) -> dict[str, str]:
        """Id -> name of people, channels and the bot, as mentions need it."""

    # what a person sees

    def messages(self, person_id: str, channel_id: str) -> list[Message]:
        """What this person sees there, oldest first; others' ephemeral messages are not among it."""

    def modals(self, person_id: str) -> list[View]:
        """The person's modals, the one on top last."""

    def home(self, person_id: str) -> View | None:
        """The person's Home tab, as far as the bot has published one."""

    def current(self, surface: Surface) -> Surface | None:
        """The newest state of a message or view that the caller holds; None if it is gone."""

    # what a person does: each returns its delivery, or None where Slack's client sends nothing

    def say(self, person_id: str, channel_id: str, text: str) -> Message:
        """Write an ordinary message; `text` as typed, so it is escaped."""

    def command(self, person_id: str, channel_id: str, text: str) -> Delivery:
        """Type a slash command, "/track log 2h acme"."""

    def click(
        self,
        person_id: str,
        surface: Surface,
        action_id: str,
        *,
        block_id: str | None = None,
        option: str | None = None,
        confirmed: bool = False,
    ) -> Delivery | None:
        """Press a button, or pick the overflow menu's option with the value `option`. NeedsConfirmation first."""

    def fill(
        self,
        person_id: str,
        surface: Surface,
        block_id: str,
        action_id: str,
        raw: Any,
        *,
        confirmed: bool = False,
    ) -> Delivery | None:
        """Fill one element. `raw` is text, a date, an option's value, a list of values, or None to empty it."""

    def search(
        self, person_id: str, surface: Surface, block_id: str, action_id: str, query: str
    ) -> list[Json]:
        """The options the bot offers for this query; waits for its answer, [] if that was no good."""

    def submit(self, person_id: str) -> Delivery | None:
        """Submit the modal on top; None if fields are wrong (see its `errors`) or it is under way already."""

    def close(self, person_id: str) -> list[Delivery]:
        """Close the modal on top, or all of them if it says clear_on_close."""

    def opens_home(self, person_id: str, tab: str = "home") -> Delivery:
        """Open the bot's Home or Messages tab."""

    def shortcut(self, person_id: str, callback_id: str, message: Message | None = None) -> Delivery:
        """A global shortcut, or one on a message."""

    def repeat(self) -> Delivery:
        """Send the last delivery once more, as Slack does when it doubts that it arrived."""

    def wait_idle(self, timeout: float = 10.0) -> None:
        """Wait (seconds) until the bot has answered everything and `idle` returned. TimeoutError after that."""

    # trouble on purpose

    def fail_next(self, method: str, *, status: int = 500, retry_after: int = 1, times: int = 1) -> None:
        """The next calls of this Web API method get an HTTP error; 429 carries Retry-After (seconds)."""

"""One delivery of Slack's, before its sender is known.

It is read with suspicion: anybody can send anything of the right shape.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.caller import NO_SOURCE, Source, quoted
from bot.slack.blocks import unescaped
from bot.slack.envelopes import user_id
from bot.slack.installation import NOT_KNOWN, Installed
from bot.slack.places import Place
from bot.slack.written import WrittenMessage, permalink, read_written

COMMAND = "command"
CLICK = "block_actions"
SUBMISSION = "view_submission"
SEARCH = "block_suggestion"
EVENT = "event_callback"
SHORTCUTS = ("shortcut", "message_action")
HOME_OPENED = "app_home_opened"
"""The event that is a request of the person who opens a tab of the app."""


def block_name(block_id: str) -> str:
    """What errors and answers call an input: its block_id up to a colon, behind which tells its states apart."""
    return block_id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What Slack delivered, in a shape that bot/slack/envelopes.py let pass. Events are about anybody."""

    body: dict[str, Any]
    team: str
    """Slack's id of the workspace."""
    channel_id: str
    """Slack's id of the channel it came from; empty where it came from none."""
    installed: Installed = field(default=NOT_KNOWN, kw_only=True)
    names: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Of people who are mentioned in what was written, by Slack's ids."""

    @property
    def kind(self) -> str:
        """One of COMMAND, CLICK …, or what else Slack calls it."""
        return COMMAND if "command" in self.body else str(self.body.get("type"))

    @property
    def user_id(self) -> str:
        """Slack's id of who sent it."""
        return user_id(self.body)

    @property
    def name(self) -> str:
        """The name of what was typed into, clicked, searched or submitted, as its listener knows it."""
        body = self.body
        if "event" in body:
            return str(body["event"].get("type"))
        if "view" in body and "actions" not in body and "action_id" not in body:
            return str(body["view"].get("callback_id"))
        pressed = body["actions"][0] if body.get("actions") else body
        return str(pressed.get("command") or pressed.get("action_id") or pressed.get("callback_id") or body.get("type"))

    def key(self) -> str:
        """The same for each repetition of one delivery, and for a second click on the same thing at the same moment.

        Where Slack names nothing of the kind it is another one each time.
        """
        body = self.body
        if written := self.written:
            return f"{written.channel_id}:{written.ts}"
        if "event_id" in body:
            return str(body["event_id"])
        if self.kind == CLICK:
            action = body["actions"][0]
            return f"{action['action_ts']}:{action['action_id']}"
        if self.kind in (SUBMISSION, "view_closed"):
            return f"{body['view']['id']}:{body['view'].get('hash')}"
        return str(body.get("trigger_id") or secrets.token_hex(8))

    @property
    def event(self) -> dict[str, Any]:
        """What an event tells; nothing in a request."""
        return self.body.get("event") or {}

    @property
    def written(self) -> WrittenMessage | None:
        """What a person wrote to the bot, if it is that."""
        if "event" not in self.body:
            return None
        return read_written(self.body, bot_user=self.installed.bot_user, names=self.names)

    @property
    def place(self) -> Place | None:
        """Where what a person wrote is answered."""
        written = self.written
        if written is None:
            return None
        return Place(written.channel_id, self.user_id, written.thread_ts, is_direct=written.is_direct)

    @property
    def thread_ts(self) -> str:
        """The message that began the thread in which it was written or clicked; empty outside one."""
        written = self.written
        return written.thread_ts if written else str((self.body.get("container") or {}).get("thread_ts") or "")

    @property
    def source(self) -> Source:
        """The thread in which it was asked for: what was written there, or where it was clicked."""
        if not self.thread_ts or self.channel_id.startswith("D"):  # what is said to the bot itself is no evidence
            return NO_SOURCE
        written, domain = self.written, self.installed.domain
        ts = written.ts if written else self.thread_ts
        link = permalink(domain, self.channel_id, ts, self.thread_ts)
        return quoted(written.text if written else "", link)

    @property
    def is_request(self) -> bool:
        """Whether somebody asks for something. Of other events Slack tells about anybody."""
        return self.kind != EVENT or self.name == HOME_OPENED or self.written is not None

    @property
    def typed(self) -> str:
        """What was typed behind a slash command, or written to the bot."""
        written = self.written
        return written.text if written else unescaped(str(self.body.get("text") or ""))

    @property
    def response_url(self) -> str:
        """Where it can be answered for half an hour; empty in a modal and in the Home."""
        return str(self.body.get("response_url") or "")

    @property
    def trigger_id(self) -> str:
        """What allows to open a modal, for three seconds."""
        return str(self.body.get("trigger_id") or "")

    @property
    def view(self) -> dict[str, Any]:
        """The modal or Home that it came from; nothing where it came from a message."""
        return self.body.get("view") or {}

    @property
    def view_id(self) -> str:
        """Slack's id of that view; empty without one."""
        return str(self.view.get("id") or "")

    @property
    def view_hash(self) -> str:
        """Which state of that view it came from, as Slack names it; empty without one."""
        return str(self.view.get("hash") or "")

    @property
    def in_modal(self) -> bool:
        """Whether it came from a modal."""
        return self.view.get("type") == "modal"

    @property
    def is_on_top_of_two(self) -> bool:
        """Whether that modal is the third of a stack, on which Slack opens no other."""
        below = self.view.get("previous_view_id")
        return self.in_modal and bool(below) and below != self.view.get("root_view_id")

    @property
    def sees_home(self) -> bool:
        """Whether the person has their Home before them: they opened it, or clicked on something there."""
        event = self.event
        opened = event.get("type") == "app_home_opened" and event.get("tab") == "home"
        return opened or self.view.get("type") == "home"

    def input_called(self, name: str | None) -> str | None:
        """The block_id of the input of a form at which an error about `name` is shown."""
        inputs = (block["block_id"] for block in self.view.get("blocks", ()) if block.get("type") == "input")
        return next((block_id for block_id in inputs if block_name(block_id) == name), None)

"""What came in: one delivery of Slack's, and the request that it is once its sender is known.

All of it is read with suspicion: Slack returns what messages and forms of any age hold, and anybody can send anything
of the right shape. What can be none of ours raises the UserError of `old_message`.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.core.caller import NO_SOURCE, Caller, Source, quoted
from bot.core.errors import UserError
from bot.slack.blocks import unescaped
from bot.slack.envelopes import user_id
from bot.slack.installation import NOT_KNOWN, Installed
from bot.slack.metadata import Kept, Metadata
from bot.slack.places import Place
from bot.slack.untrusted import YEARS, old_message, read_day, read_id, read_optional_id, reading
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
class SlackMessage:
    """The message on which a shortcut was chosen."""

    text: str
    channel_id: str
    ts: str
    thread_ts: str
    """Empty outside a thread."""
    domain: str
    """The workspace's; empty where Slack does not say."""


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

    def by(self, caller: Caller) -> "Request":
        """The request that it is, by whoever sent it."""
        return Request(self.body, self.team, self.channel_id, caller, installed=self.installed, names=self.names)


@dataclass(frozen=True, slots=True)
class Request(Delivery):
    """What a person typed, clicked, entered or searched."""

    caller: Caller

    def in_zone(self, zone: str) -> "Request":
        """The same by the clock of a zone: the one in which it was typed, or a form was opened."""
        return replace(self, caller=self.caller.in_zone(zone))

    # What was clicked or searched.

    @property
    def searched(self) -> str:
        """What was typed into a menu to search it."""
        return str(self.body.get("value") or "")

    @property
    def _action(self) -> dict[str, Any]:
        with reading():
            action: dict[str, Any] = self.body["actions"][0]
        return action

    @property
    def action_id(self) -> str:
        """Which button or menu was used."""
        return str(self._action.get("action_id"))

    @property
    def action_part(self) -> str:
        """What stands behind the first colon of its action_id; empty without one."""
        return self.action_id.partition(":")[2]

    @property
    def block_id(self) -> str:
        """The block in which the button or menu stands."""
        return str(self._action.get("block_id"))

    @property
    def block_part(self) -> str:
        """What stands between the first two colons of its block_id; empty in one that is not ours."""
        return (*self.block_id.split(":"), "")[1]

    @property
    def question_id(self) -> int:
        """Which question was answered by the click. Raises UserError."""
        return read_id(self.block_part)

    @property
    def clicked(self) -> str:
        """The value of what was clicked or chosen. Raises UserError for what can be none of ours."""
        chosen = self._action.get("value") or (self._action.get("selected_option") or {}).get("value")
        if "\x00" in str(chosen):  # no value of ours; PostgreSQL takes none in a text
            raise old_message()
        return str(chosen or "")

    @property
    def picked(self) -> "Request":
        """What was chosen in a menu that holds buttons, as a click on that button. Raises UserError."""
        action, _, value = self.clicked.partition(":")
        click = {**self._action, "action_id": action, "value": value}
        return replace(self, body={**self.body, "actions": [click]})

    @property
    def ticked(self) -> dict[str, bool]:
        """Of the boxes among which was clicked those that are ticked, or no longer, since they were shown; by value.

        What was shown comes back with the view: others may have changed the rest meanwhile. Raises UserError.
        """
        with reading():
            block = next(block for block in self.view["blocks"] if block["block_id"] == self.block_id)
            boxes = next(each for each in block["elements"] if each["action_id"] == self.action_id)
            shown, now = (
                {str(each["value"]) for each in ticked}
                for ticked in (boxes.get("initial_options", ()), self._action["selected_options"])
            )
            offered = (str(each["value"]) for each in boxes["options"])
            return {value: value in now for value in offered if (value in now) != (value in shown)}

    @property
    def clicked_id(self) -> int:
        """The id behind what was clicked or chosen. Raises UserError."""
        return read_id(self.clicked)

    @property
    def clicked_day(self) -> date:
        """The day behind what was clicked. Raises UserError."""
        return read_day(self.clicked)

    @property
    def message(self) -> SlackMessage:
        """The message on which a shortcut was chosen. Raises UserError without one."""
        with reading():
            message = self.body["message"]
            return SlackMessage(
                text=unescaped(message.get("text") or ""),
                channel_id=str(self.body["channel"]["id"]),
                ts=str(self.body["message_ts"]),
                thread_ts=str(message.get("thread_ts") or ""),
                domain=str((self.body.get("team") or {}).get("domain") or ""),
            )

    # What a form holds. `name` is its block's, see `block_name`.

    def kept(self, form: Metadata[Kept]) -> Kept:
        """What our own code put into the form when it was built. Raises UserError for anything else."""
        return form.read(self.view.get("private_metadata"))

    @property
    def previous_view_id(self) -> str:
        """The modal below the one in which was clicked or entered; empty without one."""
        return str(self.view.get("previous_view_id") or "")

    def entered_text(self, name: str) -> str:
        """What stands in a text field, without white space around it; empty where the form has no such field."""
        return str(self._entered(name) or "").replace("\x00", "").strip()

    def entered_id(self, name: str) -> int | None:
        """The row chosen in a menu, if one was. Raises UserError."""
        return read_optional_id(self._entered(name))

    def entered_day(self, name: str) -> date:
        """The day in a date picker, which lets people choose any year. Raises UserError, at its field."""
        picked = self._entered(name)
        with reading():
            is_far_away = date.fromisoformat(picked).year not in YEARS
        if is_far_away:
            first, last = str(YEARS[0]), str(YEARS[-1])
            raise UserError("Choose a day of the years {first} to {last}.", field=name, first=first, last=last)
        return read_day(picked)

    def entered_optional_day(self, name: str) -> date | None:
        """The same where none has to be chosen. Raises UserError, at its field."""
        return self.entered_day(name) if self._entered(name) else None

    def entered_choice(self, name: str) -> str | None:
        """The option, person, channel, day or HH:MM that was chosen, or what stands in a text field; None: nothing."""
        chosen = self._entered(name)
        if not isinstance(chosen, str | None):
            raise old_message()
        return chosen

    def entered_choices(self, name: str) -> list[str]:
        """The options that were chosen or ticked. Raises UserError."""
        chosen = self._entered(name)
        if not isinstance(chosen, list | None):
            raise old_message()
        return chosen or []

    def is_ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self._entered(name))

    @reading()
    def _entered(self, name: str) -> Any:
        for block_id, held in self.view.get("state", {}).get("values", {}).items():
            for element in held.values() if block_name(block_id) == name else ():
                return _value(element)
        return None


def _value(element: dict[str, Any]) -> Any:
    """What stands in an input: text, option value, list of values, date or time."""
    for kind in ("value", "selected_date", "selected_time", "selected_user", "selected_conversation"):
        if kind in element:
            return element[kind]
    if "selected_option" in element:
        option = element["selected_option"]
        return option["value"] if option else None
    return [option["value"] for option in element.get("selected_options", ())] or None

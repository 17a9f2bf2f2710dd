"""What a person asked for: a delivery of Slack's, once its sender is known.

All of it is read with suspicion: Slack returns what messages and forms of any age hold, and anybody can send anything
of the right shape. What can be none of ours raises the UserError of `old_message`.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.core.caller import Caller
from bot.core.errors import UserError
from bot.slack.blocks import unescaped
from bot.slack.delivery import Delivery, block_name
from bot.slack.metadata import Kept, Metadata
from bot.slack.untrusted import YEARS, old_message, read_day, read_id, read_optional_id, reading


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
class MessagePlace:
    """Where a message stands, as Slack names it; empty where there is none."""

    channel_id: str = ""
    ts: str = ""


NO_MESSAGE = MessagePlace()


@dataclass(frozen=True, slots=True)
class Request(Delivery):
    """What a person typed, clicked, entered or searched."""

    caller: Caller

    @classmethod
    def of(cls, came: Delivery, caller: Caller) -> "Request":
        """What came in, as the request of whoever sent it."""
        return cls(came.body, came.team, came.channel_id, caller, installed=came.installed, names=came.names)

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

    @property
    def clicked_message(self) -> MessagePlace:
        """The message in which was clicked, if it is one that can be changed later: no modal, and nothing ephemeral."""
        container = self.body.get("container") or {}
        if container.get("type") != "message" or container.get("is_ephemeral"):
            return NO_MESSAGE
        return MessagePlace(container.get("channel_id") or "", container.get("message_ts") or "")

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

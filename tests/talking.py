"""How people talk to the bot in tests, and how Slack tells of it in odd ways."""

from typing import Any

from playground.person import Person, Seen, person
from playground.slack.workspace import Workspace

_AFTER_A_CLICK = ("only after a click", "erst nach einem Klick")


class Writer(Person):
    """Somebody who writes to the bot what others type behind /track, and presses the button that opens a form."""

    def types(self, text: str) -> Seen | None:
        """Write what stands behind /track; what was answered, if that is no form."""
        written = text.removeprefix("/track").strip()
        if written in ("", text):
            return super().types(text)
        answer = self.writes(written)
        if answer and any(said in answer.plain() for said in _AFTER_A_CLICK):
            answer.click(answer.buttons[0])
            return None
        return answer

    @property
    def messages(self) -> list[Seen]:
        """What they see where they write, oldest first."""
        return self.dm


def writer(workspace: Workspace, name: str) -> Person:
    """The driver for a member who writes."""
    who = person(workspace, name)
    return Writer(workspace, who.id, who.channel)


def wrote(who: Person, text: str) -> str:
    """What the bot answers in its messages, as the person reads it."""
    answer = who.writes(text)
    assert answer is not None, "nothing was answered"
    return answer.plain()


def tells(workspace: Workspace, who: Person, _envelope: dict[str, Any] | None = None, **more: Any) -> None:
    """Have the bot told of a message of this person's in its direct messages, with other or further fields."""
    room, at = workspace.dm(who.id), workspace.new_ts()
    inner = {"type": "message", "channel": room.id, "channel_type": "im", "user": who.id, "ts": at, "event_ts": at}
    inner |= {"text": "log 1h acme website"} | more
    workspace.event({name: value for name, value in inner.items() if value is not None}, who.id, **(_envelope or {}))
    workspace.wait_idle()


def wrote_as_slack_sends(workspace: Workspace, who: Person, text: str) -> None:
    tells(workspace, who, text=text)


def mention(workspace: Workspace, who: Person, envelope: dict[str, Any], **more: Any) -> None:
    at = workspace.new_ts()
    inner = {"type": "app_mention", "channel": who.channel, "user": who.id, "ts": at, "event_ts": at}
    workspace.event(inner | {"text": "<@U0000BOT> log 1h acme website"} | more, who.id, **envelope)
    workspace.wait_idle()

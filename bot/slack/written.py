"""What people write to the bot: which events tell of it, and what was typed, without what Slack made of it."""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot.slack.blocks import unescaped

MESSAGE = "message"
MENTION = "app_mention"
DELIVERED_AT_ONCE = timedelta(seconds=20)
"""What Slack repeats comes a minute later. Less may be the difference between its clock and ours."""
NOT_PLAIN = frozenset({"file_share", "me_message", "thread_broadcast"})
"""What people write that is more than text, or stands in two places. All other kinds are no writing of a person's."""
NOBODY: Mapping[str, str] = MappingProxyType({})
_SLACKBOT = "USLACKBOT"

_CONTROL = re.compile("<([^<>\n]+)>")
_STYLES = [re.compile(rf"(?<![\w{mark}])\{mark}(?=\S)([^{mark}\n]+?)(?<=\S)\{mark}(?![\w{mark}])") for mark in "*_~"]
_CODE = re.compile("```\n?(.+?)\n?```|`([^`\n]+)`", re.DOTALL)
_ADDRESSED = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^<>\n]*)?>\s*[,:;]?")
_QUOTED = re.compile("^&gt; ?", re.MULTILINE)
_KEPT = re.compile("\ue000([0-9]+)\ue001")
_COMMAND = re.compile(r"/track(?!\S)\s*")
"""Whoever is used to the command types it here too."""


@dataclass(frozen=True, slots=True)
class WrittenMessage:
    """What a person wrote, in the direct messages with the bot or where they mentioned it."""

    text: str
    """As it was typed; a mention of the bot is left out."""
    channel_id: str
    ts: str
    thread_ts: str
    """The message that began the thread; empty outside one."""
    is_direct: bool
    """Whether it stands in the direct messages with the bot."""
    is_plain: bool
    """Whether it is text and nothing else, in one place."""
    sent_as: str
    """What the person's own Slack called it when it sent it; empty where Slack does not tell."""

    @property
    def at(self) -> datetime:
        """When it was written, in whole seconds."""
        return datetime.fromtimestamp(int(self.ts.partition(".")[0]), UTC)

    def is_old(self, now: datetime) -> bool:
        """Whether it was on its way for long."""
        return now - self.at >= DELIVERED_AT_ONCE


def read_written(body: dict[str, Any], *, bot_user: str, names: Mapping[str, str] = NOBODY) -> WrittenMessage | None:
    """What a person wrote to the bot; None for every other event: of bots, of changed and deleted messages, and so on.

    `bot_user` is Slack's id of the bot, empty where it is not known; `names` are those of people who are mentioned.
    """
    event = body.get("event") or {}
    if not _is_to_the_bot(event):
        return None
    bots = {bot_user, *(user for user in map(_bot_of, body.get("authorizations") or ()) if user)} - {""}
    if not _is_of_a_person(event, bots):
        return None
    return WrittenMessage(
        text=as_typed(event.get("text") or "", bots, names),
        channel_id=event["channel"],
        ts=event["ts"],
        thread_ts=event.get("thread_ts") or "",
        is_direct=event["type"] == MESSAGE,
        is_plain=not event.get("subtype") and not event.get("files") and not event.get("upload"),
        sent_as=event.get("client_msg_id") or "",
    )


def permalink(domain: str, channel_id: str, ts: str, thread_ts: str = "") -> str:
    """Where a message is found; `domain` is the workspace's, and without it nobody finds any."""
    link = f"https://{domain}.slack.com/archives/{channel_id}/p{ts.replace('.', '')}" if domain else ""
    return f"{link}?thread_ts={thread_ts}&cid={channel_id}" if link and thread_ts not in ("", ts) else link


def _bot_of(authorization: dict[str, Any]) -> str:
    return str(authorization.get("user_id") or "") if authorization.get("is_bot", True) else ""


def _is_of_a_person(event: dict[str, Any], bots: Container[str]) -> bool:
    if any(event.get(of_no_person) for of_no_person in ("bot_id", "bot_profile", "app_id", "hidden", "edited")):
        return False
    user, subtype = event.get("user"), event.get("subtype")
    return bool(user) and user != _SLACKBOT and user not in bots and (not subtype or subtype in NOT_PLAIN)


def _is_to_the_bot(event: dict[str, Any]) -> bool:
    if not event.get("channel") or not event.get("ts"):
        return False
    if event.get("type") == MESSAGE:
        kind = event.get("channel_type")
        return kind == "im" if kind else str(event["channel"]).startswith("D")
    return event.get("type") == MENTION


def mentioned(text: str) -> set[str]:
    """Slack's ids of those who are mentioned in the text of a message, without a name."""
    return set(re.findall("<@([A-Z0-9]+)>", text))


def as_typed(text: str, bots: Container[str] = (), names: Mapping[str, str] = NOBODY) -> str:
    """The text of a message without Slack's marks: styles, links, mentions, quotes, entities.

    What `bots` are mentioned by is left out, and so is the command at the beginning.
    """
    kept: list[str] = []

    def keep(piece: str) -> str:
        kept.append(piece)
        return f"\ue000{len(kept) - 1}\ue001"

    def code(found: re.Match[str]) -> str:
        return keep(unescaped(_CONTROL.sub(lambda inner: _control(inner[1], bots, names), found[1] or found[2])))

    text = _address(re.sub("[\ue000\ue001]", "", text), bots)
    text = _CODE.sub(code, text)
    text = _CONTROL.sub(lambda found: keep(_control(found[1], bots, names)), text)
    text = _QUOTED.sub("", text)
    for style in _STYLES:
        text = style.sub(r"\1", text)
    text = _KEPT.sub(lambda found: kept[int(found[1])], unescaped(text)).strip()
    return _COMMAND.sub("", text, count=1) if _COMMAND.match(text) else text


def _address(text: str, bots: Container[str]) -> str:
    """Without the bot's name in front, and what people put behind it: "@Trackomat, stop"."""
    found = _ADDRESSED.match(text)
    return text[found.end() :] if found and found[1] in bots else text


def _control(inside: str, bots: Container[str], names: Mapping[str, str]) -> str:
    """What stands in angle brackets, as a person reads it."""
    target, _, label = inside.partition("|")
    kind = next((read for begins, read in _CONTROLS.items() if target.startswith(begins)), _link)
    if target.startswith("@") and target[1:] in bots:
        return ""
    return unescaped(kind(target, label or names.get(target[1:], "")))


def _link(target: str, label: str) -> str:
    """Slack makes links of what looks like one, so mostly the label is what was typed."""
    if not label or label == target:
        return target
    address = target.removeprefix("mailto:").removeprefix("tel:")
    is_its_own = re.sub("^https?://", "", address).rstrip("/") == re.sub("^https?://", "", label).rstrip("/")
    return label if is_its_own or target.startswith("tel:") else f"{label} {address}"


_CONTROLS: dict[str, Callable[[str, str], str]] = {
    "@": lambda target, label: f"@{label.removeprefix('@') or target[1:]}",
    "#": lambda target, label: f"#{label or target[1:]}",
    "!subteam^": lambda _target, label: label or "@team",
    "!date^": lambda _target, label: label,
    "!": lambda target, label: label or f"@{target[1:]}",
}

"""What a workspace consists of: small frozen values, exchanged as a whole when something changes.

Because nobody changes them in place, the page and the tests may keep and read them without a lock. JSON (blocks,
option and text objects) stays in the dictionaries in which it came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Key = tuple[str, str]
"""(block_id, action_id) of one element."""


@dataclass(frozen=True)
class Person:
    """A member of the workspace. `zone` is an IANA name, `locale` like "de-DE", `colour` like "#2bac76"."""

    id: str
    name: str
    zone: str
    locale: str
    is_owner: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    colour: str = "#4a154b"
    deleted: bool = False


@dataclass(frozen=True)
class Channel:
    """A channel for everybody, or the direct messages between the bot and one person (`dm_with`, a person's id).

    `shared`: people of another organisation are in it (Slack Connect).
    """

    id: str
    name: str
    dm_with: str | None = None
    bot_is_member: bool = True
    archived: bool = False
    shared: bool = False


@dataclass(frozen=True)
class Shortcut:
    """One that the app's manifest declares: in the menu with the lightning bolt, or in that of each message."""

    callback_id: str
    name: str
    description: str
    on_messages: bool


@dataclass(frozen=True)
class File:
    """A file: announced first, then sent (`content`), then shared in a channel, where it can be opened.

    `key` is what its upload_url ends in, `length` what was announced.
    """

    id: str
    key: str
    name: str
    length: int
    content: bytes | None = None
    title: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Message:
    """A message; `id` stays when it is edited. `only_for` is the one person who sees it (an ephemeral message).

    `thread_ts` is the time of the message that began its thread; empty for one that stands in the channel itself.
    `pings` lists what it would really ping ("!channel", "U0001"); `problem` marks an error that Slack itself shows.
    `values` are Slack's value objects of its inputs, `offered` the options that searches brought up.
    """

    id: str
    channel: str
    ts: str
    author: str
    text: str
    blocks: tuple[Json, ...] = ()
    only_for: str | None = None
    thread_ts: str = ""
    edited: bool = False
    problem: bool = False
    pings: tuple[str, ...] = ()
    values: Mapping[Key, Json] = field(default_factory=dict)
    offered: Mapping[Key, tuple[Json, ...]] = field(default_factory=dict)
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class View:
    """An open modal or somebody's Home tab, with what the person has filled in so far.

    `title`, `submit` and `close` are plain strings ("" where none was given). `errors` maps block_id to the text at
    that field; `problem` is what Slack shows when the bot did not answer properly; `busy` while a submission is
    under way.
    """

    id: str
    type: str
    person: str
    hash: str
    blocks: tuple[Json, ...]
    title: str = ""
    submit: str = ""
    close: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    external_id: str = ""
    notify_on_close: bool = False
    clear_on_close: bool = False
    root_id: str = ""
    previous_id: str | None = None
    values: Mapping[Key, Json] = field(default_factory=dict)
    offered: Mapping[Key, tuple[Json, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    busy: bool = False


Surface = Message | View
"""Whatever carries blocks that a person can press or fill in."""


@dataclass(frozen=True)
class Violation:
    """A rule of Slack that the bot broke: which one, in what (method, delivery or surface) and for whom."""

    text: str
    what: str
    who: str = ""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, in either direction."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Transport = Callable[[dict[str, str], str], Answer]
"""Hands signed headers and a body to the bot and returns its answer; raises what it likes when there is none."""


@dataclass(frozen=True)
class Deadlines:
    """Real-time limits in seconds; tests shorten them instead of sleeping."""

    ack: float = 3.0
    trigger: float = 3.0
    response_url: float = 1800.0


class SlackError(Exception):
    """What the Web API refuses: `code` as Slack names it, `problems` in words (none: nobody's fault)."""

    def __init__(self, code: str, *problems: str) -> None:
        super().__init__(code)
        self.code = code
        self.problems = problems


class Refused(Exception):
    """Slack's own client would not let a person do this: no such button, an option never offered, no such person."""


class NeedsConfirmation(Refused):
    """The element asks first; `confirm` is its dialog object. Repeat the deed with `confirmed=True`."""

    def __init__(self, confirm: Json) -> None:
        super().__init__(f"asks first: {confirm['title']['text']}")
        self.confirm = confirm

"""What the workspace remembers, behind one lock: members, channels, messages, open views, triggers, response URLs.

Both sides change it: people's deeds (`workspace.py`) and the bot's calls (`web_api.py`). Methods that say so must be
called inside `change()`.
"""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from playground.slack import blocks as kit
from playground.slack import limits, native, views
from playground.slack.clock import Clock
from playground.slack.payloads import Team
from playground.slack.state import (
    Answer,
    Channel,
    Deadlines,
    File,
    Json,
    Message,
    Person,
    Refused,
    SlackError,
    Surface,
    View,
    Violation,
)

SLACKBOT = "USLACKBOT"
URL_USES = 5
_COLOURS = ("#2b7a5d", "#b4562f", "#5b4bb7", "#1f6f9f", "#a23b72", "#7a6a1f")


@dataclass
class Trigger:
    """A trigger_id: whose deed made it, when (monotonic seconds), and whether it is used up."""

    person: str
    born: float
    channel: str = ""
    """The conversation in which it was done."""
    used: bool = False


@dataclass
class ResponseUrl:
    """Where a response_url leads: to a person in a channel, and to the message whose element was used."""

    person: str
    channel: str
    message: str | None
    born: float
    uses: int = 0
    opened: threading.Event = field(default_factory=threading.Event)
    """Set once the ack was read: what comes before would be there before the answer that it is about."""


class Store:
    """The state of one workspace. `url` is the address of the Web API's server, without "/slack/api/".

    `refusal`: what comes of tables and charts that are sent to a response_url, where this workspace does not take them
    (the Web API answers invalid_blocks then); None: it takes them. `replaces_answers`: what answers a command at its
    response_url with replace_original takes the place of what its ack said; else it stands below that. Which of the
    two Slack does is not known for sure.
    """

    def __init__(self, *, clock: Clock, team: Team, deadlines: Deadlines) -> None:
        self.clock = clock
        self.team = team
        self.deadlines = deadlines
        self.url = "http://127.0.0.1"
        self.refusal: Answer | None = None
        self.replaces_answers = True
        self.version = 0
        self.violations: list[Violation] = []
        self.listeners: list[Callable[[], None]] = []
        self.urls: dict[str, ResponseUrl] = {}
        self._lock = threading.RLock()
        self._people: dict[str, Person] = {}
        self._channels: dict[str, Channel] = {}
        self._messages: dict[str, Message] = {}
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        self._files: dict[str, File] = {}
        self._triggers: dict[str, Trigger] = {}
        self._numbers = itertools.count(1)
        self._run = uuid.uuid4().hex[:6].upper()  # ids must differ from an earlier run's: bots remember them
        self._last_ts = 0

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock while changing something, then tell the listeners without it. Not to be nested."""
        with self._lock:
            yield
            self.version += 1
        for listener in list(self.listeners):
            listener()

    # who and where

    def people(self) -> list[Person]:
        """All members, deactivated ones too, in the order in which they came."""
        with self._lock:
            return list(self._people.values())

    def person(self, id_or_name: str) -> Person:
        """One member by id, full name or first name; Refused if there is none."""
        for person in self.people():
            if id_or_name in (person.id, person.name, person.name.split()[0]):
                return person
        raise Refused(f"there is no person {id_or_name!r}")

    def channels(self, person_id: str) -> list[Channel]:
        """The public channels, then the person's direct messages with the bot."""
        with self._lock:
            every = [channel for channel in self._channels.values() if not channel.archived]
        return [c for c in every if not c.dm_with] + [c for c in every if c.dm_with == person_id]

    def channel(self, channel_id: str) -> Channel | None:
        """One channel by its id."""
        with self._lock:
            return self._channels.get(channel_id)

    def dm(self, person_id: str) -> Channel:
        """The direct messages between this person and the bot."""
        return self.channels(person_id)[-1]

    def names(self) -> dict[str, str]:
        """Id -> name of people, channels and the bot, as mentions need it."""
        named = {person.id: person.name for person in self.people()}
        with self._lock:
            named |= {channel.id: channel.name for channel in self._channels.values()}
        return {**named, self.team.bot_user: self.team.bot_name, SLACKBOT: "Slackbot"}

    # what a person sees

    def messages(self, person_id: str, channel_id: str) -> list[Message]:
        """What this person sees there, oldest first; others' ephemeral messages are not among it."""
        if channel_id not in {channel.id for channel in self.channels(person_id)}:
            return []
        with self._lock:
            here = [message for message in self._messages.values() if message.channel == channel_id]
        return [message for message in here if message.only_for in (None, person_id)]

    def modals(self, person_id: str) -> list[View]:
        """The person's modals, the one on top last."""
        with self._lock:
            return list(self._stacks.get(person_id, ()))

    def home(self, person_id: str) -> View | None:
        """The person's Home tab, as far as the bot has published one."""
        with self._lock:
            return self._homes.get(person_id)

    def current(self, surface: Surface) -> Surface | None:
        """The newest state of a message or view that the caller holds; None if it is gone."""
        with self._lock:
            if isinstance(surface, Message):
                return self._messages.get(surface.id)
            return self.view(surface.id)

    # to be called inside change()

    def new_id(self, prefix: str) -> str:
        """An id that no other run of the playground has used."""
        return f"{prefix}{self._run}{next(self._numbers):05}"

    def new_ts(self) -> str:
        """A message time on the domain clock that is later than all before."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06}"

    def blame(self, what: str, who: str, *problems: str) -> None:
        """Note which rules the bot broke."""
        self.violations += [Violation(problem, what, who) for problem in problems]

    def put_person(self, **facts: Any) -> Person:
        """A new member, who can write to the bot from the first moment."""
        number = len(self._people) + 1
        person = Person(id=f"U{number:08}", colour=_COLOURS[number % len(_COLOURS)], **facts)
        self._people[person.id] = person
        dm = Channel(id=f"D{number:08}", name=self.team.bot_name, dm_with=person.id)
        self._channels[dm.id] = dm
        return person

    def put_channel(self, name: str, bot_is_member: bool, shared: bool) -> Channel:
        """A new public channel."""
        channel = Channel(f"C{len(self._channels) + 1:08}", name, bot_is_member=bot_is_member, shared=shared)
        self._channels[channel.id] = channel
        return channel

    def archive_channel(self, channel_id: str) -> None:
        """Nobody sees the channel any more."""
        self._channels[channel_id] = replace(self._channels[channel_id], archived=True)

    def put(self, new: Person | Surface) -> None:
        """Exchange a person, message or view for its new state."""
        match new:
            case Person():
                self._people[new.id] = new
            case Message():
                self._messages[new.id] = new
            case View(type="home"):
                self._homes[new.person] = new
            case View():
                stack = self._stacks[new.person]
                stack[[view.id for view in stack].index(new.id)] = new

    def post(
        self,
        channel_id: str,
        author: str,
        text: str,
        blocks: Any = None,
        *,
        only_for: str | None = None,
        thread_ts: str = "",
        files: tuple[File, ...] = (),
    ) -> Message:
        """A new message, checked. SlackError if Slack would not take it."""
        listed = () if files and not text else self._checked(text, blocks, limits.MESSAGE_TEXT)
        ts = self.new_ts()
        message = Message(
            id=f"{channel_id}-{ts}",
            channel=channel_id,
            ts=ts,
            author=author,
            text=text,
            blocks=listed,
            only_for=only_for,
            thread_ts=thread_ts,
            pings=kit.pings(text, listed),
            values=views.initial_values(listed, {}),
            problem=author == SLACKBOT,
            files=files,
        )
        self._messages[message.id] = message
        return message

    def edit(self, message: Message, text: str, blocks: Any, most: int = limits.MESSAGE_TEXT) -> Message:
        """The same message with other content. Without blocks it loses those it had."""
        listed = self._checked(text, blocks, most)
        changed = replace(
            message,
            text=text,
            blocks=listed,
            edited=not listed,  # Slack marks only changed texts
            pings=kit.pings(text, listed),
            values=views.initial_values(listed, message.values),
        )
        self.put(changed)
        return changed

    def remove(self, message: Message) -> None:
        """Delete a message; nothing happens if it is gone."""
        self._messages.pop(message.id, None)

    def message(self, message_id: str) -> Message | None:
        """One message by its id in the store (channel-ts)."""
        return self._messages.get(message_id)

    def thread_is_active(self, channel_id: str, thread_ts: str) -> bool:
        """Whether the message is there and somebody replied to it: only then Slack shows ephemeral ones below it."""
        with self._lock:
            replies = [m for m in self._messages.values() if (m.channel, m.thread_ts) == (channel_id, thread_ts)]
        return self.message(f"{channel_id}-{thread_ts}") is not None and any(not m.only_for for m in replies)

    def view(self, view_id: str = "", external_id: str = "") -> View | None:
        """An open view by its id or external_id."""
        every = [*itertools.chain(*self._stacks.values()), *self._homes.values()]
        wanted = [v for v in every if v.id == view_id or (external_id and v.external_id == external_id)]
        return wanted[0] if wanted else None

    def open_view(self, person_id: str, payload: Json, channel_id: str = "") -> View:
        """Show a modal instead of whatever modals are open; `channel_id` is the conversation the person is in."""
        view = views.with_conversation(self._new_view(person_id, payload, "modal"), self._channels.get(channel_id))
        self._stacks[person_id] = [view]
        return view

    def push_view(self, person_id: str, payload: Json) -> View:
        """Put a modal on top of the open one."""
        stack = self._stacks.get(person_id)
        if not stack:
            raise SlackError("not_found", "views.push: no modal is open to push onto")
        if len(stack) >= limits.STACK:
            raise SlackError("push_limit_reached", f"no more than {limits.STACK} views in a stack")
        view = self._new_view(person_id, payload, "modal")
        view = replace(view, root_id=stack[0].id, previous_id=stack[-1].id)
        stack.append(view)
        return view

    def update_view(self, view: View, payload: Json) -> View:
        """Exchange a view's content; what was typed stays where the ids stay."""
        self._check_view(payload, view.type, but=view.id)
        changed = views.updated(view, payload, fresh=self.new_id(""), new_id=lambda: self.new_id("b"))
        self.put(changed)
        return changed

    def publish_view(self, person_id: str, payload: Json) -> View:
        """Show a Home tab, or exchange its content."""
        before = self._homes.get(person_id)
        if before:
            return self.update_view(before, payload)
        view = self._new_view(person_id, payload, "home")
        self._homes[person_id] = view
        return view

    def drop_view(self, view: View) -> None:
        """Take a modal from its stack."""
        self._stacks[view.person] = [v for v in self._stacks.get(view.person, ()) if v.id != view.id]

    def clear_views(self, person_id: str) -> None:
        """Close all modals of a person."""
        self._stacks[person_id] = []

    def files(self) -> list[File]:
        """All files, those that nobody sees yet too."""
        with self._lock:
            return list(self._files.values())

    def put_file(self, file: File) -> None:
        """A new file, or its new state."""
        self._files[file.id] = file

    def new_trigger(self, person_id: str, channel_id: str = "") -> str:
        """A trigger_id for what this person just did."""
        trigger_id = self.new_id("trigger.")
        self._triggers[trigger_id] = Trigger(person_id, time.monotonic(), channel_id)
        return trigger_id

    def use_trigger(self, trigger_id: str) -> Trigger:
        """Whose trigger this is, once and for a short time only."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id", f"trigger_id {trigger_id!r} does not exist")
        if trigger.used:
            raise SlackError("exchanged_trigger_id", "a trigger_id was used twice")
        if time.monotonic() - trigger.born > self.deadlines.trigger:
            raise SlackError("expired_trigger_id", f"a trigger_id lives {self.deadlines.trigger:g} s")
        trigger.used = True
        return trigger

    def new_url(self, person_id: str, channel_id: str, message_id: str | None = None, *, opened: bool = True) -> str:
        """A response_url for what this person just did."""
        key = self.new_id("")
        self.urls[key] = url = ResponseUrl(person_id, channel_id, message_id, time.monotonic())
        if opened:
            url.opened.set()
        return f"{self.url}/slack/response/{key}"

    def _checked(self, text: Any, blocks: Any, most: int) -> tuple[Json, ...]:
        if not isinstance(text, str):
            raise SlackError("invalid_arguments", "text must be a string")
        if not text and not blocks:
            raise SlackError("no_text", "a message needs text or blocks")
        if len(text) > most:
            raise SlackError("msg_too_long", f"the text has {len(text)} characters, {most} are allowed")
        if self.refusal and native.found(blocks):
            raise SlackError("invalid_blocks")  # nobody's fault: it was to be tried
        problems = limits.check_blocks(blocks, "message") if blocks else []
        if problems:
            raise SlackError("invalid_blocks", *problems)
        return kit.with_ids(blocks or (), lambda: self.new_id("b"))

    def _new_view(self, person_id: str, payload: Json, kind: str) -> View:
        self._check_view(payload, kind)
        return views.opened(
            payload,
            view_id=self.new_id("V"),
            person=person_id,
            fresh=self.new_id(""),
            new_id=lambda: self.new_id("b"),
        )

    def _check_view(self, payload: Any, kind: str, but: str = "") -> None:
        if kinds := native.found(payload.get("blocks") if isinstance(payload, dict) else None):
            raise SlackError("invalid_blocks", *(f"view: {kind} is only for messages" for kind in kinds))
        problems = limits.check_view(payload)
        if not problems and payload["type"] != kind:
            problems = [f"view: must be of type {kind}, not {payload['type']}"]
        if problems:
            raise SlackError("invalid_arguments", *problems)
        if limits.view_bytes(payload) > limits.VIEW_BYTES:
            raise SlackError("view_too_large", f"a view may have {limits.VIEW_BYTES} bytes")
        other = self.view(external_id=payload.get("external_id", ""))
        if other and other.id != but:
            raise SlackError("duplicate_external_id", f"external_id {other.external_id!r} is in use")

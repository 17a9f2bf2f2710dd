"""The test driver: a person at Slack, addressing everything by what can be read on the screen.

    anna = person(workspace, "Anna")
    anna.types("/track log 2h acme website")
    anna.clicks("Edit")
    anna.modal.fill("Customer", "Acme")

Each deed waits until the bot has answered and `workspace.idle` returned.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from slack_bolt import App, BoltRequest

from playground.slack import blocks as kit
from playground.slack import mrkdwn, native, views
from playground.slack.state import Answer, Json, Key, Message, Refused, Surface, Transport, View
from playground.slack.workspace import Workspace

Found = TypeVar("Found")
_UNBROKEN = re.compile("(?<=[0-9])\u00a0(?=h\\b)|(?<=§)\u00a0")


def in_process(app: App) -> Transport:
    """A transport straight into Bolt's dispatcher; the request is signed like any other."""

    def transport(headers: dict[str, str], body: str) -> Answer:
        answer = app.dispatch(BoltRequest(body=body, headers=dict(headers)))
        return Answer(answer.status, answer.body)

    return transport


def person(workspace: Workspace, name: str, *, channel: str | None = None) -> Person:
    """The driver for a member (full or first name), who is in `channel` (a name), else in the first one."""
    who = workspace.person(name)
    rooms = [room for room in workspace.channels(who.id) if channel in (None, room.name)]
    return Person(workspace, who.id, rooms[0].id)


class Seen:
    """A message or view as this person reads it; always its newest state."""

    def __init__(self, reader: Person, surface: Surface) -> None:
        self._reader = reader
        self._held = surface

    @property
    def surface(self) -> Surface:
        """The newest state; Refused once it is gone."""
        now = self._reader.workspace.current(self._held)
        if now is None:
            raise Refused("this is not there any more")
        return now

    @property
    def text(self) -> str:
        """A message's own text (the fallback, where it has blocks); all there is to read on a view."""
        surface = self.surface
        return self._reader.reads(surface.text) if isinstance(surface, Message) else self.plain()

    def plain(self) -> str:
        """Everything that can be read, one line for each text."""
        surface = self.surface
        if isinstance(surface, Message) and not surface.blocks:
            return self.text
        return "\n".join(line for block in surface.blocks for line in self._lines(surface, block))

    @property
    def pings(self) -> tuple[str, ...]:
        """Whom it really pings: "!channel", or a person's id."""
        surface = self.surface
        return surface.pings if isinstance(surface, Message) else ()

    @property
    def files(self) -> dict[str, bytes]:
        """The files that hang on a message: name -> what is in it."""
        surface = self.surface
        shown = surface.files if isinstance(surface, Message) else ()
        return {file.name: file.content or b"" for file in shown}

    @property
    def buttons(self) -> list[str]:
        """The labels of all buttons, and of what overflow menus hold."""
        return [label for label, *_ in self._pressable()]

    @property
    def labels(self) -> list[str]:
        """The names of everything that can be filled in."""
        return [label for label, _, _ in self._fields()]

    def click(self, label: str, *, confirm: bool | None = None) -> None:
        """Press a button, or pick from an overflow menu; `confirm` answers the dialog that then asks."""
        found = [pressable for pressable in self._pressable() if label in (pressable[0], _bare(pressable[0]))]
        if not found:
            raise Refused(f"there is no button {label!r}; there are {self.buttons}")
        _, block, element, option = found[0]
        if "confirm" in element and confirm is None:
            raise Refused(f"{label!r} asks {element['confirm']['title']['text']!r}: answer with confirm=")
        if confirm is not False:
            block_id, action_id = kit.key(block, element)
            self._reader.workspace.click(
                self._reader.id, self.surface, action_id, block_id=block_id, option=option, confirmed=True
            )
        self._reader.waits()

    def fill(self, label: str, raw: Any) -> None:
        """Fill the field with this label: text, a date, an option's text or a list of those, None to empty it.

        An option may be named in part if only one has it; Refused with the list otherwise.
        """
        key, element = self._field(label)
        if raw is not None:
            raw = self._raw(key, element, raw)
        self._reader.workspace.fill(self._reader.id, self.surface, *key, raw, confirmed=True)
        self._reader.waits()

    def tick(self, text: str) -> None:
        """Tick the box of which the text, or what stands below it, has this in it; or take its tick away."""
        boxes = [box for box in self._boxes() if text in box[0]]
        if len(boxes) != 1:
            raise Refused(f"{text!r} is not in one of the boxes {[read for read, *_ in self._boxes()]}")
        _, key, value, ticked = boxes[0]
        others = [each for each in ticked if each != value]
        self._reader.workspace.fill(
            self._reader.id, self.surface, *key, others if value in ticked else [*others, value], confirmed=True
        )
        self._reader.waits()

    @property
    def boxes(self) -> dict[str, bool]:
        """All boxes by their texts, and whether they are ticked."""
        return {read: value in ticked for read, _, value, ticked in self._boxes()}

    def _boxes(self) -> Iterator[tuple[str, Key, str, list[str]]]:
        for block, element in kit.elements(self.surface.blocks):
            if element["type"] == "checkboxes":
                key = kit.key(block, element)
                ticked = [str(option["value"]) for option in self.surface.values[key]["selected_options"]]
                for option in element["options"]:
                    parts = (option["text"], option.get("description"))
                    read = "\n".join(self._reader.reads_object(part) for part in parts if part)
                    yield read, key, str(option["value"]), ticked

    def value(self, label: str) -> Any:
        """What the field shows: text, an option's text, a list of those, or None."""
        key, _ = self._field(label)
        return _shown(self.surface.values[key])

    def options(self, label: str, query: str = "") -> list[str]:
        """The texts of the options that the field offers, for this query where it is searched."""
        key, element = self._field(label)
        return [_as_read(option["text"]["text"]) for option in self._options(key, element, query)]

    def _fields(self) -> Iterator[tuple[str, Key, Json]]:
        for block, element in kit.elements(self.surface.blocks):
            if element["type"] in views.FIELDS:
                named = block.get("label") or block.get("text") or element.get("placeholder")
                label = self._reader.reads_object(named) if named else element["action_id"]
                yield label, kit.key(block, element), element

    def _field(self, label: str) -> tuple[Key, Json]:
        found = [(key, element) for shown, key, element in self._fields() if label in (shown, _bare(shown))]
        if not found:
            raise Refused(f"there is no field {label!r}; there are {self.labels}")
        return found[0]

    def _options(self, key: Key, element: Json, query: str) -> list[Json]:
        if element["type"].endswith("external_select"):
            groups = self._reader.workspace.search(self._reader.id, self.surface, *key, query)
            return kit.options({"option_groups": groups})
        return kit.options(element)

    def _raw(self, key: Key, element: Json, raw: Any) -> Any:
        name = views.FIELDS[element["type"]][0]
        if not name.startswith(("selected_option", "selected_user", "selected_conversation")):
            return str(raw)
        picked = [self._pick(key, element, str(one)) for one in ([raw] if isinstance(raw, str) else raw)]
        return picked if name.endswith("s") else picked[0]

    def _pick(self, key: Key, element: Json, text: str) -> str:
        if "users_select" in element["type"]:
            return self._reader.workspace.person(text).id
        if element["type"] == "conversations_select":
            return self._channel_called(element, text)
        offered = {
            _as_read(option["text"]["text"]): str(option["value"]) for option in self._options(key, element, text)
        }
        near = [shown for shown in offered if text in shown]
        if text not in offered and len(near) != 1:
            raise Refused(f"{text!r} is not one of the options {list(offered)}")
        return offered[text if text in offered else near[0]]

    def _channel_called(self, element: Json, name: str) -> str:
        workspace = self._reader.workspace
        offered = {each.name: each.id for each in views.conversations(element, workspace.channels(self._reader.id))}
        if name not in offered:
            raise Refused(f"{name!r} is not one of the conversations {[*offered]}")
        return offered[name]

    def _pressable(self) -> Iterator[tuple[str, Json, Json, str | None]]:
        for block, element in kit.elements(self.surface.blocks):
            if element["type"] == "button":
                yield _as_read(element["text"]["text"]), block, element, None
            elif element["type"] == "overflow":
                for option in element["options"]:
                    yield _as_read(option["text"]["text"]), block, element, option["value"]

    def _lines(self, surface: Surface, block: Json) -> Iterator[str]:
        if block["type"] in native.BLOCKS:
            yield from native.lines(block)
            return
        parts = [block.get("text"), block.get("label"), block.get("hint"), *block.get("fields", ())]
        if block["type"] == "context":
            parts += [part for part in block["elements"] if part["type"] != "image"]
        yield from (self._reader.reads_object(part) for part in parts if part)
        for _, element in kit.elements([block]):
            yield from self._element_lines(surface, kit.key(block, element), element)

    def _element_lines(self, surface: Surface, key: Key, element: Json) -> Iterator[str]:
        if element["type"] == "button":
            yield _as_read(element["text"]["text"])
        elif element["type"] in ("checkboxes", "radio_buttons"):
            shown = (option.get(part) for option in element["options"] for part in ("text", "description"))
            yield from (self._reader.reads_object(text) for text in shown if text)
        elif element["type"] in views.FIELDS:
            shown = _shown(surface.values[key])
            empty = self._reader.reads_object(element["placeholder"]) if "placeholder" in element else ""
            yield from filter(None, shown if isinstance(shown, list) else [shown or empty])


class Modal(Seen):
    """The modal on top."""

    @property
    def view(self) -> View:
        """Its newest state; Refused once it is closed."""
        surface = self.surface
        assert isinstance(surface, View)
        return surface

    @property
    def title(self) -> str:
        """What stands at its top."""
        return _as_read(self.view.title)

    @property
    def text(self) -> str:
        """Everything that can be read, the title and errors included."""
        view = self.view
        return "\n".join(filter(None, [self.title, self.plain(), *view.errors.values(), view.problem]))

    @property
    def errors(self) -> dict[str, str]:
        """Label -> the error at this field."""
        labels = {key[0]: label for label, key, _ in self._fields()}
        return {labels[block_id]: text for block_id, text in self.view.errors.items()}

    def submit(self) -> Modal | None:
        """Press the submit button; the modal that is open then (this one, if it was refused), or None."""
        return self._afterwards(self._reader.workspace.submit)

    def close(self) -> Modal | None:
        """Press Cancel; the modal that is open then, or None."""
        return self._afterwards(self._reader.workspace.close)

    def _afterwards(self, deed: Callable[[str], Any]) -> Modal | None:
        deed(self._reader.id)
        self._reader.waits()
        return self._reader.modal if self._reader.sees_modal else None


class Person:
    """Somebody at Slack, with one channel open."""

    def __init__(self, workspace: Workspace, person_id: str, channel_id: str) -> None:
        self.workspace = workspace
        self.id = person_id
        self.channel = channel_id
        self._looks_at = channel_id

    def types(self, text: str) -> Seen | None:
        """Type a command or a message; what then newly appeared in the channel, if anything did."""
        if text.startswith("/"):
            return self._does(self.channel, lambda: self.workspace.command(self.id, self.channel, text))
        return self._does(self.channel, lambda: self.workspace.say(self.id, self.channel, text))

    def writes(self, text: str, *, thread: Seen | None = None) -> Seen | None:
        """Write to the bot in the direct messages with it; what it then answered there, if anything.

        `thread` is the message to which it is a reply.
        """
        return self._says(self.workspace.dm(self.id).id, text, thread)

    def mentions(self, text: str, channel: str | None = None, thread: Seen | None = None) -> Seen | None:
        """Mention the bot in a channel (a name; else the one that is open); what it then answered there, if anything.

        Where the text has no mention, it begins with one. `thread` is the message to which it is a reply.
        """
        rooms = {room.name: room.id for room in self.workspace.channels(self.id)}
        name = f"@{self.workspace.team.bot_name}"
        mentioning = text if name in text else f"{name} {text}"
        return self._says(rooms[channel] if channel else self.channel, mentioning, thread)

    def _says(self, place: str, text: str, thread: Seen | None) -> Seen | None:
        parent = thread.surface if thread else None
        assert parent is None or isinstance(parent, Message)
        began = (parent.thread_ts or parent.ts) if parent else ""
        return self._does(place, lambda: self.workspace.say(self.id, place, text, thread_ts=began), of_others=True)

    def _does(self, place: str, deed: Callable[[], object], *, of_others: bool = False) -> Seen | None:
        self._looks_at = place
        known = {message.id for message in self.workspace.messages(self.id, place)}
        deed()
        self.waits()
        fresh = [message for message in self.workspace.messages(self.id, place) if message.id not in known]
        if of_others:
            fresh = [message for message in fresh if message.author != self.id]
        return Seen(self, fresh[-1]) if fresh else None

    def clicks(self, label: str, *, confirm: bool | None = None) -> None:
        """Press the button with this label: in the newest message that has it, else in the modal or Home.

        First where she typed or wrote last, then in the channel and in the direct messages.
        """
        home = self.workspace.home(self.id)
        modals = self.workspace.modals(self.id)[-1:]
        views_open = [Seen(self, view) for view in (*modals, home) if view]
        here = [Seen(self, message) for message in self.workspace.messages(self.id, self._looks_at)]
        everywhere = [*reversed(here), *reversed(self.messages), *reversed(self.dm), *views_open]
        for seen in everywhere:
            if label in [*seen.buttons, *map(_bare, seen.buttons)]:
                return seen.click(label, confirm=confirm)
        raise Refused(f"nowhere is a button {label!r}; there are {[seen.buttons for seen in everywhere]}")

    def uses(self, name: str, on: Seen | None = None) -> None:
        """Choose a shortcut by its name: from the lightning bolt's menu, or from that of a message."""
        for shortcut in self.workspace.shortcuts:
            if shortcut.name == name and shortcut.on_messages == (on is not None):
                message = on.surface if on else None
                assert message is None or isinstance(message, Message)
                self.workspace.shortcut(self.id, shortcut.callback_id, message)
                return self.waits()
        raise Refused(f"there is no shortcut {name!r} here; there are {self.workspace.shortcuts}")

    def opens_home(self) -> Seen:
        """Open the bot's Home tab; what the bot has published there."""
        self.workspace.opens_home(self.id)
        self.waits()
        return Seen(self, self._until(lambda: self.workspace.home(self.id), "no Home tab was published"))

    def opens_messages(self) -> None:
        """Open the bot's messages tab."""
        self.workspace.opens_home(self.id, "messages")
        self.waits()

    @property
    def home(self) -> Seen:
        """The Home tab, opened afresh."""
        return self.opens_home()

    @property
    def messages(self) -> list[Seen]:
        """What she sees in the channel, oldest first."""
        return [Seen(self, message) for message in self.workspace.messages(self.id, self.channel)]

    @property
    def dm(self) -> list[Seen]:
        """Her direct messages with the bot, oldest first."""
        return [Seen(self, message) for message in self.workspace.messages(self.id, self.workspace.dm(self.id).id)]

    @property
    def sees(self) -> list[str]:
        """The texts in the channel, newest last."""
        return [seen.plain() for seen in self.messages]

    @property
    def last(self) -> Seen:
        """The newest message in the channel."""
        return self.messages[-1]

    @property
    def modal(self) -> Modal:
        """The modal on top; waits up to 2 s for one to open."""
        return Modal(self, self._until(lambda: self._top(), "no modal is open"))

    @property
    def sees_modal(self) -> bool:
        """Whether a modal is open right now."""
        return self._top() is not None

    def reads(self, text: str) -> str:
        """Mrkdwn as this person sees it, in their zone and language."""
        who = self.workspace.person(self.id)
        now = self.workspace.clock.now()
        return mrkdwn.to_text(text, self.workspace.names(), who.zone, who.locale, now)

    def reads_object(self, text: Json) -> str:
        """A text object as this person sees it."""
        return self.reads(text["text"]) if text["type"] == "mrkdwn" else _as_read(text["text"])

    def waits(self) -> None:
        """Until the bot has nothing left to do."""
        self.workspace.wait_idle()

    def _top(self) -> View | None:
        return next(reversed(self.workspace.modals(self.id)), None)

    def _until(self, look: Callable[[], Found | None], otherwise: str, timeout: float = 2.0) -> Found:
        changed = threading.Event()
        self.workspace.listeners.append(changed.set)
        try:
            while True:
                changed.clear()
                found = look()
                if found is not None:
                    return found
                if not changed.wait(timeout):
                    raise Refused(otherwise)
        finally:
            self.workspace.listeners.remove(changed.set)


def _bare(label: str) -> str:
    """A label without its emoji."""
    return "".join(c for c in label if unicodedata.category(c) not in ("So", "Sk", "Mn", "Cf")).strip()


def _shown(value: Json) -> Any:
    chosen = value[views.FIELDS[value["type"]][0]]
    if isinstance(chosen, list):
        return [_option_text(one) for one in chosen]
    return _option_text(chosen)


def _option_text(chosen: Any) -> Any:
    return _as_read(chosen["text"]["text"]) if isinstance(chosen, dict) else chosen


def _as_read(text: str) -> str:
    """With emoji, and a plain space where one only keeps "2:00 h" or "§ 13b" on a line: nobody sees which it is."""
    return _UNBROKEN.sub(" ", mrkdwn.emojis(text))

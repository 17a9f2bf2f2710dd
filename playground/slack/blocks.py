"""Walking through Block Kit: which elements and texts a list of blocks holds, and the ids that Slack adds to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from playground.slack.state import Json, Key

PING = re.compile(r"<(?:(![a-z]+)|@([UW][A-Z0-9]+))(?:\|[^>]*)?>")


def elements(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element together with its block, in reading order."""
    for block in blocks:
        held = [block.get("accessory"), block.get("element")]
        if block["type"] == "actions":
            held += block["elements"]
        yield from ((block, element) for element in held if element and element["type"] != "image")


def key(block: Json, element: Json) -> Key:
    """How Slack addresses an element."""
    return block["block_id"], element["action_id"]


def find(blocks: Iterable[Json], wanted: Key) -> tuple[Json, Json] | None:
    """The block and the element with this (block_id, action_id)."""
    return next((pair for pair in elements(blocks) if key(*pair) == wanted), None)


def with_ids(blocks: Iterable[Json], new_id: Callable[[], str]) -> tuple[Json, ...]:
    """A copy in which each block has a block_id and each element an action_id, as Slack hands them back."""

    def named(element: Json) -> Json:
        return element if element["type"] == "image" else {"action_id": new_id(), **element}

    def numbered(block: Json) -> Json:
        block = {"block_id": new_id(), **block}
        for place in ("accessory", "element"):
            if place in block:
                block[place] = named(block[place])
        if block["type"] == "actions":
            block["elements"] = [named(element) for element in block["elements"]]
        return block

    return tuple(numbered(block) for block in blocks)


def texts(part: Any) -> Iterator[Json]:
    """Every text object inside, in reading order; not the dialogs that open only after a click."""
    if isinstance(part, dict):
        if part.get("type") in ("plain_text", "mrkdwn"):
            yield part
        else:
            for name, inner in part.items():
                if name != "confirm":
                    yield from texts(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from texts(inner)


def options(element: Json) -> list[Json]:
    """The options an element lists itself, groups included."""
    grouped = (option for group in element.get("option_groups", ()) for option in group["options"])
    return [*element.get("options", ()), *grouped]


def groups(element: Json) -> list[Json]:
    """The options an element lists itself in their groups; those without one are a group whose label is empty."""
    listed = {"label": {"type": "plain_text", "text": ""}, "options": element.get("options", [])}
    return [*([listed] if listed["options"] else []), *element.get("option_groups", [])]


def pings(text: str, blocks: Iterable[Json]) -> tuple[str, ...]:
    """Whom the text and all mrkdwn in the blocks would ping: "!channel", "U0001"; dates are no pings."""
    marked = [text, *(part["text"] for part in texts(list(blocks)) if part["type"] == "mrkdwn")]
    found = (match[1] or match[2] for part in marked for match in PING.finditer(part))
    return tuple(dict.fromkeys(found))

"""Block Kit's limits as one table, and what a message or view breaks of them.

Only what the bot needs is in the table: a block or element of another type is a problem like any other. A field name
that ends in "!" is required. Sources: the types of @slack/types and the Block Kit reference.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from playground.slack import native
from playground.slack.blocks import elements, options, texts
from playground.slack.checks import (
    Check,
    by_type,
    flag,
    matching,
    one_of,
    plain,
    several,
    shape,
    string,
    text,
    whole,
)
from playground.slack.state import Json

BLOCKS = {"message": 50, "modal": 100, "home": 100}
MESSAGE_TEXT = 40_000
UPDATE_TEXT = 4_000
MESSAGE_BLOCKS_TEXT = 13_200  # not documented; the wall that others have met
VIEW_BYTES = 250_000
STACK = 3


ID = string(255)
DATE = matching(r"\d{4}-\d\d-\d\d")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d")
NUMBER = matching(r"-?\d+(\.\d+)?")
CONFIRM = shape(
    {
        "title!": plain(100),
        "text!": text(300),
        "confirm!": plain(30),
        "deny!": plain(30),
        "style": one_of("primary", "danger"),
    }
)
OPTION_FIELDS = {"text!": plain(75), "value!": string(150), "description": plain(75)}
OPTION = shape(OPTION_FIELDS)
BOX = shape({"text!": text(75), "value!": string(150), "description": text(75)})
GROUP = shape({"label!": plain(75), "options!": several(OPTION, 100)})
DISPATCH = shape(
    {"trigger_actions_on!": several(one_of("on_enter_pressed", "on_character_entered"), 2)},
)

_COMMON: dict[str, Check] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
_TYPED: dict[str, Check] = {
    "action_id": ID,
    "placeholder": plain(150),
    "focus_on_load": flag,
    "dispatch_action_config": DISPATCH,
}
_MENU: dict[str, Check] = {**_COMMON, "placeholder": plain(150)}
_LISTED: dict[str, Check] = {"options": several(OPTION, 100), "option_groups": several(GROUP, 100)}
_SEARCHED: dict[str, Check] = {"min_query_length": whole(0, 3000)}
_ONE: dict[str, Check] = {"initial_option": OPTION}
_MANY: dict[str, Check] = {"initial_options": several(OPTION, 100), "max_selected_items": whole(1, 100)}

ELEMENTS: dict[str, dict[str, Check]] = {
    "button": {
        "text!": plain(75),
        "action_id": ID,
        "value": string(2000),
        "url": string(3000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    "overflow": {
        "action_id": ID,
        "confirm": CONFIRM,
        "options!": several(shape({**OPTION_FIELDS, "url": string(3000)}), 5),
    },
    "static_select": {**_MENU, **_LISTED, **_ONE},
    "external_select": {**_MENU, **_SEARCHED, **_ONE},
    "users_select": {**_MENU, "initial_user": ID},
    "conversations_select": {
        **_MENU,
        "initial_conversation": ID,
        "default_to_current_conversation": flag,
        "filter": shape(
            {
                "include": several(one_of("im", "mpim", "private", "public"), 4),
                "exclude_external_shared_channels": flag,
                "exclude_bot_users": flag,
            }
        ),
    },
    "multi_static_select": {**_MENU, **_LISTED, **_MANY},
    "multi_external_select": {**_MENU, **_SEARCHED, **_MANY},
    "multi_users_select": {
        **_MENU,
        "initial_users": several(ID, 100),
        "max_selected_items": whole(1, 100),
    },
    "checkboxes": {**_COMMON, "options!": several(BOX, 10), "initial_options": several(BOX, 10)},
    "radio_buttons": {**_COMMON, "options!": several(BOX, 10), "initial_option": BOX},
    "datepicker": {**_MENU, "initial_date": DATE},
    "timepicker": {**_MENU, "initial_time": TIME, "timezone": string(100)},
    "datetimepicker": {**_COMMON, "initial_date_time": whole(10**9, 10**10 - 1)},
    "plain_text_input": {
        **_TYPED,
        "multiline": flag,
        "initial_value": string(3000),
        "min_length": whole(0, 3000),
        "max_length": whole(1, 3000),
    },
    "number_input": {
        **_TYPED,
        "is_decimal_allowed!": flag,
        "initial_value": NUMBER,
        "min_value": NUMBER,
        "max_value": NUMBER,
    },
}
IMAGE: dict[str, Check] = {"image_url!": string(3000), "alt_text!": string(2000)}


def _elements(*names: str, extra: Mapping[str, Check] | None = None) -> Check:
    kinds = {name: shape({"type!": one_of(name), **ELEMENTS[name]}) for name in names}
    return by_type({**kinds, **(extra or {})})


_SELECTS = tuple(name for name in ELEMENTS if name.endswith("select"))
_PICKS = (*_SELECTS, "checkboxes", "radio_buttons", "datepicker", "timepicker")
_SMALL_IMAGE = shape({"type!": one_of("image"), **IMAGE})

BLOCK = by_type(
    {
        name: shape({"type!": one_of(name), "block_id": ID, **fields})
        for name, fields in {
            "section": {
                "text": text(3000),
                "fields": several(text(2000), 10),
                "accessory": _elements("button", "overflow", *_PICKS, extra={"image": _SMALL_IMAGE}),
                "expand": flag,
            },
            "actions": {"elements!": several(_elements("button", "overflow", "datetimepicker", *_PICKS), 25)},
            "context": {
                "elements!": several(
                    by_type({"image": _SMALL_IMAGE, "mrkdwn": text(3000), "plain_text": text(3000)}), 10
                )
            },
            "header": {"text!": plain(150)},
            "divider": {},
            "image": {**IMAGE, "title": plain(2000)},
            "input": {
                "label!": plain(2000),
                "element!": _elements("plain_text_input", "number_input", "datetimepicker", *_PICKS),
                "hint": plain(2000),
                "optional": flag,
                "dispatch_action": flag,
            },
            **native.BLOCKS,
        }.items()
    }
)

_VIEW: dict[str, Check] = {
    "blocks!": several(BLOCK, 100),
    "callback_id": ID,
    "private_metadata": string(3000, least=0),
    "external_id": ID,
}
VIEW = by_type(
    {
        "home": shape({"type!": one_of("home"), **_VIEW}),
        "modal": shape(
            {
                "type!": one_of("modal"),
                **_VIEW,
                "title!": plain(24),
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
                "submit_disabled": flag,
            }
        ),
    }
)


def check_blocks(blocks: Any, surface: str) -> list[str]:
    """What Slack would refuse in these blocks; `surface` is "message", "modal" or "home"."""
    if surface != "message" and native.found(blocks):
        return [f"blocks: {kind} is only for messages" for kind in native.found(blocks)]
    problems = list(several(BLOCK, BLOCKS[surface])(blocks, "blocks"))
    return problems or [*_whole_list(blocks, surface), *_each_element(blocks), *native.problems(blocks)]


def check_view(view: Any) -> list[str]:
    """What Slack would refuse in this view."""
    problems = list(VIEW(view, "view"))
    if problems:
        return problems
    problems = check_blocks(view["blocks"], view["type"])
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_input and "submit" not in view:
        problems.append("view: submit is missing although there are inputs")
    return problems


def view_bytes(view: Json) -> int:
    """The size that Slack limits to 250 kB."""
    return len(json.dumps(view, ensure_ascii=False).encode())


def check_options(answer: Any) -> list[str]:
    """What Slack would refuse in the answer to a search."""
    fields = {name: check for name, check in _LISTED.items() if isinstance(answer, dict) and answer.get(name)}
    if isinstance(answer, dict) and not fields and answer.keys() & _LISTED.keys():
        return []  # nothing found
    return list(shape(fields or {"options!": _LISTED["options"]})(answer, "answer"))


def _repeated(ids: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(ids).items() if times > 1]


def _whole_list(blocks: list[Json], surface: str) -> Iterator[str]:
    block_ids = [block["block_id"] for block in blocks if "block_id" in block]
    yield from (f"block_id {twice} is there twice" for twice in _repeated(block_ids))
    for block in blocks:
        action_ids = [element["action_id"] for _, element in elements([block]) if "action_id" in element]
        yield from (f"action_id {twice} is there twice in a block" for twice in _repeated(action_ids))
    if sum(bool(element.get("focus_on_load")) for _, element in elements(blocks)) > 1:
        yield "only one element may have focus_on_load"
    if surface == "message" and sum(len(part["text"]) for part in texts(blocks)) > MESSAGE_BLOCKS_TEXT:
        yield f"all blocks together must stay below {MESSAGE_BLOCKS_TEXT} characters"
    for at, block in enumerate(blocks):
        if block["type"] == "section" and not block.keys() & {"text", "fields"}:
            yield f"blocks[{at}]: a section needs text or fields"


def _each_element(blocks: Iterable[Json]) -> Iterator[str]:
    for _, element in elements(blocks):
        where = f"{element['type']} {element.get('action_id', '')}".strip()
        if element["type"] in ("static_select", "multi_static_select") and (
            ("options" in element) == ("option_groups" in element)
        ):
            yield f"{where}: needs either options or option_groups"
        yield from (f"{where}: {problem}" for problem in _initial(element))


def _initial(element: Json) -> Iterator[str]:
    listed = options(element)
    chosen = [element.get("initial_option"), *element.get("initial_options", ())]
    if listed and any(option not in listed for option in chosen if option):
        yield "an initial option is not exactly one of the options"
    values = [option["value"] for option in listed]
    if len(values) != len(set(values)):
        yield "two options have the same value"
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if least > most:
        yield "min_length is above max_length"
    if element["type"] == "plain_text_input" and len(element.get("initial_value", "")) > most:
        yield "initial_value is longer than max_length"

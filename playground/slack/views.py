"""Modals and Home tabs as Slack's client keeps them: what is filled in, what may be, what stops a submission.

Pure functions on the frozen values of `state.py`; a value object is the JSON in which Slack reports one element.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from playground.slack import blocks as kit
from playground.slack.state import Channel, Json, Key, Refused, View

FIELDS = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "checkboxes": ("selected_options", "initial_options"),
    "radio_buttons": ("selected_option", "initial_option"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
}
"""Element type -> the field of its value object and the field of the element that presets it."""

_FORMS = {
    "datepicker": r"\d{4}-\d\d-\d\d",
    "timepicker": r"([01]\d|2[0-3]):[0-5]\d",
    "datetimepicker": r"\d{10}",
}


def opened(view: Json, *, view_id: str, person: str, fresh: str, new_id: Callable[[], str]) -> View:
    """A view as it stands before anybody has touched it; `fresh` is its hash."""
    listed = kit.with_ids(view["blocks"], new_id)
    return View(
        id=view_id,
        type=view["type"],
        person=person,
        hash=fresh,
        blocks=listed,
        values=initial_values(listed, {}),
        root_id=view_id,
        **_plain_fields(view),
    )


def updated(view: View, payload: Json, *, fresh: str, new_id: Callable[[], str]) -> View:
    """The same view with new content; what was typed stays where block_id, action_id and type are the same."""
    listed = kit.with_ids(payload["blocks"], new_id)
    return replace(
        view,
        hash=fresh,
        blocks=listed,
        values=initial_values(listed, view.values),
        errors={},
        problem="",
        **_plain_fields(payload),
    )


def _plain_fields(payload: Json) -> Json:
    titles = {name: payload.get(name, {}).get("text", "") for name in ("title", "submit", "close")}
    texts = {name: payload.get(name, "") for name in ("callback_id", "private_metadata", "external_id")}
    flags = {name: payload.get(name, False) for name in ("notify_on_close", "clear_on_close")}
    return {**titles, **texts, **flags}


def initial_values(blocks: Iterable[Json], kept: Mapping[Key, Json]) -> dict[Key, Json]:
    """The value object of each element that has one: kept from before, else its initial value."""
    values = {}
    for block, element in kit.elements(blocks):
        if element["type"] in FIELDS:
            before = kept.get(kit.key(block, element))
            still = before is not None and before["type"] == element["type"] and _still_offered(element, before)
            values[kit.key(block, element)] = before if still and before else _initial(element)
    return values


def _initial(element: Json) -> Json:
    name, preset = FIELDS[element["type"]]
    nothing: list[Any] | None = [] if name.endswith("s") else None
    value = {"type": element["type"], name: element.get(preset, nothing)}
    return {**value, "timezone": element["timezone"]} if "timezone" in element else value


def _still_offered(element: Json, value: Json) -> bool:
    listed = kit.options(element)
    chosen = [value.get("selected_option"), *(value.get("selected_options") or ())]
    return not listed or all(option in listed for option in chosen if option)


def with_conversation(view: View, channel: Channel | None) -> View:
    """The view with the conversation chosen in which it is opened, where a menu of conversations asks for that."""
    chosen = {
        kit.key(block, element): view.values[kit.key(block, element)] | {"selected_conversation": channel.id}
        for block, element in kit.elements(view.blocks)
        if channel and element.get("default_to_current_conversation") and conversations(element, [channel])
    }
    return replace(view, values={**view.values, **chosen})


def conversations(element: Json, channels: Iterable[Channel]) -> list[Channel]:
    """Which of the channels that a person is in a menu of conversations offers."""
    chosen = element.get("filter", {})
    include = chosen.get("include", ["im", "public"])
    return [
        channel
        for channel in channels
        if ("im" if channel.dm_with else "public") in include
        and not (channel.dm_with and chosen.get("exclude_bot_users"))
        and not (channel.shared and chosen.get("exclude_external_shared_channels"))
    ]


def value_of(
    element: Json, raw: Any, offered: Iterable[Json], people: Collection[str], channels: Iterable[Channel] = ()
) -> Json:
    """The value object for what a person entered. Refused for anything their client could not enter.

    `raw` is text, an ISO date, "HH:mm", Unix seconds, an option's value, a person's or channel's id, a list of those,
    or None.
    """
    kind = element["type"]
    if kind not in FIELDS:
        raise Refused(f"{kind} cannot be filled in")
    name, preset = FIELDS[kind]
    choices = [*kit.options(element), *offered]
    choices += [element[preset]] if preset == "initial_option" and preset in element else []
    choices += element.get("initial_options", [])
    if name == "value":
        chosen: Any = raw or None
    elif name.endswith("s"):
        chosen = [_chosen(name, item, choices, people) for item in raw or ()]
        if len(chosen) > element.get("max_selected_items", 100):
            raise Refused(f"at most {element['max_selected_items']} may be selected")
    elif name == "selected_conversation":
        chosen = _conversation(raw, conversations(element, channels)) if raw is not None else None
    elif name in ("selected_option", "selected_user"):
        chosen = _chosen(name, raw, choices, people) if raw is not None else None
    else:
        chosen = _moment(kind, raw)
    return {**_initial(element), name: chosen}


def _chosen(name: str, raw: str, choices: Iterable[Json], people: Collection[str]) -> Any:
    if name.startswith("selected_user"):
        if raw not in people:
            raise Refused(f"there is no person {raw!r}")
        return raw
    found = next((option for option in choices if option["value"] == raw), None)
    if found is None:
        raise Refused(f"{raw!r} was never offered; there are {[option['value'] for option in choices]}")
    return {name: part for name, part in found.items() if name != "url"}


def _conversation(raw: str, channels: Iterable[Channel]) -> str:
    ids = [channel.id for channel in channels]
    if raw not in ids:
        raise Refused(f"there is no conversation {raw!r} here; there are {ids}")
    return raw


def _moment(kind: str, raw: Any) -> str | int | None:
    if raw in (None, ""):
        return None
    if not re.fullmatch(_FORMS[kind], str(raw)):
        raise Refused(f"{raw!r} cannot be picked in a {kind}")
    return int(raw) if kind == "datetimepicker" else str(raw)


def is_empty(value: Json) -> bool:
    """Nothing entered or selected."""
    return not value[FIELDS[value["type"]][0]]


def field_errors(view: View) -> dict[str, str]:
    """block_id -> why Slack's client does not submit this field; empty when all is well."""
    errors = {}
    for block in view.blocks:
        if block["type"] == "input":
            problem = _field_error(block, view.values[kit.key(block, block["element"])])
            if problem:
                errors[block["block_id"]] = problem
    return errors


def _field_error(block: Json, value: Json) -> str:
    element = block["element"]
    if is_empty(value):
        return "" if block.get("optional") else "Please complete this required field."
    if element["type"] == "number_input":
        return _number_error(element, value["value"])
    if element["type"] == "plain_text_input":
        length, least, most = len(value["value"]), element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= length <= most:
            return f"Please enter {least} to {most} characters; these are {length}."
    return ""


def _number_error(element: Json, text: str) -> str:
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return "Please enter a valid number."
    if "." in text and not element["is_decimal_allowed"]:
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and Decimal(text) < Decimal(least):
        return f"Please enter a number of at least {least}."
    if most is not None and Decimal(text) > Decimal(most):
        return f"Please enter a number of at most {most}."
    return ""


def wrong_errors(view: View, errors: Any) -> list[str]:
    """What is wrong with the `errors` of an answer to a submission: they belong to inputs, as short texts."""
    if not isinstance(errors, dict) or not errors:
        return ["errors: must map a block_id to a text"]
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    wrong = [f"errors: {block_id} is not an input of this view" for block_id in errors if block_id not in inputs]
    return wrong + [
        f"errors: the text at {block_id} is empty or no text"
        for block_id, text in errors.items()
        if not (isinstance(text, str) and text)
    ]

"""The few kinds of Block Kit we use.

What people wrote stands in plain_text everywhere, where Slack parses nothing: a customer called `<!channel> *GmbH*`
pings nobody and looks right. Only the fallback text of a message is mrkdwn to Slack, so that alone is escaped.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

Block = dict[str, Any]
Element = dict[str, Any]
Message = dict[str, Any]
View = dict[str, Any]

BUTTON_TEXT = 75
CONTEXT_TEXT = 2000
BUTTON_VALUE = 2000
OPTION_TEXT = 75
OPTION_VALUE = 150
SECTION_TEXT = 3000
VIEW_TITLE = 24
MOST_MESSAGE_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
DATA_TABLE = "data_table"
DATA_VISUALIZATION = "data_visualization"
_TORN = re.compile(r" (?:(?<=[0-9] )(?=h\b|[%€])|(?<=§ )(?=[0-9]))")
"""Spaces that would tear a figure off. It begins with what it looks for, which is three times as fast."""
_NO_BREAK = "\u00a0"


def escaped(text: str) -> str:
    """For places where Slack parses mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """What somebody wrote: Slack sends these three characters as entities."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def cut(text: str, most: int) -> str:
    """At most so many characters, with an ellipsis where something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def fitted(name: str, say: Callable[[str], str]) -> str:
    """What a button says of a name: of the name as much as leaves all else whole."""
    return say(cut(name, BUTTON_TEXT - len(say(""))))


def unbroken(text: str) -> str:
    """A figure stays on one line with its unit ("2:00 h", "0 %"), and so does "§ 13b": telephones break lines often.

    It is done here, where people read it, and not where texts are made: what Billomat gets keeps its plain spaces, so
    that a search there finds "§ 13b" as it is typed, and what is sent can be compared with what was.
    """
    return _TORN.sub(_NO_BREAK, text)


def plain(text: str, most: int = SECTION_TEXT) -> dict[str, Any]:
    """Text in which Slack parses nothing. Slack refuses empty text, so that becomes a space."""
    return {"type": "plain_text", "text": unbroken(cut(text, most)) or " ", "emoji": True}


def message(text: str, blocks: Sequence[Block] | None = None, *, replace: bool = False) -> Message:
    """An answer that only its reader sees; `text` is for notifications and screen readers."""
    answer: Message = {"response_type": "ephemeral", "text": escaped(cut(text, 1000))}
    answer["blocks"] = list(blocks) if blocks else [section(text)]
    return answer | {"replace_original": True} if replace else answer


def section(text: str, accessory: Element | None = None, *, block_id: str | None = None) -> Block:
    """A paragraph, with at most one element at its right."""
    block: Block = {"type": "section", "text": plain(text)}
    if accessory:
        block["accessory"] = accessory
    return _named(block, block_id)


def linked(paragraph: Block, text: str, url: str) -> Block:
    """A section with a link below it, which leaves its right side to a button; without an address as it is."""
    link = {"type": "mrkdwn", "text": f"<{url}|{escaped(text)}>"}
    return paragraph | {"fields": [link]} if url else paragraph


def mrkdwn(text: str) -> Block:
    """A paragraph of ours with links or `code`; whatever people wrote has to be escaped before."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION_TEXT)}}


def header(text: str) -> Block:
    """A headline."""
    return {"type": "header", "text": plain(text, 150)}


def context(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [plain(text, CONTEXT_TEXT)]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def actions(*elements: Element, block_id: str | None = None) -> Block:
    """A row of buttons or menus."""
    return _named({"type": "actions", "elements": list(elements)}, block_id)


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: str | None = None,
    confirm: dict[str, Any] | None = None,
    url: str | None = None,
    label: str = "",
) -> Element:
    """A button; `value` comes back when it is pressed. `label` is read aloud where several have the same text."""
    element: Element = {"type": "button", "text": plain(text, BUTTON_TEXT), "action_id": action_id}
    read = cut(label, BUTTON_TEXT)
    for name, given in (
        ("value", value),
        ("style", style),
        ("confirm", confirm),
        ("url", url),
        ("accessibility_label", read),
    ):
        if given:
            element[name] = given
    return element


def confirmation(title: str, text: str, confirm: str, deny: str) -> dict[str, Any]:
    """The question before something that cannot be taken back."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(confirm, 30),
        "deny": plain(deny, 30),
        "style": "danger",
    }


def option(text: str, value: str, *, below: str = "") -> dict[str, Any]:
    """One line of a menu, or a box to tick; `below` it stands in small print."""
    made: dict[str, Any] = {"text": plain(text, OPTION_TEXT), "value": value}
    return made | {"description": plain(below, OPTION_TEXT)} if below else made


def external_select(action_id: str, placeholder: str, *, initial: dict[str, Any] | None = None) -> Element:
    """A menu that is searched while typing; its first lines show before anything is typed."""
    element: Element = {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "min_query_length": 0,
    }
    return element | {"initial_option": initial} if initial else element


def time_picker(action_id: str, *, initial: str = "", timezone: str = "") -> Element:
    """Where a time of day (HH:MM) is picked; `timezone` is said beside it."""
    element: Element = {"type": "timepicker", "action_id": action_id}
    if initial:
        element["initial_time"] = initial
    if timezone:
        element["timezone"] = timezone
    return element


def date_picker(action_id: str, *, initial: date | None = None) -> Element:
    """A calendar to choose a day from."""
    picker: Element = {"type": "datepicker", "action_id": action_id}
    return picker | {"initial_date": initial.isoformat()} if initial else picker


def static_select(
    action_id: str, options: Sequence[dict[str, Any]], *, initial: dict[str, Any] | None = None, placeholder: str = ""
) -> Element:
    """A menu with a few fixed lines."""
    element: Element = {"type": "static_select", "action_id": action_id, "options": list(options)}
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return element | {"initial_option": initial} if initial else element


def channel_select(action_id: str, placeholder: str, *, initial: str = "") -> Element:
    """A menu of the channels that nobody outside reads, which begins with the one in which it is opened."""
    element: Element = {
        "type": "conversations_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "default_to_current_conversation": True,
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        },
    }
    return element | {"initial_conversation": initial} if initial else element


def multi_select(kind: str, action_id: str, placeholder: str, *, initial: Sequence[dict[str, Any]]) -> Element:
    """A menu of which several lines can be chosen; `kind` is multi_static_select or multi_external_select."""
    element: Element = {"type": kind, "action_id": action_id, "placeholder": plain(placeholder, 150)}
    return element | {"initial_options": list(initial)} if initial else element


def radio_buttons(
    action_id: str, options: Sequence[dict[str, Any]], *, initial: dict[str, Any] | None = None
) -> Element:
    """A few lines of which one is ticked."""
    element: Element = {"type": "radio_buttons", "action_id": action_id, "options": list(options)}
    return element | {"initial_option": initial} if initial else element


def overflow(action_id: str, options: Sequence[dict[str, Any]]) -> Element:
    """Three dots, behind which are two to five lines to choose from."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def text_input(
    action_id: str, *, initial: str = "", multiline: bool = False, most: int = 3000, placeholder: str = ""
) -> Element:
    """A field to write in."""
    element: Element = {"type": "plain_text_input", "action_id": action_id, "multiline": multiline, "max_length": most}
    if initial:
        element["initial_value"] = cut(initial, most)
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return element


def checkboxes(action_id: str, options: Sequence[dict[str, Any]], *, ticked: Sequence[dict[str, Any]]) -> Element:
    """Some boxes, of which any may be ticked."""
    element: Element = {"type": "checkboxes", "action_id": action_id, "options": list(options)}
    return element | {"initial_options": list(ticked)} if ticked else element


def checkbox(action_id: str, checked: dict[str, Any], *, on: bool) -> Element:
    """One box to tick."""
    return checkboxes(action_id, [checked], ticked=[checked] if on else ())


def field(
    label: str, element: Element, *, block_id: str, optional: bool = False, hint: str = "", dispatch: bool = False
) -> Block:
    """An input with its label; errors are shown at `block_id`."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block | {"dispatch_action": True} if dispatch else block


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str | None = None,
    close: str,
    metadata: str = "",
) -> View:
    """A window over Slack."""
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, VIEW_TITLE),
        "close": plain(close, VIEW_TITLE),
        "blocks": for_view(blocks)[:MOST_VIEW_BLOCKS],
        "private_metadata": metadata,
    }
    if submit:
        view["submit"] = plain(submit, VIEW_TITLE)
    return view


def for_view(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a modal or Home, which take no tables and charts of Slack's. Raises ValueError for one."""
    if refused := {block["type"] for block in blocks} & {DATA_TABLE, DATA_VISUALIZATION}:
        raise ValueError(f"only messages take {', '.join(sorted(refused))}")
    return list(blocks)


def message_modal(answer: Message, title: str, *, close: str) -> View:
    """What a message says, as a window."""
    return modal("said", title, answer["blocks"], close=close)


def _named(block: Block, block_id: str | None) -> Block:
    return block | {"block_id": block_id} if block_id else block

"""What a person is shown where something did not work out."""

from collections.abc import Mapping
from typing import Any

from bot.core.errors import People, UserError
from bot.core.texts import Reader
from bot.slack.blocks import (
    CONTEXT_TEXT,
    MOST_VIEW_BLOCKS,
    Block,
    Message,
    View,
    context,
    escaped,
    message,
    modal,
    mrkdwn,
    section,
)

_SAID = "notice"
_OF_OURS = ("type", "callback_id", "title", "close", "submit", "private_metadata")
"""What of a window is ours; Slack adds the rest."""


def notice(to: Reader, text: str, *, shown: Block | None = None) -> View:
    """One sentence, as a window; `shown` is the same with mentions of people."""
    return modal("notice", "Trackomat", [shown or section(text)], close=to.t("Close"))


def on_view(view: Mapping[str, Any], text: str, *, shown: Block | None = None) -> View:
    """A window as it is, with a sentence on top: where three lie on each other Slack opens no fourth for it.

    What was typed stays, because Slack keeps it by the names of the blocks.
    """
    blocks = [block for block in view["blocks"] if block["block_id"] != _SAID]
    said = (shown or section(f"⚠️ {text}")) | {"block_id": _SAID}
    kept: View = {name: view[name] for name in _OF_OURS if view.get(name)}
    return kept | {"blocks": [said, *blocks][:MOST_VIEW_BLOCKS]}


def with_mentions(to: Reader, error: UserError) -> Block | None:
    """The sentence as a paragraph in which Slack makes mentions of people; None where it names nobody."""
    values = error.values
    if not any(isinstance(each, People) for each in values.values()):
        return None
    parsed = {
        name: value.mentioned if isinstance(value, People) else escaped(str(value)) for name, value in values.items()
    }
    return mrkdwn(escaped(to.t(error.message)).format(**parsed))


def refused(to: Reader, why: str, typed: str, *, shown: Block | None = None) -> Message:
    """Nothing was done. What was typed stands below, to be copied, because Slack keeps it nowhere."""
    paragraph = shown or section(why)
    if len(typed.split(maxsplit=1)) < 2:
        return message(why, [paragraph])
    return message(why, [paragraph, *repeated(to, typed)["blocks"]])


def repeated(to: Reader, typed: str) -> Message:
    """What was typed."""
    again = to.t("You typed: {command}", command=f"/track {typed}")
    return message(again, [context(again) if len(again) <= CONTEXT_TEXT else section(again)])

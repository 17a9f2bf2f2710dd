"""What is said about channels that know their project."""

from collections.abc import Sequence

from bot.catalog.channels import ChannelAnswer
from bot.catalog.rules.names import Choice
from bot.catalog.views.pickers import choice_value
from bot.core.texts import Reader
from bot.slack.blocks import (
    BUTTON_TEXT,
    Block,
    Message,
    actions,
    button,
    context,
    cut,
    escaped,
    message,
    mrkdwn,
    section,
)
from storage.channels import LinkedChannel

UNLINK = "channel_unlink"
PICK = "channel_link"
"""A button for each reading; the action_ids end in their number, because they must differ."""
_MOST_BUTTONS = 5
_MOST_LINKS = 20


def linked(to: Reader, now: ChannelAnswer, *, replace: bool = False) -> Message:
    """What the channel knows, or the question what was meant."""
    if now.found is not None:
        return _asked(to, now)
    if now.link is None:
        text = to.t("This channel knows no project. /track link with the name of one changes that.")
        return message(text, replace=replace)
    text = to.t("🔗 This channel belongs to {what}: here /track start needs no name.", what=label(now.link))
    unlink = [actions(button(to.t("Unlink"), UNLINK, now.channel_id))] if now.may_change else []
    return message(text, [section(text), *unlink], replace=replace)


def unlinked(to: Reader) -> Message:
    """The channel knows nothing any more."""
    return message(to.t("This channel belongs to no project any more."), replace=True)


def label(link: LinkedChannel) -> str:
    """Customer › project."""
    return f"{link.customer} › {link.project}" if link.project else link.customer


def listed(to: Reader, links: Sequence[LinkedChannel]) -> list[Block]:
    """Linked channels with a button to unlink each, for the settings; Slack shows a channel's name to its members."""
    lines: list[Block] = [
        mrkdwn(f"<#{link.channel_id}> · {escaped(label(link))}")
        | {"accessory": button(to.t("Unlink"), UNLINK, link.channel_id), "block_id": f"channel:{link.channel_id}"}
        for link in links[:_MOST_LINKS]
    ]
    hidden = len(links) - _MOST_LINKS
    if hidden > 0:
        lines.append(context(to.n("… and {count} more channel", "… and {count} more channels", hidden)))
    return lines


def _asked(to: Reader, now: ChannelAnswer) -> Message:
    found, typed = now.found, cut(" ".join(now.typed), 200)
    choices: Sequence[Choice] = ()
    if found:
        choices = found.choices or tuple(reading.choice for reading in found.nearest)
    if not choices:
        return message(to.t("Nothing is called “{typed}”. /track new creates it.", typed=typed))
    text = to.t("Which project does this channel belong to?")
    distinct = {choice_value(Choice(choice.target)): choice.target for choice in choices}
    buttons = [
        button(cut(target.label, BUTTON_TEXT), f"{PICK}:{number}", value)
        for number, (value, target) in enumerate(list(distinct.items())[:_MOST_BUTTONS])
    ]
    return message(text, [section(text), actions(*buttons)])

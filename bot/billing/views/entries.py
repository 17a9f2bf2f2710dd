"""What is left out of an invoice by hand, and the buttons with which people leave out and take in."""

from collections.abc import Iterator

from bot.billing.collect import Preview
from bot.billing.rules.grouping import GroupKey
from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, button, cut, section

LEAVE_OUT = "invoice_leave_out"
"""Its value is a line, or a group of lines."""
TAKE_IN = "invoice_take_in"
TAKE_ALL_IN = "invoice_take_all_in"
LEAVE_TO = "invoice_leave_to"
"""Its value is another open draft, which has the same entries."""
_NAMED = 5
_LONGEST_NAME = 60


def leave_out_button(to: Reader, group: GroupKey, name: str) -> Element:
    """Leaves out what a line, or a group of lines, has now."""
    return button(to.t("Leave out"), LEAVE_OUT, group, label=to.t("Leave out {line}", line=name))


def leave_to_button(to: Reader, draft_id: int) -> Element:
    """Leaves out what another open draft has too."""
    return button(to.t("Leave out here"), LEAVE_TO, str(draft_id))


def by_hand_blocks(to: Reader, preview: Preview) -> Iterator[Block]:
    """What people left out, by line, and the way back; nothing where they left out nothing."""
    by_hand = preview.by_hand
    if not by_hand.count:
        return
    said = to.n(
        "Left out by hand: {count} entry, {time}. It stays open.",
        "Left out by hand: {count} entries, {time}. They stay open.",
        by_hand.count,
        time=to.duration(by_hand.seconds),
    )
    there = {each.line.key for each in preview.lines}
    lines = [f"• {cut(each.name, _LONGEST_NAME)}: {to.duration(each.line.seconds)}" for each in by_hand.lines[:_NAMED]]
    if (hidden := len(by_hand.lines) - _NAMED) > 0:
        lines.append(to.n("… and {count} more line.", "… and {count} more lines.", hidden))
    if any(each.line.key not in there for each in by_hand.lines):
        lines.append(to.t("New time of these lines comes on the invoice."))
    yield section("\n".join((said, *lines)), button(to.t("Take all in"), TAKE_ALL_IN))

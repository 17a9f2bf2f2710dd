"""What is left out of an invoice by hand, and the buttons with which people leave out, take in and see the entries."""

from collections.abc import Iterator

from bot.billing.preview import Preview
from bot.billing.rules.grouping import GroupKey, line_digest
from bot.billing.rules.lines import InvoiceLine, LeftByHand, LeftOut
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    actions,
    button,
    cut,
    option,
    section,
    static_select,
)
from bot.tracking.views.spent import counted

LEAVE_OUT = "invoice_leave_out"
"""Its value is a line, or a group of lines."""
TAKE_IN = "invoice_take_in"
TAKE_IN_LINE = "invoice_take_in_line"
"""Its value is the short name of a line, as `line_digest` makes it: menus take no long ones."""
TAKE_ALL_IN = "invoice_take_all_in"
LEAVE_TO = "invoice_leave_to"
TAKE_FROM = "invoice_take_from"
"""Its value is another open draft, which has the same entries."""
ENTRIES = "invoice_entries"
"""Shows the entries of a line, or of a group of lines, which is its value."""
LEFT_OUT = "invoice_left_out"
"""Shows all entries that were left out."""
_NAMED = 5
_MOST_OFFERED = 100
"""Of as many lines Slack's menus hold."""
_LONGEST_NAME = 60


def entries_button(to: Reader, group: GroupKey, name: str) -> Element:
    """Shows the entries of a line, or of a group of lines."""
    return button(to.t("Entries …"), ENTRIES, group, label=to.t("Entries of {line}", line=name))


def leave_out_button(to: Reader, group: GroupKey, name: str) -> Element:
    """Leaves out what a line, or a group of lines, has now."""
    return button(to.t("Leave out"), LEAVE_OUT, group, label=to.t("Leave out {line}", line=name))


def leave_to_button(to: Reader, draft_id: int) -> Element:
    """Leaves out what another open draft has too."""
    return button(to.t("Leave out here"), LEAVE_TO, str(draft_id))


def take_from_button(to: Reader, draft_id: int) -> Element:
    """Leaves out of another open draft what stands here too."""
    return button(to.t("Leave out there"), TAKE_FROM, str(draft_id))


def left_out(to: Reader, preview: Preview, by_hand: LeftByHand) -> Iterator[str]:
    """How much is missing of an invoice, or of one line of it."""
    if by_hand.count:
        yield to.t("Left out: {what}", what=_counted(to, preview, by_hand))


def left_out_said(to: Reader, left_out: LeftOut) -> list[str]:
    """How many entries are not billed now, and why."""
    said = []
    if left_out.running:
        said.append(to.n("{count} timer still runs", "{count} timers still run", left_out.running))
    if left_out.end_guessed:
        said.append(
            to.n("{count} guessed end is not confirmed", "{count} guessed ends are not confirmed", left_out.end_guessed)
        )
    if left_out.not_billable:
        said.append(to.n("{count} entry is not billable", "{count} entries are not billable", left_out.not_billable))
    if left_out.too_short:
        said.append(to.n("{count} entry is too short", "{count} entries are too short", left_out.too_short))
    return [to.t("Left out: {reasons}", reasons=", ".join(said))] if said else []


def _counted(to: Reader, preview: Preview, by_hand: LeftByHand) -> str:
    """How many entries with how much time, and how many expenses of how much money."""
    entries, time = len(by_hand.entry_ids), to.total(by_hand.seconds)
    said = [to.n("{count} entry, {time}", "{count} entries, {time}", entries, time=time)] if entries else []
    spent = [(each.line.expense.kind, each.line.amount_cents or 0) for each in by_hand.lines if each.line.expense]
    for kind, many in counted(to, (kind for kind, _ in spent)).items():
        said.append(f"{many}, {to.money(sum(cents for of, cents in spent if of is kind), preview.currency)}")
    return "; ".join(said)


def by_hand_blocks(to: Reader, preview: Preview) -> Iterator[Block]:
    """What people left out, by line, and the ways back; nothing where they left out nothing."""
    by_hand = preview.by_hand
    if not by_hand.count:
        return
    said = to.t("Left out by hand: {what}. Still open for another invoice.", what=_counted(to, preview, by_hand))
    there = {each.line.key for each in preview.lines}
    is_whole = any(each.line.key not in there and each.line.expense is None for each in by_hand.lines)
    later = to.t("What is new for these lines comes on the invoice.") if is_whole else ""
    one = "• " + _named(to, preview, by_hand.lines[0]) if len(by_hand.lines) == 1 else ""
    yield section("\n".join(filter(None, (said, one, later))), button(to.t("Take all in"), TAKE_ALL_IN))
    yield from () if one else _lines(to, preview)
    if any(each.line.entries for each in by_hand.lines):
        yield actions(button(to.t("Show what is left out …"), LEFT_OUT))


def _lines(to: Reader, preview: Preview) -> Iterator[Block]:
    """What was left out of each line with its way back: a button, and of many lines a menu.

    Fees and expenses come first then, for the window of what is left out has only entries.
    """
    lines = preview.by_hand.lines
    if len(lines) > _NAMED:
        lines = tuple(sorted(lines, key=lambda each: each.line.expense is None))
    for each in lines[:_NAMED]:
        take_in = button(to.t("Take in"), TAKE_IN, each.line.key, label=to.t("Take in {line}", line=each.name))
        yield section("• " + _named(to, preview, each), take_in)
    if hidden := lines[_NAMED:]:
        options = [option(_named(to, preview, each), line_digest(each.line.key)) for each in hidden[:_MOST_OFFERED]]
        menu = static_select(TAKE_IN_LINE, options, placeholder=to.t("Take in"))
        more = to.n("… and {count} more line.", "… and {count} more lines.", len(hidden))
        yield section(more, menu, block_id=f"left_out:{len(hidden)}")  # or Slack would keep what was chosen before


def _named(to: Reader, preview: Preview, item: InvoiceLine) -> str:
    """A line of which something was left out, with how much time that is, or how much money."""
    line = item.line
    amount = to.money(line.amount_cents or 0, preview.currency) if line.expense else to.total(line.seconds)
    return f"{cut(item.name, _LONGEST_NAME)}: {amount}"

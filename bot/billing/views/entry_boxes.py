"""The window with the entries of a line, or of a group of lines, each with a box to leave it out and take it in."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.billing.choices import Choosable, ChoosableEntry
from bot.billing.entry_times import seconds_beside_times, times
from bot.billing.preview import AFRESH, Looked
from bot.billing.rules.grouping import GroupKey
from bot.billing.views.changes import changes_meanwhile
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkboxes,
    context,
    header,
    modal,
    option,
    section,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import all_pages, pages_for

TICK = "invoice_entry"
"""The boxes of a few entries; each few have their number behind a colon."""
PAGE = "invoice_entries_page"
"""Shows another page of entries, which is its value; buttons have their direction behind a colon."""
ALL_OUT = "invoice_entries_out"
ALL_IN = "invoice_entries_in"
PER_BLOCK = 10
"""Slack allows so many boxes together."""
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the window with the entries keeps."""

    draft: RowId
    group: GroupKey
    page: int = 1
    only_left_out: bool = False
    looked: Looked = AFRESH
    """What the person saw of the invoice below."""


CHOOSING = Metadata(Choosing)


def entries_form(to: Reader, shown: Choosable, looked: Looked, *, page: int = 1, gone: int = 0) -> View:
    """A page of the entries, each with a box; `gone` of those that the person ticked are no longer there."""
    pages = pages_for(len(shown.entries), PER_PAGE)
    page = min(max(page, 1), pages)
    first = (page - 1) * PER_PAGE
    here = shown.entries[first : first + PER_PAGE]
    blocks = [
        *([section(_gone(to, gone))] if gone else ()),
        *changes_meanwhile(to, shown.preview),
        header(to.t("Left out by hand") if shown.only_left_out else shown.name),
        context(_counted(to, shown)),
        *_for_all(to, shown),
        *(_boxes(to, shown, here[n : n + PER_BLOCK], n // PER_BLOCK) for n in range(0, len(here), PER_BLOCK)),
        *_other_pages(to, shown, page, pages),
    ]
    kept = CHOOSING.pack(Choosing(shown.preview.draft_id, shown.group, page, shown.only_left_out, looked))
    return modal("invoice_entries", to.t("Entries"), blocks, close=to.t("Back to the invoice"), metadata=kept)


def _gone(to: Reader, gone: int) -> str:
    return to.n(
        "⚠️ {count} entry is no longer there to be chosen: it was changed, deleted or billed meanwhile.",
        "⚠️ {count} entries are no longer there to be chosen: they were changed, deleted or billed meanwhile.",
        gone,
    )


def _counted(to: Reader, shown: Choosable) -> str:
    """How much is on the invoice and how much is left out, and what a tick does."""
    if not shown.entries:
        return to.t("Nothing is left out.") if shown.only_left_out else to.t("There is nothing here any more.")
    said = [_sum(to, shown.entries, is_in=True), _sum(to, shown.entries, is_in=False)]
    if shown.only_left_out:
        said.append(to.t("Tick what is to come on this invoice."))
    else:
        said.append(
            to.t(
                "What is not ticked is left out of this invoice and stays open for another one. Time that is tracked "
                "later is ticked."
            )
        )
    return "\n".join(filter(None, said))


def _sum(to: Reader, entries: Sequence[ChoosableEntry], *, is_in: bool) -> str:
    those = [each.entry for each in entries if each.is_in is is_in]
    if not those:
        return ""
    time = to.total(sum(entry.seconds or 0 for entry in those))
    if is_in:
        return to.n(
            "On the invoice: {count} entry, {time}", "On the invoice: {count} entries, {time}", len(those), time=time
        )
    return to.n("Left out: {count} entry, {time}", "Left out: {count} entries, {time}", len(those), time=time)


def _for_all(to: Reader, shown: Choosable) -> list[Block]:
    """What is done with all of them, on whichever page."""
    buttons = []
    if any(each.is_in for each in shown.entries):
        buttons.append(button(to.t("Leave all out"), ALL_OUT))
    if any(not each.is_in for each in shown.entries):
        buttons.append(button(to.t("Take all in"), ALL_IN))
    return [actions(*buttons)] if buttons else []


def _boxes(to: Reader, shown: Choosable, entries: Sequence[ChoosableEntry], number: int) -> Block:
    """A few entries to tick. What is ticked is in the block_id, or Slack would keep the boxes as they were."""
    options = [_option(to, shown, each) for each in entries]
    ticked = [box for box, each in zip(options, entries, strict=True) if each.is_in]
    state = "".join("+" if each.is_in else "-" for each in entries)
    block_id = f"ticks:{entries[0].entry.entry_id}:{state}"
    return actions(checkboxes(f"{TICK}:{number}", options, ticked=ticked), block_id=block_id)


def _option(to: Reader, shown: Choosable, each: ChoosableEntry) -> Element:
    """Day, times, length and person; below it the note, and who left it out."""
    entry = each.entry
    said = (to.full_date(entry.day), times(to, entry), to.duration(seconds_beside_times(entry)), entry.person)
    below = (
        to.t("left out by {person}", person=each.left_out_by) if each.left_out_by else "",
        each.line if shown.only_left_out or each.line != shown.name else "",
        " ".join(entry.note.split()),
        to.t("with what of it is on another day") if entry.of_day else "",
    )
    return option(" · ".join(filter(None, said)), str(entry.entry_id), below=" · ".join(filter(None, below)))


def _other_pages(to: Reader, shown: Choosable, page: int, pages: int) -> list[Block]:
    def begins(number: int) -> str:
        there = shown.entries[(number - 1) * PER_PAGE : number * PER_PAGE]
        return to.days(there[0].entry.day, there[-1].entry.day)

    return all_pages(to, PAGE, page, pages, begins)

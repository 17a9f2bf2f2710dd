"""The window in which work is marked as billed elsewhere, or is open again, and what was done."""

from dataclasses import dataclass

from bot.billing.elsewhere import Extent, Markable, Marked, Subject
from bot.core.texts import Reader
from bot.slack.blocks import (
    Element,
    Message,
    View,
    actions,
    button,
    context,
    field,
    message,
    modal,
    section,
    text_input,
)
from bot.slack.metadata import Metadata
from bot.slack.untrusted import read_id, read_one_of, reading
from bot.tracking.rules.filters import Filter, dump_filter, read_filter
from bot.tracking.views.spent import counted
from storage.settlements import Item

OF_ITEM = "billed_elsewhere_item"
"""Opens the window for one entry or expense, which the value names with its kind."""
SAVED = "billed_elsewhere_saved"
UNDO = "billed_elsewhere_undo"
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Marking:
    """What the window keeps: what it is about, and what the person saw to fit."""

    about: str
    seen: str
    is_marked: bool


MARKING = Metadata(Marking)


def item_button(to: Reader, item: Item, *, is_marked: bool) -> Element:
    """For one entry or expense."""
    text = to.t("No longer billed elsewhere …") if is_marked else to.t("Billed elsewhere …")
    return button(text, f"{OF_ITEM}:{'open' if is_marked else 'mark'}", f"{item.kind}:{item.id}")


def packed(subject: Subject) -> str:
    """What it is about, as text."""
    return dump_filter(subject) if isinstance(subject, Filter) else f"{subject.kind}:{subject.id}"


@reading()
def read_subject(value: str) -> Subject:
    """What `packed` made. Raises UserError."""
    if value.startswith("{"):
        return read_filter(value)
    kind, _, row_id = value.partition(":")
    return Item("entry" if read_one_of(("entry", "expense"), kind) == "entry" else "expense", read_id(row_id))


def window(to: Reader, subject: Subject, found: Markable, *, changed: bool = False) -> View:
    """What is marked, with the reason for it; `changed`: something else fits than the person saw."""
    what = _what(to, found.extent)
    if found.is_marked:
        text = to.t("{what}: open again, so that it can be billed here.", what=what)
    else:
        text = to.t("{what}: billed elsewhere, so it is not open here any more, and on no invoice.", what=what)
    warning = [section("⚠️ " + to.t("This is something else than you saw. Please look again."))] if changed else []
    reason = field(
        to.t("Reason"),
        text_input("reason", most=_LONGEST_REASON, placeholder=to.t("Invoice 4711 of the old system")),
        block_id="reason",
    )
    small = context(to.t("Who did it, when and why stands in the history of each. It can be taken back."))
    kept = MARKING.pack(Marking(packed(subject), found.seen, found.is_marked))
    blocks = [*warning, section(text), reason, small]
    return modal(SAVED, to.t("Billed elsewhere"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def done(to: Reader, marked: Marked) -> View:
    """What was done, and the way back."""
    undo = actions(button(to.t("Undo"), UNDO, str(marked.change_id)))
    return modal("billed_elsewhere", to.t("Billed elsewhere"), [section(_done(to, marked)), undo], close=to.t("Close"))


def undone(to: Reader, marked: Marked) -> Message:
    """The same as the answer to /track undo."""
    return message(_done(to, marked))


def _done(to: Reader, marked: Marked) -> str:
    what = _what(to, marked.extent)
    if marked.is_marked:
        return to.t("✅ {what}: billed elsewhere.", what=what)
    return to.t("✅ {what}: open again.", what=what)


def _what(to: Reader, extent: Extent) -> str:
    """3 entries, 4:30 h, 1 expense and 1 retainer."""
    time = to.n("{count} entry", "{count} entries", extent.entries)
    worked = f"{time}, {to.total(extent.seconds)}" if extent.seconds else time
    return to.listed([*([worked] if extent.entries else []), *counted(to, extent.spent).values()])

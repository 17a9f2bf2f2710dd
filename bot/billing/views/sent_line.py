"""The window of one line of a sent draft: its entries in pages, of which people pick, and what becomes of those."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.billing.rules.picked import NONE_PICKED, PER_PAGE, Picked
from bot.billing.rules.settling import Outcome
from bot.billing.settling import InvoiceSent, LineSent, added_digest
from bot.billing.views.sent_lines import added_said, as_sent, there_now
from bot.core.errors import UserError
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    context,
    field,
    modal,
    multi_select,
    option,
    radio_buttons,
    section,
    text_input,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import all_pages, pages_for
from bot.slack.request import Request
from bot.slack.untrusted import read_one_of
from bot.tracking.parts import beside_times
from storage.settlements import Item, ItemOnLine

Shown = TypeVar("Shown")

SETTLED = "sent_line_settled"
PICK = "sent_line_pick"
PICK_ALL = "sent_line_pick_all"
PICK_NONE = "sent_line_pick_none"
TURN = "sent_line_page"
APART = "sent_line_apart"
MOST_KEPT = 3_000
"""Characters of what a window keeps."""


@dataclass(frozen=True, slots=True)
class OfLine:
    """What the window of one line keeps."""

    draft: RowId
    line: RowId
    page: int = 1
    """Of the lines below."""
    there: int = 0
    """Tells whether the same entries stand on it as when it was shown."""
    shown: int = 1
    """The page of its entries."""
    times: int = 0
    """How often what is picked was set anew: Slack keeps what a menu of the same name has."""
    picked: Picked = NONE_PICKED


OF_LINE = Metadata(OfLine)


def opened(found: InvoiceSent, line: LineSent, page: int) -> OfLine:
    """The window at its beginning: of a line that was removed all is picked."""
    is_all = line.hours_there is None
    return OfLine(found.draft_id, line.line.id, page, there=_mark(line), picked=Picked(is_all))


def turned(kept: OfLine, line: LineSent, shown: int) -> OfLine:
    """The window at another page of its entries."""
    return replace(kept, shown=min(max(shown, 1), pages_of(line)), times=kept.times + 1)


def picked_anew(kept: OfLine, *, is_all: bool) -> OfLine:
    """The window with all of the line picked, on whichever page, or with none."""
    return replace(kept, times=kept.times + 1, picked=Picked(is_all))


def read_picked(request: Request, kept: OfLine, line: LineSent) -> OfLine:
    """With what was picked on the page that is shown. Raises UserError."""
    if kept.there != _mark(line):
        raise UserError("What stands on this line changed meanwhile. Please close this and open it again.")
    chosen = {*request.entered_choices("items")}
    positions = {position for position, each in enumerate(line.items) if _value(each) in chosen}
    now = replace(kept, picked=kept.picked.on_page(kept.shown, positions, line.usual))
    if len(OF_LINE.pack(now)) > MOST_KEPT:
        raise UserError("More cannot be picked one by one. Save what you picked so far first.", field="items")
    return now


def items_of(kept: OfLine, line: LineSent) -> list[Item]:
    """All that is picked, on whichever page."""
    return [each.item for each in _picked(kept, line)]


def read_outcome(request: Request) -> Outcome:
    """What becomes of the entries. Raises UserError."""
    return Outcome(read_one_of([*Outcome], request.entered_choice("outcome") or ""))


def pages_of(line: LineSent) -> int:
    """How many pages its entries take."""
    return pages_for(len(line.items), PER_PAGE)


def line_window(to: Reader, found: InvoiceSent, line: LineSent, kept: OfLine) -> View:
    """A page of what stands on one line, to be decided."""
    outcomes = [_outcome(to, each) for each in line.outcomes]
    ways = radio_buttons("outcome", outcomes, initial=outcomes[0])
    blocks = [
        section("\n".join((as_sent(to, line.line, found.currency), *there_now(to, line, found.currency)))),
        *_told_apart(to, line, found.currency),
        # Above the menu, which is as long as what is picked.
        field(to.t("What becomes of the entries"), ways, block_id="outcome"),
        field(to.t("Reason"), text_input("reason", most=200), block_id="reason", optional=True),
        *_all_of_them(to, line, kept),
        _menu(to, line, kept),
        *all_pages(to, TURN, kept.shown, pages_of(line), lambda number: _days(to, line, number)),
    ]
    return modal(SETTLED, to.t("Line"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=OF_LINE.pack(kept))


def _outcome(to: Reader, outcome: Outcome) -> Element:
    """What can become of entries, and what that means."""
    name, below = {
        Outcome.FREE: (to.t("Free again"), to.t("It can be billed with another invoice.")),
        Outcome.WRITTEN_OFF: (to.t("Write off"), to.t("It is billed to nobody, and is not open.")),
        Outcome.BILLED: (to.t("Billed by this invoice"), to.t("It is not written off any more.")),
    }[outcome]
    return option(name, outcome.value, below=below)


def _told_apart(to: Reader, line: LineSent, currency: str) -> Iterator[Block]:
    """What was added there and may be a part of the line: a person says whether it is. Until then it counts as one."""
    for each in line.doubtful:
        added = added_said(to, each, currency)
        text = to.t(
            "{line} stands there with just the hours that are missing. It counts as a part of this line, so they are "
            "not freed.",
            line=added,
        )
        if len(line.doubtful) > 1:
            text = to.t(
                "{line} is one of the lines there that have just the missing hours together. It counts as a part of "
                "this line, so they are not freed.",
                line=added,
            )
        yield section(text, button(to.t("It is something else"), f"{APART}:apart", added_digest(each)))
    for each in line.apart:
        text = to.t("{line} stands there too, and is something else.", line=added_said(to, each, currency))
        yield section(text, button(to.t("It is a part of this"), f"{APART}:part", added_digest(each)))


def _all_of_them(to: Reader, line: LineSent, kept: OfLine) -> list[Block]:
    """How much is picked on all pages together, and the ways to pick all or none; nothing where there is only one."""
    if len(line.items) < 2:
        return []
    picked = _picked(kept, line)
    usual = [each for each, is_usual in zip(line.items, line.usual, strict=True) if is_usual]
    buttons = []
    if usual and picked != usual:
        buttons.append(button(to.t("Pick all: {what}", what=_sum(to, usual)), PICK_ALL))
    if picked:
        buttons.append(button(to.t("Pick none"), PICK_NONE))
    said = to.t("Picked: {what}", what=_sum(to, picked) if picked else to.t("nothing yet"))
    return [context(said), *([actions(*buttons)] if buttons else [])]  # of what is all free there is nothing to pick


def _menu(to: Reader, line: LineSent, kept: OfLine) -> Block:
    here = _on_page(line.items, kept.shown)
    options = [option(_named(to, each), _value(each)) for each in here]
    held = _on_page(_held(kept, line), kept.shown)
    ticked = [box for box, is_held in zip(options, held, strict=True) if is_held]
    menu = multi_select("multi_static_select", PICK, "", initial=ticked) | {"options": options}
    block_id = f"items:{kept.times}"
    # Of several pages not each needs a choice; that nothing at all was picked is said where it is saved.
    is_one_of_many = pages_of(line) > 1
    return field(to.t("Entries"), menu, block_id=block_id, optional=is_one_of_many, dispatch=len(line.items) > 1)


def _held(kept: OfLine, line: LineSent) -> list[bool]:
    return kept.picked.among(line.usual)


def _picked(kept: OfLine, line: LineSent) -> list[ItemOnLine]:
    return [each for each, is_held in zip(line.items, _held(kept, line), strict=True) if is_held]


def _on_page(of: Sequence[Shown], page: int) -> Sequence[Shown]:
    return of[(page - 1) * PER_PAGE : page * PER_PAGE]


def _sum(to: Reader, those: Sequence[ItemOnLine]) -> str:
    seconds = sum(each.seconds for each in those)
    if not seconds:  # an expense has no length
        return to.n("{count} entry", "{count} entries", len(those))
    return to.n("{count} entry, {time}", "{count} entries, {time}", len(those), time=to.total(seconds))


def _days(to: Reader, line: LineSent, page: int) -> str:
    here = _on_page(line.items, page)
    return to.days(here[0].day, here[-1].day)


def _named(to: Reader, each: ItemOnLine) -> str:
    outcomes = {Outcome.WRITTEN_OFF: to.t("written off"), Outcome.FREE: to.t("free again"), Outcome.BILLED: ""}
    times = ""
    if each.timed and each.started_at and each.ended_at:
        zone = ZoneInfo(each.zone)
        times = f"{each.started_at.astimezone(zone):%H:%M}–{each.ended_at.astimezone(zone):%H:%M}"
    length = to.duration(_seconds(each)) if each.kind == "entry" else ""
    parts = (to.full_date(each.day), times, length, outcomes[each.outcome], each.person, " ".join(each.note.split()))
    return " · ".join(filter(None, parts))


def _seconds(each: ItemOnLine) -> int:
    """As they stand beside its times; of an entry that is on two lines, those of this one."""
    is_whole = each.started_at and each.ended_at and each.ended_at - each.started_at == timedelta(seconds=each.seconds)
    return beside_times(each.started_at, each.ended_at, each.seconds, timed=each.timed and bool(is_whole))


def _value(each: ItemOnLine) -> str:
    return f"{each.kind}:{each.id}"


def _mark(line: LineSent) -> int:
    """Of what stands on the line, in its order, and what was decided of it."""
    return crc32(" ".join(f"{_value(each)}:{each.outcome}" for each in line.items).encode())

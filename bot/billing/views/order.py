"""The lines of an invoice in their order, each with what moves it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from bot.billing.arranging import can_be_kept
from bot.billing.preview import Preview
from bot.billing.rules.grouping import line_digest
from bot.billing.rules.layout import Whose
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.order import Step
from bot.billing.rules.outline import TOP, Place
from bot.billing.views.changes import changes_meanwhile
from bot.billing.views.keeping import way_back
from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, View, actions, button, context, cut, modal, section
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import pages_for, turning
from bot.slack.untrusted import reading

ORDER = "invoice_order"
MOVE = "invoice_order_move"
"""Moves a line; behind a colon stands where to. Older windows have menus without it, and the same values."""
KEEP = "invoice_order_keep"
AS_USUAL = "invoice_order_as_usual"
TURN = "invoice_order_turn"
"""Turns to another page."""
PAGE = 20
"""Lines on a page: each takes two of the 100 blocks of a window."""
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Ordering:
    """What the form keeps: the draft, and which page of its lines it shows."""

    draft: RowId
    page: int = 0
    place: Place = TOP
    """Which lines of the invoice below are in sight."""


ORDERING = Metadata(Ordering)


def order_form(to: Reader, preview: Preview, place: Place, page: int = 0) -> View:
    """A page of the lines."""
    pages = pages_for(len(preview.lines), PAGE)
    page = min(max(page, 0), pages - 1)
    first = page * PAGE
    in_sight = enumerate(preview.lines[first : first + PAGE], first + 1)
    turns = turning(to, TURN, page, is_first=page == 0, is_last=page + 1 == pages)
    blocks = [
        *changes_meanwhile(to, preview),
        context(_standing(to, preview)),
        *chain.from_iterable(_line(to, preview, each, item) for each, item in in_sight),
        *([actions(*turns)] if turns else ()),
        *([actions(*back)] if (back := list(_ways(to, preview))) else ()),
    ]
    kept = ORDERING.pack(Ordering(preview.draft_id, page, place))
    return modal(ORDER, to.t("Order of the lines"), blocks, close=to.t("Back to the invoice"), metadata=kept)


def _line(to: Reader, preview: Preview, number: int, item: InvoiceLine) -> Iterator[Block]:
    """A line, and below it what moves it."""
    line, count = item.line, len(preview.lines)
    amount = "" if line.amount_cents is None else to.money(line.amount_cents, preview.currency)
    yield section(f"{number}. {cut(item.title, _LONGEST_TITLE)}\n{amount}".strip())
    name = line_digest(line.key)
    steps = [
        button(text, f"{MOVE}:{step}", f"{name}/{step}", label=label)
        for step, text, label in _steps(to, item.title, number, count)
    ]
    if steps:
        yield actions(*steps, block_id=f"line:{name}:{number}")


def _steps(to: Reader, title: str, number: int, count: int) -> Iterator[tuple[Step, str, str]]:
    """Where a line can go, on a button and read aloud: by one, and farther where that is another place."""
    if number > 1:
        yield Step.UP, to.t("Up"), to.t("Move {what} up", what=title)
    if number < count:
        yield Step.DOWN, to.t("Down"), to.t("Move {what} down", what=title)
    if number > 2:
        yield Step.TOP, to.t("Top"), to.t("Move {what} to the top", what=title)
    if number < count - 1:
        yield Step.BOTTOM, to.t("Bottom"), to.t("Move {what} to the bottom", what=title)


def _ways(to: Reader, preview: Preview) -> Iterator[Element]:
    if can_be_kept(preview):
        yield button(to.t("Keep for {customer}", customer=preview.customer), KEEP)
    if preview.arranged is not Whose.NOBODY:
        yield button(to.t("Order as usual"), AS_USUAL, way_back(preview.draft_id, preview.arranged))


def order_actions(to: Reader, preview: Preview) -> list[Element]:
    """What opens the form from the invoice; nothing where there is nothing to put in order."""
    if len(preview.lines) < 2:
        return []
    return [button(to.t("Order of the lines …"), ORDER, str(preview.draft_id))]


def order_said(to: Reader, preview: Preview) -> list[str]:
    """In the invoice: who put its lines in another order."""
    return [] if preview.arranged is Whose.NOBODY else [_standing(to, preview)]


def _standing(to: Reader, preview: Preview) -> str:
    match preview.arranged:
        case Whose.DRAFT:
            return to.t("The lines stand in an order that was chosen for this invoice.")
        case Whose.CUSTOMER:
            return to.t("The lines stand in the order that is kept for {customer}.", customer=preview.customer)
        case _:
            return to.t("The lines stand in the order of what makes them: in time, and names by alphabet.")


@reading()
def read_move(value: str) -> tuple[str, Step]:
    """The line, by its short name, and where it goes. Raises UserError."""
    line, step = value.split("/")
    return line, Step(step)

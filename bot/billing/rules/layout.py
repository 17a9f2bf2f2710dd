"""How an invoice is laid out: which entries make a line, and what the texts say of them."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from bot.billing.rules.grouping import Grouping, Shared


@dataclass(frozen=True, slots=True)
class Layout:
    """What entries share that stand on one line, the most important first, and what the description says of each.

    Sharing nothing is one line for all.
    """

    by: tuple[Shared, ...] = (Shared.PROJECT, Shared.SERVICE)
    dates: bool = True
    times: bool = False
    """From when to when, of work whose times are known."""
    notes: bool = True
    initials: bool = False
    """Of whoever worked; people are then nowhere named in full."""
    title: str = ""
    """A template for the titles; empty: what the entries share."""
    description: str = ""
    """A template for the descriptions; empty: the days and notes, as chosen above."""
    as_total: bool = False
    """What mixes articles is one line of 1 × its total; else a line for each article."""

    def grouping(self, week_start: int) -> Grouping:
        """The grouping of its lines, in weeks that begin on this day."""
        return Grouping(self.by, week_start, self.as_total)


USUAL_LAYOUT = Layout()
_LAYOUT: TypeAdapter[Layout] = TypeAdapter(Layout)


class Whose(StrEnum):
    """Who chose the layout of a draft; the first of these that did decides."""

    DRAFT = "draft"
    CUSTOMER = "customer"
    WORKSPACE = "workspace"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ChosenLayout:
    """A layout, and for whom it was chosen."""

    layout: Layout
    whose: Whose


def dump_layout(layout: Layout) -> str:
    """A layout as the database keeps it."""
    return _LAYOUT.dump_json(layout, exclude_defaults=True).decode()


def read_layout(value: str) -> Layout:
    """What `dump_layout` made. Raises ValueError."""
    layout = _LAYOUT.validate_json(value)
    if len(set(layout.by)) < len(layout.by):
        raise ValueError(value)
    return layout


def rounded_by(customer: str, workspace: str) -> Whose:
    """For whom the rounding was chosen that holds for a customer; empty texts are none."""
    if customer:
        return Whose.CUSTOMER
    return Whose.WORKSPACE if workspace else Whose.NOBODY


def chosen_layout(draft: str, customer: str, workspace: str) -> ChosenLayout:
    """The layout that is kept for the draft, else for its customer, else for all; empty texts are none."""
    for whose, kept in ((Whose.DRAFT, draft), (Whose.CUSTOMER, customer), (Whose.WORKSPACE, workspace)):
        if kept:
            return ChosenLayout(read_layout(kept), whose)
    return ChosenLayout(USUAL_LAYOUT, Whose.NOBODY)

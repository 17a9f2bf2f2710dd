"""How an invoice is laid out: which entries make a line, and what the texts say of them."""

from dataclasses import dataclass

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

    def grouping(self, week_start: int) -> Grouping:
        """The grouping of its lines, in weeks that begin on this day."""
        return Grouping(self.by, week_start)


USUAL_LAYOUT = Layout()
_LAYOUT: TypeAdapter[Layout] = TypeAdapter(Layout)


def dump_layout(layout: Layout) -> str:
    """A layout as the database keeps it."""
    return _LAYOUT.dump_json(layout, exclude_defaults=True).decode()


def read_layout(value: str) -> Layout:
    """What `dump_layout` made. Raises ValueError."""
    layout = _LAYOUT.validate_json(value)
    if len(set(layout.by)) < len(layout.by):
        raise ValueError(value)
    return layout

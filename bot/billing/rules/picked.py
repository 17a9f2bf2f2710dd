"""Which of many things somebody picked, kept small enough to travel with a window that shows them in pages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

PER_PAGE = 100
"""A menu of Slack's offers so many."""


@dataclass(frozen=True, slots=True)
class Picked:
    """All of what is usually picked, or none, but for single ones.

    `unlike` has a number for each page on which somebody picked otherwise, counted from 1, with a bit for each thing.
    Which things are usually picked, and in which order they stand, is known to whoever asks.
    """

    is_all: bool = False
    unlike: Mapping[int, int] = field(default_factory=dict)

    def among(self, usual: Sequence[bool]) -> list[bool]:
        """Of each thing whether it is picked; `usual` says whether it is where all are."""
        return [(self.is_all and each) != self._is_unlike(position) for position, each in enumerate(usual)]

    def _is_unlike(self, position: int) -> bool:
        page, place = divmod(position, PER_PAGE)
        return bool(self.unlike.get(page + 1, 0) >> place & 1)

    def on_page(self, page: int, positions: Collection[int], usual: Sequence[bool]) -> "Picked":
        """The same with exactly these picked of what stands on a page."""
        first = (page - 1) * PER_PAGE
        here = enumerate(usual[first : first + PER_PAGE])
        bits = sum(1 << place for place, each in here if (self.is_all and each) != (first + place in positions))
        others = {number: held for number, held in self.unlike.items() if number != page}
        return Picked(self.is_all, others | {page: bits} if bits else others)


NONE_PICKED = Picked()

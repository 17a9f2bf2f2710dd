"""How the lines of a sent draft stand in Billomat, beside what was sent. Decides, and does nothing."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class SentLine(NamedTuple):
    """A line as it was approved and sent."""

    id: int
    title: str
    description: str
    hours: int
    """The quantity in hundredths."""
    unit_price: int
    """In ten-thousandths."""


class LineThere(NamedTuple):
    """A line as Billomat has it; figures as of a `SentLine`, which may have more decimals there."""

    title: str
    description: str
    hours: int
    unit_price: int


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line that is not as it was sent: changed, removed (`there` is None), or added there (`sent` is None)."""

    sent: SentLine | None
    there: LineThere | None

    @property
    def is_of_words(self) -> bool:
        """Whether quantity and price are as they were sent."""
        return _figures(self.sent) == _figures(self.there)


_Line = SentLine | LineThere
_Mark = Callable[[_Line], Hashable]


def line_differences(sent: Sequence[SentLine], there: Sequence[LineThere]) -> list[LineDifference]:
    """What is different, in the order of the lines that were sent; what was added there comes last.

    A line that somebody moved is the same. One whose title is another now is told from a removed one by its text, else
    by its figures. Billomat may write other spaces and ends of lines than it was sent.
    """
    left, others = list(sent), list(there)
    pairs = dict[int, LineThere]()
    marks: tuple[_Mark, ...] = (
        lambda line: (_words(line), _figures(line)),
        _words,
        lambda line: (_plain(line.title), _figures(line)),
        lambda line: _plain(line.title),
        lambda line: (_plain(line.description), _figures(line)),
    )
    for mark in marks:
        for line in list(left):
            found = next((other for other in others if mark(other) == mark(line)), None)
            if found is not None:
                pairs[line.id] = found
                left.remove(line)
                others.remove(found)
    paired = [LineDifference(line, pairs.get(line.id)) for line in sent]
    return [each for each in paired if not _is_same(each)] + [LineDifference(None, other) for other in others]


def _is_same(each: LineDifference) -> bool:
    sent, there = each.sent, each.there
    return sent is not None and there is not None and _words(sent) == _words(there) and each.is_of_words


def _figures(line: _Line | None) -> tuple[int, int] | None:
    return (line.hours, line.unit_price) if line else None


def _words(line: _Line) -> tuple[str, str]:
    return _plain(line.title), _plain(line.description)


def _plain(text: str) -> str:
    return " ".join(text.split())

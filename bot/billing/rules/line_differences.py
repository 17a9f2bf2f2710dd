"""How the lines of a sent draft stand in Billomat, beside what was sent. Decides, and does nothing."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import NamedTuple

from bot.billing.rules.reductions import NO_REDUCTION, Reduction
from bot.core.money import hundredths, ten_thousandths

_MOST_PARTS = 4
_MOST_TRIED = 20
"""Lines of one price that were added there: of more it is not tried which of them are parts of another."""
_MOST = 1_000_000_000
"""What is more is no amount and no percentage."""
_NEAR = 100
"""Ten-thousandths of a percent: Billomat may keep two decimals of a percentage."""


class SentLine(NamedTuple):
    """A line as it was approved and sent."""

    id: int
    title: str
    description: str
    hours: int
    """The quantity in hundredths."""
    unit_price: int
    """In ten-thousandths."""
    off: Reduction = NO_REDUCTION
    vat_rate: int | None = None
    """In hundredths of a percent; None: Billomat decides."""


class LineThere(NamedTuple):
    """A line as Billomat has it; figures as of a `SentLine`, which may have more decimals there."""

    title: str
    description: str
    hours: int
    unit_price: int
    off: Reduction | None = None
    vat_rate: int | None = None
    """None, as of what is taken off: Billomat does not say it."""


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line that is not as it was sent: changed, removed (`there` is None), or added there (`sent` is None)."""

    sent: SentLine | None
    there: LineThere | None
    parts: tuple[LineThere, ...] = ()
    """Further lines there that are what was sent together with `there`: somebody split it."""

    @property
    def doubtful(self) -> tuple[LineThere, ...]:
        """Those there that count for their price and hours alone, with other words: people may know better."""
        there = (*((self.there,) if self.there else ()), *self.parts)
        return tuple(each for each in there if self.sent and _has_nothing_in_common(self.sent, each))

    @property
    def is_rest_doubtful(self) -> bool:
        """Whether it is not there as it was sent, unless such lines are its rest."""
        return bool(self.doubtful) and not self.is_of_words

    @property
    def is_of_words(self) -> bool:
        """Whether all that costs something is as it was sent."""
        return not self.parts and _figures(self.sent) == _figures(self.there) and self.is_taxed_as_sent

    @property
    def has_other_title(self) -> bool:
        """Whether it is called otherwise there; other spaces and ends of lines are Billomat's own."""
        return self.sent is not None and self.there is not None and plain(self.sent.title) != plain(self.there.title)

    @property
    def has_other_text(self) -> bool:
        """The same of the text below its title."""
        sent, there = self.sent, self.there
        return sent is not None and there is not None and plain(sent.description) != plain(there.description)

    @property
    def is_taxed_as_sent(self) -> bool:
        """Whether what is taken off and the VAT are as they were sent, as far as Billomat says them."""
        return not (self.is_reduced_otherwise or self.has_other_vat)

    @property
    def is_reduced_otherwise(self) -> bool:
        """Whether something else is taken off there."""
        sent, there = self.sent, self.there
        return sent is not None and there is not None and not _is_same_off(sent.off, there.off)

    @property
    def has_other_vat(self) -> bool:
        """Whether it has another rate of VAT there: by somebody, or by a rule of Billomat's for the country."""
        sent, there = self.sent, self.there
        return (
            sent is not None
            and there is not None
            and None not in (sent.vat_rate, there.vat_rate)
            and (sent.vat_rate != there.vat_rate)
        )

    @property
    def hours_there(self) -> int | None:
        """What Billomat has of it on all its lines; None: it was removed."""
        return self.there and self.there.hours + sum(each.hours for each in self.parts)

    @property
    def is_billed_as_sent(self) -> bool:
        """Whether as much of it is billed at the same price, so that there is nothing to decide."""
        sent, there = self.sent, self.there
        if sent is None or there is None:
            return False
        return (self.hours_there, there.unit_price) == (sent.hours, sent.unit_price)


_Line = SentLine | LineThere
_Mark = Callable[[_Line], Hashable]


def line_differences(
    sent: Sequence[SentLine], there: Sequence[LineThere], *, apart: Collection[LineThere] = ()
) -> list[LineDifference]:
    """What is different, in the order of the lines that were sent; what was added there comes last.

    A line that somebody moved is the same. One whose title is another now is told from a removed one by its text, else
    by its figures: the customer pays for as much. Billomat may write other spaces and ends of lines than it was sent.
    What a person told `apart` is no part of another line.
    """
    left, others = list(sent), [each for each in there if each not in apart]
    pairs = dict[int, LineThere]()
    marks: tuple[_Mark, ...] = (
        lambda line: (_words(line), _figures(line)),
        _words,
        lambda line: (plain(line.title), _figures(line)),
        lambda line: plain(line.title),
        lambda line: (plain(line.description), _figures(line)),
        _figures,
    )
    for mark in marks:
        for line in list(left):
            found = next((other for other in others if mark(other) == mark(line)), None)
            if found is not None:
                pairs[line.id] = found
                left.remove(line)
                others.remove(found)
    paired = [LineDifference(line, pairs.get(line.id)) for line in sent]
    told = [_split(each, others) for each in paired if not _is_same(each)]
    return told + [LineDifference(None, other) for other in (*others, *(each for each in there if each in apart))]


def read_off(text: str | None) -> Reduction | None:
    """What Billomat writes of a reduction: "10" is an amount, "10%" a percentage; None for what says neither."""
    if text is None:
        return None
    figure = text.strip().removesuffix("%").strip()
    try:
        value = Decimal(figure or 0)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > _MOST:
        return None
    return Reduction(percent=ten_thousandths(value)) if "%" in text else Reduction(cents=hundredths(value))


def _split(each: LineDifference, others: list[LineThere]) -> LineDifference:
    """With its parts, which are taken from `others`: lines of its price that make up what is missing of its hours.

    Should an unlike line have just those hours by chance, the customer pays for as many, and nothing is freed until a
    person tells it apart.
    """
    sent, there = each.sent, each.there
    if sent is None or sent.hours <= 0 or (there and there.unit_price != sent.unit_price):
        return each
    missing = sent.hours - (there.hours if there else 0)
    alike = [other for other in others if other.unit_price == sent.unit_price and 0 < other.hours <= missing]
    alike.sort(key=lambda other: plain(other.title) != plain(sent.title))
    found = _adding_up(missing, alike[:_MOST_TRIED], least=1 if there else 2)
    for other in found:
        others.remove(other)
    if there or not found:
        return replace(each, parts=tuple(found))
    return LineDifference(sent, found[0], tuple(found[1:]))


def _adding_up(hours: int, lines: Sequence[LineThere], *, least: int) -> Sequence[LineThere]:
    """The fewest of these lines that have so many hours together; none where none have."""
    tried = (each for size in range(least, _MOST_PARTS + 1) for each in combinations(lines, size))
    return next((each for each in tried if sum(line.hours for line in each) == hours), ())


def _has_nothing_in_common(sent: SentLine, there: LineThere) -> bool:
    """Whether neither its title nor a text says that it is of the line that was sent."""
    has_its_text = bool(plain(there.description)) and plain(there.description) == plain(sent.description)
    return plain(there.title) != plain(sent.title) and not has_its_text


def _is_same(each: LineDifference) -> bool:
    is_said_otherwise = each.has_other_title or each.has_other_text
    return each.there is not None and each.is_of_words and not is_said_otherwise


def _is_same_off(sent: Reduction, there: Reduction | None) -> bool:
    if there is None or there == sent:
        return True
    # "10" may be what Billomat writes of "10%": what an amount would be is not known to be another.
    percent = there.percent or there.cents * 100
    return bool(sent.percent) and abs(percent - sent.percent) < _NEAR


def _figures(line: _Line | None) -> tuple[int, int] | None:
    return (line.hours, line.unit_price) if line else None


def _words(line: _Line) -> tuple[str, str]:
    return plain(line.title), plain(line.description)


def plain(text: str) -> str:
    """A text without what Billomat may write otherwise of it: spaces and ends of lines."""
    return " ".join(text.split())

"""What an invoice would come to with other roundings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.billing.rules.billable import billable
from bot.billing.rules.entries import Entries
from bot.billing.rules.grouping import Grouping, GroupKey
from bot.billing.rules.lines import Line, LineEdit
from bot.billing.rules.making import all_lines, article_of, make_lines
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.rounding import ALL_EXACT, STEPS, LineTime, Per, Rounding, Roundings, Way, amount, hours
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import Pricing, totals


class Cost(NamedTuple):
    """What would be billed: hundredths of an hour, and net cents."""

    hours: int
    net: int


@dataclass(frozen=True, slots=True)
class Unrounded:
    """All that an invoice is made of, however its time is rounded."""

    entries: Entries
    grouping: Grouping
    pricing: Pricing
    edits: Mapping[GroupKey, LineEdit]
    spent: Sequence[Line]
    """Its expenses, which have no time."""


class _Part(NamedTuple):
    """A line of one price, or what one article adds to a total."""

    price: int | None
    time: LineTime


class _Timed(NamedTuple):
    """A line of hours, and what is taken off of it."""

    vat: Vat | None
    reduction: Reduction
    parts: Sequence[_Part]

    def cost(self, roundings: Roundings, smallest: int) -> tuple[int, int]:
        """Its hours, and its amount in the prices of the invoice; without an hour there is no line."""
        billed = [(hours(part.time.billed(roundings)), part.price or 0) for part in self.parts]
        count, cents = sum(each for each, _ in billed), sum(amount(each, price, smallest) for each, price in billed)
        return count, self.reduction.less(cents, smallest) if count else 0


class Costs:
    """What an invoice comes to with any rounding. Its lines are made once: there may be 100,000 entries on them."""

    def __init__(self, found: Unrounded) -> None:
        """Lines are made each time where an entry stands on two of them, because which it is on may depend on the
        rounding, and where a total has an article at several rates, because it does not say what of it is at which.
        """
        self._found = found
        worked, _ = billable(found.entries)
        pricing = replace(found.pricing, roundings=ALL_EXACT)
        lines = all_lines(worked, found.grouping, pricing=pricing, edits=found.edits)
        has_parts = found.grouping.has_days and any(any(line.entries.column("of_day")) for line in lines)
        is_plain = not has_parts and not any(map(_has_article_twice, lines))
        self._is_plain = is_plain
        self._lines = [_Timed(each.vat, each.edit.reduction, [*_parts(each, found)]) for each in lines if is_plain]

    def of(self, roundings: Roundings) -> Cost:
        """What it comes to with these."""
        found = self._found
        amounts = [(line.vat, line.amount_cents or 0) for line in found.spent]
        if not self._is_plain:
            pricing = replace(found.pricing, roundings=roundings)
            lines, _ = make_lines(found.entries, found.grouping, pricing=pricing, edits=found.edits)
            amounts += [(line.vat, line.amount_cents or 0) for line in lines]
            return Cost(sum(line.hours for line in lines), totals(amounts, pricing).net)
        costs = [(line.vat, *line.cost(roundings, found.pricing.smallest)) for line in self._lines]
        amounts += [(vat, cents) for vat, _, cents in costs]
        return Cost(sum(count for _, count, _ in costs), totals(amounts, found.pricing).net)


def _has_article_twice(line: Line) -> bool:
    return len({part.article for part in line.parts}) < len(line.parts)


def _parts(line: Line, found: Unrounded) -> Iterator[_Part]:
    if not line.is_total:
        yield _Part(line.unit_price, LineTime(line.entries))
        return
    together: dict[int | None, list[int]] = {}
    articles = {each: article_of(each, found.pricing, found.edits) for each in {*line.entries.service_ids}}
    for at, service_id in enumerate(line.entries.service_ids):
        article = articles[service_id]
        together.setdefault(article.id if article else None, []).append(at)
    for part in line.parts:
        places = together[part.article.id if part.article else None]
        yield _Part(part.unit_price, LineTime(line.entries.picked(places)))


def roundings_of_way(way: Way, minimum: int) -> Iterator[Rounding]:
    """All that can be chosen in one direction."""
    return (Rounding(way, step, per, minimum) for step in STEPS for per in Per)

"""What an invoice would come to with other roundings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.billing.rules.grouping import Grouping, GroupKey, UnbilledEntry
from bot.billing.rules.lines import Line, LineEdit
from bot.billing.rules.making import make_lines
from bot.billing.rules.rounding import STEPS, Per, Rounding, Roundings, Way
from bot.billing.rules.worth import Pricing, totals


class Cost(NamedTuple):
    """What would be billed: hundredths of an hour, and net cents."""

    hours: int
    net: int


@dataclass(frozen=True, slots=True)
class Unrounded:
    """All that an invoice is made of, however its time is rounded."""

    entries: Sequence[UnbilledEntry]
    grouping: Grouping
    pricing: Pricing
    edits: Mapping[GroupKey, LineEdit]
    spent: Sequence[Line]
    """Its expenses, which have no time."""

    def cost(self, roundings: Roundings) -> Cost:
        """What it comes to with these."""
        pricing = replace(self.pricing, roundings=roundings)
        lines, _ = make_lines(self.entries, self.grouping, pricing=pricing, edits=self.edits)
        amounts = ((line.vat, line.amount_cents or 0) for line in (*lines, *self.spent))
        return Cost(sum(line.hours for line in lines), totals(amounts, pricing).net)


def roundings_of_way(way: Way, minimum: int) -> Iterator[Rounding]:
    """All that can be chosen in one direction."""
    return (Rounding(way, step, per, minimum) for step in STEPS for per in Per)

"""A fixed price: its hours are never billed by the hour, the price goes out as lump sums."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.billing.rules.agreements import Agreement
from bot.billing.rules.billable import billable
from bot.billing.rules.entries import NO_ENTRIES, Entries
from bot.billing.rules.lines import Line
from bot.core.money import half_up, smallest

HOUR = 3_600
_PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?) ?%")
_WHOLE = 10_000
"""All of a price, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """A fixed price and what came of it so far. `parts_cents` are all lump sums, billed or still open."""

    agreement: Agreement
    parts_cents: int = 0
    billed_cents: int = 0
    """Of these what stands on live drafts."""
    seconds: int = 0
    """All billable time that was worked for it, billed or not."""

    @property
    def rest_cents(self) -> int:
        """What no lump sum is for yet."""
        return self.agreement.cents - self.parts_cents

    @property
    def hour_cents(self) -> int | None:
        """What an hour of it brings, if all of it is worked by now: the price by the hours. None before any is."""
        return half_up(self.agreement.cents * HOUR, self.seconds) if self.seconds else None


@dataclass(frozen=True, slots=True)
class Covered:
    """Time in the days of a draft that a fixed price covers. It goes with a lump sum of the price, or waits."""

    price: FixedPrice
    seconds: int
    is_bound: bool
    """Whether a lump sum of the price is on the draft, and so the time too."""


def part_of_price(typed: str) -> int | None:
    """Hundredths of a percent of "50%" or "33.33 %"; None for what is no percentage. Raises ValueError."""
    text = " ".join(typed.split())
    if not text.endswith("%"):
        return None
    found = _PERCENT.fullmatch(text)
    if found is None:
        raise ValueError(typed)
    whole, _, decimals = found[1].replace(",", ".").partition(".")
    percent = int(whole) * 100 + int(decimals.ljust(2, "0"))
    if not 0 < percent <= _WHOLE:
        raise ValueError(typed)
    return percent


def cents_of_part(price_cents: int, percent: int, currency: str) -> int:
    """So many hundredths of a percent of a price, in cents, half up: 33.33 % of 1,000.00 are 333.30."""
    return half_up(price_cents * percent, _WHOLE, to=smallest(currency))


def apart(entries: Entries, prices: Iterable[FixedPrice]) -> tuple[Entries, Mapping[int, Entries]]:
    """The entries that are billed by the hour, and those that a fixed price covers, by its agreement's id.

    Costs a look at the project and the day of each entry for each fixed price of the customer, and nothing without one.
    What cannot be billed stays where it is.
    """
    rest, covered = entries, dict[int, Entries]()
    for price in prices:
        agreed, facts = price.agreement, zip(rest.project_ids, rest.days, strict=True)
        theirs, others = rest.parted([each == agreed.project_id and agreed.holds_on(day) for each, day in facts])
        theirs, waiting = billable(theirs)
        if theirs:
            covered[agreed.id] = theirs
            rest = Entries.together([others, waiting])
    return rest, covered


def with_their_time(spent: Iterable[Line], covered: Mapping[int, Entries]) -> list[Line]:
    """The lines of expenses; the first lump sum of each fixed price has the time that it covers, which goes with it."""
    waiting, lines = dict(covered), list[Line]()
    for line in spent:
        agreement_id = line.expense.agreement_id if line.expense else None
        theirs = waiting.pop(agreement_id, None) if agreement_id else None
        if theirs:
            line = replace(line, entries=theirs.by_days(), seconds=sum(theirs.seconds))
        lines.append(line)
    return lines


def covered_time(
    prices: Iterable[FixedPrice], covered: Mapping[int, Entries], lines: Iterable[Line]
) -> tuple[Covered, ...]:
    """What is said about each fixed price that has time in the days of a draft, or a lump sum on it."""
    there = {line.expense.agreement_id for line in lines if line.expense}
    return tuple(
        Covered(each, sum(covered.get(each.agreement.id, NO_ENTRIES).seconds), each.agreement.id in there)
        for each in prices
        if each.agreement.id in there or each.agreement.id in covered
    )

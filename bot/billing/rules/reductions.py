"""What is taken off of a line or of a whole invoice: a percentage, or an amount in the prices of the invoice."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from bot.billing.rules.tax import Vat
from bot.core.money import half_up, spread

WHOLE = 1_000_000
"""All of it, in ten-thousandths of a percent."""


class Reduction(NamedTuple):
    """Ten-thousandths of a percent, or cents: of net prices net, of prices with VAT with it. One of them is 0."""

    percent: int = 0
    cents: int = 0

    def less(self, listed: int, smallest: int = 1) -> int:
        """What is left of so many cents; percentages leave full cents, or full yen, rounded half up."""
        return half_up(listed * (WHOLE - self.percent), WHOLE, to=smallest) - self.cents

    def __bool__(self) -> bool:
        """Whether anything is taken off."""
        return self != NO_REDUCTION


NO_REDUCTION = Reduction()


def is_sent_as_line(reduction: Reduction, rates: Collection[Vat | None], *, gross_prices: bool) -> bool:
    """Whether Billomat could read an amount, taken off of what has these rates of VAT, in more than one way.

    Its API says "10" for an amount, but not whether that is with VAT where prices are, nor how it is spread over
    several rates. A line that takes it off has one rate and one price, whoever reads it. A percentage is the same
    either way.
    """
    return reduction.cents > 0 and (gross_prices or len(rates) > 1)


def by_rate(reduction: Reduction, listed: Mapping[Vat | None, int], smallest: int = 1) -> dict[Vat | None, Reduction]:
    """A reduction of a whole invoice for each of its rates of VAT, of which `listed` are the sums in cents.

    An amount is spread by what each has, because VAT is on what is paid for each supply (§ 10 (1) UStG). The parts are
    together exactly the amount, none is more than its sum, and they do not depend on the order of the lines.
    """
    if not reduction.cents:
        return dict.fromkeys(listed, reduction)
    rates = sorted(listed, key=_order)
    # Over what costs something: a sum that takes away gets no part.
    parts = spread(reduction.cents // smallest, [max(listed[vat], 0) // smallest for vat in rates])
    return {vat: Reduction(cents=part * smallest) for vat, part in zip(rates, parts, strict=True)}


def _order(vat: Vat | None) -> tuple[int, str]:
    return (vat.rate, vat.name) if vat else (-1, "")

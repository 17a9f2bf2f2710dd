"""What an invoice adds up to, as Billomat does it: lines are rounded to cents, and VAT is taken from the sum of a rate.

Nothing of it is documented but for the fields that its answers have (amount, amount_rounded, total_net_unreduced), so
Billomat's own figures are what counts in the end: bot/billing/views/delivery.py says where they differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from bot.billing.rules.reductions import WHOLE, Reduction, by_rate
from bot.billing.rules.tax import Vat
from bot.core.money import half_up

ROUNDING = 3
"""Cents by which two programs may differ that round the same sums in different places."""
SHARES = 10_000
"""Of a cent."""


class Unrounded(NamedTuple):
    """Cents by which an invoice would come to more, or less, if no line was rounded before all are added up."""

    net: int = 0
    gross: int = 0


def rest_of(quantity: int, unit_price: int, taken_off: Reduction, cents: int) -> int:
    """What rounding took of a line's amount, in ten-thousandths of a cent; less than 0: it added that.

    Of so many hundredths at a price in ten-thousandths, less what is taken off, which was rounded to `cents`.
    """
    exact = half_up(quantity * unit_price * (WHOLE - taken_off.percent), WHOLE)
    return exact - (taken_off.cents + cents) * SHARES


def unrounded(lines: Iterable[tuple[Vat | None, int]], *, gross_prices: bool, reduction: int) -> Unrounded:
    """What rounding takes of lines, each with its VAT and that in ten-thousandths of a cent.

    `reduction` is what is taken off of all of them, in ten-thousandths of a percent.
    """
    net = gross = Fraction(0)
    for vat, rest in lines:
        taxed = Fraction(SHARES + (vat.rate if vat else 0), SHARES)
        net += rest / taxed if gross_prices else rest
        gross += rest if gross_prices else rest * taxed
    left = Fraction(WHOLE - reduction, WHOLE * SHARES)
    return Unrounded(*(half_up(*(each * left).as_integer_ratio()) for each in (net, gross)))


def is_rounding(ours: int, theirs: int, unrounded: int = 0, *, smallest: int = 1) -> bool:
    """Whether two sums in cents differ by no more than the rounding of a document.

    Nobody says whether Billomat rounds its lines, as we do, or their sum alone: then it comes to `unrounded` more; nor
    whether it knows that yen have no decimals. Sums of ours are multiples of the `smallest` amount.
    """
    return any(abs(theirs - each) <= ROUNDING * smallest for each in (ours, ours + unrounded))


@dataclass(frozen=True, slots=True)
class Totals:
    """The foot of an invoice in cents. `gross` is None while nobody knows the VAT of some line.

    `listed` is what the lines add up to, in the prices of the invoice; `reduced` is that less what is taken off of all.
    """

    net: int = 0
    gross: int | None = 0
    listed: int = 0
    reduced: int = 0


@dataclass(frozen=True, slots=True)
class VatSum:
    """What the lines of one rate of VAT come to, in cents, and what is taken off of them.

    `gross_prices`: their amounts are with VAT.
    """

    vat: Vat | None
    listed: int
    gross_prices: bool
    reduction: Reduction
    smallest: int = 1
    """Of what all sums are multiples; see `core.money.smallest`."""

    @property
    def rate(self) -> int:
        """Hundredths of a percent; 0 where Billomat decides."""
        return self.vat.rate if self.vat else 0

    @property
    def reduced(self) -> int:
        """What is listed, less the reduction."""
        return self.reduction.less(self.listed, self.smallest)

    @property
    def tax(self) -> int:
        """Added to prices without VAT; in prices with VAT what is not net."""
        if self.gross_prices:
            return self.reduced - self.net
        return half_up(self.reduced * self.rate, 10_000, to=self.smallest)

    @property
    def net(self) -> int:
        """Without VAT."""
        if not self.gross_prices:
            return self.reduced
        return half_up(self.reduced * 10_000, 10_000 + self.rate, to=self.smallest)

    @property
    def gross(self) -> int:
        """With VAT."""
        return self.reduced if self.gross_prices else self.reduced + self.tax


def by_vat(
    lines: Iterable[tuple[Vat | None, int]], *, gross_prices: bool, reduction: Reduction, smallest: int = 1
) -> list[VatSum]:
    """The sum of each rate of VAT, of lines with their VAT and their amount in cents."""
    sums: dict[Vat | None, int] = {}
    for vat, cents in lines:
        sums[vat] = sums.get(vat, 0) + cents
    parts = by_rate(reduction, sums, smallest)
    return [VatSum(vat, listed, gross_prices, parts[vat], smallest) for vat, listed in sums.items()]


def add_up(
    lines: Iterable[tuple[Vat | None, int]],
    *,
    gross_prices: bool,
    reduction: Reduction,
    taxed: bool,
    smallest: int = 1,
) -> Totals:
    """The totals of lines, each with its VAT and its amount in cents.

    `gross_prices`: the amounts are with VAT. Where the customer is not `taxed`, Billomat adds none of its own account.
    """
    sums = by_vat(lines, gross_prices=gross_prices, reduction=reduction, smallest=smallest)
    is_known = not taxed or all(each.vat for each in sums)
    return Totals(
        net=sum(each.net for each in sums),
        gross=sum(each.gross for each in sums) if is_known else None,
        listed=sum(each.listed for each in sums),
        reduced=sum(each.reduced for each in sums),
    )

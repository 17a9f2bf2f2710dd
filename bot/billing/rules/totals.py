"""What an invoice adds up to, as Billomat does it: lines are rounded to cents, and VAT is taken from the sum of a rate.

Nothing of it is documented but for the fields that its answers have (amount, amount_rounded, total_net_unreduced), so
Billomat's own figures are what counts in the end: bot/billing/views/delivery.py says where they differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.billing.rules.tax import Vat
from bot.core.money import half_up

WHOLE = 1_000_000
"""All of it, in ten-thousandths of a percent."""


ROUNDING = 3
"""Cents by which two programs may differ that round the same document in different places."""


def is_rounding(ours: int, theirs: int) -> bool:
    """Whether two sums in cents differ by no more than the rounding of a document."""
    return abs(ours - theirs) <= ROUNDING


@dataclass(frozen=True, slots=True)
class Totals:
    """The foot of an invoice in cents. `gross` is None while nobody knows the VAT of some line.

    `listed` is what the lines add up to, in the prices of the invoice; `reduced` is that less the customer's reduction.
    """

    net: int = 0
    gross: int | None = 0
    listed: int = 0
    reduced: int = 0


def add_up(lines: Iterable[tuple[Vat | None, int]], *, gross_prices: bool, reduction: int, taxed: bool) -> Totals:
    """The totals of lines, each with its VAT and its amount in cents.

    `gross_prices`: the amounts are with VAT. Where the customer is not `taxed`, Billomat adds none of its own account.
    """
    sums: dict[Vat | None, int] = {}
    for vat, cents in lines:
        sums[vat] = sums.get(vat, 0) + cents
    net = gross = reduced = 0
    for vat, listed in sums.items():
        amount = half_up(listed * (WHOLE - reduction), WHOLE)
        rate = vat.rate if vat else 0
        without = half_up(amount * 10_000, 10_000 + rate) if gross_prices else amount
        reduced += amount
        net += without
        gross += amount if gross_prices else amount + half_up(amount * rate, 10_000)
    is_known = not taxed or None not in sums
    return Totals(net=net, gross=gross if is_known else None, listed=sum(sums.values()), reduced=reduced)

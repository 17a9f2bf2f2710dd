"""What an invoice adds up to: each line is rounded to cents, the tax is computed once on the sum of each rate.

A reduction of the invoice, an amount ("10") or a percentage ("10%"), comes off before the tax, as its answers have
totals and unreduced totals. An amount is spread over the rates by what each has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

NetGross = Literal["NET", "GROSS"]
Line = tuple[str, Decimal, Decimal]  # tax name, tax rate in percent, amount in cents

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TaxSum:
    """All lines of one tax: `rate` in percent, amounts in the invoice's currency with two decimals."""

    name: str
    rate: Decimal
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        """Net and tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Totals:
    """The foot of an invoice; `taxes` in the order in which the lines first use them."""

    net: Decimal
    gross: Decimal
    taxes: tuple[TaxSum, ...]


def cents(amount: Decimal) -> Decimal:
    """Rounded to two decimals, half up."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def without_tax(gross: Decimal, rate: Decimal) -> Decimal:
    """The net part of a gross amount, rounded to cents; `rate` in percent."""
    return cents(gross * 100 / (100 + rate))


def reduced(sums: list[Decimal], reduction: str) -> list[Decimal]:
    """Sums less a reduction of them all; the last one takes the cents that rounding leaves."""
    whole = sum(sums, _ZERO)
    if not reduction or not whole:
        return sums
    if reduction.endswith("%"):
        return [cents(each * (100 - Decimal(reduction[:-1])) / 100) for each in sums]
    off = [cents(Decimal(reduction) * each / whole) for each in sums[:-1]]
    return [each - less for each, less in zip(sums, [*off, Decimal(reduction) - sum(off, _ZERO)], strict=True)]


def add_up(lines: Iterable[Line], net_gross: NetGross, reduction: str = "") -> Totals:
    """The totals of lines whose amounts are net or gross, as `net_gross` says, less a reduction."""
    sums: dict[tuple[str, Decimal], Decimal] = defaultdict(lambda: _ZERO)
    for name, rate, amount in lines:
        sums[name, rate] += amount
    amounts = reduced(list(sums.values()), reduction)
    taxes = tuple(_tax_sum(*key, amount, net_gross) for key, amount in zip(sums, amounts, strict=True))
    return Totals(
        net=sum((tax.net for tax in taxes), _ZERO), gross=sum((tax.gross for tax in taxes), _ZERO), taxes=taxes
    )


def _tax_sum(name: str, rate: Decimal, amount: Decimal, net_gross: NetGross) -> TaxSum:
    if net_gross == "GROSS":
        net = without_tax(amount, rate)
        return TaxSum(name, rate, net=net, tax=amount - net)
    return TaxSum(name, rate, net=amount, tax=cents(amount * rate / 100))

"""What an invoice adds up to: each line is rounded to cents, the tax is computed once on the sum of each rate."""

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


def add_up(lines: Iterable[Line], net_gross: NetGross) -> Totals:
    """The totals of lines whose amounts are net or gross, as `net_gross` says."""
    sums: dict[tuple[str, Decimal], Decimal] = defaultdict(lambda: _ZERO)
    for name, rate, amount in lines:
        sums[name, rate] += amount
    taxes = tuple(_tax_sum(name, rate, amount, net_gross) for (name, rate), amount in sums.items())
    return Totals(
        net=sum((tax.net for tax in taxes), _ZERO), gross=sum((tax.gross for tax in taxes), _ZERO), taxes=taxes
    )


def _tax_sum(name: str, rate: Decimal, amount: Decimal, net_gross: NetGross) -> TaxSum:
    if net_gross == "GROSS":
        net = without_tax(amount, rate)
        return TaxSum(name, rate, net=net, tax=amount - net)
    return TaxSum(name, rate, net=amount, tax=cents(amount * rate / 100))

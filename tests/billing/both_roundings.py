"""What Billomat may come to for a request, whether it rounds each line or their sum alone: nobody says which."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.billing.attempts import Attempt
from bot.billing.rules.totals import is_rounding
from bot.core.money import smallest
from playground.billomat.totals import Totals, add_up

ROUNDED, TOGETHER = "each line", "their sum"


def assert_no_warning(attempt: Attempt, body: dict[str, Any]) -> None:
    """Whichever it is, the difference from what was approved is explained and no warning."""
    draft, more, least = attempt.draft, attempt.unrounded, smallest(attempt.draft.currency)
    for place in (ROUNDED, TOGETHER):
        theirs = _totals(body["invoice"], _rounded if place == ROUNDED else _exact, Decimal(least).scaleb(-2))
        assert is_rounding(draft.net_cents or 0, _cents(theirs.net), more.net, smallest=least), place
        if draft.gross_cents is not None:
            assert is_rounding(draft.gross_cents, _cents(theirs.gross), more.gross, smallest=least), place


def _totals(invoice: dict[str, Any], round_line: Callable[[Decimal, Decimal], Decimal], least: Decimal) -> Totals:
    lines = [
        (item.get("tax_name", ""), Decimal(item.get("tax_rate", 0)), round_line(_amount(item), least))
        for item in invoice["invoice-items"]["invoice-item"]
    ]
    return add_up(lines, invoice["net_gross"], invoice.get("reduction", ""))


def _amount(item: dict[str, Any]) -> Decimal:
    """Of a line, less its own reduction."""
    amount, off = Decimal(item["quantity"]) * Decimal(item["unit_price"]), item.get("reduction", "")
    if off.endswith("%"):
        return amount * (100 - Decimal(off[:-1])) / 100
    return amount - Decimal(off or 0)


def _rounded(amount: Decimal, least: Decimal) -> Decimal:
    return (amount / least).quantize(Decimal(1), ROUND_HALF_UP) * least


def _exact(amount: Decimal, _least: Decimal) -> Decimal:
    return amount


def _cents(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))

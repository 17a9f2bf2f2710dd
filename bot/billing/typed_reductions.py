"""What people type to take off of an invoice or of a line: a percentage or an amount."""

import re
from decimal import Decimal

from bot.billing.rules.reductions import NO_REDUCTION, WHOLE, Reduction
from bot.core import money
from bot.core.caller import Caller
from bot.core.errors import FieldErrors, UserError, two_amounts, without_decimals

_PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,4})?) ?%?")
_MOST = 10**12
"""Cents: more than any invoice has."""


def of_line(caller: Caller, percent: str, amount: str, listed: int | None, currency: str) -> Reduction:
    """What is taken off of a line that costs so many cents. Raises UserError for more than that, and for no price."""
    typed = entered(percent, amount, currency) or NO_REDUCTION
    if typed.cents > max(listed or 0, 0):
        raise too_much(caller, max(listed or 0, 0), currency)
    return typed


def entered(percent: str, amount: str, currency: str) -> Reduction | None:
    """What was typed in one of both fields; None for nothing. Raises UserError."""
    wrong = FieldErrors()
    parts = wrong.read(lambda: entered_percentage(percent), None)
    cents = wrong.read(lambda: entered_amount(amount, currency), None)
    wrong.raise_any()
    if parts is not None and cents is not None:
        raise UserError("Type a percentage or an amount, not both.", field="reduction_amount")
    if cents is not None:
        return Reduction(cents=cents)
    return None if parts is None else Reduction(percent=parts)


def entered_percentage(typed: str) -> int | None:
    """Ten-thousandths of a percent, all of it at most; None where nothing was typed. Raises UserError."""
    said = " ".join(typed.split())  # as the invoice has it, with a space that does not break
    if not said:
        return None
    number = _PERCENT.fullmatch(said)
    reduction = money.ten_thousandths(Decimal(number[1].replace(",", "."))) if number else -1
    if not 0 <= reduction <= WHOLE:
        raise UserError("Type a percentage from 0 to 100, like 10 or 12.5.", field="reduction")
    return reduction


def entered_amount(typed: str, currency: str) -> int | None:
    """Cents; None where nothing was typed. Raises UserError."""
    if not typed.strip():
        return None
    try:
        return money.read_money(typed, currency, most=_MOST)
    except money.AnotherCurrency:
        raise UserError(
            "Type the amount in {currency}, as this invoice is.", field="reduction_amount", currency=currency
        ) from None
    except money.NoDecimals:
        raise without_decimals(currency, field="reduction_amount") from None
    except money.TwoAmounts as two:
        raise two_amounts(typed, two.readings, field="reduction_amount") from None
    except ValueError:
        raise UserError("Type an amount, like 50 or 49.90.", field="reduction_amount") from None


def too_much(caller: Caller, listed: int, currency: str) -> UserError:
    """An amount that is larger than what it is taken off of."""
    return UserError(
        "That is more than it comes to: {amount}.",
        field="reduction_amount",
        amount=caller.reader.money(listed, currency),
    )

"""Sums: integer cents and hundredths, rounded half up by one function, and how people type them."""

import re
from decimal import Decimal

HIGHEST_RATE = 10_000_000
"""Cents. Whoever types more meant something else."""

_AMOUNT = re.compile(
    r"([0-9]+)(?:[.,]([0-9]{1,2}))?"
    r"|([0-9]{1,3}(?:(?P<mark>[., ])[0-9]{3})(?:(?P=mark)[0-9]{3})*)(?!(?P=mark))[.,]([0-9]{2})"
)


def half_up(numerator: int, divisor: int) -> int:
    """The quotient of two numbers that are not negative, rounded half up."""
    return (2 * numerator + divisor) // (2 * divisor)


def hundredths(value: Decimal) -> int:
    """An amount or a percentage as Billomat writes it, in cents or hundredths of a percent."""
    return half_up(*(value * 100).as_integer_ratio())


def read_rate(text: str) -> int:
    """Cents out of what people type: "95", "95,50", "1.234,50", "€95.50". Raises ValueError.

    "1.234" is refused: it is a thousand to some and one and a bit to others.
    """
    match = _AMOUNT.fullmatch(" ".join(text.replace("€", " ").split()))
    if not match:
        raise ValueError(text)
    whole, decimals = match[1] or re.sub("[., ]", "", match[3]), match[2] or match[5] or ""
    rate = int(whole + decimals.ljust(2, "0"))
    if rate > HIGHEST_RATE:
        raise ValueError(text)
    return rate

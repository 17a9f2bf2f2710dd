"""How time becomes hours, and hours become an amount.

The seconds of a line are added first and rounded to hundredths of an hour once; the amount is made from those hours, so
that anybody who multiplies the printed figures gets the printed amount. Amounts are cents, prices ten-thousandths,
hours hundredths of an hour; all are integers, and rounded half up by one function.
"""

from bot.core.money import half_up


def hours(seconds: int) -> int:
    """Hundredths of an hour: 26,100 s are 725."""
    return half_up(seconds * 100, 3600)


def amount(hours: int, price: int) -> int:
    """Cents for so many hundredths of an hour at a price in ten-thousandths: 100 h at 33.3333 are 3,333.33."""
    return half_up(hours * price, 10_000)

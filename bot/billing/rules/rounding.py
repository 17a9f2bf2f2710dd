"""How time becomes hours, and hours become an amount.

The seconds of a line are added first and rounded to hundredths of an hour once; the amount is made from those hours, so
that anybody who multiplies the printed figures gets the printed amount. Money is cents, hours are hundredths of an
hour; both are integers, and both are rounded half up by one function.
"""

from bot.core.money import half_up


def hours(seconds: int) -> int:
    """Hundredths of an hour: 26,100 s are 725."""
    return half_up(seconds * 100, 3600)


def amount(hours: int, rate_cents: int) -> int:
    """Cents for so many hundredths of an hour: 7.25 h at 95.00 are 688.75."""
    return half_up(hours * rate_cents, 100)

"""Sums: integer cents and hundredths, rounded half up by one function, and how people type them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import chain

from babel.numbers import get_currency_precision

HIGHEST_RATE = 2_000_000_000
"""Cents of an hour: what a rate has room for, also where a thousand buys a bread roll."""
_CALLED = {
    "EUR": ("€", "euro", "euros"),
    "CHF": ("fr.", "sfr.", "fr", "sfr", "franken", "francs"),
    "GBP": ("£", "pound", "pounds", "pfund"),
    "USD": ("$", "us$", "dollar", "dollars"),
    "CNY": ("¥", "yuan"),
    "JPY": ("¥", "yen"),
    "CZK": ("kč",),
    "ILS": ("₪",),
    "INR": ("₹",),
    "KRW": ("₩",),
    "PLN": ("zł",),
    "TRY": ("₺",),
    "UAH": ("₴",),
    "VND": ("₫",),
}
"""What people call a currency beside its code. What several are called alike is, where no customer says, the last."""
_CURRENCY = re.compile(r"(?P<before>[^\d\s.,'’\-‐‑‒–—―−]+\.?)?\s*(?P<amount>\d.*?)\s*(?P<after>[^\d\s,'’\-‐‑‒–—―−]+)?")
_DASHES = "[-‐‑‒–—―−]{1,2}"
"""As people write no cents: 95,- and 95.–"""
_AMOUNT = re.compile(
    rf"([0-9]+)(?:[.,](?:([0-9]{{1,2}})|{_DASHES}))?"
    rf"|([0-9]{{1,3}}(?:(?P<mark>[., '’])[0-9]{{3}})(?:(?P=mark)[0-9]{{3}})*)(?!(?P=mark))"
    rf"(?:[.,](?:([0-9]{{1,2}})|{_DASHES}))"
    rf"|([0-9]{{1,3}}(?:(?P<space>[ '’])[0-9]{{3}})(?:(?P=space)[0-9]{{3}})*)"
)


_CODES = (
    *("AED", "AUD", "BGN", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR"),
    *("ISK", "JPY", "KRW", "MXN", "NOK", "NZD", "PLN", "RON", "RSD", "SAR", "SEK", "SGD", "THB", "TRY", "UAH", "USD"),
    *("VND", "ZAR"),
)
"""Those that people are paid in, and no others: three letters may as well be a name."""
_TWO_WAYS = re.compile(r"([1-9][0-9]{0,2})[.,]([0-9]{3})")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:(?P<mark>[.,])[0-9]{3})(?:(?P=mark)[0-9]{3})+")


class TwoAmounts(ValueError):
    """1.234 is a thousand and more to some, and one and a bit to others."""

    def __init__(self, text: str, readings: tuple[int, int]) -> None:
        """`readings` are cents."""
        super().__init__(text)
        self.readings = readings


@dataclass(frozen=True, slots=True)
class Sums:
    """What several currencies add up to, each for itself: nobody knows what they are together."""

    by_currency: tuple[tuple[str, int], ...] = ()
    """By their codes, none of them twice."""

    @classmethod
    def of(cls, amounts: Iterable[tuple[str, int]]) -> "Sums":
        """Amounts, each with its currency."""
        found: dict[str, int] = {}
        for currency, cents in amounts:
            found[currency] = found.get(currency, 0) + cents
        return cls(tuple(sorted(found.items())))

    @classmethod
    def together(cls, parts: Iterable["Sums"]) -> "Sums":
        """All of these: mostly there is nothing in any."""
        return cls.of(chain.from_iterable(each.by_currency for each in parts))

    def __add__(self, other: "Sums") -> "Sums":
        """Both together."""
        return Sums.of([*self.by_currency, *other.by_currency]) if self and other else self or other

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.by_currency)

    def apart(self, currency: str) -> "tuple[int, Sums]":
        """What is in one currency, and the rest."""
        return dict(self.by_currency).get(currency, 0), Sums(tuple(e for e in self.by_currency if e[0] != currency))


NO_SUMS = Sums()


class NoDecimals(ValueError):
    """An amount with decimals in a currency that has none."""


class AnotherCurrency(ValueError):
    """An amount in another currency than the one that is asked for."""


def half_up(numerator: int, divisor: int, *, to: int = 1) -> int:
    """The quotient of two whole numbers, rounded to the nearest multiple of `to`, halves away from zero as Billomat's
    PHP does.
    """
    whole = divisor * to
    rounded = (2 * abs(numerator) + whole) // (2 * whole) * to
    return rounded if numerator >= 0 else -rounded


def smallest(currency: str) -> int:
    """What its smallest amount is in hundredths: 100 of yen, which have no decimals; "": not known, so 1."""
    return 100 if currency and _decimals(currency) == 0 else 1


def is_finer_than_kept(currency: str) -> bool:
    """Whether a currency has more decimals than the two that amounts are kept with, as Kuwaiti dinars have three."""
    return bool(currency) and _decimals(currency) > 2


@cache
def _decimals(currency: str) -> int:
    """As CLDR knows it; two where it does not know the currency."""
    return get_currency_precision(currency)


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """A whole number in parts by weight, which are together exactly that: the largest rests are rounded up."""
    if len(weights) == 1:
        return [total]
    whole = sum(weights)
    if whole == total or not weights:
        return list(weights)
    if not whole:  # nothing says which part is larger
        weights, whole = [1] * len(weights), len(weights)
    if whole < 0:
        weights, whole = [-weight for weight in weights], -whole
    parts, rests = zip(*(divmod(total * weight, whole) for weight in weights), strict=True)
    missing = total - sum(parts)
    largest = {*sorted(range(len(parts)), key=lambda n: -rests[n])[:missing]}
    return [part + (n in largest) for n, part in enumerate(parts)]


def hundredths(value: Decimal) -> int:
    """An amount or a percentage as Billomat writes it, in cents or hundredths of a percent."""
    return half_up(*(value * 100).as_integer_ratio())


def ten_thousandths(value: Decimal) -> int:
    """A price or a percentage as Billomat writes it, with up to four decimals."""
    return half_up(*(value * 10_000).as_integer_ratio())


def read_rate(text: str, currency: str = "EUR") -> int:
    """Cents out of what people type: "95", "95,50", "1.234,50", "€95.50", "95 EUR", "95,-". Raises ValueError.

    "1.234" is refused: it is a thousand to some and one and a bit to others. AnotherCurrency is raised for a sign or
    code that is not that of `currency`, and NoDecimals for a part of a yen.
    """
    return read_money(text, currency, most=HIGHEST_RATE)


def read_money(text: str, currency: str, *, most: int, are_thousands: bool = False) -> int:
    """The same for any amount up to so many cents. Raises ValueError, and of it TwoAmounts and AnotherCurrency.

    `are_thousands`: 1.234 is a thousand and more, because nobody types a bit of such an amount.
    """
    typed = _CURRENCY.fullmatch(" ".join(text.split()))
    if typed is None:
        raise ValueError(text)
    cents = read_thousands(typed["amount"]) if are_thousands else read_cents(typed["amount"])
    for named in filter(None, (typed["before"], typed["after"])):
        _require(named, currency)
    if cents > most:
        raise ValueError(text)
    if cents % smallest(currency):
        raise NoDecimals(text)
    return cents


def read_cents(text: str) -> int:
    """Cents of a number in digits. Raises ValueError, and TwoAmounts where it has two readings."""
    if two := _TWO_WAYS.fullmatch(text):
        thousands = int(two[1] + two[2]) * 100
        raise TwoAmounts(text, (thousands, half_up(int(two[1] + two[2]), 10)))
    if _THOUSANDS.fullmatch(text):
        return int(re.sub("[.,]", "", text)) * 100
    match = _AMOUNT.fullmatch(text if text[:1] not in ".," else f"0{text}")
    if match is None:
        raise ValueError(text)
    whole, decimals = re.sub("[., '’]", "", match[1] or match[3] or match[6]), match[2] or match[5] or ""
    return int(whole + decimals.ljust(2, "0"))


def read_thousands(number: str) -> int:
    """The same of a number in which three digits behind a mark are thousands. Raises ValueError."""
    try:
        return read_cents(number)
    except TwoAmounts as two:
        return two.readings[0]


def currency_names() -> list[str]:
    """All that a currency can be called, in small letters."""
    return [*(code.lower() for code in _CODES), *(name for called in _CALLED.values() for name in called)]


def currency_called(name: str) -> str | None:
    """The code of a currency that is called so, if one is."""
    known = {code.lower(): code for code in _CODES}
    known |= {each: code for code, called in _CALLED.items() for each in called}
    return known.get(name.lower())


def currency_named(text: str) -> str | None:
    """The code of the currency that an amount names; None where it names none that is known."""
    typed = _CURRENCY.fullmatch(" ".join(text.split()))
    named = (typed["before"] or typed["after"]) if typed else None
    return currency_called(named) if named else None


def _require(named: str, currency: str) -> None:
    """Refuse what names no currency, or another one."""
    known = {code: {code.lower(), *called} for code, called in _CALLED.items()}
    mine = known.get(currency, {currency.lower()})
    if named.lower() in mine:
        return
    others = {name for names in known.values() for name in names}
    raise AnotherCurrency(named) if named.lower() in others else ValueError(named)

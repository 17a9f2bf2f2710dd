"""How a person's country writes what has two readings: 3/10 and 1.30."""

from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_decimal_symbol

_SLACKS_DEFAULT = Locale("en", "US")
"""Of whom has this nobody knows whether they chose it; see `customs_of`."""


@dataclass(frozen=True, slots=True)
class Customs:
    """Whether the month stands before the day in 3/10, None where nobody knows; and whether 1,5 is usual for 1.5."""

    month_first: bool | None = None
    decimal_comma: bool = False


USUAL = Customs()


@lru_cache(maxsize=1024)
def customs_of(locale: str, language: str, zone: str) -> Customs:
    """The customs of a person by their locale as Slack names it, the language they read, and where they are.

    Many have American English because Slack begins with it. So it decides how dates are written in America only.
    """
    try:
        known = Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        known = Locale(language)
    if known.language != language:
        known = Locale(language)
    month_first = None
    if known.territory or language != _SLACKS_DEFAULT.language:
        short = known.date_formats["short"].pattern
        month_first = short.index("M") < short.index("d")
    if known == _SLACKS_DEFAULT and get_global("zone_territories").get(zone) != _SLACKS_DEFAULT.territory:
        month_first = None
    return Customs(month_first, get_decimal_symbol(known) == ",")

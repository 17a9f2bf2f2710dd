"""Which of an account's units counts hours, and in whose language it does."""

from collections.abc import Iterable

_LANGUAGES = {
    "": ("h",),
    "de": ("std", "stdn", "stunde", "stunden", "arbeitsstunde", "arbeitsstunden", "zeitstunde", "zeitstunden"),
    "en": ("hr", "hrs", "hour", "hours", "working hour", "working hours"),
    "fr": ("heure", "heures"),
    "it": ("ora", "ore"),
    "es": ("hora", "horas"),
    "nl": ("uur", "uren"),
}
"""Accounts word their units themselves: these are for an hour, by the language whose word it is ("": of many)."""
_PIECES = {
    "": ("pcs", "pc"),
    "de": ("stück", "stk", "stck", "pauschale", "pauschal"),
    "en": ("piece", "pieces", "item", "items", "unit", "units"),
}
"""The same for what is counted by pieces."""
_LANGUAGE_OF = {word: language for language, words in _LANGUAGES.items() for word in words}


def is_hour(unit: str) -> bool:
    """Whether a unit of the account counts hours."""
    return _word(unit) in _LANGUAGE_OF


def is_hourly(unit: str) -> bool:
    """Whether what is sold by this unit has the price of an hour; without a unit it is taken for that."""
    return unit == "" or is_hour(unit)


def hour_unit(units: Iterable[str], language: str) -> str | None:
    """The account's own unit for hours: in that language, else the oldest one; None where it has none."""
    of_hours = [unit for unit in units if is_hour(unit)]
    in_language = [unit for unit in of_hours if _LANGUAGE_OF[_word(unit)] == language]
    return next(iter([*in_language, *of_hours]), None)


def piece_unit(units: Iterable[str], language: str) -> str | None:
    """The account's own unit for pieces in that language; None where it has none."""
    known = (*_PIECES.get(language, ()), *_PIECES[""])
    return next((unit for unit in units if _word(unit) in known), None)


def _word(unit: str) -> str:
    """Std., Stunde(n) and HOUR as they are compared."""
    word = " ".join(unit.casefold().split()).rstrip(".")
    return word.replace("(n)", "n").replace("(s)", "s")

"""People by their initials, as a customer reads them."""

import re
from collections.abc import Mapping

_BETWEEN = re.compile("[-._]")


def initials(names: Mapping[int, str]) -> dict[int, str]:
    """AA for Anna Albrecht; of two who would be the same, as many more letters of their first names as it takes."""
    found: dict[int, str] = {}
    for person, name in names.items():
        alike = {other for other in names.values() if other != name and _short(other, 1) == _short(name, 1)}
        longest = max(map(len, (name, *alike)))
        letters = next((most for most in range(1, longest) if _short(name, most) not in _all(alike, most)), 1)
        found[person] = _short(name, letters)
    return found


def _all(names: set[str], most: int) -> set[str]:
    return {_short(name, most) for name in names}


def _short(name: str, letters: int) -> str:
    """So many letters of the first name, and the first one of each other."""
    first, *others = _BETWEEN.sub(" ", name).split() or [""]
    return (first[:1].upper() + first[1:letters]) + "".join(other[0].upper() for other in others)

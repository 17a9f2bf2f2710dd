"""The order of an alphabet: Ä stands beside A and ß beside ss, in German (DIN 5007-1) as in English.

The standard library has no such order, and the databases' own differ. See decision 24 in docs/decisions.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
)
"""Letters that Unicode does not take apart, as both languages file them."""
_CLASSES = "ZPSNL"
"""Spaces come before marks, signs, digits and letters."""


class SortKey(NamedTuple):
    """Compares as the words stand in a list; each field decides only where those before it are the same."""

    letters: tuple[tuple[int, str], ...]
    marks: str
    """The accents with the letters that have them: Anderung before Änderung."""
    text: str
    """So that no two texts are the same."""


@lru_cache(maxsize=256)
def sort_key(text: str) -> SortKey:
    """Where the text stands among others. Kept for some, because a thousand lines of one project ask for one name."""
    whole = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    letters = tuple(
        (_CLASSES.find(unicodedata.category(each)[0]), each) for each in whole if not unicodedata.combining(each)
    )
    return SortKey(letters, whole, text)

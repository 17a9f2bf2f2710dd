"""What is typed beside a project and is no part of its name: a note, or something that was not understood."""

import re
import unicodedata
from collections.abc import Sequence

from bot.grammar.time_words import time_words

_NUMBER = re.compile(r"\W*[\d\u00bc-\u00be\u2150-\u215e]")
"""30, :45, ,5, ½h, ~2h: length, clock or day."""
_MARK = re.compile(r"[-‐-―+~=#]+\w")
"""--nb, #x."""
_FLAG_ALONE = re.compile(r"[-‐-―]{2,}")
"""-- nb."""
_BETWEEN = re.compile(r"[-‐-―/›>»|&,.;·…]")
"""website - kick-off."""


def not_understood(left: Sequence[str]) -> tuple[str, ...]:
    """Those pieces that are no text: numbers, flags and symbols; all of them where they speak of time."""
    pieces = [piece for piece in left if not _BETWEEN.fullmatch(piece)]
    if any(map(_FLAG_ALONE.fullmatch, pieces)) or time_words().speak_in(pieces):
        return tuple(left)
    return tuple(piece for piece in pieces if _NUMBER.match(piece) or _MARK.match(piece) or not _is_text(piece))


def as_note(left: Sequence[str]) -> str:
    """The words as they were typed, without a dash in front of them."""
    first = next((number for number, word in enumerate(left) if not _BETWEEN.fullmatch(word)), len(left))
    return " ".join(left[first:])


def _is_text(piece: str) -> bool:
    return any(letter.isalnum() or unicodedata.category(letter) == "So" for letter in piece)

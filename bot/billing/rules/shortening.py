"""Texts that are shortened to fit: one of them, and many that share the room."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

_LEAST = 12
"""Characters of a text that still say something."""
_LEAST_SPACE = 2
"""Characters that a shortened text takes with what stands before it, however short it is."""
_MAY_COMBINE = re.compile("[\u0300-\u1fff\u20d0-\u20ff\u2c00-\U0010ffff]")
"""Signs among which are all that belong to the letter before them; none that German or English is written with."""


def shorten(text: str, most: int) -> str:
    """At most so many characters, up to the end of a word where one is near, and a sign that something is missing."""
    if len(text) <= most:
        return text
    if most < 2:
        return ""
    end = most - 1
    gap = text.rfind(" ", most // 2, most)
    if gap > 0:
        end = gap
    while end and not text.isascii() and unicodedata.combining(text[end]):  # not between a letter and its accent
        end -= 1
    return text[:end].rstrip() + "…"


def take_too_much(count: int, room: int) -> bool:
    """Whether of so many texts nothing of any can stand there."""
    return count * _LEAST_SPACE > room


def shorten_all(texts: Sequence[str], room: int) -> tuple[Sequence[str], int]:
    """Tidy texts that share the room: each of as many characters as all can have, and how many these are.

    0: so few that they would say nothing; then nothing is left of any.
    """
    together = "".join(texts)
    if len(together) <= room:
        return texts, max(map(len, texts), default=0)
    if take_too_much(len(texts), room):
        return [""] * len(texts), 0
    # Mostly nobody has to look where each ends, and then all take half the time.
    combine = not together.isascii() and bool(_MAY_COMBINE.search(together))
    longest = _longest(texts, room, combine=combine)
    return _shortened(texts, longest, combine=combine) if longest else [""] * len(texts), longest


def _longest(texts: Sequence[str], room: int, *, combine: bool) -> int:
    """Of how many characters a text can be where all of them have so much room; 0: that would say nothing.

    Decided by lengths, because to write all of them for each length that may fit takes long.
    """
    by_length = sorted(texts, key=len)
    until = [0, *accumulate(map(len, by_length))]
    """What those of the shortest take, by how many these are."""

    def taken_at_most(most: int) -> int:
        short = bisect_right(by_length, most, key=len)
        return until[short] + (len(texts) - short) * most

    def taken(most: int) -> int:
        """As many characters as they have in all when each is shortened."""
        short = bisect_right(by_length, most, key=len)
        longer = by_length[short:]
        if combine:
            return until[short] + sum(len(shorten(text, most)) for text in longer)
        gaps = [text.rfind(" ", most // 2, most) for text in longer]
        return until[short] + sum(gaps) + len(gaps) + gaps.count(-1) * most

    whole = len(by_length[-1])
    fits = bisect_right(range(whole), room, key=taken_at_most) - 1
    # Ends of words make it a little less than that, so the answer is near.
    step = 1
    while fits + step < whole and taken(fits + step) <= room:
        fits += step
        step *= 2
    fits += bisect_right(range(fits + 1, min(fits + step, whole)), room, key=taken)
    return fits if fits >= _LEAST else 0


def _shortened(texts: Sequence[str], most: int, *, combine: bool) -> list[str]:
    """As `shorten`, of tidy texts and of at least 12 characters."""
    if combine:
        return [shorten(text, most) for text in texts]
    half, end = most // 2, most - 1
    return [
        text if len(text) <= most else text[: gap if (gap := text.rfind(" ", half, most)) > 0 else end] + "…"
        for text in texts
    ]

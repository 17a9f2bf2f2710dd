"""Texts that are shortened to fit: one of them, and many that share the room."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

_LEAST = 12
"""Characters of a text that still say something."""
_LEAST_SPACE = 2
"""Characters that a shortened text takes with what stands before it, however short it is."""
_SAMPLED = 16
"""Each of so many is looked at to guess what fits."""
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


def shorten_all(texts: Sequence[str], room: int) -> list[str]:
    """Tidy texts that share the room, each of as many characters as all can have; "" where that would say nothing."""
    together = "".join(texts)
    if len(together) <= room:
        return list(texts)
    if take_too_much(len(texts), room):
        return [""] * len(texts)
    # Mostly nobody has to look where each ends, and then it takes half the time.
    combine = not together.isascii() and bool(_MAY_COMBINE.search(together))
    return _shared(texts, room, combine=combine)


def _shared(texts: Sequence[str], room: int, *, combine: bool) -> list[str]:
    """As `shorten_all`, where there is no room for all of them.

    To write all for each length that may fit takes long, so it is begun with what fits for some: that is near.
    """
    some = texts[::_SAMPLED]
    evenly = max(_LEAST, room // len(texts))  # all have room for as much: nothing shorter is tried
    fitting, fits, too_long, step = [""] * len(texts), evenly - 1, max(map(len, texts)), 1
    tried = fits + bisect_right(
        range(evenly, too_long),
        room * len(some) // len(texts),
        key=lambda most: sum(map(len, _shortened(some, most, combine=combine))),
    )
    while too_long - fits > 1:
        if not fits < tried < too_long:
            tried = (fits + too_long) // 2
        shortened = _shortened(texts, tried, combine=combine)
        if sum(map(len, shortened)) <= room:
            fitting, fits, tried = shortened, tried, tried + step
        else:
            too_long, tried = tried, tried - step
        step *= 2
    return fitting


def _shortened(texts: Sequence[str], most: int, *, combine: bool) -> list[str]:
    """As `shorten`, of tidy texts and of at least 12 characters."""
    if combine:
        return [shorten(text, most) for text in texts]
    half, end = most // 2, most - 1
    return [
        text if len(text) <= most else text[: gap if (gap := text.rfind(" ", half, most)) > 0 else end] + "…"
        for text in texts
    ]

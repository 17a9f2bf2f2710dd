"""Text in columns for a terminal: aligned also with wide characters, and cut where the terminal is narrow."""

import unicodedata
from collections.abc import Sequence

LEAST = 6
"""Columns of the screen that a column of names keeps."""
GAP = 2
_WIDE = ("W", "F")
_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"
_SPACE = "Zs"
_UNSEEN = ("Mn", "Me", "Cf", "Cc")
_SKIN = range(0x1F3FB, 0x1F400)
"""Tones of the emoji before them."""


def on_screen(text: str) -> str:
    """The text without what moves the cursor, colours the terminal or turns the line around.

    Spaces of all widths, as before a € or around a dash, are plain ones.
    """
    return "".join(_on_screen(each) for each in text)


def _on_screen(character: str) -> str:
    if character.isprintable() or character == _JOINER:
        return character
    return " " if unicodedata.category(character) == _SPACE else "�"


def width_of(text: str) -> int:
    """How many columns of the screen it takes: none for an accent, two for 漢 and 🤫."""
    width, before = 0, ""
    for each in text:
        if before == _JOINER or ord(each) in _SKIN:
            wide = 0
        elif each == _AS_EMOJI:
            wide = int(_width(before) == 1) if before else 0
        else:
            wide = _width(each)
        width, before = width + wide, each
    return width


def cut_to(text: str, most: int) -> str:
    """At most so wide, with an ellipsis where something is missing."""
    if width_of(text) <= most:
        return text
    shown = text
    while shown and width_of(shown) > most - 1:
        shown = shown[:-1]
    return f"{shown.rstrip()}…"


def aligned(rows: Sequence[Sequence[str]], *, names: int, most: int | None) -> list[str] | None:
    """The rows as lines: so many columns of names to the left, figures to the right; None: it does not fit."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    if most is not None:
        while sum(widths) + GAP * (len(widths) - 1) > most:
            widest = max(range(names), key=widths.__getitem__, default=None)
            if widest is None or widths[widest] <= LEAST:
                return None
            widths[widest] -= 1
    return [_line(row, widths, names) for row in rows]


def _line(row: Sequence[str], widths: Sequence[int], names: int) -> str:
    cells = []
    for number, (text, width) in enumerate(zip(row, widths, strict=True)):
        shown = cut_to(text, width)
        space = " " * (width - width_of(shown))
        cells.append(shown + space if number < names else space + shown)
    return (" " * GAP).join(cells).rstrip()


def _width(character: str) -> int:
    if unicodedata.category(character) in _UNSEEN:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1

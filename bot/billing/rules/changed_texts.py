"""Which texts of a sent draft somebody changed in Billomat: they are lost with it when it is taken back."""

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from bot.billing.rules.line_differences import LineDifference, plain

_PLACE = re.compile(r"\[[A-Za-z_.]+\]")
"""What Billomat fills in, such as [Invoice.invoice_number]; whether it does so before it answers is not documented."""


class Place(StrEnum):
    """Where a text stands."""

    HEADING = "heading"
    INTRO = "intro"
    NOTE = "note"
    TITLE = "title"
    TEXT = "text"


class ChangedText(NamedTuple):
    """A text as it is in Billomat, where it is not as it was sent."""

    place: Place
    line: str
    """The title of the line that was sent; empty where it stands around the lines."""
    there: str


def changed_around(place: Place, sent: str, there: str | None) -> list[ChangedText]:
    """A text above or below the lines; nothing where Billomat puts its own, or does not say it."""
    if not sent or there is None or _is_filled_in(sent, there):
        return []
    return [ChangedText(place, "", there)]


def changed_on_lines(differing: Sequence[LineDifference]) -> list[ChangedText]:
    """Titles and texts of lines."""
    found = list[ChangedText]()
    for each in differing:
        if each.sent is None or each.there is None:
            continue
        if each.has_other_title:
            found.append(ChangedText(Place.TITLE, each.sent.title, each.there.title))
        if each.has_other_text:
            found.append(ChangedText(Place.TEXT, each.sent.title, each.there.description))
    return found


def mark_of(changed: Sequence[ChangedText]) -> str:
    """Tells these texts from others: who agrees that they are lost agrees to no others. Empty where there are none."""
    return sha256(json.dumps(changed).encode()).hexdigest()[:16] if changed else ""


def _is_filled_in(sent: str, there: str) -> bool:
    """Whether it is as it was sent, with anything in the places that Billomat fills in."""
    first, *others = (plain(part) for part in _PLACE.split(sent))
    rest = plain(there)
    if not others:
        return rest == first
    last = others.pop()
    if not rest.startswith(first) or not rest.endswith(last) or len(rest) < len(first) + len(last):
        return False
    rest = rest[len(first) : len(rest) - len(last)]
    for part in others:
        _, found, rest = rest.partition(part) if part else ("", " ", rest)
        if not found:
            return False
    return True

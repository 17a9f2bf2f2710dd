"""What people decide of what stands on a sent draft, and how much of it the customer still pays for."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.core.money import half_up

SECONDS_OF_A_HUNDREDTH = 36
ROUNDING = 1
"""Hundredths of an hour by which single entries may differ from what their line had."""


class Outcome(StrEnum):
    """What people decide of what stands on a sent draft."""

    BILLED = "billed"
    WRITTEN_OFF = "written off"
    FREE = "free"


class LineRoom(NamedTuple):
    """A line of a sent draft beside what Billomat has of it, in hundredths."""

    sent: int
    there: int | None
    """None: it was removed."""
    is_whole: bool
    """It is one price for all of it, so it is there or not."""
    settled_seconds: int
    """Of its entries, that are freed or written off."""


def overdrawn(lines: Sequence[LineRoom]) -> LineRoom | None:
    """The first line of which more is settled than Billomat has less of: the customer still pays for it there."""
    return next((line for line in lines if _is_overdrawn(line)), None)


def _is_overdrawn(line: LineRoom) -> bool:
    if line.there is None or not line.settled_seconds:
        return False
    if line.is_whole:
        return True
    return half_up(line.settled_seconds, SECONDS_OF_A_HUNDREDTH) > line.sent - line.there + ROUNDING

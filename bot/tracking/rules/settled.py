"""What is not open although it stands on no draft, or on none that counts; and what the audit calls such decisions."""

from enum import StrEnum


class Settled(StrEnum):
    """Why it is neither open nor billed by a draft of ours that counts."""

    WRITTEN_OFF = "written off"
    """It stands on a sent draft, and is billed to nobody."""
    ELSEWHERE = "billed elsewhere"
    """It stands on none: a person said that it was billed otherwise."""


ELSEWHERE = ("bill elsewhere", "bill here")
"""What the audit calls it that work is marked as billed elsewhere, and that it is open again."""
SETTLING = ("write off", "bill after all", "free", *ELSEWHERE)
"""What it calls these changes; they change no time, so that taking back time knows none of them."""

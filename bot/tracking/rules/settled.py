"""What is not open although it stands on no draft, or on none that counts; and what the audit calls such decisions."""

from enum import StrEnum


class Settled(StrEnum):
    """Why it is neither open nor billed by a draft of ours that counts."""

    WRITTEN_OFF = "written off"
    """It stands on a sent draft, and is billed to nobody."""
    ELSEWHERE = "billed elsewhere"
    """It stands on none: a person said that it was billed otherwise."""


BILL_ELSEWHERE = "bill elsewhere"
"""What the audit calls it that work is marked as billed elsewhere."""
BILL_HERE = "bill here"
"""That it is open again."""
MARKING = (BILL_ELSEWHERE, BILL_HERE)
SETTLING = ("write off", "bill after all", "free", *MARKING)
"""What the audit calls decisions. They change no time, so taking back time passes over them."""

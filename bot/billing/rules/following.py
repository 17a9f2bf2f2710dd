"""What is read of a sent draft in Billomat, and what follows from a change there. Decides, and does nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

MOST_AT_ONCE = 3
"""Invoices that may vanish together: so many a person deletes. Of more it is the list, the key or the account."""
SECOND_LOOK = timedelta(minutes=10)
"""So much later a vanished invoice is looked for once more before its time is free."""


class InvoiceStatus(StrEnum):
    """How Billomat calls the state of an invoice.

    Source: billomat.com/en/api/invoices/
    """

    UNSEEN = ""
    """It was not read since it was sent."""
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    OVERDUE = "OVERDUE"
    PAID = "PAID"
    CANCELED = "CANCELED"


FINAL = frozenset({InvoiceStatus.PAID, InvoiceStatus.CANCELED})
"""What hardly ever changes again."""


class News(StrEnum):
    """What happened to an invoice in Billomat between two looks; also what the audit calls it."""

    COMPLETED = "completed"
    OVERDUE = "overdue"
    PAID = "paid"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    """It was cancelled, and counts again."""


class CancelledDecision(StrEnum):
    """What people decided about a cancelled invoice whose time they do not bill again."""

    NONE = ""
    KEPT = "kept"
    WRITTEN_OFF = "written off"


def status_of(written: str) -> InvoiceStatus:
    """What Billomat calls the state. A word that nobody documented is taken for a completed invoice."""
    try:
        return InvoiceStatus(written)
    except ValueError:
        return InvoiceStatus.OPEN


def what_happened(before: InvoiceStatus, after: InvoiceStatus) -> News | None:
    """What people may want to hear; None: nothing, or a step back such as a payment that was deleted."""
    if before is after or after in (InvoiceStatus.UNSEEN, InvoiceStatus.DRAFT):
        return None
    if after is InvoiceStatus.CANCELED:
        return News.CANCELLED
    if before is InvoiceStatus.CANCELED:
        return News.RESTORED
    if after is InvoiceStatus.PAID:
        return News.PAID
    if after is InvoiceStatus.OVERDUE:
        return News.OVERDUE
    return News.COMPLETED if before in (InvoiceStatus.UNSEEN, InvoiceStatus.DRAFT) else None


def are_too_many(vanished: Sequence[object], *, doubted: bool) -> bool:
    """Whether to ask people about what vanished. `doubted`: they were asked before, and nobody answered."""
    return doubted or len(vanished) > MOST_AT_ONCE


def is_second_look(missing_since: datetime | None, at: datetime) -> bool:
    """Whether it was missed before, at another time."""
    return missing_since is not None and at - missing_since >= SECOND_LOOK

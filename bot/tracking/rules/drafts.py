"""What people call an invoice draft. The token in Billomat's label is for finding it there, and for nobody to read."""

from datetime import date
from typing import NamedTuple, Protocol

from bot.core.texts import Reader
from bot.tracking.rules.settled import Settled


class DraftName(NamedTuple):
    """A draft by its customer and its days, and by its number once somebody completed it in Billomat."""

    customer: str
    first: date | None
    last: date | None
    """The chosen period, else the days of its work; None: it was not approved yet, and takes everything unbilled."""
    number: str = ""
    part: str = ""
    """Which part of the work of these days, or which of several; see bot/billing/draft_names.py."""

    def said(self, to: Reader) -> str:
        """Acme GmbH, November 2026 · Design; completed RE198 (Acme GmbH, November 2026)."""
        days = days_said(to, self.first, self.last) if self.first and self.last else ""
        named = with_part(", ".join(filter(None, (self.customer, days))), self.part)
        return f"{self.number} ({named})" if self.number else named


def days_said(to: Reader, first: date, last: date) -> str:
    """The month that the days lie in, else the first and the last of them."""
    is_one_month = (first.year, first.month) == (last.year, last.month)
    return to.month(first) if is_one_month else to.days(first, last)


def with_part(named: str, part: str) -> str:
    """November 2026 · Design; a number alone stands behind a space: November 2026 (2)."""
    return f"{named}{' ' if part.startswith('(') else ' · '}{part}" if part else named


def same_days(first: date, last: date, other_first: date, other_last: date) -> bool:
    """Whether `days_said` says the same of both."""
    months = {(day.year, day.month) for day in (first, last, other_first, other_last)}
    return len(months) == 1 or (first, last) == (other_first, other_last)


class Billable(Protocol):
    """What a draft can hold: an entry, an expense."""

    @property
    def draft_id(self) -> int | None:
        """The draft that holds it, if one does."""

    @property
    def is_held(self) -> bool:
        """Whether it is not open: on a draft, or billed elsewhere."""

    @property
    def settled(self) -> Settled | None:
        """Written off on that draft, or billed elsewhere."""

    @property
    def draft_number(self) -> str | None:
        """The number of that one, once it was completed in Billomat."""

    @property
    def draft(self) -> DraftName:
        """What people call it."""

    @property
    def is_in_billomat(self) -> bool:
        """Whether that draft stands there."""

    @property
    def may_be_in_billomat(self) -> bool:
        """Whether nobody knows if that draft arrived there."""

"""What people call an invoice draft. The token in Billomat's label is for finding it there, and for nobody to read."""

from datetime import date
from typing import NamedTuple

from bot.core.texts import Reader


class DraftName(NamedTuple):
    """A draft by its customer and its days, and by its number once somebody completed it in Billomat."""

    customer: str
    first: date | None
    last: date | None
    """The chosen period, else the days of its work; None: it was not approved yet, and takes everything unbilled."""
    number: str = ""

    def said(self, to: Reader) -> str:
        """Acme GmbH, November 2026; completed RE198 (Acme GmbH, November 2026)."""
        days = days_said(to, self.first, self.last) if self.first and self.last else ""
        named = ", ".join(filter(None, (self.customer, days)))
        return f"{self.number} ({named})" if self.number else named


def days_said(to: Reader, first: date, last: date) -> str:
    """The month that the days lie in, else the first and the last of them."""
    is_one_month = (first.year, first.month) == (last.year, last.month)
    return to.month(first) if is_one_month else to.days(first, last)

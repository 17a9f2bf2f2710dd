"""How long German law has books kept, from the end of the calendar year in which they came to be (§ 147 (4) AO)."""

from datetime import date

VOUCHERS = 8
"""Years for invoices and what led to them, by § 147 (3) with (1) no. 4 AO. The Fourth Bureaucracy Relief Act made them
eight of ten for all whose time was not over on 1 January 2025. Read in comments on the law, not in the law itself."""
RECORDS = 10
"""Years for books, records and the description of the procedure, by § 147 (3) with (1) no. 1 AO."""


def over_up_to(today: date, years: int) -> int:
    """The last calendar year of which nothing has to be kept any more."""
    return today.year - years - 1

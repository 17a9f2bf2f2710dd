"""What is agreed with a customer beside rates: of which months it holds, and which work it is about."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.billing.rules.rate_list import PriceFrom, RateRule
from bot.core.digests import digest

COVERED = -2
"""Stands for the id of what a fixed price says of an hour; no row of the list of rates."""
_OVER_A_MONTH = timedelta(days=32)


class AgreementKind(StrEnum):
    """What is agreed."""

    FIXED_PRICE = "fixed price"
    RETAINER = "retainer"
    """A fee each month, which includes some hours."""


class Agreement(NamedTuple):
    """One agreement. `cents` are net: the whole of a fixed price, the fee of a month of a retainer."""

    id: int
    kind: AgreementKind
    customer_id: int
    project_id: int | None
    project: str | None
    first_day: date
    """The first of the month in which it begins."""
    last_day: date | None
    """The last of the month in which it ends; None: it goes on."""
    cents: int
    currency: str
    """In which it was agreed, whatever the customer is billed in by now."""
    included_seconds: int = 0
    """What a retainer's fee of a month includes."""
    carries_over: bool = False
    """Whether what is not used of it is there in later months."""
    fees_until: date | None = None
    """The first day of the last month whose fee was put among what is to be billed."""
    person_id: int | None = None
    """In whose name the fees stand."""

    @property
    def terms_digest(self) -> str:
        """By which a form knows whether anything else is agreed by now."""
        agreed = (self.first_day, self.last_day, self.cents, self.currency, self.included_seconds, self.carries_over)
        return digest(*agreed)

    def holds_on(self, day: date) -> bool:
        """Whether it is about work that counts on this day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def meets(self, first_day: date, last_day: date | None) -> bool:
        """Whether any of its days is among these; None: they have no end."""
        begins_after = last_day is not None and last_day < self.first_day
        return not begins_after and (self.last_day is None or first_day <= self.last_day)


def first_of_month(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """The last day of the month of a day."""
    return (first_of_month(day) + _OVER_A_MONTH).replace(day=1) - timedelta(days=1)


def covering(agreements: Iterable[Agreement]) -> tuple[RateRule, ...]:
    """What fixed prices say of an hour, as rules before all others: nothing is paid for it.

    So sums of open time (Home, lists, reports) leave it out as the invoice does, also within a month.
    """
    return tuple(
        RateRule(COVERED, _nothing(each), project_id=each.project_id, customer_id=each.customer_id)
        for each in agreements
        if each.kind is AgreementKind.FIXED_PRICE
    )


def _nothing(agreement: Agreement) -> tuple[PriceFrom, ...]:
    begins = PriceFrom(agreement.first_day, 0)
    if agreement.last_day is None:
        return (begins,)
    return begins, PriceFrom(agreement.last_day + timedelta(days=1), None)

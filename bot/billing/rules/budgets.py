"""What a project may use up, in hours or in money: how it is typed, and how much of it is used up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.billing.rules.rounding import HUNDREDTH
from bot.core.money import AnotherCurrency, TwoAmounts, currency_named, half_up, read_cents

THRESHOLDS = (80, 100)
"""Percent of a budget at which people are warned, each once."""
HOUR = 3_600
LONGEST = 1_000_000 * HOUR
HIGHEST = 10_000_000_000_000
"""Seconds, and cents, that a budget has at most."""
_CLOCK = re.compile(r"([0-9]{1,7}):([0-5][0-9])(?:\s*(?:h|std\.?|stunden|hours))?", re.IGNORECASE)
_NOT_DIGITS = re.compile(r"^[^0-9]+|[^0-9]+$")
_HOURS = re.compile(r"(.*?)\s*(?:h|hrs?|hours?|std\.?|stunden?)", re.IGNORECASE)


class Budget(NamedTuple):
    """The budget of a project, from a day on: so many seconds, or so many cents net, in its currency."""

    id: int
    project_id: int
    project: str
    customer_id: int
    customer: str
    first_day: date
    seconds: int | None
    cents: int | None
    currency: str
    """"" for one of time."""
    is_hard: bool
    """Nothing above it is billed; else it only warns."""

    @property
    def limit(self) -> int:
        """Seconds, or cents."""
        return (self.seconds if self.cents is None else self.cents) or 0

    def holds_on(self, day: date) -> bool:
        """Whether it is about work that counts on this day."""
        return self.first_day <= day


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """A budget and what of it is used up, in its unit: seconds or cents."""

    budget: Budget
    used: int
    """Of time: all that was recorded and can be billed or is. Of money: what is billed, and what open time is worth,
    as if there were no budget."""
    billed: int
    """What of it stands on live drafts, as it is billed there."""

    @property
    def left_to_bill(self) -> int:
        """What may still be billed of a hard one."""
        return max(0, self.budget.limit - self.billed)

    @property
    def percent(self) -> int:
        """How much of it is used up, rounded down: at 100 nothing is left."""
        return self.used * 100 // self.budget.limit

    @property
    def reached(self) -> tuple[int, ...]:
        """The thresholds that are reached."""
        return tuple(each for each in THRESHOLDS if self.percent >= each)


class BilledPart(NamedTuple):
    """What of a line on a live draft is time of a project that has a budget, of the days of that."""

    budget_id: int
    part_seconds: int
    line_seconds: int
    hours: int
    """Of the line, in hundredths; of a total 1.00."""
    is_total: bool
    amount_cents: int
    tax_rate: int | None
    gross_prices: bool
    currency: str


def billed_of(budget: Budget, parts: Iterable[BilledPart]) -> int:
    """What these parts bill of a budget.

    Of time that is what stands on the line, where all of it is the project's, so also what rounding added. Of money it
    is the net amount of the line before a reduction of the whole invoice, by the share of the seconds. What is billed
    in another currency is no part of a budget: nobody knows what it would be in this one.
    """
    if budget.cents is None:
        return sum(map(_seconds_of, parts))
    return sum(_cents_of(part) for part in parts if part.currency == budget.currency)


def _seconds_of(part: BilledPart) -> int:
    billed = part.hours * HUNDREDTH
    is_rounded = abs(billed - part.line_seconds) * 2 > HUNDREDTH
    is_all = part.part_seconds == part.line_seconds
    return billed if is_all and is_rounded and not part.is_total else part.part_seconds


def _cents_of(part: BilledPart) -> int:
    net = net_cents(part.amount_cents, part.tax_rate, gross_prices=part.gross_prices)
    return half_up(net * part.part_seconds, part.line_seconds) if part.line_seconds else net


def net_cents(amount: int, tax_rate: int | None, *, gross_prices: bool) -> int:
    """The amount of a line without VAT, of a rate in hundredths of a percent, half up."""
    return half_up(amount * 10_000, 10_000 + (tax_rate or 0)) if gross_prices else amount


def read_hours(typed: str) -> int | None:
    """Seconds of "40 h", "40:30", "37,5 Std." or "1.000 Stunden"; None for what is no time. Raises ValueError.

    Three digits behind a mark are thousands: nobody agrees on thousandths of an hour.
    """
    text = " ".join(typed.split())
    if clock := _CLOCK.fullmatch(text):
        seconds = int(clock[1]) * HOUR + int(clock[2]) * 60
    elif hours := _HOURS.fullmatch(text):
        seconds = read_hundredths(hours[1]) * HOUR // 100
    else:
        return None
    if not 0 < seconds <= LONGEST:
        raise ValueError(typed)
    return seconds


def read_hundredths(number: str) -> int:
    """Hundredths of a number in digits, of which three behind a mark are thousands. Raises ValueError."""
    try:
        return read_cents(number)
    except TwoAmounts as two:
        return two.readings[0]


def read_amount(typed: str, currency: str) -> int | None:
    """Cents of "5.000 €", "5000 EUR" or "CHF 1'500.50"; None where it names no currency. Raises ValueError.

    Of it AnotherCurrency is raised for one that names another currency than this.
    """
    text = " ".join(typed.split())
    named = currency_named(text)
    if named is None:
        return None
    if named != currency:
        raise AnotherCurrency(named)
    cents = read_hundredths(_NOT_DIGITS.sub("", text))
    if not 0 < cents <= HIGHEST:
        raise ValueError(typed)
    return cents

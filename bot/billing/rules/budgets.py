"""What a project may use up, in hours or in money: how it is typed, and how much of it is used up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.billing.rules.rounding import HUNDREDTH
from bot.core.digests import digest
from bot.core.money import (
    AnotherCurrency,
    NoDecimals,
    currency_named,
    half_up,
    read_thousands,
    smallest,
    spread,
)

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

    @property
    def terms_digest(self) -> str:
        """By which a form knows whether it says anything else by now."""
        return digest(self.first_day, self.seconds, self.cents, self.currency, self.is_hard)

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


NO_LINE = 0
"""Stands for the id of a line where time was billed elsewhere: each such part is alone."""


class BilledPart(NamedTuple):
    """What of a line on a live draft is time of a project that has a budget, of the days of that."""

    budget_id: int
    line_id: int
    """Also of a line that is not stored yet: what tells the lines apart."""
    part_seconds: int
    line_seconds: int
    hours: int
    """Of the line, in hundredths; of a total 1.00."""
    is_total: bool
    amount_cents: int
    tax_rate: int | None
    gross_prices: bool
    currency: str


def billed_of(budgets: Iterable[Budget], parts: Iterable[BilledPart]) -> dict[int, int]:
    """What parts of lines bill of each budget, by its id.

    Of time that is what stands on the line, so also what rounding added. Of money it is the net amount of the line
    before a reduction of the whole invoice. A line that has other work too counts by its share of the seconds: the
    shares of all that is on it are together exactly the line, so `parts` are of all budgets that it has work of. What
    is billed in another currency is no part of a budget: nobody knows what it would be in this one.
    """
    by_id = {each.id: each for each in budgets}
    found, lines = dict.fromkeys(by_id, 0), dict[tuple[int, int], list[BilledPart]]()
    for part in parts:
        alone = part.budget_id if part.line_id == NO_LINE else 0
        lines.setdefault((part.line_id, alone), []).append(part)
    for of_line in lines.values():
        line, whole = of_line[0], smallest(of_line[0].currency)
        of_line.sort(key=lambda part: part.budget_id)
        shares = (_shares(_seconds_of(line), of_line), _shares(_cents_of(line) // whole, of_line))
        for part, seconds, amount in zip(of_line, *shares, strict=True):
            budget = by_id.get(part.budget_id)
            if budget and budget.cents is None:
                found[budget.id] += seconds
            elif budget and budget.currency == part.currency:
                found[budget.id] += amount * whole
    return found


def _shares(total: int, of_line: Sequence[BilledPart]) -> list[int]:
    """What each of these parts has of what their line bills."""
    seconds = [each.part_seconds for each in of_line]
    rest = of_line[0].line_seconds - sum(seconds)
    return spread(total, [*seconds, rest] if rest else seconds)[: len(of_line)]


def _seconds_of(line: BilledPart) -> int:
    billed = line.hours * HUNDREDTH
    is_rounded = abs(billed - line.line_seconds) * 2 > HUNDREDTH
    return billed if is_rounded and not line.is_total else line.line_seconds


def _cents_of(line: BilledPart) -> int:
    return net_cents(line.amount_cents, line.tax_rate, gross_prices=line.gross_prices, to=smallest(line.currency))


def net_cents(amount: int, tax_rate: int | None, *, gross_prices: bool, to: int = 1) -> int:
    """The amount of a line without VAT, of a rate in hundredths of a percent, half up to a multiple of `to`."""
    return half_up(amount * 10_000, 10_000 + (tax_rate or 0), to=to) if gross_prices else amount


def read_hours(typed: str) -> int | None:
    """Seconds of "40 h", "40:30", "37,5 Std." or "1.000 Stunden"; None for what is no time. Raises ValueError.

    Three digits behind a mark are thousands: nobody agrees on thousandths of an hour.
    """
    text = " ".join(typed.split())
    if clock := _CLOCK.fullmatch(text):
        seconds = int(clock[1]) * HOUR + int(clock[2]) * 60
    elif hours := _HOURS.fullmatch(text):
        seconds = read_thousands(hours[1]) * HOUR // 100
    else:
        return None
    if not 0 < seconds <= LONGEST:
        raise ValueError(typed)
    return seconds


def read_amount(typed: str, currency: str) -> int | None:
    """Cents of "5.000 €", "5000 EUR" or "CHF 1'500.50"; None where it names no currency. Raises ValueError.

    Of it AnotherCurrency is raised for one that names another currency than this, and NoDecimals for a part of a yen.
    """
    text = " ".join(typed.split())
    named = currency_named(text)
    if named is None:
        return None
    if named != currency:
        raise AnotherCurrency(named)
    cents = read_thousands(_NOT_DIGITS.sub("", text))
    if not 0 < cents <= HIGHEST:
        raise ValueError(typed)
    if cents % smallest(currency):
        raise NoDecimals(typed)
    return cents

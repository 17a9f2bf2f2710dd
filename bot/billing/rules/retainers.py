"""A retainer: a fee each month, which includes hours; the first ones cost nothing beside it, the rest has its rate.

Which hours are included follows from all work that is open, in the order of time, and from what live drafts used. So it
is the same whichever draft an entry stands on, and two drafts never have the same hours.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from bot.billing.rules.agreements import Agreement, AgreementKind, first_of_month
from bot.billing.rules.rounding import HUNDREDTH, hours

MONTHS = 12
_HOURS = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,2})|:([0-5][0-9]))? ?(?:h|std\.?|hours?|stunden?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Retainer:
    """A retainer, and how many seconds live drafts used of it, by the first day of the month of the work."""

    agreement: Agreement
    used: Mapping[date, int] = field(default_factory=dict)

    def left(self, month: date) -> int:
        """The seconds of a month that are still included.

        Where they are carried over, that is what was included until then and is not used; but no later month may be
        left with more than there was, as for time that is billed late.
        """
        each = self.agreement.included_seconds
        if not self.agreement.carries_over:
            return max(0, each - self.used.get(month, 0))
        months = {month, *(later for later in self.used if later > month)}
        return max(0, min(self._included_until(last) - self._used_until(last) for last in months))

    def carried(self, month: date) -> int:
        """The seconds of a month that were not used in those before it."""
        if not self.agreement.carries_over:
            return 0
        before = sum(seconds for of_month, seconds in self.used.items() if of_month < month)
        return max(0, self._included_until(month) - self.agreement.included_seconds - before)

    def with_use(self, month: date, seconds: int) -> "Retainer":
        """The same after so many more seconds of a month."""
        return Retainer(self.agreement, {**self.used, month: self.used.get(month, 0) + seconds})

    def _included_until(self, month: date) -> int:
        return months_between(self.agreement.first_day, month) * self.agreement.included_seconds

    def _used_until(self, month: date) -> int:
        return sum(seconds for of_month, seconds in self.used.items() if of_month <= month)


class OpenTime(NamedTuple):
    """An entry that can be billed, as far as it decides what is included."""

    entry_id: int
    project_id: int | None
    day: date
    """The one on which it counts."""
    seconds: int


class Allotted(NamedTuple):
    """So many seconds of an entry are included in an agreement."""

    agreement_id: int
    seconds: int


def months_between(first: date, last: date) -> int:
    """How many months there are from the month of one day to that of another, both counted; below 1 before it."""
    return (last.year - first.year) * MONTHS + last.month - first.month + 1


def agreed_for(agreements: Iterable[Agreement], project_id: int | None, day: date) -> Agreement | None:
    """What holds for work of a project on a day: its fixed price, else its own retainer, else that of its customer."""
    holding = [each for each in agreements if each.project_id in (None, project_id) and each.holds_on(day)]
    return min(holding, key=_precedence, default=None)


def _precedence(agreement: Agreement) -> tuple[bool, bool, int]:
    return (agreement.kind is not AgreementKind.FIXED_PRICE, agreement.project_id is None, agreement.id)


def allot(
    retainers: Sequence[Retainer], agreements: Sequence[Agreement], worked: Iterable[OpenTime]
) -> tuple[dict[int, Allotted], tuple[Retainer, ...]]:
    """What of the open entries of a customer is included, by their ids, and the retainers after that.

    `agreements` are all of the customer's, `worked` all that is open there, in the order of time. A part of an entry is
    a line, so nothing is taken of one that would be 0.00 h.
    """
    now = {each.agreement.id: each for each in retainers}
    found: dict[int, Allotted] = {}
    for (agreement_id, month), entries in _by_month(agreements, worked):
        if agreement_id not in now:
            continue
        left = whole = now[agreement_id].left(month)
        for entry in entries:
            taken = min(entry.seconds, left)
            if taken and (taken == entry.seconds or hours(taken)):
                found[entry.entry_id] = Allotted(agreement_id, taken)
                left -= taken
        now[agreement_id] = now[agreement_id].with_use(month, whole - left)
    return found, tuple(now.values())


def _by_month(
    agreements: Sequence[Agreement], worked: Iterable[OpenTime]
) -> Iterator[tuple[tuple[int, date], list[OpenTime]]]:
    """The entries of each agreement and month, the earliest month first; within one in the order in which they came."""
    known: dict[tuple[int | None, date], int | None] = {}
    by_month: dict[tuple[int, date], list[OpenTime]] = {}
    for entry in worked:
        work = (entry.project_id, entry.day)
        if work not in known:
            agreed = agreed_for(agreements, *work)
            known[work] = agreed.id if agreed else None
        if (agreement_id := known[work]) is not None:
            by_month.setdefault((agreement_id, first_of_month(entry.day)), []).append(entry)
    yield from sorted(by_month.items(), key=lambda each: (each[0][1], each[0][0]))


class Fee(NamedTuple):
    """The fee of a month that is not among what is to be billed yet."""

    agreement: Agreement
    month: date


def due_fees(agreements: Iterable[Agreement], until: date) -> list[Fee]:
    """The fees of all months up to that of a day that were not put among what is to be billed."""
    found = []
    for each in agreements:
        if each.kind is AgreementKind.RETAINER:
            first = next_month(each.fees_until) if each.fees_until else each.first_day
            last = min(until, each.last_day or until)
            found += [Fee(each, month) for month in months_from(first, last)]
    return found


def next_month(month: date) -> date:
    """The first day of the month after one, of which the first day is given."""
    return month.replace(year=month.year + month.month // MONTHS, month=month.month % MONTHS + 1)


def months_from(first: date, last: date) -> Iterator[date]:
    """The first days of the months from one to that of another day."""
    while first <= last:
        yield first
        first = next_month(first)


def included_hours(typed: str) -> int:
    """Seconds of "20", "12,5", "7:30" or "20 h"; nothing typed is none. Raises ValueError."""
    found = _HOURS.fullmatch(" ".join(typed.split()) or "0")
    if found is None:
        raise ValueError(typed)
    hundredths = int((found[2] or "").ljust(2, "0"))
    return int(found[1]) * 3_600 + hundredths * HUNDREDTH + int(found[3] or 0) * 60

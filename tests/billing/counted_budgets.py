"""Budgets counted over by hand: what lines bill of each, and what a hard one cuts, in the order of time."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import NamedTuple

from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout
from bot.billing.rules.rounding import EXACT
from tests.billing.counted_rates import CountedRate, PriceSince
from tests.billing.recount import CountedLine, Edit, Key, Terms, Worked, all_counted_lines, part_of, rounded

FREE_OF_CHARGE = (CountedRate((PriceSince(None, Decimal(0)),)),)
_LEAST = Decimal("0.01")
"""Hours of a line above a budget: an entry that is cut is on the draft with all of its seconds."""
_OFF = 18
"""Seconds by which hours with two decimals differ from exact ones."""
_Time = tuple[date, object, int]


class CountedBudget(NamedTuple):
    """What a project may use up from a day on: seconds, or a net amount; before it is raised, if it is."""

    project_id: int
    first: date
    is_hard: bool
    seconds: int | None
    amount: Decimal | None
    currency: str
    raised: int = 1
    """How many times as much it becomes while the invoice is open."""

    @property
    def limit(self) -> Fraction:
        """In its unit."""
        return Fraction(self.amount if self.seconds is None else self.seconds)

    def is_about(self, work: Worked) -> bool:
        """Whether the work may use it up."""
        return work.project_id == self.project_id and work.day >= self.first

    def after_raise(self) -> "CountedBudget":
        """The larger one."""
        seconds = None if self.seconds is None else self.seconds * self.raised
        return self._replace(seconds=seconds, amount=None if self.amount is None else self.amount * self.raised)


class Held(NamedTuple):
    """The lines of an invoice with budgets, and what of each, by its project, they bill and is above."""

    lines: Sequence[CountedLine]
    billed: Mapping[int, Fraction]
    above: Mapping[int, int]


@dataclass(frozen=True)
class Invoice:
    """What lines are made of: its work by the hour, what a retainer pays beside it, and what was billed before."""

    worked: Mapping[int, Worked]
    paid: Mapping[int, Worked]
    before: Mapping[int, Fraction]
    budgets: Sequence[CountedBudget]
    layout: Layout
    terms: Terms
    edits: Mapping[Key, Edit]
    week_start: int

    def held(self) -> Held:
        """Its lines. A hard budget of which they would bill more than is left is cut, and has lines of its own."""
        cut, rest = dict[int, _Cut](), dict(self.worked)
        while True:
            lines = self.lines_of(rest)
            billed = self.shares(lines)
            over = [
                each
                for each in self.budgets
                if each.is_hard and each.project_id not in cut and self._is_over(each, billed[each.project_id], rest)
            ]
            if not over:
                break
            for each in over:
                theirs = {key: work for key, work in rest.items() if each.is_about(work)}
                rest = {key: work for key, work in rest.items() if key not in theirs}
                cut[each.project_id] = self._cut(each, theirs, rest.values())
        above = {each.project_id: cut[each.project_id].above for each in self.budgets if each.project_id in cut}
        within = [line for each in cut.values() for line in each.within]
        billed = self.shares([*lines, *within])
        for each in self.budgets:
            billed[each.project_id] += self._paid(each, None)
        return Held([*lines, *within, *(line for each in cut.values() for line in each.free)], billed, above)

    def lines_of(self, worked: Mapping[int, Worked], edits: Mapping[Key, Edit] | None = None) -> list[CountedLine]:
        """The lines that some work makes."""
        how = self.edits if edits is None else edits
        return [line for line in self._all_lines(worked, self.terms, how) if line.hours]

    def _all_lines(self, worked: Mapping[int, Worked], terms: Terms, edits: Mapping[Key, Edit]) -> list[CountedLine]:
        return all_counted_lines(worked, self.layout, terms, edits, week_start=self.week_start)

    def shares(self, lines: Sequence[CountedLine]) -> dict[int, Fraction]:
        """What lines bill of each budget: its share of the seconds on a line, all shares being all of the line."""
        found = {each.project_id: Fraction(0) for each in self.budgets}
        for line in lines:
            seconds = [
                sum(part for key, part in line.seconds.items() if each.is_about(self.worked[key]))
                for each in self.budgets
            ]
            seconds.append(sum(line.seconds.values()) - sum(seconds))
            time = shared(self._time_of(line), seconds)
            money = shared(self._net_of(line) * 10**self.terms.places, seconds)
            for each, of_time, of_money in zip(self.budgets, time, money, strict=False):
                if each.seconds is not None:
                    found[each.project_id] += of_time
                elif each.currency == self.terms.currency:
                    found[each.project_id] += Fraction(of_money, 10**self.terms.places)
        return found

    def _time_of(self, line: CountedLine) -> Fraction:
        """What was worked, or what that was rounded to: on a total no hours are said."""
        exact, said = sum(line.seconds.values()), Fraction(line.hours) * 3600
        return said if abs(said - exact) > _OFF and not line.is_total else Fraction(exact)

    def _net_of(self, line: CountedLine) -> Fraction:
        amount = Fraction(line.amount or 0)
        if not self.terms.wants_gross:
            return amount
        percent = Fraction(line.vat.percent if line.vat else 0)
        return Fraction(rounded(amount / (1 + percent / 100), self.terms.places))

    def _left(self, budget: CountedBudget) -> Fraction:
        return max(Fraction(0), budget.limit - self.before.get(budget.project_id, 0))

    def _is_over(self, budget: CountedBudget, billed: Fraction, rest: Mapping[int, Worked]) -> bool:
        times = [_time(key, work) for key, work in rest.items() if budget.is_about(work)]
        return billed + (self._paid(budget, max(times)) if times else 0) > self._left(budget)

    def _paid(self, budget: CountedBudget, until: _Time | None) -> int:
        """The seconds that a retainer pays: they cost no money, and use up time as it passes."""
        about = {key: work for key, work in self.paid.items() if budget.seconds is not None and budget.is_about(work)}
        return sum(work.seconds for key, work in about.items() if until is None or _time(key, work) <= until)

    def _cut(self, budget: CountedBudget, theirs: Mapping[int, Worked], others: Collection[Worked]) -> "_Cut":
        """The longest beginning whose lines bill no more than is left, and what is above."""
        stands_alone = any(each in (Shared.PROJECT, Shared.ENTRY) for each in self.layout.by) and not any(
            work.project_id == budget.project_id for work in others
        )
        mark = () if stands_alone else ("budget", budget.project_id)
        edits = _without(mark, self.edits)
        order = sorted(theirs, key=lambda key: _time(key, theirs[key]))

        def bills(some: Mapping[int, Worked]) -> Fraction:
            until = max(_time(key, work) for key, work in some.items())
            return self.shares(self.lines_of(some, edits))[budget.project_id] + self._paid(budget, until)

        def first(many: int) -> dict[int, Worked]:
            return {key: theirs[key] for key in order[:many]}

        left = self._left(budget)
        if left and bills(theirs) <= left:  # what somebody changed on its lines made it so
            lines = self.lines_of(theirs, edits)
            return _Cut([line._replace(key=(*mark, *line.key)) for line in lines], [], 0)
        # Nothing fits into nothing, though it may be rounded to nothing.
        fits = _most(len(order), left, lambda many: bills(first(many))) if left else 0
        within, at = first(fits), order[fits]
        whole = theirs[at].seconds
        begun = _most(whole, left, lambda many: bills({**within, at: part_of(theirs[at], 0, many)})) if left else 0
        some = {**within, at: part_of(theirs[at], 0, begun)} if begun else within
        lines = self.lines_of(some, edits)
        if not any(at in line.seconds for line in lines):  # too little of it for a line
            begun, lines = 0, self.lines_of(within, edits)
        above = {key: theirs[key] for key in order[fits:]} | {at: part_of(theirs[at], begun, whole)}
        return _Cut(
            [line._replace(key=(*mark, *line.key)) for line in lines], self._free(budget, above), _seconds(above)
        )

    def _free(self, budget: CountedBudget, above: Mapping[int, Worked]) -> list[CountedLine]:
        terms = replace(self.terms, rates=FREE_OF_CHARGE, roundings=dict.fromkeys(self.terms.roundings, EXACT))
        mark = ("above", budget.project_id)
        edits = {key: edit._replace(price=None, percent=Decimal(0), off=Decimal(0)) for key, edit in self.edits.items()}
        lines = self._all_lines(above, terms, _without(mark, edits))
        return [line._replace(key=(*mark, *line.key), hours=max(line.hours, _LEAST)) for line in lines]


class _Cut(NamedTuple):
    within: Sequence[CountedLine]
    free: Sequence[CountedLine]
    above: int


def shared(total: Fraction, weights: Sequence[int]) -> list[int]:
    """A whole number by weight: full ones, of which the largest rests get those that are left."""
    if not sum(weights):
        return [0] * len(weights)
    exact = [total * Fraction(weight, sum(weights)) for weight in weights]
    parts = [floor(each) for each in exact]
    left = int(total) - sum(parts)
    for place in sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])[:left]:
        parts[place] += 1
    return parts


def _most(whole: int, left: Fraction, bills: Callable[[int], Fraction]) -> int:
    """How many of fewer than the whole bill no more than is left, found by halves."""
    return bisect_right(range(whole), left, lo=1, key=bills) - 1


def _time(key: int, work: Worked) -> _Time:
    return work.day, work.start, key


def _seconds(worked: Mapping[int, Worked]) -> int:
    return sum(each.seconds for each in worked.values())


def _without(mark: Key, edits: Mapping[Key, Edit]) -> dict[Key, Edit]:
    return {key[len(mark) :]: edit for key, edit in edits.items() if key[: len(mark)] == mark}

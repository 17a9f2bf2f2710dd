"""A retainer counted over by hand: hours as money in a bank, and the lines of what it pays for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from bot.billing.rules.layout import Layout
from bot.billing.rules.rounding import EXACT
from tests.billing.counted_budgets import FREE_OF_CHARGE, CountedBudget, Held, Invoice
from tests.billing.recount import CountedLine, Edit, FixedPrice, Key, Terms, Worked, counted_lines, part_of

_LEAST = 18
"""Seconds that are 0.01 h."""


class CountedRetainer(NamedTuple):
    """A fee each month from the first one on, which pays so many seconds of work for a project, or for the customer."""

    project_id: int | None
    first: date
    seconds: int
    carries: bool
    fee: Decimal

    def is_about(self, work: Worked, fixed: FixedPrice | None) -> bool:
        """Whether it may pay for this work."""
        if not work.billable or work.guessed or work.day < self.first or (fixed and fixed.covers(work)):
            return False
        return self.project_id in (None, work.project_id)


def paid_seconds(retainer: CountedRetainer, worked: Mapping[int, Worked], fixed: FixedPrice | None) -> dict[int, int]:
    """What it pays of all open work: each month brings its hours into the bank, and work takes them as it comes."""
    about = {key: work for key, work in worked.items() if retainer.is_about(work, fixed)}
    paid, bank, month = dict[int, int](), 0, retainer.first
    while month <= max((work.day for work in about.values()), default=date.min):
        bank = (bank if retainer.carries else 0) + retainer.seconds
        of_month = [key for key, work in about.items() if (work.day.year, work.day.month) == (month.year, month.month)]
        for key in sorted(of_month, key=lambda key: (about[key].day, about[key].start, key)):
            taken = min(bank, about[key].seconds)
            if taken and (taken == about[key].seconds or taken >= _LEAST):
                paid[key] = taken
                bank -= taken
        month = (month + timedelta(days=31)).replace(day=1)
    return paid


def held_with(
    worked: Mapping[int, Worked],
    paid: Mapping[int, int],
    budgets: Sequence[CountedBudget],
    before: Mapping[int, Fraction],
    layout: Layout,
    terms: Terms,
    edits: Mapping[Key, Edit],
    *,
    week_start: int,
) -> Held:
    """The lines of work of which so many seconds are paid by a retainer, within budgets.

    What is left of an entry and is on no line costs nothing, and stays with what is paid of it.
    """
    within = {key: seconds for key, seconds in paid.items() if key in worked}
    free = replace(terms, rates=FREE_OF_CHARGE, roundings=dict.fromkeys(terms.roundings, EXACT))
    by_hours = replace(layout, as_total=False)
    while True:
        first = {key: part_of(worked[key], 0, seconds) for key, seconds in within.items()}
        rest = {
            key: part_of(work, within.get(key, 0), work.seconds)
            for key, work in worked.items()
            if work.seconds > within.get(key, 0) or key not in within
        }
        without_budgets = counted_lines(rest, layout, terms, edits, week_start=week_start)
        if not (lost := _divided(first, rest) - _on(without_budgets)):
            included = counted_lines(first, by_hours, free, {}, week_start=week_start)
            on_lines = {key: first[key] for key in _on(included)}
            held = Invoice(rest, on_lines, before, budgets, layout, terms, edits, week_start).held()
            if not (lost := _divided(on_lines, rest) - _on(held.lines)):
                marked = [line._replace(key=("included", *line.key)) for line in included]
                return held._replace(lines=[*held.lines, *marked])
        within |= {key: worked[key].seconds for key in lost}


def _divided(first: Mapping[int, Worked], rest: Mapping[int, Worked]) -> set[int]:
    return {*first} & {*rest}


def _on(lines: Iterable[CountedLine]) -> set[int]:
    return {key for line in lines for key in line.seconds}

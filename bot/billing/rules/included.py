"""The lines of hours that a retainer includes: at a price of 0, beside those of the hours that have their rate.

Exact seconds are included; what is left is rounded as any other time.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from bot.billing.rules.agreements import Agreement, first_of_month
from bot.billing.rules.billable import billable
from bot.billing.rules.dividing import divided
from bot.billing.rules.entries import NO_ENTRIES, Entries
from bot.billing.rules.grouping import Grouping, GroupKey, included_in, of_included
from bot.billing.rules.lines import AS_IT_COMES, Included, Line, LineEdit
from bot.billing.rules.making import all_lines
from bot.billing.rules.rate_list import ALWAYS, PriceFrom, RateList, RateRule
from bot.billing.rules.retainers import Allotted, Retainer
from bot.billing.rules.rounding import ALL_EXACT
from bot.billing.rules.worth import Pricing

INCLUDED = -4
"""Stands for the id of what a retainer says of an included hour; no row of the list of rates."""
_FREE = RateList((RateRule(INCLUDED, (PriceFrom(ALWAYS, 0),)),))


def apart(
    entries: Entries,
    allotted: Mapping[int, Allotted],
    grouping: Grouping,
    *,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
    whole: Collection[int] = (),
) -> tuple[list[Line], Entries]:
    """The lines of what is included of entries, and the entries, or parts of them, that are billed by their rate.

    What is left of an entry may be too short for a line, or rounded to nothing: it costs nothing either way, and all of
    that entry stands on the included line, which uses no more than there is. So do those that are `whole` anyway.
    """
    theirs = {entry_id: allotted[entry_id] for entry_id in entries.ids if entry_id in allotted} if allotted else {}
    if not theirs:
        return [], entries
    within = {entry_id: each.seconds for entry_id, each in theirs.items()}
    lengths = {
        entry_id: each for entry_id, each in zip(entries.ids, entries.seconds, strict=True) if entry_id in theirs
    }
    within |= {entry_id: lengths[entry_id] for entry_id in whole}
    while True:
        included, rest = divided(entries, within)
        both = {*included.ids}.intersection(rest.ids)
        lost = _too_short(rest, grouping, pricing, edits) & both if both else set[int]()
        if not lost:
            return list(_lines(included, theirs, grouping, pricing, edits)), rest
        within |= {entry_id: lengths[entry_id] for entry_id in lost}


def long_enough(lines: Iterable[Line]) -> tuple[list[Line], int]:
    """The lines with as much as 0.01 h, and how many entries the others have: they wait."""
    found = list(lines)
    return [each for each in found if each.hours], sum(len(each.entries) for each in found if not each.hours)


class RetainedMonth(NamedTuple):
    """What a retainer includes for a month, once all that is open is on drafts: all are seconds."""

    agreement: Agreement
    month: date
    carried: int
    """What was not used before."""
    used: int
    left: int

    @property
    def included(self) -> int:
        """What the fee of the month includes."""
        return self.agreement.included_seconds


def month_of(retainer: Retainer, month: date) -> RetainedMonth:
    """A retainer in a month; it has all that is open already."""
    return RetainedMonth(
        retainer.agreement, month, retainer.carried(month), retainer.used.get(month, 0), retainer.left(month)
    )


def months_of(
    retainers: Iterable[Retainer], included: Iterable[Line], spent: Iterable[Line]
) -> tuple[RetainedMonth, ...]:
    """What is said of each retainer and month that has a fee or included time on a draft."""
    there = {
        (line.included.agreement_id, month) for line in included if line.included for month, _ in line.included.used
    }
    for line in spent:
        if line.expense and line.expense.agreement_id and line.expense.month:
            there.add((line.expense.agreement_id, line.expense.month))
    by_id = {each.agreement.id: each for each in retainers}
    return tuple(month_of(by_id[agreement_id], month) for agreement_id, month in sorted(there) if agreement_id in by_id)


def free_of_charge(pricing: Pricing) -> Pricing:
    """What included hours are priced by: exact, and an hour costs nothing."""
    return replace(pricing, rates=_FREE, roundings=ALL_EXACT)


def _too_short(entries: Entries, grouping: Grouping, pricing: Pricing, edits: Mapping[GroupKey, LineEdit]) -> set[int]:
    lines = all_lines(billable(entries)[0], grouping, pricing=pricing, edits=edits)
    return {entry_id for line in lines if not line.hours for entry_id in line.entries.ids}


def _lines(
    included: Entries,
    allotted: Mapping[int, Allotted],
    grouping: Grouping,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
) -> Iterator[Line]:
    left = {entry_id: each.seconds for entry_id, each in allotted.items()}
    agreement_ids = sorted({each.agreement_id for each in allotted.values()})
    by_hours = replace(grouping, as_total=False)
    for agreement_id in agreement_ids:
        theirs, _ = included.parted([allotted[entry_id].agreement_id == agreement_id for entry_id in included.ids])
        made = all_lines(
            theirs or NO_ENTRIES,
            by_hours,
            pricing=free_of_charge(pricing),
            edits=_articles(edits, agreement_id),
        )
        for line in made:
            key = of_included(line.key, agreement_id)
            yield replace(
                line,
                key=key,
                edit=edits.get(key, AS_IT_COMES),
                included=Included(agreement_id, tuple(_used(line, left))),
            )


def _articles(edits: Mapping[GroupKey, LineEdit], agreement_id: int) -> dict[GroupKey, LineEdit]:
    """The articles that people chose for these lines, or that the draft keeps: of all else they have their own."""
    kept = {key: LineEdit(article=each.article, article_kept=True) for key, each in edits.items() if each.article_kept}
    for key, each in edits.items():
        group = included_in(key, agreement_id)
        if group is not None and (each.article or each.article_kept):
            kept[group] = LineEdit(article=each.article, article_kept=each.article_kept)
    return kept


def _used(line: Line, left: dict[int, int]) -> Iterable[tuple[date, int]]:
    """What a line uses, by month; `left` is what is allotted to each entry and on no line yet."""
    used: dict[date, int] = {}
    for entry_id, day, seconds in zip(line.entries.ids, line.entries.counted_days, line.entries.seconds, strict=True):
        taken = min(seconds, left[entry_id])
        left[entry_id] -= taken
        if taken:
            month = first_of_month(day)
            used[month] = used.get(month, 0) + taken
    return sorted(used.items())

"""Hard budgets on a draft: in the order of time, what is within one is billed, and what is above it is not.

What is above stands on lines of its own that cost nothing, so the customer reads what they got, and it is bound with
the draft. Where nothing is above, lines are made as if there were no budget.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bot.billing.rules.budgets import BilledPart, Budget, BudgetUse, billed_of
from bot.billing.rules.dividing import TimeKey, cut, in_order_of_time, time_keys
from bot.billing.rules.entries import NO_ENTRIES, Entries
from bot.billing.rules.grouping import Grouping, GroupKey, Shared, of_budget, without_budget
from bot.billing.rules.lines import SMALLEST, LeftOut, Line, LineEdit
from bot.billing.rules.making import all_lines, billable, make_lines
from bot.billing.rules.rate_list import ALWAYS, PriceFrom, RateList, RateRule
from bot.billing.rules.reductions import NO_REDUCTION
from bot.billing.rules.rounding import ALL_EXACT
from bot.billing.rules.worth import Pricing

ABOVE = -3
"""Stands for the id of what a budget says of an hour above it; no row of the list of rates."""
_COSTS_NOTHING = RateList((RateRule(ABOVE, (PriceFrom(ALWAYS, 0),)),))


@dataclass(frozen=True, slots=True)
class OnDraft:
    """A budget on a draft: what the draft bills of it, in its unit, and the seconds above a hard one."""

    use: BudgetUse
    """By what other drafts bill."""
    billed: int
    above: int

    @property
    def with_draft(self) -> BudgetUse:
        """What is billed once the draft is."""
        billed = self.use.billed + self.billed
        return BudgetUse(self.use.budget, billed, billed)


@dataclass(frozen=True, slots=True)
class Budgeted:
    """The lines of a draft, and what budgets have to do with them."""

    lines: list[Line]
    left_out: LeftOut
    budgets: tuple[OnDraft, ...] = ()


def budgeted_lines(
    entries: Entries,
    uses: Iterable[BudgetUse],
    grouping: Grouping,
    *,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
    included: Entries = NO_ENTRIES,
) -> Budgeted:
    """As `make_lines`, with what is above hard budgets on lines that cost nothing.

    `included` is what retainers include of the same draft: it costs nothing, and uses hours of a budget in its turn.
    Costs a look at the project and the day of each entry for each budget, and nothing without one.
    """
    rest, cuts, budgets = entries, list[_Cut](), list[OnDraft]()
    for use in uses:
        theirs, others = parted_by_budget(rest, use)
        free = _Free.of(included, use.budget)
        if not (theirs or free.total):
            continue
        maker = _Maker(use, grouping, pricing, edits, free)
        by_hour = maker.billed(theirs)
        if by_hour + free.until(theirs) <= use.left_to_bill or not (theirs and use.budget.is_hard):
            budgets.append(OnDraft(use, by_hour + free.total, 0))
            continue
        found, rest = maker.cut(theirs, is_alone=_stands_alone(grouping, use, others)), others
        cuts.append(found)
        budgets.append(OnDraft(use, found.billed + free.total, sum(found.above.seconds)))
    lines, left_out = make_lines(rest, grouping, pricing=pricing, edits=edits)
    for each in cuts:
        lines += each.lines
        left_out = replace(left_out, too_short=left_out.too_short + each.too_short)
    return Budgeted(lines, left_out, tuple(budgets))


def for_nothing(pricing: Pricing) -> Pricing:
    """What is above a budget is priced by: an hour costs nothing, and none is rounded."""
    return replace(pricing, rates=_COSTS_NOTHING, roundings=ALL_EXACT)


def parted_by_budget(entries: Entries, use: BudgetUse) -> tuple[Entries, Entries]:
    """The entries that a budget is about and that can be billed, and all others."""
    budget, facts = use.budget, zip(entries.project_ids, entries.days, strict=True)
    theirs, others = entries.parted([each == budget.project_id and budget.holds_on(day) for each, day in facts])
    theirs, waiting = billable(theirs)
    return theirs, Entries.together([others, waiting]) if theirs else entries


def _stands_alone(grouping: Grouping, use: BudgetUse, others: Entries) -> bool:
    """Whether no line of other entries could have the same key."""
    is_by_project = bool({Shared.PROJECT, Shared.ENTRY} & {*grouping.shared})
    return is_by_project and use.budget.project_id not in {*others.project_ids}


@dataclass(frozen=True, slots=True)
class _Cut:
    lines: Sequence[Line]
    above: Entries
    billed: int
    too_short: int


@dataclass(frozen=True, slots=True)
class _Free:
    """What retainers include of the time of a budget of hours, in the order of time. Of money it uses nothing."""

    keys: Sequence[TimeKey] = ()
    seconds: Sequence[int] = ()
    """Of all up to each."""

    @classmethod
    def of(cls, included: Entries, budget: Budget) -> "_Free":
        """What of included time a budget is about."""
        if budget.cents is not None:
            return cls()
        facts = zip(included.project_ids, included.counted_days, strict=True)
        theirs, _ = included.parted([each == budget.project_id and budget.holds_on(day) for each, day in facts])
        ordered = in_order_of_time(theirs)
        return cls(time_keys(ordered), list(accumulate(ordered.seconds)))

    @property
    def total(self) -> int:
        """All seconds of it."""
        return self.seconds[-1] if self.seconds else 0

    def until(self, entries: Entries) -> int:
        """The seconds that were worked before the last of these entries was begun."""
        earlier = bisect_right(self.keys, max(time_keys(entries))) if self.keys and entries else 0
        return self.seconds[earlier - 1] if earlier else 0


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the lines of the time of one budget."""

    use: BudgetUse
    grouping: Grouping
    pricing: Pricing
    edits: Mapping[GroupKey, LineEdit]
    free: _Free

    def billed(self, entries: Entries) -> int:
        """What lines of these entries bill of the budget, in its unit."""
        return self._billed(all_lines(entries, self.grouping, pricing=self.pricing, edits=self.edits))

    def measured(self, entries: Entries) -> int:
        """The same with what is included until then."""
        return self.billed(entries) + self.free.until(entries)

    def cut(self, entries: Entries, *, is_alone: bool) -> _Cut:
        """The lines within the budget and those above it."""
        budget_id = self.use.budget.id
        edits = self.edits if is_alone else _edits_of(self.edits, budget_id, is_above=False)
        maker = replace(self, edits=edits)
        within, above = cut_at(entries, self.use.left_to_bill, maker.measured)
        made, left_out = make_lines(within, self.grouping, pricing=self.pricing, edits=edits)
        if {*within.ids} & {*above.ids} - {entry_id for line in made for entry_id in line.entries.ids}:
            # What is within of the entry at the limit is too short for a line, so all of it is above.
            ordered, whole = in_order_of_time(entries), {*within.ids} - {*above.ids}
            within, above = ordered.parted([each in whole for each in ordered.ids])
            made, left_out = make_lines(within, self.grouping, pricing=self.pricing, edits=edits)
        lines = made if is_alone else [replace(line, key=of_budget(line.key, budget_id)) for line in made]
        return _Cut([*lines, *self._above(above)], above, self._billed(made), left_out.too_short)

    def _above(self, entries: Entries) -> list[Line]:
        budget_id = self.use.budget.id
        edits = _edits_of(self.edits, budget_id, is_above=True)
        return [
            replace(
                line,
                key=of_budget(line.key, budget_id, is_above=True),
                hours=max(line.hours, SMALLEST),
                above_budget=budget_id,
            )
            for line in all_lines(entries, self.grouping, pricing=for_nothing(self.pricing), edits=edits)
        ]

    def _billed(self, lines: Iterable[Line]) -> int:
        return billed_of(self.use.budget, (self._part(line) for line in lines))

    def _part(self, line: Line) -> BilledPart:
        return BilledPart(
            self.use.budget.id,
            line.seconds,
            line.seconds,
            line.quantity,
            line.is_total,
            line.amount_cents or 0,
            line.vat.rate if line.vat else None,
            self.pricing.terms.invoice_gross,
            self.pricing.currency,
        )


def cut_at(entries: Entries, left: int, measured: Callable[[Entries], int]) -> tuple[Entries, Entries]:
    """The longest beginning of entries, in the order of time, whose lines come to no more than is left, and the rest.

    An entry at the limit is in both. `measured` says what lines of some entries come to.
    """
    ordered = in_order_of_time(entries)
    if left <= 0:
        return ordered.picked(()), ordered
    if measured(ordered) <= left:
        return ordered, ordered.picked(())
    fits, too_many = 0, len(ordered)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        fits, too_many = (middle, too_many) if measured(ordered[:middle]) <= left else (fits, middle)
    whole, entry = ordered[:fits], ordered[fits]
    first, beyond = 0, entry.seconds or 0
    while beyond - first > 1:
        middle = (first + beyond) // 2
        longer = Entries.together([whole, Entries.of([cut(entry, middle)[0]])])
        first, beyond = (middle, beyond) if measured(longer) <= left else (first, middle)
    if not first:
        return whole, ordered[fits:]
    before, after = cut(entry, first)
    return (
        Entries.together([whole, Entries.of([before])]),
        Entries.together([Entries.of([after]), ordered[fits + 1 :]]),
    )


def _edits_of(edits: Mapping[GroupKey, LineEdit], budget_id: int, *, is_above: bool) -> dict[GroupKey, LineEdit]:
    """What people changed on such lines, under the keys that these have before; above a budget no rate holds."""
    found = {}
    for key, edit in edits.items():
        without = without_budget(key, budget_id, is_above=is_above)
        if without is not None:
            found[without] = (
                replace(edit, rate_cents=None, rate_gross=None, reduction=NO_REDUCTION) if is_above else edit
            )
    return found

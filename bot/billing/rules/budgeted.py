"""Hard budgets on a draft: in the order of time, what is within one is billed, and what is above it is not.

What is above stands on lines of its own that cost nothing, so the customer reads what they got, and it is bound with
the draft. Where nothing is above, lines are made as if there were no budget.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bot.billing.rules.billable import billable
from bot.billing.rules.budgets import BilledPart, Budget, BudgetUse, billed_of
from bot.billing.rules.dividing import TimeKey, cut, in_order_of_time, time_keys
from bot.billing.rules.entries import NO_ENTRIES, Entries, UnbilledEntry
from bot.billing.rules.grouping import Grouping, GroupKey, Shared, of_budget, without_budget
from bot.billing.rules.lines import SMALLEST, LeftOut, Line, LineEdit
from bot.billing.rules.making import all_lines, make_lines
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

    Lines are made as if there were no budget; time of which they bill more than is left of a hard one is taken out of
    them, and cut. `included` is what retainers include of the same draft: it costs nothing, and uses hours of a budget
    in its turn. Costs a look at the project and the day of each entry, and nothing without a budget.
    """
    makers = [_Maker(use, grouping, pricing, edits, _Free.of(included, use.budget)) for use in uses]
    rest, cuts = entries, dict[int, _Cut]()
    while True:
        made, left_out = make_lines(rest, grouping, pricing=pricing, edits=edits)
        parts = list(parts_of(made, [maker.use.budget for maker in makers], pricing))
        billed = billed_of((maker.use.budget for maker in makers), parts)
        over = [each for each in makers if each.id not in cuts and each.has_less_than(billed[each.id], rest)]
        if not over:
            break
        for maker in over:
            theirs, rest = parted_by_budget(rest, maker.use)
            cuts[maker.id] = maker.cut(theirs, is_alone=_stands_alone(grouping, maker.use, rest))
    there = {part.budget_id for part in parts}
    budgets = [
        each.on_draft(billed[each.id], cuts.get(each.id))
        for each in makers
        if each.id in cuts or each.id in there or each.free.total
    ]
    lines = [*made, *(line for cut in cuts.values() for line in cut.lines)]
    waiting = sum(cut.too_short for cut in cuts.values())
    return Budgeted(lines, replace(left_out, too_short=left_out.too_short + waiting), tuple(budgets))


def parts_of(lines: Iterable[Line], budgets: Iterable[Budget], pricing: Pricing) -> Iterator[BilledPart]:
    """What lines have of the time of budgets, of which a project has one at most."""
    by_project = {each.project_id: each for each in budgets}
    for number, line in enumerate(lines if by_project else (), start=1):
        seconds = Counter[int]()
        entries = line.entries
        for project_id, day, each in zip(entries.project_ids, entries.counted_days, entries.seconds, strict=True):
            budget = by_project.get(project_id or 0)
            if budget and budget.holds_on(day):
                seconds[budget.id] += each
        for budget_id, part in seconds.items():
            yield _part(line, number, budget_id, part, pricing)


def _part(line: Line, number: int, budget_id: int, seconds: int, pricing: Pricing) -> BilledPart:
    return BilledPart(
        budget_id,
        number,
        seconds,
        line.seconds,
        line.quantity,
        line.is_total,
        line.amount_cents or 0,
        line.vat.rate if line.vat else None,
        pricing.terms.invoice_gross,
        pricing.currency,
    )


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
    return is_by_project and use.budget.project_id not in {*billable(others)[0].project_ids}


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

    @property
    def id(self) -> int:
        """Of the budget."""
        return self.use.budget.id

    def has_less_than(self, billed: int, entries: Entries) -> bool:
        """Whether less is left of a hard budget than lines bill with what is included until the last of its entries."""
        if not self.use.budget.is_hard:
            return False
        free = self.free.until(parted_by_budget(entries, self.use)[0]) if self.free.total else 0
        return billed + free > self.use.left_to_bill

    def on_draft(self, billed: int, cut: "_Cut | None") -> OnDraft:
        """What is said of the budget, of which uncut lines bill so much."""
        if cut is None:
            return OnDraft(self.use, billed + self.free.total, 0)
        return OnDraft(self.use, cut.billed + self.free.total, sum(cut.above.seconds))

    def measured(self, entries: Entries) -> int:
        """What lines of these entries alone bill of the budget, in its unit, with what is included until then."""
        made = all_lines(entries, self.grouping, pricing=self.pricing, edits=self.edits)
        return self.billed(line for line in made if line.hours) + self.free.until(entries)

    def billed(self, lines: Iterable[Line]) -> int:
        """What lines bill of the budget."""
        budget = self.use.budget
        return billed_of([budget], parts_of(lines, [budget], self.pricing))[budget.id]

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
        return _Cut([*lines, *self._above(above)], above, self.billed(made), left_out.too_short)

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


def cut_at(entries: Entries, left: int, measured: Callable[[Entries], int]) -> tuple[Entries, Entries]:
    """The longest beginning of entries, in the order of time, whose lines come to no more than is left, and the rest.

    An entry at the limit is in both. `measured` says what lines of some entries come to.
    """
    ordered = in_order_of_time(entries)
    if left <= 0:
        return ordered.picked(()), ordered
    if measured(ordered) <= left:
        return ordered, ordered.picked(())
    fits = _most(len(ordered), left, lambda many: measured(ordered[:many]))
    whole, entry = ordered[:fits], ordered[fits]
    first = _most(entry.seconds or 0, left, lambda many: measured(_with_part(whole, entry, many)))
    if not first:
        return whole, ordered[fits:]
    before, after = cut(entry, first)
    return (
        Entries.together([whole, Entries.of([before])]),
        Entries.together([Entries.of([after]), ordered[fits + 1 :]]),
    )


def _most(too_many: int, left: int, measured: Callable[[int], int]) -> int:
    """How many come to no more than is left, of which so many, and none of them is looked at, are too many."""
    return bisect_right(range(too_many), left, lo=1, key=measured) - 1


def _with_part(whole: Entries, entry: UnbilledEntry, seconds: int) -> Entries:
    return Entries.together([whole, Entries.of([cut(entry, seconds)[0]])])


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

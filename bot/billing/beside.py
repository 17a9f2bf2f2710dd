"""What stands beside a draft: what its selection is called, the usual days, older open time, other open drafts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain

from sqlalchemy import Connection

from bot.billing.rules.periods import Period, days_between, month_of
from bot.billing.rules.recipes import Offer, Recipe, offers
from bot.billing.rules.scope import ALL_WORK, Scope
from bot.billing.turns import Turn, read_turn
from bot.billing.usual import recipe_of, usual_period
from bot.core.caller import Caller
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spent import SpentKind
from storage import draft_choices as choice_rows
from storage import drafts as draft_rows
from storage import filter_names as filter_name_rows
from storage import last_invoices as last_invoice_rows
from storage import line_edits as line_edit_rows
from storage import shown as shown_rows
from storage import unbilled as unbilled_rows
from storage import unbilled_expenses as unbilled_expense_rows
from storage.drafts import Draft
from storage.filter_names import Labels
from storage.unbilled import OpenTime

MOST_OVERLAPS = 2
_LOOKING = timedelta(hours=1)
"""For so long after it was shown somebody may still send it."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Older:
    """Open time before the days that are shown, which is easily forgotten."""

    seconds: int
    since: date
    scope: Scope
    """Shows it: from its first month on, up to the days that are shown."""
    spent: SpentKind = SpentKind.NOTHING


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another open draft, which somebody changed or has before them, and on which part of the same work stands."""

    draft_id: int
    scope: Scope
    seconds: int
    expenses: tuple[SpentKind, ...] = ()
    """The kind of each that is on both."""


@dataclass(frozen=True, slots=True)
class Following:
    """The open draft of the same work that comes next in time, as of several that were begun month by month."""

    customer_id: int
    scope: Scope
    labels: Labels
    open_time: OpenTime


@dataclass(frozen=True, slots=True)
class Beside:
    """All that."""

    labels: Labels
    """What is selected, here and in the drafts that overlap, is called by its id."""
    usual: Scope
    """What is shown where nobody chose anything; where other work was chosen, the days that are usual for that."""
    rest: int = 0
    """Seconds of other work in these days that could be billed and is not selected."""
    other_expenses: tuple[SpentKind, ...] = ()
    """The kind of each expense that is so."""
    recipe: Recipe = field(default_factory=Recipe)
    offers: tuple[Offer, ...] = ()
    """What of this invoice differs from the recipe and can be kept."""
    older: Older | None = None
    months: tuple[Period, ...] = ()
    """The months with time to bill, or what of them lies in the days."""
    overlaps: tuple[Overlap, ...] = ()
    turn: Turn | None = None
    """Which customer comes next."""


def read_beside(db: Connection, caller: Caller, draft: Draft, days: Iterable[date]) -> Beside:
    """What stands beside a draft whose lines have work of these days."""
    scope, others = draft.scope, draft_rows.open_drafts_beside(db, draft)
    overlaps = _overlaps(db, caller, draft, others)
    recipe = recipe_of(db, caller, draft.customer_id)
    is_split = last_invoice_rows.is_split(db, draft.id)
    selections = [scope.selection, recipe.selection, *(each.scope.selection for each in overlaps)]
    return Beside(
        labels=labels_of(db, draft.workspace_id, selections),
        usual=_usual(db, caller, draft, recipe),
        rest=_rest(db, draft),
        other_expenses=_other_expenses(db, draft),
        recipe=recipe,
        offers=offers(recipe, scope, today=caller.today, is_split=is_split, is_older=_is_older(draft, others)),
        older=older_work(db, draft),
        months=_months(scope.period, days),
        overlaps=tuple(overlaps),
        turn=read_turn(db, draft.workspace_id, draft.customer_id, scope.period),
    )


def following_draft(db: Connection, draft: Draft) -> Following | None:
    """The customer's next open draft of a month, or of days in one, with the same selection and something to bill."""
    workspace_id, customer_id, last = draft.workspace_id, draft.customer_id, draft.last_day
    if last is None:
        return None
    others = draft_rows.open_drafts_of_customers(db, workspace_id, [customer_id])
    later = [each for each in others if each.selection == draft.selection and _is_later(each, last)]
    for each in sorted(later, key=lambda each: (each.first_day or date.max, each.last_day or date.max)):
        scope = each.scope
        if waiting := unbilled_rows.open_time(db, workspace_id, customer_id, scope, of_draft=each.id):
            return Following(customer_id, scope, labels_of(db, workspace_id, [scope.selection]), waiting)
    return None


def _is_later(other: Draft, last: date) -> bool:
    first, ends = other.first_day, other.last_day
    return bool(first and ends and first > last and (first.year, first.month) == (ends.year, ends.month))


def labels_of(db: Connection, workspace_id: int, selections: Sequence[Filter]) -> Labels:
    """What is selected is called by its id; what is no longer there is missing."""
    every = Filter(
        projects=tuple({row_id: None for each in selections for row_id in each.projects}),
        services=tuple({row_id: None for each in selections for row_id in each.services}),
        people=tuple({row_id: None for each in selections for row_id in each.people}),
    )
    return filter_name_rows.read_labels(db, workspace_id, every)


def _usual(db: Connection, caller: Caller, draft: Draft, recipe: Recipe) -> Scope:
    selection = draft.scope.selection
    period = usual_period(db, caller, draft.customer_id, selection, recipe)
    return Scope(period, selection if selection == recipe.selection else ALL_WORK)


def _rest(db: Connection, draft: Draft) -> int:
    scope = draft.scope
    if scope.selection == ALL_WORK:
        return 0
    every, chosen = (
        unbilled_rows.open_time(db, draft.workspace_id, draft.customer_id, each)
        for each in (Scope(scope.period), scope)
    )
    return (every.seconds if every else 0) - (chosen.seconds if chosen else 0)


def _other_expenses(db: Connection, draft: Draft) -> tuple[SpentKind, ...]:
    scope = draft.scope
    if scope.selection == ALL_WORK:
        return ()
    every, chosen = (_expenses_of(db, draft, each) for each in (Scope(scope.period), scope))
    return tuple(kind for expense_id, kind in every.items() if expense_id not in chosen)


def _expenses_of(db: Connection, draft: Draft, scope: Scope) -> dict[int, SpentKind]:
    """The expenses of a draft's customer that can be billed in a scope, by id, with their kinds."""
    found = unbilled_expense_rows.unbilled_expenses(db, draft.workspace_id, draft.customer_id, scope)
    return {each.expense_id: each.kind for each in found}


def older_work(db: Connection, draft: Draft) -> Older | None:
    """What is open before the days of a draft; None where nothing is."""
    scope = draft.scope
    if scope.period.first is None or scope.period.first == date.min:
        return None
    before = scope.period.first - _DAY
    found = unbilled_rows.open_time(
        db, draft.workspace_id, draft.customer_id, scope.during(days_between(date.min, before))
    )
    if found is None:
        return None
    shown = days_between(found.since.replace(day=1), before)
    return Older(found.seconds, found.since, scope.during(shown), found.spent)


def _is_older(draft: Draft, others: Iterable[Draft]) -> bool:
    """Whether a draft has days that `older_work` of another one opens: from the first of a month until that one begins.

    Somebody may have chosen them all the same; then a box is empty that people can tick.
    """
    first, last = draft.first_day, draft.last_day
    if first is None or last is None or first.day != 1 or last == date.max:
        return False
    return any(each.first_day == last + _DAY and each.selection == draft.selection for each in others)


def _months(period: Period, days: Iterable[date]) -> tuple[Period, ...]:
    """Each month with work, without what of it lies outside of the days that were chosen."""
    months = (month_of(first) for first in sorted({day.replace(day=1) for day in set(days)}))
    return tuple(_within(month, period) for month in months)


def _within(month: Period, period: Period) -> Period:
    if not (month.first and month.last and period.first and period.last):
        return month
    return days_between(max(month.first, period.first), min(month.last, period.last))


def shared_expenses(db: Connection, one: Draft, other: Draft) -> dict[int, SpentKind]:
    """The expenses that are on both of these open drafts, by id, with their kinds."""
    ours, theirs = (_expenses_of(db, each, each.scope) for each in (one, other))
    out = [choice_rows.left_out(db, choice_rows.EXPENSES, each.id) for each in (one, other)]
    there = theirs.keys() - {*chain.from_iterable(out)}
    return {expense_id: kind for expense_id, kind in ours.items() if expense_id in there}


def _overlaps(db: Connection, caller: Caller, draft: Draft, others: Sequence[Draft]) -> list[Overlap]:
    """Where somebody changed something, or somebody else is just looking: others bill nothing by surprise."""
    found: list[Overlap] = []
    if not others:  # as of most
        return found
    ids = [each.id for each in others]
    changed = line_edit_rows.with_edits(db, ids) | choice_rows.with_choices(db, ids)
    changed |= {each.id for each in others if each.layout or each.texts or each.line_order}
    changed |= shown_rows.before_others(db, ids, caller.person_id, since=caller.now - _LOOKING)
    for other in others:
        if other.id in changed and len(found) < MOST_OVERLAPS:
            shared = unbilled_rows.shared_seconds(db, draft, other)
            spent = tuple(shared_expenses(db, draft, other).values())
            found += [Overlap(other.id, other.scope, shared, spent)] if shared or spent else []
    return found

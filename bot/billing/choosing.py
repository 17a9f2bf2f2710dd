"""Which work an invoice is about: from what was typed or chosen to a customer, days and a selection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from bot.billing.beside import labels_of
from bot.billing.collect import preview_of
from bot.billing.opening import begin_draft, find_open, open_preview
from bot.billing.preview import Preview
from bot.billing.rules.periods import EVERYTHING, Period, days_between, months_until
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.scope import ALL_WORK, Scope
from bot.billing.rules.taxation import TaxCase
from bot.billing.usual import of_customer, recipe_of, usual_period, usual_scope
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.money import smallest, spread
from bot.grammar.values import TypedFilter
from bot.people.callers import require_biller
from bot.tracking import filtering
from bot.tracking.filter_form import archived_mark
from bot.tracking.filtering import UsualSpan
from bot.tracking.rules.filters import Filter
from storage import draft_choices as choice_rows
from storage import draft_terms as draft_term_rows
from storage import filter_menus
from storage import payers as payer_rows
from storage import runs as run_rows
from storage import unbilled as unbilled_rows
from storage import unbilled_sums as unbilled_sum_rows
from storage.change import Change
from storage.drafts import Draft
from storage.filter_menus import Offered
from storage.filter_names import Labels
from storage.payers import Payer


@dataclass(frozen=True, slots=True)
class Beginning:
    """An invoice of which the customer is not chosen yet."""

    scope: Scope
    labels: Labels
    is_usual: bool = True
    """Whether nobody said anything of the days: then they follow from the customer."""
    customers: tuple[Offered, ...] = ()
    """Several who were named, of whom one is meant."""


NOTHING_TYPED = TypedFilter()


def begin(bot: Bot, caller: Caller, typed: TypedFilter = NOTHING_TYPED) -> Preview | Beginning:
    """The invoice that was typed, or what is known of it while the customer is not. Raises UserError."""
    require_biller(caller)
    refuse_unbillable(typed)
    chosen = filtering.resolve(bot, caller, typed, usual=UsualSpan.OF_INVOICE)
    with bot.change(caller) as change:
        db = change.db
        customers, selection = _whose(db, caller, chosen)
        if len(customers) == 1:
            customer_id = customers[0].id
            if selection == ALL_WORK and not typed.all_days:
                selection = recipe_of(db, caller, customer_id).selection
            period = _period(db, caller, customer_id, typed, replace(selection, first=chosen.first, last=chosen.last))
            return open_preview(change, customer_id, Scope(period, selection))
        period = _typed_period(caller, typed, chosen, oldest=None) or months_until(caller.today, 1)[0]
        scope = Scope(period, selection)
        return Beginning(
            scope,
            labels_of(db, caller.workspace_id, [scope.selection]),
            is_usual=not _says_days(typed),
            customers=tuple(customers),
        )


def begun(bot: Bot, caller: Caller, scope: Scope) -> Beginning:
    """The form without a customer, for days that were chosen there."""
    require_biller(caller)
    with bot.database.read() as db:
        return Beginning(scope, labels_of(db, caller.workspace_id, [scope.selection]), is_usual=False)


def refuse_unbillable(typed: TypedFilter) -> None:
    """Raises UserError where something else was asked for than what can be billed."""
    if typed.billed:
        raise UserError(
            "An invoice takes only what is not billed yet. Leave that word out; what was billed you see with "
            "/track list billed."
        )
    if typed.billable is False:
        raise UserError(
            "An invoice takes only what is billable. Leave that word out, or make the entries billable first."
        )


def _whose(db: Connection, caller: Caller, chosen: Filter) -> tuple[list[Offered], Filter]:
    """The customers that were named, also by their projects; and the selection: of a whole customer no project."""
    projects = filter_menus.read_offered(db, caller.workspace_id, "project", chosen.projects)
    ids = dict.fromkeys((*chosen.customers, *(each.customer_id for each in projects if each.customer_id)))
    customers = filter_menus.read_offered(db, caller.workspace_id, "customer", [*ids])
    narrowed = tuple(each.id for each in projects if each.customer_id not in chosen.customers)
    return customers, Scope(EVERYTHING, replace(chosen, projects=narrowed)).selection


def days_typed(bot: Bot, caller: Caller, typed: TypedFilter) -> Period | None:
    """The days that were typed, of whichever customer; None where nothing was said of them. Raises UserError."""
    chosen, oldest = filtering.resolve(bot, caller, typed, usual=UsualSpan.OF_INVOICE), None
    if chosen.first is None and chosen.last is not None:
        with bot.database.read() as db:
            oldest = run_rows.oldest_day(db, caller.workspace_id, until=chosen.last)
    return _typed_period(caller, typed, chosen, oldest)


def _says_days(typed: TypedFilter) -> bool:
    return typed.all_days or typed.first is not None or typed.last is not None


def _period(db: Connection, caller: Caller, customer_id: int, typed: TypedFilter, chosen: Filter) -> Period:
    """The days that were typed; where nothing was said of them the usual ones."""
    oldest = None
    if chosen.first is None and chosen.last is not None:
        scope = Scope(days_between(date.min, chosen.last), chosen)
        found = unbilled_rows.open_time(db, caller.workspace_id, customer_id, scope)
        oldest = found.since if found else None
    return _typed_period(caller, typed, chosen, oldest) or usual_period(db, caller, customer_id, chosen)


def _typed_period(caller: Caller, typed: TypedFilter, chosen: Filter, oldest: date | None) -> Period | None:
    """The days as typed: without a first one they begin with the oldest open time."""
    if typed.all_days:
        return EVERYTHING
    if not _says_days(typed):
        return None
    return _days_of(caller, chosen, oldest)


def choose_customer(bot: Bot, caller: Caller, customer_id: int, scope: Scope, *, usual: str) -> Preview:
    """The invoice of a customer who was chosen in the form. Raises UserError.

    What nobody chose (`usual` is its value, or that of the days alone) becomes what is usual for this customer;
    selected projects of others fall away.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        db = change.db
        if scope.value == usual:
            return open_preview(change, customer_id, usual_scope(db, caller, customer_id))
        theirs = _theirs(db, caller, customer_id, scope)
        if theirs.period.value == usual.partition(" ")[0]:
            theirs = theirs.during(usual_period(db, caller, customer_id, theirs.selection))
        return open_preview(change, customer_id, theirs)


def from_filter(bot: Bot, caller: Caller, chosen: Filter) -> Preview | Beginning:
    """The invoice of what a list or report shows: whose open work fits it; of several it is asked. Raises UserError."""
    require_biller(caller)
    chosen = filtering.allowed(caller, chosen)
    with bot.change(caller) as change:
        db, workspace_id = change.db, caller.workspace_id
        chosen = filtering.up_to_date(db, caller, chosen)
        ids = unbilled_sum_rows.customers_to_bill(db, workspace_id, replace(chosen, billed=None, billable=None))
        if not ids:
            raise UserError("Nothing of this can be billed: it is billed already, not billable, or not finished.")
        selection = _whose(db, caller, chosen)[1]
        known = {each.id: each for each in filter_menus.read_offered(db, workspace_id, "customer", ids)}
        if len(ids) > 1:
            scope = Scope(_days_of(caller, chosen, None), selection)
            customers = tuple(known[each] for each in ids)
            return Beginning(scope, labels_of(db, workspace_id, [selection]), is_usual=False, customers=customers)
        found = None
        if chosen.last and not chosen.first:
            found = unbilled_rows.open_time(
                db, workspace_id, ids[0], Scope(days_between(date.min, chosen.last), selection)
            )
        scope = _theirs(db, caller, ids[0], Scope(_days_of(caller, chosen, found.since if found else None), selection))
        return open_preview(change, ids[0], _of_all_people(db, workspace_id, ids[0], scope))


def _of_all_people(db: Connection, workspace_id: int, customer_id: int, scope: Scope) -> Scope:
    """The scope without its people where nobody else has open time in it: who works alone bills all of it."""
    everybody = Scope(scope.period, replace(scope.selection, people=()))
    one, all_of_it = (unbilled_rows.open_time(db, workspace_id, customer_id, each) for each in (scope, everybody))
    return everybody if one == all_of_it else scope


def _days_of(caller: Caller, chosen: Filter, oldest: date | None) -> Period:
    """The days of a filter; without a first one they begin with the oldest open time."""
    if chosen.first is None and chosen.last is None:
        return EVERYTHING
    last = max(chosen.last or caller.today, chosen.first or date.min)
    return days_between(chosen.first or oldest or last.replace(day=1), last)


def open_for(bot: Bot, caller: Caller, customer_id: int, scope: Scope) -> Preview:
    """The invoice of a customer for the work that something else shows. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        theirs = _theirs(change.db, caller, customer_id, scope)
        return open_preview(change, customer_id, _of_all_people(change.db, caller.workspace_id, customer_id, theirs))


def choose_usual(bot: Bot, caller: Caller, customer_id: int) -> Preview:
    """The invoice of a customer for what is usual, from a button. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        return open_preview(change, customer_id, usual_scope(change.db, caller, customer_id))


def open_during(bot: Bot, caller: Caller, customer_id: int, period: Period) -> Preview:
    """The invoice of a customer for these days, and of the usual part of the work. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        selection = recipe_of(change.db, caller, customer_id).selection
        return open_preview(change, customer_id, Scope(period, selection))


def _theirs(db: Connection, caller: Caller, customer_id: int, scope: Scope) -> Scope:
    return Scope(scope.period, of_customer(db, caller, customer_id, scope.selection))


def by_month(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """Begin a draft for each month of one over several months; the first of them. Raises UserError.

    What was left out of the one is left out of them; they have its VAT, and what was taken off of it, of an amount
    each a part by what it comes to.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        draft = find_open(change.db, caller, draft_id)
        whole = open_preview(change, draft.customer_id, draft.scope)
        if len(whole.beside.months) < 2:  # billed meanwhile
            return whole
        draft, begun = find_open(change.db, caller, draft_id), list[Draft]()  # by now in the currency of the customer
        for month in whole.beside.months:
            begun.append(begin_draft(change, draft.customer_id, draft.scope.during(month)))
            first, last = month.first or date.min, month.last or date.max
            choice_rows.hand_on_choices(change.db, draft.id, begun[-1].id, first, last)
        _hand_on_terms(change, draft, begun)
        return open_preview(change, draft.customer_id, draft.scope.during(whole.beside.months[0]))


def _hand_on_terms(change: Change[Caller], draft: Draft, begun: Sequence[Draft]) -> None:
    """What was chosen for a draft alone holds for those that it was divided into, where nothing was chosen for them."""
    parts = [draft.own] * len(begun)
    if draft.own and draft.own.cents:
        whole = smallest(draft.currency)
        listed = [max(preview_of(change.db, change.by, each).totals.listed, 0) // whole for each in begun]
        parts = [Reduction(cents=each * whole) for each in spread(draft.own.cents // whole, listed)]
    for each, part in zip(begun, parts, strict=True):
        if each.own is None:
            draft_term_rows.keep_reduction(change, each, part)
        if draft.tax_case and not each.tax_case:
            draft_term_rows.keep_tax_case(change, each, TaxCase(draft.tax_case))


# A part of the work


@dataclass(frozen=True, slots=True)
class Selectable:
    """What the form for a selection shows: whose work, and what of it is selected as yet."""

    customer_id: int
    customer: str
    scope: Scope
    projects: tuple[Offered, ...]
    services: tuple[Offered, ...]
    people: tuple[Offered, ...]


def selectable(bot: Bot, caller: Caller, draft_id: int) -> Selectable:
    """What is selected on an open draft, to be changed. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        draft = find_open(db, caller, draft_id)
        return selectable_work(db, caller, payer_rows.get_payer(db, draft.customer_id), draft.scope)


def selectable_work(db: Connection, caller: Caller, payer: Payer, scope: Scope) -> Selectable:
    """The work of a customer, with what is selected of it."""
    selection, workspace_id = scope.selection, caller.workspace_id
    return Selectable(
        customer_id=payer.id,
        customer=payer.name,
        scope=scope,
        projects=tuple(filter_menus.read_offered(db, workspace_id, "project", selection.projects)),
        services=tuple(filter_menus.read_offered(db, workspace_id, "service", selection.services)),
        people=tuple(filter_menus.read_people(db, workspace_id, selection.people)),
    )


def offered_projects(bot: Bot, caller: Caller, customer_id: int, text: str) -> list[Offered]:
    """The customer's projects for a menu. Raises UserError."""
    require_biller(caller)
    mark = archived_mark(caller.reader)
    with bot.database.read() as db:
        return filter_menus.search(db, caller.workspace_id, "project", text, mark=mark, customer_id=customer_id)

"""How billed time is rounded: what each choice would cost, and the choice for a project, a customer, or all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import Connection

from bot.billing.collect import preview_of
from bot.billing.expenses import read_lines
from bot.billing.opening import find_open, lock_open, open_preview, show_changed, show_in_form
from bot.billing.preview import Preview
from bot.billing.rules.costs import Cost, Costs, Unrounded, roundings_of_way
from bot.billing.rules.rounding import (
    ALL_EXACT,
    EXACT,
    Rounding,
    Roundings,
    Way,
    chosen_rounding,
    dump_rounding,
    read_rounding,
)
from bot.billing.usual import usual_scope
from bot.billing.work import included_of, read_entries, read_terms
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_admin, require_biller
from storage import payers as payer_rows
from storage import people as people_rows
from storage import roundings as rounding_rows
from storage.change import Change
from storage.drafts import Draft
from storage.roundings import RoundedProject

Target = int | Literal["customer", "all"]
"""For whom a rounding is kept: a project, by its id, the customer, or all who have none of their own."""
CUSTOMER: Target = "customer"
ALL: Target = "all"


@dataclass(frozen=True, slots=True)
class ChosenRounding:
    """A rounding for one of these; None: as it is otherwise, for those above it."""

    target: Target
    rounding: Rounding | None


@dataclass(frozen=True, slots=True)
class KeptRoundings:
    """What is kept now: for all, for the customer of a draft, and for its projects; empty texts are none."""

    workspace: str
    customer: str
    projects: tuple[RoundedProject, ...]

    def of(self, target: Target) -> str:
        """What is kept for one of these. Raises UserError for a project that is not the customer's."""
        if isinstance(target, str):
            return self.workspace if target == ALL else self.customer
        for project in self.projects:
            if project.id == target:
                return project.rounding
        raise UserError("This project is no longer there. Please choose again.", field="target")

    def otherwise(self, target: Target) -> Rounding:
        """What holds for one of these if nothing is kept for it."""
        if target == ALL:
            return EXACT
        return chosen_rounding("" if target == CUSTOMER else self.customer, self.workspace)


@dataclass(frozen=True, slots=True)
class Simulated:
    """What an invoice would come to: as it is, without any rounding, as chosen, and with each choice of one way."""

    preview: Preview
    kept: KeptRoundings
    chosen: ChosenRounding
    now: Cost
    exact: Cost
    then: Cost
    each: Mapping[Rounding, Cost]


def begin(bot: Bot, caller: Caller, draft_id: int, target: Target = CUSTOMER) -> Simulated:
    """What is kept for one of these, and what other choices would cost. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        return _begun(change, draft_id, target)


def begin_usual(bot: Bot, caller: Caller, customer_id: int) -> Simulated:
    """The same for a customer, on its next invoice as an example. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:  # the only one: a click changes once, and what comes again is let pass
        preview = open_preview(change, customer_id, usual_scope(change.db, caller, customer_id))
        return _begun(change, preview.draft_id, CUSTOMER)


def simulate(bot: Bot, caller: Caller, draft_id: int, chosen: ChosenRounding) -> Simulated:
    """What a choice would cost, and others of the same way; nothing is kept. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = find_open(change.db, caller, draft_id)
        return _simulated(change, draft, _read_kept(change.db, draft), chosen)


def choose(bot: Bot, caller: Caller, draft_id: int, chosen: ChosenRounding, *, seen: str) -> Preview:
    """Round time so from now on; `seen` is what the form began with. What is billed stays. Raises UserError."""
    require_biller(caller)
    if chosen.target == ALL:
        require_admin(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id, field="way")
        before = preview_of(change.db, caller, draft)
        now = _read_kept(change.db, draft).of(chosen.target)
        kept = dump_rounding(chosen.rounding) if chosen.rounding else ""
        if now not in (seen, kept):
            raise UserError(
                "Somebody chose another rounding while you had this open. Close this window and open it again to see "
                "it.",
                field="way",
            )
        _keep(change, draft, chosen.target, kept)
        return show_changed(change, draft_id, before)


def _begun(change: Change[Caller], draft_id: int, target: Target) -> Simulated:
    draft = find_open(change.db, change.by, draft_id)
    kept = _read_kept(change.db, draft)
    known = kept.of(target)
    rounding = read_rounding(known) if known else None
    return _simulated(change, draft, kept, ChosenRounding(target, rounding))


def _keep(change: Change[Caller], draft: Draft, target: Target, kept: str) -> None:
    if target == ALL:
        rounding_rows.keep_for_all(change, kept)
    elif isinstance(target, int):
        rounding_rows.keep_for_project(change, target, kept)
    else:
        rounding_rows.keep_for_customer(change, draft.customer_id, kept)


def _read_kept(db: Connection, draft: Draft) -> KeptRoundings:
    return KeptRoundings(
        people_rows.workspace_terms(db, draft.workspace_id).rounding,
        payer_rows.get_payer(db, draft.customer_id).rounding,
        tuple(rounding_rows.projects_of(db, draft.workspace_id, draft.customer_id)),
    )


def _simulated(change: Change[Caller], draft: Draft, kept: KeptRoundings, chosen: ChosenRounding) -> Simulated:
    found = _unrounded(change.db, draft)
    costs, now, rounding = Costs(found), found.pricing.roundings, chosen.rounding or kept.otherwise(chosen.target)
    way = Way.UP if rounding.way is Way.NONE else rounding.way
    return Simulated(
        preview=show_in_form(change, draft),
        kept=kept,
        chosen=chosen,
        now=costs.of(now),
        exact=costs.of(ALL_EXACT),
        then=costs.of(_with(now, chosen.target, rounding)),
        each={each: costs.of(_with(now, chosen.target, each)) for each in roundings_of_way(way, rounding.minimum)},
    )


def _with(now: Roundings, target: Target, rounding: Rounding) -> Roundings:
    """With another rounding for one of these. That for all is tried as if the customer had none of its own."""
    if isinstance(target, int):
        return replace(now, of_projects={**now.of_projects, target: rounding})
    return replace(now, usual=rounding)


def _unrounded(db: Connection, draft: Draft) -> Unrounded:
    terms = read_terms(db, draft)
    entries = read_entries(db, draft, terms, detailed=terms.grouping.has_details)
    spent = read_lines(db, draft, terms.pricing, terms.edits).kept
    _, by_hour = included_of(entries.by_hour, terms)
    return Unrounded(by_hour, terms.grouping, terms.pricing, terms.edits, spent)

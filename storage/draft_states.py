"""The states of a draft: opened, submitted, approved, tried, opened again or given up, each with its audit row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import ColumnElement, Connection, and_, select, update

from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.scope import Scope
from bot.billing.rules.states import BEING_MADE, DraftState, Transition
from bot.billing.rules.taxation import TaxCase
from storage import draft_choices as choice_rows
from storage import frozen as frozen_rows
from storage import line_edits as line_edit_rows
from storage.change import Author, Change
from storage.draft_terms import own_reduction, use_currency
from storage.drafts import DRAFT, Draft, draft_of_job, set_columns
from storage.rows import insert_row
from storage.tables import InvoiceDraft, customers, drafts
from storage.tables.billing.drafts import InvoiceDraftColumns

_NEVER_APPROVED: InvoiceDraftColumns = {
    "heading": None,
    "intro": None,
    "note": None,
    "token": None,
    "label": None,
    "part": "",
    "number": "",
    "link": "",
    "net_cents": None,
    "gross_cents": None,
    "reduction": 0,
    "reduction_cents": 0,
    "reduction_title": "",
    "reduction_unit": "",
    "gross_prices": False,
    "service_first": None,
    "service_last": None,
    "service_text": None,
    "submitted_by": None,
    "submitted_at": None,
    "sealed": "",
    "needs_second": False,
    "returned_by": None,
    "returned": "",
    "approved_by": None,
    "approved_at": None,
    "attempted_at": None,
    "view_id": None,
    "billomat_id": None,
    "billomat_net_cents": None,
    "billomat_gross_cents": None,
}
NOT_SUBMITTED: InvoiceDraftColumns = {
    "submitted_by": None,
    "submitted_at": None,
    "sealed": "",
    "needs_second": False,
    "net_cents": None,
    "gross_cents": None,
}
"""Of a submission that was taken back."""


def lock_customer(db: Connection, customer_id: int) -> None:
    """Keep others waiting who open, approve or reopen a draft for this customer."""
    db.execute(select(customers.c.id).where(customers.c.id == customer_id).with_for_update(key_share=True))


def open_draft(change: Change[Author], customer_id: int, scope: Scope, *, currency: str, by: int) -> Draft:
    """The customer's open draft for this scope, known or new; the caller holds the customer's lock."""
    db, workspace_id = change.db, change.by.workspace_id
    known = and_(_is_open(workspace_id, customer_id), _about(scope))
    found = db.execute(DRAFT.where(known)).first()
    if found is not None:
        use_currency(change, Draft._make(found), currency)
        draft_id = found.id
    else:
        draft_id = insert_row(
            db,
            InvoiceDraft,
            workspace_id=workspace_id,
            customer_id=customer_id,
            first_day=scope.period.first,
            last_day=scope.period.last,
            selection=scope.kept,
            currency=currency,
            created_by=by,
            created_at=change.by.now,
        )
    return draft_of_job(db, draft_id)


def move_draft(
    change: Change[Author], draft: Draft, step: Transition, *, why: str = "", **values: Unpack[InvoiceDraftColumns]
) -> bool:
    """Bring a draft to its next state, and record that, if the audit knows the step.

    False, and nothing is done, when it is in no state from which the step leads on, or was approved or tried again
    since it was read.
    """
    before = _columns(change.db, draft.id)
    if not _write_state(change, draft, step, **values):
        return False
    if step.audited_as:
        _record(change, draft.id, step, before, why=why)
    return True


def submit_draft(
    change: Change[Author],
    draft: Draft,
    lines: Sequence[InvoiceLine],
    case: TaxCase,
    *,
    sealed: str,
    net_cents: int,
    gross_cents: int | None,
) -> bool:
    """Have a second person approve exactly this, and record its lines. False when it is no longer open."""
    before = _columns(change.db, draft.id)
    values: InvoiceDraftColumns = {
        "submitted_by": change.by.person_id,
        "submitted_at": change.by.now,
        "sealed": sealed,
        "needs_second": True,
        "returned_by": None,
        "returned": "",
        "net_cents": net_cents,
        "gross_cents": gross_cents,
    }
    if not _write_state(change, draft, Transition.SUBMIT, **values):
        return False
    _record(change, draft.id, Transition.SUBMIT, before, lines=frozen_rows.recorded(lines, case))
    return True


def approve_draft(
    change: Change[Author],
    draft: Draft,
    lines: Sequence[InvoiceLine],
    case: TaxCase,
    **values: Unpack[InvoiceDraftColumns],
) -> bool:
    """Freeze the lines of an open draft and bind their entries, and record which. False when it is no longer open.

    Raises IntegrityError for an entry that is bound already.
    """
    before = _columns(change.db, draft.id)
    fresh: InvoiceDraftColumns = {"attempts": 0, "attempted_at": None, "reason": None}
    values |= {"approved_by": change.by.person_id, "approved_at": change.by.now} | fresh
    if not _write_state(change, draft, Transition.APPROVE, **values):
        return False
    frozen_rows.freeze(change, draft.id, lines, case)
    kept = frozen_rows.bound(change.db, draft.id) | {"lines": frozen_rows.recorded(lines, case)}
    _record(change, draft.id, Transition.APPROVE, before, **kept)
    return True


def forget_submission(db: Connection, draft: Draft) -> bool:
    """A draft that was given up is no longer submitted; the audit keeps that it was. False when that is known."""
    given_up = and_(drafts.c.id == draft.id, drafts.c.state == DraftState.DISCARDED, drafts.c.submitted_at.is_not(None))
    return set_columns(db, given_up, **NOT_SUBMITTED) == 1


def claim_attempt(change: Change[Author], draft: Draft) -> bool:
    """Note an attempt before the call. True for exactly one caller, in however many processes."""
    return move_draft(
        change, draft, Transition.CLAIM, attempts=draft.attempts + 1, attempted_at=change.by.now, looked_at=None
    )


def step_back_attempt(change: Change[Author], draft: Draft, *, earlier: datetime | None) -> bool:
    """Take back the note of an attempt that did not reach Billomat; `earlier` is when the one before it was noted."""
    return move_draft(change, draft, Transition.STEP_BACK, attempted_at=earlier)


def note_look(change: Change[Author], draft: Draft, *, at: datetime) -> None:
    """Note that Billomat was looked through in vain after this attempt, unless the draft went on by now."""
    tried = and_(_unchanged(draft), drafts.c.state == DraftState.SENDING)
    set_columns(change.db, tried, looked_at=at)


def reopen_draft(change: Change[Author], draft: Draft, step: Transition, *, reason: str = "", why: str = "") -> bool:
    """Open a draft again: its entries are free, and it takes the place of the one begun for the same work meanwhile.

    False, and nothing is done, when the draft went on by now. What people changed on the newer draft wins: they typed
    it last. `reason` is what Billomat refused it for, and is shown with it; `why` is for the audit alone.
    """
    lock_customer(change.db, draft.customer_id)
    now = draft_of_job(change.db, draft.id, lock=True)
    if now.state not in step.sources or (now.attempts, now.token) != (draft.attempts, draft.token):
        return False
    begun = _discard(change, and_(_is_open(draft.workspace_id, draft.customer_id), _about(draft.scope)))
    before = _columns(change.db, draft.id)
    as_new = _NEVER_APPROVED.copy()
    as_new["reason"] = reason or None
    for other in begun:
        line_edit_rows.take_over_line_edits(change.db, draft.id, other)
        newer = draft_of_job(change.db, other)
        as_new["layout"] = newer.layout or now.layout
        as_new["texts"] = newer.texts or now.texts
        as_new["line_order"] = newer.line_order or now.line_order
        as_new["tax_case"] = newer.tax_case or now.tax_case
        as_new |= own_reduction(now.own if newer.own is None else newer.own)
        choice_rows.take_over_choices(change.db, draft.id, other)
    _write_state(change, draft, step, **as_new)
    frozen_rows.release(change.db, draft.id)  # which triggers allow of an open draft alone
    _record(change, draft.id, step, before, why=why or reason)
    return True


def discard_open(change: Change[Author], customer_id: int) -> list[int]:
    """Give up the customer's open drafts, which bind nothing; those given up."""
    return _discard(change, _is_open(change.by.workspace_id, customer_id))


def _is_open(workspace_id: int, customer_id: int) -> ColumnElement[bool]:
    return and_(
        drafts.c.workspace_id == workspace_id,
        drafts.c.customer_id == customer_id,
        drafts.c.state.in_(BEING_MADE),
    )


def _about(scope: Scope) -> ColumnElement[bool]:
    return and_(
        drafts.c.first_day.is_not_distinct_from(scope.period.first),
        drafts.c.last_day.is_not_distinct_from(scope.period.last),
        drafts.c.selection == scope.kept,
    )


def _discard(change: Change[Author], which: ColumnElement[bool]) -> list[int]:
    given_up = [Draft._make(row) for row in change.db.execute(DRAFT.where(which))]
    return [draft.id for draft in given_up if move_draft(change, draft, Transition.DISCARD)]


def _write_state(change: Change[Author], draft: Draft, step: Transition, **values: Unpack[InvoiceDraftColumns]) -> bool:
    """The only place that writes the state of a draft."""
    may_go_on = and_(
        _unchanged(draft), drafts.c.workspace_id == change.by.workspace_id, drafts.c.state.in_(step.sources)
    )
    return change.db.execute(update(drafts).where(may_go_on).values(state=step.target, **values)).rowcount == 1


def _unchanged(draft: Draft) -> ColumnElement[bool]:
    """Whether the draft was neither approved nor tried again since it was read."""
    return and_(
        drafts.c.id == draft.id,
        drafts.c.attempts == draft.attempts,
        drafts.c.token.is_not_distinct_from(draft.token),
    )


def _columns(db: Connection, draft_id: int) -> dict[str, Any]:
    """All columns of one draft, for the audit."""
    return dict(db.execute(select(drafts).where(drafts.c.id == draft_id)).one()._mapping)


def _record(
    change: Change[Author], draft_id: int, step: Transition, before: Mapping[str, Any], *, why: str = "", **more: Any
) -> None:
    change.record(
        "draft", draft_id, step.audited_as, before=before, after=_columns(change.db, draft_id) | more, why=why
    )

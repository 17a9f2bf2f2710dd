"""Submit a draft to a second person, and void that once it is no longer what was submitted.

What was submitted binds nothing: people go on correcting their time. It is sealed by the digest of all that would be
sent; see docs/decisions/0064-what-was-submitted-is-sealed.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.billing.preview import Preview
from bot.billing.rules.states import DraftState, Transition
from bot.billing.submission import approvers, who_left
from bot.billing.turns import Turn, read_turn
from bot.core.caller import Caller
from bot.core.errors import UserError
from bot.core.jobs import JobKind, Lane
from bot.tracking.rules.drafts import DraftName
from storage import approval_requests as request_rows
from storage import draft_states as draft_state_rows
from storage.change import Author, Change
from storage.drafts import Draft
from storage.tables.billing.drafts import InvoiceDraftColumns

ASK = JobKind("ask", key="ask:{draft_id}:{at}")
"""Asks those who may approve what was submitted."""
ASK_APPROVER = JobKind("ask_approver", key="ask_approver:{draft_id}:{submission}:{person_id}", lane=Lane.SLACK)
"""Posts that to one of them."""
CLOSE_REQUEST = JobKind("close_request", key="close_request:{request_id}", lane=Lane.SLACK, untiring=True)
"""Puts what was decided in the place of a message that asked for approval."""
TELL_SUBMITTER = JobKind("tell_submitter", key="tell_submitter:{draft_id}:{outcome}:{at}")
"""Tells whoever submitted what became of it."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A draft that waits for a second person."""

    name: DraftName
    net_cents: int
    currency: str
    approvers: tuple[str, ...]
    turn: Turn | None = None
    """The customer who comes next."""


def submit(change: Change[Caller], draft: Draft, preview: Preview) -> Submitted:
    """Have others approve exactly what was shown. Raises UserError where there is nobody."""
    caller = change.by
    asked = approvers(change.db, caller.workspace_id, but=caller.person_id)
    if not asked:
        raise _nobody(caller, who_left(change.db, caller.workspace_id))
    submitted = draft_state_rows.submit_draft(
        change,
        draft,
        preview.lines,
        preview.tax.case,
        sealed=preview.shown,
        net_cents=preview.net_cents,
        gross_cents=preview.totals.gross,
    )
    if not submitted:
        raise UserError("Somebody else submitted or approved this at this very moment. Please open it again.")
    ASK.put(change.db, due=caller.now, draft_id=draft.id, sealed=preview.shown, at=caller.now.isoformat())
    names = tuple(each.name for each in asked)
    turn = read_turn(change.db, draft.workspace_id, draft.customer_id, draft.scope.period)
    name = draft.name_for(preview.customer)
    return Submitted(name, preview.net_cents, preview.currency, names, turn)


def _nobody(caller: Caller, left: Sequence[str]) -> UserError:
    """Who left, and what to do. Admins approve too: where nobody but a biller is there, no admin is."""
    if not caller.is_admin:
        return UserError(
            "A second person has to approve this, and nobody is there who may: no approver, and no admin. Ask who owns "
            "this Slack workspace to write to Trackomat: that makes them an admin, who approves it or appoints "
            "somebody. Nothing was submitted.",
            field="customer",
        )
    if left:
        return UserError(
            "A second person has to approve this, and there is nobody but you: {people} left Slack. Appoint an "
            "approver in /track settings, under Roles, or change there from which sum on a second person approves. "
            "Nothing was submitted.",
            field="customer",
            people=", ".join(left),
        )
    return UserError(
        "A second person has to approve this, and there is nobody but you. Appoint an approver in /track settings, "
        "under Roles, or change there from which sum on a second person approves. Nothing was submitted.",
        field="customer",
    )


def void_if_changed(change: Change[Author], draft: Draft, shown: str) -> bool:
    """Void a submission whose content is another one by now, and tell whoever submitted. Whether it was void."""
    if draft.state is not DraftState.SUBMITTED or draft.sealed == shown:
        return False
    if not take_back(change, draft, Transition.VOID):
        return False
    answer(change, draft, Transition.VOID)
    return True


def take_back(
    change: Change[Author], draft: Draft, step: Transition, *, comment: str = "", by: int | None = None
) -> bool:
    """Open a submitted draft again. False when it went on by now."""
    values: InvoiceDraftColumns = {**draft_state_rows.NOT_SUBMITTED, "returned_by": by, "returned": comment}
    if not draft_state_rows.move_draft(change, draft, step, why=comment, **values):
        return False
    close_requests(change.db, draft.id, now=change.by.now)
    return True


def close_requests(db: Connection, draft_id: int, *, now: datetime) -> None:
    """Have the messages that asked for approval say what was decided, in the transaction that decides it."""
    for asked in request_rows.asked_for(db, draft_id):
        CLOSE_REQUEST.put(db, due=now, request_id=asked.id)


def answer(change: Change[Author], draft: Draft, step: Transition, *, by: str = "", comment: str = "") -> None:
    """Have whoever submitted hear of it, unless they did it themselves."""
    if draft.submitted_at is None or draft.submitted_by == change.by.person_id:
        return
    TELL_SUBMITTER.put(
        change.db,
        due=change.by.now,
        draft_id=draft.id,
        person_id=draft.submitted_by,
        outcome=step.audited_as,
        sealed=draft.sealed,
        at=draft.submitted_at.isoformat(),
        by=by,
        comment=comment,
        net_before=draft.net_cents,
    )

"""What becomes of a submitted draft by people: approved from the message, returned with a comment, or taken back."""

from sqlalchemy import Connection

from bot.billing.approval import Approved, NotApproved, approve_preview
from bot.billing.freshness import is_stale
from bot.billing.opening import find_draft, show
from bot.billing.preview import Preview
from bot.billing.rules.states import DraftState, Transition
from bot.billing.submission import Deed
from bot.billing.submitting import answer, take_back
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from bot.tracking.rules.drafts import DraftName
from storage import approval_requests as request_rows
from storage import draft_states as draft_state_rows
from storage import payers as payer_rows
from storage import people as people_rows
from storage import unbilled as unbilled_rows
from storage.change import Change
from storage.drafts import Draft

LONGEST_COMMENT = 1000


def approve_submitted(bot: Bot, caller: Caller, draft_id: int, seal: str) -> Approved | NotApproved:
    """Approve what a message showed, where it is still that. Raises UserError.

    Not approved: it is void, something keeps it from being sent, or what it takes from Billomat has to be read anew
    first; then it is to be looked at as an invoice.
    """
    _require_approver(caller)
    with bot.change(caller) as change:
        known = find_draft(change.db, caller, draft_id)
        unbilled_rows.lock_workers(change.db, caller.workspace_id, known.customer_id, known.scope)
        draft = _lock_submitted(change, draft_id, seal)
        if draft.submitted_by == caller.person_id:
            raise UserError("You submitted this yourself, so somebody else has to approve it. Nothing was sent.")
        preview = show(change, draft)
        if preview.submission.deed is not Deed.APPROVE or preview.obstacles or is_stale(change.db, caller, preview):
            people_rows.forget_delivery(change.db, caller.request)
            if preview.voided:  # the answer says it with all that changed, in the place of the message
                request_rows.forget_newest(change.db, draft_id, caller.person_id)
            return NotApproved(preview)
        return approve_preview(change, preview)


def find_submitted(bot: Bot, caller: Caller, draft_id: int, seal: str) -> DraftName:
    """What is to be returned. Raises UserError."""
    _require_approver(caller)
    with bot.database.read() as db:
        draft = find_draft(db, caller, draft_id)
        _require_submitted(db, caller, draft, seal)
        return payer_rows.draft_name(db, draft)


def send_back(bot: Bot, caller: Caller, draft_id: int, seal: str, comment: str) -> DraftName:
    """Return what was submitted, and tell whoever did why. Raises UserError."""
    _require_approver(caller)
    if not comment:
        raise UserError("Say what has to be different.", field="comment")
    with bot.change(caller) as change:
        draft = _lock_submitted(change, draft_id, seal)
        take_back(change, draft, Transition.RETURN, comment=comment, by=caller.person_id)
        answer(change, draft, Transition.RETURN, by=caller.person.name, comment=comment)
        return payer_rows.draft_name(change.db, draft)


def withdraw(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """Take back what the caller submitted; the invoice, which is open again. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = _lock_submitted(change, draft_id, "")
        if draft.submitted_by != caller.person_id:
            raise UserError("Somebody else submitted this. Whoever approves it can return it. Nothing was changed.")
        take_back(change, draft, Transition.WITHDRAW)
        return show(change, find_draft(change.db, caller, draft_id))


def _require_approver(caller: Caller) -> None:
    """Only approvers and admins approve what others submit. Raises UserError."""
    require_biller(caller)
    if not caller.approves:
        raise UserError("Only approvers and admins approve invoices. An admin appoints them in /track settings.")


def _lock_submitted(change: Change[Caller], draft_id: int, seal: str) -> Draft:
    """A draft that waits for a second person, and goes on waiting until the transaction ends. Raises UserError."""
    draft_state_rows.lock_customer(change.db, find_draft(change.db, change.by, draft_id).customer_id)
    draft = find_draft(change.db, change.by, draft_id)
    _require_submitted(change.db, change.by, draft, seal)
    return draft


def _require_submitted(db: Connection, caller: Caller, draft: Draft, seal: str) -> None:
    """Whether it still waits, as it was when the person read of it. Raises UserError, which says what became of it."""
    if draft.state is DraftState.SUBMITTED:
        if seal and not draft.sealed.startswith(seal):
            raise UserError("This was submitted anew meanwhile: the newest message about it holds. Nothing was done.")
        return
    if draft.returned_by:
        name = people_rows.get_person(db, draft.returned_by).name
        raise UserError("{person} returned this already. Nothing was done.", person=name)
    if draft.approved_by and draft.approved_at:
        name = people_rows.get_person(db, draft.approved_by).name
        when = caller.reader.moment(draft.approved_at, today=caller.today)
        raise UserError("{person} approved this already: {time}. Nothing was done.", person=name, time=when)
    raise UserError("This is no longer submitted: it was taken back, or changed since. Nothing was done.")

"""The messages between whoever submits and whoever approves, each put in the transaction that it tells of."""

from datetime import datetime

from sqlalchemy import Connection

from bot.billing.collect import preview_of
from bot.billing.opening import changes_since
from bot.billing.preview import NetSum, Preview
from bot.billing.rules.states import BEING_MADE, DraftState, Transition
from bot.billing.submission import approvers, who_left
from bot.billing.submitting import ASK, ASK_APPROVER, TELL_SUBMITTER, close_requests, void_if_changed
from bot.billing.views import submission as views
from bot.core.context import Bot, Itself
from bot.core.texts import Reader
from bot.people.callers import acting, reader_of
from bot.slack import messages as slack
from bot.slack.blocks import Message
from bot.tracking.rules.drafts import DraftName
from storage import approval_requests as request_rows
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import payers as payer_rows
from storage import people as people_rows
from storage import shown as shown_rows
from storage.change import Change
from storage.drafts import Draft
from storage.people import KnownPerson


@ASK.handler
def ask(bot: Bot, draft_id: int, sealed: str, at: str) -> None:
    """Ask everybody who may approve what was submitted, with its sums and lines."""
    with bot.database.read() as db:
        workspace_id = draft_rows.draft_of_job(db, draft_id).workspace_id
    with bot.change_itself(workspace_id) as change:
        draft = draft_rows.draft_of_job(change.db, draft_id)
        if draft.state is not DraftState.SUBMITTED or draft.sealed != sealed or draft.submitted_by is None:
            return
        submitter = people_rows.get_person(change.db, draft.submitted_by)
        submission = request_rows.newest_submission(change.db, draft_id)
        previews = dict[str, Preview]()  # it is the same for all who read the same language, and takes long to make
        for person in approvers(change.db, workspace_id, but=submitter.person_id):
            caller = acting(person, now=change.by.now)
            preview = previews.get(caller.reader.language) or preview_of(change.db, caller, draft)
            previews[caller.reader.language] = preview
            if void_if_changed(change, draft, preview.shown):
                return
            message = views.asking(caller.reader, preview, by=submitter.name, seal=sealed)
            ASK_APPROVER.put(
                change.db,
                due=bot.now(),
                draft_id=draft_id,
                submission=submission,
                person_id=person.person_id,
                message=message,
            )


@TELL_SUBMITTER.handler
def tell(
    bot: Bot, draft_id: int, person_id: int, outcome: str, sealed: str, at: str, by: str, comment: str, net_before: int
) -> None:
    """Tell whoever submitted what became of it."""
    with bot.database.read() as db:
        workspace_id = draft_rows.draft_of_job(db, draft_id).workspace_id
    with bot.change_itself(workspace_id) as change:
        draft = draft_rows.draft_of_job(change.db, draft_id)
        if outcome == Transition.APPROVE.audited_as:
            message = _approved(change, draft, person_id, by)
        elif outcome == Transition.RETURN.audited_as:
            message = _returned(change, draft, person_id, by, comment)
        else:
            message = _void(change, draft, person_id, sealed, net_before)
        slack.post_later(change.db, person_id, f"tell_submitter:{draft_id}:{outcome}:{at}", message, at=bot.now())


def _approved(change: Change[Itself], draft: Draft, person_id: int, by: str) -> Message:
    to, name = _named(change.db, draft, person_id)
    return views.approved(to, name, by=by, net_cents=draft.net_cents or 0, currency=draft.currency)


def _returned(change: Change[Itself], draft: Draft, person_id: int, by: str, comment: str) -> Message:
    to, name = _named(change.db, draft, person_id)
    return views.returned(to, draft.id, name, by=by, comment=comment)


def _void(change: Change[Itself], draft: Draft, person_id: int, sealed: str, net_before: int) -> Message:
    """What is different about lines and sum since they were submitted; nothing where they are no longer made."""
    to, name = _named(change.db, draft, person_id)
    before = shown_rows.what_was_shown(change.db, draft.id, person_id, sealed)
    if before is None or draft.state not in BEING_MADE:
        unchanged = NetSum(net_before, draft.currency)
        return views.voided(to, draft.id, name, (), unchanged, unchanged)
    caller = acting(people_rows.get_person(change.db, person_id), now=change.by.now)
    now = preview_of(change.db, caller, draft)
    was, becomes = NetSum(net_before, before.currency or now.currency), NetSum(now.net_cents, now.currency)
    return views.voided(to, draft.id, name, changes_since(before, now), was, becomes)


def tell_where_nobody_approves(db: Connection, gone: KnownPerson, *, now: datetime) -> None:
    """Somebody left Slack: whoever submitted what only they could approve hears of it, once."""
    for draft in draft_rows.submitted_drafts(db, gone.workspace_id):
        if draft.submitted_by is None or draft.submitted_by == gone.person_id or draft.submitted_at is None:
            continue
        if approvers(db, gone.workspace_id, but=draft.submitted_by):
            continue
        to, name = _named(db, draft, draft.submitted_by)
        message = views.nobody_approves(to, draft.id, name, who_left(db, gone.workspace_id))
        key = f"nobody:{draft.id}:{draft.submitted_at.isoformat()}:{gone.person_id}"
        slack.post_later(db, draft.submitted_by, key, message, at=now)


def tell_of_given_up(db: Connection, now: datetime) -> None:
    """Whoever submitted what was given up since, with a merged customer or for an earlier draft, hears of it."""
    for draft in draft_rows.given_up_submitted(db):
        if draft.submitted_by is None or not draft_state_rows.forget_submission(db, draft):
            continue
        close_requests(db, draft.id, now=now)
        to, name = _named(db, draft, draft.submitted_by)
        slack.post_later(db, draft.submitted_by, f"given_up:{draft.id}", views.given_up(to, name), at=now)


def _named(db: Connection, draft: Draft, person_id: int) -> tuple[Reader, DraftName]:
    to = reader_of(people_rows.get_person(db, person_id))
    return to, payer_rows.draft_name(db, draft)


JOBS = (ASK, TELL_SUBMITTER)

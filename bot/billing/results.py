"""What an attempt came to: recorded, and told to whoever approved, in one transaction."""

import secrets
from datetime import UTC, datetime, timedelta

from slack_sdk.errors import SlackApiError

from bot.billing.approval import DELIVER
from bot.billing.attempts import Attempt, DeliveredDraft, others_looked_for, others_who_bill
from bot.billing.beside import following_draft
from bot.billing.looking import FOLLOW, seen_invoice
from bot.billing.rules.states import BINDS_NOTHING, DraftState, Transition
from bot.billing.turns import turn_after
from bot.billing.views import delivery as views
from bot.billomat.access import note_trouble
from bot.billomat.client import (
    AccessDenied,
    BillomatError,
    BillomatInvoice,
    NotDone,
    Refused,
    base_url,
    invoice_link,
)
from bot.core import money
from bot.core.context import Bot, Itself
from bot.core.jobs import JobKind, Lane
from bot.core.roles import BILLING, Role
from bot.people.admins import admins
from bot.people.callers import reader_of
from bot.slack import messages as slack
from bot.slack.blocks import Message
from storage import billomat as billomat_rows
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import jobs as job_rows
from storage import people as people_rows
from storage import sent_invoices as sent_rows
from storage.change import Change
from storage.tables.billing.drafts import InvoiceDraftColumns

ACCOUNT_PAUSE = timedelta(hours=1)
"""A new connection wakes the job earlier; this is for troubles that end in Billomat itself."""
LONGEST_PAUSE = 15 * 60
NEXT_DAY = timedelta(days=1)
LATE = JobKind("late", key="late:{draft_id}:{token}", lane=Lane.BILLING)
"""One more look for a request that may have arrived after all others."""
FIRST_LOOK = timedelta(hours=1)


def record_delivered(
    bot: Bot,
    attempt: Attempt,
    made: BillomatInvoice,
    *,
    copies: int = 1,
    found_by: int | None = None,
    is_as_sent: bool = False,
) -> None:
    """It stands in Billomat. Also told by a worker that was late: whatever was thought meanwhile, now it is known.

    `is_as_sent`: it is the answer to our request, so nobody can have changed its lines.
    """
    delivered = _delivered(bot, attempt, made, copies)
    with bot.database.read() as db:
        following = following_draft(db, attempt.draft)
        turn = turn_after(db, attempt.draft)
    message = views.delivered(attempt.to, attempt.draft.id, delivered, following, turn)
    with bot.change_itself(attempt.draft.workspace_id, for_person=found_by) as change:
        figures: InvoiceDraftColumns = {
            "billomat_id": made.id,
            "number": made.lasting_number,
            "link": delivered.link,
            "billomat_net_cents": delivered.billomat_net_cents,
            "billomat_gross_cents": delivered.billomat_gross_cents,
        }
        if not _settle(change, attempt, Transition.DELIVER, message, figures):
            _tell_that_it_is_late(change, attempt, made, delivered)
            return
        _follow(change, attempt, made, is_as_sent=is_as_sent)
        if attempt.claimed and attempt.earlier:
            _look_next_day(change, attempt)
        if attempt.account.trouble:
            billomat_rows.change_account(change.db, attempt.draft.workspace_id, trouble=None)
        _tell_others(change, attempt, delivered, made.id, found_by)
    _show(bot, attempt, message)


def _delivered(bot: Bot, attempt: Attempt, made: BillomatInvoice, copies: int) -> DeliveredDraft:
    return DeliveredDraft(
        name=attempt.name._replace(number=made.lasting_number),
        is_completed=made.is_completed,
        is_cancelled=made.is_cancelled,
        currency=attempt.draft.currency,
        net_cents=attempt.draft.net_cents or 0,
        gross_cents=attempt.draft.gross_cents,
        billomat_net_cents=None if made.total_net is None else money.hundredths(made.total_net),
        billomat_gross_cents=None if made.total_gross is None else money.hundredths(made.total_gross),
        link=link_of(bot, attempt, made),
        copies=copies,
        unrounded=attempt.unrounded,
    )


def _tell_others(
    change: Change[Itself], attempt: Attempt, delivered: DeliveredDraft, billomat_id: int, found_by: int | None
) -> None:
    """Whoever found it there, and whoever submitted it, hear of it as its approver does."""
    concerned = (found_by, attempt.draft.submitted_by)
    for person in others_who_bill(change.db, concerned, but=attempt.approver.person_id):
        message = views.delivered(reader_of(person), attempt.draft.id, delivered)
        key = f"received:{attempt.draft.id}:{billomat_id}:{person.person_id}"
        slack.post_later(change.db, person.person_id, key, message, at=change.by.now)


def _follow(change: Change[Itself], attempt: Attempt, made: BillomatInvoice, *, is_as_sent: bool) -> None:
    """From now on it is looked after there."""
    number = attempt.account.account_number
    sent_rows.note_sent(change, attempt.draft.id, seen_invoice(made), account_number=number, is_as_sent=is_as_sent)
    if not job_rows.job_exists(change.db, FOLLOW.key(workspace_id=attempt.draft.workspace_id)):
        FOLLOW.put(change.db, due=change.by.now + FIRST_LOOK, workspace_id=attempt.draft.workspace_id)


def link_of(bot: Bot, attempt: Attempt, made: BillomatInvoice) -> str:
    """The address of an invoice's page in Billomat."""
    return invoice_link(base_url(bot.settings.billomat_url, attempt.account.billomat_id), made.id)


def _tell_that_it_is_late(
    change: Change[Itself], attempt: Attempt, made: BillomatInvoice, late: DeliveredDraft
) -> None:
    """People sent the draft again while this attempt stood still: both may have arrived, or its time is free again."""
    now = draft_rows.draft_of_job(change.db, attempt.draft.id)
    if now.billomat_id != made.id:
        is_free = now.state in BINDS_NOTHING
        _tell(change, attempt, "late", views.arrived_late(attempt.to, late.name, late.link, is_free=is_free))


def note_look(bot: Bot, attempt: Attempt) -> datetime:
    """Not there yet: when to look again."""
    first = attempt.draft.looked_at
    if first is None:
        first = _whole_second(bot.now())
        with bot.change_itself(attempt.draft.workspace_id) as change:
            draft_state_rows.note_look(change, attempt.draft, at=first)
    second = _look_after(bot, first, bot.settings.second_look)
    return second if bot.now() < second else _look_after(bot, first, bot.settings.last_look)


def is_last_look(bot: Bot, attempt: Attempt) -> bool:
    """Whether the look that is due now is the one after which people decide."""
    first = attempt.draft.looked_at
    return first is not None and bot.now() >= _look_after(bot, first, bot.settings.last_look)


def _look_after(bot: Bot, first: datetime, seconds: int) -> datetime:
    """A moment for which drafts that were lost at about the same time wait together, to share one call."""
    shared = max(bot.settings.second_look // 2, 1)
    earliest = int(first.timestamp()) + seconds
    return datetime.fromtimestamp(-(-earliest // shared) * shared, UTC)


def record_lost(bot: Bot, attempt: Attempt) -> None:
    """Not there after the last look: it is left to people, and looked for once more the next day."""
    message = views.unknown(attempt.to, attempt.draft.id, attempt.name)
    with bot.change_itself(attempt.draft.workspace_id) as change:
        if _settle(change, attempt, Transition.LOSE, message):
            _look_next_day(change, attempt)
            _ask_the_others(change, attempt)
    _show(bot, attempt, message)


def _look_next_day(change: Change[Itself], attempt: Attempt) -> None:
    """A request may arrive after all looks; by then the draft may have gone on, so the job knows what to look for."""
    LATE.put(
        change.db,
        due=change.by.now + NEXT_DAY,
        workspace_id=attempt.draft.workspace_id,
        draft_id=attempt.draft.id,
        person_id=attempt.approver.person_id,
        label=attempt.draft.label,
        token=attempt.draft.token,
        client_id=attempt.client_id,
    )


def _whole_second(moment: datetime) -> datetime:
    """Due times of jobs are whole seconds; a fraction more here and a job would come a moment too early."""
    return moment.replace(microsecond=0)


def _ask_the_others(change: Change[Itself], attempt: Attempt) -> None:
    """Whoever approved may have left; the entries stay locked until somebody decides."""
    draft = attempt.draft
    for person in people_rows.people_with_role(change.db, draft.workspace_id, *BILLING):
        if person.person_id != attempt.approver.person_id:
            key = f"draft:{draft.id}:{draft.attempts}:unknown:{person.person_id}"
            message = views.unknown(reader_of(person), draft.id, attempt.name)
            slack.post_later(change.db, person.person_id, key, message, at=change.by.now)


def record_refused(bot: Bot, attempt: Attempt, error: Refused, *, is_customer_gone: bool) -> None:
    """Open again, with the reason; also in our words where the customer is archived or deleted in Billomat."""
    gone = attempt.payer.name if is_customer_gone else ""
    message = views.refused(attempt.to, attempt.draft.id, attempt.name, error.text, gone=gone)
    with bot.change_itself(attempt.draft.workspace_id) as change:
        if not draft_state_rows.reopen_draft(change, attempt.draft, Transition.REFUSE, reason=error.text):
            return
        _look_next_day(change, attempt)
        _tell(change, attempt, DraftState.OPEN, message)
    _show(bot, attempt, message)


def record_trouble(bot: Bot, attempt: Attempt, error: NotDone | AccessDenied) -> datetime:
    """Billomat cannot be asked at present: when to try again."""
    _step_back(bot, attempt, error)
    if isinstance(error, AccessDenied):
        return _record_denied(bot, attempt, error)
    again = bot.now() + _pause(bot, attempt, error)
    if not attempt.claimed:
        with bot.database.write() as db:
            for other in others_looked_for(bot, attempt):
                DELIVER.put(db, due=again, draft_id=other.draft.id)
    return again


def _record_denied(bot: Bot, attempt: Attempt, error: AccessDenied) -> datetime:
    """Keep everything and ask the admins for a new connection, once; when to try again."""
    workspace_id = attempt.draft.workspace_id
    with bot.change_itself(workspace_id) as change:
        known = billomat_rows.connected_account(change.db, workspace_id)
        if known and known.secret_key != attempt.account.secret_key:  # somebody connected anew meanwhile
            return bot.now()
        note_trouble(change.db, workspace_id, error.trouble)
        is_news = known is None or not known.trouble
        to_be_told = people_rows.people_with_role(change.db, workspace_id, Role.ADMIN) if is_news else []
        told = {admin.person_id: admin for admin in to_be_told}
        if is_news or (attempt.claimed and attempt.draft.attempts == 1):  # an import may have met the trouble before
            told[attempt.approver.person_id] = attempt.approver
        now = billomat_rows.connected_account(change.db, workspace_id) or attempt.account
        for person in told.values():
            whom = None if person.role is Role.ADMIN else admins(change.db, workspace_id)
            message = views.account_trouble(reader_of(person), now.trouble or error.trouble, whom=whom)
            slack.post_later(change.db, person.person_id, f"trouble:{person.person_id}", message, at=change.by.now)
    return bot.now() + ACCOUNT_PAUSE


def _step_back(bot: Bot, attempt: Attempt, error: BillomatError) -> None:
    """Wait for the next attempt, which looks first if this one or an earlier one may have reached Billomat.

    One that was answered may have, whatever the status says; without an answer nothing had been sent.
    """
    if attempt.claimed:
        earlier = attempt.earlier if error.status is None else attempt.draft.attempted_at
        with bot.change_itself(attempt.draft.workspace_id) as change:
            draft_state_rows.step_back_attempt(change, attempt.draft, earlier=earlier)


def _pause(bot: Bot, attempt: Attempt, error: NotDone) -> timedelta:
    """As long as Billomat says, else longer each time; some seconds by chance keep many drafts from coming at once.

    A look that fails is repeated after as long again as has gone by since the attempt.
    """
    since = (bot.now() - (attempt.draft.attempted_at or bot.now())).total_seconds()
    grown = max(bot.settings.job_backoff * 2 ** min(attempt.draft.attempts, 10), int(since))
    wait = error.retry_after or min(grown, LONGEST_PAUSE)
    return timedelta(seconds=wait + secrets.randbelow(bot.settings.job_backoff))


def _settle(
    change: Change[Itself],
    attempt: Attempt,
    step: Transition,
    message: Message,
    figures: InvoiceDraftColumns | None = None,
) -> bool:
    """Record how it ended and have the approver told. False when somebody else was faster."""
    if not draft_state_rows.move_draft(change, attempt.draft, step, **(figures or {})):
        return False
    _tell(change, attempt, step.target, message)
    return True


def _tell(change: Change[Itself], attempt: Attempt, outcome: str, message: Message) -> None:
    key = f"draft:{attempt.draft.id}:{attempt.draft.attempts}:{outcome}"
    slack.post_later(change.db, attempt.approver.person_id, key, message, at=change.by.now)


def _show(bot: Bot, attempt: Attempt, message: Message) -> None:
    """In the modal of the approval too, if it is still open."""
    if attempt.draft.view_id is None:
        return
    try:
        bot.slack.views_update(view_id=attempt.draft.view_id, view=views.outcome(attempt.to, message))
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise

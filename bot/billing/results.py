"""What an attempt came to: recorded, and told to whoever approved, in one transaction."""

import secrets
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError

from bot.billing.attempts import Attempt, DeliveredDraft
from bot.billing.rules.states import BINDS_NOTHING, DraftState, Transition
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
from bot.core.roles import Role
from bot.people.callers import reader_of
from bot.slack import messages as slack
from bot.slack.blocks import Message
from storage import billing as billing_rows
from storage import billomat as account_rows
from storage import people as people_rows
from storage.change import Change
from storage.tables.billing import InvoiceDraftColumns

ACCOUNT_PAUSE = timedelta(hours=1)
"""A new connection wakes the job earlier; this is for troubles that end in Billomat itself."""
LONGEST_PAUSE = 15 * 60
PATIENT_ATTEMPTS = 4
"""After so many the approver hears that Billomat cannot be reached."""


def record_delivered(
    bot: Bot, attempt: Attempt, made: BillomatInvoice, *, copies: int = 1, found_by: int | None = None
) -> None:
    """It stands in Billomat. Also told by a worker that was late: whatever was thought meanwhile, now it is known."""
    delivered = DeliveredDraft(
        customer=attempt.payer.name,
        currency=attempt.draft.currency,
        net_cents=attempt.draft.net_cents or 0,
        billomat_net_cents=None if made.total_net is None else money.hundredths(made.total_net),
        billomat_gross_cents=None if made.total_gross is None else money.hundredths(made.total_gross),
        link=link_of(bot, attempt, made),
        copies=copies,
    )
    message = views.delivered(attempt.to, attempt.draft.id, delivered)
    with bot.change_itself(attempt.draft.workspace_id, for_person=found_by) as change:
        figures: InvoiceDraftColumns = {
            "billomat_id": made.id,
            "billomat_net_cents": delivered.billomat_net_cents,
            "billomat_gross_cents": delivered.billomat_gross_cents,
        }
        if not _settle(change, attempt, Transition.DELIVER, message, figures):
            _tell_that_it_is_late(change, attempt, made.id, delivered.link)
            return
        if attempt.account.trouble:
            account_rows.change(change.db, attempt.draft.workspace_id, trouble=None)
        if found_by and found_by != attempt.approver.person_id:
            finder = reader_of(people_rows.get(change.db, found_by))
            to_finder = views.delivered(finder, attempt.draft.id, delivered)
            slack.post_later(change.db, found_by, f"adopt:{attempt.draft.id}:{made.id}", to_finder, at=change.by.now)
    _show(bot, attempt, message)


def link_of(bot: Bot, attempt: Attempt, made: BillomatInvoice) -> str:
    """The address of an invoice's page in Billomat."""
    return invoice_link(base_url(bot.settings.billomat_url, attempt.account.billomat_id), made.id)


def _tell_that_it_is_late(change: Change[Itself], attempt: Attempt, made: int, link: str) -> None:
    """People sent the draft again while this attempt stood still: both may have arrived, or its time is free again."""
    now = billing_rows.get_for_job(change.db, attempt.draft.id)
    if now.billomat_id != made:
        is_free = now.state in BINDS_NOTHING
        _tell(change, attempt, "late", views.arrived_late(attempt.to, attempt.payer.name, link, is_free=is_free))


def record_not_found(bot: Bot, attempt: Attempt) -> datetime | None:
    """Not there yet: when to look again; after the last look it is left to people."""
    first = attempt.draft.looked_at
    if first is None:
        first = _whole_second(bot.now())
        with bot.change_itself(attempt.draft.workspace_id) as change:
            billing_rows.note_look(change, attempt.draft, at=first)
    for seconds in (bot.settings.second_look, bot.settings.last_look):
        look = first + timedelta(seconds=seconds)
        if bot.now() < look:
            return look
    message = views.unknown(attempt.to, attempt.draft.id, attempt.payer.name)
    with bot.change_itself(attempt.draft.workspace_id) as change:
        if _settle(change, attempt, Transition.LOSE, message):
            _ask_the_others(change, attempt)
    _show(bot, attempt, message)
    return None


def _whole_second(moment: datetime) -> datetime:
    """Due times of jobs are whole seconds; a fraction more here and a job would come a moment too early."""
    return moment.replace(microsecond=0)


def _ask_the_others(change: Change[Itself], attempt: Attempt) -> None:
    """Whoever approved may have left; the entries stay locked until somebody decides."""
    draft = attempt.draft
    for person in people_rows.with_role(change.db, draft.workspace_id, Role.ADMIN, Role.BILLER):
        if person.person_id != attempt.approver.person_id:
            key = f"draft:{draft.id}:{draft.attempts}:unknown:{person.person_id}"
            message = views.unknown(reader_of(person), draft.id, attempt.payer.name)
            slack.post_later(change.db, person.person_id, key, message, at=change.by.now)


def record_refused(bot: Bot, attempt: Attempt, error: Refused) -> None:
    """Open again, with the reason."""
    message = views.refused(attempt.to, attempt.draft.id, attempt.payer.name, error.text)
    with bot.change_itself(attempt.draft.workspace_id) as change:
        if not billing_rows.reopen(change, attempt.draft, Transition.REFUSE, reason=error.text):
            return
        _tell(change, attempt, DraftState.OPEN, message)
    _show(bot, attempt, message)


def record_not_done(bot: Bot, attempt: Attempt, error: NotDone) -> datetime:
    """Nothing happened there: when to try again; it is said when it takes long."""
    _step_back(bot, attempt)
    if attempt.claimed and attempt.draft.attempts == PATIENT_ATTEMPTS:
        message = views.delayed(attempt.to, attempt.payer.name, error.text)
        with bot.change_itself(attempt.draft.workspace_id) as change:
            _tell(change, attempt, "delayed", message)
    return bot.now() + _pause(bot, attempt.draft.attempts, error)


def record_denied(bot: Bot, attempt: Attempt, error: AccessDenied) -> datetime:
    """Keep everything and ask the admins for a new connection, once; when to try again."""
    _step_back(bot, attempt)
    workspace_id = attempt.draft.workspace_id
    with bot.change_itself(workspace_id) as change:
        db = change.db
        known = account_rows.get(db, workspace_id)
        if known and known.secret_key != attempt.account.secret_key:  # somebody connected anew meanwhile
            return bot.now()
        note_trouble(db, workspace_id, error.trouble)
        is_news = known is None or not known.trouble
        admins = people_rows.with_role(db, workspace_id, Role.ADMIN) if is_news else []
        told = {admin.person_id: admin for admin in admins}
        if is_news or (attempt.claimed and attempt.draft.attempts == 1):  # an import may have met the trouble before
            told[attempt.approver.person_id] = attempt.approver
        now = account_rows.get(db, workspace_id) or attempt.account
        for person in told.values():
            message = views.account_trouble(reader_of(person), now.trouble or error.trouble)
            slack.post_later(db, person.person_id, f"trouble:{person.person_id}", message, at=change.by.now)
    return bot.now() + ACCOUNT_PAUSE


def _step_back(bot: Bot, attempt: Attempt) -> None:
    """Our attempt did not reach Billomat; an earlier one may have, and stays noted."""
    if attempt.claimed:
        with bot.change_itself(attempt.draft.workspace_id) as change:
            billing_rows.step_back(change, attempt.draft, earlier=attempt.earlier)


def _pause(bot: Bot, attempts: int, error: BillomatError) -> timedelta:
    """As long as Billomat says, else longer each time; some seconds by chance keep many drafts from coming at once."""
    said = error.retry_after if isinstance(error, NotDone) else None
    wait = said or min(bot.settings.job_backoff * 2 ** min(attempts, 10), LONGEST_PAUSE)
    return timedelta(seconds=wait + secrets.randbelow(bot.settings.job_backoff))


def _settle(
    change: Change[Itself],
    attempt: Attempt,
    step: Transition,
    message: Message,
    figures: InvoiceDraftColumns | None = None,
) -> bool:
    """Record how it ended and have the approver told. False when somebody else was faster."""
    if not billing_rows.move(change, attempt.draft, step, **(figures or {})):
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

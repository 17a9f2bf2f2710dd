"""What comes late: the word that a draft still waits, and one more look the day after it was taken for not arrived."""

from datetime import datetime, timedelta

from bot.billing import results
from bot.billing.approval import SLOW
from bot.billing.attempts import earlier_attempt
from bot.billing.results import LATE
from bot.billing.rules.states import BINDS_NOTHING, ON_THE_WAY, DraftState
from bot.billing.search import Sought, look_up, note_numbers
from bot.billing.views import delivery as views
from bot.billomat.access import open_client
from bot.billomat.budget import calls_used_up_until
from bot.billomat.client import BillomatError, base_url, invoice_link
from bot.core.context import Bot
from bot.people.callers import reader_of
from bot.slack import messages as slack
from storage import billomat as billomat_rows
from storage import draft_numbers as draft_number_rows
from storage import drafts as draft_rows
from storage import payers as payer_rows
from storage import people as people_rows

TRY_AGAIN = timedelta(hours=1)


@SLOW.handler
def tell_that_it_waits(bot: Bot, draft_id: int, token: str) -> None:
    """A draft is not in Billomat minutes after its approval, whatever the reason. Account trouble was told before."""
    with bot.database.write() as db:
        draft = draft_rows.draft_of_job(db, draft_id)
        account = billomat_rows.connected_account(db, draft.workspace_id)
        is_waiting = draft.token == token and draft.state in ON_THE_WAY
        if not is_waiting or account is None or account.trouble or draft.approved_by is None:
            return
        approver = people_rows.get_person(db, draft.approved_by)
        message = views.delayed(
            reader_of(approver),
            payer_rows.draft_name(db, draft),
            net_cents=draft.net_cents or 0,
            currency=draft.currency,
            may_have_arrived=draft.attempted_at is not None,
            no_calls_until=calls_used_up_until(db, draft.workspace_id),
        )
        slack.post_later(db, approver.person_id, f"draft:{draft_id}:{token}:slow", message, at=bot.now())


@LATE.handler
def look_for_late(
    bot: Bot, workspace_id: int, draft_id: int, person_id: int, label: str, token: str, client_id: int
) -> datetime | None:
    """Look for what came of one approval, and tell whoever approved if it is there and not known yet."""
    with bot.database.read() as db:
        account = billomat_rows.connected_account(db, workspace_id)
    if account is None:
        return None
    try:
        found = look_up(open_client(bot, account), Sought(label, token, client_id))
    except BillomatError:
        return bot.now() + TRY_AGAIN
    note_numbers(bot, workspace_id, found)
    with bot.database.read() as db:
        draft = draft_rows.draft_of_job(db, draft_id)
        unclaimed = draft_number_rows.without_other_drafts(db, draft, found)
    late = [each for each in unclaimed if each.id != draft.billomat_id and not each.is_cancelled]
    if not late:
        return None
    lost = earlier_attempt(bot, draft_id, state=DraftState.UNKNOWN) if draft.token == token else None
    if lost:
        results.record_delivered(bot, lost, min(late, key=lambda each: each.id), copies=len(late))
    else:
        link = invoice_link(base_url(bot.settings.billomat_url, account.billomat_id), late[0].id)
        _tell(bot, draft_id, person_id, token, link, late[0].lasting_number)
    return None


def _tell(bot: Bot, draft_id: int, person_id: int, token: str, link: str, number: str) -> None:
    with bot.database.write() as db:
        draft, approver = draft_rows.draft_of_job(db, draft_id), people_rows.get_person(db, person_id)
        name = payer_rows.draft_name(db, draft)._replace(number=number)
        message = views.arrived_late(reader_of(approver), name, link, is_free=draft.state in BINDS_NOTHING)
        slack.post_later(db, person_id, f"late:{draft_id}:{token}", message, at=bot.now())


JOBS = (SLOW, LATE)

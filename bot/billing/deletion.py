"""Job: deletes a draft of ours in Billomat that a person takes back, and frees what is on it once it is gone there.

Right before, it is read there: only a draft that nobody completed or changed is deleted. The attempt is noted before
the call. Whatever the call comes to, what counts is whether the draft can still be found: so a lost answer, a refusal
that is none and a worker that died end alike, and nothing is free while it may stand there.
"""

from datetime import datetime, timedelta

from bot.billing import already_free
from bot.billing.attempts import Attempt, earlier_attempt, others_who_bill
from bot.billing.looking import account_number, line_there, sent_line
from bot.billing.results import link_of
from bot.billing.rules.changed_texts import ChangedText, Place, changed_around, changed_on_lines, mark_of
from bot.billing.rules.following import InvoiceStatus
from bot.billing.rules.line_differences import line_differences
from bot.billing.rules.states import BINDS_NOTHING, DraftState, Transition
from bot.billing.rules.totals import is_rounding
from bot.billing.search import itself, look_up, sought, what_is_there
from bot.billing.taking_back import CLOSE_TAKEN_BACK, TAKE_BACK
from bot.billing.taking_off import sent_lines
from bot.billing.views import taking_back as views
from bot.billing.views.taking_back import WhyKept
from bot.billomat.access import open_client
from bot.billomat.client import AccessDenied, Billomat, BillomatError, BillomatInvoice, NotDone, OutcomeUnknown, Refused
from bot.billomat.views.connect import trouble_sentence
from bot.billomat.views.reasons import reason
from bot.core import money
from bot.core.context import Bot
from bot.people.callers import reader_of
from bot.slack import messages as slack
from bot.slack.blocks import Message
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import payers as payer_rows
from storage import people as people_rows
from storage import sent_invoices as sent_rows
from storage.people import KnownPerson
from storage.sent_invoices import Followed

PATIENCE = timedelta(minutes=15)
"""After so long of a Billomat that does not answer, the person hears that it was not possible."""
SOON = timedelta(seconds=20)


@TAKE_BACK.handler
def delete_there(
    bot: Bot,
    draft_id: int,
    billomat_id: int,
    person_id: int,
    asked_at: str,
    lost: str = "",
    channel: str = "",
    ts: str = "",
) -> datetime | None:
    """Delete it there if it is as it was sent, and free what is on it; tell who asked. When to go on, else None.

    `lost` marks texts that were changed there and that the person agreed to lose; `channel` and `ts` are the message in
    which they clicked. A job that an earlier version put knows none of these.
    """
    again = _attempted(bot, draft_id, billomat_id, person_id, asked_at, lost)
    if again is None and ts:
        _close_message(bot, draft_id, person_id, channel, ts)
    return again


def _attempted(bot: Bot, draft_id: int, billomat_id: int, person_id: int, asked_at: str, lost: str) -> datetime | None:
    attempt = earlier_attempt(bot, draft_id, state=DraftState.SENT)
    with bot.database.read() as db:
        person = people_rows.get_person(db, person_id)
        known = sent_rows.of_draft(db, draft_id)
    if attempt is None or known is None or known.billomat_id != billomat_id:
        _tell_that_it_is_free(bot, draft_id, person)
        return None
    may_wait = bot.now() < datetime.fromisoformat(asked_at) + PATIENCE
    try:
        client = open_client(bot, attempt.account)
        return _take_back(bot, client, attempt, known, person, lost=lost, may_wait=may_wait)
    except NotDone as error:
        if may_wait:
            return bot.now() + timedelta(seconds=error.retry_after or SOON.seconds)
        _give_up(bot, attempt, person, reason(reader_of(person), error))
    except AccessDenied as error:
        _give_up(bot, attempt, person, trouble_sentence(reader_of(person), error.trouble))
    except BillomatError as error:
        _give_up(bot, attempt, person, reason(reader_of(person), error))
    return None


def _close_message(bot: Bot, draft_id: int, person_id: int, channel: str, ts: str) -> None:
    """Have the message changed in which it was taken back, if it was."""
    with bot.database.write() as db:
        if draft_rows.draft_of_job(db, draft_id).state in BINDS_NOTHING:
            at = bot.now().isoformat()
            CLOSE_TAKEN_BACK.put(
                db, due=bot.now(), draft_id=draft_id, person_id=person_id, channel=channel, ts=ts, at=at
            )


@CLOSE_TAKEN_BACK.handler
def close_message(bot: Bot, draft_id: int, person_id: int, channel: str, ts: str, at: str) -> None:
    """Put what became of the draft in the place of a message with buttons for it. Raises SlackApiError."""
    with bot.database.read() as db:
        name = payer_rows.draft_name(db, draft_rows.draft_of_job(db, draft_id))
        to = reader_of(people_rows.get_person(db, person_id))
    slack.update(bot.slack, channel, ts, views.closed(to, name, datetime.fromisoformat(at)))


def _take_back(
    bot: Bot, client: Billomat, attempt: Attempt, known: Followed, person: KnownPerson, *, lost: str, may_wait: bool
) -> datetime | None:
    there = itself(client, known.billomat_id)
    if there is None:
        _free_if_gone(bot, client, attempt, person, known.account_number)
        return None
    kept = _why_kept(client, attempt, there)
    if isinstance(kept, WhyKept):
        link, number = link_of(bot, attempt, there), there.lasting_number
        _tell(bot, attempt, person, views.kept(reader_of(person), attempt, kept, link, number))
        return None
    if mark_of(kept) not in ("", lost):
        message = views.texts_changed(reader_of(person), attempt, kept, link_of(bot, attempt, there))
        _tell(bot, attempt, person, message)
        return None
    stood_on = _note_attempt(bot, client, attempt, known, person)
    trouble = _delete(client, known.billomat_id)
    found = what_is_there(client, attempt)
    if not found or found[0].is_cancelled:
        if trouble is None:
            _free(bot, attempt, person)
        else:
            _free_if_gone(bot, client, attempt, person, stood_on)
        return None
    refused = None if isinstance(trouble, OutcomeUnknown) else trouble
    if refused or not may_wait:
        why = reason(reader_of(person), refused) if refused else ""
        _give_up(bot, attempt, person, why, stands=True)
        return None
    return bot.now() + SOON


def _delete(client: Billomat, billomat_id: int) -> BillomatError | None:
    """Delete it. What is answered when Billomat does not say that it is done; a status may lie."""
    try:
        client.delete_draft(billomat_id)
    except (OutcomeUnknown, Refused, AccessDenied) as error:
        return error
    return None


def _why_kept(client: Billomat, attempt: Attempt, there: BillomatInvoice) -> WhyKept | list[ChangedText]:
    """Why an invoice is not deleted: it is no draft, or none of ours, or not as it was sent; else its changed texts.

    Raises BillomatError.
    """
    if there.status != InvoiceStatus.DRAFT:
        return WhyKept.COMPLETED
    if not attempt.draft.token or attempt.draft.token not in there.label:
        return WhyKept.LABEL
    if there.total_net is not None and not _is_as_sent(attempt, money.hundredths(there.total_net)):
        return WhyKept.CHANGED
    lines = sorted(client.lines([there.id]), key=lambda line: (line.position, line.id))
    sent = [sent_line(each) for each in sent_lines(attempt.draft, attempt.lines)]
    differing = line_differences(sent, [line_there(each) for each in lines])
    if not all(each.is_of_words for each in differing):
        return WhyKept.CHANGED
    draft = attempt.draft
    return [
        *changed_around(Place.HEADING, draft.heading or "", there.title),
        *changed_around(Place.INTRO, draft.intro or "", there.intro),
        *changed_around(Place.NOTE, draft.note or "", there.note),
        *changed_on_lines(differing),
    ]


def _is_as_sent(attempt: Attempt, net_cents: int) -> bool:
    """By what Billomat added up to when it was sent, else by ours, which may be rounded otherwise."""
    if (then := attempt.draft.billomat_net_cents) is not None:
        return net_cents == then
    return is_rounding(attempt.draft.net_cents or 0, net_cents, smallest=money.smallest(attempt.draft.currency))


def _note_attempt(bot: Bot, client: Billomat, attempt: Attempt, known: Followed, person: KnownPerson) -> int | None:
    """From here on it may be gone because of us. On which account it stands, which is known by then, or never."""
    number = account_number(client) if known.account_number is None else None
    with bot.change_itself(attempt.draft.workspace_id, for_person=person.person_id) as change:
        sent_rows.note_deleting(change, known, account_number=number)
    return known.account_number if number is None else number


def _free_if_gone(bot: Bot, client: Billomat, attempt: Attempt, person: KnownPerson, stood_on: int | None) -> None:
    """It is not there: by a deletion whose answer is missing, or somebody's own. Only for certain it is free.

    `stood_on` is Billomat's id of the account on which it was seen.
    """
    # Another account may have the same name, and a key without rights may see no invoices.
    is_same = stood_on is not None and account_number(client) == stood_on
    if not is_same or client.owner().may_write_invoices is not True:
        _tell(bot, attempt, person, views.not_found(reader_of(person), attempt))
        return
    copies = [each for each in look_up(client, sought(attempt)) if not each.is_cancelled]
    if copies:
        link = link_of(bot, attempt, copies[0])
        message = views.kept(reader_of(person), attempt, WhyKept.COPY, link, copies[0].lasting_number)
        _tell(bot, attempt, person, message)
        return
    _free(bot, attempt, person)


def _free(bot: Bot, attempt: Attempt, person: KnownPerson) -> None:
    """Open the draft again; whoever approved it, and whoever submitted it, hear of it too."""
    draft = attempt.draft
    with bot.change_itself(draft.workspace_id, for_person=person.person_id) as change:
        is_free = draft_state_rows.reopen_draft(change, draft, Transition.TAKE_BACK)
        if is_free:
            message = views.taken_back(reader_of(person), draft.id, attempt.name)
            slack.post_later(change.db, person.person_id, _key(draft.id, person), message, at=change.by.now)
            concerned = (draft.submitted_by, attempt.approver.person_id)
            for other in others_who_bill(change.db, concerned, but=person.person_id):
                message = views.taken_back(reader_of(other), draft.id, attempt.name, by=person.name)
                slack.post_later(change.db, other.person_id, _key(draft.id, other), message, at=change.by.now)
    if not is_free:
        _tell_that_it_is_free(bot, draft.id, person)


def _give_up(bot: Bot, attempt: Attempt, person: KnownPerson, why: str, *, stands: bool = False) -> None:
    """It was not possible, and nothing is free."""
    _tell(bot, attempt, person, views.not_possible(reader_of(person), attempt, why, stands=stands))


def _tell(bot: Bot, attempt: Attempt, person: KnownPerson, message: Message) -> None:
    with bot.change_itself(attempt.draft.workspace_id, for_person=person.person_id) as change:
        slack.post_later(change.db, person.person_id, _key(attempt.draft.id, person), message, at=change.by.now)


def _tell_that_it_is_free(bot: Bot, draft_id: int, person: KnownPerson) -> None:
    already_free.tell(bot, draft_id, person.person_id, views.taken_back, _key(draft_id, person))


def _key(draft_id: int, person: KnownPerson) -> str:
    return f"taken_back:{draft_id}:{person.person_id}"


JOBS = (TAKE_BACK, CLOSE_TAKEN_BACK)

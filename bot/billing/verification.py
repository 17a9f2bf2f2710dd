"""Jobs that make sure in Billomat of what people said: where a lost draft is, and that a sent one is gone."""

from datetime import datetime

from bot.billing import already_free, results
from bot.billing.attempts import earlier_attempt
from bot.billing.reconcile import ADOPT, WITHDRAW
from bot.billing.rules.states import DraftState, Transition
from bot.billing.search import note_numbers, what_is_there
from bot.billing.views import delivery as views
from bot.billomat.access import open_client
from bot.billomat.client import AccessDenied, BillomatError
from bot.billomat.views.connect import trouble_sentence
from bot.billomat.views.reasons import reason
from bot.core.context import Bot, Itself
from bot.people.callers import reader_of
from bot.slack import messages as slack
from bot.slack.blocks import Message
from storage import draft_numbers as draft_number_rows
from storage import draft_states as draft_state_rows
from storage import people as people_rows
from storage.change import Change


@ADOPT.handler
def adopt(bot: Bot, draft_id: int, billomat_id: int, person_id: int) -> datetime | None:
    """Take an invoice that a person found in Billomat for the lost draft, if it is there and no other draft's."""
    attempt = earlier_attempt(bot, draft_id, state=DraftState.UNKNOWN)
    if attempt is None:
        return None
    workspace_id = attempt.draft.workspace_id
    try:
        newest = open_client(bot, attempt.account).newest_drafts(client_id=attempt.client_id)
    except AccessDenied as error:
        return results.record_trouble(bot, attempt, error)
    except BillomatError as error:
        with bot.change_itself(workspace_id) as change:
            to = reader_of(people_rows.get_person(change.db, person_id))
            message = views.cannot_find(to, draft_id, attempt.name, reason(to, error))
            _answer(change, person_id, f"adopt:{draft_id}:{person_id}", message)
        return None
    note_numbers(bot, workspace_id, newest)
    with bot.change_itself(workspace_id) as change:
        free = draft_number_rows.without_other_drafts(change.db, attempt.draft, newest)
        named = next((draft for draft in free if draft.id == billomat_id), None)
        if named is None:
            to = reader_of(people_rows.get_person(change.db, person_id))
            message = views.not_there(to, draft_id, attempt.payer.name, billomat_id)
            _answer(change, person_id, f"adopt:{draft_id}:{billomat_id}", message)
            return None
    results.record_delivered(bot, attempt, named, found_by=person_id)
    return None


@WITHDRAW.handler
def withdraw(bot: Bot, draft_id: int, person_id: int) -> None:
    """Open a sent draft again, if Billomat has neither it nor a copy of it any more; tell the person who said so."""
    attempt = earlier_attempt(bot, draft_id, state=DraftState.SENT)
    if attempt is None:
        _tell_that_it_is_open(bot, draft_id, person_id)
        return
    with bot.database.read() as db:
        to = reader_of(people_rows.get_person(db, person_id))
    name, is_gone = attempt.name, False
    try:
        found = what_is_there(open_client(bot, attempt.account), attempt)
    except AccessDenied as error:  # a draft that waits for it, or an import, tells the admins
        message = views.cannot_look(to, draft_id, name, trouble_sentence(to, error.trouble))
    except BillomatError as error:
        message = views.cannot_look(to, draft_id, name, reason(to, error))
    else:
        note_numbers(bot, attempt.draft.workspace_id, found)
        number = found[0].lasting_number if found else ""
        if found and not found[0].is_cancelled:
            link = results.link_of(bot, attempt, found[0])
            message = views.still_there(to, draft_id, name._replace(number=number), link)
        else:
            message, is_gone = views.withdrawn(to, draft_id, name._replace(number=number)), True
    with bot.change_itself(attempt.draft.workspace_id, for_person=person_id) as change:
        is_settled = is_gone and not draft_state_rows.reopen_draft(change, attempt.draft, Transition.BILL_AGAIN)
        if not is_settled:
            _answer(change, person_id, f"withdraw:{draft_id}:{person_id}", message)
    if is_settled:
        _tell_that_it_is_open(bot, draft_id, person_id)


def _tell_that_it_is_open(bot: Bot, draft_id: int, person_id: int) -> None:
    already_free.tell(bot, draft_id, person_id, views.withdrawn, f"withdraw:{draft_id}:{person_id}")


def _answer(change: Change[Itself], person_id: int, key: str, message: Message) -> None:
    slack.post_later(change.db, person_id, key, message, at=change.by.now)


JOBS = (ADOPT, WITHDRAW)

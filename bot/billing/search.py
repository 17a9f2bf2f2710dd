"""What Billomat has of an approval. See docs/decisions/0009-delivery.md for what can be told from it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.billing.attempts import Attempt
from bot.billomat.client import AccessDenied, Billomat, BillomatInvoice, NotDone, Refused
from bot.billomat.rules.trouble import Trouble
from bot.core.context import Bot
from storage import draft_numbers as draft_number_rows


@dataclass(frozen=True, slots=True)
class Sought:
    """By what an approval is recognized in Billomat; `known` is the id there of a draft that was sent."""

    label: str
    token: str
    client_id: int
    known: int | None = None


def sought(attempt: Attempt) -> Sought:
    """The marks of a draft that was approved."""
    draft = attempt.draft
    return Sought(draft.label or "", draft.token or "", attempt.client_id, draft.billomat_id)


def look_up(client: Billomat, what: Sought) -> list[BillomatInvoice]:
    """What Billomat has of an approval: by its label, and by the token in labels that somebody edited."""
    with question():
        found = client.find_drafts(label=what.label, client_id=what.client_id)
        newest = client.newest_drafts(client_id=what.client_id)
    edited = (draft for draft in newest if what.token in draft.label or draft.id == what.known)
    return list({draft.id: draft for draft in (*found, *edited)}.values())


def newest_of_account(client: Billomat) -> list[BillomatInvoice]:
    """The account's newest invoices, in one call: for all drafts that wait for a look."""
    with question():
        return client.newest_drafts()


@contextmanager
def question() -> Iterator[None]:
    """It is the question that is refused, which says nothing about the draft."""
    try:
        yield
    except Refused as error:
        raise NotDone(error.text, kind="server", status=error.status) from None


def note_numbers(bot: Bot, workspace_id: int, found: Sequence[BillomatInvoice]) -> None:
    """Keep what was read by the way: which of our drafts have become invoices, and their numbers."""
    with bot.change_itself(workspace_id) as change:
        draft_number_rows.note_numbers(change, found)


def among(bot: Bot, newest: Sequence[BillomatInvoice], attempt: Attempt) -> list[BillomatInvoice]:
    """Those of the newest invoices that are this draft, and no other one of ours."""
    token = attempt.draft.token or ""
    found = [draft for draft in newest if token in draft.label and draft.client_id == attempt.client_id]
    with bot.database.read() as db:
        return draft_number_rows.without_other_drafts(db, attempt.draft, found)


def look_up_unclaimed(bot: Bot, client: Billomat, attempt: Attempt) -> list[BillomatInvoice]:
    """As `look_up`, without what is another draft of ours."""
    found = look_up(client, sought(attempt))
    with bot.database.read() as db:
        return draft_number_rows.without_other_drafts(db, attempt.draft, found)


def what_is_there(client: Billomat, attempt: Attempt) -> list[BillomatInvoice]:
    """What Billomat has of a sent draft, itself or copies of it; what was cancelled, and bills nobody, comes last."""
    sent = itself(client, attempt.draft.billomat_id or 0)
    copies = look_up(client, sought(attempt))  # which raises when it was the key that 401 stood for
    found = [sent, *copies] if sent else copies
    return sorted(found, key=lambda each: each.is_cancelled)


def itself(client: Billomat, billomat_id: int) -> BillomatInvoice | None:
    """One invoice. None: it is not there, or the key is refused, which a list tells apart. Raises BillomatError."""
    try:
        return client.invoice(billomat_id)
    except AccessDenied as error:
        if error.trouble is not Trouble.KEY:  # other programs report that it also stands for what is not there
            raise
        return None

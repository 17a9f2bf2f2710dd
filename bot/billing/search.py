"""What Billomat has of an approval. See docs/decisions/0009-delivery.md for what can be told from it."""

from bot.billing.attempts import Attempt
from bot.billomat.client import AccessDenied, Billomat, BillomatInvoice, NotDone, Refused
from bot.billomat.rules.trouble import Trouble
from bot.core.context import Bot
from storage import billing as billing_rows


def look_up(client: Billomat, attempt: Attempt) -> list[BillomatInvoice]:
    """What Billomat has of this approval: by its label, and by the token in labels that somebody edited."""
    label, token = attempt.draft.label or "", attempt.draft.token or ""
    try:
        found = client.find_drafts(label=label, client_id=attempt.client_id)
        newest = client.newest_drafts(client_id=attempt.client_id)
    except Refused as error:
        # It is the question that was refused, which says nothing about the draft.
        raise NotDone(error.text, kind="server", status=error.status) from None
    known = attempt.draft.billomat_id  # of a sent draft
    edited = (draft for draft in newest if token in draft.label or draft.id == known)
    return list({draft.id: draft for draft in (*found, *edited)}.values())


def look_up_unclaimed(bot: Bot, client: Billomat, attempt: Attempt) -> list[BillomatInvoice]:
    """As `look_up`, without what is another draft of ours."""
    found = look_up(client, attempt)
    with bot.database.read() as db:
        return billing_rows.without_other_drafts(db, attempt.draft, found)


def what_stands(client: Billomat, attempt: Attempt) -> BillomatInvoice | None:
    """What Billomat still has of a sent draft: itself, or a copy of it. What was cancelled there bills nobody."""
    itself = _itself(client, attempt.draft.billomat_id or 0)
    found = filter(None, (itself, *look_up(client, attempt)))  # which raises when it was the key that 401 stood for
    return next((draft for draft in found if draft.status != "CANCELED"), None)


def _itself(client: Billomat, billomat_id: int) -> BillomatInvoice | None:
    try:
        return client.invoice(billomat_id)
    except AccessDenied as error:
        if error.trouble is not Trouble.KEY:  # other programs report that it also stands for what is not there
            raise
        return None

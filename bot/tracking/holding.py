"""What stands on a draft is not changed: the draft is named, and how it comes free."""

from typing import TypeVar

from bot.core.caller import Caller
from bot.core.errors import UserError
from bot.tracking.rules.drafts import Billable
from bot.tracking.rules.settled import Settled

Held = TypeVar("Held", bound=Billable)


def require_unbilled(caller: Caller, entry: Held) -> Held:
    """The entry or expense, as it stands on no draft. Raises UserError that names the draft."""
    if not entry.is_held:
        return entry
    if entry.settled == Settled.ELSEWHERE:
        raise UserError(
            "This cannot be changed: it is marked as billed elsewhere. Whoever may bill takes that back, in its "
            "history."
        )
    name = entry.draft.said(caller.reader)
    if entry.draft_number:
        raise UserError(
            "This cannot be changed: the invoice {invoice} holds it. If that was cancelled in Billomat, whoever "
            "may bill frees it: “Bill again” in the customer's /track invoice.",
            invoice=name,
        )
    if entry.is_in_billomat:
        raise UserError(
            "This cannot be changed: the draft “{draft}” in Billomat holds it. If that was deleted there, "
            "whoever may bill frees it: “Bill again” in the customer's /track invoice.",
            draft=name,
        )
    if entry.may_be_in_billomat:
        raise UserError(
            "This cannot be changed: the draft “{draft}” holds it, and whether that reached Billomat is open.",
            draft=name,
        )
    raise UserError("This cannot be changed: the draft “{draft}”, on its way to Billomat, holds it.", draft=name)

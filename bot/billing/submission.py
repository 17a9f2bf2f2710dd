"""How an open draft stands with the second person who has to approve it, for whoever looks at it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.billing.rules.second_person import needs_second_person
from bot.billing.rules.states import DraftState
from bot.core.caller import Caller
from bot.core.roles import APPROVING
from storage import people as people_rows
from storage.drafts import Draft
from storage.people import KnownPerson


class Deed(StrEnum):
    """What the button below an invoice does."""

    SEND = "send"
    SUBMIT = "submit"
    APPROVE = "approve"
    WAIT = "wait"
    """Somebody else approves it."""


@dataclass(frozen=True, slots=True)
class Submission:
    """By whom and when it was submitted, who may approve it, or what was said when it was returned."""

    deed: Deed = Deed.SEND
    by: str = ""
    at: datetime | None = None
    """None: it is not submitted."""
    is_mine: bool = False
    approvers: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    """Who could approve it, and left Slack; read where nobody else may."""
    returned_by: str = ""
    returned: str = ""


ALONE = Submission()
"""Nobody else is asked."""


def read_submission(db: Connection, caller: Caller, draft: Draft, *, net: int, currency: str) -> Submission:
    """How a draft stands that comes to so much; without the rule nothing is read for it."""
    limit = caller.person.second_from_cents
    if draft.state is not DraftState.SUBMITTED:
        returned_by = people_rows.get_person(db, draft.returned_by).name if draft.returned_by else ""
        if limit is None and not returned_by:
            return ALONE
        base = people_rows.workspace_terms(db, draft.workspace_id).currency
        is_needed = needs_second_person(limit, base, net=net, currency=currency)
        return Submission(Deed.SUBMIT if is_needed else Deed.SEND, returned_by=returned_by, returned=draft.returned)
    is_mine = draft.submitted_by == caller.person_id
    submitter = people_rows.get_person(db, draft.submitted_by or 0)
    names = tuple(each.name for each in approvers(db, draft.workspace_id, but=submitter.person_id))
    left = () if names else who_left(db, draft.workspace_id)
    deed = Deed.APPROVE if caller.approves and not is_mine else Deed.WAIT
    return Submission(deed, submitter.name, draft.submitted_at, is_mine, names, left)


def approvers(db: Connection, workspace_id: int, *, but: int) -> list[KnownPerson]:
    """Who may approve what that person submits, in the order in which they came."""
    found = people_rows.people_with_role(db, workspace_id, *APPROVING)
    may = [each for each in found if not each.is_guest and not each.has_left and each.person_id != but]
    return sorted(may, key=lambda each: each.person_id)


def who_left(db: Connection, workspace_id: int) -> tuple[str, ...]:
    """The names of those who could approve, and left Slack."""
    found = people_rows.people_with_role(db, workspace_id, *APPROVING)
    return tuple(each.name for each in sorted(found, key=lambda each: each.person_id) if each.has_left)

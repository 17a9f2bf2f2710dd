"""One run of a job for a draft: the attempt that it makes or meets, with all that it needs to know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.billing.rules.states import DraftState
from bot.billing.rules.totals import Unrounded, rest_of, unrounded
from bot.core.context import Bot
from bot.core.roles import BILLING
from bot.core.texts import Reader
from bot.people.callers import reader_of
from bot.tracking.rules.drafts import DraftName
from storage import billomat as billomat_rows
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import frozen as frozen_rows
from storage import payers as payer_rows
from storage import people as people_rows
from storage.billomat import ConnectedAccount
from storage.drafts import Draft
from storage.frozen import FrozenLine
from storage.payers import Payer
from storage.people import KnownPerson


@dataclass(frozen=True, slots=True)
class Attempt:
    """All that one run needs, read in one transaction.

    `claimed`: the attempt is ours, so we may send; else somebody noted it before. `earlier` is when the last attempt
    before ours was noted; None: nothing can have reached Billomat yet.
    """

    draft: Draft
    claimed: bool
    earlier: datetime | None
    payer: Payer
    lines: Sequence[FrozenLine]
    account: ConnectedAccount
    zone: ZoneInfo
    """Of whoever connected the account: the day of an invoice is not that of the person who pressed the button."""
    approver: KnownPerson

    @property
    def name(self) -> DraftName:
        """What people call the draft."""
        return self.draft.name_for(self.payer.name)

    @property
    def to(self) -> Reader:
        """How to write to whoever approved."""
        return reader_of(self.approver)

    @property
    def client_id(self) -> int:
        """The customer's id in Billomat; only linked ones are approved."""
        return self.payer.billomat_id or 0

    @property
    def unrounded(self) -> Unrounded:
        """What it would come to more, were no line of it rounded."""
        rests = (
            (each.vat, rest_of(each.hours, each.unit_price, each.taken_off, each.amount_cents)) for each in self.lines
        )
        return unrounded(rests, gross_prices=self.draft.gross_prices, reduction=self.draft.reduction)

    def as_answered(self) -> "Attempt":
        """The same, of which an answer came: whatever its status says, it may have arrived."""
        return replace(self, earlier=self.draft.attempted_at)


@dataclass(frozen=True, slots=True)
class DeliveredDraft:
    """A draft that stands in Billomat: our figures, and Billomat's own figures where it said them.

    `copies` counts what Billomat has of this one approval.
    """

    name: DraftName
    is_completed: bool
    """Whether somebody made an invoice of it there already."""
    is_cancelled: bool
    currency: str
    net_cents: int
    gross_cents: int | None
    billomat_net_cents: int | None
    billomat_gross_cents: int | None
    link: str
    copies: int
    unrounded: Unrounded
    """What ours would come to more, were no line rounded."""


def begin_attempt(bot: Bot, draft_id: int) -> Attempt | None:
    """Note the attempt, or meet one that was noted before. None: nothing is left to do."""
    with bot.database.read() as db:
        workspace_id = draft_rows.draft_of_job(db, draft_id).workspace_id
    with bot.change_itself(workspace_id) as change:
        before = draft_rows.draft_of_job(change.db, draft_id, lock=True)
        claimed = draft_state_rows.claim_attempt(change, before)
        draft = draft_rows.draft_of_job(change.db, draft_id)
        if draft.state != DraftState.SENDING:
            return None
        return _attempt(change.db, draft, claimed=claimed, earlier=before.attempted_at)


def earlier_attempt(bot: Bot, draft_id: int, *, state: DraftState) -> Attempt | None:
    """The draft, to look for and not to send. None: it is in another state by now."""
    with bot.database.read() as db:
        draft = draft_rows.draft_of_job(db, draft_id)
        return _attempt(db, draft, claimed=False, earlier=draft.attempted_at) if draft.state == state else None


def others_looked_for(bot: Bot, attempt: Attempt) -> list[Attempt]:
    """The other drafts of the account that wait for a look, and that nobody can be sending any more."""
    is_over = bot.now() - timedelta(seconds=bot.settings.job_lease)
    with bot.database.read() as db:
        waiting = draft_rows.looked_for(db, attempt.draft.workspace_id, attempted_before=is_over)
        return [
            _attempt(db, draft, claimed=False, earlier=draft.attempted_at)
            for draft in waiting
            if draft.id != attempt.draft.id
        ]


def others_who_bill(db: Connection, person_ids: Iterable[int | None], *, but: int) -> list[KnownPerson]:
    """Those of these people who hear of a draft beside that one, each once: who bill still. None stands for nobody."""
    ids = {each for each in person_ids if each is not None} - {but}
    found = (people_rows.get_person(db, each) for each in sorted(ids))
    return [each for each in found if each.role in BILLING]


def _attempt(db: Connection, draft: Draft, *, claimed: bool, earlier: datetime | None) -> Attempt:
    account = billomat_rows.connected_account(db, draft.workspace_id)
    if account is None or draft.approved_by is None:  # nothing is approved without them
        raise LookupError(draft.id)
    return Attempt(
        draft=draft,
        claimed=claimed,
        earlier=earlier,
        payer=payer_rows.get_payer(db, draft.customer_id),
        lines=frozen_rows.frozen_lines(db, draft.id),
        account=account,
        zone=ZoneInfo(people_rows.get_person(db, account.connected_by).zone),
        approver=people_rows.get_person(db, draft.approved_by),
    )

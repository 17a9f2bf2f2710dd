"""Invoice drafts: what is known of one, and which there are."""

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, Unpack

from sqlalchemy import ColumnElement, Connection, Date, Integer, and_, bindparam, func, or_, select, update

from bot.billing.rules.periods import Period
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.scope import Scope
from bot.billing.rules.states import BEING_MADE, ON_THE_WAY, DraftState
from bot.tracking.rules.drafts import DraftName
from storage.holding import FIRST_DAY, LAST_DAY
from storage.rows import columns_of
from storage.statements import Query, padded
from storage.tables import customers, drafts
from storage.tables.billing.drafts import InvoiceDraftColumns


class Draft(NamedTuple):
    """A draft on its way."""

    id: int
    workspace_id: int
    customer_id: int
    state: DraftState
    first_day: date | None
    last_day: date | None
    selection: str
    layout: str
    texts: str
    line_order: str
    heading: str | None
    intro: str | None
    note: str | None
    token: str | None
    label: str | None
    part: str
    number: str
    link: str
    currency: str
    net_cents: int | None
    gross_cents: int | None
    reduction: int
    reduction_cents: int
    reduction_title: str
    reduction_unit: str
    own_reduction: int | None
    own_reduction_cents: int | None
    tax_case: str
    gross_prices: bool
    service_first: date | None
    service_last: date | None
    service_text: str | None
    submitted_by: int | None
    submitted_at: datetime | None
    sealed: str
    needs_second: bool
    returned_by: int | None
    returned: str
    approved_by: int | None
    approved_at: datetime | None
    attempted_at: datetime | None
    looked_at: datetime | None
    attempts: int
    view_id: str | None
    billomat_id: int | None
    billomat_net_cents: int | None
    reason: str | None

    @property
    def scope(self) -> Scope:
        """What it is about."""
        return Scope.stored(self.first_day, self.last_day, self.selection)

    @property
    def own(self) -> Reduction | None:
        """What a person chose to be taken off of it; None: what the customer's terms take off."""
        if self.own_reduction is None and self.own_reduction_cents is None:
            return None
        return Reduction(self.own_reduction or 0, self.own_reduction_cents or 0)

    def name_for(self, customer: str) -> DraftName:
        """What people call it, by its customer's name."""
        first, last = self.first_day or self.service_first, self.last_day or self.service_last
        return DraftName(customer, first, last, self.number, self.part)


class DraftUnderWay(NamedTuple):
    """A draft that was submitted or approved and is not known to stand in Billomat."""

    customer: str
    first: date | None
    last: date | None
    part: str
    """As for a `DraftName`."""
    net_cents: int
    currency: str
    since: datetime
    """When it was approved, or submitted."""
    state: DraftState
    id: int = 0

    @property
    def name(self) -> DraftName:
        """What people call it."""
        return DraftName(self.customer, self.first, self.last, part=self.part)


DRAFT = select(*columns_of(Draft, drafts))
_OF_CUSTOMER = and_(drafts.c.workspace_id == bindparam("workspace"), drafts.c.customer_id == bindparam("customer"))
_IS_ABOUT_DAYS = and_(
    bindparam("last", type_=Date) >= FIRST_DAY,
    bindparam("first", type_=Date) <= LAST_DAY,
)
_SENT = Query(
    DRAFT.where(and_(_OF_CUSTOMER, drafts.c.state == DraftState.SENT, _IS_ABOUT_DAYS))
    .order_by(drafts.c.approved_at.desc(), drafts.c.id.desc())
    .limit(bindparam("most", type_=Integer)),
    Draft._make,
)
_OTHERS_OPEN = Query(
    DRAFT.where(and_(_OF_CUSTOMER, drafts.c.state == DraftState.OPEN, drafts.c.id != bindparam("draft"))).order_by(
        drafts.c.id
    ),
    Draft._make,
)
_LOST = Query(DRAFT.where(and_(_OF_CUSTOMER, drafts.c.state == DraftState.UNKNOWN)).order_by(drafts.c.id), Draft._make)


def draft_of_workspace(db: Connection, workspace_id: int, draft_id: int) -> Draft | None:
    """One draft of this workspace."""
    row = db.execute(DRAFT.where(and_(drafts.c.workspace_id == workspace_id, drafts.c.id == draft_id))).first()
    return Draft._make(row) if row else None


def draft_of_job(db: Connection, draft_id: int, *, lock: bool = False) -> Draft:
    """The draft that a job was put for, on request kept from changing. Raises NoResultFound."""
    query = DRAFT.where(drafts.c.id == draft_id)
    return Draft._make(db.execute(query.with_for_update(key_share=True) if lock else query).one())


def shown_under_way(db: Connection, workspace_id: int) -> list[DraftUnderWay]:
    """The drafts that wait for Billomat or for somebody's word, as people read of them, the oldest first."""
    waits = drafts.c.state.in_((*ON_THE_WAY, DraftState.UNKNOWN, DraftState.SUBMITTED))
    since = func.coalesce(drafts.c.approved_at, drafts.c.submitted_at)
    query = (
        select(
            *columns_of(DraftUnderWay, drafts, customer=customers.c.name, first=FIRST_DAY, last=LAST_DAY, since=since)
        )
        .join_from(drafts, customers, customers.c.id == drafts.c.customer_id)
        .where(and_(drafts.c.workspace_id == workspace_id, waits))
        .order_by(since, drafts.c.id)
    )
    return [DraftUnderWay._make(row) for row in db.execute(query)]


def drafts_under_way(db: Connection, workspace_id: int) -> list[tuple[int, DraftState]]:
    """The drafts that wait for Billomat or for somebody's word, with their states."""
    waits = drafts.c.state.in_((*ON_THE_WAY, DraftState.UNKNOWN))
    rows = db.execute(select(drafts.c.id, drafts.c.state).where(and_(drafts.c.workspace_id == workspace_id, waits)))
    return [(draft_id, state) for draft_id, state in rows]


def looked_for(db: Connection, workspace_id: int, *, attempted_before: datetime) -> list[Draft]:
    """The drafts whose answer was lost: a look was in vain already, or the attempt is older than that moment."""
    is_lost = or_(drafts.c.looked_at.is_not(None), drafts.c.attempted_at < attempted_before)
    of_workspace = and_(drafts.c.workspace_id == workspace_id, drafts.c.state == DraftState.SENDING)
    return [Draft._make(row) for row in db.execute(DRAFT.where(and_(of_workspace, is_lost)).order_by(drafts.c.id))]


def submitted_drafts(db: Connection, workspace_id: int) -> list[Draft]:
    """The drafts that wait for a second person."""
    waits = and_(drafts.c.workspace_id == workspace_id, drafts.c.state == DraftState.SUBMITTED)
    return [Draft._make(row) for row in db.execute(DRAFT.where(waits).order_by(drafts.c.id))]


def given_up_submitted(db: Connection) -> list[Draft]:
    """Drafts of all workspaces that were given up while they waited for a second person."""
    given_up = and_(drafts.c.state == DraftState.DISCARDED, drafts.c.submitted_at.is_not(None))
    return [Draft._make(row) for row in db.execute(DRAFT.where(given_up).order_by(drafts.c.id))]


def open_drafts_of_customers(db: Connection, workspace_id: int, customer_ids: Collection[int]) -> list[Draft]:
    """The open drafts of these customers."""
    ids = padded(tuple(customer_ids))
    values = {f"customer{n}": customer_id for n, customer_id in enumerate(ids)}
    return _open_drafts(len(ids)).all(db, workspace=workspace_id, **values) if ids else []


def open_drafts_beside(db: Connection, draft: Draft) -> list[Draft]:
    """The other open drafts of the same customer."""
    of_customer = {"workspace": draft.workspace_id, "customer": draft.customer_id}
    return _OTHERS_OPEN.all(db, **of_customer, draft=draft.id)


@lru_cache(16)
def _open_drafts(count: int) -> Query[Draft]:
    ids = [bindparam(f"customer{n}", type_=Integer) for n in range(count)]
    of_them = and_(drafts.c.workspace_id == bindparam("workspace"), drafts.c.customer_id.in_(ids))
    return Query(
        DRAFT.where(and_(of_them, or_(*(drafts.c.state == state for state in sorted(BEING_MADE))))).order_by(
            drafts.c.id
        ),
        Draft._make,
    )


def set_columns(db: Connection, where: ColumnElement[bool], **values: Unpack[InvoiceDraftColumns]) -> int:
    """Write these columns of some drafts, answer of how many; their state is written by `draft_states` alone."""
    return db.execute(update(drafts).where(where).values(**values)).rowcount


def sent_drafts(db: Connection, workspace_id: int, customer_id: int, period: Period, *, most: int) -> list[Draft]:
    """The customer's newest drafts in Billomat that are about any of these days, whatever work was selected."""
    days = {"first": period.first or date.min, "last": period.last or date.max}
    return _SENT.all(db, workspace=workspace_id, customer=customer_id, most=most, **days)


def lost_drafts(db: Connection, workspace_id: int, customer_id: int) -> list[Draft]:
    """The customer's drafts of which nobody knows whether Billomat has them."""
    return _LOST.all(db, workspace=workspace_id, customer=customer_id)

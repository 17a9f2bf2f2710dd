"""Invoice drafts: which entries are bound, and who may send what when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar, Unpack

from sqlalchemy import ColumnElement, Connection, Date, Integer, and_, bindparam, func, or_, select, update

from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.periods import Period
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.scope import Scope
from bot.billing.rules.states import BEING_MADE, ON_THE_WAY, DraftState, Transition
from bot.billing.rules.taxation import TaxCase
from bot.tracking.rules.drafts import DraftName
from storage import draft_choices as choice_rows
from storage import frozen as frozen_rows
from storage import line_edits as line_edit_rows
from storage.change import Author, Change
from storage.holding import FIRST_DAY, LAST_DAY
from storage.rows import columns_of, insert_row
from storage.statements import Query, padded
from storage.tables import (
    InvoiceDraft,
    customers,
    drafts,
)
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


_DRAFT = select(*columns_of(Draft, drafts))


_OF_CUSTOMER = and_(drafts.c.workspace_id == bindparam("workspace"), drafts.c.customer_id == bindparam("customer"))
_IS_ABOUT_DAYS = and_(
    bindparam("last", type_=Date) >= FIRST_DAY,
    bindparam("first", type_=Date) <= LAST_DAY,
)
_SENT = Query(
    _DRAFT.where(and_(_OF_CUSTOMER, drafts.c.state == DraftState.SENT, _IS_ABOUT_DAYS))
    .order_by(drafts.c.approved_at.desc(), drafts.c.id.desc())
    .limit(bindparam("most", type_=Integer)),
    Draft._make,
)
_OTHERS_OPEN = Query(
    _DRAFT.where(and_(_OF_CUSTOMER, drafts.c.state == DraftState.OPEN, drafts.c.id != bindparam("draft"))).order_by(
        drafts.c.id
    ),
    Draft._make,
)
_LOST = Query(_DRAFT.where(and_(_OF_CUSTOMER, drafts.c.state == DraftState.UNKNOWN)).order_by(drafts.c.id), Draft._make)
_NEVER_APPROVED: InvoiceDraftColumns = {
    "heading": None,
    "intro": None,
    "note": None,
    "token": None,
    "label": None,
    "part": "",
    "number": "",
    "link": "",
    "net_cents": None,
    "gross_cents": None,
    "reduction": 0,
    "reduction_cents": 0,
    "reduction_title": "",
    "reduction_unit": "",
    "gross_prices": False,
    "service_first": None,
    "service_last": None,
    "service_text": None,
    "submitted_by": None,
    "submitted_at": None,
    "sealed": "",
    "needs_second": False,
    "returned_by": None,
    "returned": "",
    "approved_by": None,
    "approved_at": None,
    "attempted_at": None,
    "view_id": None,
    "billomat_id": None,
    "billomat_net_cents": None,
    "billomat_gross_cents": None,
}


NOT_SUBMITTED: InvoiceDraftColumns = {
    "submitted_by": None,
    "submitted_at": None,
    "sealed": "",
    "needs_second": False,
    "net_cents": None,
    "gross_cents": None,
}
"""Of a submission that was taken back."""


def draft_of_workspace(db: Connection, workspace_id: int, draft_id: int) -> Draft | None:
    """One draft of this workspace."""
    row = db.execute(_DRAFT.where(and_(drafts.c.workspace_id == workspace_id, drafts.c.id == draft_id))).first()
    return Draft._make(row) if row else None


def draft_of_job(db: Connection, draft_id: int, *, lock: bool = False) -> Draft:
    """The draft that a job was put for, on request kept from changing. Raises NoResultFound."""
    query = _DRAFT.where(drafts.c.id == draft_id)
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
    return [Draft._make(row) for row in db.execute(_DRAFT.where(and_(of_workspace, is_lost)).order_by(drafts.c.id))]


def lock_customer(db: Connection, customer_id: int) -> None:
    """Keep others waiting who open, approve or reopen a draft for this customer."""
    db.execute(select(customers.c.id).where(customers.c.id == customer_id).with_for_update(key_share=True))


def open_draft(change: Change[Author], customer_id: int, scope: Scope, *, currency: str, by: int) -> Draft:
    """The customer's open draft for this scope, known or new; the caller holds the customer's lock."""
    db, workspace_id = change.db, change.by.workspace_id
    known = and_(_is_open(workspace_id, customer_id), _about(scope))
    found = db.execute(_DRAFT.where(known)).first()
    if found is not None:
        use_currency(change, Draft._make(found), currency)
        draft_id = found.id
    else:
        draft_id = insert_row(
            db,
            InvoiceDraft,
            workspace_id=workspace_id,
            customer_id=customer_id,
            first_day=scope.period.first,
            last_day=scope.period.last,
            selection=scope.kept,
            currency=currency,
            created_by=by,
            created_at=change.by.now,
        )
    return draft_of_job(db, draft_id)


def use_currency(change: Change[Author], draft: Draft, currency: str) -> None:
    """Have an open draft be in this currency; rates that were typed for its lines in another one are forgotten."""
    if draft.currency == currency:
        return
    line_edit_rows.forget_rates(change, draft.id)
    if draft.own_reduction_cents is not None:
        keep_reduction(change, draft, None)
    _set_columns(change.db, drafts.c.id == draft.id, currency=currency)
    change.record("draft", draft.id, "currency", before={"currency": draft.currency}, after={"currency": currency})


def keep_reduction(change: Change[Author], draft: Draft, reduction: Reduction | None) -> None:
    """Have so much be taken off of an open draft; None: as for its customer."""
    if draft.own == reduction:
        return
    columns = _own_reduction(reduction)
    _set_columns(change.db, drafts.c.id == draft.id, **columns)
    change.record("draft", draft.id, "reduction", before=_audited(draft.own), after=_audited(reduction))


def keep_tax_case(change: Change[Author], draft: Draft, case: TaxCase | None) -> None:
    """Have an open draft bear this VAT; None: as its customer."""
    kept = case or ""
    if draft.tax_case == kept:
        return
    _set_columns(change.db, drafts.c.id == draft.id, tax_case=kept)
    before, after = {"tax_case": draft.tax_case}, {"tax_case": kept}
    change.record("draft", draft.id, "change VAT", before=before, after=after)


def _own_reduction(reduction: Reduction | None) -> InvoiceDraftColumns:
    if reduction is None:
        return {"own_reduction": None, "own_reduction_cents": None}
    cents = reduction.cents or None
    return {"own_reduction": None if cents else reduction.percent, "own_reduction_cents": cents}


def _audited(reduction: Reduction | None) -> dict[str, int | None]:
    """For the audit: a percentage and an amount have names of their own."""
    if reduction and reduction.cents:
        return {"reduction_cents": reduction.cents}
    return {"reduction": None if reduction is None else reduction.percent}


def move_draft(
    change: Change[Author], draft: Draft, step: Transition, *, why: str = "", **values: Unpack[InvoiceDraftColumns]
) -> bool:
    """Bring a draft to its next state, and record that, if the audit knows the step.

    False, and nothing is done, when it is in no state from which the step leads on, or was approved or tried again
    since it was read.
    """
    before = _columns(change.db, draft.id)
    if not _write_state(change, draft, step, **values):
        return False
    if step.audited_as:
        _record(change, draft.id, step, before, why=why)
    return True


def submit_draft(
    change: Change[Author],
    draft: Draft,
    lines: Sequence[InvoiceLine],
    case: TaxCase,
    *,
    sealed: str,
    net_cents: int,
    gross_cents: int | None,
) -> bool:
    """Have a second person approve exactly this, and record its lines. False when it is no longer open."""
    before = _columns(change.db, draft.id)
    values: InvoiceDraftColumns = {
        "submitted_by": change.by.person_id,
        "submitted_at": change.by.now,
        "sealed": sealed,
        "needs_second": True,
        "returned_by": None,
        "returned": "",
        "net_cents": net_cents,
        "gross_cents": gross_cents,
    }
    if not _write_state(change, draft, Transition.SUBMIT, **values):
        return False
    _record(change, draft.id, Transition.SUBMIT, before, lines=frozen_rows.recorded(lines, case))
    return True


def approve_draft(
    change: Change[Author],
    draft: Draft,
    lines: Sequence[InvoiceLine],
    case: TaxCase,
    **values: Unpack[InvoiceDraftColumns],
) -> bool:
    """Freeze the lines of an open draft and bind their entries, and record which. False when it is no longer open.

    Raises IntegrityError for an entry that is bound already.
    """
    before = _columns(change.db, draft.id)
    fresh: InvoiceDraftColumns = {"attempts": 0, "attempted_at": None, "reason": None}
    values |= {"approved_by": change.by.person_id, "approved_at": change.by.now} | fresh
    if not _write_state(change, draft, Transition.APPROVE, **values):
        return False
    frozen_rows.freeze(change, draft.id, lines, case)
    kept = frozen_rows.bound(change.db, draft.id) | {"lines": frozen_rows.recorded(lines, case)}
    _record(change, draft.id, Transition.APPROVE, before, **kept)
    return True


def submitted_drafts(db: Connection, workspace_id: int) -> list[Draft]:
    """The drafts that wait for a second person."""
    waits = and_(drafts.c.workspace_id == workspace_id, drafts.c.state == DraftState.SUBMITTED)
    return [Draft._make(row) for row in db.execute(_DRAFT.where(waits).order_by(drafts.c.id))]


def given_up_submitted(db: Connection) -> list[Draft]:
    """Drafts of all workspaces that were given up while they waited for a second person."""
    given_up = and_(drafts.c.state == DraftState.DISCARDED, drafts.c.submitted_at.is_not(None))
    return [Draft._make(row) for row in db.execute(_DRAFT.where(given_up).order_by(drafts.c.id))]


def forget_submission(db: Connection, draft: Draft) -> bool:
    """A draft that was given up is no longer submitted; the audit keeps that it was. False when that is known."""
    given_up = and_(drafts.c.id == draft.id, drafts.c.state == DraftState.DISCARDED, drafts.c.submitted_at.is_not(None))
    return _set_columns(db, given_up, **NOT_SUBMITTED) == 1


def claim_attempt(change: Change[Author], draft: Draft) -> bool:
    """Note an attempt before the call. True for exactly one caller, in however many processes."""
    return move_draft(
        change, draft, Transition.CLAIM, attempts=draft.attempts + 1, attempted_at=change.by.now, looked_at=None
    )


def step_back_attempt(change: Change[Author], draft: Draft, *, earlier: datetime | None) -> bool:
    """Take back the note of an attempt that did not reach Billomat; `earlier` is when the one before it was noted."""
    return move_draft(change, draft, Transition.STEP_BACK, attempted_at=earlier)


def note_look(change: Change[Author], draft: Draft, *, at: datetime) -> None:
    """Note that Billomat was looked through in vain after this attempt, unless the draft went on by now."""
    tried = and_(_unchanged(draft), drafts.c.state == DraftState.SENDING)
    _set_columns(change.db, tried, looked_at=at)


def reopen_draft(change: Change[Author], draft: Draft, step: Transition, *, reason: str = "", why: str = "") -> bool:
    """Open a draft again: its entries are free, and it takes the place of the one begun for the same work meanwhile.

    False, and nothing is done, when the draft went on by now. What people changed on the newer draft wins: they typed
    it last. `reason` is what Billomat refused it for, and is shown with it; `why` is for the audit alone.
    """
    lock_customer(change.db, draft.customer_id)
    now = draft_of_job(change.db, draft.id, lock=True)
    if now.state not in step.sources or (now.attempts, now.token) != (draft.attempts, draft.token):
        return False
    begun = _discard(change, and_(_is_open(draft.workspace_id, draft.customer_id), _about(draft.scope)))
    before = _columns(change.db, draft.id)
    as_new = _NEVER_APPROVED.copy()
    as_new["reason"] = reason or None
    for other in begun:
        line_edit_rows.take_over_line_edits(change.db, draft.id, other)
        newer = draft_of_job(change.db, other)
        as_new["layout"] = newer.layout or now.layout
        as_new["texts"] = newer.texts or now.texts
        as_new["line_order"] = newer.line_order or now.line_order
        as_new["tax_case"] = newer.tax_case or now.tax_case
        as_new |= _own_reduction(now.own if newer.own is None else newer.own)
        choice_rows.take_over_choices(change.db, draft.id, other)
    _write_state(change, draft, step, **as_new)
    frozen_rows.release(change.db, draft.id)  # which triggers allow of an open draft alone
    _record(change, draft.id, step, before, why=why or reason)
    return True


def discard_open(change: Change[Author], customer_id: int) -> list[int]:
    """Give up the customer's open drafts, which bind nothing; those given up."""
    return _discard(change, _is_open(change.by.workspace_id, customer_id))


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
        _DRAFT.where(and_(of_them, or_(*(drafts.c.state == state for state in sorted(BEING_MADE))))).order_by(
            drafts.c.id
        ),
        Draft._make,
    )


def _is_open(workspace_id: int, customer_id: int) -> ColumnElement[bool]:
    return and_(
        drafts.c.workspace_id == workspace_id,
        drafts.c.customer_id == customer_id,
        drafts.c.state.in_(BEING_MADE),
    )


def _about(scope: Scope) -> ColumnElement[bool]:
    return and_(
        drafts.c.first_day.is_not_distinct_from(scope.period.first),
        drafts.c.last_day.is_not_distinct_from(scope.period.last),
        drafts.c.selection == scope.kept,
    )


def _discard(change: Change[Author], which: ColumnElement[bool]) -> list[int]:
    given_up = [Draft._make(row) for row in change.db.execute(_DRAFT.where(which))]
    return [draft.id for draft in given_up if move_draft(change, draft, Transition.DISCARD)]


def _set_columns(db: Connection, where: ColumnElement[bool], **values: Unpack[InvoiceDraftColumns]) -> int:
    return db.execute(update(drafts).where(where).values(**values)).rowcount


def _write_state(change: Change[Author], draft: Draft, step: Transition, **values: Unpack[InvoiceDraftColumns]) -> bool:
    """The only place that writes the state of a draft."""
    may_go_on = and_(
        _unchanged(draft), drafts.c.workspace_id == change.by.workspace_id, drafts.c.state.in_(step.sources)
    )
    return change.db.execute(update(drafts).where(may_go_on).values(state=step.target, **values)).rowcount == 1


def _unchanged(draft: Draft) -> ColumnElement[bool]:
    """Whether the draft was neither approved nor tried again since it was read."""
    return and_(
        drafts.c.id == draft.id,
        drafts.c.attempts == draft.attempts,
        drafts.c.token.is_not_distinct_from(draft.token),
    )


def _columns(db: Connection, draft_id: int) -> dict[str, Any]:
    """All columns of one draft, for the audit."""
    return dict(db.execute(select(drafts).where(drafts.c.id == draft_id)).one()._mapping)


def _record(
    change: Change[Author], draft_id: int, step: Transition, before: Mapping[str, Any], *, why: str = "", **more: Any
) -> None:
    change.record(
        "draft", draft_id, step.audited_as, before=before, after=_columns(change.db, draft_id) | more, why=why
    )


class InvoiceThere(Protocol):
    """An invoice in Billomat."""

    @property
    def id(self) -> int:
        """Billomat's id."""

    @property
    def label(self) -> str:
        """Where our token stands, unless somebody edited it away."""

    @property
    def lasting_number(self) -> str:
        """The number that it keeps; "" for a draft."""


Found = TypeVar("Found", bound=InvoiceThere)


def without_other_drafts(db: Connection, draft: Draft, found: Sequence[Found]) -> list[Found]:
    """The invoices that belong to no other draft of ours, by its id in Billomat or by its token in their label."""
    others = and_(
        drafts.c.workspace_id == draft.workspace_id,
        drafts.c.id != draft.id,
        or_(drafts.c.customer_id == draft.customer_id, drafts.c.billomat_id.in_([each.id for each in found])),
    )
    known = db.execute(select(drafts.c.billomat_id, drafts.c.token).where(others)).all()
    ids = {row.billomat_id for row in known}
    tokens = [row.token for row in known if row.token]
    return [each for each in found if each.id not in ids and not any(token in each.label for token in tokens)]


def note_number(db: Connection, draft_id: int, billomat_id: int, number: str) -> None:
    """Note that a draft was completed in Billomat, if it still stands on that invoice."""
    _set_columns(db, and_(drafts.c.id == draft_id, drafts.c.billomat_id == billomat_id), number=number)


def note_numbers(change: Change[Author], found: Sequence[InvoiceThere]) -> None:
    """Note which of our drafts were completed in Billomat, whatever the invoices were asked for, and record it."""
    numbers = {each.id: each.lasting_number for each in found if each.lasting_number}
    if not numbers:
        return
    ours = and_(drafts.c.workspace_id == change.by.workspace_id, drafts.c.billomat_id.in_(numbers))
    for row in change.db.execute(select(drafts.c.id, drafts.c.billomat_id, drafts.c.number).where(ours)).all():
        if row.number != (number := numbers[row.billomat_id]):
            _set_columns(change.db, drafts.c.id == row.id, number=number)
            change.record("draft", row.id, "number", before={"number": row.number}, after={"number": number})


def sent_drafts(db: Connection, workspace_id: int, customer_id: int, period: Period, *, most: int) -> list[Draft]:
    """The customer's newest drafts in Billomat that are about any of these days, whatever work was selected."""
    days = {"first": period.first or date.min, "last": period.last or date.max}
    return _SENT.all(db, workspace=workspace_id, customer=customer_id, most=most, **days)


def lost_drafts(db: Connection, workspace_id: int, customer_id: int) -> list[Draft]:
    """The customer's drafts of which nobody knows whether Billomat has them."""
    return _LOST.all(db, workspace=workspace_id, customer=customer_id)

"""Invoice drafts: what can be billed, what people changed, which entries are bound, and who may send what when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, or_, select, update

from storage import audit, people
from storage.catalog import MOST_OPTIONS, Named, holding
from storage.statements import Query
from storage.tables import (
    Article,
    Customer,
    DraftEntry,
    DraftLine,
    InvoiceDraft,
    Project,
    Service,
    Tax,
    TimeEntry,
    table,
)

articles = table(Article)
customers = table(Customer)
draft_entries = table(DraftEntry)
draft_lines = table(DraftLine)
drafts = table(InvoiceDraft)
entries = table(TimeEntry)
projects = table(Project)
services = table(Service)
taxes = table(Tax)


class Draft(NamedTuple):
    """A draft on its way."""

    id: int
    workspace_id: int
    customer_id: int
    state: str
    first_day: date | None
    last_day: date | None
    token: str | None
    label: str | None
    currency: str
    net_cents: int | None
    service_first: date | None
    service_last: date | None
    approved_by: int | None
    approved_at: datetime | None
    attempted_at: datetime | None
    looked_at: datetime | None
    attempts: int
    view_id: str | None
    billomat_id: int | None
    reason: str | None


class Payer(NamedTuple):
    """A customer as a bill sees them."""

    id: int
    name: str
    billomat_id: int | None
    country: str
    tax_rule: str
    currency: str


class Unbilled(NamedTuple):
    """An entry that stands on no draft; without seconds its timer runs."""

    entry_id: int
    project_id: int | None
    project: str | None
    service_id: int | None
    service: str | None
    seconds: int | None
    day: date
    note: str
    end_guessed: bool
    billable: bool


class PricedArticle(NamedTuple):
    """An article with its tax, which is None where the account's default holds."""

    id: int
    billomat_id: int
    title: str
    unit: str
    price_cents: int | None
    currency: str
    tax_name: str | None
    tax_rate: int | None


class ChangedLine(NamedTuple):
    """What a person changed on a line of an open draft; None: as it comes."""

    project_id: int | None
    service_id: int | None
    title: str | None
    description: str | None
    article_id: int | None
    rate_cents: int | None


class FrozenLine(NamedTuple):
    """A line as it was approved: hundredths of an hour, cents, hundredths of a percent."""

    title: str
    description: str
    unit: str
    hours: int
    rate_cents: int
    tax_name: str | None
    tax_rate: int | None
    article_id: int | None
    """Billomat's id."""


class UnbilledSum(NamedTuple):
    """Seconds of one future line, with its customer and service."""

    customer_id: int
    customer: str
    seconds: int
    service_id: int | None


_DRAFT = select(*(drafts.c[name] for name in Draft._fields))
_PAYER = select(*(customers.c[name] for name in Payer._fields)).where(
    and_(
        customers.c.workspace_id == bindparam("workspace"),
        customers.c.id == bindparam("customer"),
        customers.c.archived.is_(False),
    )
)
_ON_NO_DRAFT = ~entries.c.on_draft
# In the words of ix_time_entry_unbilled, or SQLite would not know that it may use it.
_CAN_BE_BILLED = and_(entries.c.seconds.is_not(None), entries.c.billable, ~entries.c.end_guessed, _ON_NO_DRAFT)
_OF_CUSTOMER = and_(
    entries.c.workspace_id == bindparam("workspace"),
    entries.c.customer_id == bindparam("customer"),
    entries.c.day.between(bindparam("first"), bindparam("last")),
)
_UNBILLED = (
    select(
        entries.c.id,
        entries.c.project_id,
        projects.c.name,
        entries.c.service_id,
        services.c.name,
        entries.c.seconds,
        entries.c.day,
        entries.c.note,
        entries.c.end_guessed,
        entries.c.billable,
    )
    .select_from(entries)
    .outerjoin(projects, projects.c.id == entries.c.project_id)
    .outerjoin(services, services.c.id == entries.c.service_id)
    .where(and_(_OF_CUSTOMER, _ON_NO_DRAFT))
)
_WORKERS = select(entries.c.person_id).distinct().where(and_(_OF_CUSTOMER, _ON_NO_DRAFT)).order_by(entries.c.person_id)
_ANY_UNBILLED = select(entries.c.id).where(and_(_OF_CUSTOMER, _CAN_BE_BILLED)).limit(1)
_SUMS = (
    select(entries.c.customer_id, entries.c.service_id, func.sum(entries.c.seconds).label("seconds"))
    .where(and_(entries.c.workspace_id == bindparam("workspace"), _CAN_BE_BILLED))
    .group_by(entries.c.customer_id, entries.c.project_id, entries.c.service_id)
    .subquery()
)
_UNBILLED_SUMS = Query(
    select(customers.c.id, customers.c.name, _SUMS.c.seconds, _SUMS.c.service_id).join_from(
        _SUMS, customers, customers.c.id == _SUMS.c.customer_id
    ),
    UnbilledSum._make,
)
_ARTICLE = (
    select(
        articles.c.id,
        articles.c.billomat_id,
        articles.c.title,
        articles.c.unit,
        articles.c.price_cents,
        articles.c.currency,
        taxes.c.name,
        taxes.c.rate,
    )
    .select_from(articles)
    .outerjoin(taxes, taxes.c.id == articles.c.tax_id)
    .where(articles.c.workspace_id == bindparam("workspace"))
)
_ARTICLES_OF_SERVICES = Query(
    _ARTICLE.add_columns(services.c.id).join(services, services.c.article_id == articles.c.id), tuple
)
_CHANGED = select(*(draft_lines.c[name] for name in ChangedLine._fields)).where(
    and_(draft_lines.c.draft_id == bindparam("draft"), draft_lines.c.hours.is_(None))
)
_FROZEN = (
    select(
        draft_lines.c.title,
        draft_lines.c.description,
        draft_lines.c.unit,
        draft_lines.c.hours,
        draft_lines.c.rate_cents,
        draft_lines.c.tax_name,
        draft_lines.c.tax_rate,
        articles.c.billomat_id,
    )
    .select_from(draft_lines)
    .outerjoin(articles, articles.c.id == draft_lines.c.article_id)
    .where(and_(draft_lines.c.draft_id == bindparam("draft"), draft_lines.c.hours.is_not(None)))
    .order_by(draft_lines.c.position)
)
_CLAIM = (
    update(drafts)
    .where(and_(drafts.c.id == bindparam("draft"), drafts.c.state == "approved"))
    .values(state="sending", attempts=drafts.c.attempts + 1, attempted_at=bindparam("at"), looked_at=None)
)


def get(db: Connection, workspace_id: int, draft_id: int) -> Draft | None:
    """One draft of this workspace."""
    row = db.execute(_DRAFT.where(and_(drafts.c.workspace_id == workspace_id, drafts.c.id == draft_id))).first()
    return Draft._make(row) if row else None


def waiting(db: Connection, workspace_id: int) -> list[tuple[int, str]]:
    """The drafts that wait for Billomat or for somebody's word, with their states."""
    is_waiting = drafts.c.state.in_(("approved", "sending", "unknown"))
    rows = db.execute(
        select(drafts.c.id, drafts.c.state).where(and_(drafts.c.workspace_id == workspace_id, is_waiting))
    )
    return [(draft_id, state) for draft_id, state in rows]


def of_job(db: Connection, draft_id: int, *, lock: bool = False) -> Draft:
    """The draft that a job was put for, on request kept from changing. Raises NoResultFound."""
    query = _DRAFT.where(drafts.c.id == draft_id)
    return Draft._make(db.execute(query.with_for_update(key_share=True) if lock else query).one())


def columns(db: Connection, draft_id: int) -> dict[str, Any]:
    """All columns of one draft, for the audit."""
    return dict(db.execute(select(drafts).where(drafts.c.id == draft_id)).one()._mapping)


def payer(db: Connection, workspace_id: int, customer_id: int) -> Payer | None:
    """One live customer of this workspace."""
    row = db.execute(_PAYER, {"workspace": workspace_id, "customer": customer_id}).first()
    return Payer._make(row) if row else None


def addressee(db: Connection, draft: Draft) -> Payer:
    """The customer of a draft, whatever became of them since."""
    query = select(*(customers.c[name] for name in Payer._fields)).where(customers.c.id == draft.customer_id)
    return Payer._make(db.execute(query).one())


def search_payers(db: Connection, workspace_id: int, text_key: str) -> list[Named]:
    """Live customers by name, those with unbilled time first."""
    waiting = exists().where(
        and_(
            entries.c.workspace_id == customers.c.workspace_id,  # for the index, which begins with it
            entries.c.customer_id == customers.c.id,
            _CAN_BE_BILLED,
        )
    )
    query = select(customers.c.id, customers.c.name, customers.c.number).where(
        and_(customers.c.workspace_id == workspace_id, customers.c.archived.is_(False))
    )
    query = holding(query, customers.c.name_key, text_key)
    rows = db.execute(query.order_by(waiting.desc(), customers.c.name_key, customers.c.id).limit(MOST_OPTIONS))
    return [Named._make(row) for row in rows]


def lock_customer(db: Connection, customer_id: int) -> None:
    """Keep others waiting who open, approve or reopen a draft for this customer."""
    db.execute(select(customers.c.id).where(customers.c.id == customer_id).with_for_update(key_share=True))


def open_draft(db: Connection, workspace_id: int, customer_id: int, *, currency: str, by: int, at: datetime) -> int:
    """The customer's open draft, known or new; the caller holds the customer's lock."""
    known: int | None = db.execute(
        select(drafts.c.id).where(
            and_(drafts.c.workspace_id == workspace_id, drafts.c.customer_id == customer_id, drafts.c.state == "open")
        )
    ).scalar_one_or_none()
    if known is not None:
        return known
    values = {"workspace_id": workspace_id, "customer_id": customer_id, "state": "open", "currency": currency}
    values |= {"attempts": 0, "created_by": by, "created_at": at}
    added: int = db.execute(insert(drafts).returning(drafts.c.id), values).scalar_one()
    return added


def change(db: Connection, draft_id: int, **values: Any) -> None:
    """Set columns of one draft."""
    db.execute(update(drafts).where(drafts.c.id == draft_id).values(**values))


def move(db: Connection, draft: Draft, *, among: Sequence[str], to: str, **values: Any) -> bool:
    """Bring a draft to another state. False when it is in none of `among`, or was approved or tried again meanwhile."""
    unchanged = and_(
        drafts.c.id == draft.id,
        drafts.c.state.in_(among),
        drafts.c.attempts == draft.attempts,
        drafts.c.token.is_not_distinct_from(draft.token),
    )
    return db.execute(update(drafts).where(unchanged).values(state=to, **values)).rowcount == 1


def claim_for_sending(db: Connection, draft_id: int, *, at: datetime) -> bool:
    """Note an attempt: from approved to sending. True for exactly one caller, in however many processes."""
    return db.execute(_CLAIM, {"draft": draft_id, "at": at}).rowcount == 1


def discard_open(
    db: Connection,
    workspace_id: int,
    customer_id: int,
    *,
    besides: int = 0,
    by: int | None,
    at: datetime,
    request: str = "",
) -> list[int]:
    """Give up the customer's open draft, which binds nothing, unless it is the draft `besides`; those given up."""
    others = and_(
        drafts.c.workspace_id == workspace_id,
        drafts.c.customer_id == customer_id,
        drafts.c.state == "open",
        drafts.c.id != besides,
    )
    given_up = db.execute(select(drafts).where(others)).all()
    for row in given_up:
        before = dict(row._mapping)
        after = before | {"state": "discarded"}
        change(db, row.id, state="discarded")
        audit.record(
            db, workspace_id, "draft", row.id, "discard", by=by, at=at, before=before, after=after, request=request
        )
    return [row.id for row in given_up]


def _span(workspace_id: int, customer_id: int, first: date | None, last: date | None) -> dict[str, Any]:
    return {
        "workspace": workspace_id,
        "customer": customer_id,
        "first": first or date.min,
        "last": last or date.max,
    }


def unbilled(
    db: Connection, workspace_id: int, customer_id: int, first: date | None, last: date | None
) -> list[Unbilled]:
    """All entries of a customer's that stand on no draft, running timers among them; both days are included."""
    rows = db.execute(_UNBILLED, _span(workspace_id, customer_id, first, last))
    return [Unbilled._make(row) for row in rows]


def lock_workers(db: Connection, workspace_id: int, customer_id: int, first: date | None, last: date | None) -> None:
    """Keep those whose entries `unbilled` gives from changing them, by id; before the customer's lock is taken."""
    for row in db.execute(_WORKERS, _span(workspace_id, customer_id, first, last)).all():
        people.lock(db, row.person_id)


def can_be_billed(db: Connection, workspace_id: int, customer_id: int, first: date | None, last: date | None) -> bool:
    """Whether the customer has any time to bill in these days."""
    return db.execute(_ANY_UNBILLED, _span(workspace_id, customer_id, first, last)).first() is not None


def unbilled_sums(db: Connection, workspace_id: int) -> list[UnbilledSum]:
    """Everybody's seconds that can be billed, added up as the lines of invoices would be."""
    return _UNBILLED_SUMS.all(db, workspace=workspace_id)


def articles_of_services(db: Connection, workspace_id: int) -> dict[int, PricedArticle]:
    """What each kind of work is billed as, by the service's id."""
    rows = _ARTICLES_OF_SERVICES.all(db, workspace=workspace_id)
    return {service_id: PricedArticle._make(article) for *article, service_id in rows}


def article(db: Connection, workspace_id: int, article_id: int) -> PricedArticle | None:
    """One article of this workspace."""
    row = db.execute(_ARTICLE.where(articles.c.id == article_id), {"workspace": workspace_id}).first()
    return PricedArticle._make(row) if row else None


def changed_lines(db: Connection, draft_id: int) -> list[ChangedLine]:
    """What people changed on the lines of an open draft."""
    return [ChangedLine._make(row) for row in db.execute(_CHANGED, {"draft": draft_id})]


def change_line(
    db: Connection, workspace_id: int, draft_id: int, project_id: int | None, service_id: int | None, **values: Any
) -> None:
    """Keep what a person changed on one line, in place of what was changed before; the caller holds the lock."""
    line = {"workspace_id": workspace_id, "draft_id": draft_id, "project_id": project_id, "service_id": service_id}
    same = (
        draft_lines.c[name].is_(value) if value is None else draft_lines.c[name] == value
        for name, value in line.items()
    )
    db.execute(delete(draft_lines).where(and_(*same, draft_lines.c.hours.is_(None))))
    if any(value is not None for value in values.values()):
        db.execute(insert(draft_lines), line | {"position": 0} | values)


def take_over_changes(db: Connection, draft_id: int, other_id: int) -> None:
    """What people changed on the lines of another open draft, also in place of what they changed on this one."""
    changed = draft_lines.alias()
    same = and_(
        changed.c.draft_id == other_id,
        changed.c.hours.is_(None),
        changed.c.project_id.is_not_distinct_from(draft_lines.c.project_id),
        changed.c.service_id.is_not_distinct_from(draft_lines.c.service_id),
    )
    here = and_(draft_lines.c.draft_id == draft_id, draft_lines.c.hours.is_(None))
    db.execute(delete(draft_lines).where(and_(here, exists().where(same))))
    there = and_(draft_lines.c.draft_id == other_id, draft_lines.c.hours.is_(None))
    db.execute(update(draft_lines).where(there).values(draft_id=draft_id))


def forget_changes(db: Connection, draft_id: int) -> None:
    """Every line as it comes."""
    db.execute(delete(draft_lines).where(and_(draft_lines.c.draft_id == draft_id, draft_lines.c.hours.is_(None))))


def freeze(
    db: Connection, workspace_id: int, draft_id: int, lines: Sequence[tuple[dict[str, Any], Sequence[int]]]
) -> None:
    """Write the approved lines and bind their entries. Raises IntegrityError for an entry that is bound already."""
    adding = insert(draft_lines).returning(draft_lines.c.id)
    bound = []
    for position, (values, entry_ids) in enumerate(lines, start=1):
        line = {"workspace_id": workspace_id, "draft_id": draft_id, "position": position} | values
        line_id = db.execute(adding, line).scalar_one()
        bound += [
            {"entry_id": entry_id, "workspace_id": workspace_id, "draft_id": draft_id, "line_id": line_id}
            for entry_id in entry_ids
        ]
    db.execute(insert(draft_entries), bound)


def frozen_lines(db: Connection, draft_id: int) -> list[FrozenLine]:
    """The lines as they were approved, in their order."""
    return [FrozenLine._make(row) for row in db.execute(_FROZEN, {"draft": draft_id})]


def bound_entries(db: Connection, draft_id: int) -> list[int]:
    """The entries that stand on a draft."""
    rows = db.execute(select(draft_entries.c.entry_id).where(draft_entries.c.draft_id == draft_id))
    return sorted(row.entry_id for row in rows)


class Invoice(Protocol):
    """An invoice in Billomat."""

    @property
    def id(self) -> int:
        """Billomat's id."""

    @property
    def label(self) -> str:
        """Where our token stands, unless somebody edited it away."""


Found = TypeVar("Found", bound=Invoice)


def of_no_other(db: Connection, draft: Draft, found: Sequence[Found]) -> list[Found]:
    """Those of the invoices that no other draft of the customer is, or was sent as."""
    others = and_(
        drafts.c.workspace_id == draft.workspace_id,
        drafts.c.id != draft.id,
        or_(drafts.c.customer_id == draft.customer_id, drafts.c.billomat_id.in_([each.id for each in found])),
    )
    known = db.execute(select(drafts.c.billomat_id, drafts.c.token).where(others)).all()
    ids = {row.billomat_id for row in known}
    tokens = [row.token for row in known if row.token]
    return [each for each in found if each.id not in ids and not any(token in each.label for token in tokens)]


def sent(
    db: Connection, workspace_id: int, customer_id: int, first: date | None, last: date | None, *, most: int
) -> list[Draft]:
    """The customer's newest drafts in Billomat with work of these days."""
    there = and_(
        drafts.c.workspace_id == workspace_id,
        drafts.c.customer_id == customer_id,
        drafts.c.state == "sent",
        drafts.c.service_first <= (last or date.max),
        drafts.c.service_last >= (first or date.min),
    )
    rows = db.execute(_DRAFT.where(there).order_by(drafts.c.approved_at.desc(), drafts.c.id.desc()).limit(most))
    return [Draft._make(row) for row in rows]


def lost(db: Connection, workspace_id: int, customer_id: int) -> list[Draft]:
    """The customer's drafts of which nobody knows whether Billomat has them."""
    unknown = and_(drafts.c.workspace_id == workspace_id, drafts.c.customer_id == customer_id)
    rows = db.execute(_DRAFT.where(and_(unknown, drafts.c.state == "unknown")).order_by(drafts.c.id))
    return [Draft._make(row) for row in rows]


def release(db: Connection, draft_id: int) -> None:
    """Give the entries of a draft free and thaw its lines; what people changed on them stays."""
    db.execute(delete(draft_entries).where(draft_entries.c.draft_id == draft_id))
    db.execute(delete(draft_lines).where(and_(draft_lines.c.draft_id == draft_id, draft_lines.c.hours.is_not(None))))

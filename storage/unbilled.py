"""What of a customer can be billed: the one rule, the entries it holds for, and how much that is."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    union_all,
)

from bot.billing.rules.entries import NO_ENTRIES, Details, Entries, LookedUp, UnbilledEntry, midnight_after
from bot.billing.rules.scope import ALL_OPEN, ALL_WORK, Scope
from bot.tracking.rules.spent import SpentKind
from storage import draft_choices as choice_rows
from storage import expenses as expense_rows
from storage import filters as filter_rows
from storage import people as people_rows
from storage import unbilled_expenses as unbilled_expense_rows
from storage.draft_choices import ENTRIES
from storage.entry_names import names_of
from storage.rows import columns_of
from storage.scopes import ScopeQuery
from storage.statements import Query, in_parts, single_value
from storage.tables import customers, entries, expenses, people


class OpenDraft(Protocol):
    """An open draft, as far as its entries are looked for."""

    @property
    def id(self) -> int:
        """Of which entries may be left out."""

    @property
    def workspace_id(self) -> int:
        """Whose it is."""

    @property
    def customer_id(self) -> int:
        """Who pays."""

    @property
    def scope(self) -> Scope:
        """What it is about."""


class OpenTime(NamedTuple):
    """Time that can be billed: how much of it, and the day of the oldest; also where there are expenses alone."""

    seconds: int
    since: date
    spent: SpentKind = SpentKind.NOTHING


_ANY_NUMBER = 2**63 - 1
_MOST = bindparam("most", type_=BigInteger)
_NOTE = case((entries.c.private, ""), else_=entries.c.note)
_TAGS = case((entries.c.private, ""), else_=entries.c.tags)
"""What of an entry the customer may read."""
_ON_NO_DRAFT = ~entries.c.on_draft
# In the words of ix_time_entry_unbilled, or SQLite would not know that it may use it.
CAN_BE_BILLED = and_(entries.c.seconds.is_not(None), entries.c.billable, ~entries.c.end_guessed, _ON_NO_DRAFT)
HAS_OPEN_TIME = exists().where(
    and_(
        entries.c.workspace_id == customers.c.workspace_id,  # for the index, which begins with it
        entries.c.customer_id == customers.c.id,
        CAN_BE_BILLED,
    )
)
HAS_OPEN_EXPENSES = exists().where(
    and_(
        expenses.c.workspace_id == customers.c.workspace_id,
        expenses.c.customer_id == customers.c.id,
        expense_rows.CAN_BE_BILLED,
    )
)
"""Whether a customer has time, or expenses, that can be billed."""
_THEIRS = and_(entries.c.workspace_id == bindparam("workspace"), entries.c.customer_id == bindparam("customer"))
_OF_CUSTOMER = and_(
    _THEIRS,
    entries.c.day.between(bindparam("first"), bindparam("last")),
)
_BILLABLE, _GUESSED = 1, 2
_FLAGS = case((entries.c.billable, _BILLABLE), else_=0) + case((entries.c.end_guessed, _GUESSED), else_=0)
"""Both in one column, because each is made into an object for each entry."""
_IS_BILLABLE, _IS_GUESSED = ({flags: bool(flags & each) for flags in range(4)} for each in (_BILLABLE, _GUESSED))
_COLUMNS = (
    entries.c.id,
    entries.c.project_id,
    entries.c.service_id,
    entries.c.seconds,
    entries.c.day,
    _NOTE,
    _FLAGS,
    entries.c.person_id,
)
_DETAILS = columns_of(Details, entries, tags=_TAGS)
_IS_OVER = entries.c.ended_at.is_not(None)
# Found by who works: by the index of customers and days what is billed already would be read too.
_FOUND_BY_PERSON = and_(
    people.c.workspace_id == bindparam("workspace"),
    func.coalesce(entries.c.customer_id, entries.c.customer_id) == bindparam("customer"),
)


class _Unbilled:
    """The statements that read these columns of unbilled entries."""

    def __init__(self, *columns: ColumnElement[Any]) -> None:
        found = select(*columns).where(_ON_NO_DRAFT)
        by_person = found.join_from(entries, people, people.c.id == entries.c.person_id).where(_FOUND_BY_PERSON)
        # In the order of the index of customers and days, so that nobody has to sort.
        of_scope = found.where(_OF_CUSTOMER).order_by(entries.c.day, entries.c.id)
        self.of_scope = ScopeQuery(of_scope.limit(_MOST), tuple)
        # Of all days: each part by an index that has nothing that was billed.
        self.everything = Query(
            union_all(
                found.where(and_(_THEIRS, CAN_BE_BILLED)),
                found.where(and_(_THEIRS, ~entries.c.billable, _IS_OVER, ~entries.c.end_guessed)),
                by_person.where(entries.c.ended_at.is_(None)),
                by_person.where(and_(entries.c.end_guessed, _IS_OVER)),
            ).limit(_MOST),
            tuple,
        )


_ENDS = Query(
    select(entries.c.id, entries.c.ended_at, entries.c.zone).where(
        and_(_OF_CUSTOMER, _ON_NO_DRAFT, entries.c.timed, _IS_OVER)
    ),
    tuple,
)
_PLAIN, _DETAILED = _Unbilled(*_COLUMNS), _Unbilled(*_COLUMNS, *_DETAILS)
_WORKERS = select(entries.c.person_id).distinct().where(and_(_OF_CUSTOMER, _ON_NO_DRAFT)).order_by(entries.c.person_id)
_OPEN_OF_CUSTOMER = and_(
    entries.c.workspace_id == bindparam("workspace"),
    entries.c.customer_id == bindparam("customer"),
    entries.c.day.between(bindparam("first"), bindparam("last")),
    CAN_BE_BILLED,
)
_ANY_UNBILLED = ScopeQuery(select(entries.c.id).where(_OPEN_OF_CUSTOMER).limit(1), single_value, by_days=False)
_ANY_BEYOND = ScopeQuery(
    select(entries.c.id).where(_OPEN_OF_CUSTOMER).limit(1).offset(bindparam("most")), single_value, by_days=False
)
_OPEN_TIME = select(
    func.coalesce(func.sum(entries.c.seconds), 0).label("seconds"), func.min(entries.c.day).label("since")
).where(_OPEN_OF_CUSTOMER)
_OPEN_TIME_OF_SCOPE = ScopeQuery(_OPEN_TIME, tuple, by_days=False)


def _about(query: Select[Any], workspace_id: int, customer_id: int, scope: Scope) -> Select[Any]:
    """The query for this customer and scope. What a selection narrows is said in the one way that filters are."""
    values = {
        "workspace": workspace_id,
        "customer": customer_id,
        "first": scope.period.first or date.min,
        "last": scope.period.last or date.max,
    }
    selected = query
    if scope.selection != ALL_WORK:  # its days stand in the query already
        selected = query.where(filter_rows.matching(workspace_id, scope.selection))
    return selected.params(values)


def unbilled_entries(
    db: Connection, workspace_id: int, customer_id: int, scope: Scope, *, detailed: bool, most: int = _ANY_NUMBER
) -> Entries:
    """The entries of a scope that stand on no draft, running timers among them; on request with their details.

    All of them, or some where they are more than `most`.
    """
    statements = _DETAILED if detailed else _PLAIN
    if scope == ALL_OPEN:
        columns = statements.everything.columns(db, workspace=workspace_id, customer=customer_id, most=most)
    else:
        query, values = statements.of_scope.prepared(workspace_id, customer_id, scope)
        columns = query.columns(db, **values, most=most)
    return _named(db, columns, by_days=scope != ALL_OPEN) if columns else NO_ENTRIES


def _named(db: Connection, columns: Sequence[Sequence[Any]], *, by_days: bool) -> Entries:
    """The entries with the names that they have in common, which are read once."""
    ids, project_ids, service_ids, seconds, days, notes, flags, person_ids = columns[: len(_COLUMNS)]
    of_details = columns[len(_COLUMNS) :]
    named = names_of(db, {*project_ids}, {*service_ids}, {*person_ids})
    return Entries.of_columns(
        by_days=by_days,
        entry_id=ids,
        project_id=project_ids,
        project=LookedUp(project_ids, named.projects),
        service_id=service_ids,
        service=LookedUp(service_ids, named.services),
        seconds=seconds,
        day=days,
        note=notes,
        end_guessed=LookedUp(flags, _IS_GUESSED),
        billable=LookedUp(flags, _IS_BILLABLE),
        person_id=person_ids,
        person=LookedUp(person_ids, named.people),
        details=list(map(Details._make, zip(*of_details, strict=True))) if of_details else [None] * len(ids),
        of_day=[None] * len(ids),
    )


def with_details(db: Connection, found: Sequence[UnbilledEntry]) -> list[UnbilledEntry]:
    """These entries with their details; whoever has them keeps them."""
    ids = [each.entry_id for each in found if each.details is None]
    known: dict[int, Details] = {}
    for part in in_parts(ids):
        values = {f"entry{n}": entry_id for n, entry_id in enumerate(part)}
        known |= {entry_id: Details._make(row) for entry_id, *row in _details(len(part)).all(db, **values)}
    return [each._replace(details=known[each.entry_id]) if each.details is None else each for each in found]


def past_midnight(db: Connection, workspace_id: int, customer_id: int, found: Sequence[Entries]) -> list[UnbilledEntry]:
    """Those of these entries that went on past the midnight of their day, with their details.

    They are of few days, of which the ends alone are read: nearly none goes on so long.
    """
    plain = [each for each in found if not each.have_details]
    days = {entry_id: day for each in plain for entry_id, day in zip(each.ids, each.days, strict=True)}
    late = set[int]()
    if days:
        of_days = {"first": min(days.values()), "last": max(days.values())}
        ends = _ENDS.all(db, workspace=workspace_id, customer=customer_id, **of_days)
        late = {key for key, ended_at, zone in ends if key in days and ended_at > midnight_after(days[key], zone)}
    those = [each for each in found if each.have_details]
    those += [each.parted([key in late for key in each.ids])[0] for each in plain if late]
    maybe = [entry for each in those for entry in each]
    return [entry for entry in with_details(db, maybe) if entry.after_midnight]


@lru_cache(16)
def _details(count: int) -> Query[tuple[Any, ...]]:
    ids = [bindparam(f"entry{n}", type_=Integer) for n in range(count)]
    return Query(select(entries.c.id, *_DETAILS).where(entries.c.id.in_(ids)), tuple)


def lock_workers(db: Connection, workspace_id: int, customer_id: int, scope: Scope = ALL_OPEN) -> None:
    """Lock the people whose entries and expenses can be on a draft, before `lock_customer`: all lock in this order."""
    workers = {row.person_id for row in db.execute(_about(_WORKERS, workspace_id, customer_id, scope))}
    for person_id in sorted(workers | {*unbilled_expense_rows.spenders(db, workspace_id, customer_id, scope)}):
        people_rows.lock_person(db, person_id)


def has_more_than(db: Connection, workspace_id: int, customer_id: int, scope: Scope, most: int) -> bool:
    """Whether a customer has more entries than that to bill in this scope; no more of them are read."""
    query, values = _ANY_BEYOND.prepared(workspace_id, customer_id, scope)
    return query.first(db, **values, most=most) is not None


def can_be_billed(db: Connection, workspace_id: int, customer_id: int, scope: Scope = ALL_OPEN) -> bool:
    """Whether the customer has any time or expense to bill in this scope."""
    query, values = _ANY_UNBILLED.prepared(workspace_id, customer_id, scope)
    if query.first(db, **values) is not None:
        return True
    _, spent = unbilled_expense_rows.first_open_expense(db, workspace_id, customer_id, scope)
    return bool(spent)


def open_time(
    db: Connection, workspace_id: int, customer_id: int, scope: Scope, *, of_draft: int | None = None
) -> OpenTime | None:
    """How much of a customer's time in this scope can be billed, and since when anything can; None where nothing can.

    What was left out of that draft does not count.
    """
    of_scope = _OPEN_TIME_OF_SCOPE
    if of_draft is not None:
        of_scope = ScopeQuery(_OPEN_TIME.where(~choice_rows.is_left_out(ENTRIES, [of_draft])), tuple, by_days=False)
    query, values = of_scope.prepared(workspace_id, customer_id, scope)
    [(seconds, since)] = query.all(db, **values)
    spent_since, spent = unbilled_expense_rows.first_open_expense(
        db, workspace_id, customer_id, scope, of_draft=of_draft
    )
    days = [day for day in (since, spent_since) if day]
    return OpenTime(seconds, min(days), spent) if days else None


def billable_of(db: Connection, draft: OpenDraft, entry_ids: Collection[int]) -> list[int]:
    """Those of these entries that can be billed and that an open draft is about, whether they are left out or not."""
    query = select(entries.c.id).where(and_(_OF_CUSTOMER, CAN_BE_BILLED, entries.c.id.in_(entry_ids)))
    return list(db.execute(_about(query, draft.workspace_id, draft.customer_id, draft.scope)).scalars())


def shared_seconds(db: Connection, one: OpenDraft, other: OpenDraft) -> int:
    """How much of a customer's time that can be billed is on both of these drafts."""
    return int(db.execute(_on_both(_OPEN_TIME, one, other)).one().seconds)


def shared_entries(db: Connection, one: OpenDraft, other: OpenDraft) -> list[int]:
    """The entries that these are."""
    query = select(entries.c.id).where(and_(_OF_CUSTOMER, CAN_BE_BILLED))
    return list(db.execute(_on_both(query, one, other)).scalars())


def _on_both(query: Select[Any], one: OpenDraft, other: OpenDraft) -> Select[Any]:
    days = other.scope.selection.between(other.scope.period.first, other.scope.period.last)
    return _about(query, one.workspace_id, one.customer_id, one.scope).where(
        and_(
            filter_rows.matching(other.workspace_id, days),
            ~choice_rows.is_left_out(ENTRIES, [one.id, other.id]),
        )
    )

"""The Billomat account of a workspace, and what an import brings from there.

What comes from Billomat is known by `billomat_id` within the workspace: a repeated import renames and archives rows and
adds new ones, and never deletes what time was booked on.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Unpack

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.billomat.rules.trouble import Trouble
from storage.catalog import CUSTOMER_KEY, MOST_OPTIONS, Named, holding
from storage.change import Author, Change
from storage.recorded import change_row
from storage.rows import NewRow, columns_of, row_values
from storage.statements import Query
from storage.tables import (
    Article,
    BillomatAccount,
    Customer,
    Tax,
    articles,
    customers,
    drafts,
    entries,
    inserting,
    projects,
    taxes,
)
from storage.tables import billomat_accounts as accounts
from storage.tables.billomat import BillomatAccountColumns
from storage.tables.catalog import CustomerColumns


class ConnectedAccount(NamedTuple):
    """The account that a workspace is connected to. The key is encrypted; rates are hundredths of a percent."""

    workspace_id: int
    billomat_id: str
    secret_key: str
    key_owner: str
    currency: str
    gross_prices: bool
    tax_name: str
    tax_rate: int
    untaxed_countries: str
    country: str
    vat_id: str
    account_number: int | None
    small_business: bool | None
    locale: str
    units: str
    trouble: Trouble | None
    connected_by: int
    connected_at: datetime
    imported_at: datetime | None


class AccountTerms(NamedTuple):
    """What is kept of the account's settings."""

    currency: str
    gross_prices: bool
    untaxed_countries: str
    locale: str = ""


class ImportChanges(NamedTuple):
    """What an import found to be different."""

    new: int = 0
    renamed: int = 0
    archived: int = 0
    other: int = 0
    """Back from the archive, or with another number."""

    def plus(self, more: "ImportChanges") -> "ImportChanges":
        """Both together."""
        return ImportChanges(*(a + b for a, b in zip(self, more, strict=True)))


class KnownTax(NamedTuple):
    """Our id of a tax, and its rate in hundredths of a percent."""

    id: int
    rate: int


_ACCOUNT = Query(
    select(*columns_of(ConnectedAccount, accounts)).where(accounts.c.workspace_id == bindparam("workspace")),
    ConnectedAccount._make,
)
_RECORDED = (
    accounts.c.billomat_id,
    accounts.c.key_owner,
    accounts.c.currency,
    accounts.c.gross_prices,
    accounts.c.tax_name,
    accounts.c.tax_rate,
    accounts.c.untaxed_countries,
)
"""What the audit keeps of a connection."""
_UNKNOWN: BillomatAccountColumns = {
    "country": "",
    "vat_id": "",
    "account_number": None,
    "small_business": None,
    "units": "",
}
"""What was known of another account, which may be that of another business."""
_IN_WINDOW = and_(accounts.c.workspace_id == bindparam("workspace"), accounts.c.calls_reset > bindparam("clock"))
_TAKE_CALL = (
    update(accounts)
    .where(and_(_IN_WINDOW, accounts.c.calls_left > bindparam("kept")))
    .values(calls_left=accounts.c.calls_left - 1)
)
_WINDOW_END = select(accounts.c.calls_reset).where(_IN_WINDOW)
# Answers come in any order: within a window calls only become fewer, and an old window says nothing about the new one.
_HEAR_CALLS = (
    update(accounts)
    .where(
        and_(
            accounts.c.workspace_id == bindparam("workspace"),
            or_(
                accounts.c.calls_reset.is_(None),
                accounts.c.calls_reset < bindparam("reset"),
                and_(accounts.c.calls_reset == bindparam("reset"), accounts.c.calls_left > bindparam("left")),
            ),
        )
    )
    .values(calls_left=bindparam("left"), calls_reset=bindparam("reset"))
)
_UNLINKED = and_(
    customers.c.workspace_id == bindparam("workspace"),
    customers.c.billomat_id.is_(None),
    customers.c.archived.is_(False),
)
_LINKED = and_(
    customers.c.workspace_id == bindparam("workspace"),
    customers.c.billomat_id.is_not(None),
    customers.c.archived.is_(False),
)
LINK = "link customer"
_NAMES: dict[Table, Column[str]] = {customers: customers.c.name, articles: articles.c.title}


def connected_account(db: Connection, workspace_id: int) -> ConnectedAccount | None:
    """The account of a workspace; None before Billomat is connected."""
    return _ACCOUNT.first(db, workspace=workspace_id)


def connected_workspaces(db: Connection) -> list[int]:
    """The workspaces with an account."""
    return list(db.execute(select(accounts.c.workspace_id).order_by(accounts.c.workspace_id)).scalars())


def connect_account(
    change: Change[Author],
    *,
    billomat_id: str,
    secret_key: str,
    key_owner: str,
    tax_name: str,
    tax_rate: int,
    terms: AccountTerms,
    by: int,
) -> None:
    """Store the connection, or put it in the place of the one there was. The audit keeps all of it but the key."""
    new = row_values(
        BillomatAccount,
        workspace_id=change.by.workspace_id,
        billomat_id=billomat_id,
        secret_key=secret_key,
        key_owner=key_owner,
        tax_name=tax_name,
        tax_rate=tax_rate,
        trouble=None,
        connected_by=by,
        connected_at=change.by.now,
        currency=terms.currency,
        gross_prices=terms.gross_prices,
        untaxed_countries=terms.untaxed_countries,
        locale=terms.locale,
    )
    workspace = accounts.c.workspace_id == change.by.workspace_id
    before = change.db.execute(select(*_RECORDED).where(workspace)).first()
    changed = {name: value for name, value in new.items() if name != "workspace_id"}
    if before and before.billomat_id != billomat_id:
        changed |= _UNKNOWN
    statement = inserting(change.db, accounts).values(**new)
    statement = statement.on_conflict_do_update(index_elements=["workspace_id"], set_=changed)
    account_id: int = change.db.execute(statement.returning(accounts.c.id)).scalar_one()
    change.record(
        "account",
        account_id,
        "connect",
        before=dict(before._mapping) if before else None,
        after={column.name: new[column.name] for column in _RECORDED},
    )


def change_account(db: Connection, workspace_id: int, **values: Unpack[BillomatAccountColumns]) -> None:
    """Set what an import or a job finds out about the workspace's account."""
    db.execute(update(accounts).where(accounts.c.workspace_id == workspace_id).values(**values))


def change_business(change: Change[Author], **values: Unpack[BillomatAccountColumns]) -> None:
    """Keep what a person says of the business itself; the audit knows who did."""
    the_account = accounts.c.workspace_id == change.by.workspace_id
    names = [accounts.c[name] for name in values]
    known = change.db.execute(select(accounts.c.id, *names).where(the_account)).one()
    before = {name: known._mapping[name] for name in values}
    if before != values:
        change_account(change.db, change.by.workspace_id, **values)
        change.record("account", known.id, "change business", before=before, after=dict(values))


def take_call(db: Connection, workspace_id: int, *, clock: int, kept: int) -> int | None:
    """Count one call to Billomat, if more than `kept` are left. None: go ahead; else the epoch second to wait for.

    Nothing is known, and so nothing held back, before the first answer of a window. `clock` is epoch seconds.
    """
    window = {"workspace": workspace_id, "clock": clock}
    if db.execute(_TAKE_CALL, window | {"kept": kept}).rowcount == 1:
        return None
    until: int | None = db.execute(_WINDOW_END, window).scalar_one_or_none()
    return until


def calls_used_up_until(db: Connection, workspace_id: int, *, clock: int, kept: int) -> int | None:
    """The epoch second at which the window ends, if not more than `kept` calls are left in it."""
    used_up = _WINDOW_END.where(accounts.c.calls_left <= kept)
    until: int | None = db.execute(used_up, {"workspace": workspace_id, "clock": clock}).scalar_one_or_none()
    return until


def hear_calls(db: Connection, workspace_id: int, *, left: int, reset: int) -> None:
    """Note what Billomat says is left of the window that ends at `reset` (epoch seconds)."""
    db.execute(_HEAR_CALLS, {"workspace": workspace_id, "left": left, "reset": reset})


def holds_imported(db: Connection, workspace_id: int) -> bool:
    """Whether anything here carries an id of the connected account."""
    return any(
        db.execute(
            select(part.c.id).where(and_(part.c.workspace_id == workspace_id, part.c.billomat_id.is_not(None))).limit(1)
        ).first()
        for part in (customers, articles, taxes)
    )


def store_taxes(db: Connection, listed: Sequence[NewRow[Tax]]) -> None:
    """The rates of VAT as the account lists them."""
    _upsert(db, taxes, listed)


def known_taxes(db: Connection, workspace_id: int) -> dict[int, KnownTax]:
    """The rates of VAT by their id in Billomat."""
    rows = db.execute(select(taxes.c.billomat_id, taxes.c.id, taxes.c.rate).where(taxes.c.workspace_id == workspace_id))
    return {row.billomat_id: KnownTax(row.id, row.rate) for row in rows}


def name_of_tax(db: Connection, workspace_id: int, rate: int) -> str:
    """What the account calls the oldest of its taxes of this rate; empty where it has none."""
    query = select(taxes.c.name).where(and_(taxes.c.workspace_id == workspace_id, taxes.c.rate == rate))
    return db.execute(query.order_by(taxes.c.billomat_id).limit(1)).scalar() or ""


def store_customers(db: Connection, workspace_id: int, found: Sequence[NewRow[Customer]]) -> ImportChanges:
    """Customers as Billomat has them."""
    return _store(db, customers, workspace_id, found)


def store_articles(
    db: Connection, workspace_id: int, found: Sequence[NewRow[Article]], *, units_known: bool
) -> ImportChanges:
    """Articles as Billomat has them. Those that are there already keep their units where `found` does not know them."""
    return _store(db, articles, workspace_id, found, kept=() if units_known else ("unit",))


def missed_customers(db: Connection, workspace_id: int, *, since: datetime, after: int, most: int) -> list[int]:
    """The ids in Billomat, above `after`, of live customers that no import has seen since that moment."""
    return _missed(db, customers, workspace_id, since=since, after=after, most=most)


def missed_articles(db: Connection, workspace_id: int, *, since: datetime, after: int, most: int) -> list[int]:
    """The ids in Billomat, above `after`, of live articles that no import has seen since that moment."""
    return _missed(db, articles, workspace_id, since=since, after=after, most=most)


def count_missed(db: Connection, workspace_id: int, *, since: datetime) -> int:
    """How many live customers and articles of Billomat no import has seen since that moment."""
    return sum(
        db.execute(select(func.count()).where(_is_missed(part, workspace_id, since))).scalar_one()
        for part in (customers, articles)
    )


def note_archiving(change: Change[Author], archived: Mapping[int, bool]) -> tuple[int, ...]:
    """Before customers are stored, put into the audit who of them was archived in Billomat, or came back; our ids of
    the archived ones. `archived` says by the id in Billomat how they are there.
    """
    query = select(customers.c.id, customers.c.billomat_id, customers.c.archived).where(
        and_(customers.c.workspace_id == change.by.workspace_id, customers.c.billomat_id.in_(archived))
    )
    differing = [row for row in change.db.execute(query) if row.archived != archived[row.billomat_id]]
    for row in differing:
        action = "take back in Billomat" if row.archived else "archive in Billomat"
        before, after = {"archived": row.archived}, {"archived": not row.archived}
        change.record("customer", row.id, action, before=before, after=after)
    return tuple(row.id for row in differing if not row.archived)


def customer_name(db: Connection, workspace_id: int, customer_id: int) -> str:
    """What a customer of this workspace is called, in use or not."""
    query = select(customers.c.name).where(
        and_(customers.c.workspace_id == workspace_id, customers.c.id == customer_id)
    )
    name: str = db.execute(query).scalar_one()
    return name


def archive_customers(
    db: Connection, workspace_id: int, billomat_ids: Sequence[int], *, seen_at: datetime | None = None
) -> int:
    """Archive customers that are no longer in Billomat, as was seen then; how many they were."""
    return _archive(db, customers, workspace_id, billomat_ids, seen_at)


def archive_articles(
    db: Connection, workspace_id: int, billomat_ids: Sequence[int], *, seen_at: datetime | None = None
) -> int:
    """Archive articles that are no longer in Billomat, as was seen then; how many they were."""
    return _archive(db, articles, workspace_id, billomat_ids, seen_at)


def count_seen(db: Connection, workspace_id: int, *, since: datetime) -> tuple[int, int, int]:
    """How many customers and articles imports have seen since that moment, and how many taxes there are."""
    counts = [
        db.execute(
            select(func.count()).where(and_(part.c.workspace_id == workspace_id, part.c.seen_at >= since))
        ).scalar_one()
        for part in (customers, articles)
    ]
    known = db.execute(select(func.count()).where(taxes.c.workspace_id == workspace_id)).scalar_one()
    return counts[0], counts[1], known


def count_unlinked(db: Connection, workspace_id: int) -> int:
    """How many live customers were created in Slack and have no counterpart in Billomat."""
    query = select(func.count()).select_from(customers).where(_UNLINKED)
    count: int = db.execute(query, {"workspace": workspace_id}).scalar_one()
    return count


def search_linkable(db: Connection, workspace_id: int, text_key: str, *, linked: bool) -> list[Named]:
    """Live customers by name: those of Billomat, or those that were created in Slack."""
    query = select(*columns_of(Named, customers, detail=customers.c.number)).where(_LINKED if linked else _UNLINKED)
    query = holding(query, CUSTOMER_KEY, text_key).order_by(customers.c.name_key, customers.c.id)
    return [Named._make(row) for row in db.execute(query.limit(MOST_OPTIONS), {"workspace": workspace_id})]


def linkable_customer(db: Connection, workspace_id: int, customer_id: int, *, linked: bool) -> Named | None:
    """One live customer of this workspace, if it is linked with Billomat, or if it is not."""
    query = select(*columns_of(Named, customers, detail=customers.c.number)).where(_LINKED if linked else _UNLINKED)
    row = db.execute(query.where(customers.c.id == customer_id), {"workspace": workspace_id}).first()
    return Named._make(row) if row else None


def namesakes(db: Connection, workspace_id: int) -> list[tuple[int, int]]:
    """Pairs of a customer created in Slack and one of Billomat that are surely the same.

    Their names differ in case and white space at most, and no third customer has a name that people type alike: with
    a Schutz there, the two Schütz are not linked by themselves.
    """
    waiting = select(customers.c.name_key).where(_UNLINKED)
    columns = (customers.c.id, customers.c.name, customers.c.name_key, customers.c.billomat_id, customers.c.archived)
    query = select(*columns).where(
        and_(
            customers.c.workspace_id == bindparam("workspace"),
            customers.c.name_key.in_(waiting),
            or_(customers.c.archived.is_(False), customers.c.billomat_id.is_not(None)),
        )
    )
    by_name: dict[str, list[Any]] = {}
    for row in db.execute(query, {"workspace": workspace_id}):
        by_name.setdefault(row.name_key, []).append(row)
    pairs = []
    for rows in by_name.values():
        ours = [row for row in rows if row.billomat_id is None]
        theirs = [row for row in rows if row.billomat_id is not None]
        if len(ours) == len(theirs) == 1 and not theirs[0].archived and _same(ours[0].name, theirs[0].name):
            pairs.append((ours[0].id, theirs[0].id))
    return pairs


def _same(one: str, other: str) -> bool:
    """Whether two names differ in case and white space at most."""
    first, second = (" ".join(unicodedata.normalize("NFC", name.casefold()).split()) for name in (one, other))
    return first == second


def adopt_customer(change: Change[Author], *, ours: int, theirs: int) -> bool:
    """Give the customer created in Slack the place of its counterpart from Billomat, so that nothing has to move.

    False, and nothing is done, when something was booked on the counterpart meanwhile.
    """
    db, workspace_id = change.db, change.by.workspace_id
    row = db.execute(select(customers).where(customers.c.id == theirs)).one()
    booked_on = or_(*(exists().where(part.c.customer_id == theirs) for part in (projects, entries, drafts)))
    gone = delete(customers).where(and_(customers.c.workspace_id == workspace_id, customers.c.id == theirs, ~booked_on))
    if db.execute(gone).rowcount == 0:
        return False
    from_billomat: CustomerColumns = {
        "name": row.name,
        "name_key": row.name_key,
        "number": row.number,
        "billomat_id": row.billomat_id,
        "country": row.country,
        "tax_rule": row.tax_rule,
        "currency": row.currency,
        "locale": row.locale,
        "price_group": row.price_group,
        "reduction": row.reduction,
        "net_gross": row.net_gross,
        "vat_id": row.vat_id,
        "kind": row.kind,
        "email": row.email,
        "street": row.street,
        "zip": row.zip,
        "city": row.city,
        "seen_at": row.seen_at,
    }
    change_row(change, "customer", customers, ours, LINK, from_billomat)
    return True


def _store(
    db: Connection,
    into: Table,
    workspace_id: int,
    found: Sequence[NewRow[Customer]] | Sequence[NewRow[Article]],
    *,
    kept: Sequence[str] = (),
) -> ImportChanges:
    """Insert or update rows by their id in Billomat; what that changes."""
    name = _NAMES[into]
    query = select(into.c.billomat_id, name, into.c.number, into.c.archived).where(
        and_(into.c.workspace_id == workspace_id, into.c.billomat_id.in_([row["billomat_id"] for row in found]))
    )
    known = {row.billomat_id: row for row in db.execute(query)}
    there = [(known[row["billomat_id"]], row) for row in found if row["billomat_id"] in known]
    _upsert(db, into, found, kept=kept)
    return ImportChanges(
        new=len(found) - len(there),
        renamed=sum(before._mapping[name] != now[name.name] for before, now in there),
        archived=sum(now["archived"] and not before.archived for before, now in there),
        other=sum((before.archived and not now["archived"]) or before.number != now["number"] for before, now in there),
    )


def _upsert(
    db: Connection,
    into: Table,
    found: Sequence[NewRow[Customer]] | Sequence[NewRow[Article]] | Sequence[NewRow[Tax]],
    *,
    kept: Sequence[str] = (),
) -> None:
    """Insert rows, or change those that are there by their id in Billomat, but for the columns that are `kept`."""
    if not found:
        return
    new = inserting(db, into)
    key = ["workspace_id", "billomat_id"]
    changed = {name: new.excluded[name] for name in found[0] if name not in (*key, *kept)}
    db.execute(new.on_conflict_do_update(index_elements=key, set_=changed), found)


def _is_missed(part: Table, workspace_id: int, since: datetime) -> ColumnElement[bool]:
    return and_(
        part.c.workspace_id == workspace_id,
        part.c.billomat_id.is_not(None),
        part.c.archived.is_(False),
        or_(part.c.seen_at.is_(None), part.c.seen_at < since),
    )


def _missed(db: Connection, part: Table, workspace_id: int, *, since: datetime, after: int, most: int) -> list[int]:
    query = select(part.c.billomat_id).where(and_(_is_missed(part, workspace_id, since), part.c.billomat_id > after))
    return list(db.execute(query.order_by(part.c.billomat_id).limit(most)).scalars())


def _archive(
    db: Connection, part: Table, workspace_id: int, billomat_ids: Sequence[int], seen_at: datetime | None
) -> int:
    gone = and_(part.c.workspace_id == workspace_id, part.c.billomat_id.in_(billomat_ids))
    if seen_at:
        db.execute(update(part).where(gone).values(seen_at=seen_at))
    return db.execute(update(part).where(and_(gone, part.c.archived.is_(False))).values(archived=True)).rowcount

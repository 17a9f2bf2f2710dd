"""What an import brings from Billomat.

It is known by `billomat_id` within the workspace: a repeated import renames and archives rows and adds new ones, and
never deletes what time was booked on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, func, or_, select, update

from storage.change import Author, Change
from storage.rows import NewRow
from storage.tables import Article, Customer, Tax, articles, customers, inserting, taxes


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


_NAMES: dict[Table, Column[str]] = {customers: customers.c.name, articles: articles.c.title}


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

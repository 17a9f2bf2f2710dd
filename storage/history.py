"""The audit read back: who changed what when, of one entry, expense or draft."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, func, select

from storage.audit import Snapshot
from storage.rows import columns_of
from storage.statements import Query, single_value
from storage.tables import articles, audits, customers, draft_entries, entries, people, projects, services
from storage.tracking import ENTRY, Entry

Told = Literal["entry", "expense", "draft"]
"""What has a history that is shown."""


class Recorded(NamedTuple):
    """One change, with the name of whoever made it."""

    who: str | None
    """None: Trackomat itself."""
    at: datetime
    action: str
    before: Snapshot | None
    after: Snapshot | None
    why: str


_OF_ONE = and_(
    audits.c.workspace_id == bindparam("workspace"),
    audits.c.subject == bindparam("subject"),
    audits.c.subject_id == bindparam("row"),
)
_NEWEST = Query(
    select(*columns_of(Recorded, audits, who=people.c.name))
    .join_from(audits, people, people.c.id == audits.c.person_id, isouter=True)
    .where(_OF_ONE)
    .order_by(audits.c.id.desc())
    .offset(bindparam("skip", type_=Integer))
    .limit(bindparam("most", type_=Integer)),
    Recorded._make,
)
_COUNT = Query(select(func.count()).select_from(audits).where(_OF_ONE), single_value)
_ENTRY = Query(
    ENTRY.where(and_(entries.c.workspace_id == bindparam("workspace"), entries.c.id == bindparam("entry"))),
    Entry._make,
)
_ON_DRAFT = and_(draft_entries.c.workspace_id == bindparam("workspace"), draft_entries.c.draft_id == bindparam("draft"))
_OF_DRAFT = Query(
    ENTRY.where(_ON_DRAFT)
    .order_by(entries.c.day, entries.c.started_at, entries.c.id)
    .offset(bindparam("skip", type_=Integer))
    .limit(bindparam("most", type_=Integer)),
    Entry._make,
)
_COUNT_OF_DRAFT = Query(select(func.count()).select_from(draft_entries).where(_ON_DRAFT), single_value)


def changes_of(
    db: Connection, workspace_id: int, subject: Told, row_id: int, *, skip: int, most: int
) -> list[Recorded]:
    """What was done to one thing, the newest first; found by an index, however long the audit is."""
    return _NEWEST.all(db, workspace=workspace_id, subject=subject, row=row_id, skip=skip, most=most)


def count_of(db: Connection, workspace_id: int, subject: Told, row_id: int) -> int:
    """How many changes there were."""
    found: int = _COUNT.one(db, workspace=workspace_id, subject=subject, row=row_id)
    return found


def entry_of_workspace(db: Connection, workspace_id: int, entry_id: int) -> Entry | None:
    """An entry, whosoever it is."""
    return next(iter(_ENTRY.all(db, workspace=workspace_id, entry=entry_id)), None)


def entries_of_draft(db: Connection, workspace_id: int, draft_id: int, *, skip: int, most: int) -> list[Entry]:
    """The entries that stand on a draft, by day."""
    return _OF_DRAFT.all(db, workspace=workspace_id, draft=draft_id, skip=skip, most=most)


def count_entries_of_draft(db: Connection, workspace_id: int, draft_id: int) -> int:
    """How many entries stand on a draft."""
    found: int = _COUNT_OF_DRAFT.one(db, workspace=workspace_id, draft=draft_id)
    return found


Column = Literal["customer_id", "project_id", "service_id", "person_id", "article_id"]
_NAMED = {
    "customer_id": (customers, customers.c.name),
    "project_id": (projects, projects.c.name),
    "service_id": (services, services.c.name),
    "person_id": (people, people.c.name),
    "article_id": (articles, articles.c.title),
}


def names_behind(db: Connection, workspace_id: int, ids: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What the rows behind such columns are called now, by column and id; what is gone is left out."""
    found: dict[tuple[str, int], str] = {}
    for column, (table, name) in _NAMED.items():
        wanted = sorted(row_id for named, row_id in ids if named == column)
        if wanted:
            here: ColumnElement[bool] = and_(table.c.workspace_id == workspace_id, table.c.id.in_(wanted))
            found |= {(column, row_id): called for row_id, called in db.execute(select(table.c.id, name).where(here))}
    return found

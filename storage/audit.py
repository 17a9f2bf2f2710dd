"""The append-only record of who changed what, when and why."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, and_, bindparam, or_, select

from storage.rows import columns_of, insert_row
from storage.statements import Query
from storage.tables import Audit, audits

Subject = Literal["entry", "draft", "break", "person", "workspace", "account", "customer", "project", "service"]
"""What was changed. /track undo takes back changes of time alone: entries and breaks."""
_TIME = ("entry", "break")
Snapshot = dict[str, Any]
"""The columns of a row, dates and moments as ISO text; of what people set, only those that differ. Never a secret."""


class Recorded(NamedTuple):
    """One recorded change; None before: created, None after: deleted."""

    id: int
    person_id: int | None
    at: datetime
    subject: str
    subject_id: int
    action: str
    before: Snapshot | None
    after: Snapshot | None
    request: str
    undoes: str
    """The request that this change took back."""


_CHANGE = select(*columns_of(Recorded, audits))
_ONE = Query(
    _CHANGE.where(and_(audits.c.workspace_id == bindparam("workspace"), audits.c.id == bindparam("change"))),
    Recorded._make,
)
# One request is of one person and of one moment, which the index knows; one on requests would cost each change a page.
_TOGETHER = Query(
    _CHANGE.where(
        and_(
            audits.c.person_id == bindparam("person"),
            audits.c.at == bindparam("moment"),
            audits.c.request == bindparam("of"),
            or_(*(audits.c.subject == subject for subject in _TIME)),
        )
    ).order_by(audits.c.id.desc()),
    Recorded._make,
)
_OF_PERSON = Query(
    _CHANGE.where(
        and_(
            audits.c.person_id == bindparam("person"),
            audits.c.at >= bindparam("since"),
            or_(*(audits.c.subject == subject for subject in _TIME)),
        )
    ).order_by(audits.c.at.desc(), audits.c.id.desc()),
    Recorded._make,
)


def add(
    db: Connection,
    *,
    workspace_id: int,
    person_id: int | None,
    at: datetime,
    request: str,
    subject: Subject,
    subject_id: int,
    action: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    why: str,
    undoes: str,
) -> int:
    """One more row; its id. `storage.change.Change.record` alone calls this, and knows who and when."""
    return insert_row(
        db,
        Audit,
        workspace_id=workspace_id,
        person_id=person_id,
        at=at,
        subject=subject,
        subject_id=subject_id,
        action=action,
        before=snapshot(before),
        after=snapshot(after),
        why=why,
        request=request,
        undoes=undoes,
    )


def recorded_change(db: Connection, workspace_id: int, change_id: int) -> Recorded | None:
    """One change of this workspace."""
    return _ONE.first(db, workspace=workspace_id, change=change_id)


def recorded_together(db: Connection, change: Recorded) -> list[Recorded]:
    """All that the request of this change did to entries and breaks, the last first: so it is undone."""
    return _TOGETHER.all(db, person=change.person_id, moment=change.at, of=change.request)


def recorded_since(db: Connection, person_id: int, moment: datetime) -> list[Recorded]:
    """What this person did to entries and breaks since then, the last first."""
    return _OF_PERSON.all(db, person=person_id, since=moment)


def snapshot(values: Mapping[str, Any] | None) -> Snapshot | None:
    """Dates and moments as ISO text, for JSON and for comparison with what was recorded."""
    if values is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}

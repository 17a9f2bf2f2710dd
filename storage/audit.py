"""The append-only record of who changed what, when and why."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, and_, or_, select

from bot.tracking.rules.settled import MARKING, SETTLING
from storage.rows import columns_of, insert_row
from storage.tables import Audit, audits

Subject = Literal[
    "entry", "draft", "break", "person", "workspace", "account", "customer", "project", "service", "channel", "expense"
]
"""What was changed. /track undo takes back changes of time and expenses, and what /track new made."""
_TIME = ("entry", "break", "expense")
MADE = ("customer", "project", "service")
CREATE = "create"
UNDO_CREATE = f"undo {CREATE}"
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
    why: str = ""


def read_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """The columns with their values as the row had them."""
    return {column: _of_text(column, value) for column, value in snapshot.items()}


def _of_text(column: str, value: Any) -> Any:
    if value is None:
        return None
    if column.endswith("_at"):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if column == "day" else value


_RECORDED = select(*columns_of(Recorded, audits))
_UNDOABLE = or_(
    and_(audits.c.subject.in_(_TIME), audits.c.action.not_in(SETTLING)),
    and_(audits.c.subject.in_(MADE), audits.c.action.in_((CREATE, UNDO_CREATE))),
)
_CLOCK_BACK = timedelta(days=1)
"""No clock is set back by more."""


def any_change_of_time(db: Connection, person_id: int, *, after: datetime) -> bool:
    """Whether the person changed anything of their time later than that."""
    later = and_(audits.c.person_id == person_id, audits.c.at > after, _UNDOABLE)
    return db.execute(select(audits.c.id).where(later).limit(1)).first() is not None


def add_audit_row(
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
    row = db.execute(_RECORDED.where(and_(audits.c.workspace_id == workspace_id, audits.c.id == change_id))).first()
    return Recorded._make(row) if row else None


def recorded_together(db: Connection, change: Recorded) -> list[Recorded]:
    """All that the request of this change did to entries and breaks, and created; the last first, as it is undone."""
    # One request is of one person and one moment, which the index knows; an index of requests would cost each change
    # a page.
    together = and_(
        audits.c.person_id == change.person_id, audits.c.at == change.at, audits.c.request == change.request, _UNDOABLE
    )
    return [Recorded._make(row) for row in db.execute(_RECORDED.where(together).order_by(audits.c.id.desc()))]


def recorded_settling(db: Connection, change: Recorded) -> list[Recorded]:
    """All of which the request of this change decided that it is billed elsewhere, or is not."""
    together = and_(
        audits.c.person_id == change.person_id,
        audits.c.at == change.at,
        audits.c.request == change.request,
        audits.c.subject.in_(_TIME),
        audits.c.action == change.action,
    )
    return [Recorded._make(row) for row in db.execute(_RECORDED.where(together).order_by(audits.c.id))]


def recorded_since(db: Connection, person_id: int, moment: datetime) -> list[Recorded]:
    """What this person did to entries and breaks since then, or created, the last first."""
    done = and_(audits.c.person_id == person_id, audits.c.at >= moment, _UNDOABLE)
    rows = db.execute(_RECORDED.where(done).order_by(audits.c.id.desc()))  # a clock may have gone back, ids do not
    return [Recorded._make(row) for row in rows]


def recorded_decisions_since(db: Connection, person_id: int, moment: datetime) -> list[Recorded]:
    """The same, and what this person decided that it is billed elsewhere, or is not."""
    decided = and_(audits.c.subject.in_(_TIME), audits.c.action.in_(MARKING))
    done = and_(audits.c.person_id == person_id, audits.c.at >= moment, or_(_UNDOABLE, decided))
    rows = db.execute(_RECORDED.where(done).order_by(audits.c.id.desc()))
    return [Recorded._make(row) for row in rows]


def decided_after(db: Connection, change: Recorded, items: Collection[tuple[str, int]]) -> list[Recorded]:
    """What anybody decided about these, by kind and id, after that change: billed elsewhere, or not any more."""
    of_these = [
        and_(audits.c.subject == kind, audits.c.subject_id.in_([row_id for each, row_id in items if each == kind]))
        for kind in ("entry", "expense")
    ]
    later = and_(audits.c.id > change.id, audits.c.request != change.request, audits.c.action.in_(MARKING))
    return [Recorded._make(row) for row in db.execute(_RECORDED.where(and_(later, or_(*of_these))))]


def recorded_after(db: Connection, change: Recorded, *, within: timedelta) -> list[Recorded]:
    """What the person of this change did to entries and breaks in so much time after it, the first first."""
    # By their ids, for a clock may have gone back; the moments let the index bound the search.
    later = and_(
        audits.c.person_id == change.person_id,
        audits.c.at.between(change.at - _CLOCK_BACK, change.at + within),
        audits.c.id > change.id,
        _UNDOABLE,
    )
    return [Recorded._make(row) for row in db.execute(_RECORDED.where(later).order_by(audits.c.id))]


def last_recorded(db: Connection, person_id: int, subject: Subject, subject_id: int) -> Recorded | None:
    """The last thing that this person did to an entry or a break."""
    of_one = and_(audits.c.person_id == person_id, audits.c.subject == subject, audits.c.subject_id == subject_id)
    row = db.execute(_RECORDED.where(of_one).order_by(audits.c.at.desc(), audits.c.id.desc()).limit(1)).first()
    return Recorded._make(row) if row else None


def snapshot(values: Mapping[str, Any] | None) -> Snapshot | None:
    """Dates and moments as ISO text, for JSON and for comparison with what was recorded."""
    if values is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}

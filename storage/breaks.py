"""Breaks: time of which a person said that they did not work."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from storage.audit import Snapshot
from storage.statements import Query
from storage.tables import Break, table

breaks = table(Break)


class Pause(NamedTuple):
    """One break, which is a word of Python's."""

    id: int
    workspace_id: int
    person_id: int
    started_at: datetime
    ended_at: datetime


_PAUSE = select(breaks.c.id, breaks.c.workspace_id, breaks.c.person_id, breaks.c.started_at, breaks.c.ended_at)
_ONE = Query(
    _PAUSE.where(and_(breaks.c.person_id == bindparam("person"), breaks.c.id == bindparam("pause"))), Pause._make
)
_WITHIN = Query(
    _PAUSE.where(
        and_(
            breaks.c.person_id == bindparam("person"),
            breaks.c.started_at < bindparam("until"),
            breaks.c.ended_at > bindparam("since"),
            breaks.c.started_at >= bindparam("earliest"),
        )
    ).order_by(breaks.c.started_at),
    Pause._make,
)


def within(db: Connection, person_id: int, *, since: datetime, until: datetime, earliest: datetime) -> list[Pause]:
    """The person's breaks that touch [since, until). `earliest` is a moment before which none of them can begin."""
    return _WITHIN.all(db, person=person_id, since=since, until=until, earliest=earliest)


def get(db: Connection, *, person_id: int, pause_id: int) -> Pause | None:
    """One break of this very person."""
    return _ONE.first(db, person=person_id, pause=pause_id)


def add(db: Connection, **values: Any) -> int:
    """A new break; its id."""
    added: int = db.execute(insert(breaks).returning(breaks.c.id), values).scalar_one()
    return added


def remove(db: Connection, pause_id: int) -> None:
    """Forget one break."""
    db.execute(delete(breaks).where(breaks.c.id == pause_id))


def columns(pause: Pause) -> dict[str, Any]:
    """All columns of its row, for the audit."""
    return pause._asdict()


def restore(db: Connection, snapshot: Snapshot) -> None:
    """Put a row back as it was recorded."""
    moments = {name: datetime.fromisoformat(snapshot[name]) for name in ("started_at", "ended_at")}
    db.execute(insert(breaks).values(**snapshot | moments))

"""The job table: put in the transaction of the change that needs it, claimed by exactly one process.

`due` is the product's time, leases are real time (`clock` in the arguments: epoch seconds).
"""

import secrets
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Insert, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.statements import Change, Query, only
from storage.tables import Job, table

jobs = table(Job)

UNHEARD = "DiedOrTooSlow"
"""What a try failed with of which nothing was heard before its lease was over; the next claim notes it."""


class Claimed(NamedTuple):
    """A job that is ours until the lease runs out."""

    key: str
    kind: str
    args: dict[str, Any]
    tries: int
    version: int
    token: str
    error: str | None
    """What the try before this one failed with."""


def _upsert(dialect: Any) -> Insert:
    new = dialect.insert(jobs).values(version=0, tries=0)
    renewed: Insert = new.on_conflict_do_update(
        index_elements=["key"],
        # The version tells a handler that just runs that it was asked for once more; the lease stays its own.
        set_={
            "due": new.excluded.due,
            "args": new.excluded.args,
            "version": jobs.c.version + 1,
            "tries": 0,
            "error": None,
            "failed_at": None,
        },
    )
    return renewed


_PUT = {"sqlite": Change(_upsert(sqlite)), "postgresql": Change(_upsert(postgresql))}
_FREE = or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= bindparam("clock"))
_WAS_LEASED = jobs.c.leased_until.is_not(None)
_CLAIM = Query(
    update(jobs)
    .where(
        jobs.c.key
        == select(jobs.c.key)
        .where(and_(jobs.c.due <= bindparam("now"), _FREE))
        .order_by(jobs.c.due)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite drops this: its writers queue anyway
        .scalar_subquery()
    )
    .values(
        leased_until=bindparam("until"),
        token=bindparam("drawn"),
        tries=jobs.c.tries + 1,
        error=case((_WAS_LEASED, UNHEARD), else_=jobs.c.error),
        failed_at=case((_WAS_LEASED, bindparam("now")), else_=jobs.c.failed_at),
    )
    .returning(*(jobs.c[name] for name in Claimed._fields)),
    Claimed._make,
)
_MINE = and_(jobs.c.key == bindparam("of"), jobs.c.token == bindparam("drawn"))
_UNCHANGED = and_(_MINE, jobs.c.version == bindparam("seen"))
_FINISH = Change(delete(jobs).where(_UNCHANGED))
_RENEW = Change(
    update(jobs)
    .where(_UNCHANGED)
    .values(due=bindparam("again"), leased_until=None, token=None, tries=0, error=None, failed_at=None)
)
_RELEASE = Change(update(jobs).where(_MINE).values(leased_until=None, token=None, tries=0))
_FAIL = Change(
    update(jobs)
    .where(_UNCHANGED)
    .values(due=bindparam("again"), leased_until=None, token=None, error=bindparam("text"), failed_at=bindparam("at"))
)
_ANY_DUE = Query(select(jobs.c.key).where(and_(jobs.c.due <= bindparam("now"), _FREE)).limit(1), only)

State = Literal["failed", "running", "due", "waiting"]
"""Given up and left to a person; leased; to be done now; failed before and tried again later."""


class Listed(NamedTuple):
    """A job as whoever runs the bot sees it. `since`, in epoch seconds: when it was due, or failed last."""

    state: State
    key: str
    tries: int
    since: int
    error: str | None


_IS_LEASED = jobs.c.leased_until > bindparam("clock")
_IS_DUE = jobs.c.due <= bindparam("now")
_STATE = case((_IS_LEASED, "running"), (_IS_DUE, "due"), (jobs.c.due.is_(None), "failed"), else_="waiting")
_SINCE = case((or_(_IS_LEASED, _IS_DUE), jobs.c.due), else_=jobs.c.failed_at)
_LISTED = Query(
    select(_STATE, jobs.c.key, jobs.c.tries, _SINCE, jobs.c.error)
    .where(or_(_IS_LEASED, _IS_DUE, jobs.c.error.is_not(None)))
    .order_by(_SINCE, jobs.c.key),
    Listed._make,
)
_RETRIED = (
    update(jobs)
    .where(and_(jobs.c.error.is_not(None), _FREE))
    .values(due=bindparam("again"), tries=0, error=None, failed_at=None)
    .returning(jobs.c.key)
)
_RETRY = Query(_RETRIED, only)
_RETRY_ONE = Query(_RETRIED.where(jobs.c.key == bindparam("of")), only)


def put(db: Connection, kind: str, key: str, *, due: datetime, **args: Any) -> None:
    """Have `kind` done with `args` at `due`. The job exists exactly when the caller's transaction commits.

    A second put of the same key moves the first; one that is running already runs again afterwards.
    """
    _PUT[db.dialect.name].run(db, key=key, kind=kind, args=args, due=int(due.timestamp()))


def hasten(db: Connection, prefix: str, *, now: datetime) -> None:
    """Have the jobs whose keys begin so done now; one that is running already runs again afterwards."""
    changed = {"due": int(now.timestamp()), "version": jobs.c.version + 1}
    db.execute(update(jobs).where(jobs.c.key.startswith(prefix, autoescape=True)).values(**changed))


def any_of(db: Connection, prefix: str) -> bool:
    """Whether there is a job whose key begins so."""
    return db.execute(select(jobs.c.key).where(jobs.c.key.startswith(prefix, autoescape=True))).first() is not None


def drop(db: Connection, key: str) -> None:
    """Forget a job that is no longer wanted; one that is running ends by itself."""
    db.execute(delete(jobs).where(jobs.c.key == key))


def is_due(db: Connection, *, now: datetime, clock: int) -> bool:
    """Whether there is something to claim; reads only, so that an idle process writes nothing."""
    return _ANY_DUE.first(db, now=int(now.timestamp()), clock=clock) is not None


def claim(db: Connection, *, now: datetime, clock: int, lease: int) -> Claimed | None:
    """The job that has been due the longest, leased for `lease` seconds to exactly one caller."""
    drawn = secrets.token_hex(8)
    return _CLAIM.first(db, now=int(now.timestamp()), clock=clock, until=clock + lease, drawn=drawn)


def finish(db: Connection, job: Claimed, *, again: datetime | None) -> None:
    """Done: forget it, or run it once more at `again`. A job that was put anew meanwhile stays due as that put said."""
    mine = {"of": job.key, "drawn": job.token, "seen": job.version}
    closing = _FINISH if again is None else _RENEW
    when = {} if again is None else {"again": int(again.timestamp())}
    if closing.run(db, **mine, **when) == 0:
        _RELEASE.run(db, of=job.key, drawn=job.token)


def fail(db: Connection, job: Claimed, *, at: datetime, again: datetime | None, error: str) -> None:
    """Not done `at` this moment: try at `again`, or, with None, leave it for a person to look at.

    A job that was put anew meanwhile stays due as that put said, with all its tries.
    """
    when = int(again.timestamp()) if again else None
    mine = {"of": job.key, "drawn": job.token, "seen": job.version}
    if _FAIL.run(db, **mine, again=when, text=error, at=int(at.timestamp())) == 0:
        _RELEASE.run(db, of=job.key, drawn=job.token)


def waiting(db: Connection, key: str) -> bool:
    """Whether a job of this key exists."""
    return db.execute(select(func.count()).select_from(jobs).where(jobs.c.key == key)).scalar_one() > 0


def listed(db: Connection, *, now: datetime, clock: int) -> list[Listed]:
    """All jobs but those that are only planned, whoever they are for; the longest waiting first."""
    return _LISTED.all(db, now=int(now.timestamp()), clock=clock)


def retry(db: Connection, key: str | None, *, now: datetime, clock: int) -> list[str]:
    """Have a job that failed, or with None all of them, tried again at once and with all tries; their keys."""
    which = _RETRY if key is None else _RETRY_ONE
    values = {"again": int(now.timestamp()), "clock": clock} | ({} if key is None else {"of": key})
    return sorted(which.all(db, **values))

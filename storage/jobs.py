"""The job table: put in the transaction of the change that needs it, claimed by exactly one process.

`due` is the product's time, leases are real time (`clock` in the arguments: epoch seconds).
"""

import secrets
import time
from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.rows import columns_of, row_values
from storage.statements import Query, Statement, single_value
from storage.tables import Job, jobs

_UNLEASED = update(jobs).values(leased_until=None, token=None)

UNHEARD = "DiedOrTooSlow"
"""The error of a try that never ended before its lease ran out; the next claim writes it down."""


class Claimed(NamedTuple):
    """A job that is ours until the lease runs out."""

    key: str
    kind: str
    args: dict[str, Any]
    tries: int
    version: int
    token: str
    error: str | None
    """The error of the try before this one."""


def _upsert(dialect: Any) -> Insert:
    new = dialect.insert(jobs).values(version=0, tries=0)
    renewed: Insert = new.on_conflict_do_update(
        index_elements=["key"],
        # The version tells a running handler that the job was put again; its lease stays.
        set_={
            "due": new.excluded.due,
            "placed": new.excluded.placed,
            "args": new.excluded.args,
            "version": jobs.c.version + 1,
            "tries": 0,
            "error": None,
            "failed_at": None,
        },
    )
    return renewed


_PUT = {"sqlite": Statement(_upsert(sqlite)), "postgresql": Statement(_upsert(postgresql))}


def _is_free(clock: int | BindParameter[int]) -> ColumnElement[bool]:
    """Nobody has the job, or whoever had it let the lease run out."""
    return or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= clock)


_ANY_DUE: Query[str] = Query(
    select(jobs.c.key).where(jobs.c.due <= bindparam("now"), _is_free(bindparam("clock"))).limit(1), single_value
)

State = Literal["failed", "running", "due", "waiting"]
"""In this order: given up and left to a person; being done; to be done now; failed before and tried again later."""


class Listed(NamedTuple):
    """A job as whoever runs the bot sees it. `since`, in epoch seconds: when it was due, or failed last."""

    state: State
    key: str
    tries: int
    since: int
    error: str | None


def put_job(db: Connection, kind: str, key: str, *, due: datetime, **args: Any) -> None:
    """Have `kind` done with `args` at `due`. The job exists exactly when the caller's transaction commits.

    A second put of the same key moves the first; one that is running already runs again afterwards.
    """
    new = row_values(Job, key=key, kind=kind, args=args, due=int(due.timestamp()), placed=time.time_ns())
    _PUT[db.dialect.name].run(db, **new)


def hasten_jobs(db: Connection, prefix: str, *, now: datetime) -> None:
    """Make the jobs whose keys begin with `prefix` due now; one that is running already runs again afterwards."""
    db.execute(
        update(jobs)
        .where(jobs.c.key.startswith(prefix, autoescape=True))
        .values(due=int(now.timestamp()), version=jobs.c.version + 1)
    )


def bring_forward(db: Connection, prefix: str, *, to: datetime) -> None:
    """Have the jobs whose keys begin with `prefix` be due at that moment at the latest."""
    moment = int(to.timestamp())
    later = and_(jobs.c.key.startswith(prefix, autoescape=True), jobs.c.due > moment)
    db.execute(update(jobs).where(later).values(due=moment, version=jobs.c.version + 1))


def any_job(db: Connection, prefix: str) -> bool:
    """Whether there is a job whose key begins with `prefix`."""
    return db.execute(select(jobs.c.key).where(jobs.c.key.startswith(prefix, autoescape=True))).first() is not None


def drop_job(db: Connection, key: str) -> None:
    """Forget a job that is no longer wanted; one that is running ends by itself."""
    db.execute(delete(jobs).where(jobs.c.key == key))


def any_job_due(db: Connection, *, now: datetime, clock: int) -> bool:
    """Whether there is something to claim; reads only, so that an idle process writes nothing."""
    return _ANY_DUE.first(db, now=int(now.timestamp()), clock=clock) is not None


def claim_job(db: Connection, *, now: datetime, clock: int, lease: int, not_of: Collection[str] = ()) -> Claimed | None:
    """The job that has been due the longest, leased for `lease` seconds to exactly one caller.

    Of several that are due at one moment it is the one that was put first: so messages come in their order.
    `not_of` are kinds that have to wait.
    """
    at = int(now.timestamp())
    longest_due = (
        select(jobs.c.key)
        .where(jobs.c.due <= at, _is_free(clock), jobs.c.kind.not_in(not_of))
        .order_by(jobs.c.due, jobs.c.placed)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite drops this: its writers queue anyway
    )
    was_leased = jobs.c.leased_until.is_not(None)
    leased = (
        update(jobs)
        .where(jobs.c.key == longest_due.scalar_subquery())
        .values(
            leased_until=clock + lease,
            token=secrets.token_hex(8),
            tries=jobs.c.tries + 1,
            error=case((was_leased, UNHEARD), else_=jobs.c.error),
            failed_at=case((was_leased, at), else_=jobs.c.failed_at),
        )
        .returning(*columns_of(Claimed, jobs))
    )
    row = db.execute(leased).first()
    return None if row is None else Claimed._make(row)


def note_in_job(db: Connection, key: str, *, unless: Collection[str] = (), **noted: Any) -> bool:
    """Add to what a job is called with, for its next try: how far this one came.

    False: the job is done, or one of `unless` was noted already, by whoever has it since our lease was over.
    """
    of_key = jobs.c.key == key
    args: dict[str, Any] | None = db.execute(select(jobs.c.args).where(of_key).with_for_update()).scalar_one_or_none()
    if args is None or any(args.get(name) for name in unless):
        return False
    db.execute(update(jobs).where(of_key).values(args=args | noted))
    return True


def finish_job(db: Connection, job: Claimed, *, again: datetime | None) -> None:
    """Done: forget it, or run it once more at `again`. A job that was put anew meanwhile stays due as that put said."""
    if again is None:
        _close(db, job, delete(jobs))
    else:
        _close(db, job, _UNLEASED.values(due=int(again.timestamp()), tries=0, error=None, failed_at=None))


def fail_job(db: Connection, job: Claimed, *, at: datetime, again: datetime | None, error: str) -> None:
    """Not done `at` this moment: try at `again`, or, with None, leave it for a person to look at.

    A job that was put anew meanwhile stays due as that put said, with all its tries.
    """
    due = int(again.timestamp()) if again else None
    _close(db, job, _UNLEASED.values(due=due, error=error, failed_at=int(at.timestamp())))


def _close(db: Connection, job: Claimed, closing: Update | Delete) -> None:
    """Close a job that is still ours and was not put anew since it was claimed; otherwise only end our lease."""
    ours = and_(jobs.c.key == job.key, jobs.c.token == job.token)
    if db.execute(closing.where(ours, jobs.c.version == job.version)).rowcount == 0:
        db.execute(_UNLEASED.where(ours).values(tries=0))


def goes_on(db: Connection, key: str) -> bool:
    """Whether a job of this key is still to be done; one that was given up is not."""
    return db.execute(select(jobs.c.key).where(jobs.c.key == key, jobs.c.due.is_not(None))).first() is not None


def args_of_waiting(db: Connection, key: str, *, now: datetime) -> dict[str, Any] | None:
    """What a job of this key that is to be done later is called with; None where none waits."""
    waits = and_(jobs.c.key == key, jobs.c.due > int(now.timestamp()), jobs.c.leased_until.is_(None))
    args: dict[str, Any] | None = db.execute(select(jobs.c.args).where(waits)).scalar_one_or_none()
    return args


def job_exists(db: Connection, key: str) -> bool:
    """Whether a job of this key exists."""
    return db.execute(select(func.count()).select_from(jobs).where(jobs.c.key == key)).scalar_one() > 0


def list_jobs(db: Connection, *, now: datetime, clock: int) -> list[Listed]:
    """All jobs but those that are only planned, whoever they are for; the longest waiting first."""
    is_leased, is_due = jobs.c.leased_until > clock, jobs.c.due <= int(now.timestamp())
    state = case((is_leased, "running"), (is_due, "due"), (jobs.c.due.is_(None), "failed"), else_="waiting")
    since = case((or_(is_leased, is_due), jobs.c.due), else_=jobs.c.failed_at)
    found = (
        select(*columns_of(Listed, jobs, state=state, since=since))
        .where(or_(is_leased, is_due, jobs.c.error.is_not(None)))
        .order_by(since, jobs.c.key)
    )
    return [Listed._make(row) for row in db.execute(found)]


def retry_jobs(db: Connection, key: str | None, *, now: datetime, clock: int) -> list[str]:
    """Have a job that failed, or with None all of them, tried again at once and with all tries; their keys."""
    retried = (
        update(jobs)
        .where(jobs.c.error.is_not(None), _is_free(clock))
        .values(due=int(now.timestamp()), tries=0, error=None, failed_at=None)
        .returning(jobs.c.key)
    )
    if key is not None:
        retried = retried.where(jobs.c.key == key)
    return sorted(db.execute(retried).scalars())

"""Work outside a request: exactly one process does a job, none is lost, and none is repeated for ever."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from bot.core.jobs import Handler, JobKind
from bot.jobs import KINDS, LONGEST_BACKOFF, run_one, work
from storage import jobs as job_rows
from storage.database import Database
from storage.jobs import Claimed
from tests.conftest import T0, FrozenClock

REAL = 1_000_000
"""Epoch seconds of the real clock, which leases follow."""
LEASE = 60


@pytest.fixture
def database(bot: Bot) -> Database:
    return bot.database


def done_by(name: str, handler: Handler) -> JobKind:
    """A kind of this name with another handler."""
    kind = JobKind(name, key=name, untiring=name in KINDS and KINDS[name].untiring)
    kind.handler(handler)
    return kind


def put(database: Database, key: str = "job:1", *, due: datetime = T0, **args: Any) -> None:
    with database.write() as db:
        job_rows.put_job(db, "test", key, due=due, **args)


def claim(database: Database, *, now: datetime = T0, clock: int = REAL) -> Claimed | None:
    with database.write() as db:
        return job_rows.claim_job(db, now=now, clock=clock, lease=LEASE)


def claimed(database: Database, *, now: datetime = T0, clock: int = REAL) -> Claimed:
    job = claim(database, now=now, clock=clock)
    assert job is not None
    return job


def finish(database: Database, job: Claimed, *, again: datetime | None = None) -> None:
    with database.write() as db:
        job_rows.finish_job(db, job, again=again)


def fail(database: Database, job: Claimed, *, again: datetime | None) -> None:
    with database.write() as db:
        job_rows.fail_job(db, job, at=T0, again=again, error="Broken (E-1)")


def table(database: Database) -> list[Any]:
    with database.read() as db:
        return list(db.execute(select(job_rows.jobs).order_by(job_rows.jobs.c.key)))


# Claiming


def test_a_job_is_claimed_with_what_it_was_given_and_forgotten_once_done(database: Database) -> None:
    put(database, draft_id=7)
    job = claimed(database)
    assert (job.key, job.kind, job.args, job.tries) == ("job:1", "test", {"draft_id": 7}, 1)
    finish(database, job)
    assert table(database) == []


def test_a_job_of_a_transaction_that_failed_does_not_exist(database: Database) -> None:
    def put_and_fail() -> None:
        with database.write() as db:
            job_rows.put_job(db, "test", "job:1", due=T0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    assert claim(database) is None


def test_the_job_that_has_been_due_the_longest_comes_first(database: Database) -> None:
    for minutes in (2, 3, 1):
        put(database, f"job:{minutes}", due=T0 - timedelta(minutes=minutes))
    assert [claimed(database).key for _ in range(3)] == ["job:3", "job:2", "job:1"]


@pytest.mark.parametrize("keys", ["abc", "cba", "bca"])
def test_of_jobs_that_are_due_at_one_moment_the_one_that_was_put_first_comes_first(
    database: Database, keys: str
) -> None:
    for key in (*"xyz", *keys):
        put(database, key)
    for _ in "xyz":
        finish(database, claimed(database))  # leaves holes that the next ones may be written into
    put(database, keys[0])  # put anew: behind the others
    put(database, "last")
    assert [claimed(database).key for _ in range(4)] == [keys[1], keys[2], keys[0], "last"]


def test_a_job_is_not_done_before_it_is_due(database: Database) -> None:
    put(database, due=T0 + timedelta(seconds=1))
    with database.read() as db:
        assert not job_rows.any_job_due(db, now=T0, clock=REAL)
    assert claim(database) is None
    assert claim(database, now=T0 + timedelta(seconds=1)) is not None


def test_of_several_who_reach_for_a_job_exactly_one_gets_it(database: Database) -> None:
    numbers = range(12)
    for number in numbers:
        put(database, f"job:{number}")
    start = threading.Barrier(6)

    def work_off() -> list[str]:
        start.wait()
        mine = []
        while job := claim(database):
            mine.append(job.key)
        return mine

    with ThreadPoolExecutor(6) as crowd:
        shares = [share.result() for share in [crowd.submit(work_off) for _ in range(6)]]
    assert sorted(key for share in shares for key in share) == sorted(f"job:{number}" for number in numbers)


# Leases


def test_a_job_whose_process_died_reappears_when_its_lease_is_over(database: Database) -> None:
    put(database)
    claimed(database)
    assert claim(database, clock=REAL + LEASE - 1) is None
    assert claimed(database, clock=REAL + LEASE).tries == 2


def test_leases_follow_the_real_clock_and_not_the_one_that_the_demo_moves(database: Database) -> None:
    put(database)
    claimed(database)
    assert claim(database, now=T0 + timedelta(days=30)) is None


@pytest.mark.parametrize("late", [finish, fail])
def test_who_comes_back_after_the_lease_was_over_cannot_close_the_job_of_the_next(
    database: Database, late: Callable[..., None]
) -> None:
    put(database)
    first = claimed(database)
    second = claimed(database, clock=REAL + LEASE)
    late(database, first, again=None)
    ((row),) = table(database)
    assert (row.token, row.leased_until, row.due) == (second.token, REAL + 2 * LEASE, int(T0.timestamp()))
    finish(database, second)
    assert table(database) == []


# Putting again


def test_a_second_put_moves_the_job_and_renews_what_it_was_given(database: Database) -> None:
    put(database, due=T0, day=1)
    put(database, due=T0 + timedelta(hours=1), day=2)
    assert claim(database) is None
    assert claimed(database, now=T0 + timedelta(hours=1)).args == {"day": 2}


def test_a_job_that_is_put_while_it_runs_runs_once_more_and_not_at_the_same_time(database: Database) -> None:
    put(database, day=1)
    running = claimed(database)
    put(database, day=2)
    assert claim(database) is None
    finish(database, running)
    again = claimed(database)
    assert (again.args, again.tries) == ({"day": 2}, 1)
    finish(database, again)
    assert table(database) == []


@pytest.mark.parametrize("again", [None, T0 + timedelta(hours=1)])
def test_a_job_that_is_put_while_it_fails_is_neither_lost_nor_delayed(
    database: Database, again: datetime | None
) -> None:
    put(database, day=1)
    running = claimed(database)
    put(database, day=2)
    fail(database, running, again=again)
    assert claimed(database).args == {"day": 2}


def test_a_job_that_is_put_while_it_wants_to_come_back_later_comes_when_it_was_put_for(database: Database) -> None:
    put(database)
    running = claimed(database)
    put(database, due=T0 + timedelta(minutes=1))
    finish(database, running, again=T0 + timedelta(days=1))
    assert claim(database) is None
    assert claim(database, now=T0 + timedelta(minutes=1)) is not None


def test_a_dropped_job_is_not_done_and_its_end_does_not_matter(database: Database) -> None:
    put(database)
    running = claimed(database)
    with database.write() as db:
        job_rows.drop_job(db, "job:1")
    finish(database, running, again=T0)
    assert table(database) == []


# Doing


def test_a_job_can_ask_to_come_back(bot: Bot, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock) -> None:
    seen: list[int] = []

    def handler(_bot: Bot, day: int) -> datetime | None:
        seen.append(day)
        return bot.now() + timedelta(days=1) if len(seen) < 3 else None

    monkeypatch.setitem(KINDS, "test", done_by("test", handler))
    put(bot.database, day=5)
    for _ in range(5):
        while run_one(bot):
            pass
        clock.forward_by(days=1)
    assert seen == [5, 5, 5]
    assert table(bot.database) == []


@pytest.mark.expects_errors
def test_a_job_that_fails_is_tried_again_ever_later_and_then_left_for_a_person(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(_bot: Bot, api_key: str) -> None:
        raise ValueError(f"cannot use {api_key}")

    monkeypatch.setitem(KINDS, "test", done_by("test", handler))
    put(bot.database, api_key="secret")
    waits = []
    for number in range(1, bot.settings.job_tries + 1):
        assert run_one(bot)
        ((row),) = table(bot.database)
        said = re.fullmatch(r"ValueError \((E-[0-9A-F]{6})\)", row.error)
        assert said
        assert f"job job:1 failed, try {number} (error {said[1]})" in caplog.text
        if row.due is None:
            break
        waits.append(row.due - int(bot.now().timestamp()))
        assert not run_one(bot)
        clock.forward_by(seconds=waits[-1])
    assert row.due is None
    assert row.tries == bot.settings.job_tries == len(waits) + 1
    assert waits[:3] == [bot.settings.job_backoff * factor for factor in (2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_BACKOFF.total_seconds()
    clock.forward_by(days=365)
    assert not run_one(bot)


@pytest.fixture
def deaths(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Do what is due with a handler that ends its process; how often that happens, a lease apart, until nothing is."""
    real = [REAL]
    monkeypatch.setattr("bot.jobs.lease_clock", lambda: real[0])

    def die(_bot: Bot) -> None:
        raise SystemExit

    def count(kind: str) -> int:
        monkeypatch.setitem(KINDS, kind, done_by(kind, die))
        number = 0
        while True:
            try:
                if not run_one(bot):
                    return number
            except SystemExit:
                number += 1
                real[0] += bot.settings.job_lease

    return count


@pytest.mark.expects_errors
def test_a_job_that_ends_its_process_each_time_is_given_up_like_any_other(
    bot: Bot, clock: FrozenClock, deaths: Callable[[str], int]
) -> None:
    put(bot.database)
    assert deaths("test") == bot.settings.job_tries
    ((row),) = table(bot.database)
    assert row.due is None
    assert re.fullmatch(r"DiedOrTooSlow \(E-[0-9A-F]{6}\)", row.error)
    clock.forward_by(days=365)
    assert deaths("test") == 0


@pytest.mark.expects_errors
def test_a_delivery_that_ends_its_process_each_time_is_tried_ever_more_seldom(
    bot: Bot, clock: FrozenClock, deaths: Callable[[str], int]
) -> None:
    with bot.database.write() as db:
        job_rows.put_job(db, "deliver", "deliver:1", due=T0)
    assert deaths("deliver") == bot.settings.job_tries
    for _ in range(3):
        clock.forward(LONGEST_BACKOFF)
        assert deaths("deliver") == 1


def test_what_was_never_heard_of_is_the_reason_until_the_job_is_done(database: Database) -> None:
    put(database)
    assert claimed(database).error is None
    again = claimed(database, clock=REAL + LEASE)
    assert again.error == job_rows.UNHEARD
    finish(database, again, again=T0)
    assert claimed(database).error is None


@pytest.mark.expects_errors
def test_a_job_that_was_given_up_begins_anew_when_it_is_put_again(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock
) -> None:
    outcomes = iter([ValueError("no"), None])

    def handler(_bot: Bot) -> None:
        if outcome := next(outcomes):
            raise outcome

    monkeypatch.setitem(KINDS, "test", done_by("test", handler))
    put(bot.database)
    job = claimed(bot.database)
    fail(bot.database, job, again=None)
    put(bot.database)
    assert run_one(bot)
    clock.forward_by(seconds=bot.settings.job_backoff * 2)
    assert run_one(bot)
    assert table(bot.database) == []


@pytest.mark.expects_errors
def test_a_job_of_a_newer_version_waits_and_stops_nobody(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setitem(KINDS, "test", done_by("test", lambda _bot: done.append("test")))
    with bot.database.write() as db:
        job_rows.put_job(db, "from the future", "future:1", due=T0 - timedelta(hours=1))
    put(bot.database)
    assert run_one(bot)
    assert run_one(bot)
    assert done == ["test"]
    assert [row.error.partition(" ")[0] for row in table(bot.database)] == ["KeyError"]


@pytest.mark.expects_errors
def test_the_worker_goes_on_after_the_database_was_away(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    monkeypatch.setitem(KINDS, "test", done_by("test", lambda _bot: stop.set()))
    put(bot.database)
    asked: list[int] = []

    def is_due(db: Any, *, now: datetime, clock: int) -> bool:
        asked.append(clock)
        if len(asked) == 1:
            raise ConnectionError("away")
        return True

    monkeypatch.setattr("storage.jobs.any_job_due", is_due)
    monkeypatch.setattr(stop, "wait", lambda _timeout: None)
    work(bot, stop)
    assert len(asked) >= 2
    assert "job:1" not in [row.key for row in table(bot.database)]

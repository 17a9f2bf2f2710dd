"""Jobs at once: one that hangs holds up none that waits for something else, and no job is done by two."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from bot.core.deadlines import Deadline
from bot.core.jobs import Handler, JobKind
from bot.jobs import KINDS, work
from storage import jobs as job_rows
from tests.conftest import T0

PATIENCE = 30
"""Seconds for what takes milliseconds on an idle machine."""


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Handler], None]:
    """Have jobs of a kind done otherwise, in their lane."""

    def replace(name: str, handler: Handler) -> None:
        kind = JobKind(name, key=name, lane=KINDS[name].lane)
        kind.handler(handler)
        monkeypatch.setitem(KINDS, name, kind)

    return replace


@pytest.fixture
def hang() -> Iterator[threading.Event]:
    """Whoever waits for it hangs until the test is over."""
    over = threading.Event()
    yield over
    over.set()


@contextmanager
def working(bot: Bot, *, poll: float = 0.05, stop_within: float = PATIENCE) -> Iterator[threading.Event]:
    """The loop, in a thread of its own, until the end of the block."""
    bot.settings.__dict__["job_poll"] = poll
    stop = threading.Event()
    loop = threading.Thread(target=work, args=(bot, stop), kwargs={"stop_within": stop_within}, daemon=True)
    loop.start()
    try:
        yield stop
    finally:
        stop.set()
        loop.join(PATIENCE)
        assert not loop.is_alive()


def put(bot: Bot, kind: str, key: str) -> None:
    with bot.database.write() as db:
        job_rows.put_job(db, kind, key, due=T0, called=key)


def wait_for(true: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE
    while not true():
        assert monotonic() < end, "in vain"
        sleep(0.01)


@pytest.mark.parametrize("stuck", ["import", "deliver", "summary", "post"])
def test_jobs_that_hang_leave_those_of_other_lanes_on_time(
    bot: Bot, handled: Callable[[str, Handler], None], hang: threading.Event, stuck: str
) -> None:
    done: list[str] = []
    others = [kind for kind in ("import", "deliver", "summary", "connected") if KINDS[kind].lane != KINDS[stuck].lane]
    handled(stuck, lambda _bot, called: hang.wait(60) and None)
    for kind in others:
        handled(kind, lambda _bot, called: done.append(called))
    for number in range(5):
        put(bot, stuck, f"{stuck}:{number}")
    with working(bot, stop_within=0):
        wait_for(lambda: running(bot) == bot.settings.jobs_at_once)
        for kind in others:
            put(bot, kind, f"{kind}:late")
        wait_for(lambda: len(done) == len(others))
    assert sorted(done) == sorted(f"{kind}:late" for kind in others)


def test_of_one_lane_so_many_are_done_at_once_and_none_twice(bot: Bot, handled: Callable[[str, Handler], None]) -> None:
    done: list[str] = []
    at_once: list[int] = []
    count = threading.Lock()
    busy = [0]

    def handler(_bot: Bot, called: str) -> None:
        with count:
            busy[0] += 1
            at_once.append(busy[0])
        sleep(0.02)
        with count:
            busy[0] -= 1
            done.append(called)

    for kind in ("deliver", "adopt"):  # one lane
        handled(kind, handler)
    keys = [f"{kind}:{number}" for number in range(10) for kind in ("deliver", "adopt")]
    for key in keys:
        put(bot, key.partition(":")[0], key)
    with working(bot, poll=PATIENCE / 2):  # a lane that waited for the poll between two jobs would be too late
        wait_for(lambda: len(done) == len(keys))
    assert sorted(done) == sorted(keys)
    assert max(at_once) == bot.settings.jobs_at_once


def test_a_stop_waits_for_jobs_at_hand_but_not_for_ever(
    bot: Bot, handled: Callable[[str, Handler], None], hang: threading.Event
) -> None:
    done: list[str] = []
    begun = threading.Event()

    def slow(_bot: Bot, called: str) -> None:
        begun.set()
        sleep(0.5)
        done.append(called)

    handled("import", lambda _bot, called: hang.wait(60) and None)
    handled("deliver", slow)
    put(bot, "import", "import:1")
    put(bot, "deliver", "deliver:1")
    began = monotonic()
    with working(bot, stop_within=2) as stop:
        assert begun.wait(PATIENCE)
        put(bot, "deliver", "deliver:2")
        put(bot, "deliver", "deliver:3")
        stop.set()
    assert monotonic() - began < PATIENCE
    assert "deliver:1" in done
    assert "deliver:3" not in done
    with bot.database.read() as db:
        left = db.execute(select(job_rows.jobs.c.leased_until).where(job_rows.jobs.c.key == "import:1")).scalar_one()
    assert left is not None, "it comes back with its lease, as after a crash"


def test_the_calls_of_a_job_end_before_its_lease(bot: Bot, handled: Callable[[str, Handler], None]) -> None:
    granted: list[float] = []
    handled("deliver", lambda _bot, called: granted.append(Deadline(1_000_000).seconds))
    put(bot, "deliver", "deliver:1")
    with working(bot):
        wait_for(lambda: bool(granted))
    assert 0 < granted[0] < bot.settings.job_lease


def running(bot: Bot) -> int:
    with bot.database.read() as db:
        return len(db.execute(select(job_rows.jobs.c.key).where(job_rows.jobs.c.leased_until.is_not(None))).all())

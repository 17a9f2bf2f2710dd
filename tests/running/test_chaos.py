"""The crash test in its short form; `make chaos` is the long one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chaos import people
from chaos.processes import family_of
from chaos.run import run
from chaos.town import Size
from playground.slack.state import Refused
from tests.conftest import NewDatabase


@pytest.mark.slow
def test_whoever_is_killed_and_whatever_billomat_answers_nothing_is_lost_and_nothing_comes_twice(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    url = new_database(tmp_path)
    bots = 1 if url.startswith("sqlite") else 2
    size = Size(deliveries=10, bots=bots, imports=1, crowd=0, people=3, days=1, rounds=1, pace=1, kills=2)
    report = run(3, size, url, tmp_path)
    assert report.wrong == ()
    assert (report.deliveries, report.deeds, report.summaries) == (10, 10, 3)
    assert report.kills + report.stood_still >= 4  # one in each part; how many more depends on how fast it goes


def test_what_has_ended_already_is_not_what_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as working:
        ended = subprocess.Popen([sys.executable, "-c", ""])
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has looked yet
        family = family_of(os.getpid())
        assert working.pid in family
        assert ended.pid not in family
        ended.wait()
        working.communicate(b"\n")


class Clock:
    """Time that passes while somebody sleeps, and at no other time."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("ends_at", "left"),
    [
        ((10, 500, 1000, 1500), []),  # ever fewer: on a busy machine each has the whole patience
        ((10, 500), ["d2", "d3"]),
        ((), ["d0", "d1", "d2", "d3"]),
        ((), []),
    ],
)
def test_people_wait_as_long_as_anything_comes_to_an_end_and_say_what_did_not(
    monkeypatch: pytest.MonkeyPatch, ends_at: tuple[int, ...], left: list[str]
) -> None:
    clock = Clock()
    monkeypatch.setattr(people, "time", clock)
    all_of_it = [f"d{n}" for n in range(len(ends_at) + len(left))]

    def waiting() -> list[str]:
        return all_of_it[sum(end <= clock.now for end in ends_at) :]

    said = people.wait_until_none(waiting)
    assert [sentence.rpartition(" ")[2] for sentence in said] == left
    last = max((0, *ends_at))
    assert last <= clock.now <= last + (people.PATIENCE + 1 if left else 1)


def test_people_stop_waiting_where_nothing_can_be_seen_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(people, "time", clock)

    def nobody_sees() -> list[str]:
        assert clock.now <= people.PATIENCE + 1, "for ever"
        raise Refused("a message that is gone")

    with pytest.raises(TimeoutError):
        people.wait_until_none(nobody_sees)

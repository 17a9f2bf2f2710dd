"""The clock of the playground, which several threads move and other processes read."""

from datetime import timedelta
from pathlib import Path

from playground.slack.clock import Clock
from tests.conftest import at_once

EACH = 200


def test_two_who_move_the_clock_at_once_lose_nothing_of_it(tmp_path: Path) -> None:
    clock = Clock(file=tmp_path / "clock")

    def moves() -> None:
        for _ in range(EACH):
            clock.forward(timedelta(seconds=1))

    at_once(moves, moves)
    assert (tmp_path / "clock").read_text() == str(2 * EACH)

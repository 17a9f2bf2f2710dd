"""Start, stop, switch, status: what a person can rely on about timers."""

from playground.person import Person
from tests.conftest import FrozenClock


def test_a_timer_runs_from_start_to_stop(projects: None, anna: Person, clock: FrozenClock) -> None:
    said = anna.types("/track start acme website")
    assert said
    assert "Acme GmbH › Website runs since 10:00" in said.plain()
    clock.forward_by(minutes=90)
    said = anna.types("/track stop")
    assert said
    assert "Acme GmbH › Website · 1:30 h (10:00–11:30)" in said.plain()

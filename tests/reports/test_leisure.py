"""What takes longer to add up than Slack waits: said to be on its way, and then shown in its place."""

import threading
from collections.abc import Iterator

import pytest

from bot.reports import report as reports
from bot.reports.report import Report
from bot.slack import leisure
from playground.person import Person
from tests.deeds import until

BUSY = 10
"""Seconds that a busy machine may take for what ends at once."""


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A database that answers no report until this is set, and an ack that does not wait for it."""
    may_go, read = threading.Event(), reports.read_report

    def read_later(*args: object, **kwargs: object) -> Report:
        assert may_go.wait(BUSY)
        return read(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(reports, "read_report", read_later)
    monkeypatch.setattr(leisure, "IN_TIME", 0.05)
    yield may_go
    may_go.set()


@pytest.mark.parametrize(
    ("who", "typed", "on_its_way", "total"),
    [("anna", "/track report all", "one moment", "2:00 h"), ("finn", "/track bericht 2025", "einen Moment", "0:00 h")],
)
def test_a_report_of_years_is_said_to_be_on_its_way_and_comes(
    request: pytest.FixtureRequest,
    projects: None,
    anna: Person,
    held: threading.Event,
    who: str,
    typed: str,
    on_its_way: str,
    total: str,
) -> None:
    anna.types("/track log 2h acme website")
    person: Person = request.getfixturevalue(who)
    answer = person.types(typed)
    assert answer
    assert on_its_way in answer.plain()
    held.set()
    until(person.workspace, lambda: any(f": {total}" in text for text in person.sees))


def test_a_click_that_asks_for_years_is_answered_in_place_when_they_are_added_up(
    projects: None, anna: Person, held: threading.Event
) -> None:
    anna.types("/track log 2h acme website")
    anna.types("/track list all")
    shown = len(anna.sees)
    anna.clicks("As a report")
    held.set()
    until(anna.workspace, lambda: "by project" in anna.sees[-1])
    assert len(anna.sees) == shown


def test_what_is_called_so_by_nobody_is_refused_also_when_that_comes_late(
    projects: None, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leisure, "IN_TIME", 0)
    anna.types("/track report all nobody")
    until(anna.workspace, lambda: any("“nobody”" in text for text in anna.sees))


def test_a_month_is_waited_for(projects: None, anna: Person, held: threading.Event) -> None:
    held.set()
    answer = anna.types("/track report")
    assert answer
    assert "one moment" not in answer.plain()

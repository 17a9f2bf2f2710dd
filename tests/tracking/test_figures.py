"""Times and figures that stand together fit: lines, sums, zones, and what an invoice counts of the same days."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.context import Bot
from bot.people.callers import acting
from bot.tracking import lists
from bot.tracking.filtering import of_own
from bot.tracking.rules.filters import Filter
from bot.tracking.views.lists import MOST_LINE_BLOCKS, listed
from playground.person import Person
from playground.slack.workspace import Workspace
from storage import people as people_rows
from storage import spans as span_rows
from storage import tracking as tracking_rows
from storage.rows import insert_row
from storage.tables import TimeEntry
from tests.conftest import FrozenClock
from tests.deeds import said
from tests.tracking.test_day_total import LONG_AGO, NOW, worked

pytestmark = pytest.mark.both_doors

HERE = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
CITIES = {"Europe/Berlin": "Berlin", "America/New_York": "New York", "Pacific/Kiritimati": "Kiritimati"}
FIRST, LAST = date(2026, 10, 24), date(2026, 10, 26)
ONES = st.tuples(
    st.sampled_from(sorted(CITIES)),
    st.integers(0, 5 * 24 * 60 * 60).map(lambda second: datetime(2026, 10, 22, 12, tzinfo=UTC) + timedelta(0, second)),
    st.sampled_from([1, 20, 59, 3599, 3600, 2 * 3600 + 31, 11 * 3600, 24 * 3600]),
    st.booleans(),
    st.booleans(),
)
LENGTH = r"(\d+):(\d\d) h"


class _SeenEnough(Exception):
    """Takes back what was written."""


@given(
    made=st.lists(ONES, max_size=9),
    runs_for=st.none() | st.integers(0, 22 * 3600),
    here=st.sampled_from(HERE),
    room=st.sampled_from([3, MOST_LINE_BLOCKS]),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_list_shows_adds_up_and_says_where_and_when(
    projects: None,
    anna: Person,
    bot: Bot,
    made: list[tuple[str, datetime, int, bool, bool]],
    runs_for: int | None,
    here: str,
    room: int,
) -> None:
    with suppress(_SeenEnough), bot.database.write() as db:
        caller = acting(people_rows.get_person(db, 1)._replace(zone=here, clock=24), now=NOW)
        for number, (zone, start, seconds, timed, guessed) in enumerate(made):
            row = worked(zone, start, seconds, timed=timed) | {"end_guessed": guessed, "project_id": 1 + number % 2}
            insert_row(db, TimeEntry, **row)
        if runs_for is not None:
            running = worked("Europe/Berlin", NOW - timedelta(seconds=runs_for), None, timed=True)
            insert_row(db, TimeEntry, **running)
        everything = span_rows.entries_within(db, 1, since=LONG_AGO, until=NOW)
        found = lists.read_within(db, caller, of_own(caller, Filter(FIRST, LAST)), begins=0, room=room)
        shown = listed(caller.reader, found, caller.now)
        text = "\n".join(_read(block) for block in shown["blocks"])
        if found.days and len(found.page) == found.count:
            _assert_sums(text)
        counted = sum(_seconds(entry) for entry in everything if FIRST <= entry.day <= LAST)
        assert found.amounts.seconds == counted + found.edges.begun_before - found.edges.after
        for entry in (part.entry for part in found.page if part.entry.timed):
            elsewhere = any(
                moment.astimezone(ZoneInfo(entry.zone)).utcoffset() != moment.astimezone(ZoneInfo(here)).utcoffset()
                for moment in (entry.started_at, entry.ended_at or NOW)
            )
            assert not elsewhere or f"({CITIES[entry.zone]})" in text
        raise _SeenEnough  # each example begins with an empty calendar


def _read(block: dict[str, Any]) -> str:
    texts = [block.get("text"), *block.get("elements", ())]
    said = "\n".join(str(text["text"]) for text in texts if text and isinstance(text.get("text"), str))
    return said.replace("\u00a0h", " h")


def _seconds(entry: tracking_rows.Entry) -> int:
    """All of an entry; a running one counts in full minutes."""
    if entry.seconds is not None:
        return entry.seconds
    return max(0, int((NOW.replace(second=0) - entry.started_at).total_seconds()))


def _minutes(match: re.Match[str] | None) -> int:
    assert match is not None
    return int(match[1]) * 60 + int(match[2])


def _assert_sums(text: str) -> None:
    """The lines are the sum, or it is said what they are; the projects are; and each figure fits its times."""
    head, *below = text.splitlines()
    total = _minutes(re.search(LENGTH, head))
    lines = [line for line in below if "Acme GmbH" in line and "▇" not in line and "▁" not in line]
    figures = [_minutes(re.search(LENGTH, line)) for line in lines]
    named = re.search(f"are {LENGTH} together", text)
    assert sum(figures) == (_minutes(named) if named else total)
    bars = [_minutes(re.match(LENGTH, line.strip("\u2007"))) for line in below if "▇" in line or "▁" in line]
    assert not bars or sum(bars) == total
    for line, figure in zip(lines, figures, strict=True):
        times = re.match(r"(\d\d):(\d\d)–(\d\d):(\d\d)[ ,]", line)
        if times and "the clocks changed" not in line:
            begin, end = int(times[1]) * 60 + int(times[2]), int(times[3]) * 60 + int(times[4])
            assert figure % (24 * 60) == (end - begin) % (24 * 60)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_list_that_ends_in_a_night_says_what_belongs_to_the_next_day(
    projects: None, anna: Person, finn: Person, clock: FrozenClock, language: str
) -> None:
    who = {"en": anna, "de": finn}[language]
    clock.forward_to(datetime(2027, 1, 1, 9, tzinfo=UTC))
    who.types("/track log 8-9 acme website 2026-12-31")
    who.types("/track log 22:00-1:00 acme website " + {"en": "yesterday", "de": "gestern"}[language])
    assert {
        "en": "1:00 h after midnight belongs to Fri 1 Jan",
        "de": "1:00 h nach Mitternacht gehören zu Fr., 1. Jan",
    }[language].replace(",", "") in who.last.plain().replace(",", "")
    who.types("/track log 1h acme website 2026-12-30")
    month = said(who, {"en": "/track list last month", "de": "/track liste letzten monat"}[language]).replace(",", "")
    assert "4:00 h" in month.splitlines()[0]
    assert {"en": "An invoice counts it on Thu 31 Dec 2026", "de": "Eine Rechnung zählt sie am Do. 31. Dez"}[
        language
    ] in month
    today = said(who, {"en": "/track list", "de": "/track liste"}[language])
    assert "1:00 h" in today.splitlines()[0]
    assert "00:00–01:00 · 1:00 h" in today
    assert {"en": "1:00 h here began on Thu", "de": "1:00 h hier begannen am Do."}[language] in today


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_person_who_moved_reads_whose_clock_it_is_and_where_the_rest_is(
    projects: None, anna: Person, finn: Person, workspace: Workspace, clock: FrozenClock, language: str
) -> None:
    who = {"en": anna, "de": finn}[language]
    clock.forward_to(datetime(2026, 11, 27, 7, tzinfo=UTC))
    who.types("/track start acme website")
    workspace.change_person(who.id, zone="America/New_York")
    workspace.wait_idle()
    clock.forward_to(datetime(2026, 11, 28, 1, tzinfo=UTC))
    status = said(who, "/track status").replace(",", "")
    assert {"en": "since 02:00 · today 16:00 h", "de": "seit 02:00 · heute 16:00 h"}[language] in status
    rest = {
        "en": "of it belongs to Sat 28 Nov by the clock in Berlin",
        "de": "davon gehören zu Sa. 28. Nov. nach der Uhr in Berlin",
    }[language]
    assert f"2:00 h {rest}" in status
    stopped = said(who, "/track stop 19:00").replace(",", "")
    assert "17:00 h (08:00–01:00 Berlin)" in stopped
    assert f"1:00 h {rest}" in stopped
    today = said(who, {"en": "/track list", "de": "/track liste"}[language])
    assert "08:00–00:00 (Berlin) · 16:00 h" in today
    clash = said(who, "/track log 9-10 acme website")
    assert "09:00–10:00" in clash
    assert "02:00–19:00 · Acme GmbH › Website" in clash


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_timer_of_some_seconds_more_shows_what_the_clock_shows(
    projects: None, anna: Person, finn: Person, clock: FrozenClock, language: str
) -> None:
    who = {"en": anna, "de": finn}[language]
    clock.forward_by(seconds=5)
    who.types("/track start acme website")
    clock.forward_by(hours=3, minutes=59, seconds=56)
    stopped = said(who, "/track stop")
    assert "4:00 h (10:00–14:00)" in stopped
    assert stopped.splitlines()[0].endswith(" 4:00 h")
    today = said(who, {"en": "/track list", "de": "/track liste"}[language])
    assert "10:00–14:00 · 4:00 h" in today
    assert today.splitlines()[0].endswith(": 4:00 h")


def test_lines_that_are_not_the_sum_to_the_minute_say_so(projects: None, anna: Person, clock: FrozenClock) -> None:
    for _ in range(3):
        clock.forward_by(seconds=50)
        anna.types("/track start acme website")
        clock.forward_by(minutes=1, seconds=10)
        anna.types("/track stop")
    assert "The lines show full minutes and are 0:06 h together" in said(anna, "/track list")
    assert anna.last.plain().startswith("Today: 0:04 h")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_home_says_on_which_day_a_timer_began(
    projects: None, anna: Person, finn: Person, clock: FrozenClock, language: str
) -> None:
    who = {"en": anna, "de": finn}[language]
    clock.forward_by(hours=2, minutes=15)
    who.types("/track start acme website")
    clock.forward_to(datetime(2026, 3, 10, 23, 10, tzinfo=UTC))
    shown = who.home.plain().replace(",", "")
    assert {"en": "since Tue 10 Mar 12:15", "de": "seit Di. 10. März 12:15"}[language] in shown
    who.types("/track")
    assert {"en": "since Tue 10 Mar 12:15", "de": "seit Di. 10. März 12:15"}[language] in who.modal.text.replace(
        ",", ""
    )


def test_where_the_clock_shows_the_same_no_place_is_named(projects: None, anna: Person, workspace: Workspace) -> None:
    anna.types("/track log 9-10 acme website")
    workspace.change_person(anna.id, zone="Europe/Vienna")
    workspace.wait_idle()
    assert "09:00–10:00 · 1:00 h" in said(anna, "/track list")


def test_list_and_invoice_of_a_month_name_the_same_hour(projects: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_to(datetime(2027, 1, 1, 9, tzinfo=UTC))
    for typed in ("8-9 website 2026-12-31", "22:00-1:00 website yesterday", "1h website 2026-12-30"):
        anna.types(f"/track log {typed}")
    month = said(anna, "/track list last month")
    assert "4:00 h" in month.splitlines()[0]
    assert "1:00 h after midnight" in month
    anna.types("/track invoice acme")
    assert "5.00" in anna.modal.text
    assert "1:00 h after midnight" in anna.modal.text


def test_a_gap_of_some_seconds_less_shows_what_the_clock_shows(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track log 9-9:30 acme website")
    clock.forward_by(minutes=30, seconds=20)
    anna.types("/track start acme website")
    clock.forward_by(minutes=10)
    anna.types("/track stop")
    gaps = said(anna, "/track gaps")
    assert "09:30–10:30 · 1:00 h" in gaps
    assert "1:00 h not written down" in gaps

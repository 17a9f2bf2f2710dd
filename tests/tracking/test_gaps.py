"""Gaps: what a person is shown as not written down, and what they can do about it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tracking.rules.gaps import SHORTEST, Gap, WorkingHours, looked_at, untracked
from playground.person import Person
from tests.conftest import FrozenClock
from tests.deeds import said

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 3, 10)
SATURDAY = date(2026, 3, 14)
OFFICE = WorkingHours(days=0b0011111, starts=9 * 60, ends=18 * 60)
LATER = datetime(2026, 3, 20, tzinfo=UTC)


def at(clock: str, day: date = TUESDAY) -> datetime:
    """A moment of a day in Berlin."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN)


# Where gaps are looked for


def test_a_working_day_is_looked_at_in_its_working_hours() -> None:
    assert looked_at(TUESDAY, BERLIN, OFFICE, [], now=LATER) == (at("09:00"), at("18:00"))


def test_work_before_and_after_the_working_hours_widens_them() -> None:
    worked = [(at("07:30"), at("08:00")), (at("20:00"), at("20:30"))]
    assert looked_at(TUESDAY, BERLIN, OFFICE, worked, now=LATER) == (at("07:30"), at("20:30"))


def test_nothing_later_than_now_is_a_gap() -> None:
    assert looked_at(TUESDAY, BERLIN, OFFICE, [], now=at("12:00")) == (at("09:00"), at("12:00"))
    assert looked_at(TUESDAY, BERLIN, OFFICE, [], now=at("08:00")) is None


def test_a_free_day_has_gaps_only_between_its_work() -> None:
    assert looked_at(SATURDAY, BERLIN, OFFICE, [], now=LATER) is None
    worked = [(at("10:00", SATURDAY), at("11:00", SATURDAY)), (at("14:00", SATURDAY), at("15:00", SATURDAY))]
    assert looked_at(SATURDAY, BERLIN, OFFICE, worked, now=LATER) == (at("10:00", SATURDAY), at("15:00", SATURDAY))


def test_an_entry_over_midnight_counts_from_midnight() -> None:
    worked = [(at("23:00") - timedelta(days=1), at("01:00"))]
    assert looked_at(TUESDAY, BERLIN, OFFICE, worked, now=LATER) == (at("00:00"), at("18:00"))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_of_the_clock_change_has_as_many_hours_as_it_has(day: date, hours: int) -> None:
    around_the_clock = WorkingHours(days=0b1111111, starts=0, ends=24 * 60)
    span = looked_at(day, BERLIN, around_the_clock, [], now=datetime(2027, 1, 1, tzinfo=UTC))
    assert span
    assert span[1].astimezone(UTC) - span[0].astimezone(UTC) == timedelta(hours=hours)


# What is a gap


def test_touching_entries_leave_no_gap() -> None:
    assert untracked([(at("09:00"), at("12:00")), (at("12:00"), at("18:00"))], at("09:00"), at("18:00")) == []


def test_less_than_five_minutes_are_no_gap() -> None:
    taken = [(at("09:00"), at("12:00")), (at("12:04"), at("13:00")), (at("13:05"), at("18:00"))]
    assert untracked(taken, at("09:00"), at("18:00")) == [Gap(at("13:00"), at("13:05"))]


MINUTE = st.integers(0, 24 * 60)
STRETCHES = st.lists(st.tuples(MINUTE, MINUTE).map(sorted).filter(lambda pair: pair[0] < pair[1]), max_size=12)


@given(STRETCHES)
def test_entries_and_gaps_cover_every_minute_but_crumbs(stretches: list[list[int]]) -> None:
    midnight = datetime(2026, 3, 10, tzinfo=UTC)
    taken = [(midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)) for start, end in stretches]
    found = untracked(taken, midnight, midnight + timedelta(days=1))
    covered = {minute for start, end in stretches for minute in range(start, end)}
    minute_of = {midnight + timedelta(minutes=minute): minute for minute in range(24 * 60 + 1)}
    in_gaps = [minute for gap in found for minute in range(minute_of[gap.start], minute_of[gap.end])]
    assert len(in_gaps) == len(set(in_gaps))
    assert covered.isdisjoint(in_gaps)
    assert all(gap.end - gap.start >= SHORTEST for gap in found)
    crumbs = set(range(24 * 60)) - covered - set(in_gaps)
    assert all({minute - 4, minute + 4} & (covered | {-1, -2, -3, -4, 1440, 1441, 1442, 1443}) for minute in crumbs)


# What a person sees and does


def test_gaps_shows_what_is_missing_between_the_working_hours_and_now(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    clock.forward_by(hours=4)
    anna.types("/track log 9:30-11 acme website")
    shown = said(anna, "/track gaps")
    assert "Today: 3:30 h not written down" in shown
    assert "09:00–09:30 · 0:30 h" in shown
    assert "11:00–14:00 · 3:00 h" in shown


def test_a_full_day_says_so(projects: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_by(hours=2)
    anna.types("/track log 9-12 acme website")
    assert "Today: no gaps between 09:00 and 12:00" in said(anna, "/track gaps")


def test_what_was_logged_without_times_is_mentioned(projects: None, anna: Person) -> None:
    anna.types("/track log 2h acme website yesterday")
    assert "2:00 h of this day were logged without times" in said(anna, "/track gaps yesterday")


def test_the_entry_before_a_gap_goes_on_until_its_end(projects: None, anna: Person) -> None:
    anna.types("/track log 9-11 acme website yesterday")
    anna.types("/track log 12-18 shop yesterday")
    anna.types("/track gaps yesterday")
    anna.clicks("Website until 12:00")
    assert "Acme GmbH › Website · 09:00–12:00" in anna.last.plain()
    assert "no gaps between 09:00 and 18:00" in anna.last.plain()
    assert "09:00–12:00 · 3:00 h" in said(anna, "/track list yesterday")


def test_the_entry_after_a_gap_began_at_its_start(projects: None, anna: Person) -> None:
    anna.types("/track log 9-11 acme website yesterday")
    anna.types("/track log 12-18 shop yesterday")
    anna.types("/track gaps yesterday")
    anna.clicks("Shop from 11:00")
    assert "11:00–18:00 · 7:00 h" in said(anna, "/track list yesterday")


def test_a_break_is_no_gap_any_more(projects: None, anna: Person) -> None:
    anna.types("/track log 9-12 acme website yesterday")
    anna.types("/track log 13-18 shop yesterday")
    anna.types("/track gaps yesterday")
    anna.clicks("It was a break")
    assert "☕ Break 12:00–13:00" in anna.last.plain()
    assert "no gaps" in said(anna, "/track gaps yesterday")


def test_a_break_can_be_undone_by_button_and_by_typing(projects: None, anna: Person) -> None:
    anna.types("/track log 9-18 acme website yesterday")
    anna.types("/track log 19-20 shop yesterday")
    anna.types("/track gaps yesterday")
    anna.clicks("It was a break")
    anna.clicks("Undo")
    assert "18:00–19:00 · 1:00 h" in said(anna, "/track gaps yesterday")
    anna.clicks("It was a break")
    anna.types("/track undo")
    assert "18:00–19:00 · 1:00 h" in said(anna, "/track gaps yesterday")


def test_a_gap_is_logged_in_the_form_with_its_times_filled_in(projects: None, anna: Person) -> None:
    anna.types("/track log 9-12 acme website yesterday")
    anna.types("/track log 13-18 shop yesterday")
    anna.types("/track gaps yesterday")
    anna.clicks("Log time …")
    anna.modal.fill("Project", "App")
    anna.modal.submit()
    assert "12:00–13:00 · 1:00 h · Acme GmbH › App" in said(anna, "/track list yesterday")


def test_a_gap_between_timers_is_logged_to_the_second(projects: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_by(hours=1, seconds=20)
    anna.types("/track start acme website")
    clock.forward_by(minutes=10)
    anna.types("/track stop")
    clock.forward_by(minutes=30)
    anna.types("/track start shop")
    for _before_the_first_and_between_both in range(2):
        anna.types("/track gaps")
        anna.clicks("Log time …")
        anna.modal.fill("Project", "App")
        anna.modal.submit()
    listed = said(anna, "/track list")
    assert "09:00–11:00 · 2:00 h · Acme GmbH › App" in listed
    assert "11:10–11:40 · 0:30 h · Acme GmbH › App" in listed


def test_a_gap_that_was_filled_meanwhile_is_left_alone(projects: None, anna: Person) -> None:
    anna.types("/track log 9-12 acme website yesterday")
    anna.types("/track log 13-18 shop yesterday")
    anna.types("/track gaps yesterday")
    asked = anna.last
    anna.types("/track log 12-12:30 acme app yesterday")
    asked.click("It was a break")
    assert "There is no gap any more at this time" in anna.last.plain()
    assert "12:30–13:00" in said(anna, "/track gaps yesterday")


def test_a_german_reads_german(projects: None, finn: Person) -> None:
    finn.types("/track buche 9-12 acme website gestern")
    assert "Gestern: 6:00 h nicht erfasst" in said(finn, "/track lücken gestern")
    assert finn.last.buttons == ["Website bis 18:00", "Zeit nachtragen …", "Es war Pause"]


def test_no_entry_is_offered_that_would_last_more_than_a_day(
    projects: None, anna: Person, finn: Person, clock: FrozenClock
) -> None:
    for who in (anna, finn):
        who.types("/track start acme website")
    clock.forward_by(hours=23, minutes=30)
    for who in (anna, finn):
        who.types("/track stop")
    clock.forward_by(minutes=5)
    anna.types("/track start shop")
    clock.forward_by(hours=10)
    anna.types("/track stop")
    anna.types("/track gaps")
    assert anna.last.buttons == ["Website until 09:35", "Shop from 09:30", "Log time …", "It was a break"]
    finn.types("/track lücken")
    assert finn.last.buttons == ["Zeit nachtragen …", "Es war Pause"]


def test_no_timer_is_filled_up_to_more_than_a_day(
    projects: None, anna: Person, finn: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    finn.types("/track starte acme website")
    anna.types("/track gaps")
    finn.types("/track lücken")
    clock.forward_by(hours=23, minutes=30)
    anna.clicks("Website from 09:00")
    assert "longer than 24 hours. Log the time of the gap instead" in anna.last.plain()
    finn.clicks("Website ab 09:00")
    assert "länger als 24 Stunden. Trage die Zeit der Lücke" in finn.last.plain()
    assert "Website from 09:00" not in said(anna, "/track gaps yesterday")

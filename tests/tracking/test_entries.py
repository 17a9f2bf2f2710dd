"""Log and list: what a person can rely on about time that is written down."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from bot.core.context import Bot
from bot.people.callers import acting
from bot.tracking import worked_days
from playground.person import Person
from playground.slack.workspace import Workspace
from storage import people as people_rows
from storage.tables import entries
from tests.conftest import T0, FrozenClock
from tests.deeds import add_entry, count, forge, only, said, sure

# Log


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("1h30 acme website", "✅ Acme GmbH › Website · 1:30 h on Tue 10 Mar · today 1:30 h"),
        ("1.5 acme website", "1:30 h on Tue 10 Mar"),
        ("8-9:30 acme website", "1:30 h on Tue 10 Mar 08:00–09:30 · today 1:30 h"),
        ("since 8:30 acme website", "1:30 h on Tue 10 Mar"),
        ("2h acme website yesterday", "2:00 h on Mon 9 Mar"),
        ("9-10:30 acme website sun", "1:30 h on Sun 8 Mar"),
        ("22:30-1:00 acme website yesterday", "2:30 h on Mon 9 Mar 22:30–01:00 · that day 1:30 h"),
        ("2h acme website 2025-12-31", "2:00 h on Wed 31 Dec 2025"),
        ("1h acme website #call #Überblick", "✅ Acme GmbH › Website · #call #überblick · 1:00 h"),
        ("1h acme website --nb", "✅ Acme GmbH › Website · not billable · 1:00 h"),
        ("1h acme website design", "Acme GmbH › Website · Design · 1:00 h"),
    ],
)
def test_work_is_written_down_as_it_is_said(projects: None, anna: Person, typed: str, answer: str) -> None:
    assert answer in said(anna, f"/track log {typed}").replace(",", "")


def test_a_note_is_kept_as_it_was_typed(projects: None, anna: Person) -> None:
    note = "fix <b> & *stars* 🚀 שלום"
    assert note in said(anna, f"/track log 1h acme website: {note}")
    assert note in said(anna, "/track list")


def test_a_length_needs_no_gap_between_other_entries(projects: None, anna: Person) -> None:
    anna.types("/track log 8-10 acme website")
    assert "today 2:00 h" not in said(anna, "/track log 1h shop")
    assert "Today: 3:00 h" in said(anna, "/track list")


def test_more_than_the_day_has_had_so_far_is_refused(projects: None, anna: Person, bot: Bot) -> None:
    assert "11:00 h do not fit into today" in said(anna, "/track log 11h acme website")
    assert count(bot) == 0


def test_a_day_holds_no_more_than_its_hours(projects: None, anna: Person, bot: Bot) -> None:
    sure(anna, "/track log 20h acme website yesterday")
    assert "would hold more hours than it has" in said(anna, "/track log 4h1m shop yesterday")
    assert count(bot) == 1
    assert "that day 24:00 h" in sure(anna, "/track log 4h shop yesterday")


def test_of_a_night_only_the_part_before_midnight_fills_the_first_day(projects: None, anna: Person, bot: Bot) -> None:
    sure(anna, "/track log 20h acme website sun")
    assert "8:00 h on" in sure(anna, "/track log 21:00-5:00 shop sun")
    assert count(bot) == 2


def test_of_a_night_the_part_after_midnight_fills_the_second_day(projects: None, anna: Person, bot: Bot) -> None:
    sure(anna, "/track log 22h acme website yesterday")
    assert "With this Mon 9 Mar would hold" in said(anna, "/track log 21:00-5:00 shop sun").replace(",", "")
    assert count(bot) == 1


def test_times_that_overlap_are_not_written_down_and_times_that_touch_are_not(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track log 8:00-9:00 acme website")
    assert "overlaps with an entry" in said(anna, "/track log 8:59-9:30 shop")
    assert "08:00–09:00 · Acme GmbH › Website" in anna.last.plain()
    assert "overlaps" in said(anna, "/track log 7:30-8:01 shop")
    assert "overlaps" in said(anna, "/track log 8:15-8:45 shop")
    assert "overlaps" in said(anna, "/track log 7:00-9:30 shop")
    assert count(bot) == 1
    anna.types("/track log 9:00-9:30 shop")
    anna.types("/track log 7:30-8:00 shop")
    assert count(bot) == 3


def test_times_overlap_with_the_running_timer_too(projects: None, anna: Person) -> None:
    anna.types("/track start acme website since 9:00")
    assert "overlaps with an entry" in said(anna, "/track log 9:30-9:45 shop")
    assert "09:00–now · Acme GmbH › Website" in anna.last.plain()


def test_two_people_may_work_at_the_same_time(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    finn.types("/track buche 8-9 acme website")
    assert count(bot) == 2


def test_fractions_of_a_second_leave_no_trace(projects: None, anna: Person, clock: FrozenClock, bot: Bot) -> None:
    clock._real = lambda: T0 + timedelta(microseconds=700_000)
    anna.types("/track log since 9:30 acme website")
    anna.types("/track log 10m acme website")
    with bot.database.read() as db:
        for row in db.execute(select(entries)):
            assert (row.started_at.microsecond, row.ended_at.microsecond) == (0, 0)
            assert row.ended_at - row.started_at == timedelta(seconds=row.seconds)


# The nights in which clocks change


def test_in_the_spring_night_one_hour_does_not_exist(projects: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_to(datetime(2026, 3, 29, 18, tzinfo=UTC))
    assert "2:00 h on Sun 29 Mar" in said(anna, "/track log 1:00-4:00 acme website").replace(",", "")
    assert "did not exist" in said(anna, "/track log 2:30-4:30 acme website")
    clock.forward_by(hours=6)
    assert "would hold more hours than it has" in sure(anna, "/track log 21h1m shop sun")
    assert "that day 23:00 h" in sure(anna, "/track log 21h shop sun")


def test_in_the_autumn_night_one_hour_comes_twice(projects: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))
    assert "4:00 h on Sun 25 Oct" in said(anna, "/track log 1:00-4:00 acme website").replace(",", "")
    assert "came twice" in said(anna, "/track log 2:30-4:30 acme website")
    clock.forward_by(hours=6)
    assert "that day 25:00 h" in sure(anna, "/track log 21h shop sun")


def test_of_the_hour_that_comes_twice_the_person_says_which(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))
    first, second = "The first time, before the clocks went back", "The second time, after the clocks went back"
    anna.types("/track log 2:30-4:30 acme website #call: release & rest")
    assert anna.last.buttons == [first, second]
    assert "You typed: /track log 2:30-4:30 acme website #call: release & rest" in anna.last.plain()
    anna.clicks(second)
    assert "2:00 h on Sun 25 Oct 02:30–04:30" in anna.last.plain().replace(",", "")
    assert (only(bot).note, only(bot).tags) == ("release & rest", "call")
    anna.clicks("Undo")
    anna.types("/track log 2:30-4:30 acme website")
    anna.clicks(first)
    assert "3:00 h on Sun 25 Oct 02:30–04:30" in anna.last.plain().replace(",", "")


def test_a_stop_in_the_hour_that_comes_twice_means_the_hour_that_was_clicked(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    clock.forward_to(datetime(2026, 10, 24, 22, tzinfo=UTC))  # midnight in Berlin
    anna.types("/track start acme website")
    clock.forward_by(hours=9)
    anna.types("/track stop 2:30")
    clock.forward_by(hours=1)
    anna.clicks("The second time, after the clocks went back")
    assert "3:30 h (00:00–02:30)" in anna.last.plain()


def test_who_moves_before_they_say_which_hour_means_the_clock_by_which_they_typed(
    projects: None, anna: Person, workspace: Workspace, clock: FrozenClock, bot: Bot
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 3, tzinfo=UTC))  # in New York it is still the day before
    anna.types("/track log 2:30-4:00 acme website")
    workspace.change_person(anna.id, zone="America/New_York")
    anna.waits()
    anna.clicks("The first time, before the clocks went back")
    assert "2:30 h" in anna.last.plain()
    assert "02:30–04:00" in anna.last.plain()
    logged = only(bot)
    assert (logged.started_at, logged.ended_at) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), clock.now())
    assert (logged.day, logged.zone) == (date(2026, 10, 25), "Europe/Berlin")


def test_who_moves_before_they_say_which_hour_starts_their_timer_where_they_are(
    projects: None, anna: Person, workspace: Workspace, clock: FrozenClock, bot: Bot
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 3, tzinfo=UTC))
    anna.types("/track start acme website since 2:30")
    workspace.change_person(anna.id, zone="America/New_York")
    anna.waits()
    anna.clicks("The second time, after the clocks went back")
    assert "has been running since 21:30" in anna.last.plain()
    assert (only(bot).started_at, only(bot).zone) == (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "America/New_York")


@pytest.mark.parametrize("where", ["", "@", "@Berlin", "@../Berlin", "@Europe"])
def test_a_question_about_an_hour_that_names_no_zone_is_refused_and_what_was_typed_stays(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot, where: str
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))
    anna.types("/track log 2:30-4:30 acme website")
    asked, first = anna.last, "The first time, before the clocks went back"
    forge(asked, first, f"{int(clock.now().timestamp())}{where}:log 2:30-4:30 acme website")
    asked.click(first)
    assert "older message" in anna.last.plain()
    assert "You typed: /track log 2:30-4:30 acme website" in asked.plain()
    assert count(bot) == 0


def test_a_command_too_long_for_a_button_is_told_how_to_say_which_hour(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))
    long = f"/track log 2:30-4:30 acme website: {'ab ' * 700}end"
    assert "Add summer time or winter time" in said(anna, long)
    assert f"You typed: {long}" in anna.last.plain()
    assert anna.last.buttons == []


def test_a_question_about_an_hour_of_the_day_before_is_too_old(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))
    anna.types("/track log 2:30-4:30 acme website")
    clock.forward_by(hours=24)
    anna.clicks("The first time, before the clocks went back")
    assert "older message" in anna.last.plain()
    assert count(bot) == 0


def test_a_timer_over_the_clock_change_counts_what_really_passed(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    clock.forward_to(datetime(2026, 10, 24, 22, tzinfo=UTC))  # midnight in Berlin
    anna.types("/track start acme website")
    clock.forward_by(hours=5)
    assert "5:00 h (00:00–04:00)" in said(anna, "/track stop")


# List


def test_a_night_is_listed_on_both_days_in_parts(projects: None, anna: Person) -> None:
    anna.types("/track log 22:30-1:00 acme website yesterday")
    assert "Yesterday: 1:30 h" in said(anna, "/track list yesterday")
    assert "22:30–00:00 · 1:30 h" in said(anna, "/track list yesterday")
    assert "Today: 1:00 h" in said(anna, "/track list")


def test_a_week_and_a_month_are_listed_by_day(projects: None, anna: Person) -> None:
    anna.types("/track log 2h acme website mon")
    anna.types("/track log 1h shop")
    anna.types("/track log 3h shop 2026-03-02")
    week = said(anna, "/track list week").replace(",", "")
    assert week.startswith("Week 11 9–15 Mar: 3:00 h")
    assert "Mon 9 Mar · 2:00 h" in week
    month = said(anna, "/track list march").replace(",", "")
    assert month.startswith("March 2026: 6:00 h")
    assert "Mon 2 Mar · 3:00 h" in month


def test_an_empty_day_says_so(projects: None, anna: Person) -> None:
    assert "Nothing is written down for yesterday" in said(anna, "/track list yesterday")


def test_a_running_timer_is_listed_with_what_it_has_so_far(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=42)
    assert "since 10:00 · 0:42 h · Acme GmbH › Website" in said(anna, "/track list")


def test_a_total_is_the_sum_of_what_is_listed_wherever_and_whenever_it_was_worked(
    projects: None, anna: Person, bot: Bot
) -> None:
    draw = Random(42)
    nights = (datetime(2026, 3, 9, 12, tzinfo=UTC), datetime(2026, 3, 28, 22, tzinfo=UTC))
    with bot.database.write() as db:
        for n in range(120):
            start = draw.choice(nights) + timedelta(seconds=draw.randrange(36 * 3600))
            zone = draw.choice(["Europe/Berlin", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"])
            length = timedelta(seconds=draw.choice([0, 1, 3600, draw.randrange(24 * 3600)]))
            add_entry(db, started_at=start, ended_at=start + length, zone=zone, timed=n % 3 > 0)
    with bot.database.read() as db:
        known = people_rows.get_person(db, 1)
        for where in ("Europe/Berlin", "America/New_York", "Asia/Tokyo"):
            caller = acting(known._replace(zone=where), now=T0 + timedelta(days=30))
            for day in worked_days.list_days(db, caller, date(2026, 3, 7), date(2026, 4, 1)):
                assert worked_days.day_total(db, caller, day.day) == day.seconds


def test_nobody_sees_what_others_wrote_down(projects: None, anna: Person, finn: Person) -> None:
    anna.types("/track log 1h acme website")
    assert "Für heute ist nichts eingetragen" in said(finn, "/track liste")


# People


def test_who_moves_to_another_time_zone_keeps_the_days_and_times_of_the_past(
    projects: None, anna: Person, workspace: Workspace, clock: FrozenClock
) -> None:
    anna.types("/track log 0:15-1:45 acme website")
    workspace.change_person(anna.id, zone="America/New_York")
    workspace.wait_idle()
    assert "00:15–01:45 (Berlin) · 1:30 h" in said(anna, "/track list")
    clock.forward_by(hours=24)
    assert "00:15–01:45 (Berlin) · 1:30 h" in said(anna, "/track list yesterday")
    assert "has been running since 05:00" in said(anna, "/track start shop")
    anna.types("/track list yesterday")
    anna.clicks("Edit …")
    assert (anna.modal.value("Start (Berlin)"), anna.modal.value("Day")) == ("00:15", "2026-03-10")
    anna.modal.fill("End (Berlin)", "02:00")
    anna.modal.submit()
    assert "00:15–02:00 (Berlin) · 1:45 h" in anna.modal.text


def test_whom_slack_cannot_describe_at_first_contact_is_asked_to_try_again(
    finn: Person, workspace: Workspace, bot: Bot
) -> None:
    workspace.fail_next("users.info")
    assert "Nothing was stored; please try again" in said(finn, "/track start")
    with bot.database.read() as db:
        assert db.execute(select(func.count()).select_from(people_rows.people)).scalar_one() == 0
        assert db.execute(select(func.count()).select_from(people_rows.workspaces)).scalar_one() == 0
    assert "Woran arbeitest du?" in said(finn, "/track start")

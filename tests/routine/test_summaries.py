"""The daily summary: when it comes, what it says, and what can be done from it; forgotten timers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.context import Bot
from bot.routine import public_holidays, summaries
from bot.routine import sweep as housekeeping
from bot.routine.summaries import SUMMARY
from playground.person import Person, Seen
from playground.slack.workspace import Workspace
from storage import jobs as job_rows
from storage import people as people_rows
from tests.conftest import T0, FrozenClock

RunJobs = Callable[[], int]


def test_in_the_evening_a_person_reads_what_their_day_adds_up_to(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 8-8:30 shop")
    anna.types("/track log 8:30-10 acme website: review")
    until(clock, hours=7, minutes=29)
    run_jobs()
    assert anna.dm == []
    until(clock, minutes=1)
    run_jobs()
    [summary] = anna.dm
    assert summary.text == "Your day: 2:00 h"
    assert "1:30 h  ▇▇▇▇▇▇▇▇  Acme GmbH › Website\n0:30 h  ▇▇▇▁▁▁▁▁  Bäckerei Söhne & Co. › Shop" in summary.plain()


def test_the_time_of_one_project_is_added_up_whatever_the_service(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 8-8:30 acme website design")
    anna.types("/track log 8:30-9 acme website travel")
    assert "1:00 h  ▇▇▇▇▇▇▇▇  Acme GmbH › Website" in evening(anna, clock, run_jobs).plain()


def test_a_day_with_many_projects_stays_one_message(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    for number in range(11):
        anna.types("/track new")
        anna.modal.fill("New customer", f"Client {number:02} {'x' * 180}")
        anna.modal.submit()
        anna.modal.close()
        anna.types(f"/track log {number + 1}m {number:02}")
    assert "… and 1 more project" in evening(anna, clock, run_jobs).plain()


def test_the_summary_comes_once_a_day(projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs) -> None:
    anna.types("/track log 1h acme website")
    evening(anna, clock, run_jobs)
    until(clock, hours=2)
    run_jobs()
    assert len(anna.dm) == 1
    until(clock, hours=22)
    run_jobs()
    assert len(anna.dm) == 2


def test_a_job_that_is_repeated_after_it_was_done_posts_nothing_more(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs, bot: Bot
) -> None:
    anna.types("/track log 1h acme website")
    evening(anna, clock, run_jobs)
    again = summaries.send_summary(bot, 1)
    assert again == T0 + timedelta(days=1, hours=7, minutes=30)
    assert len(anna.dm) == 1


def test_nobody_is_disturbed_at_the_weekend(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    friday = datetime(2026, 3, 13, 16, 30, tzinfo=UTC)
    anna.types("/track log 1h acme website")
    to_moment(clock, friday)
    run_jobs()
    assert len(anna.dm) == 1
    to_moment(clock, friday + timedelta(days=2, hours=5))
    run_jobs()
    assert len(anna.dm) == 1
    to_moment(clock, friday + timedelta(days=3))
    run_jobs()
    assert len(anna.dm) == 2


@pytest.mark.parametrize(
    ("friday", "monday"),
    [
        (datetime(2026, 3, 27, 16, 30, tzinfo=UTC), datetime(2026, 3, 30, 15, 30, tzinfo=UTC)),
        (datetime(2026, 10, 23, 15, 30, tzinfo=UTC), datetime(2026, 10, 26, 16, 30, tzinfo=UTC)),
    ],
)
def test_half_past_five_stays_half_past_five_when_the_clocks_change(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs, bot: Bot, friday: datetime, monday: datetime
) -> None:
    to_moment(clock, friday)
    anna.types("/track log 1h acme website")
    assert summaries.send_summary(bot, 1) == monday


@given(
    st.timezones(),
    st.none() | st.integers(0, 24 * 60 - 1),
    st.integers(0, 2**7 - 1),
    st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_the_next_summary_is_at_that_time_on_the_first_working_day_that_has_it_ahead(
    zone: ZoneInfo, minute: int | None, working_days: int, after: datetime
) -> None:
    person: Any = SimpleNamespace(zone=zone.key, summary_minute=minute, working_days=working_days)
    today = after.astimezone(zone).date()
    expected = [
        due
        for day in (today + timedelta(days=ahead) for ahead in range(8))
        if minute is not None and working_days >> day.weekday() & 1
        if (due := datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)) > after
    ]
    assert summaries.next_summary(person, after=after) == (expected[0] if expected else None)


def test_after_days_without_a_job_process_one_summary_comes_for_the_present_day(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    until(clock, days=3, hours=9)  # Friday, 19:00
    run_jobs()
    [summary] = anna.dm
    assert summary.text == "Your day: 0:00 h"


def test_the_summary_of_yesterday_is_not_sent_in_the_morning(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    until(clock, hours=22)  # Wednesday, 8:00
    run_jobs()
    assert anna.dm == []
    until(clock, hours=9, minutes=30)
    run_jobs()
    assert len(anna.dm) == 1


def test_a_person_who_flies_west_in_the_evening_gets_one_summary_that_day(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs, workspace: Workspace
) -> None:
    anna.types("/track log 1h acme website")
    evening(anna, clock, run_jobs)
    workspace.change_person(anna.id, zone="America/New_York")
    anna.waits()
    until(clock, hours=6)
    run_jobs()
    assert len(anna.dm) == 1
    to_moment(clock, datetime(2026, 3, 11, 21, 30, tzinfo=UTC))  # 17:30 in New York
    run_jobs()
    assert len(anna.dm) == 2


def test_whoever_tracks_nothing_for_two_weeks_hears_nothing(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    evening_without_any_work = datetime(2026, 3, 10, 16, 30, tzinfo=UTC)
    to_moment(clock, evening_without_any_work)
    run_jobs()
    assert anna.dm == []
    until(clock, days=1)
    anna.types("/track log 1h acme website")
    run_jobs()
    assert len(anna.dm) == 1


def test_a_day_without_entries_is_asked_about_kindly(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    until(clock, days=1)
    summary = evening(anna, clock, run_jobs)
    assert "Nothing is written down for this day yet" in summary.plain()
    assert summary.buttons == ["Log missing time …", "Invoice Acme GmbH …"]


def test_only_those_who_bill_read_what_is_unbilled(
    projects: None, anna: Person, aylin: Person, clock: FrozenClock, run_jobs: RunJobs, bot: Bot
) -> None:
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=95_50)
    for person in (anna, aylin):
        person.types("/track log 1h acme website")
    assert "Not billed yet: €191.00 net" in evening(anna, clock, run_jobs).plain()
    until(clock, hours=5)  # 17:30 in New York
    run_jobs()
    assert "Not billed yet" not in aylin.dm[-1].plain()


def test_names_that_look_like_mentions_ping_nobody(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track new")
    anna.modal.fill("New customer", "<!channel> & Söhne *GmbH*")
    anna.modal.submit()
    anna.modal.close()
    anna.types("/track start channel")
    summary = evening(anna, clock, run_jobs)
    assert "<!channel> & Söhne *GmbH* has been running since 10:00" in summary.plain()


def test_stop_in_the_summary_stops_the_timer_and_shows_the_day_anew(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track start acme website")
    summary = evening(anna, clock, run_jobs)
    assert "Acme GmbH › Website has been running since 10:00" in summary.plain()
    until(clock, minutes=30)
    summary.click("Stop")
    assert summary.text == "Your day: 8:00 h"
    assert "Stop" not in summary.buttons


def test_missing_time_is_logged_from_the_summary_for_its_day(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    evening(anna, clock, run_jobs)
    until(clock, hours=14)  # the next morning
    anna.clicks("Log missing time …")
    form = anna.modal
    assert form.value("Day") == "2026-03-10"
    form.fill("Project", "Shop")
    form.fill("Service", "Travel")
    form.fill("Duration", "1:30")
    form.fill("Note", "on site")
    form.submit()
    assert "Bäckerei Söhne & Co. › Shop · Travel · 1:30 h on Tue" in anna.dm[-1].text
    assert "that day 2:30 h" in anna.dm[-1].text


def test_entries_are_listed_and_corrected_from_the_summary(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    summary = evening(anna, clock, run_jobs)
    summary.click("Edit entries")
    assert "Your day: 1:00 h" in [seen.text for seen in anna.dm]
    assert "1:00 h · Acme GmbH › Website" in anna.dm[-1].plain()
    anna.clicks("Edit …")
    assert anna.modal.title == "Edit entry"


def test_a_forgotten_timer_is_stopped_and_its_person_told(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    anna.types("/track start acme website")
    begin_sweeping(bot)
    until(clock, hours=24)
    run_jobs()
    assert not any("ran for more than 24 hours" in seen.plain() for seen in anna.dm)
    until(clock, minutes=10)
    run_jobs()
    assert "ran for more than 24 hours, so it was stopped" in anna.dm[-1].plain()


def test_an_end_that_was_guessed_is_mentioned_until_it_is_checked(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    anna.types("/track start acme website")
    until(clock, hours=25)
    begin_sweeping(bot)
    run_jobs()
    until(clock, hours=6, minutes=30)
    run_jobs()
    summary = anna.dm[-1]
    assert "Acme GmbH › Website, Tue 10 Mar: I guessed the end (18:00)" in summary.plain()
    summary.click("Edit …")
    anna.modal.submit()
    until(clock, days=1)
    run_jobs()
    assert "guessed" not in anna.dm[-1].plain()


def test_a_day_later_old_deliveries_are_forgotten(clock: FrozenClock, bot: Bot, run_jobs: RunJobs) -> None:
    with bot.database.write() as db:
        people_rows.record_delivery(db, "Ev1", at=bot.now())
    begin_sweeping(bot)
    until(clock, days=1, minutes=1)
    run_jobs()
    with bot.database.write() as db:
        assert people_rows.record_delivery(db, "Ev1", at=bot.now())


def test_when_slack_is_in_trouble_the_summary_is_sent_later(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot, workspace: Workspace
) -> None:
    anna.types("/track log 1h acme website")
    until(clock, hours=7, minutes=30)
    workspace.fail_next("chat.postMessage")
    with pytest.raises(SlackApiError):
        summaries.send_summary(impatient(bot), 1)
    assert anna.dm == []
    summaries.send_summary(impatient(bot), 1)
    assert len(anna.dm) == 1


def test_whoever_left_slack_gets_no_more_summaries_until_they_come_back(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot, workspace: Workspace, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    workspace.change_person(anna.id, deleted=True)
    anna.waits()
    until(clock, hours=7, minutes=30)
    run_jobs()
    assert not planned(bot)
    workspace.change_person(anna.id, deleted=False)
    anna.waits()
    assert planned(bot)


# Holidays


@pytest.mark.parametrize("language", ["en", "de"])
def test_on_a_nationwide_holiday_nobody_is_asked_what_they_did(
    projects: None, anna: Person, finn: Person, clock: FrozenClock, run_jobs: RunJobs, language: str
) -> None:
    who = {"en": anna, "de": finn}[language]
    to_moment(clock, datetime(2026, 12, 22, 9, tzinfo=UTC))
    for _ in range(2):
        who.types("/track log 1h acme website")
        until(clock, days=1)
    to_moment(clock, datetime(2026, 12, 25, 16, 31, tzinfo=UTC))  # a Friday, 17:31 in Berlin
    run_jobs()
    assert who.dm == []
    to_moment(clock, datetime(2026, 12, 28, 16, 31, tzinfo=UTC))
    run_jobs()
    assert len(who.dm) == 1


@pytest.mark.parametrize(
    ("zone", "day", "is_silent"),
    [
        ("Europe/Vienna", datetime(2026, 12, 8, 17, tzinfo=UTC), True),  # Mariä Empfängnis
        ("Europe/Berlin", datetime(2026, 12, 8, 17, tzinfo=UTC), False),
        ("Europe/Zurich", datetime(2026, 5, 14, 17, tzinfo=UTC), True),  # Ascension
        ("Europe/Zurich", datetime(2026, 5, 1, 17, tzinfo=UTC), False),
        ("Europe/Berlin", datetime(2026, 5, 1, 17, tzinfo=UTC), True),
        ("America/New_York", datetime(2026, 7, 3, 23, tzinfo=UTC), True),  # Independence Day, observed
        ("UTC", datetime(2026, 12, 25, 18, tzinfo=UTC), False),
    ],
)
def test_the_holidays_are_those_of_the_zones_country(
    projects: None,
    anna: Person,
    workspace: Workspace,
    clock: FrozenClock,
    run_jobs: RunJobs,
    zone: str,
    day: datetime,
    is_silent: bool,
) -> None:
    workspace.change_person(anna.id, zone=zone)
    anna.waits()
    to_moment(clock, day - timedelta(days=1, hours=5))
    anna.types("/track log 1h acme website")
    to_moment(clock, day)
    run_jobs()
    assert (anna.dm == []) == is_silent


@pytest.mark.parametrize(
    ("language", "said"), [("en", "The holidays of Bayern count for you"), ("de", "Die Feiertage von Bayern zählen")]
)
def test_a_summary_asks_once_whose_holidays_count(
    projects: None, anna: Person, finn: Person, clock: FrozenClock, run_jobs: RunJobs, language: str, said: str
) -> None:
    who = {"en": anna, "de": finn}[language]
    to_moment(clock, datetime(2027, 1, 4, 9, tzinfo=UTC))
    who.types("/track log 1h acme website")
    to_moment(clock, datetime(2027, 1, 4, 17, tzinfo=UTC))
    run_jobs()
    summary = who.dm[-1]
    who.types("/track log 5m acme website")
    summary.fill(summary.labels[0], "Bayern")
    assert summary.labels == []
    assert said in who.dm[-1].plain()
    to_moment(clock, datetime(2027, 1, 5, 17, tzinfo=UTC))
    run_jobs()
    assert who.dm[-1].labels == []
    known = len(who.dm)
    to_moment(clock, datetime(2027, 1, 6, 17, tzinfo=UTC))  # Heilige Drei Könige
    run_jobs()
    assert len(who.dm) == known


def test_where_holidays_are_the_same_everywhere_nothing_is_asked(
    projects: None, anna: Person, workspace: Workspace, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    workspace.change_person(anna.id, zone="Europe/Vienna")
    anna.waits()
    anna.types("/track log 1h acme website")
    assert evening(anna, clock, run_jobs).labels == []


def test_without_an_answer_about_holidays_the_summary_comes(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.routine.public_holidays.sys.executable", "/nowhere/python")
    public_holidays._of_year.cache_clear()
    to_moment(clock, datetime(2026, 12, 24, 9, tzinfo=UTC))
    anna.types("/track log 1h acme website")
    to_moment(clock, datetime(2026, 12, 25, 17, tzinfo=UTC))
    run_jobs()
    assert len(anna.dm) == 1
    public_holidays._of_year.cache_clear()


def test_the_library_knows_each_region_that_is_offered() -> None:
    for regions in public_holidays.REGIONS.values():
        for region in regions:
            assert public_holidays.known_days(region, 2026)
    assert public_holidays.known_days("XX", 2026) == []


# The same message follows corrections


@pytest.mark.parametrize("language", ["en", "de"])
def test_missing_time_is_seen_in_the_same_summary(
    projects: None, anna: Person, finn: Person, clock: FrozenClock, run_jobs: RunJobs, language: str
) -> None:
    who, log, project, length = {
        "en": (anna, "Log missing time …", "Project", "Duration"),
        "de": (finn, "Zeit nachtragen …", "Projekt", "Dauer"),
    }[language]
    who.types("/track log 1h acme website")
    summary = evening(who, clock, run_jobs)
    until(clock, minutes=2)
    who.clicks(log)
    who.modal.fill(project, "Shop")
    who.modal.fill(length, "30m")
    who.modal.submit()
    assert summary.text.endswith("1:30 h")
    assert "0:30 h" in summary.plain()


def test_slack_is_told_only_of_what_changes_the_summary(
    projects: None, finn: Person, clock: FrozenClock, run_jobs: RunJobs, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    finn.types("/track buche 1h acme website")
    summary = evening(finn, clock, run_jobs)
    told = Mock(wraps=bot.slack.chat_update)
    monkeypatch.setattr(bot.slack, "chat_update", told)
    until(clock, hours=15)
    for typed in ("buche 1h shop", "buche 30m acme app: Konzept", "rückgängig"):
        finn.types(f"/track {typed}")
    assert told.call_count == 0
    finn.types("/track buche 1h shop gestern")
    assert (summary.text, told.call_count) == ("Dein Tag: 2:00 h", 1)


def test_each_correction_is_seen_in_the_same_summary(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    summary = evening(anna, clock, run_jobs)
    anna.types("/track log 15m shop")
    assert summary.text == "Your day: 1:15 h"
    anna.types("/track undo")
    assert summary.text == "Your day: 1:00 h"
    summary.click("Edit entries")
    anna.dm[-1].click("Edit …")
    anna.modal.fill("Duration", "2h")
    anna.modal.submit()
    assert summary.text == "Your day: 2:00 h"
    until(clock, hours=14)
    anna.types("/track log 1h shop")
    assert summary.text == "Your day: 2:00 h"


def test_an_end_that_was_confirmed_is_no_longer_mentioned(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    anna.types("/track start acme website")
    until(clock, hours=25)
    begin_sweeping(bot)
    run_jobs()
    until(clock, hours=6, minutes=30)
    run_jobs()
    summary = anna.dm[-1]
    assert "I guessed the end" in summary.plain()
    anna.clicks("That is right")
    assert "I guessed the end" not in summary.plain()


def until(clock: FrozenClock, **by: float) -> None:
    clock.forward_by(**by)


def to_moment(clock: FrozenClock, moment: datetime) -> None:
    clock.forward(moment - clock.now())


def evening(anna: Person, clock: FrozenClock, run_jobs: RunJobs) -> Seen:
    """Her summary, at 17:30 of the present day."""
    local = clock.now() + timedelta(hours=1)
    clock.forward(local.replace(hour=17, minute=30, second=0) - local)
    run_jobs()
    return anna.dm[-1]


def begin_sweeping(bot: Bot) -> None:
    with bot.database.write() as db:
        housekeeping.plan(db, now=bot.now())


def impatient(bot: Bot) -> Bot:
    """The bot with a client that repeats nothing, so that no test has to wait."""
    return replace(bot, slack=WebClient(bot.slack.token, base_url=bot.slack.base_url))


def planned(bot: Bot) -> bool:
    with bot.database.read() as db:
        return job_rows.job_exists(db, SUMMARY.key(person_id=1))


def test_a_summary_that_its_person_deleted_is_only_a_line_in_the_log(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs, workspace: Workspace
) -> None:
    anna.types("/track log 1h acme website")
    evening(anna, clock, run_jobs)
    workspace.fail_next("chat.update", status=404)
    anna.types("/track log 15m shop")
    assert "0:15 h" in anna.last.plain()

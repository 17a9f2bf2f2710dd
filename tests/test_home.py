"""The App Home, and what Slack tells about people without being asked."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from bot import homes
from bot.context import Bot
from playground.person import Person
from playground.slack.workspace import Workspace
from storage import people
from storage.entries import entries
from tests.conftest import T0, FrozenClock


def test_somebody_never_seen_before_finds_a_home(aylin: Person) -> None:
    home = aylin.opens_home()
    assert "Today: 0:00 h" in home.plain()
    assert "Nothing is written down for today yet." in home.plain()
    assert home.buttons == ["Log missing time", "Settings"]


def test_home_shows_the_timer_and_the_entries_of_today(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track log 1h acme website yesterday")
    anna.types("/track log 8-9 shop: delivery")
    anna.types("/track start acme app")
    clock.forward_by(minutes=30)
    home = anna.opens_home()
    assert "Today: 1:30 h" in home.plain()
    assert "Acme GmbH › App has been running since 10:00" in home.plain()
    assert "08:00–09:00 · 1:00 h · Bäckerei Söhne & Co. › Shop\ndelivery" in home.plain()
    assert "Website" not in home.plain()
    assert home.buttons == ["Stop", "Log missing time", "Settings", "Edit", "Edit"]


def test_stop_in_the_home_stops_the_timer_and_shows_the_day_anew(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=45)
    home = anna.opens_home()
    home.click("Stop")
    assert "Stop" not in home.buttons
    assert "10:00–10:45 · 0:45 h · Acme GmbH › Website" in home.plain()


def test_a_timer_that_was_stopped_elsewhere_is_not_stopped_again(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    home = anna.opens_home()
    clock.forward_by(hours=2)  # so that the Home is not published anew any more
    anna.types("/track stop")
    home.click("Stop")
    assert "This timer has been stopped already." in anna.modal.text


def test_time_logged_from_the_home_is_there_at_once(projects: None, anna: Person) -> None:
    home = anna.opens_home()
    home.click("Log missing time")
    anna.modal.fill("Project", "Shop")
    anna.modal.fill("Duration", "45m")
    anna.modal.submit()
    assert "Today: 0:45 h" in home.plain()


# Up to date


def test_whoever_looks_at_their_home_sees_each_change_without_opening_it_again(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    home = anna.opens_home()
    anna.types("/track start acme website")
    assert "Acme GmbH › Website has been running since 10:00" in home.plain()
    clock.forward_by(minutes=30)
    anna.types("/track stop")
    assert "10:00–10:30 · 0:30 h" in home.plain()
    anna.clicks("Undo")
    assert "Acme GmbH › Website has been running since 10:00" in home.plain()


def test_an_hour_after_the_last_look_a_home_is_left_alone_until_it_is_opened(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    home = anna.opens_home()
    clock.forward_by(minutes=61)
    anna.types("/track log 30m shop")
    assert "Today: 0:00 h" in home.plain()
    assert "Today: 0:30 h" in anna.opens_home().plain()


def test_a_click_in_the_home_is_a_look_at_it(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    home = anna.opens_home()
    clock.forward_by(hours=2)
    home.click("Stop")
    anna.types("/track log 15m shop")
    assert "Today: 2:15 h" in home.plain()


def test_a_change_of_one_person_publishes_no_home_but_theirs(
    projects: None, anna: Person, aylin: Person, workspace: Workspace
) -> None:
    aylin.opens_home()
    before = workspace.home(aylin.id)
    anna.opens_home()
    anna.types("/track log 30m shop")
    assert workspace.home(aylin.id) == before
    assert "Shop" not in aylin.opens_home().plain()


def test_what_was_refused_publishes_nothing(projects: None, anna: Person, workspace: Workspace) -> None:
    anna.opens_home()
    before = workspace.home(anna.id)
    anna.types("/track stop")
    assert workspace.home(anna.id) == before


def test_many_changes_at_once_publish_a_home_once(projects: None, anna: Person, workspace: Workspace, bot: Bot) -> None:
    anna.opens_home()
    busy, workspace.idle = workspace.idle, lambda: None
    for minutes in range(1, 6):
        anna.types(f"/track log {minutes}m shop")
    workspace.idle = busy
    assert homes.publish_next(bot)
    assert not homes.publish_next(bot)
    home = workspace.home(anna.id)
    assert home
    assert "Today: 0:15 h" in str(home.blocks)


def test_a_slack_in_trouble_only_costs_the_view_of_the_home(
    projects: None, anna: Person, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    home = anna.opens_home()
    workspace.fail_next("views.publish", status=404)
    anna.types("/track log 30m shop")
    assert "0:30 h" in anna.last.text
    assert "Today: 0:00 h" in home.plain()
    assert "the App Home of person 1 was not published" in caplog.text
    anna.types("/track log 15m shop")
    assert "Today: 0:45 h" in home.plain()


def test_that_somebody_looks_is_noted_once_a_minute_at_most(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    anna.opens_home()
    clock.forward_by(seconds=50)
    anna.opens_home()
    assert seen_at(bot) == T0
    clock.forward_by(seconds=10)
    anna.opens_home()
    assert seen_at(bot) == T0 + timedelta(minutes=1)


def test_the_thread_that_publishes_starts_with_the_first_change_and_ends_with_the_process(
    anna: Person, workspace: Workspace, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homes, "PAUSE", 0)
    anna.types("/track help")
    published = threading.Event()
    workspace.listeners.append(published.set)
    with homes.kept_up_to_date(bot):
        bot.outdated_homes.add(1)
        assert published.wait(5)
    assert "homes" not in {thread.name for thread in threading.enumerate()}


# What it shows


def test_only_those_who_bill_see_money_in_their_home(projects: None, anna: Person, aylin: Person) -> None:
    assert "Not billed yet" in anna.opens_home().plain()
    assert "Not billed yet" not in aylin.opens_home().plain()


@pytest.mark.parametrize("count", [1, 80, 81, 500])
def test_however_many_entries_there_are_the_home_stays_within_slacks_limits(
    projects: None, anna: Person, bot: Bot, count: int
) -> None:
    many_entries(bot, count)
    home = anna.opens_home()
    assert home.buttons.count("Edit") == min(count, 80)
    assert ("earlier entr" in home.plain()) == (count > 80)


def test_the_messages_tab_needs_no_home(anna: Person, workspace: Workspace) -> None:
    workspace.opens_home(anna.id, tab="messages")
    anna.waits()
    assert workspace.home(anna.id) is None


def test_whoever_moves_has_new_days_there_and_keeps_the_old_ones(
    projects: None, anna: Person, clock: FrozenClock, workspace: Workspace
) -> None:
    clock.forward_by(hours=14, minutes=30)  # 0:30 on Wednesday in Berlin, 19:30 on Tuesday in New York
    anna.types("/track log 20m acme website")
    workspace.change_person(anna.id, zone="America/New_York")
    anna.waits()
    assert "Today: 0:00 h" in anna.opens_home().plain()
    clock.forward_by(hours=8)
    assert "Today: 0:20 h" in anna.opens_home().plain()


def test_whoever_changes_their_language_is_written_to_in_it(anna: Person, workspace: Workspace) -> None:
    assert "€0.00" in anna.opens_home().plain()
    workspace.change_person(anna.id, locale="de-DE")
    anna.waits()
    assert "0,00\xa0€" in anna.opens_home().plain()


def test_people_who_never_used_trackomat_are_not_remembered(anna: Person, workspace: Workspace, bot: Bot) -> None:
    finn = workspace.person("Finn")
    workspace.change_person(finn.id, zone="America/New_York")
    anna.waits()
    with bot.database.read() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM person").scalar_one() == 0


def seen_at(bot: Bot) -> datetime | None:
    with bot.database.read() as db:
        return people.get(db, 1).home_seen_at


def many_entries(bot: Bot, count: int) -> None:
    row = {
        "workspace_id": 1,
        "person_id": 1,
        "customer_id": 1,
        "project_id": 1,
        "service_id": None,
        "zone": "Europe/Berlin",
    }
    row |= {"note": "n" * 3000, "seconds": 1, "day": T0.date(), "timed": True, "end_guessed": False, "billable": True}
    with bot.database.write() as db:
        for number in range(count):
            start = T0 - timedelta(seconds=2 * number + 2)
            times = {"started_at": start, "ended_at": start + timedelta(seconds=1), "created_at": T0}
            db.execute(insert(entries).values(**row, **times))

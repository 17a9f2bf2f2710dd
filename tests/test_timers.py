"""Start, stop, switch, status: what a person can rely on about timers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from bot import people, timers
from bot.catalog import New
from bot.context import Bot
from playground.person import Person
from playground.slack.workspace import Workspace
from storage import catalog
from storage import people as people_rows
from storage.entries import entries
from tests.conftest import FrozenClock, at_once


def test_a_timer_runs_from_start_to_stop(projects: None, anna: Person, clock: FrozenClock) -> None:
    assert "Acme GmbH › Website has been running since 10:00" in said(anna, "/track start acme website")
    clock.forward_by(minutes=90)
    assert "Acme GmbH › Website · 1:30 h (10:00–11:30)" in said(anna, "/track stop")


def test_starting_while_a_timer_runs_stops_the_first_at_the_same_second(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=20)
    assert "Stopped Acme GmbH › Website after 0:20 h" in said(anna, "/track start shop")
    with bot.database.read() as db:
        ends = db.execute(select(entries.c.ended_at, entries.c.started_at).order_by(entries.c.id)).all()
    assert ends[0].ended_at == ends[1].started_at


def test_a_timer_can_be_started_in_the_past(projects: None, anna: Person) -> None:
    assert "has been running since 9:15 · today 0:45 h" in said(anna, "/track start acme website since 9:15").replace(
        "09:15", "9:15"
    )


def test_a_start_in_the_past_does_not_overlap_what_was_logged(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9:30 acme website")
    assert "overlaps with an entry" in said(anna, "/track start shop since 9:15")
    assert "08:00–09:30 · Acme GmbH › Website" in anna.last.plain()
    assert count(bot) == 1


def test_a_start_before_the_running_timer_is_refused_and_changes_nothing(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track start acme website since 9:30")
    assert "has been running since 09:30. Start after that" in said(anna, "/track start shop since 9:15")
    assert count(bot) == 1


def test_stop_without_a_timer_says_what_to_do(projects: None, anna: Person) -> None:
    assert "No timer is running. Start one with" in said(anna, "/track stop")


def test_stop_takes_a_time_and_a_note(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website: concept")
    clock.forward_by(hours=2)
    assert "1:30 h (10:00–11:30)" in said(anna, "/track stop 11:30: and layout")
    listed = said(anna, "/track list")
    assert "concept" in listed
    assert "and layout" in listed


def test_status_tells_what_runs_and_the_total_of_the_day(projects: None, anna: Person, clock: FrozenClock) -> None:
    assert "No timer is running · today 0:00 h" in said(anna, "/track status")
    anna.types("/track log 1h acme app")
    anna.types("/track start acme website")
    clock.forward_by(minutes=30)
    assert "Acme GmbH › Website has been running since 10:00 · today 1:30 h" in said(anna, "/track status")


def test_the_stop_button_stops_that_timer_and_says_so_in_place(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=10)
    anna.clicks("Stop")
    assert "0:10 h (10:00–10:10)" in anna.last.plain()
    assert "Stop" not in anna.last.buttons


def test_an_old_stop_button_does_not_stop_the_timer_of_today(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    old = anna.last
    clock.forward_by(hours=1)
    anna.types("/track start shop")
    clock.forward_by(days=7)
    old.click("Stop")
    assert "has been stopped already" in anna.last.plain()


def test_undo_of_a_start_brings_the_timer_before_back(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=5)
    anna.types("/track start shop")
    anna.clicks("Undo")
    assert "Undone" in anna.last.plain()
    assert "Acme GmbH › Website has been running since 10:00" in said(anna, "/track status")


def test_undo_ends_after_fifteen_minutes(projects: None, anna: Person, clock: FrozenClock, bot: Bot) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=16)
    anna.clicks("Undo")
    assert "Only the last 15 minutes" in anna.last.plain()
    assert count(bot) == 1


def test_a_german_reads_german(projects: None, finn: Person, clock: FrozenClock) -> None:
    assert "Acme GmbH › Website läuft seit 10:00" in said(finn, "/track starte acme website")
    assert finn.last.buttons == ["Stopp", "Bearbeiten", "Rückgängig"]
    clock.forward_by(minutes=90)
    assert "1:30 h (10:00–11:30)" in said(finn, "/track stopp")


def test_everybody_has_a_timer_of_their_own(projects: None, anna: Person, finn: Person) -> None:
    anna.types("/track start acme website")
    assert "Gerade läuft keine Zeitmessung" in said(finn, "/track status")


def test_two_starts_at_the_same_moment_leave_one_timer(
    projects: None, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    with ThreadPoolExecutor(4) as crowd:
        for _ in range(4):
            crowd.submit(workspace.command, anna.id, anna.channel, "/track start acme website")
    workspace.wait_idle()
    with bot.database.read() as db:
        running = db.execute(select(func.count()).select_from(entries).where(entries.c.ended_at.is_(None))).scalar_one()
    assert running == 1


def test_the_database_itself_refuses_a_second_running_timer(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start acme website")
    columns = (
        "workspace_id, person_id, customer_id, note, started_at, day, zone, timed, end_guessed, billable, created_at"
    )
    with pytest.raises(IntegrityError), bot.database.write() as db:
        db.execute(text(f"INSERT INTO time_entry ({columns}) SELECT {columns} FROM time_entry"))


def test_a_command_that_slack_delivers_twice_changes_nothing_the_second_time(
    projects: None, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    anna.types("/track log 1h acme website")
    workspace.repeat()
    workspace.wait_idle()
    assert count(bot) == 1


def test_a_timer_forgotten_for_a_day_is_stopped_with_a_guessed_end_that_its_person_confirms(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: Callable[[], int]
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=30)
    assert "ran for more than 24 hours" in said(anna, "/track stop")
    assert "end guessed" in said(anna, "/track list yesterday")
    anna.clicks("That is right")
    assert "end guessed" not in said(anna, "/track list yesterday")
    assert "8:00 h" in said(anna, "/track list yesterday")


def test_several_projects_that_fit_are_offered_and_what_was_typed_is_kept(projects: None, anna: Person) -> None:
    assert "Several fit “acme”" in said(anna, "/track start acme since 9:00: kick-off")
    assert anna.last.buttons[:2] == ["Acme GmbH › App", "Acme GmbH › Website"]
    anna.clicks("Acme GmbH › Website")
    assert "has been running since 09:00" in anna.last.plain()
    assert "kick-off" in said(anna, "/track list")


def test_a_choice_counts_once(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme")
    question = anna.last
    question.click("Acme GmbH › Website")
    assert count(bot) == 1
    anna.workspace.repeat()
    anna.workspace.wait_idle()
    assert count(bot) == 1


def test_an_unknown_name_offers_the_nearest_and_stores_nothing(projects: None, anna: Person, bot: Bot) -> None:
    assert "Nothing is called “wbesite”" in said(anna, "/track start wbesite")
    assert "Acme GmbH › Website" in anna.last.buttons
    assert count(bot) == 0


def test_a_project_can_be_created_on_the_way_and_the_timer_starts(projects: None, anna: Person) -> None:
    anna.types("/track start acme relaunch since 9:30: briefing")
    anna.clicks("Create project")
    assert anna.modal.value("Customer") == "Acme GmbH"
    assert anna.modal.value("Project") == "relaunch"
    anna.modal.fill("Project", "Relaunch")
    anna.modal.submit()
    assert "Acme GmbH › Relaunch has been running since 09:30" in anna.modal.text
    assert "briefing" in said(anna, "/track list")


def test_two_people_who_create_the_same_customer_at_once_share_it(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    finn.types("/track help")
    with bot.database.read() as db:
        known = people_rows.with_role(db, 1, "admin", "member")
    callers = [people.acting(person, now=bot.now(), request=person.name) for person in known]
    new = New(customer_id=None, new_customer="Neue GmbH", project="Umzug", service="")
    made = at_once(*(partial(timers.create_and_answer, bot, caller, new, None) for caller in callers))
    assert made[0] == made[1]
    assert "Neue GmbH › Umzug has been running" in said(anna, "/track start neue")


def test_of_all_names_there_ever_were_only_the_newest_take_memory(projects: None, anna: Person, bot: Bot) -> None:
    for _ in range(3):
        anna.types("/track start website")
        with bot.database.write() as db:
            catalog.names_changed(db, 1)
    assert len(bot.names) == 1


def test_a_project_deleted_while_the_choice_was_open_is_not_booked(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start acme")
    with bot.database.write() as db:
        db.execute(text("DELETE FROM project WHERE name = 'Website'"))
    anna.clicks("Acme GmbH › Website")
    assert "no longer there" in anna.last.plain()
    assert count(bot) == 0


def test_a_service_is_understood_before_and_after_the_project(projects: None, anna: Person) -> None:
    assert "Acme GmbH › Website · Design has been running" in said(anna, "/track start acme website design")
    assert "Acme GmbH › App · Travel has been running" in said(anna, "/track start travel acme app")


def test_start_without_words_offers_what_was_worked_on_last(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track log 1h shop")
    assert "What are you working on?" in said(anna, "/track start")
    assert "Bäckerei Söhne & Co. › Shop" in anna.last.buttons


def said(who: Person, typed: str) -> str:
    """What the bot answers, as the person reads it."""
    answer = who.types(typed)
    assert answer is not None, "nothing was answered"
    return answer.plain()


def count(bot: Bot) -> int:
    with bot.database.read() as db:
        number: int = db.execute(select(func.count()).select_from(entries)).scalar_one()
    return number


def test_a_double_click_on_a_choice_books_once(projects: None, anna: Person, bot: Bot, workspace: Workspace) -> None:
    anna.types("/track log 1h acme")
    question = anna.last.surface
    with ThreadPoolExecutor(2) as fingers:
        for number in range(2):
            fingers.submit(workspace.click, anna.id, question, f"question_answer:{number}")
    workspace.wait_idle()
    assert count(bot) == 1


def test_a_timer_that_was_stopped_meanwhile_keeps_its_guessed_end_unconfirmed(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    anna.types("/track start acme website")
    anna.clicks("Edit")
    clock.forward_by(hours=25)
    with bot.database.write() as db:
        timers.stop_forgotten(db, bot.now())
    anna.modal.fill("Note", "concept")
    anna.modal.submit()
    assert "end guessed" in said(anna, "/track list yesterday")

"""Start, stop, switch, status: what a person can rely on about timers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from bot.catalog import finding
from bot.catalog.creation import NewNames
from bot.core.context import Bot
from bot.people import callers as people
from bot.tracking import answers, timers
from playground.person import Person
from playground.slack.workspace import Workspace
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import draft_states as draft_state_rows
from storage import people as people_rows
from storage.tables import entries
from tests.conftest import FrozenClock, at_once
from tests.deeds import count, only, said


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


def test_stop_without_a_timer_says_what_to_do(projects: None, anna: Person) -> None:
    assert "No timer is running. Start one with" in said(anna, "/track stop")


def test_stop_takes_a_time_and_a_note(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website: concept")
    clock.forward_by(hours=2)
    assert "1:30 h (10:00–11:30)" in said(anna, "/track stop 11:30: and layout")
    listed = said(anna, "/track list")
    assert "concept" in listed
    assert "and layout" in listed


def test_what_a_refused_command_said_is_not_lost(projects: None, anna: Person, finn: Person) -> None:
    assert "How long was it?" in said(anna, "/track log acme website #call: R&D <all>")
    assert "You typed: /track log acme website #call: R&D <all>" in anna.last.plain()
    assert "Du hast geschrieben: /track stop acme: fertig" in said(finn, "/track stop acme: fertig")
    long = f"/track log acme: {'ab ' * 980}end"
    assert f"You typed: {long}" in said(anna, long)
    assert anna.last.buttons == []
    assert "You typed" not in said(anna, "/track stop")


def test_a_stop_before_the_start_says_which_moment_was_understood(
    projects: None, anna: Person, finn: Person, bot: Bot, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=1)
    assert "not running yet then (09:30): it began at 10:00" in said(anna, "/track stop 9:30")
    assert "not running yet then (Mon 9 Mar, 23:00)" in said(anna, "/track stop 23:00")
    assert only(bot).ended_at is None
    finn.types("/track start acme website")
    assert "Da (Mo., 9. März, 23:00) lief deine Zeitmessung" in said(finn, "/track stop 23:00")


def test_status_tells_what_runs_and_the_total_of_the_day(projects: None, anna: Person, clock: FrozenClock) -> None:
    assert "No timer is running · today 0:00 h" in said(anna, "/track status")
    anna.types("/track log 1h acme app")
    anna.types("/track start acme website")
    clock.forward_by(minutes=30)
    assert "Acme GmbH › Website has been running since 10:00 · today 1:30 h" in said(anna, "/track status")


@pytest.mark.parametrize("typed", ["/track stop 10:20", "/track stop at 10:20", "/track pause 10:20"])
def test_within_the_minute_of_the_start_the_seconds_say_why(
    projects: None, anna: Person, clock: FrozenClock, typed: str
) -> None:
    clock.forward_by(minutes=20, seconds=37)
    anna.types("/track start acme website")
    clock.forward_by(minutes=1)
    assert "not running yet then (10:20:00): it began at 10:20:37" in said(anna, typed)


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


# What is said beside the project


def test_tags_and_what_is_not_billed_are_kept_and_shown(projects: None, anna: Person, bot: Bot) -> None:
    said(anna, "/track start acme website #call #Überblick --nb: kick-off")
    assert "Acme GmbH › Website · #call #überblick · not billable has been running" in anna.last.plain()
    assert (only(bot).tags, only(bot).billable, only(bot).note) == ("call überblick", False, "kick-off")


def test_stop_adds_tags_to_those_that_are_there(projects: None, anna: Person, clock: FrozenClock, bot: Bot) -> None:
    anna.types("/track start acme website #call")
    clock.forward_by(minutes=5)
    anna.types("/track stop #review #call --nb")
    assert (only(bot).tags, only(bot).billable) == ("call review", False)


def test_an_entry_has_no_more_tags_than_fit(projects: None, anna: Person, clock: FrozenClock, bot: Bot) -> None:
    anna.types("/track start acme website " + " ".join(f"#tag{n}" for n in range(10)))
    clock.forward_by(minutes=5)
    assert "at most" in said(anna, "/track stop #onemore")
    assert only(bot).ended_at is None


@pytest.mark.parametrize(
    ("project", "service", "typed", "billable"),
    [
        (True, True, "", True),
        (False, True, "", False),
        (True, False, "", False),
        (False, False, " --billable", True),
        (True, True, " nicht abrechenbar", False),
    ],
)
def test_time_is_billed_where_project_and_service_are_unless_the_person_says_otherwise(
    projects: None, anna: Person, bot: Bot, project: bool, service: bool, typed: str, billable: bool
) -> None:
    with bot.database.write() as db:
        db.execute(catalog_rows.projects.update().values(billable=project))
        db.execute(catalog_rows.services.update().values(billable=service))
    anna.types(f"/track log 1h acme website design{typed}")
    assert only(bot).billable is billable


def test_who_names_no_service_does_what_they_usually_do(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(people_rows.people.update().values(service_id=2))
    assert "Acme GmbH › Website · Travel" in said(anna, "/track start acme website")
    assert "Acme GmbH › Website · Design" in said(anna, "/track start acme website design")


def test_an_archived_usual_service_is_left_out(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(people_rows.people.update().values(service_id=2))
        db.execute(catalog_rows.services.update().values(archived=True))
    assert "Acme GmbH › Website has been running" in said(anna, "/track start acme website")


def test_a_choice_keeps_tags_and_what_is_not_billed(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme #call nicht abrechenbar: kick-off")
    anna.clicks("Acme GmbH › Website")
    assert (only(bot).tags, only(bot).billable, only(bot).note) == ("call", False, "kick-off")


# Switch


def test_switch_goes_on_with_something_else_in_the_same_second(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=20)
    assert "Stopped Acme GmbH › Website after 0:20 h" in said(anna, "/track switch shop: packing")
    assert "Shop has been running since 10:20" in anna.last.plain()


def test_switch_without_words_stays_on_the_project_with_a_new_note(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    anna.types("/track start acme website design --nb #call: concept")
    clock.forward_by(minutes=20)
    anna.types("/track switch #review: layout")
    with bot.database.read() as db:
        first, second = db.execute(select(entries).order_by(entries.c.id)).all()
    assert first.ended_at == second.started_at
    assert (second.project_id, second.service_id) == (first.project_id, first.service_id)
    assert (second.note, second.tags, second.billable) == ("layout", "review", False)


def test_a_bare_switch_asks_what_to_go_on_with_and_stops_nothing(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=20)
    assert "What are you working on?" in said(anna, "/track switch")
    assert only(bot).ended_at is None


def test_switch_to_a_new_note_needs_a_timer(projects: None, anna: Person) -> None:
    assert "No timer is running" in said(anna, "/track switch: layout")


# Continue


def test_continue_starts_the_last_entry_again(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 shop")
    anna.types("/track log 9-9:30 acme website design #call --nb: kick-off")
    assert "Website · Design · #call · not billable has been running since 10:00" in said(anna, "/track continue")
    with bot.database.read() as db:
        last, again = db.execute(select(entries).order_by(entries.c.id.desc()).limit(2)).all()[::-1]
    assert (again.note, again.tags, again.billable, again.ended_at) == ("kick-off", "call", False, None)
    assert last.ended_at < again.started_at


def test_continue_with_words_takes_the_newest_that_fits(projects: None, anna: Person) -> None:
    anna.types("/track log 6-7 acme website: old")
    anna.types("/track log 7-8 acme website: new")
    anna.types("/track log 8-9 shop")
    assert "Acme GmbH › Website has been running since 9:30" in said(anna, "/track continue acme since 9:30").replace(
        "09:30", "9:30"
    )
    anna.types("/track stop")
    assert "new" in said(anna, "/track list")


def test_continue_offers_what_else_was_worked_on(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track log 7-8 shop: packing")
    anna.types("/track log 8-9 acme website")
    anna.types("/track continue")
    assert anna.last.options("Continue something else") == ["Bäckerei Söhne & Co. › Shop: packing"]
    clock.forward_by(minutes=10)
    anna.last.fill("Continue something else", "Bäckerei Söhne & Co. › Shop: packing")
    assert "Shop has been running since 10:10" in anna.last.plain()


def test_continue_of_what_runs_already_says_so_and_changes_nothing(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    anna.types("/track start acme website: layout")
    clock.forward_by(minutes=5)
    anna.types("/track stop")
    anna.types("/track continue")
    clock.forward_by(minutes=5)
    assert "Acme GmbH › Website is running already, since 10:05" in said(anna, "/track continue")
    assert count(bot) == 2


def test_nothing_is_continued_that_is_archived(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 shop")
    with bot.database.write() as db:
        db.execute(catalog_rows.projects.update().where(catalog_rows.projects.c.name == "Shop").values(archived=True))
        catalog_rows.names_changed(db, 1)
    assert "no longer there" in said(anna, "/track continue")
    assert "Nothing of the last seven days fits “shop”" in said(anna, "/track continue shop")
    assert count(bot) == 1


def test_who_has_nothing_to_continue_is_told_how_to_begin(projects: None, anna: Person) -> None:
    assert "nothing to continue yet" in said(anna, "/track continue")


def test_nobody_is_offered_what_others_did(projects: None, anna: Person, finn: Person) -> None:
    finn.types("/track buche 6-7 shop")
    anna.types("/track log 7-8 acme website")
    anna.types("/track log 8-9 acme app")
    anna.types("/track continue")
    assert anna.last.options("Continue something else") == ["Acme GmbH › Website"]


# Nothing but a slip


def test_a_timer_stopped_in_the_second_it_started_is_not_kept(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start acme website")
    assert "ran for less than a second and is not kept" in said(anna, "/track stop")
    assert count(bot) == 0
    assert anna.last.buttons == ["Undo"]
    anna.clicks("Undo")
    assert "Acme GmbH › Website has been running since 10:00" in said(anna, "/track status")


def test_a_start_that_is_corrected_in_the_same_second_leaves_one_entry(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start acme website")
    assert "ran for less than a second and is not kept" in said(anna, "/track start acme app")
    assert only(bot).project == "App"
    anna.clicks("Undo")
    assert only(bot).project == "Website"


# Days and years


def test_stop_with_a_time_of_yesterday_says_the_day(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website since 9:00")
    clock.forward_by(hours=22)  # 8:00 on Wednesday
    assert "8:30 h (09:00–17:30) · Tue 10 Mar 8:30 h" in said(anna, "/track stop 17:30").replace(",", "")


def test_status_says_the_day_of_a_timer_that_began_before_today(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=15)
    assert "since Tue 10 Mar 10:00 · today 1:00 h" in said(anna, "/track status").replace(",", "")


def test_a_year_that_is_over_is_named(projects: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_to(datetime(2026, 12, 31, 21, tzinfo=UTC))
    anna.types("/track start acme website")
    clock.forward_by(hours=3)
    assert "(22:00–01:00) · Thu 31 Dec 2026 2:00 h" in said(anna, "/track stop").replace(",", "")


def test_a_german_reads_german(projects: None, finn: Person, clock: FrozenClock) -> None:
    assert "Acme GmbH › Website läuft seit 10:00" in said(finn, "/track starte acme website")
    assert finn.last.buttons == ["Stopp", "Bearbeiten …", "Rückgängig"]
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
    anna.clicks("Create project …")
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
        known = people_rows.people_with_role(db, 1, "admin", "member")
    callers = [people.acting(person, now=bot.now(), request=person.name) for person in known]
    new = NewNames(customer_id=None, new_customer="Neue GmbH", project="Umzug", service="")
    made = at_once(*(partial(answers.create_and_answer, bot, caller, new, None) for caller in callers))
    assert made[0][0].target == made[1][0].target
    assert "Neue GmbH › Umzug has been running" in said(anna, "/track start neue")


def test_of_all_names_there_ever_were_only_the_newest_take_memory(projects: None, anna: Person, bot: Bot) -> None:
    for _ in range(3):
        anna.types("/track start website")
        with bot.database.write() as db:
            catalog_rows.names_changed(db, 1)
    assert len(finding._NAMES[bot]) == 1


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


def test_start_without_words_offers_what_was_worked_on_last(projects: None, anna: Person) -> None:
    anna.types("/track log 1h shop")
    assert "What are you working on?" in said(anna, "/track start")
    assert "Bäckerei Söhne & Co. › Shop" in anna.last.buttons


def test_a_service_alone_asks_which_project_and_one_click_starts_it(projects: None, anna: Person, finn: Person) -> None:
    anna.types("/track log 1h shop")
    anna.types("/track log 1h acme website travel")
    assert "Which project is “design” for?" in said(anna, "/track start design since 9:30 #call: kick-off")
    assert anna.last.buttons[:2] == ["Acme GmbH › Website · Design", "Bäckerei Söhne & Co. › Shop · Design"]
    anna.clicks("Acme GmbH › Website · Design")
    assert "Acme GmbH › Website · Design · #call has been running since 09:30" in anna.last.plain()
    assert "kick-off" in anna.last.plain()
    assert "Für welches Projekt ist „design“?" in said(finn, "/track buche 1h design")


def test_a_service_alone_is_kept_for_any_other_project(projects: None, anna: Person) -> None:
    anna.types("/track log 2h design")
    anna.last.fill("Search all projects", "Acme GmbH › App")
    assert "Acme GmbH › App · Design · 2:00 h" in anna.last.plain()


def test_a_service_alone_is_kept_for_a_project_that_is_created_for_it(projects: None, anna: Person) -> None:
    anna.types("/track start design")
    anna.clicks("Create project …")
    assert anna.modal.value("Project") in (None, "")
    anna.modal.fill("Customer", "Acme GmbH")
    anna.modal.fill("Project", "Relaunch")
    anna.modal.submit()
    assert "Acme GmbH › Relaunch · Design has been running" in anna.modal.text


def test_of_several_services_that_fit_none_is_guessed(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        creation_rows.add_service(db, 1, name="Development", key="development")
        catalog_rows.names_changed(db, 1)
    anna.types("/track log 1h acme website")
    anna.types("/track start de: kick-off")
    assert anna.last.buttons[:2] == ["Acme GmbH › Website · Design", "Acme GmbH › Website · Development"]
    anna.last.fill("Search all projects", "Shop")
    assert "Several fit “de”" in anna.last.plain()
    anna.clicks("Bäckerei Söhne & Co. › Shop · Development")
    assert "› Shop · Development has been running" in anna.last.plain()
    assert "kick-off" in anna.last.plain()


def test_a_service_archived_while_the_question_was_open_is_not_booked(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start design")
    with bot.database.write() as db:
        db.execute(text("UPDATE service SET archived = true WHERE name = 'Design'"))
    anna.last.fill("Search all projects", "Shop")
    assert "no longer there" in anna.last.plain()
    assert count(bot) == 0


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
    anna.clicks("Edit …")
    clock.forward_by(hours=25)
    with bot.database.write() as db:
        timers.stop_forgotten(db, bot.now())
    anna.modal.fill("Note", "concept")
    anna.modal.submit()
    assert "end guessed" in said(anna, "/track list yesterday")


# What an answer tells and offers


def test_a_total_of_today_is_called_today_and_the_note_is_shown(
    projects: None, anna: Person, finn: Person, clock: FrozenClock
) -> None:
    assert "concept" in said(anna, "/track start acme website: concept")
    assert "Konzept" in said(finn, "/track starte acme website: Konzept")
    clock.forward_by(minutes=30)
    stopped = said(anna, "/track stop")
    assert "· today 0:30 h" in stopped
    assert "concept" in stopped
    assert "· heute 0:30 h" in said(finn, "/track stopp")


def test_what_finds_nothing_says_what_to_do_next(projects: None, anna: Person, finn: Person) -> None:
    assert "/track start starts one" in said(anna, "/track status")
    assert "/track weiter macht mit der letzten weiter" in said(finn, "/track status")
    assert "/track log writes down what you did" in said(anna, "/track list")
    assert "/track buche trägt nach, was du getan hast" in said(finn, "/track liste")
    assert "/track list shows what is" in said(anna, "/track delete 8:15")
    assert "/track liste zeigt, was eingetragen ist" in said(finn, "/track lösche 8:15")


def test_time_that_is_over_is_asked_about_as_over(projects: None, anna: Person, finn: Person) -> None:
    assert "What did you work on?" in said(anna, "/track log 2h")
    assert "Woran hast du gearbeitet?" in said(finn, "/track buche 2h")


def test_a_timer_that_runs_again_after_undo_can_be_stopped_there(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=30)
    anna.types("/track stop")
    anna.clicks("Undo")
    anna.clicks("Stop")
    assert "0:30 h (10:00–10:30)" in anna.last.plain()


def test_an_overlap_names_the_times_that_were_typed(projects: None, anna: Person, finn: Person) -> None:
    anna.types("/track log 8-9:30 acme website")
    assert "09:00–09:45 overlaps with an entry" in said(anna, "/track log 9-9:45 shop")
    finn.types("/track buche 7-8:30 acme website")
    assert "08:00–08:45 überschneidet sich mit einem Eintrag" in said(finn, "/track buche 8-8:45 shop")


def test_a_start_never_waits_for_somebody_who_waits_for_it(projects: None, anna: Person, bot: Bot) -> None:
    if bot.database.is_sqlite:
        pytest.skip("SQLite lets one change in at a time: pytest --postgresql")
    said(anna, "/track status")  # her first contact
    with ThreadPoolExecutor(1) as threads:
        with bot.database.write() as approval:  # locks whoever worked for a customer, and then the customer
            people_rows.lock_person(approval, 1)
            started = threads.submit(said, anna, "/track start acme website")
            while not approval.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                pass
            draft_state_rows.lock_customer(approval, 1)
        assert "Acme GmbH › Website" in started.result()


def test_whoever_creates_something_on_the_way_never_waits_for_somebody_who_waits_for_them(
    projects: None, anna: Person, bot: Bot
) -> None:
    if bot.database.is_sqlite:
        pytest.skip("SQLite lets one change in at a time: pytest --postgresql")
    anna.types("/track start acme relaunch")
    anna.clicks("Create project …")
    with ThreadPoolExecutor(1) as threads:
        with bot.database.write() as settings:  # lock the workspace, and then its admins
            catalog_rows.lock_workspace(settings, 1)
            created = threads.submit(anna.modal.submit)
            while not settings.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                pass
            people_rows.lock_person(settings, 1)
        created.result()
    assert "Acme GmbH › relaunch has been running" in anna.modal.text


@pytest.mark.both_doors
@pytest.mark.parametrize(
    ("language", "started", "typed", "kept"),
    [
        ("en", "start acme website", "stop", "it was set back"),
        ("en", "start acme website", "stop: done", "it was set back"),
        ("en", "start acme website", "start shop", "it was set back"),
        ("en", "start acme website", "switch shop", "it was set back"),
        ("en", "start acme website", "switch: something else", "it was set back"),
        ("de", "starte acme website", "stopp", "Sie wurde zurückgestellt"),
        ("de", "starte acme website", "starte shop", "Sie wurde zurückgestellt"),
    ],
)
def test_a_clock_that_was_set_back_loses_no_timer(
    projects: None,
    anna: Person,
    finn: Person,
    bot: Bot,
    clock: FrozenClock,
    language: str,
    started: str,
    typed: str,
    kept: str,
) -> None:
    who = {"en": anna, "de": finn}[language]
    who.types(f"/track {started}")
    before = only(bot)
    clock.drift = timedelta(hours=-1)
    clock.forward_by(minutes=20)
    assert kept in said(who, f"/track {typed}")
    assert "?" in who.last.plain()
    assert only(bot) == before
    who.clicks({"en": "Edit …", "de": "Bearbeiten …"}[language])
    who.modal.fill({"en": "Start", "de": "Beginn"}[language], "09:00")
    who.modal.submit()
    who.modal.close()
    who.types("/track stop")
    assert only(bot).seconds == 20 * 60


@pytest.mark.parametrize("where", ["message", "home", "form"])
def test_no_button_stops_a_timer_that_began_later_than_the_clock_shows(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, where: str
) -> None:
    anna.types("/track start acme website")
    clock.drift = timedelta(seconds=-5)
    if where == "message":
        anna.clicks("Stop")
        answer = anna.last.plain()
    elif where == "home":
        anna.home.click("Stop")
        answer = anna.modal.text
    else:
        anna.types("/track")
        anna.modal.click("Stop")
        answer = anna.modal.text
    assert "The timer goes on running" in answer
    assert only(bot).ended_at is None

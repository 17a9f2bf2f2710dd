"""Edit, delete, undo: what a person can rely on about mending what was written down."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import and_, insert, select, update

from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot, Itself
from playground.person import Person
from playground.slack.workspace import Workspace
from storage import breaks as break_rows
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import people as people_rows
from storage.breaks import BreakTime
from storage.change import Change
from storage.tables import DraftLine, InvoiceDraft, audits, table
from storage.tracking import NOT_SAVED
from tests.conftest import T0, FrozenClock
from tests.deeds import add_entry, count, edit, everything, forge, kept, kept_menu, only, put_on_draft, said, sure
from tests.drafts import add_draft

# Edit


def test_the_form_shows_what_the_entry_is(projects: None, anna: Person) -> None:
    anna.types("/track log 8:15-9:30 acme website design: kick-off")
    anna.clicks("Edit …")
    form = anna.modal
    assert {label: form.value(label) for label in form.labels} == {
        "Project": "Acme GmbH › Website",
        "Service": "Design",
        "Day": "2026-03-10",
        "Start": "08:15",
        "End": "09:30",
        "Note": "kick-off",
        "Who reads the note": [],
        "Tags": None,
        "Billing": ["Billable"],
    }


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("Project", "Bäckerei Söhne & Co. › Shop", "08:15–09:30 · 1:15 h · Bäckerei Söhne & Co. › Shop · Design"),
        ("Service", "Travel", "08:15–09:30 · 1:15 h · Acme GmbH › Website · Travel"),
        ("Service", None, "08:15–09:30 · 1:15 h · Acme GmbH › Website\n"),
        ("Start", "07:00", "07:00–09:30 · 2:30 h · Acme GmbH › Website · Design"),
        ("End", "09:00", "08:15–09:00 · 0:45 h · Acme GmbH › Website · Design"),
        ("Day", "2026-03-09", "08:15–09:30 · 1:15 h · Acme GmbH › Website · Design"),
        ("Note", "and layout", "\nand layout"),
        ("Note", None, "Acme GmbH › Website · Design\nTue"),
        ("Billing", [], "08:15–09:30 · 1:15 h · Acme GmbH › Website · Design · not billable"),
    ],
)
def test_each_field_can_be_corrected(projects: None, anna: Person, field: str, value: Any, line: str) -> None:
    anna.types("/track log 8:15-9:30 acme website design: kick-off")
    anna.clicks("Edit …")
    anna.modal.fill(field, value)
    anna.modal.submit()
    assert line in anna.modal.text
    day = "yesterday" if field == "Day" else "today"
    assert line.partition("\n")[0] in said(anna, f"/track list {day}")


def test_times_that_were_not_touched_keep_their_seconds(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    clock.forward_by(seconds=40)
    anna.types("/track start acme website")
    clock.forward_by(seconds=15)
    anna.types("/track stop")
    edit(anna, Note="a moment")
    assert only(bot).seconds == 15
    edit(anna, Start="09:00")
    assert only(bot).seconds == 3600 + 55


def test_an_entry_of_no_time_stays_one_when_its_note_is_edited(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        add_entry(db, started_at=T0, ended_at=T0)
    anna.types("/track list")
    edit(anna, Note="started by mistake")
    assert only(bot).seconds == 0


def test_an_end_before_the_start_means_the_next_day_only_for_a_night(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    anna.types("/track log 20:00-22:00 acme website yesterday")
    edit(anna, End="02:00")
    assert only(bot).seconds == 6 * 3600
    anna.types("/track log 8:00-9:00 shop")
    clock.forward_by(days=2)
    anna.clicks("Edit …")
    anna.modal.fill("End", "07:00")
    anna.modal.submit()
    assert "before the start" in anna.modal.errors["End"]


def test_a_long_night_that_is_not_touched_stays_as_it_was(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    clock.forward_to(datetime(2026, 3, 28, 9, tzinfo=UTC))  # 10:00 on the day before clocks go forward
    anna.types("/track start acme website")
    clock.forward_by(hours=23, minutes=30)
    assert "23:30 h (10:00–10:30)" in said(anna, "/track stop")
    edit(anna, Note="release")
    assert only(bot).seconds == 84_600


def test_the_end_cannot_be_in_the_future(projects: None, anna: Person) -> None:
    anna.types("/track log 8-9 acme website")
    anna.clicks("Edit …")
    anna.modal.fill("End", "10:01")
    anna.modal.submit()
    assert "once it is over" in anna.modal.errors["End"]


def test_an_edit_that_overlaps_is_not_saved_and_keeps_what_was_typed(projects: None, anna: Person) -> None:
    anna.types("/track log 7-8 shop")
    anna.types("/track log 8-9 acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Start", "07:30")
    anna.modal.submit()
    assert "07:00–08:00 · Bäckerei Söhne & Co. › Shop" in anna.modal.text
    assert anna.modal.value("Start") == "07:30"
    anna.modal.fill("Start", "08:30")
    anna.modal.submit()
    assert "08:30–09:00 · 0:30 h" in anna.modal.text


def test_of_a_length_the_length_and_the_day_can_be_corrected(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website")
    edit(anna, Duration="1,5")
    assert only(bot).seconds == 5400
    edit(anna, Day="2026-03-08")
    assert (only(bot).day, only(bot).seconds) == (date(2026, 3, 8), 5400)


@pytest.mark.parametrize("typed", ["36s", "0.01", "1h", "1.511"])
def test_a_length_that_was_not_touched_keeps_its_seconds(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    anna.types(f"/track log {'0.01' if typed == '36s' else typed} acme website")
    before = only(bot)
    edit(anna, Note="checked")
    assert (only(bot).seconds, only(bot).started_at) == (before.seconds, before.started_at)
    edit(anna, Day="2026-03-09")
    assert only(bot).seconds == before.seconds


@pytest.mark.parametrize("typed", ["long", "0", "-1", "25h", "1:75", "\u200b"])
def test_what_is_no_length_is_refused_at_its_field(projects: None, anna: Person, typed: str) -> None:
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Duration", typed)
    anna.modal.submit()
    assert "Type a duration like 1:30" in anna.modal.errors["Duration"]


def test_a_length_that_does_not_fit_into_the_day_is_refused_at_its_field(projects: None, anna: Person) -> None:
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Duration", "11h")
    anna.modal.submit()
    assert "do not fit into today" in anna.modal.errors["Duration"]
    anna.modal.fill("Day", "2026-03-11")
    anna.modal.submit()
    assert "do not fit into" in anna.modal.errors["Duration"]


def test_a_running_timer_can_be_corrected_and_runs_on(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=30)
    edit(anna, Start="09:00", Project="Acme GmbH › App")
    assert "Acme GmbH › App has been running since 09:00 · today 1:30 h" in said(anna, "/track status")


def test_a_running_timer_cannot_be_moved_into_the_future_or_over_other_entries(projects: None, anna: Person) -> None:
    anna.types("/track log 8-9 shop")
    anna.types("/track start acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Start", "10:05")
    anna.modal.submit()
    assert "future" in anna.modal.errors["Start"]
    anna.modal.fill("Start", "08:30")
    anna.modal.submit()
    assert "overlaps" in anna.modal.text


def test_a_form_opened_while_the_timer_ran_keeps_the_end_it_got_meanwhile(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    anna.clicks("Edit …")
    clock.forward_by(minutes=30)
    anna.types("/track stop")
    clock.forward_by(minutes=30)
    anna.modal.fill("Note", "still in the form")
    anna.modal.submit()
    assert "10:00–10:30 · 0:30 h" in anna.modal.text


def test_a_forgotten_timer_that_is_corrected_is_confirmed_by_that(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=30)
    anna.types("/track stop")
    assert "end guessed" in said(anna, "/track list yesterday")
    edit(anna, End="12:00")
    assert "10:00–12:00 · 2:00 h · Acme GmbH › Website" in said(anna, "/track list yesterday")
    assert "end guessed" not in anna.last.plain()


def test_a_project_archived_while_the_form_was_open_is_refused(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Project", "Bäckerei Söhne & Co. › Shop")
    with bot.database.write() as db:
        db.execute(catalog_rows.projects.update().where(catalog_rows.projects.c.name == "Shop").values(archived=True))
        catalog_rows.names_changed(db, 1)
    anna.modal.submit()
    assert "no longer there" in anna.modal.text
    assert only(bot).project == "Website"


def test_a_note_is_no_longer_than_its_field(projects: None, anna: Person, bot: Bot) -> None:
    anna.types(f"/track start acme website: {'a' * 2000}")
    assert "3000 characters at most" in said(anna, f"/track stop: {'b' * 2000}").replace(",", "")
    assert only(bot).ended_at is None


def test_an_entry_within_the_hour_that_came_twice_can_be_edited(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # 02:30, for the first time
    anna.types("/track start acme website")
    clock.forward_by(hours=1)
    anna.types("/track stop")
    anna.clicks("Edit …")
    anna.modal.fill("Note", "night shift")
    anna.modal.submit()
    assert "02:30–02:30, the clocks changed · 1:00 h" in anna.modal.text


@pytest.mark.parametrize("language", ["en", "de"])
def test_of_an_hour_that_came_twice_the_form_asks_which(
    projects: None, anna: Person, finn: Person, bot: Bot, clock: FrozenClock, language: str
) -> None:
    who, edit_label, start, end, first, second = {
        "en": (anna, "Edit …", "Start", "End", "The first time", "The second time"),
        "de": (finn, "Bearbeiten …", "Beginn", "Ende", "Beim ersten Mal", "Beim zweiten Mal"),
    }[language]
    twice = {"en": "{}: this time came twice", "de": "{}: Diese Zeit kam zweimal"}[language]
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))
    who.types("/track log 1:15-1:45 acme website")
    who.clicks(edit_label)
    who.modal.fill(start, "02:15")
    who.modal.fill(end, "02:40")
    who.modal.submit()
    who.modal.fill(twice.format(start), first)
    who.modal.submit()
    who.modal.submit()
    assert list(who.modal.errors) == [twice.format(end)]
    who.modal.fill(twice.format(end), second)
    who.modal.submit()
    assert only(bot).seconds == 85 * 60
    who.modal.close()
    who.clicks(edit_label)
    assert who.modal.value(twice.format(end)).startswith(second)
    who.modal.fill(twice.format(end), first)
    who.modal.submit()
    assert only(bot).seconds == 25 * 60


def test_a_split_within_an_hour_that_came_twice_asks_which(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))
    anna.types("/track log 1:30-4:00 acme website")
    anna.types("/track split")
    anna.modal.fill("Split at", "02:30")
    anna.modal.fill("Split at: this time came twice", "The second time")
    anna.modal.submit()
    assert [entry.seconds for entry in everything(bot)] == [2 * 3600, 90 * 60]


def test_times_that_did_not_exist_or_came_twice_are_asked_about_at_their_field(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))
    anna.types("/track log 5-6 acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Start", "02:30")
    anna.modal.submit()
    assert "Start: this time came twice" in anna.modal.labels
    anna.modal.fill("Day", "2026-03-29")
    anna.modal.submit()
    assert "did not exist" in anna.modal.errors["Start"]


# Delete and undo


def test_deleting_asks_first_and_can_be_undone(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website design: kick-off")
    before = only(bot)
    anna.clicks("Edit …")
    anna.modal.click("Delete entry", confirm=False)
    assert count(bot) == 1
    anna.modal.click("Delete entry", confirm=True)
    assert "is deleted" in anna.modal.text
    assert count(bot) == 0
    anna.modal.click("Undo")
    assert "As before: Acme GmbH › Website · Design" in anna.modal.text
    assert only(bot) == before


def test_an_edit_can_be_undone(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    before = only(bot)
    edit(anna, Start="07:00", Note="x", Project="Acme GmbH › App")
    anna.modal.click("Undo")
    assert only(bot) == before


def test_an_action_is_undone_once(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    again = kept(anna.last)
    anna.clicks("Undo")
    assert count(bot) == 0
    again("Undo")
    assert "already taken back" in anna.last.plain()
    assert count(bot) == 0


def test_what_was_edited_since_is_not_undone(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    undo = kept(anna.last)
    edit(anna, Note="precious")
    anna.modal.close()
    undo("Undo")
    assert "changed since then" in anna.last.plain()
    assert only(bot).note == "precious"


def test_undo_does_not_bring_back_what_would_overlap(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    anna.clicks("Edit …")
    anna.modal.click("Delete entry", confirm=True)
    anna.types("/track log 8:30-9:30 shop")
    anna.modal.click("Undo")
    assert "overlaps with Bäckerei Söhne & Co. › Shop" in anna.modal.text
    assert count(bot) == 1


def test_undo_of_a_stop_does_not_run_over_what_was_logged_since(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=10)
    anna.types("/track stop")
    stopped = anna.last
    clock.forward_by(minutes=5)
    anna.types("/track log 10:10-10:15 shop")
    stopped.click("Undo")
    assert "overlaps" in anna.last.plain()


def test_undo_of_a_stop_leaves_the_timer_that_runs_now_alone(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=30)
    anna.types("/track stop")
    stopped = anna.last
    anna.types("/track start shop")
    stopped.click("Undo")
    assert "Your timer for Bäckerei Söhne & Co. › Shop is running" in anna.last.plain()
    assert "Shop has been running since 10:30" in said(anna, "/track status")


def test_undo_does_not_overfill_a_day(projects: None, anna: Person, bot: Bot) -> None:
    sure(anna, "/track log 20h acme website yesterday")
    anna.clicks("Edit …")
    anna.modal.click("Delete entry", confirm=True)
    anna.types("/track log 10h shop yesterday")
    anna.modal.click("Undo")
    assert "would hold more hours than it has" in anna.modal.text
    assert count(bot) == 1


def test_a_running_timer_can_be_deleted_and_brought_back(projects: None, anna: Person) -> None:
    anna.types("/track start acme website")
    anna.clicks("Edit …")
    anna.modal.click("Delete entry", confirm=True)
    assert "No timer is running" in said(anna, "/track status")
    anna.modal.click("Undo")
    assert "Acme GmbH › Website has been running since 10:00" in said(anna, "/track status")


def test_every_change_is_on_record(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    edit(anna, Note="x")
    anna.modal.click("Undo")
    with bot.database.read() as db:
        found = db.execute(select(audits).where(audits.c.subject == "entry").order_by(audits.c.id)).all()
    assert [row.action for row in found] == ["log", "edit", "undo edit"]
    assert [row.before and row.before["note"] for row in found] == [None, "", "x"]
    assert [row.after["note"] for row in found] == ["", "x", ""]
    assert {(row.person_id, row.subject_id) for row in found} == {(1, 1)}


# By typing


def test_without_more_words_the_running_timer_is_meant_or_else_what_ended_last(projects: None, anna: Person) -> None:
    anna.types("/track log 8-9 acme website")
    anna.types("/track log 7-8 shop")
    assert "08:00–09:00 · 1:00 h · Acme GmbH › Website\nfirst" in said(anna, "/track note first")
    anna.types("/track start acme app")
    assert "since 10:00 · 0:00 h · Acme GmbH › App\nsecond" in said(anna, "/track note second")


def test_a_length_that_ended_last_is_meant_before_what_began_later(projects: None, anna: Person) -> None:
    anna.types("/track log 9:30-9:50 shop")
    anna.types("/track log 1h acme website")
    assert "Acme GmbH › Website, 1:00 h on" in said(anna, "/track delete")


def test_a_time_means_the_entry_that_covers_it(projects: None, anna: Person) -> None:
    anna.types("/track log 8-9 acme website")
    anna.types("/track log 9-10 shop")
    assert "Acme GmbH › Website, 1:00 h on" in said(anna, "/track delete 8:15")
    assert "Nothing is written down at 08:15 on" in said(anna, "/track delete 8:15")
    anna.types("/track edit 9:59")
    assert anna.modal.value("Project") == "Bäckerei Söhne & Co. › Shop"


def test_a_time_means_the_minute_that_lists_show(projects: None, anna: Person, bot: Bot, clock: FrozenClock) -> None:
    clock.forward_by(seconds=30)
    anna.types("/track start acme website")
    clock.forward_by(hours=1)
    assert "(10:00–11:00)" in said(anna, "/track stop")
    assert "Nothing is written down at 09:59 on" in said(anna, "/track edit 9:59")
    anna.types("/track edit 10:00")
    assert anna.modal.value("Project") == "Acme GmbH › Website"
    assert "#call" in said(anna, "/track tag #call 10:00")
    assert "Nothing is written down at 11:01 on" in said(anna, "/track delete 11:01")
    assert "Acme GmbH › Website, 1:00 h on" in said(anna, "/track delete 11:00")


def test_of_two_that_share_the_minute_one_is_chosen(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=30, seconds=30)
    anna.types("/track switch shop")
    clock.forward_by(hours=1)
    assert "(10:30–11:30)" in said(anna, "/track stop")
    for typed in ("delete 10:30", "edit 10:30", "note 10:30: late"):
        assert "Which entry of" in said(anna, f"/track {typed}")
    assert anna.last.options("Choose one") == [
        "10:00–10:30 · 0:30 h · Acme GmbH › Website",
        "10:30–11:30 · 1:00 h · Bäckerei Söhne & Co. › Shop",
    ]
    assert "Acme GmbH › Website" in said(anna, "/track tag #call 10:29")


def test_a_split_means_what_goes_on_at_the_time(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=30, seconds=30)
    anna.types("/track switch shop")
    clock.forward_by(hours=1)
    anna.types("/track stop")
    assert "10:00–10:30 · 0:30 h · Acme GmbH › Website\n" in said(anna, "/track split 10:30")


def test_of_a_day_with_several_entries_one_is_chosen(projects: None, anna: Person) -> None:
    anna.types("/track log 8-9 acme website yesterday")
    anna.types("/track log 9-10 shop yesterday: baking")
    for typed in ("delete yesterday", "edit yesterday", "tag #call yesterday", "note yesterday: late"):
        assert "Which entry of Mon 9 Mar do you mean?" in said(anna, f"/track {typed}").replace(",", "")
    assert anna.last.options("Choose one") == [
        "08:00–09:00 · 1:00 h · Acme GmbH › Website",
        "09:00–10:00 · 1:00 h · Bäckerei Söhne & Co. › Shop · baking",
    ]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("tag #call yesterday", "Shop · #call\nbaking"),
        ("note yesterday: late", "Shop\nbaking\nlate"),
    ],
)
def test_what_was_typed_is_kept_until_an_entry_was_chosen(projects: None, anna: Person, typed: str, line: str) -> None:
    anna.types("/track log 8-9 acme website yesterday")
    anna.types("/track log 9-10 shop yesterday: baking")
    anna.types(f"/track {typed}")
    menu = kept_menu(anna)
    anna.last.fill("Choose one", "09:00–10:00 · 1:00 h · Bäckerei Söhne & Co. › Shop · baking")
    assert line in anna.last.plain()
    menu("08:00–09:00 · 1:00 h · Acme GmbH › Website")
    assert "made already" in anna.last.plain()


def test_the_chosen_entry_is_deleted_or_opens_its_form(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website yesterday")
    anna.types("/track log 9-10 shop yesterday")
    anna.types("/track edit yesterday")
    anna.last.fill("Choose one", "08:00–09:00")
    assert anna.modal.value("Start") == "08:00"
    anna.modal.close()
    anna.types("/track split yesterday")
    anna.last.fill("Choose one", "08:00–09:00")
    assert anna.modal.value("Split at") == "08:30"
    anna.modal.close()
    anna.types("/track delete yesterday")
    anna.last.fill("Choose one", "08:00–09:00")
    assert "is deleted" in anna.last.plain()
    anna.last.click("Undo")
    assert count(bot) == 2


def test_of_a_day_with_one_entry_that_one_is_meant(projects: None, anna: Person) -> None:
    anna.types("/track log 8-9 acme website yesterday")
    assert "is deleted" in said(anna, "/track delete yesterday")
    assert "Nothing is written down for yesterday" in said(anna, "/track delete yesterday")
    assert "Nothing is written down yet" in said(anna, "/track edit")


def test_tags_are_added_and_taken_away(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    assert "Website · #call #review" in said(anna, "/track tag #Call #review")
    assert "Website · #review #travel" in said(anna, "/track tag #travel -#call")
    assert only(bot).tags == "review travel"
    assert "are like that already" in said(anna, "/track tag #review -#nothing")
    assert "10 tags at most" in said(anna, "/track tag #a1 #a2 #a3 #a4 #a5 #a6 #a7 #a8 #a9")


def test_tags_can_be_edited_in_the_form(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    edit(anna, Tags="#Call, review  travel;call")
    assert only(bot).tags == "call review travel"
    anna.modal.close()
    anna.clicks("Edit …")
    assert anna.modal.value("Tags") == "#call #review #travel"
    anna.modal.fill("Tags", "#ok #!")
    anna.modal.submit()
    assert "“!” is no tag" in anna.modal.errors["Tags"]
    anna.modal.fill("Tags", None)
    anna.modal.submit()
    assert only(bot).tags == ""


def test_a_note_gets_another_line_or_is_taken_away(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website: kick-off")
    anna.types("/track note with Ada")
    assert only(bot).note == "kick-off\nwith Ada"
    assert "3000 characters at most" in said(anna, f"/track note {'a' * 2990}").replace(",", "")
    anna.types("/track note :")
    assert only(bot).note == ""


def test_it_works_in_german(projects: None, finn: Person, bot: Bot) -> None:
    finn.types("/track buche 8-10 acme website")
    assert "Acme GmbH › Website · #telefon" in said(finn, "/track tagge #telefon")
    assert "In zwei Einträge geteilt" in said(finn, "/track teile 9:15")
    assert "Rückgängig gemacht: Teilung von Acme GmbH › Website." in said(finn, "/track rückgängig")
    assert "Rückgängig gemacht: Änderung an Acme GmbH › Website." in said(finn, "/track rückgängig")
    assert "Rückgängig gemacht: Eintrag Acme GmbH › Website." in said(finn, "/track rückgängig")
    assert count(bot) == 0
    assert "in den letzten 15 Minuten nichts geändert" in said(finn, "/track rückgängig")


def test_a_message_about_one_entry_follows_its_correction(projects: None, anna: Person) -> None:
    anna.types("/track log 8-9 acme website")
    edit(anna, End="09:30", Note="and layout")
    assert "08:00–09:30 · 1:30 h · Acme GmbH › Website\nand layout" in anna.last.plain()
    anna.modal.close()
    anna.clicks("Edit …")
    anna.modal.click("Delete entry", confirm=True)
    assert "is deleted" in anna.last.plain()
    anna.last.click("Undo")
    assert "As before: Acme GmbH › Website" in anna.last.plain()


@pytest.mark.parametrize("typed", ["/track stop", "/track status"])
def test_what_is_said_about_a_timer_follows_its_correction_too(
    projects: None, anna: Person, clock: FrozenClock, typed: str
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=30)
    anna.types(typed)
    edit(anna, Note="layout")
    assert anna.last.plain().startswith("✅")
    assert "0:30 h · Acme GmbH › Website\nlayout" in anna.last.plain()
    assert ("Stop" in anna.last.buttons) == (typed == "/track status")


# Split


def test_an_entry_is_split_at_a_time_and_loses_no_second(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-10 acme website design: kick-off")
    anna.types("/track tag #call")
    whole = only(bot)
    answer = said(anna, "/track split 9:15")
    assert "08:00–09:15 · 1:15 h · Acme GmbH › Website · Design · #call\nkick-off" in answer
    assert "09:15–10:00 · 0:45 h · Acme GmbH › Website · Design · #call\nkick-off" in answer
    assert sum(entry.seconds or 0 for entry in everything(bot)) == whole.seconds
    anna.clicks("Undo")
    assert only(bot) == whole


def test_the_form_offers_the_middle_and_takes_another_time(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    anna.clicks("Edit …")
    anna.modal.click("Split …")
    assert anna.modal.value("Split at") == "08:30"
    for outside in ("08:00", "09:00", "23:00"):
        anna.modal.fill("Split at", outside)
        anna.modal.submit()
        assert "between 08:00 and 09:00" in anna.modal.errors["Split at"]
    anna.modal.fill("Split at", "08:20")
    anna.modal.submit()
    assert "08:00–08:20 · 0:20 h" in anna.modal.text
    anna.modal.click("Undo")
    assert only(bot).seconds == 3600


def test_a_length_is_split_by_the_length_of_its_first_part(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 2h acme website yesterday")
    anna.types("/track split")
    assert anna.modal.value("Length of the first part") == "1:00"
    anna.modal.fill("Length of the first part", "2h")
    anna.modal.submit()
    assert "shorter than the whole" in anna.modal.errors["Length of the first part"]
    anna.modal.fill("Length of the first part", "0:30")
    anna.modal.submit()
    assert [entry.seconds for entry in everything(bot)] == [1800, 5400]
    assert "Yesterday: 2:00 h" in said(anna, "/track list yesterday")


def test_a_night_is_split_after_midnight(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 22:00-2:00 acme website yesterday")
    anna.types("/track split")
    assert anna.modal.value("Split at") == "00:00"
    anna.modal.fill("Split at", "01:00")
    anna.modal.submit()
    assert [(entry.day, entry.seconds) for entry in everything(bot)] == [
        (date(2026, 3, 9), 10800),
        (date(2026, 3, 10), 3600),
    ]


def test_a_running_timer_is_split_and_runs_on(projects: None, anna: Person, clock: FrozenClock, bot: Bot) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=1)
    anna.types("/track split 10:30")
    assert [entry.seconds for entry in everything(bot)] == [1800, None]
    assert "has been running since 10:30 · today 1:00 h" in said(anna, "/track status")
    assert "Undone: split of Acme GmbH › Website." in said(anna, "/track undo")
    assert "has been running since 10:00 · today 1:00 h" in said(anna, "/track status")


def test_of_a_guessed_end_only_the_second_half_stays_a_guess(
    projects: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=30)
    anna.types("/track stop")
    anna.types("/track split yesterday 12:00")
    assert [entry.end_guessed for entry in everything(bot)] == [False, True]


# Several at once


@pytest.fixture
def a_day(projects: None, anna: Person) -> None:
    """Three entries of one day, listed."""
    anna.types("/track log 7-8 acme website")
    anna.types("/track log 8-9 shop: baking")
    anna.types("/track log 9-10 acme app design")
    anna.types("/track list")


def test_several_entries_are_changed_and_undone_together(a_day: None, anna: Person, bot: Bot) -> None:
    before = everything(bot)
    anna.clicks("Edit several …")
    anna.modal.fill("Entries 1–3", ["07:00–08:00", "08:00–09:00"])
    anna.modal.fill("Project", "Acme GmbH › App")
    anna.modal.fill("Service", "Travel")
    anna.modal.fill("Billing", "Not billable")
    anna.modal.fill("Tags", "#call")
    anna.modal.submit()
    assert "2 entries are changed" in anna.modal.text
    assert anna.modal.title == "Edit several"
    assert "08:00–09:00 · 1:00 h · Acme GmbH › App · Travel · #call · not billable\nbaking" in anna.modal.text
    assert "08:00–09:00 · 1:00 h · Acme GmbH › App · Travel · #call · not billable" in anna.last.plain()
    assert everything(bot)[2] == before[2]
    assert "2 entries" not in said(anna, "/track list")
    anna.modal.click("Undo")
    assert everything(bot) == before


def test_several_entries_are_deleted_and_come_back_together(a_day: None, anna: Person, bot: Bot) -> None:
    before = everything(bot)
    anna.clicks("Edit several …")
    anna.modal.fill("Entries 1–3", ["07:00–08:00", "08:00–09:00", "09:00–10:00"])
    anna.modal.fill("Or delete them", ["Delete the ticked entries"])
    anna.modal.submit()
    assert "3 entries are deleted" in anna.modal.text
    assert count(bot) == 0
    assert "Nothing is written down for today" in anna.last.plain()
    assert "Undone: deletion of" in said(anna, "/track undo")
    assert everything(bot) == before


def test_nothing_ticked_or_nothing_wanted_is_said_at_the_field(a_day: None, anna: Person) -> None:
    anna.clicks("Edit several …")
    anna.modal.fill("Tags", "#call")
    anna.modal.submit()
    assert "Tick the entries" in anna.modal.errors["Entries 1–3"]
    anna.modal.fill("Tags", None)
    anna.modal.fill("Entries 1–3", ["07:00–08:00"])
    anna.modal.submit()
    assert "Fill in what you want" in anna.modal.errors["Project"]


def test_several_are_changed_all_or_none(a_day: None, anna: Person, bot: Bot) -> None:
    anna.clicks("Edit several …")
    anna.modal.fill("Entries 1–3", ["07:00–08:00", "08:00–09:00"])
    anna.modal.fill("Tags", "#call")
    anna.types("/track delete 8:15")
    before = everything(bot)
    anna.modal.submit()
    assert "no longer there" in anna.modal.text
    assert everything(bot) == before


def test_of_a_long_day_ticks_are_kept_from_page_to_page(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        for n in range(120):
            start = T0 - timedelta(minutes=4 * (120 - n))
            add_entry(db, started_at=start, ended_at=start + timedelta(minutes=4), note="& <long> *note* " * 180)
    anna.types("/track list")
    anna.clicks("Edit several …")
    anna.modal.fill("Entries 1–10", anna.modal.options("Entries 1–10")[:1])
    anna.modal.fill("Tags", "#call")
    anna.modal.click("Show more")
    assert anna.modal.value("Tags") == "#call"
    anna.modal.fill("Entries 91–100", anna.modal.options("Entries 91–100")[-1:])
    anna.modal.click("Show more")
    anna.modal.fill("Entries 111–120", anna.modal.options("Entries 111–120")[-1:])
    anna.modal.click("Back")
    assert len(anna.modal.value("Entries 91–100")) == 1
    anna.modal.submit()
    assert "3 entries are changed" in anna.modal.text
    assert [n for n, entry in enumerate(everything(bot)) if entry.tags] == [0, 99, 119]


def test_in_german_several_are_changed_too(projects: None, finn: Person) -> None:
    finn.types("/track buche 7-8 acme website")
    finn.types("/track buche 8-9 shop")
    finn.types("/track liste")
    finn.clicks("Mehrere bearbeiten …")
    finn.modal.fill("Einträge 1–2", ["07:00–08:00", "08:00–09:00"])
    finn.modal.fill("Abrechnung", "Nicht abrechenbar")
    finn.modal.submit()
    assert "2 Einträge sind geändert" in finn.modal.text


# Undo by typing


def test_each_undo_takes_one_more_step_back(projects: None, anna: Person, clock: FrozenClock, bot: Bot) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=5)
    anna.types("/track start shop")
    clock.forward_by(minutes=5)
    anna.types("/track tag #call")
    assert "Undone: change of Bäckerei Söhne & Co. › Shop." in said(anna, "/track undo")
    answer = said(anna, "/track undo")
    assert "Undone: start of Bäckerei Söhne & Co. › Shop, stop of Acme GmbH › Website." in answer
    assert "As before: Acme GmbH › Website." in answer
    assert "Undone: start of Acme GmbH › Website." in said(anna, "/track undo")
    assert count(bot) == 0
    assert "You changed nothing in the last 15 minutes" in said(anna, "/track undo")


def test_after_an_undo_new_changes_are_undone_first(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    anna.types("/track log 9-10 shop")
    anna.types("/track undo")
    anna.types("/track log 7-8 acme app")
    assert "entry Acme GmbH › App" in said(anna, "/track undo")
    assert "entry Acme GmbH › Website" in said(anna, "/track undo")
    assert count(bot) == 0


def test_what_a_button_undid_is_not_undone_again(projects: None, anna: Person) -> None:
    anna.types("/track log 8-9 acme website")
    anna.types("/track log 9-10 shop")
    anna.clicks("Undo")
    assert "entry Acme GmbH › Website" in said(anna, "/track undo")


def test_after_15_minutes_nothing_is_undone(projects: None, anna: Person, clock: FrozenClock, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    clock.forward_by(minutes=15)
    assert "Undone" in said(anna, "/track undo")
    anna.types("/track log 8-9 acme website")
    clock.forward_by(minutes=15, seconds=1)
    assert "You changed nothing" in said(anna, "/track undo")
    anna.clicks("Undo")
    assert "Only the last 15 minutes" in anna.last.plain()
    assert count(bot) == 1


def test_nobody_undoes_what_others_did(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track buche 8-9 acme website")
    assert "You changed nothing" in said(anna, "/track undo")
    assert count(bot) == 1


def test_a_break_is_undone_like_an_entry(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        taken = BreakTime(NOT_SAVED, 1, 1, T0 - timedelta(hours=1), T0)
        break_rows.add_break(Change(db, Itself(1, T0, person_id=1, request="r1")), taken, "break")
    assert "Undone: break 09:00–10:00." in said(anna, "/track undo")
    with bot.database.read() as db:
        assert break_rows.break_of_person(db, person_id=1, break_id=1) is None


# What is not one's own


@pytest.mark.parametrize("button", ["Edit …", "Undo"])
def test_a_button_with_the_id_of_somebody_elses_entry_does_nothing(
    projects: None, anna: Person, finn: Person, bot: Bot, button: str
) -> None:
    anna.types("/track log 1h acme website")
    finn.types("/track buche 2h acme website")
    with bot.database.read() as db:
        logged = db.execute(select(audits.c.id).where(and_(audits.c.person_id == 2, audits.c.action == "log")))
        finns = {"Edit …": 2, "Undo": logged.scalar_one()}
    forge(anna.last, button, str(finns[button]))
    anna.last.click(button)
    assert ("no longer there" if button == "Edit …" else "nothing to undo") in anna.last.plain()
    assert count(bot) == 2


def test_a_form_with_the_id_of_somebody_elses_entry_changes_nothing(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    finn.types("/track buche 8-9 acme website")
    anna.types("/track log 8-9 acme website")
    anna.clicks("Edit …")
    view = anna.modal.view
    with anna.workspace.change():
        anna.workspace.put(replace(view, private_metadata=json.dumps({"entry": 1})))
    anna.modal.fill("Note", "stolen")
    anna.modal.submit()
    assert "no longer there" in anna.modal.text
    anna.modal.close()
    forge(anna.modal, "Delete entry", "1")
    anna.modal.click("Delete entry", confirm=True)
    assert "no longer there" in anna.modal.text
    assert count(bot) == 2


def test_ids_of_another_workspace_are_refused(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        elsewhere = people_rows.ensure_workspace(db, "T_ELSEWHERE", at=T0)
        stranger = {"name": "Stranger", "zone": "UTC", "locale": "en-US", "role": "member", "is_guest": False}
        people_rows.add_person(db, elsewhere, slack_id="U_STRANGER", at=T0, **stranger)
        theirs = people_rows.find_person(db, team="T_ELSEWHERE", slack_id="U_STRANGER")
        assert theirs is not None
        customer = creation_rows.add_customer(db, elsewhere, name="Secret Ltd", key=name_key("Secret Ltd"))
        start = T0 - timedelta(hours=1)
        entry = add_entry(
            db, workspace_id=elsewhere, person_id=theirs.person_id, customer_id=customer, started_at=start, ended_at=T0
        )
    anna.types("/track log 1h acme website")
    forge(anna.last, "Edit …", str(entry))
    anna.last.click("Edit …")
    assert "no longer there" in anna.last.plain()
    anna.types("/track log 1h acme")
    forge(anna.last, "Acme GmbH › Website", f"{customer}:")
    anna.last.click("Acme GmbH › Website")
    assert "no longer there" in anna.last.plain()
    assert "Secret" not in " ".join(anna.sees)
    assert count(bot) == 2


def test_a_deleted_entry_cannot_be_edited_from_an_old_message(projects: None, anna: Person) -> None:
    anna.types("/track log 1h acme website")
    edit_in_another_window = kept(anna.last)
    anna.types("/track delete")
    edit_in_another_window("Edit …")
    assert "no longer there" in anna.last.plain()


# What is on an invoice draft


@pytest.fixture
def billed(projects: None, anna: Person, bot: Bot) -> Callable[..., None]:
    """Puts the only entry on a draft that was approved, with what more is to be said of it."""

    def bill(**more: Any) -> None:
        draft = {"customer_id": only(bot).customer_id, "created_at": T0, "token": "token", "approved_by": 1}
        with bot.database.write() as db:
            draft_id = add_draft(db, "approved", net_cents=1, **draft | more)
            line = {"workspace_id": 1, "draft_id": draft_id, "position": 0}
            line_id = db.execute(insert(table(DraftLine)).values(**line)).inserted_primary_key[0]
            put_on_draft(db, only(bot).id, draft_id, line_id)

    return bill


def test_an_entry_on_a_draft_is_locked_in_the_list(billed: Callable[[], None], anna: Person) -> None:
    anna.types("/track log 1h acme website")
    billed()
    assert "🔒 1:00 h" in said(anna, "/track list")
    assert not {"Edit …", "Edit several …"} & {*anna.last.buttons}


@pytest.mark.parametrize(
    ("state", "line", "refusal"),
    [
        (
            "approved",
            "on the draft “Acme GmbH, March 2026” on its way to Billomat",
            "“Acme GmbH, March 2026”, on its way to Billomat,",
        ),
        (
            "unknown",
            "on the draft “Acme GmbH, March 2026”, which may be in Billomat",
            "whether that reached Billomat is open",
        ),
        ("sent", "on the draft “Acme GmbH, March 2026” in Billomat", "“Acme GmbH, March 2026” in Billomat holds it"),
    ],
)
def test_which_draft_holds_an_entry_is_said_wherever_it_could_be_changed(
    billed: Callable[..., None], anna: Person, bot: Bot, state: str, line: str, refusal: str
) -> None:
    anna.types("/track log 1h acme website")
    days = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}
    billed(label="March 2026 5nbu60vr25vr", approved_at=T0, **days)
    number = 7 if state == "sent" else None
    with bot.database.write() as db:
        if state == "unknown":
            db.execute(update(table(InvoiceDraft)).values(state="sending"))
        db.execute(update(table(InvoiceDraft)).values(state=state, billomat_id=number))
    assert line in said(anna, "/track list")
    assert line in anna.home.plain()
    for typed in ("edit", "delete", "split", "tag #call", "note x", "undo"):
        assert refusal in said(anna, f"/track {typed}")


def test_an_entry_on_a_draft_is_neither_edited_nor_deleted_nor_undone(
    billed: Callable[[], None], anna: Person, bot: Bot
) -> None:
    anna.types("/track log 1h acme website")
    anna.last.click("Edit …")
    billed()
    locked = "the draft “Acme GmbH”, on its way to Billomat, holds it"
    anna.modal.fill("Note", "too late")
    anna.modal.submit()
    assert locked in anna.modal.text
    anna.modal.close()
    anna.modal.click("Delete entry", confirm=True)
    assert locked in anna.modal.text
    message = next(seen for seen in anna.messages if "Undo" in seen.buttons)
    message.click("Undo")
    assert locked in anna.last.plain()
    message.click("Edit …")
    assert locked in anna.last.plain()
    assert only(bot).note == ""


def test_who_moved_is_told_times_as_the_form_shows_them(projects: None, anna: Person, workspace: Workspace) -> None:
    anna.types("/track log 8-9 acme website")
    workspace.change_person(anna.id, zone="America/New_York")
    anna.waits()
    anna.types("/track split")
    anna.modal.fill("Split at (Berlin)", "11:00")
    anna.modal.submit()
    assert anna.modal.errors == {
        "Split at (Berlin)": "Choose a time between 08:00 and 09:00, when this entry was worked."
    }


@pytest.mark.parametrize(
    ("meanwhile", "said_then"),
    [
        ("tag #call", "was changed while the form was open"),
        ("note more", "was changed while the form was open"),
        ("undo", "already taken back"),
    ],
)
def test_a_form_does_not_undo_what_was_changed_while_it_was_open(
    projects: None, anna: Person, bot: Bot, meanwhile: str, said_then: str
) -> None:
    anna.types("/track log 8-9 acme website: kick-off")
    anna.clicks("Edit …")
    anna.modal.fill("Note", "old")
    anna.types(f"/track {meanwhile}")
    before = everything(bot)
    anna.modal.submit()
    assert said_then in anna.modal.text
    assert everything(bot) == before
    anna.modal.close()
    assert anna.modal.value("Note") == "old"

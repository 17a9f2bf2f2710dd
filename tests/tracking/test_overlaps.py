"""Overlap: what a person can rely on when new time falls on time that is written down already."""

from datetime import date, timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import insert, select

from bot.core.context import Bot, Itself
from bot.grammar.values import Log
from bot.people import callers as people
from bot.tracking import answers, timers
from bot.tracking.rules.spans import Resolution
from playground.person import Person
from storage import people as people_rows
from storage import spans as span_rows
from storage import tracking as tracking_rows
from storage.catalog import workspaces
from storage.change import Change
from storage.tables import DraftLine, entries, table
from storage.tracking import Entry
from tests.conftest import T0, FrozenClock, at_once
from tests.deeds import edit, kept, only, put_on_draft, said, sure
from tests.drafts import add_draft
from tests.grammar.kit import parse


@pytest.mark.parametrize(
    ("had", "new", "choices", "click", "left"),
    [
        (
            "8-9:30",
            "9-10",
            ["Shorten it: 08:00–09:00", "Only the free time: 09:30–10:00"],
            0,
            ["08:00–09:00 Website", "09:00–10:00 Shop"],
        ),
        (
            "8-9:30",
            "7-8:30",
            ["Shorten it: 08:30–09:30", "Only the free time: 07:00–08:00"],
            0,
            ["07:00–08:30 Shop", "08:30–09:30 Website"],
        ),
        ("8-9:30", "7-10", ["Replace it", "Only the free time: 07:00–08:00, 09:30–10:00"], 0, ["07:00–10:00 Shop"]),
        (
            "8-9:30",
            "7-10",
            ["Replace it", "Only the free time: 07:00–08:00, 09:30–10:00"],
            1,
            ["07:00–08:00 Shop", "08:00–09:30 Website", "09:30–10:00 Shop"],
        ),
        (
            "8-9:30",
            "9-10",
            ["Shorten it: 08:00–09:00", "Only the free time: 09:30–10:00"],
            1,
            ["08:00–09:30 Website", "09:30–10:00 Shop"],
        ),
        (
            "8-9:30",
            "8:15-8:45",
            ["Shorten it: 08:00–08:15", "Split it: 08:00–08:15, 08:45–09:30"],
            1,
            ["08:00–08:15 Website", "08:15–08:45 Shop", "08:45–09:30 Website"],
        ),
        (
            "8-9:30",
            "8:15-8:45",
            ["Shorten it: 08:00–08:15", "Split it: 08:00–08:15, 08:45–09:30"],
            0,
            ["08:00–08:15 Website", "08:15–08:45 Shop"],
        ),
    ],
)
def test_who_has_the_time_gives_way_as_the_person_says(
    projects: None, anna: Person, bot: Bot, had: str, new: str, choices: list[str], click: int, left: list[str]
) -> None:
    anna.types(f"/track log {had} acme website")
    anna.types(f"/track log {new} shop")
    assert anna.last.buttons == choices
    assert len(worked(bot)) == 1
    anna.clicks(choices[click])
    assert "✅ Bäckerei Söhne & Co. › Shop" in anna.last.plain()
    assert worked(bot) == left


def test_all_that_was_typed_is_kept_while_the_person_chooses(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9:30 acme website")
    anna.types("/track log 9-10 shop design #call --nb: kick-off")
    anna.clicks("Shorten it: 08:00–09:00")
    new = entries_of(bot)[1]
    assert (new.service, new.tags, new.billable, new.note) == ("Design", "call", False, "kick-off")


def test_what_was_ambiguous_first_and_overlaps_then_is_asked_about_twice(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track log 8-9:30 shop")
    anna.types("/track log 9-10 acme #call: kick-off")
    anna.clicks("Acme GmbH › App")
    anna.clicks("Shorten it: 08:00–09:00")
    assert worked(bot) == ["08:00–09:00 Shop", "09:00–10:00 App"]
    assert (entries_of(bot)[1].tags, entries_of(bot)[1].note) == ("call", "kick-off")


def test_undo_takes_it_back_whole(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9:30 acme website design #call: kick-off")
    before = only(bot)
    anna.types("/track log 8:15-8:45 shop")
    anna.clicks("Split it: 08:00–08:15, 08:45–09:30")
    assert [entry.note for entry in entries_of(bot)] == ["kick-off", "", "kick-off"]
    anna.clicks("Undo")
    assert only(bot) == before


def test_undo_brings_back_what_was_replaced(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme website")
    before = only(bot)
    anna.types("/track log 7-10 shop")
    anna.clicks("Replace it")
    anna.clicks("Undo")
    assert only(bot) == before


def test_several_entries_give_way_together(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 7-8 acme website")
    anna.types("/track log 8:15-8:30 acme website")
    anna.types("/track log 8:45-9:30 acme app")
    anna.types("/track log 7:30-9 shop")
    assert "overlaps with 3 entries" in anna.last.plain()
    anna.clicks("Shorten them")
    assert worked(bot) == ["07:00–07:30 Website", "07:30–09:00 Shop", "09:00–09:30 App"]
    anna.clicks("Undo")
    assert worked(bot) == ["07:00–08:00 Website", "08:15–08:30 Website", "08:45–09:30 App"]


def test_a_start_in_the_past_offers_to_shorten_what_was_there(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9:30 acme website")
    anna.types("/track start shop since 9:15: kick-off")
    anna.clicks("Shorten it: 08:00–09:15")
    assert "Shop has been running since 09:15 · today 2:00 h" in anna.last.plain()
    assert worked(bot) == ["08:00–09:15 Website", "09:15– Shop"]
    anna.clicks("Undo")
    assert worked(bot) == ["08:00–09:30 Website"]


def test_time_within_a_running_timer_splits_it_and_it_runs_on(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    anna.types("/track start acme website since 9:00: concept")
    stop = kept(anna.last)
    anna.types("/track log 9:30-9:45 shop")
    assert anna.last.buttons == ["Split it: 09:00–09:30, 09:45–now"]
    anna.clicks("Split it: 09:00–09:30, 09:45–now")
    assert worked(bot) == ["09:00–09:30 Website", "09:30–09:45 Shop", "09:45– Website"]
    clock.forward_by(minutes=15)
    stop("Stop")
    assert worked(bot)[2] == "09:45–10:15 Website"


def test_undo_of_such_a_split_lets_the_timer_run_from_its_first_start(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start acme website since 9:00")
    before = only(bot)
    anna.types("/track log 9:30-9:45 shop")
    anna.clicks("Split it: 09:00–09:30, 09:45–now")
    anna.clicks("Undo")
    assert only(bot) == before


def test_time_before_noon_of_a_running_timer_moves_its_start(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start acme website since 9:00")
    anna.types("/track log 8:30-9:30 shop")
    anna.clicks("Shorten it: 09:30–now")
    assert worked(bot) == ["08:30–09:30 Shop", "09:30– Website"]


def test_an_entry_that_reaches_beyond_now_is_seen_by_a_plain_start(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 9-10 acme website")
    with bot.database.write() as db:  # as a machine would write it whose clock is ahead
        (found,) = span_rows.entries_within(db, 1, since=T0 - timedelta(hours=1), until=T0)
        later = found._replace(ended_at=T0.replace(minute=5), seconds=3900)
        tracking_rows.save_entry(Change(db, Itself(1, T0, person_id=1)), found, later, "edit")
    assert "09:00–10:05 · Acme GmbH › Website" in said(anna, "/track start shop")
    anna.clicks("Shorten it: 09:00–10:00")
    assert worked(bot) == ["09:00–10:00 Website", "10:00– Shop"]


def test_a_timer_that_began_later_is_replaced_if_the_person_says_so(projects: None, anna: Person, bot: Bot) -> None:
    allow_overlaps(bot)
    anna.types("/track log 9-9:20 acme app")
    anna.types("/track start acme website since 9:30")
    assert "09:15–now overlaps with 2 entries" in said(anna, "/track start shop since 9:15")
    assert worked(bot) == ["09:00–09:20 App", "09:30– Website"]
    assert anna.last.buttons == ["Shorten them", "Only the free time: 09:20–09:30"]
    assert "09:25–now overlaps with an entry" in said(anna, "/track start shop since 9:25")
    assert "09:30–now · Acme GmbH › Website" in anna.last.plain()
    assert anna.last.buttons == ["Replace it", "Only the free time: 09:25–09:30"]
    anna.clicks("Replace it")
    assert worked(bot) == ["09:00–09:20 App", "09:25– Shop"]
    anna.types("/track undo")
    assert worked(bot) == ["09:00–09:20 App", "09:30– Website"]


def test_keeping_both_is_offered_only_where_the_workspace_allows_it(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9:30 acme website")
    anna.types("/track log 9-10 shop")
    assert "Keep both" not in anna.last.buttons
    allow_overlaps(bot)
    anna.types("/track log 9-10 shop")
    anna.clicks("Keep both")
    assert worked(bot) == ["08:00–09:30 Website", "09:00–10:00 Shop"]


def test_keeping_both_that_is_forbidden_meanwhile_is_asked_about_again(projects: None, anna: Person, bot: Bot) -> None:
    allow_overlaps(bot)
    anna.types("/track log 8-9:30 acme website")
    anna.types("/track log 9-10 shop")
    allow_overlaps(bot, False)
    anna.clicks("Keep both")
    assert anna.last.buttons == ["Shorten it: 08:00–09:00", "Only the free time: 09:30–10:00"]
    assert len(worked(bot)) == 1


def test_who_gives_way_is_asked_again_when_other_entries_are_there_meanwhile(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track log 8-9:30 acme website")
    anna.types("/track log 9-10 shop")
    question = anna.last
    anna.types("/track log 9:30-9:45 acme app")
    question.click("Shorten it: 08:00–09:00")
    assert "overlaps with 2 entries" in question.plain()
    assert len(worked(bot)) == 2
    question.click("Shorten them")
    assert worked(bot) == ["08:00–09:00 Website", "09:00–10:00 Shop"]


def test_who_gives_way_is_not_asked_again_when_nobody_is_in_the_way_any_more(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track log 8-9:30 acme website")
    logged = anna.last
    anna.types("/track log 9-10 shop")
    question = anna.last
    logged.click("Undo")
    question.click("Shorten it: 08:00–09:00")
    assert worked(bot) == ["09:00–10:00 Shop"]


def test_what_is_on_an_invoice_draft_gives_no_way(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9:30 acme website")
    bill(bot)
    assert "on the draft" in said(anna, "/track log 9-10 shop")
    assert "what should become of it" not in anna.last.plain()
    assert anna.last.buttons == ["Only the free time: 09:30–10:00"]
    assert "08:00–09:30, which the draft" in said(anna, "/track log 8:30-9:15 shop")
    assert anna.last.buttons == []
    assert len(worked(bot)) == 1


@pytest.mark.both_doors
@pytest.mark.parametrize("language", ["en", "de"])
def test_beside_a_tiny_entry_on_a_draft_the_new_one_takes_the_rest(
    projects: None, anna: Person, finn: Person, bot: Bot, clock: FrozenClock, language: str
) -> None:
    who, free, undo = {"en": (anna, "Only the free time", "Undo"), "de": (finn, "Nur die freie Zeit", "Rückgängig")}[
        language
    ]
    clock.forward_by(minutes=55, seconds=3)
    who.types("/track start acme website")
    clock.forward_by(seconds=23)
    who.types("/track stop")
    bill(bot)
    clock.forward_by(minutes=30)
    assert "10:55:03–10:55:26 · Acme GmbH › Website" in said(who, "/track log 9-11 shop")
    assert who.last.buttons == [f"{free}: 09:00–10:55, 10:55–11:00"]
    who.clicks(who.last.buttons[0])
    assert worked(bot) == ["09:00–10:55 Shop", "10:55–10:55 Website", "10:55–11:00 Shop"]
    assert sum(entry.seconds or 0 for entry in entries_of(bot)) == 2 * 3600
    assert "2:00 h" in who.last.plain()
    who.clicks(undo)
    assert worked(bot) == ["10:55–10:55 Website"]


@pytest.mark.both_doors
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_overlaps_by_seconds_is_shown_with_its_seconds(
    projects: None, anna: Person, finn: Person, bot: Bot, clock: FrozenClock, language: str
) -> None:
    who, shorten, free = {
        "en": (anna, "Shorten it", "Only the free time"),
        "de": (finn, "Kürzen", "Nur die freie Zeit"),
    }[language]
    who.types("/track start acme website")
    clock.forward_by(hours=1, seconds=50)
    who.types("/track stop")
    clock.forward_by(hours=1)
    who.types("/track log 11-11:30 shop")
    assert "11:00:00–11:30:00" in who.last.plain()
    assert "10:00:00–11:00:50 · Acme GmbH › Website" in who.last.plain()
    assert who.last.buttons == [f"{shorten}: 10:00:00–11:00:00", f"{free}: 11:00:50–11:30:00"]
    who.clicks(who.last.buttons[1])
    assert worked(bot) == ["10:00–11:00 Website", "11:00–11:30 Shop"]


@pytest.mark.both_doors
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_new_entry_over_a_long_one_can_give_way_itself(
    projects: None, anna: Person, finn: Person, bot: Bot, language: str
) -> None:
    who, free = {"en": (anna, "Only the free time"), "de": (finn, "Nur die freie Zeit")}[language]
    sure(who, "/track log 2026-03-09 9:00-23:59 acme website")
    sure(who, "/track log 2026-03-09 8:00-23:59 shop")
    who.clicks(f"{free}: 08:00–09:00")
    assert worked(bot) == ["08:00–09:00 Shop", "09:00–23:59 Website"]


@pytest.mark.both_doors
def test_several_stretches_can_give_way_together(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8:30-9:15 acme website")
    anna.types("/track log 8-9 9:10-9:30 shop")
    assert (
        "08:00–09:00, 09:10–09:30 overlaps with an entry. Nothing is written down yet: write down only the free time?"
        in anna.last.plain()
    )
    anna.clicks("Only the free time: 08:00–08:30, 09:15–09:30")
    assert worked(bot) == ["08:00–08:30 Shop", "08:30–09:15 Website", "09:15–09:30 Shop"]


def test_a_start_in_the_past_can_give_way_and_runs_on(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 9-9:30 acme website")
    anna.types("/track start shop since 8:45")
    anna.clicks("Only the free time: 08:45–09:00, 09:30–now")
    assert "Written down before it: 08:45–09:00" in anna.last.plain()
    assert worked(bot) == ["08:45–09:00 Shop", "09:00–09:30 Website", "09:30– Shop"]
    anna.clicks("Undo")
    assert worked(bot) == ["09:00–09:30 Website"]


def test_a_start_before_the_timer_that_runs_can_give_way_and_lets_it_run(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track start acme website since 9:30")
    anna.types("/track start shop since 9:00")
    anna.clicks("Only the free time: 09:00–09:30")
    assert worked(bot) == ["09:00–09:30 Shop", "09:30– Website"]


def test_in_the_form_the_edited_entry_can_give_way(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 7:15-7:30 shop")
    anna.types("/track log 8-9 acme website: kick-off")
    anna.clicks("Edit …")
    anna.modal.fill("Start", "07:00")
    anna.modal.submit()
    anna.modal.fill("This overlaps with an entry", "Only the free time: 07:00–07:15, 07:30–09:00")
    anna.modal.submit()
    assert "07:30–09:00 · 1:30 h" in anna.modal.text
    assert worked(bot) == ["07:00–07:15 Website", "07:15–07:30 Shop", "07:30–09:00 Website"]
    assert [entry.note for entry in entries_of(bot)] == ["kick-off", "", "kick-off"]
    anna.modal.click("Undo")
    assert worked(bot) == ["07:15–07:30 Shop", "08:00–09:00 Website"]


def test_what_was_billed_meanwhile_gives_no_way(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9:30 acme website")
    anna.types("/track log 9-10 shop")
    bill(bot)
    anna.clicks("Shorten it: 08:00–09:00")
    assert "Acme GmbH › Website: on the draft" in anna.last.plain()
    assert anna.last.buttons == ["Only the free time: 09:30–10:00"]
    assert worked(bot) == ["08:00–09:30 Website"]


def test_beside_what_is_billed_both_can_be_kept_where_the_workspace_allows_it(
    projects: None, anna: Person, bot: Bot
) -> None:
    allow_overlaps(bot)
    anna.types("/track log 8-9:30 acme website")
    bill(bot)
    anna.types("/track log 9-10 shop")
    assert "Acme GmbH › Website: on the draft “Acme GmbH” on its way to Billomat" in anna.last.plain()
    assert anna.last.buttons == ["Only the free time: 09:30–10:00", "Keep both"]


def test_a_night_that_is_cut_after_midnight_belongs_to_the_day_on_which_its_rest_begins(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track log 22:00-3:00 acme website yesterday")
    anna.types("/track log 21:00-1:00 shop yesterday")
    anna.clicks("Shorten it: 01:00–03:00")
    assert [entry.day for entry in entries_of(bot)] == [date(2026, 3, 9), date(2026, 3, 10)]


def test_two_clicks_at_once_on_two_questions_never_count_a_second_twice(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-10 acme website")
    with bot.database.read() as db:
        known = people_rows.get_person(db, 1)
    callers = [people.acting(known, now=bot.now(), request=f"asked {n}") for n in range(2)]
    asked = []
    for caller, text in zip(callers, ("log 8:30-9:30 shop", "log 9-9:45 acme app"), strict=True):
        typed = parse(text, now=bot.now(), zone=caller.reader.zone)
        assert isinstance(typed, Log)
        asked.append(timers.track(bot, caller, typed))
    clicks = [people.acting(known, now=bot.now(), request=f"clicked {n}") for n in range(2)]
    done = at_once(
        *(
            partial(answers.give_way, bot, click, clash.question_id, Resolution.SPLIT)
            for click, clash in zip(clicks, asked, strict=True)
        )
    )
    assert sorted(type(each).__name__ for each in done) == ["OverlapQuestion", "Written"]
    found = entries_of(bot)
    assert all(one.ended_at and one.ended_at <= other.started_at for one, other in pairwise(found))
    assert sum(entry.seconds or 0 for entry in found) == 2 * 3600


# In the form of an entry


def test_in_the_form_who_has_the_time_gives_way_as_the_person_says(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 7-8 shop")
    anna.types("/track log 8-9 acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Start", "07:30")
    anna.modal.fill("Note", "kick-off")
    anna.modal.submit()
    question = "This overlaps with an entry"
    assert anna.modal.options(question) == ["Shorten it: 07:00–07:30", "Only the free time: 08:00–09:00"]
    anna.modal.fill(question, "Shorten it: 07:00–07:30")
    anna.modal.submit()
    assert "07:30–09:00 · 1:30 h · Acme GmbH › Website\nkick-off" in anna.modal.text
    assert worked(bot) == ["07:00–07:30 Shop", "07:30–09:00 Website"]
    anna.modal.click("Undo")
    assert worked(bot) == ["07:00–08:00 Shop", "08:00–09:00 Website"]


def test_the_start_of_a_running_timer_can_be_moved_over_others(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 shop")
    anna.types("/track start acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Start", "08:30")
    anna.modal.submit()
    anna.modal.fill("This overlaps with an entry", "Shorten it: 08:00–08:30")
    anna.modal.submit()
    assert worked(bot) == ["08:00–08:30 Shop", "08:30– Website"]


def test_a_form_asks_again_when_other_entries_are_there_meanwhile(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 7-8 shop")
    anna.types("/track log 8-9 acme website")
    anna.clicks("Edit …")
    form = anna.modal
    form.fill("Start", "06:30")
    form.submit()
    anna.modal.fill("This overlaps with an entry", "Replace it")
    anna.types("/track log 6:30-6:45 acme app")
    anna.modal.submit()
    free = "Only the free time: 06:45–07:00, 08:00–09:00"
    assert anna.modal.options("This overlaps with 2 entries") == ["Shorten them", free]
    assert len(worked(bot)) == 3


def test_what_overlaps_because_it_was_wanted_can_be_noted_without_a_question(
    projects: None, anna: Person, bot: Bot
) -> None:
    allow_overlaps(bot)
    anna.types("/track log 8-9:30 acme website")
    anna.types("/track log 9-10 shop")
    anna.clicks("Keep both")
    edit(anna, Note="both at once")
    assert worked(bot) == ["08:00–09:30 Website", "09:00–10:00 Shop"]


def test_a_form_does_not_move_what_is_on_an_invoice_draft(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 7-8 shop")
    bill(bot)
    anna.types("/track log 8-9 acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Start", "07:30")
    anna.modal.submit()
    assert "Shop, on the draft" in anna.modal.text
    assert anna.modal.options("This overlaps with an entry") == ["Only the free time: 08:00–09:00"]
    anna.modal.fill("End", "08:00")
    anna.modal.submit()
    assert "which the draft" in anna.modal.text
    assert worked(bot) == ["07:00–08:00 Shop", "08:00–09:00 Website"]


def test_a_german_is_asked_in_german(projects: None, finn: Person, bot: Bot) -> None:
    finn.types("/track buche 8-9:30 acme website")
    assert "überschneidet sich mit einem Eintrag" in said(finn, "/track buche 8:15-8:45 shop")
    assert finn.last.buttons == ["Kürzen: 08:00–08:15", "Teilen: 08:00–08:15, 08:45–09:30"]
    finn.clicks("Teilen: 08:00–08:15, 08:45–09:30")
    assert len(worked(bot)) == 3


def entries_of(bot: Bot) -> list[Entry]:
    """All entries, by start."""
    with bot.database.read() as db:
        ids = db.execute(select(entries.c.person_id, entries.c.id).order_by(entries.c.started_at)).all()
        found = [
            tracking_rows.entry_of_person(db, workspace_id=1, person_id=person_id, entry_id=entry_id)
            for person_id, entry_id in ids
        ]
    return [entry for entry in found if entry]


def worked(bot: Bot) -> list[str]:
    """All entries in one line each, in Anna's time."""
    with bot.database.read() as db:
        to = people.reader_of(people_rows.get_person(db, 1))
    return [
        f"{to.clock(entry.started_at)}–{to.clock(entry.ended_at) if entry.ended_at else ''} {entry.project}"
        for entry in entries_of(bot)
    ]


def allow_overlaps(bot: Bot, allowed: bool = True) -> None:
    with bot.database.write() as db:
        db.execute(workspaces.update().values(overlaps_allowed=allowed))


def bill(bot: Bot) -> None:
    """Put the only entry on a draft that is on its way."""
    entry = only(bot)
    draft = {"customer_id": entry.customer_id, "created_at": T0, "token": "token", "approved_by": 1, "net_cents": 1}
    with bot.database.write() as db:
        draft_id = add_draft(db, "approved", **draft)
        line = {"workspace_id": 1, "draft_id": draft_id, "position": 0}
        line_id = db.execute(insert(table(DraftLine)).values(**line)).inserted_primary_key[0]
        put_on_draft(db, entry.id, draft_id, line_id)

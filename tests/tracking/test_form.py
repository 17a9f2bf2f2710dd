"""The fast form: whoever would rather pick than type can say all the same, and is stopped at the same slips."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot, Itself
from playground.billomat import seed
from playground.billomat.account import Account
from playground.person import Modal, Person
from playground.slack.workspace import Workspace
from storage import catalog as catalog_rows
from storage import channels as channel_rows
from storage import creation as creation_rows
from storage import people as people_rows
from storage.catalog import customers
from storage.change import Change
from storage.tables import entries
from tests.conftest import T0, FrozenClock
from tests.deeds import forge, only
from tests.tracking.test_overlaps import bill

ACME, SHOP = "Acme GmbH", "Bäckerei Söhne & Co."
OPENERS: dict[str, Callable[[Person], Any]] = {
    "/track": lambda who: who.types("/track"),
    "the shortcut": lambda who: who.uses("Track time"),
    "the message shortcut": lambda who: who.uses("Track time on this", who.last),
}


def opened(who: Person) -> Modal:
    """The form, by /track alone."""
    while who.sees_modal:
        who.modal.close()
    who.types("/track")
    return who.modal


def filled(who: Person, **fields: str | None) -> Modal:
    """The form for time that is over, these fields filled in; "From" and "To" mean that it is said by those."""
    form = opened(who)
    form.click("From – to" if "From" in fields else "Duration")
    for label, text in fields.items():
        form.fill(label, text)
    return form


def written(bot: Bot) -> list[Any]:
    """All entries, the oldest first."""
    with bot.database.read() as db:
        return list(db.execute(select(entries).order_by(entries.c.id)))


def groups(who: Person, label: str, query: str = "") -> list[str]:
    """The names of the groups that a menu answers with."""
    key, _ = who.modal._field(label)
    return [group["label"]["text"] for group in who.workspace.search(who.id, who.modal.view, *key, query)]


def archive(bot: Bot, customer: str) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.name == customer).values(archived=True))
        catalog_rows.names_changed(db, 1)


# Opening


@pytest.mark.parametrize("opener", OPENERS)
def test_the_same_form_opens_everywhere(projects: None, anna: Person, opener: str) -> None:
    anna.types("call with Acme")
    OPENERS[opener](anna)
    assert anna.modal.title == "Track time"
    assert anna.modal.labels == [
        "Customer",
        "Project",
        "Service",
        "Since",
        "Note",
        "Who reads the note",
        "Tags",
        "Billing",
    ]
    assert anna.modal.buttons == ["Timer", "Duration", "From – to"]


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_whatever_is_empty_opens_the_form(anna: Person, text: str) -> None:
    anna.types(f"/track {text}")
    assert anna.modal.title == "Track time"


def test_a_german_reads_german(projects: None, finn: Person) -> None:
    form = opened(finn)
    assert form.title == "Zeit erfassen"
    assert form.labels == [
        "Kunde",
        "Projekt",
        "Leistung",
        "Seit",
        "Notiz",
        "Wer die Notiz liest",
        "Schlagwörter",
        "Abrechnung",
    ]
    assert form.view.submit == "Zeitmessung starten"
    form.click("Dauer")
    assert form.labels[3:5] == ["Dauer", "Tag"]
    form.click("Von – bis")
    assert form.labels[3:6] == ["Von", "Bis", "Tag"]
    assert form.view.submit == "Eintragen"


def test_the_form_for_time_opens_before_there_is_anything_to_choose(anna: Person) -> None:
    form = opened(anna)
    assert form.options("Project") == []
    form.submit()
    assert "Project" in form.errors


def test_a_channel_that_knows_its_project_presets_it(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        channel_rows.link_channel(Change(db, Itself(1, T0)), anna.channel, customer_id=1, project_id=1, by=1)
    form = opened(anna)
    assert (form.value("Customer"), form.value("Project")) == (ACME, "Website")
    form.submit()
    assert "Acme GmbH › Website has been running" in anna.last.text


def test_what_a_person_usually_does_is_preset(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people_rows.change_person(db, 1, service_id=1)
    assert opened(anna).value("Service") == "Design"


def test_what_a_person_usually_does_can_be_left_out(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people_rows.change_person(db, 1, service_id=1)
    form = opened(anna)
    form.fill("Project", "Website")
    form.fill("Service", None)
    form.submit()
    assert written(bot)[0].service_id is None


# Choosing


def test_choosing_a_customer_narrows_the_projects_and_keeps_what_was_typed(projects: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Note", "kick-off")
    assert form.options("Project") == ["Acme GmbH › App", "Acme GmbH › Website", f"{SHOP} › Shop"]
    form.fill("Customer", ACME)
    assert form.value("Project") is None
    assert form.options("Project") == ["App", "Website"]
    assert form.options("Project", "web") == ["Website"]
    assert (form.value("Customer"), form.value("Note")) == (ACME, "kick-off")


def test_a_customers_only_project_is_chosen_with_them(projects: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Customer", SHOP)
    assert form.value("Project") == "Shop"


def test_a_customer_without_projects_is_booked_on_as_such(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        creation_rows.add_customer(db, 1, name="Zoo", key=name_key("Zoo"))
    form = opened(anna)
    form.fill("Customer", "Zoo")
    assert form.value("Project") == "Zoo"
    form.submit()
    assert "▶️ Zoo has been running" in anna.last.text


def test_another_customer_empties_the_project_and_none_offers_all(projects: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Project", "Website")
    form.fill("Customer", ACME)
    form.fill("Project", "App")
    form.fill("Customer", SHOP)
    assert form.value("Project") == "Shop"
    form.fill("Customer", None)
    assert form.value("Project") is None
    assert len(form.options("Project")) == 3


def test_a_project_alone_is_enough(projects: None, anna: Person, bot: Bot) -> None:
    form = opened(anna)
    form.fill("Project", "Website")
    form.submit()
    assert written(bot)[0].project_id == 1


@pytest.mark.expects_errors
def test_a_project_of_another_customer_is_refused_at_its_field(
    projects: None, anna: Person, workspace: Workspace, bot: Bot
) -> None:
    form = opened(anna)
    form.fill("Project", "Website")
    workspace.fail_next("views.update")
    form.fill("Customer", SHOP)
    form.submit()
    assert form.errors == {"Project": "This project belongs to another customer. Please choose again."}
    assert written(bot) == []


def test_what_was_worked_on_lately_stands_first(projects: None, anna: Person, aylin: Person) -> None:
    aylin.types("/track log 1h acme app travel yesterday")
    anna.types("/track log 1h shop yesterday")
    anna.types("/track log 1h acme website design yesterday")
    form = opened(anna)
    assert form.options("Project") == ["Acme GmbH › Website", f"{SHOP} › Shop", "Acme GmbH › App"]
    assert form.options("Service") == ["Design", "Travel"]
    assert groups(anna, "Customer") == ["Recent"]
    assert groups(anna, "Project") == ["Recent", "All"]
    assert groups(anna, "Project", "a") == [""]


def test_what_was_archived_is_not_offered(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h shop yesterday")
    archive(bot, SHOP)
    form = opened(anna)
    assert form.options("Customer") == [ACME]
    assert form.options("Project") == ["Acme GmbH › App", "Acme GmbH › Website"]


def test_a_menu_offers_no_more_than_slack_shows(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h shop yesterday")
    with bot.database.write() as db:
        for number in range(150):
            creation_rows.add_project(db, 1, 1, name=f"P{number:03}", key=f"p{number:03}")
        catalog_rows.names_changed(db, 1)
    form = opened(anna)
    assert form.options("Project", "p14") == [f"Acme GmbH › P14{digit}" for digit in range(10)]
    assert len(form.options("Project")) == 101


def test_what_is_archived_while_the_form_is_open_is_said_at_the_field(projects: None, anna: Person, bot: Bot) -> None:
    form = opened(anna)
    form.fill("Project", "Website")
    form.fill("Note", "kick-off")
    archive(bot, ACME)
    form.submit()
    assert list(form.errors) == ["Project"]
    assert form.value("Note") == "kick-off"


# Timers


def test_a_timer_starts_and_says_so_where_the_person_is(projects: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Project", "Website")
    form.fill("Service", "Design")
    form.fill("Note", "kick-off")
    assert form.submit() is None
    assert anna.last.text.startswith("▶️ Acme GmbH › Website · Design has been running since 10:00")
    assert anna.last.buttons == ["Stop", "Edit …", "Undo"]


def test_where_there_is_no_conversation_the_answer_stands_in_the_form(projects: None, anna: Person) -> None:
    anna.uses("Track time")
    anna.modal.fill("Project", "Website")
    anna.modal.submit()
    assert "Acme GmbH › Website has been running since 10:00" in anna.modal.text
    anna.modal.click("Stop")
    assert "⏹️ Acme GmbH › Website" in anna.modal.text
    anna.modal.click("Undo")
    assert "Undone" in anna.modal.text


def test_a_form_that_stayed_open_too_long_answers_all_the_same(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    form = opened(anna)
    form.fill("Project", "Website")
    clock.forward_by(minutes=31)
    form.submit()
    assert "has been running since 10:31" in anna.modal.text


def test_a_timer_may_have_begun_before(projects: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Project", "Website")
    form.fill("Since", "09:15")
    form.submit()
    assert "since 09:15 · today 0:45 h" in anna.last.text


def test_after_midnight_a_start_late_yesterday_is_meant(projects: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_to(datetime(2026, 3, 11, 0, 30, tzinfo=UTC))  # 1:30 in Berlin
    form = opened(anna)
    form.fill("Project", "Website")
    form.fill("Since", "23:00")
    form.submit()
    assert "since Tue 10 Mar, 23:00 · today 1:30 h" in anna.last.text


def test_a_timer_cannot_start_in_the_future(projects: None, anna: Person, bot: Bot) -> None:
    form = opened(anna)
    form.fill("Project", "Website")
    form.fill("Since", "10:01")
    form.submit()
    assert form.errors == {"Since": "A timer cannot start in the future."}
    assert written(bot) == []


def test_the_running_timer_is_shown_and_can_be_stopped_without_losing_what_was_typed(
    projects: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=30)
    form = opened(anna)
    assert "▶️ Acme GmbH › Website has been running since 10:00" in form.text
    form.fill("Note", "next")
    form.click("Stop")
    assert "⏹️ Acme GmbH › Website · 0:30 h (10:00–10:30)" in form.text
    assert "Stop" not in form.buttons
    assert form.value("Note") == "next"


def test_starting_something_else_stops_what_runs(projects: None, anna: Person, bot: Bot, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=30)
    form = opened(anna)
    form.fill("Project", "Shop")
    form.submit()
    first, second = written(bot)
    assert first.ended_at == second.started_at == T0 + timedelta(minutes=30)


# Time that is over


@pytest.mark.parametrize("typed", ["1:30", "1.5", "1,5h", "90m", "1h30"])
def test_a_duration_is_typed_as_people_like(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    filled(anna, Project="Website", Duration=typed, Day="2026-03-09").submit()
    assert "✅ Acme GmbH › Website · 1:30 h on Mon 9 Mar" in anna.last.text.replace(",", "")
    (entry,) = written(bot)
    assert (entry.seconds, entry.day, entry.timed) == (5400, date(2026, 3, 9), False)


def test_from_and_to_are_picked(projects: None, anna: Person, bot: Bot) -> None:
    filled(anna, Project="Website", From="08:00", To="09:30").submit()
    (entry,) = written(bot)
    assert (entry.started_at, entry.ended_at, entry.timed) == (
        T0 - timedelta(hours=2),
        T0 - timedelta(minutes=30),
        True,
    )


def test_from_and_to_may_lie_on_both_sides_of_midnight(projects: None, anna: Person, bot: Bot) -> None:
    filled(anna, Project="Website", From="22:30", To="01:00", Day="2026-03-09").submit()
    (entry,) = written(bot)
    assert (entry.day, entry.seconds) == (date(2026, 3, 9), 9000)


@pytest.mark.parametrize(
    ("times", "field", "error"),
    [
        ({"Duration": "much"}, "Duration", "Type a duration like 1:30"),
        ({"Duration": "11:00"}, "Duration", "do not fit into today"),
        ({"Duration": "1:00", "Day": "2026-03-11"}, "Duration", "do not fit into"),
        ({"From": "09:00", "To": "10:01"}, "To", "once it is over"),
        ({"From": "09:30", "To": "09:00"}, "To", "before the start"),
        ({"From": "09:00", "To": "09:00"}, "To", "before the start"),
    ],
)
def test_errors_stand_at_the_field_and_what_was_typed_stays(
    projects: None, anna: Person, bot: Bot, times: dict[str, str], field: str, error: str
) -> None:
    anna.types("/track log 8-9 acme app")
    form = filled(anna, Project="Website", Note="kick-off", **times)
    form.submit()
    assert list(form.errors) == [field]
    assert error in form.errors[field]
    assert form.value("Note") == "kick-off"
    assert [form.value(label) for label in times] == list(times.values())
    assert len(written(bot)) == 1


def test_who_has_the_time_gives_way_as_the_person_says_in_the_form(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9 acme app")
    form = filled(anna, Project="Website", Note="kick-off", From="07:30", To="08:30")
    form.submit()
    assert "This overlaps with an entry" in form.text
    assert len(written(bot)) == 1
    form.fill("This overlaps with an entry", "Shorten it")
    form.submit()
    old, new = written(bot)
    assert old.started_at == new.ended_at == T0 - timedelta(minutes=90)
    assert new.note == "kick-off"


def test_instead_of_giving_way_another_time_can_be_chosen(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8-9:30 acme app")
    form = opened(anna)
    form.fill("Project", "Website")
    form.fill("Since", "09:00")
    form.submit()
    form.fill("Since", "09:30")
    form.submit()
    old, new = written(bot)
    assert old.ended_at == new.started_at == T0 - timedelta(minutes=30)


def test_what_is_on_an_invoice_draft_gives_no_way_and_the_error_stands_at_the_time(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track log 8-9 acme app")
    bill(bot)
    form = filled(anna, Project="Website", From="08:15", To="08:30")
    form.submit()
    assert "draft “Acme GmbH” holds" in form.errors["From"]


def test_an_hour_that_did_not_exist_is_refused_at_its_field(projects: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_to(datetime(2026, 3, 29, 18, tzinfo=UTC))
    form = filled(anna, Project="Website", From="02:30", To="04:30")
    form.submit()
    assert "did not exist" in form.errors["From"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_of_an_hour_that_came_twice_the_form_asks_which(
    projects: None, anna: Person, finn: Person, bot: Bot, clock: FrozenClock, language: str
) -> None:
    who, mode, labels, first, second = {
        "en": (anna, "From – to", ("Project", "From", "To"), "The first time", "The second time"),
        "de": (finn, "Von – bis", ("Projekt", "Von", "Bis"), "Beim ersten Mal", "Beim zweiten Mal"),
    }[language]
    twice = {"en": "{}: this time came twice", "de": "{}: Diese Zeit kam zweimal"}[language]
    clock.forward_to(datetime(2026, 10, 25, 18, tzinfo=UTC))
    who.types("/track")
    form = who.modal
    form.click(mode)
    for label, value in zip(labels, ("Website", "02:15", "02:45"), strict=True):
        form.fill(label, value)
    form.submit()
    form.fill(twice.format(labels[1]), first)
    form.submit()
    form.fill(twice.format(labels[2]), second)
    form.submit()
    assert not who.sees_modal
    entry = only(bot)
    assert (entry.started_at, entry.seconds) == (datetime(2026, 10, 25, 0, 15, tzinfo=UTC), 90 * 60)


def test_a_timer_since_an_hour_that_came_twice_is_asked_about(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    clock.forward_to(datetime(2026, 10, 25, 7, tzinfo=UTC))
    anna.types("/track")
    form = anna.modal
    form.fill("Project", "Website")
    form.fill("Since", "02:15")
    form.submit()
    form.fill("Since: this time came twice", "The second time")
    form.submit()
    assert only(bot).started_at == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)


def test_a_german_is_corrected_in_german(projects: None, finn: Person) -> None:
    form = opened(finn)
    form.click("Dauer")
    form.fill("Projekt", "Website")
    form.fill("Dauer", "viel")
    form.submit()
    assert "1:30" in form.errors["Dauer"]
    assert "Type" not in form.errors["Dauer"]
    form.fill("Dauer", "1,5")
    form.submit()
    assert "✅ Acme GmbH › Website · 1:30 h" in finn.last.text


def test_another_way_to_say_the_time_keeps_the_rest(projects: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Customer", ACME)
    form.fill("Project", "Website")
    form.fill("Tags", "review")
    form.click("Duration")
    form.fill("Day", "2026-03-09")
    form.click("From – to")
    kept = [form.value(label) for label in ("Customer", "Project", "Tags", "Day")]
    assert kept == [ACME, "Website", "review", "2026-03-09"]


def test_the_day_that_the_form_was_opened_for_stays_in_every_mode(projects: None, anna: Person) -> None:
    anna.types("/track log 9-10 shop yesterday")
    anna.types("/track gaps yesterday")
    anna.clicks("Log time …")
    for mode in ("Timer", "Duration", "From – to"):
        anna.modal.click(mode)
    assert anna.modal.value("Day") == "2026-03-09"


# What was typed without a length


def test_of_work_without_a_length_the_form_holds_all_that_was_typed(projects: None, anna: Person, bot: Bot) -> None:
    typed = "/track log acme website design yesterday #call #review --nb: R&D <all>"
    anna.types(typed)
    refusal = anna.last
    assert "How long was it?" in refusal.plain()
    assert refusal.buttons == ["Fill in the form …"]
    anna.clicks("Fill in the form …")
    form = anna.modal
    assert "You typed" not in form.text
    labels = ("Customer", "Project", "Service", "Day", "Note", "Tags", "Billing")
    filled_in = [ACME, "Website", "Design", "2026-03-09", "R&D <all>", "call, review", "Not billable"]
    assert [form.value(label) for label in labels] == filled_in
    form.click("From – to")
    form.click("Duration")
    assert [form.value(label) for label in labels] == filled_in
    form.fill("Duration", "1:30")
    form.submit()
    assert "✅ Acme GmbH › Website · Design · #call #review · not billable · 1:30 h" in anna.last.plain()
    (row,) = written(bot)
    assert (row.note, row.day, row.seconds, row.timed) == ("R&D <all>", date(2026, 3, 9), 5400, False)
    assert f"You typed: {typed}" in refusal.plain()


def test_a_german_fills_in_a_german_form(projects: None, finn: Person) -> None:
    finn.types("/track buche shop gestern: Umbau")
    finn.clicks("Formular ausfüllen …")
    assert [finn.modal.value(label) for label in ("Projekt", "Tag", "Notiz")] == ["Shop", "2026-03-09", "Umbau"]


def test_of_a_customer_alone_the_form_offers_the_projects(projects: None, anna: Person) -> None:
    anna.types("/track log acme travel #call")
    anna.clicks("Fill in the form …")
    form = anna.modal
    assert [form.value(label) for label in ("Customer", "Project", "Service", "Tags")] == [ACME, None, "Travel", "call"]
    assert form.options("Project") == ["App", "Website"]
    assert "You typed: /track log acme travel #call" in form.text


@pytest.mark.parametrize("words", ["relaunch", "p", "acme 2"])
def test_what_has_no_clear_reading_is_chosen_in_the_form_and_still_shown_there(
    projects: None, anna: Person, bot: Bot, words: str
) -> None:
    with bot.database.write() as db:
        creation_rows.add_project(db, 1, 1, name="Portal", key="portal")
        creation_rows.add_project(db, 1, 2, name="Portal", key="portal")
        catalog_rows.names_changed(db, 1)
    anna.types(f"/track log {words}: kick-off")
    anna.clicks("Fill in the form …")
    assert anna.modal.value("Project") is None
    assert f"You typed: /track log {words}: kick-off" in anna.modal.text
    anna.modal.fill("Project", "App")
    anna.modal.fill("Duration", "1")
    anna.modal.submit()
    (row,) = written(bot)
    assert row.note == "kick-off"


def test_a_service_alone_is_filled_in_and_of_several_none(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people_rows.change_person(db, 1, service_id=2)
        creation_rows.add_service(db, 1, name="Development", key="development")
        catalog_rows.names_changed(db, 1)
    for words, service in (("design", "Design"), ("de", None), ("acme", "Travel"), ("", "Travel")):
        anna.types(f"/track log {words}")
        anna.clicks("Fill in the form …")
        assert (anna.modal.value("Project"), anna.modal.value("Service")) == (None, service)
        anna.modal.close()


def test_in_a_channel_with_a_project_the_form_is_filled_in_for_it_unless_another_was_typed(
    projects: None, anna: Person
) -> None:
    anna.types("/track link acme/website")
    for words, customer, project in (("", ACME, "Website"), ("design", ACME, "Website"), ("shop", SHOP, "Shop")):
        anna.types(f"/track log {words}")
        anna.clicks("Fill in the form …")
        assert (anna.modal.value("Customer"), anna.modal.value("Project")) == (customer, project)
        anna.modal.close()
    anna.types("/track log acme")
    anna.clicks("Fill in the form …")
    assert (anna.modal.value("Customer"), anna.modal.value("Project")) == (ACME, None)


def test_who_fills_in_the_form_a_day_later_and_elsewhere_means_the_day_on_which_they_typed(
    projects: None, anna: Person, workspace: Workspace, clock: FrozenClock, bot: Bot
) -> None:
    anna.types("/track log acme website")
    clock.forward_by(hours=20)
    workspace.change_person(anna.id, zone="Pacific/Honolulu")
    anna.waits()
    anna.clicks("Fill in the form …")
    assert anna.modal.value("Day") == "2026-03-10"
    anna.modal.fill("Duration", "2")
    anna.modal.submit()
    (row,) = written(bot)
    assert (row.day, row.zone) == (date(2026, 3, 10), "Europe/Berlin")


def test_a_time_without_an_end_is_no_length_and_opens_no_form_that_would_forget_it(
    projects: None, anna: Person
) -> None:
    anna.types("/track log acme website at 9")
    assert "You typed: /track log acme website at 9" in anna.last.plain()
    assert anna.last.buttons == []


@pytest.mark.parametrize("typed", ["log 1h acme website", "start acme website", "log acme at 9", "nonsense", ""])
def test_a_button_for_the_form_that_holds_anything_else_is_refused(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, typed: str
) -> None:
    anna.types("/track log acme website")
    refusal = anna.last
    forge(refusal, "Fill in the form …", f"{int(clock.now().timestamp())}@Europe/Berlin:{typed}")
    refusal.click("Fill in the form …")
    assert "older message" in anna.last.plain()
    assert not anna.sees_modal
    assert written(bot) == []


def test_what_was_saved_can_be_taken_back(projects: None, anna: Person, bot: Bot) -> None:
    filled(anna, Project="Website", Duration="1:00").submit()
    anna.last.click("Undo")
    assert written(bot) == []


def test_a_submission_delivered_twice_writes_once(projects: None, anna: Person, bot: Bot, workspace: Workspace) -> None:
    filled(anna, Project="Website", Duration="1:00").submit()
    workspace.repeat()
    anna.waits()
    assert len(written(bot)) == 1


# Tags and billing


@pytest.mark.parametrize("typed", ["-", "12", "no!", " ".join(f"tag{n}" for n in range(11)), 'a"b c"d', "a:b ab: c"])
def test_what_is_no_tag_is_refused_at_its_field(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    form = filled(anna, Project="Website", Duration="1:00", Tags=typed)
    form.submit()
    assert list(form.errors) == ["Tags"]
    assert written(bot) == []


@pytest.mark.parametrize("typed", ["review, Travel", "#review #travel", "review  travel", " #review,travel "])
def test_tags_are_words_with_or_without_their_sign(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    filled(anna, Project="Website", Duration="1:00", Tags=typed).submit()
    assert written(bot)[0].tags == "review travel"


@pytest.mark.parametrize(
    ("billing", "billable"),
    [("As usual for project and service", True), ("Billable", True), ("Not billable", False)],
)
def test_whether_it_is_billed_can_be_said(projects: None, anna: Person, bot: Bot, billing: str, billable: bool) -> None:
    filled(anna, Project="Website", Duration="1:00", Billing=billing).submit()
    assert written(bot)[0].billable is billable


# Messages

SECRET = "the contract with Weber"


def tracks_message(who: Person, text: str = SECRET) -> Modal:
    """The form on a message that this person writes."""
    who.types(text)
    who.uses("Track time on this", next(seen for seen in reversed(who.messages) if text in seen.text))
    return who.modal


def test_a_message_is_kept_with_its_permalink(projects: None, anna: Person, bot: Bot) -> None:
    form = tracks_message(anna, "call with <Acme> & Co")
    assert "💬 call with <Acme> & Co" in form.text
    ts = anna.last.surface.ts.replace(".", "")  # type: ignore[union-attr]
    form.fill("Project", "Website")
    form.submit()
    (entry,) = written(bot)
    assert entry.source_text == "call with <Acme> & Co"
    assert entry.source_link == f"https://demo.slack.com/archives/{anna.channel}/p{ts}"
    assert entry.note == ""


@pytest.mark.parametrize("text", ['"' * 3000, "🚀" * 3000, "\\" * 3000, "<&>" * 1000])
def test_of_a_long_message_the_beginning_is_kept(projects: None, anna: Person, bot: Bot, text: str) -> None:
    form = tracks_message(anna, text)
    form.click("Duration")
    form.fill("Project", "Website")
    form.fill("Duration", "1:00")
    form.submit()
    assert written(bot)[0].source_text == text[:1000]


def test_what_is_kept_of_a_message_is_seen_by_nobody_else_and_is_in_no_log(
    projects: None, anna: Person, finn: Person, aylin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    form = tracks_message(finn)
    form.fill("Projekt", "Website")
    form.submit()
    for other in (anna, aylin):
        said = [
            seen.plain() for seen in (*other.messages, *other.dm) if SECRET not in seen.text or "slack.com" in seen.text
        ]
        for typed in ("/track list week", "/track status"):
            answer = other.types(typed)
            assert answer
            said.append(answer.plain())
        said.append(other.home.plain())
        assert not [text for text in said if SECRET in text or "/archives/" in text]
    assert SECRET not in caplog.text
    assert "/archives/" not in caplog.text


def test_what_is_kept_of_a_message_gets_on_no_invoice(
    projects: None, anna: Person, bot: Bot, account: Account, run_jobs: Callable[[], int]
) -> None:
    sent: list[str] = []
    bot.http.event_hooks["request"].append(lambda request: sent.append(f"{request.url} {request.read()!r}"))
    anna.types("/track connect")
    for label, text in {"billomatID": "acme", "API key": seed.ADMIN_KEY, "Default VAT rate": "19"}.items():
        anna.modal.fill(label, text)
    anna.modal.submit()
    anna.modal.submit()
    run_jobs()
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=9500)
    form = tracks_message(anna)
    form.click("Duration")
    for label, text in {"Project": "Website", "Duration": "2:00", "Note": "Workshop"}.items():
        form.fill(label, text)
    form.submit()
    anna.types("/track invoice website")
    shown = anna.modal.text
    anna.modal.submit()
    run_jobs()
    assert len(account.drafts()) == 1
    assert "Workshop" in shown
    assert "Workshop" in "".join(sent)
    assert not [text for text in (shown, *sent) if SECRET in text or "archives" in text]


def test_a_form_that_is_open_while_somebody_moves_means_the_times_it_shows(
    projects: None, anna: Person, workspace: Workspace, clock: FrozenClock
) -> None:
    clock.forward_by(hours=3)
    anna.types("/track log 9-11 acme website")
    anna.types("/track gaps")
    anna.clicks("Log time …")
    form = anna.modal
    assert (form.value("From"), form.value("To")) == ("11:00", "13:00")
    workspace.change_person(anna.id, zone="America/New_York")
    anna.waits()
    form.fill("Customer", SHOP)
    assert (form.value("From (Berlin)"), form.value("To (Berlin)")) == ("11:00", "13:00")
    form.submit()
    anna.types("/track list today")
    assert "11:00–13:00 (Berlin) · 2:00 h · Bäckerei Söhne & Co. › Shop" in anna.last.plain()

"""Settings: what people choose for themselves, what admins choose for all, and who may."""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot, Itself
from bot.core.errors import FieldErrors
from bot.core.roles import Role
from bot.people.callers import acting
from bot.preferences import form as preferences
from bot.preferences.views import form as settings_views
from bot.preferences.views.own import OWN_FIELDS
from bot.preferences.views.shared import SHARED_FIELDS
from bot.routine.summaries import SUMMARY
from playground.person import Modal, Person
from playground.slack.workspace import Workspace
from storage import billing_defaults as billing_default_rows
from storage import creation as creation_rows
from storage import jobs as job_rows
from storage import people as people_rows
from storage.change import Change
from storage.tables import Article, TimeEntry, audits, people, table
from storage.tables.people import PersonColumns, WorkspaceColumns
from tests.conftest import T0, FrozenClock, at_once
from tests.slack.test_strangers import send, view

RunJobs = Callable[[], int]
OWN = [
    "Language",
    "Clock",
    "Working days",
    "Work begins",
    "Work ends",
    "Service",
    "Daily summary",
    "Holidays",
    "Reminders",
    "News of invoices",
]
MORE = ("More settings", "Mehr Einstellungen")
WITHOUT_ARTICLE = ["No article: the hourly rate", "Not billable"]


def test_the_time_of_the_daily_summary_can_be_moved(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    form = settings(anna)
    assert form.value("Daily summary") == "17:30"
    form.fill("Daily summary", "16:00")
    form.submit()
    assert "Daily summary: 17:30 → 16:00" in anna.modal.text
    anna.types("/track log 1h acme website")
    clock.forward_by(hours=6)
    run_jobs()
    assert anna.dm[-1].text == "Your day: 1:00 h"
    assert settings(anna).value("Daily summary") == "16:00"


def test_a_summary_moved_to_later_on_the_same_day_does_not_come_twice(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    clock.forward_by(hours=7, minutes=30)
    run_jobs()
    form = settings(anna)
    form.fill("Daily summary", "19:00")
    form.submit()
    clock.forward_by(hours=3)
    run_jobs()
    assert len(anna.dm) == 1


def test_the_daily_summary_can_be_turned_off_and_on(projects: None, anna: Person, bot: Bot) -> None:
    form = settings(anna)
    form.fill("Daily summary", "Off")
    form.submit()
    assert "Daily summary: 17:30 → Off" in anna.modal.text
    assert not planned(bot)
    form = settings(anna)
    form.fill("Daily summary", "18:00")
    form.submit()
    assert planned(bot)


def test_saving_without_a_change_says_so(anna: Person) -> None:
    settings(anna).submit()
    assert "Nothing was changed." in anna.modal.text


def test_the_language_can_be_chosen_whatever_slack_says(anna: Person, finn: Person) -> None:
    form = settings(finn)
    form.fill("Sprache", "English")
    form.submit()
    assert "Language: As in Slack → English" in finn.modal.text
    assert settings(anna).value("Language") == "As in Slack"
    assert settings(finn).title == "Settings"
    assert settings(finn).value("Language") == "English"


def test_each_column_that_people_set_has_one_field_and_is_read_with_each_request() -> None:
    columns = [field.name for field in fields(preferences.OwnPreferences)]
    assert [each.column for each in OWN_FIELDS] == columns
    assert set(columns) <= set(people_rows.KnownPerson._fields) & set(PersonColumns.__annotations__)
    shared = [field.name for field in fields(preferences.SharedPreferences)]
    assert [each.column for each in SHARED_FIELDS] == shared
    assert set(shared) <= set(WorkspaceColumns.__annotations__)


def test_what_most_people_never_touch_stands_behind_a_button(projects: None, anna: Person) -> None:
    anna.types("/track settings")
    form = anna.modal
    assert form.labels[:7] == [
        "Language",
        "Working days",
        "Daily summary",
        "Holidays",
        "Hourly rate",
        "Person",
        "Role",
    ]
    form.fill("Hourly rate", "95")
    form.fill("Daily summary", "16:00")
    form.click("More settings")
    assert form.value("Hourly rate") == "95"
    assert form.value("Clock") == "As usual in your language"
    form.fill("Clock", "12 hours")
    form.submit()
    assert "✅ Clock: As usual in your language → 12 hours" in form.text
    assert "✅ Daily summary: 5:30 pm → 4:00 pm" in form.text
    assert "✅ Hourly rate: – → €95.00 net" in form.text


def test_what_stands_behind_the_button_is_left_as_it_is_by_whoever_does_not_press_it(
    projects: None, anna: Person, bot: Bot
) -> None:
    form = settings(anna)
    form.fill("Clock", "24 hours")
    form.fill("Overlaps", ["Entries may share time"])
    form.fill("Projects that are not billable", ["Acme GmbH › App"])
    form.fill("Hours of a working day", "7:42")
    form.submit()
    form.close()
    anna.types("/track settings")
    anna.modal.fill("Hourly rate", "95")
    anna.modal.submit()
    assert anna.modal.text.splitlines()[1:] == ["✅ Hourly rate: – → €95.00 net"]
    assert not_billable(bot) == {"App"}


def test_what_another_admin_saved_before_the_button_was_pressed_stays(
    projects: None, anna: Person, aylin: Person
) -> None:
    aylin.types("/track help")
    appoint(anna, "Aylin Approver", "Admin: Billomat and these settings, too")
    anna.modal.close()
    anna.types("/track settings")
    form = settings(aylin)
    form.fill("Hourly rate", "120")
    form.fill("Smallest unit shown", "15 minutes")
    form.submit()
    anna.modal.click("More settings")
    anna.modal.submit()
    assert "Nothing was changed." in anna.modal.text
    assert settings(anna).value("Hourly rate") == "120.00"


def test_members_see_neither_rates_nor_roles(projects: None, aylin: Person) -> None:
    assert settings(aylin).labels == OWN


def test_the_hourly_rate_of_the_workspace_is_typed_as_people_type_money(anna: Person) -> None:
    form = settings(anna)
    form.fill("Hourly rate", "95,50")
    form.submit()
    assert "Hourly rate: – → €95.50 net" in anna.modal.text
    form = settings(anna)
    assert form.value("Hourly rate") == "95.50"
    form.fill("Hourly rate", None)
    form.submit()
    assert "Hourly rate: €95.50 net → –" in anna.modal.text


@pytest.mark.parametrize("typed", ["ninety", "-95", "1.2345", "95,5050", "€"])
def test_what_is_no_amount_is_refused_at_the_field_and_nothing_is_stored(anna: Person, typed: str) -> None:
    form = settings(anna)
    form.fill("Daily summary", "Off")
    form.fill("Hourly rate", typed)
    form.submit()
    assert form.errors == {"Hourly rate": "Type an amount like 95 or 95.50."}
    form.fill("Hourly rate", None)
    form.submit()
    assert anna.modal.text.splitlines()[1:] == ["✅ Daily summary: 17:30 → Off"]


def test_a_service_is_billed_as_the_article_chosen_for_it(projects: None, anna: Person, bot: Bot) -> None:
    an_article(bot, "Web design")
    form = settings(anna)
    form.fill("Hourly rate", "80")
    form.fill("Design is billed as", "Web design")
    assert "✅ Design: No article: the hourly rate → Web design" in anna.modal.text
    assert anna.modal.value("Hourly rate") == "80", "what was typed meanwhile stays"
    assert settings(anna).value("Design is billed as") == "Web design"
    assert settings(anna).value("Travel is billed as") is None


def test_an_article_can_be_taken_away_from_a_service(projects: None, anna: Person, bot: Bot) -> None:
    an_article(bot, "Web design")
    settings(anna).fill("Design is billed as", "Web design")
    settings(anna).fill("Design is billed as", "No article: the hourly rate")
    assert settings(anna).value("Design is billed as") is None


def test_many_services_do_not_burst_the_form(anna: Person, bot: Bot) -> None:
    anna.types("/track help")
    with bot.database.write() as db:
        for number in range(130):
            name = f"Service {number:03} " + "x" * 150
            creation_rows.add_service(db, 1, name=name, key=name_key(name))
    assert "… and 80 more services." in settings(anna).text


def test_an_admin_appoints_a_biller(anna: Person, aylin: Person) -> None:
    aylin.types("/track status")
    appoint(anna, "Aylin Approver", "Biller")
    assert "Aylin Approver can now see rates and send invoices." in anna.modal.text
    assert "Billers: Aylin Approver" in settings(anna).text
    assert "Not billed yet" in aylin.opens_home().plain()
    assert settings(aylin).labels == OWN


@pytest.mark.parametrize("role", ["Biller", "Admin"])
def test_who_left_slack_is_marked_among_those_with_a_role(anna: Person, aylin: Person, bot: Bot, role: str) -> None:
    aylin.types("/track status")
    appoint(anna, "Aylin Approver", role)
    assert "left Slack" not in settings(anna).text
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Aylin Approver").values(has_left=True))
    said = settings(anna).text
    assert "⚠️ Aylin Approver (left Slack)" in said
    assert "Who left Slack can do nothing any more: appoint somebody else here." in said
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Aylin Approver").values(has_left=False))
    assert "left Slack" not in settings(anna).text


def test_an_approver_who_left_slack_is_marked_in_german_too(anna: Person, aylin: Person, bot: Bot) -> None:
    anna.types("/track status")
    aylin.types("/track status")
    with bot.database.write() as db:
        left: PersonColumns = {"role": Role.APPROVER, "has_left": True}
        db.execute(update(people).where(people.c.name == "Aylin Approver").values(**left))
        db.execute(update(people).where(people.c.name == "Anna Admin").values(language="de"))
    anna.types("/track einstellungen")
    anna.modal.click("Mehr Einstellungen")
    assert "Freigebende: ⚠️ Aylin Approver (hat Slack verlassen)" in anna.modal.text


def test_the_sum_from_which_on_a_second_person_approves_is_set_and_taken_away(anna: Person) -> None:
    form = settings(anna)
    assert "an approver does, appointed under Roles once this is saved" in form.text  # before that no role is called so
    form.fill("A second person approves from", "1.000,00")
    form.submit()
    assert "A second person approves from: never → €1,000.00 net" in anna.modal.text
    form = settings(anna)
    assert form.value("A second person approves from") == "1,000.00"
    form.fill("A second person approves from", "0")
    form.submit()
    assert "A second person approves from: €1,000.00 net → every invoice" in anna.modal.text
    form = settings(anna)
    form.fill("A second person approves from", None)
    form.submit()
    assert "A second person approves from: every invoice → never" in anna.modal.text


@pytest.mark.parametrize("typed", ["1.000", "1,000", "1 000", "1'000", "1.000 €", "EUR 1.000", "1000", "1.000,00"])
def test_a_limit_of_thousands_is_read_as_people_type_it(anna: Person, typed: str) -> None:
    form = settings(anna)
    form.fill("A second person approves from", typed)
    form.submit()
    assert "A second person approves from: never → €1,000.00 net" in anna.modal.text


def test_a_limit_of_thousands_in_another_currency_is_refused(anna: Person) -> None:
    form = settings(anna)
    form.fill("A second person approves from", "1.000 CHF")
    form.submit()
    assert form.errors == {"A second person approves from": "The sum is in EUR. Type it in that."}


@pytest.mark.parametrize("typed", ["always", "-1", "1.00.0", "1.0000", "12345678901234"])
def test_what_is_no_sum_for_a_second_person_is_refused_at_the_field(anna: Person, typed: str) -> None:
    form = settings(anna)
    form.fill("A second person approves from", typed)
    form.submit()
    assert form.errors == {"A second person approves from": "Type a sum like 1000, or 0 for all invoices."}


def test_whoever_is_alone_reads_nothing_of_approvers(anna: Person, aylin: Person) -> None:
    aylin.types("/track status")
    assert "Approver: approves invoices, too" not in settings(anna).options("Role")
    form = settings(anna)
    form.fill("A second person approves from", "0")
    form.submit()
    appoint(anna, "Aylin Approver", "Approver")
    assert "Aylin Approver can now send invoices, and approve those that others submit." in anna.modal.text
    assert "Approvers: Aylin Approver" in settings(anna).text
    assert "Not billed yet" in aylin.opens_home().plain()


def test_somebody_who_never_used_trackomat_has_to_do_so_before_being_appointed(anna: Person) -> None:
    form = appoint(anna, "Aylin Approver", "Admin")
    assert form.errors == {"Person": "I do not know this person yet. Ask them to type /track once, then try again."}


def test_the_last_admin_stays_admin(anna: Person, aylin: Person) -> None:
    form = appoint(anna, "Anna Admin", "Member")
    assert form.errors == {"Role": "Somebody has to be admin: appoint another one first."}
    aylin.types("/track status")
    anna.modal.close()
    appoint(anna, "Aylin Approver", "Admin")
    appoint(anna, "Anna Admin", "Member")
    assert "Anna Admin sees and changes their own time only." in anna.modal.text
    assert "Hourly rate" not in settings(anna).labels
    assert "Hourly rate" in settings(aylin).labels


@pytest.mark.parametrize(("person", "role", "missing"), [("Anna Admin", None, "Role"), (None, "Biller", "Person")])
def test_appointing_needs_person_and_role(anna: Person, person: str | None, role: str | None, missing: str) -> None:
    form = appoint(anna, person, role)
    assert form.errors == {missing: "To appoint somebody, choose the person and the role."}


def test_whoever_was_dismissed_meanwhile_changes_nothing(anna: Person, aylin: Person) -> None:
    aylin.types("/track status")
    appoint(anna, "Aylin Approver", "Admin")
    open_form = settings(aylin)
    appoint(anna, "Aylin Approver", "Member")
    open_form.fill("Hourly rate", "1")
    open_form.fill("Daily summary", "Off")
    open_form.submit()
    assert "Only an admin of Trackomat can do this." in aylin.modal.text
    assert settings(anna).value("Hourly rate") is None
    aylin.modal.close()
    assert settings(aylin).value("Daily summary") == "5:30 PM"


def test_a_form_submitted_twice_is_carried_out_once(anna: Person, workspace: Workspace) -> None:
    form = settings(anna)
    form.fill("Daily summary", "Off")
    form.submit()
    workspace.repeat()
    anna.waits()
    assert "This was done already." in anna.modal.text


def test_an_article_that_billomat_no_longer_sells_cannot_be_chosen(projects: None, anna: Person, bot: Bot) -> None:
    an_article(bot, "Web design")
    form = settings(anna)
    assert form.options("Design is billed as") == [*WITHOUT_ARTICLE, "Web design"]
    with bot.database.write() as db:
        db.execute(table(Article).update().values(archived=True))
    assert form.options("Design is billed as") == WITHOUT_ARTICLE


# How times are read, and when people work


def test_whoever_prefers_12_hours_reads_them_from_then_on(projects: None, finn: Person) -> None:
    form = settings(finn)
    form.fill("Uhrzeit", "12 Stunden")
    form.submit()
    assert "✅ Uhrzeit: Wie in deiner Sprache üblich → 12 Stunden" in finn.modal.text
    finn.types("/track start acme website seit 9:15")
    assert "9:15 AM" in finn.last.plain()
    assert settings(finn).value("Tagesüberblick") == "5:30 PM"


def test_the_summary_comes_on_the_days_on_which_a_person_works(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    form = settings(anna)
    assert form.value("Working days") == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    form.fill("Working days", ["Wednesday", "Sunday"])
    form.submit()
    assert "Working days: Monday, Tuesday, Wednesday, Thursday, Friday → Wednesday, Sunday" in anna.modal.text
    anna.types("/track log 1h acme website")
    summaries_by = {}
    for day in ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Monday"):
        clock.forward_by(hours=8 if day == "Tuesday" else 24)
        run_jobs()
        summaries_by[day] = len(anna.dm)
    assert summaries_by == {
        "Tuesday": 0,
        "Wednesday": 1,
        "Thursday": 1,
        "Friday": 1,
        "Saturday": 1,
        "Sunday": 2,
        "Monday": 2,
    }


def test_work_may_end_at_midnight(anna: Person) -> None:
    form = settings(anna)
    form.fill("Work begins", "16:00")
    form.fill("Work ends", "00:00")
    form.submit()
    assert "Working hours: 09:00 – 18:00 → 16:00 – 00:00" in anna.modal.text
    assert settings(anna).value("Work ends") == "00:00"


def test_work_that_ends_before_it_begins_is_refused_at_the_field_and_what_was_typed_stays(finn: Person) -> None:
    form = settings(finn)
    form.fill("Arbeitsbeginn", "18:00")
    form.fill("Arbeitsende", "09:00")
    form.submit()
    assert form.errors == {"Arbeitsende": "Das Arbeitsende muss nach dem Arbeitsbeginn liegen."}
    assert form.value("Arbeitsbeginn") == "18:00"


def test_a_usual_service_is_chosen_and_taken_away(projects: None, anna: Person) -> None:
    form = settings(anna)
    form.fill("Service", "Design")
    form.submit()
    assert "Service: – → Design" in anna.modal.text
    form = settings(anna)
    assert form.value("Service") == "Design"
    form.fill("Service", None)
    form.submit()
    assert "Service: Design → –" in anna.modal.text


def test_a_service_that_was_archived_meanwhile_is_refused_at_its_field(projects: None, anna: Person, bot: Bot) -> None:
    form = settings(anna)
    form.fill("Service", "Travel")
    with bot.database.write() as db:
        billing_default_rows.change_service(Change(db, Itself(1, T0)), 2, archived=True)
    form.submit()
    assert form.errors == {"Service": "This service is no longer there. Please choose another one."}


def test_whoever_wants_no_reminders_gets_no_summary_of_an_empty_day(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    form = settings(anna)
    form.fill("Reminders", [])
    form.submit()
    assert "Reminders: On → Off" in anna.modal.text
    clock.forward_by(hours=8)
    run_jobs()
    assert [message.text for message in anna.dm] == ["Your day: 1:00 h"]
    clock.forward_by(hours=24)
    run_jobs()
    assert len(anna.dm) == 1


def test_whoever_wants_no_reminders_is_not_asked_about_guessed_ends_in_the_summary(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs, bot: Bot
) -> None:
    anna.types("/track log 1h acme website")
    with bot.database.write() as db:
        db.execute(table(TimeEntry).update().values(end_guessed=True))
    form = settings(anna)
    form.fill("Reminders", [])
    form.submit()
    clock.forward_by(hours=8)
    run_jobs()
    assert "guessed" not in anna.dm[-1].plain()


# What holds for everybody


def test_durations_are_shown_in_the_unit_that_an_admin_chose_and_stored_exactly(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    form = settings(anna)
    form.fill("Smallest unit shown", "15 minutes")
    form.submit()
    assert "Smallest unit shown: 1 minute → 15 minutes" in anna.modal.text
    finn.types("/track buche 1h37 acme website")
    assert "1:30 h" in finn.last.plain()
    with bot.database.read() as db:
        assert db.execute(select(table(TimeEntry).c.seconds)).scalar_one() == 97 * 60


def test_a_week_begins_on_the_day_that_an_admin_chose(projects: None, anna: Person, finn: Person) -> None:
    finn.types("/track buche 1h acme website 8.3.: Sonntag")
    finn.types("/track liste woche")
    assert "Sonntag" not in finn.last.plain()
    form = settings(anna)
    form.fill("First day of the week", "Sunday")
    form.submit()
    assert "First day of the week: Monday → Sunday" in anna.modal.text
    finn.types("/track liste woche")
    assert "Sonntag" in finn.last.plain()


def test_forms_call_things_as_the_workspace_does(projects: None, anna: Person, finn: Person) -> None:
    form = settings(anna)
    form.fill("Your word for project", "Mandat")
    form.submit()
    assert "Your word for project: Project → Mandat" in anna.modal.text
    finn.types("/track new")
    assert finn.modal.labels == ["Kunde", "Neuer Kunde", "Mandat", "Leistung"]


def test_overlaps_are_allowed_by_an_admin(anna: Person, bot: Bot) -> None:
    form = settings(anna)
    form.fill("Overlaps", ["Entries may share time"])
    form.submit()
    assert "Overlaps: Not allowed → Allowed" in anna.modal.text
    with bot.database.read() as db:
        assert people_rows.get_person(db, 1).overlaps_allowed


def test_projects_are_not_billable_until_an_admin_says_otherwise(projects: None, anna: Person, bot: Bot) -> None:
    form = settings(anna)
    form.fill("Projects that are not billable", ["Website", "Shop"])
    form.submit()
    assert "Projects that are not billable: – → Acme GmbH › Website, Bäckerei Söhne & Co. › Shop" in anna.modal.text
    assert not_billable(bot) == {"Website", "Shop"}
    form = settings(anna)
    form.fill("Projects that are not billable", ["Shop"])
    form.submit()
    assert not_billable(bot) == {"Shop"}


def test_an_untouched_field_does_not_undo_what_another_admin_saved_meanwhile(
    projects: None, anna: Person, aylin: Person, bot: Bot
) -> None:
    aylin.types("/track status")
    appoint(anna, "Aylin Approver", "Admin")
    stale = settings(aylin)
    form = settings(anna)
    form.fill("Projects that are not billable", ["App"])
    form.fill("Hourly rate", "80")
    form.fill("Smallest unit shown", "6 minutes")
    form.submit()
    stale.fill("Projects that are not billable", ["Website"])
    stale.fill("Your word for customer", "Client")
    stale.submit()
    assert not_billable(bot) == {"App", "Website"}
    form = settings(anna)
    assert form.value("Hourly rate") == "80.00"
    assert form.value("Smallest unit shown") == "6 minutes"
    assert form.value("Your word for customer") == "Client"


def test_a_service_can_be_not_billable_and_keeps_its_article_for_the_exception(
    projects: None, anna: Person, bot: Bot
) -> None:
    an_article(bot, "Web design")
    form = settings(anna)
    form.fill("Design is billed as", "Web design")
    form.fill("Design is billed as", "Not billable")
    assert "✅ Design: Web design → Not billable" in anna.modal.text
    assert settings(anna).value("Design is billed as") == "Not billable"
    with bot.database.read() as db:
        design = billing_default_rows.billed_service(db, 1, 1)
    assert design
    assert (design.billable, design.article) == (False, "Web design")


def test_linked_channels_are_listed_for_those_who_bill_and_unlinked_there(
    projects: None, anna: Person, finn: Person
) -> None:
    anna.types("/track link acme/website")
    form = settings(anna)
    assert "#general · Acme GmbH › Website" in form.text
    form.fill("Hourly rate", "80")
    form.click("Unlink")
    assert "✅ This channel belongs to no project any more." in anna.modal.text
    assert anna.modal.value("Hourly rate") == "80", "what was typed meanwhile stays"
    assert "Unlink" not in settings(anna).buttons
    anna.types("/track link acme/website")
    assert "Website" not in settings(finn).text


def test_two_admins_who_save_at_once_both_get_what_they_want(
    projects: None, anna: Person, aylin: Person, bot: Bot
) -> None:
    aylin.types("/track status")
    appoint(anna, "Aylin Approver", "Admin")
    done = at_once(*(partial(saves_all, bot, name) for name in ("Anna Admin", "Aylin Approver")))
    assert [type(each).__name__ for each in done] == ["Saved", "Saved"]


@pytest.mark.parametrize(
    ("name", "forged"),
    [
        ("shown_unit", "7200"),
        ("shown_unit", "0"),
        ("week_start", "9"),
        ("clock", "5"),
        ("clock", "9" * 30),
        ("summary", "1440"),
        ("language", "xx"),
        ("language", ["de"]),
        ("working_days", ["7"]),
        ("working_days", ["1000"]),
        ("work_starts", "-1:00"),
        ("work_ends", "25:00"),
        ("role", "owner"),
    ],
)
def test_what_no_menu_offers_is_refused_politely(anna: Person, name: str, forged: object) -> None:
    settings(anna)
    filled: dict[str, Any] = {
        "language": "usual",
        "clock": "usual",
        "working_days": ["0"],
        "work_starts": "09:00",
        "work_ends": "18:00",
        "summary": "off",
        "shown_unit": "60",
        "week_start": "0",
        "not_billable": [],
        "person": anna.id,
        "role": "admin",
    }
    form = view(anna, settings_views.FILLED, anna.modal.view.private_metadata)
    form["state"]["values"] = {field: {field: chosen(value)} for field, value in (filled | {name: forged}).items()}
    assert "no longer works" in send(anna, "view_submission", view=form)
    anna.modal.close()
    assert settings(anna).value("Smallest unit shown") == "1 minute"


def chosen(value: object) -> dict[str, Any]:
    """How Slack says what was chosen in a menu of one or of several."""
    if isinstance(value, list):
        return {"type": "multi_static_select", "selected_options": [{"value": each} for each in value]}
    return {"type": "static_select", "selected_option": {"value": value}}


def test_the_form_is_opened_by_a_button_too(anna: Person) -> None:
    anna.opens_home().click("Settings …")
    assert anna.modal.title == "Settings"


def settings(person: Person) -> Modal:
    """The form with all settings, opened afresh."""
    while person.sees_modal:
        person.modal.close()
    person.types("/track settings")
    person.modal.click(next(label for label in person.modal.buttons if label in MORE))
    return person.modal


def appoint(by: Person, person: str | None, role: str | None) -> Modal:
    form = settings(by)
    form.fill("Person", person)
    form.fill("Role", role)
    form.submit()
    return form


def an_article(bot: Bot, title: str) -> None:
    with bot.database.write() as db:
        db.execute(
            insert(table(Article)).values(
                workspace_id=1,
                billomat_id=1,
                number="",
                title=title,
                title_key=name_key(title),
                unit="",
                currency="",
                archived=False,
            )
        )


def planned(bot: Bot) -> bool:
    with bot.database.read() as db:
        return job_rows.job_exists(db, SUMMARY.key(person_id=1))


def not_billable(bot: Bot) -> set[str | None]:
    with bot.database.read() as db:
        return {project.project for project in billing_default_rows.not_billable(db, 1)}


def saves_all(bot: Bot, name: str) -> preferences.Saved:
    """As an admin whose form differs in what is theirs, the workspace's and a project's."""
    with bot.database.read() as db:
        (person,) = [person for person in people_rows.people_with_role(db, 1, Role.ADMIN) if person.name == name]
    caller = acting(person, now=bot.now(), request=f"save {name}")
    now = preferences.read_preferences(bot, caller)
    assert now.workspace
    shown = preferences.FilledPreferences(now.own, preferences.FilledForAll(now.workspace.shared, ()))
    filled = preferences.FilledPreferences(
        replace(now.own, reminders=False),
        preferences.FilledForAll(replace(now.workspace.shared, shown_unit=300), (1, 2, 3)),
    )
    return preferences.save(bot, caller, filled, FieldErrors(), shown=shown)


# The audit


def recorded(bot: Bot, subject: str) -> list[tuple[int | None, str, Any, Any]]:
    """Who did what to things of a kind, in order."""
    columns = (audits.c.person_id, audits.c.action, audits.c.before, audits.c.after)
    with bot.database.read() as db:
        rows = db.execute(select(*columns).where(audits.c.subject == subject).order_by(audits.c.id))
        return [(row.person_id, row.action, row.before, row.after) for row in rows]


def test_what_somebody_set_stands_in_the_audit_with_what_it_was(projects: None, anna: Person, bot: Bot) -> None:
    form = settings(anna)
    form.fill("Daily summary", "Off")
    form.fill("Hourly rate", "95.50")
    form.submit()
    settings(anna).submit()
    assert recorded(bot, "person")[1:] == [(1, "settings", {"summary_minute": 1050}, {"summary_minute": None})]
    assert recorded(bot, "workspace") == [(1, "settings", {"rate_cents": None}, {"rate_cents": 9550})]


def test_who_got_which_role_from_whom_stands_in_the_audit(anna: Person, aylin: Person, bot: Bot) -> None:
    aylin.types("/track status")
    form = settings(anna)
    form.fill("Person", aylin.id)
    form.fill("Role", "Biller: rates and invoices, too")
    form.submit()
    by_slack, by_anna = recorded(bot, "person")
    assert by_slack == (None, "appoint", {"role": "member"}, {"role": "admin"}), "the workspace's owner"
    assert by_anna == (2, "appoint", {"role": "member"}, {"role": "biller"})


def test_what_is_billed_how_stands_in_the_audit(projects: None, anna: Person, bot: Bot) -> None:
    an_article(bot, "Web design")
    settings(anna).fill("Design is billed as", "Web design")
    settings(anna).fill("Design is billed as", "Not billable")
    assert recorded(bot, "service") == [
        (
            1,
            "bill as",
            {"article_id": None, "article_settled": False},
            {"article_id": 1, "article_settled": True},
        ),
        (1, "bill as", {"billable": True}, {"billable": False}),
    ]


def test_undo_takes_back_time_and_leaves_settings_alone(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website")
    form = settings(anna)
    form.fill("Daily summary", "Off")
    form.submit()
    anna.types("/track undo")
    assert settings(anna).value("Daily summary") == "Off"
    with bot.database.read() as db:
        assert db.execute(select(table(TimeEntry).c.id)).all() == []


@pytest.mark.parametrize(("typed", "said"), [("7,5", "7:30"), ("7:42", "7:42"), ("10", "10:00"), (None, "8:00")])
def test_the_hours_of_a_working_day_are_set_for_everybody(anna: Person, typed: str | None, said: str) -> None:
    form = settings(anna)
    assert form.value("Hours of a working day") == "8:00"
    form.fill("Hours of a working day", typed)
    form.submit()
    assert settings(anna).value("Hours of a working day") == said


@pytest.mark.parametrize("typed", ["0:30", "25", "nine to five", "-8"])
def test_what_no_day_has_is_refused_at_the_field(anna: Person, typed: str) -> None:
    form = settings(anna)
    form.fill("Hours of a working day", typed)
    form.submit()
    assert form.errors == {"Hours of a working day": "Type the hours like 8, 7.5 or 7:42: from 1 to 24."}

"""Settings: what people choose for themselves, what admins choose for all, and who may."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from bot.context import Bot
from bot.people import summary_key
from bot.rules.names import name_key
from playground.person import Modal, Person
from playground.slack.workspace import Workspace
from storage import catalog, jobs
from storage.tables import Article, table
from tests.conftest import FrozenClock

RunJobs = Callable[[], int]


def test_the_time_of_the_daily_summary_can_be_moved(
    projects: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    form = settings(anna)
    assert form.value("Daily summary") == "17:30"
    form.fill("Daily summary", "16:00")
    form.submit()
    assert "Your daily summary comes at 16:00 on working days." in anna.modal.text
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
    assert "You get no daily summary any more." in anna.modal.text
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
    form.fill(form.labels[1], "English")
    form.submit()
    assert "Language: English" in finn.modal.text
    assert "Language: English" not in settings(anna).text
    assert settings(finn).title == "Settings"
    assert settings(finn).value("Language") == "English"


def test_members_see_neither_rates_nor_roles(projects: None, aylin: Person) -> None:
    assert settings(aylin).labels == ["Daily summary", "Language"]


def test_the_hourly_rate_of_the_workspace_is_typed_as_people_type_money(anna: Person) -> None:
    form = settings(anna)
    form.fill("Hourly rate", "95,50")
    form.submit()
    assert "Hourly rate: €95.50 net" in anna.modal.text
    form = settings(anna)
    assert form.value("Hourly rate") == "95.50"
    form.fill("Hourly rate", None)
    form.submit()
    assert "There is no hourly rate for the workspace any more." in anna.modal.text


@pytest.mark.parametrize("typed", ["ninety", "-95", "1.234", "95,505", "€"])
def test_what_is_no_amount_is_refused_at_the_field_and_nothing_is_stored(anna: Person, typed: str) -> None:
    form = settings(anna)
    form.fill("Daily summary", "Off")
    form.fill("Hourly rate", typed)
    form.submit()
    assert form.errors == {"Hourly rate": "Type an amount like 95 or 95.50."}
    form.fill("Hourly rate", None)
    form.submit()
    assert anna.modal.text.splitlines()[1:] == ["✅ You get no daily summary any more."]


def test_a_service_is_billed_as_the_article_chosen_for_it(projects: None, anna: Person, bot: Bot) -> None:
    an_article(bot, "Web design")
    form = settings(anna)
    form.fill("Hourly rate", "80")
    form.fill("Design is billed as", "Web design")
    assert "Design is billed as ✅" in anna.modal.text
    assert anna.modal.value("Hourly rate") == "80", "what was typed meanwhile stays"
    assert settings(anna).value("Design is billed as") == "Web design"
    assert settings(anna).value("Travel is billed as") is None


def test_an_article_can_be_taken_away_from_a_service(projects: None, anna: Person, bot: Bot) -> None:
    an_article(bot, "Web design")
    settings(anna).fill("Design is billed as", "Web design")
    settings(anna).fill("Design is billed as", "No article")
    assert settings(anna).value("Design is billed as") is None


def test_many_services_do_not_burst_the_form(anna: Person, bot: Bot) -> None:
    anna.types("/track help")
    with bot.database.write() as db:
        for number in range(130):
            name = f"Service {number:03} " + "x" * 150
            catalog.add_service(db, 1, name=name, key=name_key(name))
    assert "… and 110 more services." in settings(anna).text


def test_an_admin_appoints_a_biller(anna: Person, aylin: Person) -> None:
    aylin.types("/track status")
    appoint(anna, "Aylin Approver", "Biller")
    assert "Aylin Approver can now see rates and send invoices." in anna.modal.text
    assert "Billers: Aylin Approver" in settings(anna).text
    assert "Not billed yet" in aylin.opens_home().plain()
    assert settings(aylin).labels == ["Daily summary", "Language"]


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


def test_whoever_was_dismissed_meanwhile_changes_nothing(anna: Person, aylin: Person, bot: Bot) -> None:
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
    [offered] = [text for text in form.options("Design is billed as") if text != "No article"]
    assert offered == "Web design"
    with bot.database.write() as db:
        db.execute(table(Article).update().values(archived=True))
    assert form.options("Design is billed as") == ["No article"]


def settings(person: Person) -> Modal:
    """The form, opened afresh."""
    while person.sees_modal:
        person.modal.close()
    person.types("/track settings")
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
        return jobs.waiting(db, summary_key(1))

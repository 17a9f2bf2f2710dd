"""The form of filters: whoever would rather pick than type gets the same list or report, in place of the one before."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.core.context import Bot
from bot.core.roles import Role
from playground.person import Modal, Person, person
from playground.slack.workspace import Workspace
from storage.tables import customers, people, projects
from tests.conftest import FrozenClock

ACME, WEBSITE = "Acme GmbH", "Acme GmbH › Website"
REPORT, LIST = "Report: what it adds up to", "List: each entry"


@pytest.fixture
def worked(projects: None, anna: Person) -> None:
    """A day of Anna's for two customers, by two services."""
    anna.types("/track log 7-9 acme website design #review: first page")
    anna.types("/track log 9-9:30 acme app travel")
    anna.types("/track log 1h bäckerei shop design yesterday --nb")


def opened(who: Person, typed: str = "/track report") -> Modal:
    """The form below an answer."""
    who.types(typed)
    who.clicks("Filter …" if "Filter …" in who.last.buttons else "Filtern …")
    return who.modal


def shown(who: Person, form: Modal) -> str:
    """What the form is answered with; it closes."""
    assert form.submit() is None
    return who.last.plain()


def test_it_opens_with_what_the_report_shows(worked: None, anna: Person) -> None:
    form = opened(anna)
    assert form.title == "Filter"
    assert {label: form.value(label) for label in form.labels} == {
        "Show as": REPORT,
        "Days": "This month",
        "Customer": [],
        "Project": [],
        "Service": [],
        "Person": ["Anna Admin"],
        "Tags": None,
        "Text in the note": None,
        "Billing": "Either way",
        "On an invoice": "Either way",
        "Grouped by": "Customer",
        "Then by": "Project",
    }


def test_the_answer_stands_in_place_of_the_one_before(worked: None, anna: Person) -> None:
    form = opened(anna)
    messages = len(anna.messages)
    form.fill("Customer", [ACME])
    said = shown(anna, form)
    assert len(anna.messages) == messages
    assert ACME in said
    assert "Bäckerei" not in said
    assert "2:30 h" in said


@pytest.mark.parametrize(
    ("field", "value", "hours"),
    [
        ("Project", [WEBSITE], "2:00 h"),
        ("Service", ["Design"], "3:00 h"),
        ("Service", ["Design", "Travel"], "3:30 h"),
        ("Tags", "#Review", "2:00 h"),
        ("Text in the note", "FIRST", "2:00 h"),
        ("Billing", "Not billable", "1:00 h"),
        ("Billing", "Billable", "2:30 h"),
        ("On an invoice", "Billed", "0:00 h"),
        ("On an invoice", "Not billed yet", "3:30 h"),
        ("Days", "Today", "2:30 h"),
        ("Days", "Yesterday", "1:00 h"),
        ("Days", "Last month", "0:00 h"),
        ("Days", "All time", "3:30 h"),
    ],
)
def test_each_field_narrows_the_report_down(
    worked: None, anna: Person, field: str, value: str | list[str], hours: str
) -> None:
    form = opened(anna)
    form.fill(field, value)
    assert f": {hours}" in shown(anna, form).split("\n")[0]


def test_a_project_beside_its_customer_is_meant_alone(worked: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Customer", [ACME, "Bäckerei Söhne & Co."])
    form.fill("Project", [WEBSITE])
    assert ": 3:00 h" in shown(anna, form).split("\n")[0]


def test_own_days_have_fields_of_their_own_and_what_was_typed_stays(worked: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Tags", "review")
    form.fill("Text in the note", "first")
    form.fill("Customer", [ACME])
    form.fill("Days", "Own days …")
    assert (form.value("First day"), form.value("Last day")) == ("2026-03-01", "2026-03-31")
    form.fill("First day", "2026-03-10")
    form.fill("Show as", LIST)
    assert "Grouped by" not in form.labels
    form.fill("Show as", REPORT)
    form.fill("Days", "Today")
    assert "First day" not in form.labels
    form.fill("Days", "Own days …")
    assert form.value("First day") == "2026-03-10"
    assert (form.value("Tags"), form.value("Text in the note"), form.value("Customer")) == ("review", "first", [ACME])
    assert ": 2:00 h" in shown(anna, form).split("\n")[0]


def test_one_bound_is_enough(worked: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Days", "Own days …")
    form.fill("First day", None)
    form.fill("Last day", "2026-03-09")
    assert ": 1:00 h" in shown(anna, form).split("\n")[0]


@pytest.mark.parametrize(
    ("fields", "at", "error"),
    [
        ({"First day": "2026-03-09", "Last day": "2026-03-01"}, "Last day", "This is before the first day."),
        ({"First day": None, "Last day": None}, "First day", "Pick the first day, the last one, or both."),
        ({"First day": "2026-03-11"}, "First day", "This day is still to come."),
        ({"Tags": "re/view"}, "Tags", "“re/view” is no tag. Use 1 to 40 letters, digits, - or _."),
        ({"Tags": " ".join(f"t{n}" for n in range(21))}, "Tags", "Choose 20 at most."),
        (
            {"Then by": "Customer"},
            "Then by",
            "Rows are grouped by this already. Choose another one, or nothing.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    worked: None, anna: Person, fields: dict[str, str | None], at: str, error: str
) -> None:
    form = opened(anna)
    form.fill("Text in the note", "kept")
    form.fill("Days", "Own days …")
    for label, value in fields.items():
        form.fill(label, value)
    form.submit()
    assert form.errors == {at: error}
    assert form.value("Text in the note") == "kept"


def test_archived_names_are_found_last_and_say_so(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.name == ACME).values(archived=True))
        db.execute(update(projects).where(projects.c.name == "Shop").values(archived=True))
    form = opened(anna)
    assert form.options("Customer") == ["Bäckerei Söhne & Co.", "Acme GmbH (archived)"]
    assert form.options("Customer", "acm") == form.options("Customer", "archived") == ["Acme GmbH (archived)"]
    assert form.options("Project") == [
        "Acme GmbH › App (archived)",
        "Acme GmbH › Website (archived)",
        "Bäckerei Söhne & Co. › Shop (archived)",
    ]
    form.fill("Customer", ["Acme GmbH (archived)"])
    assert ": 2:30 h" in shown(anna, form).split("\n")[0]


def test_members_are_asked_for_nobody_else(worked: None, anna: Person, aylin: Person) -> None:
    form = opened(aylin)
    assert "Person" not in form.labels
    form.fill("Days", "All time")
    assert ": 0:00 h" in shown(aylin, form).split("\n")[0]


def test_people_are_chosen_by_those_who_bill_and_nobody_is_everybody(worked: None, anna: Person, finn: Person) -> None:
    finn.types("/track buche 7-8 acme website")
    form = opened(anna)
    assert form.options("Person", "fi") == ["Finn Freelancer"]
    form.fill("Person", ["Finn Freelancer"])
    assert ": 1:00 h" in shown(anna, form).split("\n")[0]
    anna.clicks("Filter …")
    assert anna.modal.value("Person") == ["Finn Freelancer"]
    anna.modal.fill("Person", [])
    assert ": 4:30 h" in shown(anna, anna.modal).split("\n")[0]


def test_whose_role_was_taken_away_meanwhile_reads_why_and_loses_nothing(
    worked: None, anna: Person, finn: Person, bot: Bot
) -> None:
    finn.types("/track status")
    form = opened(anna)
    form.fill("Person", [])
    form.fill("Tags", "review")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Anna Admin").values(role=Role.MEMBER))
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(role=Role.ADMIN))
    notice = form.submit()
    assert notice is not None
    assert "Only people who bill see the time of others. Ask @Finn Freelancer" in notice.text
    notice.close()
    assert anna.modal.value("Tags") == "review"


def test_a_guest_is_offered_what_is_theirs(worked: None, anna: Person, workspace: Workspace) -> None:
    workspace.add_person("Gina Guest", locale="en-GB", is_restricted=True)
    gina = person(workspace, "Gina Guest")
    form = opened(gina)
    assert "Person" not in form.labels
    assert form.options("Customer") == form.options("Project") == form.options("Service") == []


def test_a_customer_that_no_menu_offered_is_none(worked: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Customer", [ACME])
    view, key = form.view, ("customers", "filter_customers")
    chosen = json.loads(json.dumps(view.values[key]))
    chosen["selected_options"][0]["value"] = "999"
    with anna.workspace.change():
        anna.workspace.put(replace(view, values={**view.values, key: chosen}))
    notice = form.submit()
    assert notice is not None
    assert "no longer works" in notice.text


def test_a_form_that_stayed_open_for_long_is_answered_in_its_place(
    worked: None, anna: Person, clock: FrozenClock
) -> None:
    form = opened(anna)
    said = anna.last.plain()
    clock.forward_by(minutes=26)
    form.fill("Customer", [ACME])
    answer = form.submit()
    assert answer is not None
    assert "2:30 h" in answer.text
    assert anna.last.plain() == said
    answer.click("Filter …")
    assert anna.modal.value("Customer") == [ACME]


def test_in_german_it_is_german(worked: None, finn: Person) -> None:
    finn.types("/track buche 1h acme website gestern")
    form = opened(finn, "/track bericht")
    assert form.labels == [
        "Zeigen als",
        "Tage",
        "Kunde",
        "Projekt",
        "Leistung",
        "Schlagwörter",
        "Text in der Notiz",
        "Abrechnung",
        "Auf einer Rechnung",
        "Gruppiert nach",
        "Dann nach",
    ]
    form.fill("Tage", "Gestern")
    form.fill("Gruppiert nach", "Schlagwort")
    assert ": 1:00 h" in shown(finn, form).split("\n")[0]


def test_what_was_written_to_the_bot_is_changed_in_place_too(worked: None, anna: Person) -> None:
    anna.writes("report")
    anna.clicks("Filter …")
    anna.modal.fill("Customer", [ACME])
    messages = len(anna.dm)
    assert anna.modal.submit() is None
    assert len(anna.dm) == messages
    assert "2:30 h" in anna.dm[-1].plain()


def test_a_list_becomes_a_report_and_back(worked: None, anna: Person) -> None:
    form = opened(anna, "/track list")
    assert (form.value("Show as"), form.value("Days")) == (LIST, "Today")
    form.fill("Show as", REPORT)
    assert (form.value("Grouped by"), form.value("Then by")) == ("Customer", "Project")
    assert "by customer and project" in shown(anna, form)
    anna.clicks("Filter …")
    anna.modal.fill("Show as", LIST)
    shown(anna, anna.modal)
    assert anna.last.buttons.count("Edit …") == 2


def test_a_year_that_nobody_means_is_said_at_its_field(worked: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Days", "Own days …")
    form.fill("First day", "0202-03-01")
    form.submit()
    assert form.errors == {"First day": "Choose a day of the years 1970 to 2099."}


def test_without_groups_the_totals_stand_alone(worked: None, anna: Person) -> None:
    form = opened(anna)
    form.fill("Grouped by", "Nothing")
    form.fill("Then by", "Nothing")
    said = shown(anna, form)
    assert ": 3:30 h" in said.split("\n")[0]
    assert "▇" not in said
    anna.clicks("Filter …")
    assert anna.modal.value("Grouped by") == "Nothing"


def test_twenty_long_tags_fit_and_come_back(worked: None, anna: Person) -> None:
    tags = ", ".join(f"{n:02}{'x' * 38}" for n in range(20))
    form = opened(anna)
    form.fill("Tags", tags)
    shown(anna, form)
    anna.clicks("Filter …")
    assert anna.modal.value("Tags") == tags


def test_a_report_by_person_keeps_that_for_members_too(worked: None, finn: Person) -> None:
    finn.types("/track buche 7-8 acme website")
    form = opened(finn, "/track bericht nach person")
    assert form.value("Gruppiert nach") == "Person"


def test_the_form_can_be_opened_again_and_again_where_answers_are_windows(
    worked: None, anna: Person, clock: FrozenClock
) -> None:
    form = opened(anna)
    clock.forward_by(minutes=26)
    for _ in range(5):
        answer = form.submit()
        assert answer is not None
        answer.click("Filter …")
        form = anna.modal
        assert form.title == "Filter"

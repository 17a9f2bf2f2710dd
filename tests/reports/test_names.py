"""What lists and reports are asked about by name: several names at once, kinds, people, and what is asked back."""

import pytest
from sqlalchemy import update

from bot.core.context import Bot
from bot.core.roles import Role
from playground.person import Person
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage.tables import customers, people, projects
from tests.deeds import add_names, said
from tests.tracking.test_filter_words import change

pytestmark = pytest.mark.both_doors


@pytest.fixture
def names(bot: Bot, projects: None, finn: Person) -> None:
    """Acme and the bakery, Globex with two projects that begin alike, a project and a service called Design."""
    finn.types("/track log 30m acme website: Anruf")
    add_names(bot, {"Globex": ("Website", "Webshop"), "Hooli": ("Design",), "Ben GmbH": ("Portal",)})
    change(bot, "Anna Admin", role=Role.ADMIN)


def understood(answer: str) -> str:
    """The line that says what an answer is about."""
    line = next(line for line in answer.splitlines() if " · " in line)
    return line.removeprefix("Nothing fits: ").removeprefix("Nichts passt: ").removesuffix(".")


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ("report acme", "Acme GmbH · March 2026 · own time · by customer and project"),
        ("report acme website by service", "Acme GmbH › Website · March 2026 · own time · by service"),
        ("report website", "Acme GmbH › Website, Globex › Website · March 2026 · own time · by customer and project"),
        (
            "report acme and globex webshop",
            "Acme GmbH, Globex › Webshop · March 2026 · own time · by customer and project",
        ),
        ("report service design acme", "Acme GmbH · Design · March 2026 · own time · by customer and project"),
        ("report client acme app travel", "Acme GmbH › App · Travel · March 2026 · own time · by customer and project"),
        ("report finn by day", "March 2026 · Finn Freelancer · by day"),
        ("report me and finn", "March 2026 · Anna Admin, Finn Freelancer · by customer and project"),
        ("report ben portal", "Ben GmbH › Portal · March 2026 · own time · by customer and project"),
        ("list acme", "Acme GmbH · 9 Feb – 10 Mar 2026 · own time"),
        ("list everybody globex website", "Globex › Website · 9 Feb – 10 Mar 2026 · everybody"),
    ],
)
def test_names_are_understood_and_said_above_the_answer(names: None, anna: Person, typed: str, about: str) -> None:
    assert understood(said(anna, f"/track {typed}")) == about


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ("bericht kunde acme", "Acme GmbH · März 2026 · eigene Zeit · nach Kunde und Projekt"),
        ("bericht bäckerei shop, website", None),
        ("auswertung leistung design nach woche", "Design · März 2026 · eigene Zeit · nach Woche"),
        ("bericht projekt webshop oder app", "Acme GmbH › App, Globex › Webshop · März 2026 · eigene Zeit"),
        ("bericht projekt webshop & travel", "Globex › Webshop · Travel · März 2026 · eigene Zeit"),
        ("liste acme und globex", "Acme GmbH, Globex · 9. Feb. – 10. März 2026 · eigene Zeit"),
    ],
)
def test_names_are_understood_in_german(names: None, finn: Person, typed: str, about: str | None) -> None:
    about = about or "Bäckerei Söhne & Co. › Shop, Acme GmbH › Website, Globex › Website · März 2026 · eigene Zeit"
    assert understood(said(finn, f"/track {typed}")).startswith(about)


def test_a_service_and_a_project_of_one_name_are_asked_about_and_a_click_answers(names: None, anna: Person) -> None:
    answer = said(anna, "/track report design october by week")
    assert "“design” may be one of several" in answer
    anna.clicks("Service Design")
    assert understood(anna.last.plain()) == "Design · October 2025 · own time · by week"
    said(anna, "/track report design october by week")
    anna.clicks("Hooli › Design")
    assert understood(anna.last.plain()) == "Hooli › Design · October 2025 · own time · by week"


def test_beginnings_of_several_names_are_asked_about_and_all_can_be_meant(names: None, anna: Person) -> None:
    said(anna, "/track report globex we by day not billed")
    anna.clicks("All of them")
    assert (
        understood(anna.last.plain())
        == "Globex › Webshop, Globex › Website · March 2026 · not billed · own time · by day"
    )


def test_a_mistyped_name_is_offered_beside_what_it_belongs_to(names: None, anna: Person, finn: Person) -> None:
    answer = said(anna, "/track report acme wbesite last month")
    assert "Nothing is called “wbesite” here" in answer
    anna.clicks("Acme GmbH › Website")
    assert understood(anna.last.plain()).startswith("Acme GmbH › Website · February 2026")
    answer = said(finn, "/track bericht gobex letzter monat: Anruf")
    assert "Hier heißt nichts „gobex“" in answer
    finn.clicks("Kunde Globex")
    assert understood(finn.last.plain()).startswith("Globex · Februar 2026 · Notiz enthält „Anruf“")


def test_two_doubts_are_asked_one_behind_the_other(names: None, anna: Person) -> None:
    said(anna, "/track report design globex web")
    anna.clicks("Service Design")
    anna.clicks("Globex › Webshop")
    assert understood(anna.last.plain()).startswith("Globex › Webshop · Design · March 2026")


def test_the_time_of_others_is_refused_with_who_may_see_it(names: None, finn: Person) -> None:
    for typed in ("bericht alle", "bericht anna", "bericht @anna", "liste team heute", "bericht ich und anna"):
        answer = said(finn, f"/track {typed}")
        assert "Die Zeit anderer sieht nur, wer abrechnet" in answer
        assert "Anna" in answer


def test_archived_and_merged_names_are_found(bot: Bot, names: None, anna: Person) -> None:
    with bot.database.write() as db:
        old = creation_rows.add_customer(db, 1, name="Oldco", key="oldco")
        db.execute(update(customers).where(customers.c.id == old).values(archived=True, merged_into=1))
        db.execute(update(projects).where(projects.c.name == "Portal").values(archived=True))
        catalog_rows.names_changed(db, 1)
    assert understood(said(anna, "/track report oldco website")).startswith("Acme GmbH › Website ·")
    assert understood(said(anna, "/track report portal")).startswith("Ben GmbH › Portal ·")


@pytest.mark.by_command
def test_a_guest_finds_only_what_they_may_see(bot: Bot, names: None, finn: Person) -> None:
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(is_guest=True))
    assert understood(said(finn, "/track bericht acme website")).startswith("Acme GmbH › Website ·")
    for typed in ("globex", "anna", "hooli", "design"):
        answer = said(finn, f"/track bericht {typed}")
        assert f"Hier heißt nichts „{typed}“" in answer
        assert all(hidden not in answer for hidden in ("Globex", "Anna Admin", "Hooli", "Design"))
    assert "Gäste des Workspace sehen nur ihre eigene Zeit" in said(finn, "/track bericht alle")


def test_where_nothing_fits_a_click_shows_what_does(names: None, anna: Person) -> None:
    anna.types("/track log 1h acme app 10.02.")
    said(anna, "/track report app travel february by person")
    anna.clicks("Without “Travel”")
    assert anna.last.plain().startswith("February 2026: 1:00 h")
    said(anna, "/track list globex february")
    anna.clicks("Without “Globex”")
    assert "1:00 h" in anna.last.plain()

"""A customer's number, which menus show behind the name, finds the customer wherever a name does."""

import pytest
from sqlalchemy import update

from bot.core.context import Bot
from playground.person import Person
from storage.tables import articles, customers, workspaces
from tests.deeds import said

pytestmark = pytest.mark.both_doors

NUMBERS = ("KD2", "kd2", " KD2 ")


@pytest.fixture
def numbered(projects: None, bot: Bot) -> None:
    """Acme GmbH is KD2, the bakery KD-207."""
    with bot.database.write() as db:
        for row_id, number in ((1, "KD2"), (2, "KD-207")):
            db.execute(update(customers).where(customers.c.id == row_id).values(number=number, billomat_id=row_id))
        db.execute(update(workspaces).values(catalog_version=99))


@pytest.mark.parametrize("typed", NUMBERS)
def test_in_the_form_for_time(numbered: None, anna: Person, finn: Person, typed: str) -> None:
    anna.types("/track")
    assert "Acme GmbH (KD2)" in anna.modal.options("Customer", typed)
    assert {each.split(" (")[0] for each in anna.modal.options("Project", typed)} >= {"Acme GmbH › Website"}
    finn.types("/track")
    assert "Acme GmbH (KD2)" in finn.modal.options("Kunde", typed)


def test_in_the_form_that_creates(numbered: None, anna: Person) -> None:
    anna.types("/track new")
    assert anna.modal.options("Customer", "-207") == ["Bäckerei Söhne & Co. (KD-207)"]
    assert anna.modal.options("Customer", "Acme GmbH (KD2)") == ["Acme GmbH (KD2)"]


def test_on_the_invoice(numbered: None, anna: Person) -> None:
    anna.types("/track invoice kd2")
    assert anna.modal.value("Customer") == "Acme GmbH"
    assert anna.modal.options("Customer", "kd-20") == ["Bäckerei Söhne & Co. (KD-207)"]


def test_as_one_types(numbered: None, anna: Person, finn: Person) -> None:
    assert "Acme GmbH › Website has been running" in said(anna, "/track start kd2 web")
    assert "Acme GmbH › App läuft seit" in said(finn, "/track start KD2 app")
    assert "Bäckerei Söhne & Co. › Shop" in said(anna, "/track log 1h KD-207")
    assert "Bäckerei Söhne & Co. › Shop has been running" in said(anna, "/track start kd207")


def test_in_the_catalogue(numbered: None, anna: Person) -> None:
    anna.types("/track catalog KD-207")
    assert "Bäckerei Söhne & Co. (KD-207)" in anna.modal.text
    assert "Acme GmbH" not in anna.modal.text


def test_an_articles_number_finds_it_too(connected_account: None, anna: Person, bot: Bot) -> None:
    anna.types("/track settings")
    field = next(label for label in anna.modal.labels if label.startswith("Travel"))
    assert "Design (A-7)" in anna.modal.options(field, "a-7")


@pytest.fixture
def connected_account(numbered: None, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(
            articles.insert().values(
                workspace_id=1,
                billomat_id=1,
                number="A-7",
                title="Design",
                title_key="design",
                unit="",
                currency="",
                archived=False,
            )
        )

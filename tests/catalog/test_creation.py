"""What is created in Slack: it can be undone while it is unused, and no twin of what is archived comes about."""

import pytest
from sqlalchemy import select, update

from bot.core.context import Bot
from playground.person import Person
from storage import tables
from storage.tables import audits
from tests.conftest import FrozenClock
from tests.deeds import count, said

pytestmark = pytest.mark.both_doors


def creates(who: Person, typed: str = "", **filled: str) -> None:
    while who.sees_modal:
        who.modal.close()
    who.types(f"/track new {typed}")
    for label, text in filled.items():
        who.modal.fill(label.replace("_", " "), text)
    who.modal.submit()


def names(bot: Bot) -> set[str]:
    with bot.database.read() as db:
        return {
            name
            for table in (tables.customers, tables.projects, tables.services)
            for name in db.execute(select(table.c.name)).scalars()
        }


def test_what_was_created_is_taken_back_by_its_button(projects: None, anna: Person, bot: Bot) -> None:
    before = names(bot)
    creates(anna, **{"New customer": "Initech", "Project": "Portal", "Service": "Support"})
    assert names(bot) - before == {"Initech", "Portal", "Support"}
    anna.clicks("Undo")
    assert "Undone: creation of Support, creation of Initech › Portal, creation of Initech." in anna.modal.text
    assert names(bot) == before


def test_what_was_created_is_taken_back_as_one_types(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    before = names(bot)
    creates(finn, "acme", Projekt="Portal", Leistung="Support")
    finn.modal.close()
    assert "Rückgängig gemacht: Anlegen von Support, Anlegen von Acme GmbH › Portal." in said(finn, "/track undo")
    assert names(bot) == before
    assert "in den letzten 15 Minuten nichts geändert" in said(finn, "/track undo")


def test_with_what_it_was_created_for(projects: None, anna: Person, bot: Bot) -> None:
    before = names(bot)
    anna.types("/track start acme portal")
    anna.clicks("Create project …")
    anna.modal.fill("Project", "Portal")
    anna.modal.submit()
    assert count(bot) == 1
    anna.modal.close()
    assert "creation of Acme GmbH › Portal" in said(anna, "/track undo")
    assert (names(bot), count(bot)) == (before, 0)


def test_what_is_in_use_by_now_stays_and_that_is_said(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    creates(anna, "acme", Project="Portal")
    finn.types("/track start portal")
    anna.clicks("Undo")
    assert "Acme GmbH › Portal is in use by now, so it stays." in anna.modal.text
    assert "Portal" in names(bot)


def test_what_was_there_already_is_not_taken_away(projects: None, anna: Person, bot: Bot) -> None:
    creates(anna, "acme", Project="WEBSITE")
    assert "Undo" not in anna.modal.buttons
    assert "You changed nothing in the last 15 minutes" in said(anna, "/track undo")


def test_after_a_quarter_of_an_hour_it_stays(projects: None, anna: Person, bot: Bot, clock: FrozenClock) -> None:
    creates(anna, "acme", Project="Portal")
    clock.forward_by(minutes=16)
    anna.clicks("Undo")
    assert "Only the last 15 minutes can be undone." in anna.modal.text


def test_an_undone_creation_is_not_undone_twice(projects: None, anna: Person, bot: Bot) -> None:
    creates(anna, "acme", Project="Portal")
    anna.types("/track undo")
    creates(anna, "acme", Project="Portal")
    anna.types("/track undo")
    with bot.database.read() as db:
        steps = db.execute(select(audits.c.action).where(audits.c.subject == "project").order_by(audits.c.id)).scalars()
        assert list(steps) == ["create", "undo create", "create", "undo create"]


@pytest.mark.parametrize(
    ("kind", "label", "name"),
    [("customers", "New customer", "ACME gmbh"), ("projects", "Project", "website"), ("services", "Service", "Design")],
)
def test_nobody_makes_a_twin_of_what_is_archived(
    projects: None, anna: Person, bot: Bot, kind: str, label: str, name: str
) -> None:
    table = getattr(tables, kind)
    with bot.database.write() as db:
        db.execute(update(table).where(table.c.id == 1).values(archived=True))
    before = names(bot)
    creates(anna, "" if kind != "projects" else "acme app", **{label: name})
    assert list(anna.modal.errors) == [label]
    assert "is archived. Whoever bills can take it back into use with /track catalog." in anna.modal.errors[label]
    assert names(bot) == before


def test_a_customer_archived_in_billomat_gets_no_twin(projects: None, finn: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(tables.customers).where(tables.customers.c.id == 1).values(archived=True, billomat_id=7))
    creates(finn, **{"Neuer Kunde": "Acme GmbH", "Projekt": "Relaunch"})
    assert finn.modal.errors == {
        "Neuer Kunde": "Acme GmbH ist in Billomat archiviert. "
        "Hol den Kunden dort aus dem Archiv und importiere neu mit /track verbinden."
    }

"""The catalogue: one place lists customers, projects and services, and what was made in Slack is kept there."""

from dataclasses import replace

import pytest
from sqlalchemy import func, insert, select, update

from bot.catalog import upkeep
from bot.core.context import Bot
from bot.people.callers import acting
from playground.person import Modal, Person
from storage import people as people_rows
from storage import tables
from storage.tables import Project, audits, customers, entries, people, services, table
from tests.conftest import T0, at_once, patient
from tests.deeds import said


def opens(who: Person, *shown: str, typed: str = "catalog") -> Modal:
    """The catalogue; with names, the window of the first thing that is called so."""
    while who.sees_modal:
        who.modal.close()
    who.types(f"/track {typed}")
    if shown:
        kind, name = shown
        choose(who, kind)
        click_row(who, name)
    return who.modal


def choose(who: Person, kind: str) -> None:
    view = who.modal.view
    menu = next(block for block in view.blocks if block.get("block_id") == "catalog")["elements"][0]
    value = next(option["value"] for option in menu["options"] if option["text"]["text"] == kind)
    who.workspace.fill(who.id, who.modal.surface, "catalog", menu["action_id"], value, confirmed=True)
    who.waits()


def shows(who: Person, state: str) -> None:
    view = who.modal.view
    menu = next(block for block in view.blocks if block.get("block_id") == "catalog")["elements"][1]
    value = next(option["value"] for option in menu["options"] if option["text"]["text"] == state)
    who.workspace.fill(who.id, who.modal.surface, "catalog", menu["action_id"], value, confirmed=True)
    who.waits()


def click_row(who: Person, name: str) -> None:
    row = next(block for block in who.modal.view.blocks if name in block.get("text", {}).get("text", "").split("\n")[0])
    button = row["accessory"]
    who.workspace.click(who.id, who.modal.surface, button["action_id"], block_id=row["block_id"])
    who.waits()


def rows(who: Person) -> list[str]:
    found = [block for block in who.modal.view.blocks if block.get("block_id", "").startswith("row:")]
    return [block["text"]["text"].replace("\N{NO-BREAK SPACE}", " ") for block in found]


def audited(bot: Bot, subject: str) -> list[tuple[str, object, object]]:
    with bot.database.read() as db:
        query = select(audits.c.action, audits.c.before, audits.c.after).where(audits.c.subject == subject)
        return [tuple(row) for row in db.execute(query.order_by(audits.c.id))]


# The list


def test_all_of_a_kind_are_listed_with_what_is_open_and_who_made_it(projects: None, anna: Person, finn: Person) -> None:
    finn.types("/track new acme relaunch")
    finn.modal.submit()
    anna.types("/track log 1h30 acme website yesterday")
    finn.types("/track start acme app")
    opens(anna)
    assert rows(anna) == [
        "Acme GmbH\n3 projects · 1:30 h open, €0.00 · timer of Finn Freelancer is running · made in Slack",
        "Bäckerei Söhne & Co.\n1 project · nothing open · made in Slack",
    ]
    choose(anna, "Projects")
    assert "Acme GmbH › relaunch\nnothing open · made by Finn Freelancer on 10 Mar 2026" in rows(anna)
    choose(anna, "Services")
    assert [row.split("\n")[0] for row in rows(anna)] == ["Design", "Travel"]
    opens(finn, typed="katalog")
    assert rows(finn)[0].startswith("Acme GmbH\n3 Projekte · 1:30 h offen · Zeitmessung von Finn Freelancer läuft")


def test_money_is_for_those_who_bill(projects: None, anna: Person, finn: Person) -> None:
    anna.types("/track settings")
    anna.modal.fill("Hourly rate", "95")
    anna.modal.submit()
    anna.types("/track log 2h acme website yesterday")
    opens(anna)
    assert "2:00 h open, €190.00" in rows(anna)[0]
    choose(anna, "Projects")
    assert [row.split("\n")[1].split(" · ")[0] for row in rows(anna)] == [
        "nothing open",
        "2:00 h open, €190.00",
        "nothing open",
    ]
    opens(finn, typed="kunden")
    assert "190" not in opens(finn, typed="kunden").text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("catalog bäck", ["Bäckerei Söhne & Co."]),
        ("customers BACK", ["Bäckerei Söhne & Co."]),
        ("catalog kd2", ["Acme GmbH (KD2)"]),
        ("catalog app", ["Acme GmbH › App (KD2)"]),
        ("catalog acme web", ["Acme GmbH › Website (KD2)"]),
        ("catalog trav", ["Travel"]),
        ("katalog nirgends", []),
    ],
)
def test_what_is_typed_is_searched(projects: None, anna: Person, bot: Bot, typed: str, found: list[str]) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(number="KD2"))
    opens(anna, typed=typed)
    assert [row.split("\n")[0] for row in rows(anna)] == found


def test_the_search_finds_as_one_types(projects: None, anna: Person) -> None:
    opens(anna)
    anna.modal.fill("Search", "söhne")
    assert [row.split("\n")[0] for row in rows(anna)] == ["Bäckerei Söhne & Co."]
    choose(anna, "Projects")
    assert [row.split("\n")[0] for row in rows(anna)] == ["Bäckerei Söhne & Co. › Shop"]
    anna.modal.fill("Search", "xyz")
    assert "Nothing is called so here." in anna.modal.text
    anna.modal.submit()
    assert "Nothing is called so here." in anna.modal.text


def test_twenty_thousand_projects_are_paged(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        names = [f"Job {number:05}" for number in range(20_000)]
        made = {"workspace_id": 1, "customer_id": 2, "archived": False}
        db.execute(insert(table(Project)), [made | {"name": name, "name_key": name.lower()} for name in names])
    opens(anna)
    choose(anna, "Projects")
    assert "1–20 of 20,003" in anna.modal.text
    anna.clicks("Next")
    assert "21–40 of 20,003" in anna.modal.text
    anna.clicks("Back")
    assert "1–20 of 20,003" in anna.modal.text
    anna.modal.fill("Search", "job 1999")
    assert "1–12 of 12" in anna.modal.text


def test_it_is_opened_from_the_home_and_the_settings(projects: None, anna: Person) -> None:
    anna.opens_home().click("Customers and projects …")
    assert anna.modal.title == "Catalogue"
    anna.modal.close()
    anna.types("/track settings")
    anna.modal.click("Customers and projects …")
    click_row(anna, "Acme GmbH")
    anna.clicks("Merge …")
    assert "becomes part of the one that you choose" in anna.modal.text


# Renaming, archiving


def test_a_customer_is_renamed_and_found_by_the_new_name(projects: None, anna: Person, bot: Bot) -> None:
    opens(anna, "Customers", "Acme GmbH")
    anna.modal.fill("Name", "Apex AG")
    anna.modal.submit()
    assert "Acme GmbH is called Apex AG now." in anna.modal.text
    anna.modal.close()
    assert rows(anna)[0].startswith("Apex AG\n")
    assert "Apex AG › Website has been running" in said(anna, "/track start apex web")
    assert audited(bot, "customer") == [
        ("rename", {"name": "Acme GmbH", "name_key": "acme gmbh"}, {"name": "Apex AG", "name_key": "apex ag"})
    ]


def test_a_name_that_is_taken_is_refused_at_its_field(projects: None, anna: Person, finn: Person) -> None:
    opens(anna, "Projects", "Website")
    anna.modal.fill("Name", "APP")
    anna.modal.submit()
    assert anna.modal.errors == {"Name": "There is another one called “APP”. Merge this one into it instead."}
    anna.modal.fill("Name", "\u200b")
    anna.modal.submit()
    assert anna.modal.errors == {"Name": "Nobody could see this name. Use letters or digits."}
    anna.modal.fill("Name", "website")
    anna.modal.submit()
    assert "Website is called website now." in anna.modal.text


def test_two_who_rename_at_once_do_not_undo_each_other(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    opens(anna, "Projects", "Website")
    appoint(anna, bot, finn)
    opens(finn, "Projekte", "Website", typed="katalog")
    anna.modal.fill("Name", "Web")
    anna.modal.submit()
    finn.modal.fill("Name", "Netz")
    finn.modal.submit()
    assert finn.modal.errors == {"Name": "Inzwischen hat das jemand umbenannt: Es heißt jetzt „Web“."}


def test_what_is_archived_is_offered_no_more_and_comes_back(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track link acme/app")
    anna.types("/track start acme app")
    opens(anna, "Projects", "App")
    anna.modal.click("Archive", confirm=True)
    assert "Acme GmbH › App is archived. A timer goes on running on it: Anna Admin." in anna.modal.text
    anna.modal.close()
    assert all("App" not in row for row in rows(anna))
    assert "App has been running" not in said(anna, "/track switch acme app")
    opens(anna)
    choose(anna, "Projects")
    shows(anna, "Archived")
    click_row(anna, "App")
    anna.modal.click("Take back into use")
    assert "Acme GmbH › App is in use again." in anna.modal.text
    assert [action for action, *_ in audited(bot, "project")] == ["archive", "take back"]


# Deleting, merging


def test_what_is_unused_can_be_deleted_and_what_is_used_not(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website yesterday")
    opens(anna, "Projects", "Website")
    anna.modal.click("Delete", confirm=True)
    assert "Acme GmbH › Website is in use, so it stays." in anna.modal.text
    opens(anna, "Projects", "App")
    anna.modal.click("Delete", confirm=True)
    assert "Acme GmbH › App is deleted." in anna.modal.text
    opens(anna, "Customers", "Bäckerei")
    anna.modal.click("Delete", confirm=True)
    assert "Bäckerei Söhne & Co. is deleted." in anna.modal.text
    anna.modal.close()
    assert [row.split("\n")[0] for row in rows(anna)] == ["Acme GmbH"]
    assert [action for action, *_ in audited(bot, "project")] == ["delete", "delete"]


def test_a_project_merged_into_another_gives_it_open_time_and_channels(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track link shop")
    anna.types("/track log 1h shop yesterday")
    anna.types("/track start shop")
    opens(anna, "Projects", "Shop")
    anna.clicks("Merge …")
    anna.modal.fill("Merge into", "Acme GmbH › Website")
    anna.modal.submit()
    assert "Bäckerei Söhne & Co. › Shop is now part of Acme GmbH › Website. 2 time entries moved." in anna.modal.text
    assert "Acme GmbH › Website" in said(anna, "/track list yesterday")
    assert "This channel belongs to Acme GmbH › Website" in said(anna, "/track link")
    with bot.database.read() as db:
        assert (
            db.execute(select(tables.projects.c.merged_into).where(tables.projects.c.name == "Shop")).scalar_one() == 1
        )
        moved = select(func.count()).where(audits.c.subject == "entry", audits.c.action == "merge")
        assert db.execute(moved).scalar_one() == 2
    opens(anna, "Projects", "Website")
    anna.modal.close()
    shows(anna, "Archived")
    assert rows(anna) == [
        "Bäckerei Söhne & Co. › Shop\nbecame part of Acme GmbH › Website · nothing open · made in Slack"
    ]
    click_row(anna, "Shop")
    assert "It became part of Acme GmbH › Website." in anna.modal.text
    assert anna.modal.buttons == []


def test_a_service_merged_into_another_takes_along_who_usually_does_it(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website travel yesterday")
    anna.types("/track settings")
    anna.modal.click("More settings")
    anna.modal.fill("Service", "Travel")
    anna.modal.submit()
    opens(anna, "Services", "Travel")
    anna.clicks("Merge …")
    anna.modal.fill("Merge into", "Design")
    anna.modal.submit()
    assert "Travel is now part of Design. 1 time entry moved." in anna.modal.text
    with bot.database.read() as db:
        assert people_rows.get_person(db, 1).service_id == 1
        assert db.execute(select(entries.c.service_id)).scalar_one() == 1


def test_customers_are_merged_with_their_projects(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track new acme shop")
    anna.modal.submit()
    anna.types("/track log 1h bäck shop yesterday")
    opens(anna, "Customers", "Bäckerei")
    anna.clicks("Merge …")
    assert anna.modal.options("Merge into") == ["Acme GmbH"]
    anna.modal.fill("Merge into", "Acme GmbH")
    anna.modal.submit()
    assert "1 time entry moved." in anna.modal.text
    assert "Acme GmbH › shop" in said(anna, "/track list yesterday")


@pytest.mark.parametrize(
    ("kind", "name", "into"),
    [
        ("Customers", "Bäckerei", "Acme GmbH"),
        ("Projects", "Shop", "Acme GmbH › Website"),
        ("Services", "Travel", "Design"),
    ],
)
def test_where_no_time_moved_with_a_merge_none_is_counted(
    projects: None, anna: Person, kind: str, name: str, into: str
) -> None:
    opens(anna, kind, name)
    anna.clicks("Merge …")
    anna.modal.fill("Merge into", into)
    anna.modal.submit()
    assert f"is now part of {into}." in anna.modal.text
    assert "moved" not in anna.modal.text


def test_two_admins_who_merge_two_into_each_other_at_once_end_with_one(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.read() as db:
        person = people_rows.get_person(db, 1)
    callers = [acting(person, now=T0, request=str(n)) for n in (1, 2)]
    with patient(bot.database) as database:
        waiting = replace(bot, database=database)
        done = at_once(
            lambda: upkeep.merge(waiting, callers[0], "project", 1, 2),
            lambda: upkeep.merge(waiting, callers[1], "project", 2, 1),
        )
    assert [type(each).__name__ for each in done].count("UserError") == 1
    with bot.database.read() as db:
        assert db.execute(select(func.count()).where(tables.projects.c.merged_into.is_not(None))).scalar_one() == 1


# Who may, and what comes from elsewhere


def test_members_keep_what_they_made_and_nothing_else(projects: None, anna: Person, finn: Person) -> None:
    opens(finn, "Projekte", "Website", typed="katalog")
    assert (finn.modal.labels, finn.modal.buttons) == ([], [])
    finn.modal.close()
    while finn.sees_modal:
        finn.modal.close()
    finn.types("/track neu acme relaunch")
    finn.modal.submit()
    opens(finn, "Projekte", "relaunch", typed="katalog")
    assert finn.modal.buttons == ["Löschen"]
    finn.modal.fill("Name", "Relaunch 2")
    finn.modal.submit()
    assert "relaunch heißt jetzt Relaunch 2." in finn.modal.text
    finn.modal.click("Löschen", confirm=True)
    assert "Acme GmbH › Relaunch 2 ist gelöscht." in finn.modal.text


def test_what_comes_from_billomat_is_kept_there_and_that_is_said(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(billomat_id=7, number="KD2"))
    opens(anna, "Customers", "Acme GmbH (KD2)")
    assert "Acme GmbH comes from Billomat: rename or archive it there" in anna.modal.text
    assert (anna.modal.labels, anna.modal.buttons) == (
        [],
        ["Usual invoice …", "Agreements …", "Rates …"],
    )  # which are kept here alone
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(archived=True))
    appoint(anna, bot, finn)
    opens(finn, typed="katalog")
    shows(finn, "Archiviert")
    click_row(finn, "Acme GmbH")
    assert "Acme GmbH ist in Billomat archiviert." in finn.modal.text
    caller = caller_of(bot, 1)
    for deed in (upkeep.archive, upkeep.take_back, upkeep.delete):
        with pytest.raises(Exception, match="comes from Billomat"):
            deed(bot, caller(), "customer", 1)


def test_whoever_bills_opens_a_customers_invoice_from_its_window(projects: None, anna: Person, finn: Person) -> None:
    anna.types("/track log 1h30 acme website 1.3.")
    assert "Create invoice …" in opens(anna, "Customers", "Acme GmbH").buttons
    anna.modal.click("Create invoice …")
    assert (anna.modal.value("Customer"), anna.modal.value("Period")) == ("Acme GmbH", "March 2026")
    assert "1.50 h" in anna.modal.text
    anna.modal.click("Edit …")
    anna.modal.fill("Hourly rate", "80")
    anna.modal.submit()
    assert "€120.00" in anna.modal.text
    anna.modal.close()
    assert anna.modal.title == "Catalogue"
    assert "Create invoice …" not in opens(anna, "Customers", "Bäckerei").buttons
    assert "Create invoice …" not in opens(anna, "Projects", "Website").buttons
    assert "Rechnung erstellen …" not in opens(finn, "Kunden", "Acme GmbH").buttons


def test_ids_of_another_workspace_are_refused(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        other = people_rows.ensure_workspace(db, "T2", at=T0)
        db.execute(insert(services).values(id=9, workspace_id=other, name="X", name_key="x", archived=False))
        db.execute(
            insert(customers).values(
                id=9,
                workspace_id=other,
                name="X",
                name_key="x",
                archived=False,
                number="",
                country="",
                tax_rule="COUNTRY",
                currency="",
            )
        )
        db.execute(
            insert(tables.projects).values(
                id=9, workspace_id=other, customer_id=9, name="X", name_key="x", archived=False
            )
        )
    caller = caller_of(bot, 1)
    for kind in ("customer", "project", "service"):
        for deed in (upkeep.archive, upkeep.take_back, upkeep.delete):
            with pytest.raises(Exception, match="no longer there"):
                deed(bot, caller(), kind, 9)  # type: ignore[arg-type]
        with pytest.raises(Exception, match="no longer be chosen"):
            upkeep.merge(bot, caller(), kind, 1, 9)  # type: ignore[arg-type]
        with pytest.raises(Exception, match="no longer there"):
            upkeep.merge(bot, caller(), kind, 9, 1)  # type: ignore[arg-type]


def caller_of(bot: Bot, person_id: int):
    with bot.database.read() as db:
        person = people_rows.get_person(db, person_id)
    numbers = iter(range(1000))
    return lambda: acting(person, now=T0, request=f"deed {next(numbers)}")


def appoint(anna: Person, bot: Bot, whom: Person) -> None:
    whom.types("/track status")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.slack_id == whom.id).values(role="biller"))

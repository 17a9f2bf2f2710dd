"""A guest of the workspace sees what is theirs and the customer of the channel that they type in. Nothing else."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.core.context import Bot
from playground.person import Person, Seen, person
from playground.slack import blocks as kit
from playground.slack.workspace import Workspace
from storage.tables import people, workspaces
from tests.deeds import count, everything, forge, said

NAMES = ("Acme", "Website", "App", "Bäckerei", "Shop", "Design", "Travel")
OF_ACME = ("Acme", "Website", "App")


@pytest.fixture
def greta(projects: None, workspace: Workspace) -> Person:
    """A guest who reads English, in a channel that knows nothing."""
    workspace.add_person("Greta Guest", zone="Europe/Berlin", locale="en-GB", is_restricted=True)
    return person(workspace, "Greta Guest")


@pytest.fixture
def gerd(projects: None, workspace: Workspace) -> Person:
    """A guest who reads German, likewise."""
    workspace.add_person("Gerd Gast", zone="Europe/Berlin", locale="de-DE", is_restricted=True)
    return person(workspace, "Gerd Gast")


COMMANDS = (
    "start",
    "start a",
    "start acm web",
    "start wbesite",
    "start b",
    "start sho",
    "start d",
    "log 1h",
    "log 1h acme websit",
    "log 1h des",
    "1h sho",
    "switch a",
    "continue a",
    "continue",
    "status",
    "list",
    "list month",
    "gaps",
    "link",
    "link acme",
    "invoice",
    "invoice acm",
    "new",
    "new acm",
    "settings",
    "connect",
    "catalog",
    "catalog acm",
    "edit",
    "help",
    "undo",
    "",
)


def seen(who: Person) -> Iterator[str]:
    """All that the person can read, and what each menu before them offers for each search."""
    newest = [Seen(who, who.workspace.modals(who.id)[-1])] if who.sees_modal else who.messages[-1:]
    for each in newest:
        yield each.plain()
        for block, element in kit.elements(each.surface.blocks):
            if element["type"].endswith("external_select"):
                for query in ("", "a", "acme", "web", "s", "d", "KD"):
                    yield from offered(who, each, kit.key(block, element), query)
            elif element["type"].endswith("static_select"):
                yield from (option["text"]["text"] for option in kit.options(element))


def offered(who: Person, where: Seen, key: tuple[str, str], query: str) -> Iterator[str]:
    for group in who.workspace.search(who.id, where.surface, *key, query):
        yield from (option["text"]["text"] for option in group["options"])


def leaves(who: Person) -> None:
    while who.sees_modal:
        who.modal.close()


@pytest.mark.parametrize("typed", COMMANDS)
def test_where_nothing_is_linked_no_name_is_shown_to_a_guest(greta: Person, gerd: Person, typed: str) -> None:
    for guest in (greta, gerd):
        guest.types(f"/track {typed}")
        told = "\n".join(seen(guest))
        assert [name for name in NAMES if name in told] == []
        leaves(guest)


@pytest.mark.parametrize("typed", COMMANDS)
def test_in_a_linked_channel_a_guest_sees_its_customer_alone(anna: Person, greta: Person, typed: str) -> None:
    anna.types("/track link acme/website")
    anna.types("/track log 1h shop travel yesterday")
    greta.types(f"/track {typed}")
    told = "\n".join(seen(greta))
    assert [name for name in NAMES if name in told and name not in OF_ACME] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(
        st.sampled_from(["a", "ac", "acme", "web", "site", "app", "b", "shop", "des", "tr", "aw", "x"]), max_size=4
    )
)
def test_whatever_words_a_guest_types_no_name_is_shown(greta: Person, words: list[str]) -> None:
    for verb in ("start", "log 1h", "continue", "switch"):
        answer = greta.types(f"/track {verb} {' '.join(words)}")
        told = "\n".join(seen(greta)) + (answer.plain() if answer else "")
        assert [name for name in NAMES if name in told] == []
        leaves(greta)


def test_a_guest_tracks_time_for_the_customer_of_the_channel(anna: Person, greta: Person, gerd: Person) -> None:
    anna.types("/track link acme/website")
    assert "Acme GmbH › Website has been running" in said(greta, "/track start")
    assert "Acme GmbH › App has been running" in said(greta, "/track start app")
    assert "Acme GmbH › App läuft seit" in said(gerd, "/track start app")


def test_a_guest_chooses_in_the_form_what_belongs_to_its_channel(anna: Person, greta: Person, bot: Bot) -> None:
    anna.types("/track link acme/website")
    greta.types("/track")
    assert greta.modal.options("Customer") == ["Acme GmbH"]
    assert sorted(greta.modal.options("Project")) == ["App", "Website"]
    greta.modal.submit()
    assert [entry.project for entry in everything(bot)] == ["Website"]


def test_kinds_of_work_that_were_done_for_the_customer_are_offered(anna: Person, greta: Person) -> None:
    anna.types("/track link acme/website")
    anna.types("/track log 1h acme website design yesterday")
    anna.types("/track log 1h shop travel yesterday")
    assert "Acme GmbH › Website · Design has been running" in said(greta, "/track start design")
    greta.types("/track")
    assert greta.modal.options("Service") == ["Design"]


def test_a_guest_goes_on_with_own_work_anywhere(anna: Person, greta: Person, workspace: Workspace, bot: Bot) -> None:
    anna.types("/track link acme/website")
    greta.types("/track log 1h yesterday: review")
    workspace.add_channel("elsewhere")
    elsewhere = person(workspace, "Greta Guest", channel="elsewhere")
    assert "Acme GmbH › Website has been running" in said(elsewhere, "/track continue")
    assert "Website" in said(elsewhere, "/track list yesterday")


def test_an_id_of_something_else_is_refused(anna: Person, greta: Person, bot: Bot) -> None:
    """A button from the time before the guest was one, or of a channel that was linked with somebody else."""
    anna.types("/track link acme/website")
    greta.types("/track start a")
    assert {"Acme GmbH › Website", "Acme GmbH › App"} <= set(greta.last.buttons)
    forge(greta.last, "Acme GmbH › App", "2:3:")
    greta.clicks("Acme GmbH › App")
    assert "no longer there" in greta.last.plain()
    assert count(bot) == 0


def test_who_becomes_a_guest_is_one_from_then_on(finn: Person, projects: None, workspace: Workspace, bot: Bot) -> None:
    assert "Acme GmbH › Website läuft" in said(finn, "/track start website")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.slack_id == finn.id).values(is_guest=True))
    told = said(finn, "/track start a")
    assert "App" not in told
    assert "Shop" not in told


def test_no_role_makes_more_of_a_guest(anna: Person, greta: Person, bot: Bot) -> None:
    greta.types("/track status")
    anna.types("/track settings")
    anna.modal.fill("Person", "Greta Guest")
    anna.modal.fill("Role", "Biller")
    anna.modal.submit()
    assert anna.modal.errors == {"Person": "Greta Guest is a guest of the workspace and sees only their own time."}
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.slack_id == greta.id).values(role="admin"))
    assert "Only people who bill" in said(greta, "/track invoice acme")


# Who may create


def test_members_create_and_guests_do_not_unless_it_is_set(
    anna: Person, finn: Person, greta: Person, gerd: Person
) -> None:
    assert "Guests of the workspace create no customers" in said(greta, "/track new")
    assert "Gäste des Workspace legen" in said(gerd, "/track new")
    finn.types("/track new")
    assert finn.modal.title == "Anlegen"


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        ("People who bill", "Nur wer abrechnet, legt hier"),
        ("Admins", "Nur Admins von Trackomat legen hier"),
    ],
)
def test_who_may_create_is_a_setting(anna: Person, projects: None, finn: Person, who: str, refused: str) -> None:
    finn.types("/track start etwas ganz Neues")
    anna.types("/track settings")
    anna.modal.click("More settings")
    assert anna.modal.value("Who creates") == "Members, but no guests"
    anna.modal.fill("Who creates", who)
    anna.modal.submit()
    assert f"Who creates: Members, but no guests → {who}" in anna.modal.text
    finn.clicks("Projekt anlegen …")
    assert refused in finn.last.plain(), "the button of before"
    assert refused in said(finn, "/track new")
    for text in ("start etwas ganz Neues", "log 1h web abstimmen", "start", "start acm websit"):
        assert "Projekt anlegen …" not in said(finn, f"/track {text}"), text
    assert "bitte jemanden, der Projekte anlegen darf" in said(finn, "/track start etwas ganz Neues")
    leaves(anna)
    anna.types("/track new")
    assert anna.modal.title == "Create"


def test_a_form_that_was_open_when_it_was_set_creates_nothing(anna: Person, projects: None, finn: Person) -> None:
    finn.types("/track new")
    finn.modal.fill("Neuer Kunde", "Initech")
    anna.types("/track settings")
    anna.modal.click("More settings")
    anna.modal.fill("Who creates", "Admins")
    anna.modal.submit()
    finn.modal.submit()
    assert "Nur Admins von Trackomat legen hier" in finn.modal.text


def test_a_guest_who_may_create_sees_what_they_made(anna: Person, greta: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(workspaces).values(creators="everybody"))
    greta.types("/track new initech")
    assert greta.modal.options("Customer") == []
    greta.modal.fill("New customer", "Initech")
    greta.modal.fill("Project", "Site")
    greta.modal.submit()
    leaves(greta)
    assert "Initech › Site has been running" in said(greta, "/track start site")

"""Channels that know their project."""

from functools import partial

from sqlalchemy import func, select, update

from bot.catalog.channels import link_channel_to
from bot.core.context import Bot
from bot.people import callers as people
from bot.routine import sweep as housekeeping
from playground.person import Person, person
from playground.slack.workspace import Workspace
from storage import channels as channel_rows
from storage import people as people_rows
from storage.catalog import projects as projects_table
from storage.tables import audits, channel_links
from tests.conftest import T0, at_once
from tests.deeds import said


def test_in_a_linked_channel_start_needs_no_name(projects: None, anna: Person, finn: Person) -> None:
    assert "This channel belongs to Acme GmbH › Website" in said(anna, "/track link acme/website")
    assert "Acme GmbH › Website läuft seit" in said(finn, "/track start")


def test_what_is_typed_counts_more_than_the_channel(projects: None, anna: Person) -> None:
    anna.types("/track link acme/website")
    assert "› Shop has been running" in said(anna, "/track start shop")


def test_a_service_alone_is_done_for_the_project_of_the_channel(projects: None, anna: Person) -> None:
    anna.types("/track link acme/website")
    assert "Acme GmbH › Website · Design has been running" in said(anna, "/track start design")


def test_time_is_logged_without_a_name_there_too(projects: None, anna: Person) -> None:
    anna.types("/track link acme/website")
    assert "Acme GmbH › Website · 1:00 h" in said(anna, "/track log 1h")


def test_other_channels_know_nothing_of_it(projects: None, anna: Person, workspace: Workspace) -> None:
    anna.types("/track link acme/website")
    workspace.add_channel("elsewhere")
    elsewhere = person(workspace, "Anna", channel="elsewhere")
    assert "What are you working on?" in said(elsewhere, "/track start")
    assert "This channel knows no project" in said(elsewhere, "/track link")


def test_several_readings_are_asked_about(projects: None, anna: Person) -> None:
    anna.types("/track link acme")
    assert "Which project does this channel belong to?" in anna.last.plain()
    anna.clicks("Acme GmbH › App")
    assert "This channel belongs to Acme GmbH › App" in anna.last.plain()


def test_a_link_can_be_changed_and_removed(projects: None, anna: Person) -> None:
    anna.types("/track link acme/website")
    assert "› Shop" in said(anna, "/track link shop")
    anna.clicks("Unlink")
    assert "belongs to no project any more" in anna.last.plain()
    assert "What are you working on?" in said(anna, "/track start")


def test_only_people_who_bill_link_channels(projects: None, anna: Person, finn: Person) -> None:
    assert "Nur wer abrechnet" in said(finn, "/track link acme/website")
    anna.types("/track link acme/website")
    finn.types("/track link")
    assert "Dieser Kanal gehört zu Acme GmbH › Website" in finn.last.plain()
    assert finn.last.buttons == []


def test_direct_messages_belong_to_no_project(projects: None, anna: Person, workspace: Workspace) -> None:
    room = next(room for room in workspace.channels(anna.id) if room.dm_with)
    alone = Person(workspace, anna.id, room.id)
    assert "Type this in a channel" in said(alone, "/track link acme/website")


def test_an_archived_channel_unlinks_itself(projects: None, anna: Person, workspace: Workspace, bot: Bot) -> None:
    anna.types("/track link acme/website")
    workspace.archive(anna.id, anna.channel)
    workspace.wait_idle()
    with bot.database.read() as db:
        assert channel_rows.linked_channels(db, 1) == []


def test_what_a_channel_is_linked_to_is_in_the_audit(
    projects: None, anna: Person, workspace: Workspace, bot: Bot
) -> None:
    anna.types("/track link acme/website")
    anna.types("/track link acme/app")
    anna.clicks("Unlink")
    anna.types("/track link acme/app")
    workspace.archive(anna.id, anna.channel)
    workspace.wait_idle()
    website, app = ({"channel_id": anna.channel, "customer_id": 1, "project_id": each} for each in (1, 2))
    with bot.database.read() as db:
        kept = select(audits.c.person_id, audits.c.action, audits.c.before, audits.c.after)
        rows = db.execute(kept.where(audits.c.subject == "channel").order_by(audits.c.id)).all()
    assert rows == [
        (1, "link", None, website),
        (1, "link", website, app),
        (1, "unlink", app, None),
        (1, "link", None, app),
        (None, "channel ended", app, None),
    ]


def test_an_archived_project_unlinks_its_channels(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track link acme/website")
    with bot.database.write() as db:
        db.execute(update(projects_table).where(projects_table.c.name == "Website").values(archived=True))
    assert "This channel knows no project" in said(anna, "/track link")
    assert "What are you working on?" in said(anna, "/track start")
    housekeeping.sweep(bot)
    with bot.database.read() as db:
        assert db.execute(select(func.count()).select_from(channel_links)).scalar_one() == 0


def test_a_channel_linked_by_two_people_at_once_belongs_to_one_project(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.read() as db:
        person = people_rows.get_person(db, 1)
    for turn in range(10):
        callers = [people.acting(person, now=T0, request=f"{turn}-{n}", channel_id=f"C{turn}") for n in (1, 2)]
        website, app = (
            partial(link_channel_to, bot, caller, customer_id=1, project_id=n) for n, caller in enumerate(callers, 1)
        )
        told = [linked.link.project for linked in at_once(website, app)]
        assert told == ["Website", "App"]
        with bot.database.read() as db:
            assert channel_rows.linked_channel(db, 1, f"C{turn}")

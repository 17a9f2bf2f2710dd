"""Whatever people type or click and whatever breaks: they get an answer where they are, and nothing is half done."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from bot.core.context import Bot
from bot.grammar.wording import SUBCOMMANDS
from playground.person import Person, Seen, person
from playground.slack import blocks as kit
from playground.slack.workspace import Workspace
from storage import catalog as catalog_rows
from storage import people as people_rows
from storage.tables import metadata
from tests.conftest import FrozenClock
from tests.deeds import count, said

NASTY = "<!channel> & Söhne *GmbH*"

# What people type


def test_an_unknown_subcommand_is_answered_with_the_nearest_one(anna: Person, bot: Bot) -> None:
    assert "I do not know “sturt”. Do you mean /track start?" in said(anna, "/track sturt acme")
    assert "/track help shows what I understand" in said(anna, "/track xyzzy")
    assert count(bot) == 0


@pytest.mark.parametrize(
    ("typed", "button", "answered"),
    [
        ("liist week", "/track list", "Nothing is written down"),
        ("reprot this month", "/track report", "Nothing is written down"),
        ("staus", "/track status", "No timer is running"),
        ("hepl", "/track help", "Trackomat: your time"),
        ("help strat", "/track start", "start acme website"),
    ],
)
def test_what_was_meant_is_done_with_a_click(anna: Person, typed: str, button: str, answered: str) -> None:
    anna.types(f"/track {typed}")
    assert anna.last.buttons == [button]
    anna.last.click(button)
    assert answered in anna.last.plain()


@pytest.mark.parametrize(
    ("typed", "button", "title"),
    [
        ("settigns", "/track settings …", "Settings"),
        ("catlog", "/track catalog …", "Catalog"),
        ("neww", "/track new …", "New"),
    ],
)
def test_a_form_that_was_meant_opens_with_a_click(anna: Person, typed: str, button: str, title: str) -> None:
    anna.types(f"/track {typed}")
    anna.last.click(button)
    assert title in anna.modal.text


@pytest.mark.parametrize("typed", ["sturt acme", "meeting with Ada about the new shop and its prices"])
def test_all_that_was_typed_stands_below_what_is_not_known(anna: Person, typed: str) -> None:
    assert f"You typed: /track {typed}" in said(anna, f"/track {typed}")


def test_a_key_behind_the_command_is_put_into_no_field_that_shows_it(anna: Person) -> None:
    anna.types("/track connect acme 0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    assert anna.modal.value("billomatID") == "acme"
    assert "0a1b2c3d" not in anna.modal.text


def test_the_nearest_subcommand_is_named_in_the_readers_language(finn: Person) -> None:
    assert "„liiste“ kenne ich nicht. Meinst du /track liste?" in said(finn, "/track liiste")


def test_whatever_the_help_offers_is_answered(projects: None, anna: Person) -> None:
    for subcommand in SUBCOMMANDS:
        answer = anna.types(f"/track {subcommand.name}")
        assert anna.sees_modal or (answer and "I do not know" not in answer.plain()), subcommand.name
        while anna.sees_modal:
            anna.modal.close()


@pytest.mark.parametrize("text", ["help", "?"])
def test_whoever_asks_for_help_gets_it(anna: Person, text: str) -> None:
    assert "Trackomat: your time, ready to bill" in said(anna, f"/track {text}")


@pytest.mark.parametrize("piece", ["a", "a ", "<!here> ", "*_`~", "🚀", "שלום ", "{x} ", "9:15 ", "\u202e\u200b"])
def test_3000_characters_of_anything_are_answered(projects: None, anna: Person, piece: str) -> None:
    for command in ("start", "log 1h", "help", "stop", "list", "a"):
        answer = anna.types(f"/track {command} {piece * (2_900 // len(piece))}")
        assert answer is not None
        assert answer.pings == ()
    for command in ("new", "invoice"):
        assert anna.types(f"/track {command} {piece * (2_900 // len(piece))}") or anna.modal.title


def test_more_than_3000_characters_are_refused(projects: None, anna: Person) -> None:
    assert "more text than I can take" in said(anna, f"/track start {'acme ' * 700}")


@pytest.mark.parametrize(
    "name", ["🚀 Launch 🚀", "موقع الشركة", "אתר", "日本語", "A\u200bcme", "É̂ĉole", "C++ & {braces} %s"]
)
def test_a_project_may_be_called_anything_that_can_be_seen(anna: Person, name: str) -> None:
    create(anna, "Customer", name)
    assert f"Customer › {name} has been running since 10:00" in said(anna, f"/track start {name}")
    assert name in said(anna, "/track list")


def test_a_name_that_cannot_be_seen_is_refused_at_its_field(anna: Person) -> None:
    anna.types("/track new")
    anna.modal.fill("New customer", "Acme")
    anna.modal.fill("Project", "\u200b\u200e")
    anna.modal.submit()
    assert "Nobody could see this name" in anna.modal.errors["Project"]


def test_a_customer_with_the_name_of_a_ping_pings_nobody_and_looks_right(anna: Person, clock: FrozenClock) -> None:
    create(anna, NASTY, "<@U0001> _x_")
    create(anna, NASTY, "`y` <https://evil.example|z>")
    label = f"{NASTY} › <@U0001> _x_"
    assert "Several fit" in said(anna, f'/track start "{NASTY}": <!here> *note*')
    assert label in anna.last.buttons
    assert label in anna.last.options("Search all projects", "channel")
    anna.clicks(label)
    assert f"{label} has been running since" in anna.last.plain()
    assert label in said(anna, "/track status")
    clock.forward_by(minutes=30)
    anna.clicks("Edit …")
    assert anna.modal.value("Project") == label
    assert anna.modal.value("Note") == "<!here> *note*"
    anna.modal.close()
    assert label in said(anna, "/track stop")
    assert "<!channel> & Söhne" in anna.last.text
    assert label in said(anna, "/track list")
    assert "Nothing is called “<!everyone> nothing”" in said(anna, "/track start <!everyone> nothing")
    assert "I do not know “<!channel>”" in said(anna, "/track <!channel>")
    assert [seen.pings for seen in anna.messages if seen.pings] == []


# What breaks


class Broken(Exception):
    """On purpose; its text must not reach anybody."""


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a function fail from now on."""

    def now(function: str) -> None:
        def fail(*_args: Any, **_values: Any) -> None:
            raise Broken("xoxb-secret")

        monkeypatch.setattr(function, fail)

    return now


@pytest.fixture
def apologises(caplog: pytest.LogCaptureFixture) -> Callable[[str], None]:
    """Check that an answer has an error number, that the log has the same one, and that nothing secret is told."""

    def check(answer: str) -> None:
        number = re.search(r"E-[0-9A-F]{6}", answer)
        assert number, answer
        assert f"error {number[0]}" in caplog.text
        assert "secret" not in answer

    return check


@pytest.mark.expects_errors
def test_an_error_in_a_command_is_answered_with_its_number(
    projects: None, anna: Person, breaks: Callable[[str], None], apologises: Callable[[str], None], bot: Bot
) -> None:
    breaks("storage.change.Change.record")  # the last thing that a use case does
    apologises(said(anna, "/track start acme website"))
    assert count(bot) == 0


@pytest.mark.expects_errors
def test_an_error_while_a_form_is_made_is_answered_with_its_number(
    projects: None, anna: Person, breaks: Callable[[str], None], apologises: Callable[[str], None]
) -> None:
    breaks("bot.catalog.creation.guess_names")
    apologises(said(anna, "/track new acme"))


@pytest.mark.expects_errors
def test_an_error_after_a_click_in_a_message_is_answered_below_it(
    projects: None, anna: Person, breaks: Callable[[str], None], apologises: Callable[[str], None]
) -> None:
    anna.types("/track start acme website")
    started = anna.last
    breaks("bot.tracking.timers.stop_entry")
    started.click("Stop")
    apologises(anna.last.plain())
    assert "Stop" in started.buttons


@pytest.mark.expects_errors
def test_an_error_after_a_click_in_a_modal_is_answered_on_top_of_it(
    projects: None, anna: Person, breaks: Callable[[str], None], apologises: Callable[[str], None], bot: Bot
) -> None:
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    breaks("storage.change.Change.record")
    anna.modal.click("Delete entry", confirm=True)
    apologises(anna.modal.text)
    assert count(bot) == 1
    anna.modal.close()
    assert anna.modal.title == "Edit entry"


@pytest.mark.expects_errors
def test_an_error_in_a_submission_is_answered_on_top_of_the_form_which_keeps_what_was_typed(
    projects: None, anna: Person, monkeypatch: pytest.MonkeyPatch, apologises: Callable[[str], None]
) -> None:
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Note", "precious")
    with monkeypatch.context() as broken:
        broken.setattr("storage.change.Change.record", lambda *_a, **_v: 1 / 0)
        anna.modal.submit()
    apologises(anna.modal.text)
    anna.modal.close()
    assert anna.modal.value("Note") == "precious"
    anna.modal.submit()
    assert "precious" in anna.modal.text


@pytest.mark.expects_errors
def test_an_error_while_a_menu_is_searched_leaves_it_empty_and_is_in_the_log_with_a_number(
    projects: None, anna: Person, breaks: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    breaks("bot.catalog.finding.offered_targets")
    assert anna.modal.options("Project", "acme") == []
    assert re.search(r"error E-[0-9A-F]{6}", caplog.text)


@pytest.mark.parametrize("answer", [500, 429])
def test_a_window_that_does_not_open_after_the_ack_is_told_where_it_was_asked_for(
    projects: None, anna: Person, workspace: Workspace, answer: int
) -> None:
    workspace.fail_next("views.open", status=answer)
    assert said(anna, "/track new") == "Slack did not open the window. Please try again."


@pytest.mark.expects_errors
def test_an_error_before_any_listener_is_answered_too(
    projects: None, anna: Person, breaks: Callable[[str], None], apologises: Callable[[str], None]
) -> None:
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    form, message = anna.modal, anna.last
    breaks("storage.people.find_person")
    apologises(said(anna, "/track status"))
    message.click("Undo")
    apologises(anna.last.plain())
    form.submit()
    apologises(anna.modal.text)


@pytest.mark.expects_errors
def test_when_the_database_is_gone_people_are_told_to_try_again_and_lose_nothing(
    projects: None, anna: Person, bot: Bot, apologises: Callable[[str], None], clock: FrozenClock
) -> None:
    anna.types("/track start acme website")
    started = anna.last
    clock.forward_by(minutes=20)
    with gone(bot):
        answer = said(anna, "/track stop")
        apologises(answer)
        assert "cannot reach my database" in answer
        assert "Nothing was changed; please try again" in answer
        started.click("Stop")
        assert "cannot reach my database" in anna.last.plain()
    started.click("Stop")
    assert "(10:00–10:20)" in started.plain()


@pytest.mark.expects_errors
def test_when_somebody_else_holds_the_database_people_are_told_to_try_again(
    projects: None, anna: Person, bot: Bot, apologises: Callable[[str], None]
) -> None:
    with held(bot):
        assert "No timer is running" in said(anna, "/track status")  # reading goes on
        answer = said(anna, "/track start acme website")
        apologises(answer)
        assert "cannot reach my database" in answer
    assert count(bot) == 0
    assert "has been running since" in said(anna, "/track start acme website")


def test_a_project_that_was_deleted_a_moment_ago_is_not_booked(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h nothing")  # from now on the names are kept in memory
    with bot.database.write() as db:
        db.execute(catalog_rows.projects.delete().where(catalog_rows.projects.c.name == "Website"))
    assert "no longer there. Please choose another one" in said(anna, "/track log 1h acme website")
    assert count(bot) == 0


@pytest.mark.expects_errors
def test_a_row_that_the_database_refuses_is_no_trouble_with_the_connection(
    projects: None, anna: Person, monkeypatch: pytest.MonkeyPatch, apologises: Callable[[str], None]
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise IntegrityError("INSERT", None, Exception("a constraint"))

    monkeypatch.setattr("storage.tracking.add_entry", refuse)
    answer = said(anna, "/track log 1h acme website")
    apologises(answer)
    assert "Something went wrong on my side" in answer


# What Slack delivers again


def everything(bot: Bot) -> dict[str, list[Any]]:
    with bot.database.read() as db:
        return {name: list(db.execute(select(table))) for name, table in metadata.tables.items()}


@pytest.mark.parametrize(
    "typed", ["start acme website", "log 1h shop", "stop", "start acme", "log 1h xyzzy", "start", "status"]
)
def test_a_repeated_command_changes_nothing(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, typed: str
) -> None:
    anna.types("/track start shop")
    anna.types(f"/track {typed}")
    after = everything(bot)
    workspace.repeat()
    workspace.wait_idle()
    assert everything(bot) == after


@pytest.mark.parametrize("button", ["Stop", "Undo"])
def test_a_repeated_click_changes_nothing(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, clock: FrozenClock, button: str
) -> None:
    anna.types("/track start acme website")
    anna.clicks(button)
    after, seen = everything(bot), anna.sees
    clock.forward_by(minutes=5)
    workspace.repeat()
    workspace.wait_idle()
    assert everything(bot) == after
    assert anna.sees == seen


def test_a_form_that_is_submitted_twice_counts_once(
    projects: None, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    anna.types("/track log 8-9 acme website")
    anna.clicks("Edit …")
    anna.modal.fill("Note", "once")
    anna.modal.submit()
    after = everything(bot)
    workspace.repeat()
    workspace.wait_idle()
    assert everything(bot) == after
    assert "done already" in anna.modal.text


def test_a_form_that_was_refused_passes_once_it_is_corrected(anna: Person) -> None:
    anna.types("/track new")
    anna.modal.fill("Project", "Website")
    anna.modal.submit()
    assert "belongs to a customer" in anna.modal.errors["Customer"]
    anna.modal.fill("New customer", "Acme")
    anna.modal.submit()
    assert "Ready to be tracked: Acme › Website" in anna.modal.text


def test_a_repeated_event_changes_nothing(anna: Person, bot: Bot, workspace: Workspace) -> None:
    anna.types("/track help")
    workspace.change_person(anna.id, zone="Asia/Tokyo")
    workspace.wait_idle()
    after = everything(bot)
    workspace.repeat()
    workspace.wait_idle()
    assert everything(bot) == after


# What is old


def test_a_button_of_an_older_version_says_so(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website")
    rename_action(anna.last, "Undo", "undo_of_version_0")
    anna.clicks("Undo")
    assert "from an older message" in anna.last.plain()
    assert count(bot) == 1


def test_a_form_of_an_older_version_says_so(projects: None, anna: Person, workspace: Workspace) -> None:
    anna.types("/track new")
    with workspace.change():
        workspace.put(replace(anna.modal.view, callback_id="new_of_version_0"))
    anna.modal.submit()
    assert "from an older message" in anna.modal.text


def test_an_old_question_does_not_answer_a_newer_one(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme")
    old = anna.last
    surface = old.surface
    old.click("Acme GmbH › Website")
    anna.types("/track log 2h acme")
    with anna.workspace.change():
        anna.workspace.put(surface)
    Seen(anna, surface).click("Acme GmbH › App")
    assert "This choice was made already" in anna.last.plain()
    assert count(bot) == 1


# People


def test_a_guest_tracks_time_for_the_customer_of_the_channel(
    projects: None, anna: Person, workspace: Workspace, bot: Bot
) -> None:
    anna.types("/track link acme/website")
    workspace.add_person("Greta Guest", zone="Europe/Berlin", locale="de-DE", is_restricted=True)
    greta = person(workspace, "Greta Guest")
    assert "läuft seit 10:00" in said(greta, "/track start acme website")
    with bot.database.read() as db:
        known = people_rows.find_person(db, team="T00000001", slack_id=greta.id)
    assert known is not None
    assert (known.is_guest, known.role) == (True, "member")


@pytest.mark.parametrize("zone", ["Europe", "Mars/Olympus", "a" * 300])
def test_a_zone_that_is_none_leaves_a_person_in_theirs(anna: Person, workspace: Workspace, bot: Bot, zone: str) -> None:
    anna.types("/track help")
    user = {"id": anna.id, "real_name": "Anna Neu", "tz": zone}
    with workspace.change():
        workspace._event({"type": "user_change", "user": user}, workspace.person(anna.id))
    anna.waits()
    with bot.database.read() as db:
        person = people_rows.get_person(db, 1)
    assert (person.name, person.zone) == ("Anna Neu", "Europe/Berlin")


def test_who_changes_zone_or_language_is_followed(anna: Person, workspace: Workspace) -> None:
    assert "ready to bill" in said(anna, "/track help")
    workspace.change_person(anna.id, zone="America/New_York", locale="de-DE", name="Anna Neu")
    workspace.wait_idle()
    create(anna, "Acme", "Website", title="Anlegen")
    assert "läuft seit 05:00" in said(anna, "/track start acme")


def test_nothing_is_kept_about_people_who_never_used_trackomat(anna: Person, workspace: Workspace, bot: Bot) -> None:
    anna.types("/track help")
    workspace.change_person(workspace.person("Finn").id, zone="Asia/Tokyo")
    workspace.wait_idle()
    with bot.database.read() as db:
        assert [row.slack_id for row in db.execute(select(people_rows.people))] == [anna.id]


def test_the_owner_is_admin_and_everybody_else_a_member(anna: Person, finn: Person, bot: Bot) -> None:
    anna.types("/track help")
    finn.types("/track hilfe")
    with bot.database.read() as db:
        assert [known.slack_id for known in people_rows.people_with_role(db, 1, "admin")] == [anna.id]
        assert [known.slack_id for known in people_rows.people_with_role(db, 1, "member")] == [finn.id]


def create(who: Person, customer: str, project: str, *, title: str = "Create") -> None:
    """Create a project through the form."""
    who.types("/track new")
    form = who.modal
    new_customer, project_field = form.labels[1:3]
    form.fill(new_customer, customer)
    form.fill(project_field, project)
    form.submit()
    assert form.title == title
    assert project in form.text
    form.close()


def rename_action(seen: Seen, label: str, action_id: str) -> None:
    """Make a button one that no listener knows."""
    blocks = deepcopy(seen.surface.blocks)
    for _, element in kit.elements(blocks):
        if element["type"] == "button" and element["text"]["text"] == label:
            element["action_id"] = action_id
    with seen._reader.workspace.change():
        seen._reader.workspace.put(replace(seen.surface, blocks=blocks))


@contextmanager
def gone(bot: Bot) -> Iterator[None]:
    """The database cannot be opened."""
    path = database_file(bot)
    away = path.with_suffix(".away")
    bot.database.close()
    path.rename(away)
    path.mkdir()
    yield
    path.rmdir()
    away.rename(path)


@contextmanager
def held(bot: Bot) -> Iterator[None]:
    """Another process writes and does not come to an end."""
    path = database_file(bot)

    @event.listens_for(bot.database.engine, "connect")
    def impatient(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 20")

    bot.database.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def database_file(bot: Bot) -> Path:
    if not bot.database.is_sqlite:
        pytest.skip("breaks the file of SQLite")
    return Path(str(bot.database.url.database))

"""What the bot does not take from messages: what no person wrote to it, what customers would read, and keys."""

import json
import logging
import time
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from sqlalchemy import select

from bot.core.context import Bot
from playground.person import Person
from playground.slack.deliver import JSON, signed
from playground.slack.state import Message
from playground.slack.workspace import Workspace
from storage import people as people_rows
from storage.tables import audits, entries, jobs, people, questions, table
from storage.tables.people import Delivery
from tests.deeds import count, only
from tests.talking import mention, tells, wrote, wrote_as_slack_sends

KEY = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"

# What changes nothing


@pytest.mark.parametrize(
    "odd",
    [
        {"bot_id": "B1"},
        {"bot_id": "B1", "subtype": "bot_message", "user": None},
        {"bot_profile": {"id": "B1"}},
        {"app_id": "A1"},
        {"user": "U0000BOT"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "channel_join"},
        {"subtype": "message_changed", "message": {"text": "log 1h acme website"}},
        {"subtype": "message_deleted", "hidden": True},
        {"hidden": True},
        {"edited": {"user": "U1", "ts": "1.1"}},
        {"channel_type": "channel"},
        {"channel_type": "mpim"},
        {"channel_type": None, "channel": "C00000001"},
        {"type": "app_mention", "bot_id": "B1"},
        {"type": "app_mention", "edited": {"ts": "1.1"}},
        {"type": "app_mention", "subtype": "bot_message"},
    ],
    ids=str,
)
def test_what_no_person_wrote_to_the_bot_changes_nothing_and_is_not_answered(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, odd: dict[str, Any]
) -> None:
    before = len(anna.dm)
    tells(workspace, anna, **odd)
    assert count(bot) == 0
    assert len(anna.dm) == before


@pytest.mark.parametrize(
    "odd",
    [
        {"subtype": "file_share", "files": [{"id": "F1"}]},
        {"files": [{"id": "F1"}]},
        {"subtype": "thread_broadcast"},
        {"subtype": "me_message"},
    ],
    ids=str,
)
def test_what_is_more_than_text_changes_nothing_and_says_so(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, odd: dict[str, Any]
) -> None:
    tells(workspace, anna, **odd)
    assert count(bot) == 0
    assert "Nothing was changed" in anna.dm[-1].plain()


def test_edits_and_deletions_change_nothing(projects: None, anna: Person, bot: Bot, workspace: Workspace) -> None:
    anna.writes("log 1h acme website")
    first = next(seen.surface for seen in anna.dm if seen.text == "log 1h acme website")
    assert isinstance(first, Message)
    answers = len(anna.dm)
    workspace.edit_message(anna.id, first, "log 3h acme website")
    workspace.wait_idle()
    workspace.delete_message(anna.id, first)
    workspace.wait_idle()
    assert only(bot).seconds == 3600
    assert len(anna.dm) == answers - 1


def test_an_edited_mention_changes_nothing(projects: None, anna: Person, bot: Bot, workspace: Workspace) -> None:
    anna.types("log 1h acme website")
    written = anna.last.surface
    assert isinstance(written, Message)
    workspace.edit_message(anna.id, written, "@Trackomat log 1h acme website")
    workspace.wait_idle()
    assert count(bot) == 0


def test_a_guest_is_told_to_type(projects: None, anna: Person, bot: Bot, workspace: Workspace) -> None:
    guest = workspace.add_person("Greta Guest", locale="de-DE", is_restricted=True)
    greta = Person(workspace, guest.id, anna.channel)
    assert "/track hilfe" in wrote(greta, "start acme website")
    assert count(bot) == 0


# Where others read along


@pytest.fixture
def shared(workspace: Workspace) -> str:
    return workspace.add_channel("with-acme", shared=True).name


def test_where_another_organisation_reads_along_it_says_not_here_and_records_nothing(
    projects: None, anna: Person, finn: Person, bot: Bot, shared: str
) -> None:
    for text in ("log 1h acme website", "help", KEY):
        answer = anna.mentions(text, shared)
        assert answer
        assert answer.plain().startswith("Not here: people of other organisations may read this channel.")
        assert isinstance(answer.surface, Message)
        assert answer.surface.only_for == anna.id
    with bot.database.read() as db:
        assert db.execute(select(entries)).all() == []
        assert db.execute(select(people.c.last_written).where(people.c.slack_id == anna.id)).scalar_one() == ""


def test_a_stranger_of_another_organisation_is_not_remembered(
    projects: None, bot: Bot, workspace: Workspace, shared: str
) -> None:
    stranger = workspace.add_person("Stan Stranger")
    stan = Person(workspace, stranger.id, workspace.channels(stranger.id)[0].id)
    answer = stan.mentions("log 1h acme website", shared)
    assert answer
    assert "Not here" in answer.plain()
    with bot.database.read() as db:
        assert people_rows.find_person(db, team=workspace.team.id, slack_id=stranger.id) is None


@pytest.mark.parametrize(
    ("envelope", "more"),
    [
        ({"is_ext_shared_channel": True}, {}),
        ({"context_team_id": "T99"}, {}),
        ({}, {"user_team": "T99"}),
        ({}, {"source_team": "T99"}),
        ({}, {"team": "T99"}),
    ],
    ids=str,
)
def test_whatever_names_another_workspace_is_not_obeyed(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, envelope: dict[str, Any], more: dict[str, Any]
) -> None:
    mention(workspace, anna, envelope, **more)
    assert "Not here" in anna.last.plain()
    assert count(bot) == 0


def test_within_an_organisation_another_of_its_workspaces_is_no_stranger(
    projects: None, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    authorized = [{"enterprise_id": "E1", "team_id": workspace.team.id, "user_id": "U0000BOT", "is_bot": True}]
    mention(workspace, anna, {"authorizations": authorized, "context_enterprise_id": "E1"}, user_team="E1", team="T2")
    assert only(bot).project == "Website"
    mention(workspace, anna, {"authorizations": authorized, "is_ext_shared_channel": True}, user_team="E1", team="T2")
    assert count(bot) == 1


def test_a_message_of_another_installation_is_refused_at_the_door(
    projects: None, app: App, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    inner = {"type": "message", "channel_type": "im", "channel": "D1", "user": anna.id, "ts": "1773133200.000100"}
    elsewhere = {"team_id": "T99", "authorizations": [{"team_id": "T99"}], "event": inner | {"text": "log 1h acme web"}}
    assert delivered(app, {"type": "event_callback", "event_id": "Ev1"} | elsewhere) == 403
    assert count(bot) == 0


@pytest.mark.parametrize(
    "odd",
    [{"ts": "yesterday"}, {"ts": 7}, {"text": 5}, {"user": {"id": "U1"}}, {"channel": ["C1"]}, {"thread_ts": "<x>"}],
    ids=str,
)
def test_what_is_no_message_of_slacks_is_refused_at_the_door(
    app: App, bot: Bot, workspace: Workspace, anna: Person, odd: dict[str, Any]
) -> None:
    inner = {"type": "message", "channel_type": "im", "channel": "D1", "user": anna.id, "ts": "1773133200.000100"}
    whole = {"type": "event_callback", "event_id": "Ev1", "team_id": workspace.team.id}
    assert delivered(app, whole | {"event": inner | {"text": "status"} | odd}) == 400


def delivered(app: App, payload: dict[str, Any]) -> int:
    """The status of the answer to a signed event."""
    body = json.dumps(payload)
    status: int = app.dispatch(
        BoltRequest(body=body, headers=dict(signed("playground", body, JSON, int(time.time()))))
    ).status
    return status


def test_where_slack_does_not_say_whether_others_read_along_it_is_asked(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, shared: str
) -> None:
    mention(workspace, anna, {"is_ext_shared_channel": None})
    assert only(bot).project == "Website"
    elsewhere = next(room.id for room in workspace.channels(anna.id) if room.name == shared)
    mention(workspace, replaced(anna, elsewhere), {"is_ext_shared_channel": None})
    assert count(bot) == 1


def replaced(who: Person, channel_id: str) -> Person:
    return Person(who.workspace, who.id, channel_id)


def test_without_an_answer_others_are_taken_to_read_along(
    projects: None, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    workspace.fail_next("conversations.info", status=500)
    mention(workspace, anna, {"is_ext_shared_channel": None})
    assert "Not here" in anna.last.plain()
    assert count(bot) == 0


# Keys


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"connect acme {KEY}",
        "verbinden acme geheim",
        f"log 1h acme website: key is {KEY}",
        "start acme: demo-admin-4f1c9b7a2e60",
        "xoxb-123456789012-abcdef",
        "our api key: abc123def456",
        f"`{KEY}`",
        f"<https://acme.billomat.net/api?api_key={KEY}|link>",
    ],
)
def test_what_looks_like_a_key_is_neither_taken_nor_kept_nor_logged(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    wrote_as_slack_sends(workspace, anna, text)
    assert "Please delete your message" in anna.dm[-1].plain()
    assert count(bot) == 0
    secret = text.split()[-1].strip("`<>")
    assert secret not in caplog.text
    with bot.database.read() as db:
        kept = [db.execute(select(rows)).all() for rows in (questions, jobs, audits, table(Delivery), people)]
    assert secret not in str(kept)
    anna.clicks("Connect Billomat …")
    assert "Connect" in anna.modal.title


@pytest.mark.parametrize(
    "text",
    [
        "log 1h acme website: RE-2026-001234 Donaudampfschifffahrt",
        "log 1h30 acme website: https://x.de/1A2b3C4d5E6f7G8h",
    ],
)
def test_numbers_of_orders_and_links_are_no_keys(projects: None, anna: Person, bot: Bot, text: str) -> None:
    anna.writes(text)
    assert count(bot) == 1

"""A message is carried out and answered once and in its turn, whatever is repeated, late, refused or killed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.app import LoggedApp
from bot.core.context import Bot
from bot.slack.installation import Installation
from playground.person import Person
from playground.slack.state import Message
from playground.slack.workspace import SCOPES, Workspace
from tests.conftest import FrozenClock, at_once
from tests.deeds import count, everything, only, said
from tests.talking import tells, wrote

READ = "From now on you can write to me instead of typing /track."

# Once


def test_a_repeated_delivery_is_carried_out_and_answered_once(
    projects: None, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    anna.writes("log 1h acme website")
    answers = len(anna.dm)
    for _ in range(3):
        workspace.repeat()
        workspace.wait_idle()
    assert count(bot) == 1
    assert len(anna.dm) == answers


def test_deliveries_that_come_at_once_are_carried_out_once(
    projects: None, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    anna.writes("status")
    room, at = workspace.dm(anna.id), workspace.new_ts()
    inner = {"type": "message", "channel": room.id, "channel_type": "im", "user": anna.id, "ts": at, "event_ts": at}
    told = inner | {"text": "log 1h acme website"}
    at_once(*[lambda: workspace.event(told, anna.id) for _ in range(5)])
    workspace.wait_idle()
    assert count(bot) == 1
    assert len([seen for seen in anna.dm if "Website" in seen.plain()]) == 1


@pytest.mark.parametrize("same", ["event_id", "client_msg_id"])
def test_the_same_message_under_another_name_is_carried_out_once(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, same: str
) -> None:
    for _ in range(2):
        envelope = {"event_id": "Ev1"} if same == "event_id" else {}
        more = {"client_msg_id": "c-1"} if same == "client_msg_id" else {}
        tells(workspace, anna, envelope, **more)
    assert count(bot) == 1


def test_two_messages_in_a_moment_are_carried_out_and_answered_in_their_order(
    projects: None,
    anna: Person,
    bot: Bot,
    workspace: Workspace,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.slack.turns.BLINK", 1)  # the machine may be busy
    monkeypatch.setattr("bot.slack.turns.PATIENCE", 30)
    anna.writes("status")
    room = workspace.dm(anna.id).id
    before = len(anna.dm)
    for text in ("start acme website", "switch acme app", "stop", "log 1h shop"):
        clock.forward_by(seconds=60)
        workspace.say(anna.id, room, text)
    workspace.wait_idle()
    answers = [seen.plain() for seen in anna.dm[before:] if "\n" in seen.plain()]
    assert [entry.project for entry in everything(bot) if entry.timed] == ["Website", "App"]
    assert all(entry.ended_at for entry in everything(bot))
    assert len(answers) == 4
    assert ["Website" in answers[0], "App" in answers[1], "App" in answers[2], "Shop" in answers[3]] == [True] * 4


def test_a_message_counts_from_when_it_was_written(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, clock: FrozenClock
) -> None:
    at = workspace.new_ts()
    clock.forward_by(minutes=5)
    tells(workspace, anna, ts=at, text="start acme website")
    assert bot.now().timestamp() - only(bot).started_at.timestamp() == 300


@pytest.fixture
def earlier(projects: None, anna: Person, workspace: Workspace, clock: FrozenClock) -> str:
    """The name of a message that was written before something that is there already, and arrives only now."""
    at = workspace.new_ts()
    clock.forward_by(minutes=5)
    anna.types("/track log 10m acme app")
    return at


def test_what_arrives_after_something_later_is_asked_about_and_done_by_a_click(
    earlier: str, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    tells(workspace, anna, ts=earlier, text="start acme website")
    assert "“start acme website” reached me only now" in anna.dm[-1].plain()
    assert count(bot) == 1
    anna.clicks("Do it now")
    assert [entry.project for entry in everything(bot)] == ["App", "Website"]
    assert "has been running since 10:05" in anna.dm[-1].plain()


def test_what_is_too_long_for_a_button_is_to_be_written_once_more(
    earlier: str, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    tells(workspace, anna, ts=earlier, text=f"start acme website: {'x' * 2500}")
    assert "Write it once more if you still want it." in anna.dm[-1].plain()
    assert count(bot) == 1


def test_a_message_is_not_late_because_clocks_differ_by_some_seconds(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, clock: FrozenClock
) -> None:
    at = workspace.new_ts()
    clock.forward_by(seconds=5)
    anna.types("/track start acme app")
    tells(workspace, anna, ts=at, text="stop")
    assert everything(bot) == []  # ran for no time at all
    assert "not kept" in anna.dm[-1].plain()


def test_what_means_the_same_at_any_time_is_done_also_when_it_comes_late(
    earlier: str, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    tells(workspace, anna, ts=earlier, text="log 1h acme website")
    assert count(bot) == 2


# Whatever breaks


def test_an_answer_that_could_not_be_sent_is_sent_by_a_job(
    projects: None,
    anna: Person,
    bot: Bot,
    workspace: Workspace,
    clock: FrozenClock,
    run_jobs: Callable[[], int],
) -> None:
    anna.writes("status")
    workspace.fail_next("chat.postMessage", status=500)
    assert anna.writes("log 1h acme website") is None
    assert count(bot) == 1
    clock.forward_by(seconds=20)
    run_jobs()
    assert "Acme GmbH › Website · 1:00 h" in anna.dm[-1].plain()
    clock.forward_by(seconds=200)
    answers = len(anna.dm)
    run_jobs()
    assert len(anna.dm) == answers


def test_whoever_is_killed_after_the_commit_answers_later_and_changes_nothing_twice(
    projects: None,
    anna: Person,
    bot: Bot,
    workspace: Workspace,
    clock: FrozenClock,
    run_jobs: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anna.writes("status")
    with monkeypatch.context() as killed:
        killed.setattr("bot.slack.showing.show", lambda *_: None)
        anna.writes("log 1h acme website")
    workspace.repeat()
    workspace.wait_idle()
    assert count(bot) == 1
    clock.forward_by(seconds=20)
    run_jobs()
    assert "Acme GmbH › Website · 1:00 h" in anna.dm[-1].plain()
    assert count(bot) == 1


@pytest.mark.expects_errors
def test_whoever_is_killed_before_the_commit_leaves_nothing_and_the_repetition_does_it(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.writes("status")
    with monkeypatch.context() as killed:
        killed.setattr("bot.core.jobs.JobKind.put", lambda *_a, **_v: 1 / 0)
        anna.writes("log 1h acme website")
    assert count(bot) == 0
    workspace.repeat()
    workspace.wait_idle()
    assert count(bot) == 1


def test_whoever_slack_says_nothing_about_is_told_and_writes_again(
    projects: None, aylin: Person, bot: Bot, workspace: Workspace
) -> None:
    workspace.fail_next("users.info", status=500)
    assert "Nothing was stored; please try again in a moment" in wrote(aylin, "log 1h acme website")
    assert count(bot) == 0
    assert "Website" in wrote(aylin, "log 1h acme website")
    assert count(bot) == 1


@pytest.mark.expects_errors
def test_an_error_is_answered_with_its_number_where_it_was_written(
    projects: None, anna: Person, finn: Person, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.change.Change.record", lambda *_a, **_v: 1 / 0)
    assert "Something went wrong on my side (error E-" in wrote(anna, "log 1h acme website")
    answer = finn.mentions("log 1h acme website")
    assert answer
    assert "E-" in answer.plain()
    assert isinstance(answer.surface, Message)
    assert answer.surface.only_for == finn.id
    assert count(bot) == 0


def test_where_the_bot_was_put_out_of_the_channel_the_answer_is_a_direct_message(
    projects: None, anna: Person, bot: Bot, workspace: Workspace
) -> None:
    room = workspace.channel(anna.channel)
    assert room
    answering = workspace.transport

    def removed(headers: dict[str, str], body: str) -> Any:
        workspace._channels[room.id] = replace(room, bot_is_member=False)
        return answering(headers, body)

    workspace.transport = removed
    anna.mentions("log 1h acme website")
    workspace.violations.clear()
    assert "Acme GmbH › Website" in anna.dm[-1].plain()


# What is read, and without leave to read


def test_what_is_read_is_said_once_to_whoever_writes_first(projects: None, anna: Person, finn: Person) -> None:
    anna.writes("help")
    anna.writes("status")
    anna.mentions("status")
    assert len([seen for seen in [*anna.dm, *anna.messages] if READ in seen.plain()]) == 1
    finn.mentions("status")
    finn.writes("status")
    assert (
        len([seen for seen in [*finn.dm, *finn.messages] if "Ab jetzt kannst du mir auch schreiben" in seen.plain()])
        == 1
    )


def test_help_as_a_message_is_answered(anna: Person, finn: Person) -> None:
    assert "Trackomat: your time, ready to bill" in wrote(anna, "help")
    for asked in ("hello there", "what can you do?", "are you there"):
        assert "/track help" in wrote(anna, asked)
    for asked in ("hilfe", "Help"):
        assert "Trackomat: deine Zeit, fertig zum Abrechnen" in wrote(finn, asked)
    for asked in ("hallo", "was kannst du?", "Guten Morgen!"):
        assert "/track hilfe" in wrote(finn, asked)


def test_without_leave_to_read_the_commands_work_and_the_messages_tab_names_them_once(
    projects: None, anna: Person, bot: Bot, app: LoggedApp, workspace: Workspace, run_jobs: Callable[[], int]
) -> None:
    workspace.scopes = SCOPES
    forget_installation(app)
    assert anna.writes("log 1h acme website") is None
    assert anna.mentions("log 1h acme website") is None
    assert "Website" in said(anna, "/track log 1h acme website")
    for _ in range(2):
        anna.opens_messages()
        run_jobs()
    assert [seen.plain() for seen in anna.dm if "cannot read" in seen.plain()] == [
        "I cannot read what you write here. Type /track help in any message field: it shows what I understand."
    ]


def test_with_leave_to_read_the_messages_tab_says_nothing(
    projects: None, anna: Person, run_jobs: Callable[[], int]
) -> None:
    anna.opens_messages()
    run_jobs()
    assert anna.dm == []


def forget_installation(app: LoggedApp) -> None:
    """As if the bot had just been started."""
    app.installation = Installation(app.installation._client)

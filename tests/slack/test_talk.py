"""Talking to the bot: the words of /track as messages to it, and where it is mentioned."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import App, BoltRequest
from sqlalchemy import delete, select, update

from bot.app import LoggedApp
from bot.core.context import Bot
from bot.slack.installation import Installation
from playground.person import Person, Seen
from playground.slack.deliver import JSON, signed
from playground.slack.state import Message
from playground.slack.workspace import SCOPES, Workspace
from storage import people as people_rows
from storage.tables import audits, entries, jobs, people, questions, table
from storage.tables.people import Delivery
from tests.conftest import FrozenClock, at_once
from tests.deeds import count, everything, only, said

READ = "From now on you can write to me instead of typing /track."
KEY = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"


def wrote(who: Person, text: str) -> str:
    """What the bot answers in its messages, as the person reads it."""
    answer = who.writes(text)
    assert answer is not None, "nothing was answered"
    return answer.plain()


# One set of phrases, one set of answers


@pytest.mark.parametrize(
    "typed",
    [
        "start acme website: kick-off",
        "log 2h acme website yesterday: review #call",
        "log 1h shop",
        "start acme",
        "start nothing like it",
        "log acme website",
        "log 25:61 acme",
        "list week",
        "status",
        "gaps",
        "help",
        "help log",
        "sturt acme",
        "settings",
        "new Zebra",
        "edit",
        "invoice acme",
        "stop",
        "undo",
        "tag #x",
        "note something",
    ],
)
def test_a_message_is_answered_as_the_command_is(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    anna.writes("status")  # told once what is read
    by_message = outcome(bot, anna, anna.writes(typed))
    forget(bot)
    assert outcome(bot, anna, anna.types(f"/track {typed}")) == by_message


def test_a_message_to_the_bot_starts_a_timer_and_its_buttons_work(projects: None, anna: Person, bot: Bot) -> None:
    assert "Acme GmbH › Website has been running since 10:00" in wrote(anna, "start acme website")
    assert only(bot).project == "Website"
    anna.clicks("Undo")
    assert count(bot) == 0
    assert "Undone" in anna.dm[-1].plain() or "Undone" in anna.dm[-2].plain()


def test_a_question_in_a_message_is_answered_by_a_click(projects: None, anna: Person, bot: Bot) -> None:
    assert "Several fit" in wrote(anna, "log 1h acme: review")
    anna.clicks("Acme GmbH › App")
    assert (only(bot).project, only(bot).note, only(bot).seconds) == ("App", "review", 3600)


def test_a_form_is_a_button_that_keeps_what_was_written(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track new Zebra Ltd")
    form = anna.modal.text
    anna.modal.close()
    assert "only after a click" in wrote(anna, "new Zebra Ltd")
    assert not anna.sees_modal
    anna.clicks(anna.dm[-1].buttons[0])
    assert anna.modal.text == form


def test_a_form_is_offered_however_much_was_written(projects: None, anna: Person) -> None:
    assert "only after a click" in wrote(anna, f"new {'Zebra ' * 490}")
    anna.clicks(anna.dm[-1].buttons[0])
    assert anna.modal.title


def test_a_mention_without_words_offers_the_form(projects: None, finn: Person, bot: Bot) -> None:
    answer = finn.mentions("")
    assert answer
    answer.click(answer.buttons[0])
    finn.modal.fill("Projekt", "Website")
    finn.modal.submit()
    assert only(bot).project == "Website"
    assert "Website läuft seit 10:00" in finn.last.plain()


def test_german_is_understood_in_messages_too(projects: None, finn: Person, bot: Bot) -> None:
    assert "Acme GmbH › Website · 2:00 h" in wrote(finn, "buche 2h gestern acme website: Durchsicht")
    assert only(bot).note == "Durchsicht"


WORDS = """
start stop log buche list undo status acme website app shop design #call 1h 90m 9-9:30 gestern yesterday 9:15 since seit
: review note tag what? é 🚀 „Shop“ “App” 1,5h continue switch edit split delete help --nb &
"""
TEXTS = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=7).map(" ".join)


@given(typed=st.lists(TEXTS, min_size=1, max_size=3))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_texts_leave_the_same_rows_and_answers_by_command_and_by_message(
    projects: None, anna: Person, bot: Bot, typed: list[str]
) -> None:
    anna.writes("status")
    by_command = [outcome(bot, anna, anna.types(f"/track {text}")) for text in typed]
    forget(bot)
    by_message = [outcome(bot, anna, anna.writes(text)) for text in typed]
    forget(bot)
    assert by_message == by_command


def outcome(bot: Bot, who: Person, answer: Seen | None) -> tuple[list[Any], list[str]]:
    """The rows, and what was answered: a message, or a form, which a message offers as a button."""
    rows = [entry._replace(id=0) for entry in everything(bot)]
    if who.sees_modal:
        title = who.modal.title
        while who.sees_modal:
            who.modal.close()
        return rows, [title]
    assert answer
    if "only after a click" in answer.plain():
        return rows, [answer.buttons[0]]
    return rows, [*answer.plain().splitlines(), *answer.buttons]


def forget(bot: Bot) -> None:
    """As if nothing had been done; the audit, which only grows, is of another day."""
    with bot.database.write() as db:
        for rows in (questions, entries):
            db.execute(delete(rows))
        db.execute(update(people).values(knows_who_reads_notes=False))


# Where it is mentioned


def test_a_mention_is_answered_for_that_person_alone_and_at_top_level(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    answer = finn.mentions("start acme website")
    assert answer
    assert "Acme GmbH › Website läuft seit 10:00" in answer.plain()
    shown = answer.surface
    assert isinstance(shown, Message)
    assert (shown.only_for, shown.thread_ts) == (finn.id, "")
    assert all("Website" not in seen.plain() or seen.plain().startswith("@Trackomat") for seen in anna.messages)
    answer.click("Stopp")
    assert everything(bot) == []


@pytest.mark.parametrize(
    "text",
    [
        "@Trackomat log 1h acme website",
        "log 1h acme website @Trackomat",
        "log 1h @Trackomat acme website",
        "@Trackomat  *log 1h* acme website",
        "@Trackomat `log 1h acme website`",
        "@Trackomat _log_ 1h acme website",
        "@Trackomat /track log 1h acme website",
        "> @Trackomat log 1h acme website",
        "@Trackomat log 1h “acme” website",
    ],
)
def test_a_mention_may_stand_anywhere_and_marks_are_no_words(projects: None, finn: Person, bot: Bot, text: str) -> None:
    finn.mentions(text)
    assert (only(bot).project, only(bot).seconds, only(bot).note) == ("Website", 3600, "")


def test_in_a_thread_the_answer_stands_in_it_and_the_link_is_kept(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    anna.types("The start page is broken")
    problem = anna.last
    answer = finn.mentions("log 2h acme website: repair", thread=problem)
    assert answer
    parent, shown = problem.surface, answer.surface
    assert isinstance(shown, Message)
    assert isinstance(parent, Message)
    assert shown.thread_ts == parent.ts
    entry = only(bot)
    link = f"https://demo.slack.com/archives/{finn.channel}/p"
    assert entry.source_link.startswith(link)
    assert entry.source_link.endswith(f"?thread_ts={parent.ts}&cid={finn.channel}")
    assert entry.source_text == "log 2h acme website: repair"


def test_in_a_thread_the_link_is_kept_through_questions_and_forms(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    anna.types("The start page is broken")
    problem = anna.last
    finn.mentions("log 2h acme: repair", thread=problem)
    finn.clicks("Acme GmbH › App")
    (entry,) = everything(bot)
    assert "thread_ts=" in entry.source_link
    answer = finn.mentions("log acme website: more", thread=problem)
    assert answer
    answer.click(answer.buttons[0])
    finn.modal.fill("Dauer", "1h")
    finn.modal.submit()
    assert [bool(entry.source_link) for entry in everything(bot)] == [True, True]


def test_a_mention_at_top_level_keeps_no_link(projects: None, finn: Person, bot: Bot) -> None:
    finn.mentions("log 2h acme website")
    assert (only(bot).source_text, only(bot).source_link) == ("", "")


def test_a_reply_in_the_direct_messages_is_answered_below_it_and_keeps_no_link(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.writes("status")
    answer = anna.writes("log 2h acme website", thread=anna.dm[0])
    assert answer
    parent, shown = anna.dm[0].surface, answer.surface
    assert isinstance(shown, Message)
    assert isinstance(parent, Message)
    assert shown.thread_ts == parent.ts
    assert only(bot).source_link == ""


def test_a_click_in_a_thread_is_answered_in_it(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    anna.types("The start page is broken")
    problem = anna.last
    finn.mentions("log 1h acme website", thread=problem)
    finn.clicks("Rückgängig")
    parent, shown = problem.surface, finn.last.surface
    assert isinstance(shown, Message)
    assert isinstance(parent, Message)
    assert (shown.thread_ts, shown.only_for) == (parent.ts, finn.id)


def test_in_a_linked_channel_no_name_is_needed(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    anna.types("/track link acme/website")
    finn.mentions("start")
    assert only(bot).project == "Website"


def test_who_is_mentioned_stands_in_the_note_by_name(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    anna.writes("log 1h acme website: with @Finn Freelancer and @Aylin Approver")
    assert only(bot).note == "with @Finn Freelancer and @Aylin Approver"


def test_what_slack_makes_links_of_stands_in_the_note_as_it_was_typed(
    projects: None, anna: Person, workspace: Workspace, bot: Bot
) -> None:
    wrote_as_slack_sends(
        workspace,
        anna,
        "log 1h acme website: <http://acme.de|acme.de> <mailto:a@acme.de|a@acme.de> <https://acme.de/x?a=1&amp;b=2> "
        "<https://acme.de/t/5|ticket 5> R&amp;D &lt;3 <#C0001|general>",
    )
    assert only(bot).note == (
        "acme.de a@acme.de https://acme.de/x?a=1&b=2 ticket 5 https://acme.de/t/5 R&D <3 #general"
    )


# What changes nothing


def tells(workspace: Workspace, who: Person, _envelope: dict[str, Any] | None = None, **more: Any) -> None:
    """Have the bot told of a message of this person's in its direct messages, with other or further fields."""
    room, at = workspace.dm(who.id), workspace.new_ts()
    inner = {"type": "message", "channel": room.id, "channel_type": "im", "user": who.id, "ts": at, "event_ts": at}
    inner |= {"text": "log 1h acme website"} | more
    workspace.event({name: value for name, value in inner.items() if value is not None}, who.id, **(_envelope or {}))
    workspace.wait_idle()


def wrote_as_slack_sends(workspace: Workspace, who: Person, text: str) -> None:
    tells(workspace, who, text=text)


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


def mention(workspace: Workspace, who: Person, envelope: dict[str, Any], **more: Any) -> None:
    at = workspace.new_ts()
    inner = {"type": "app_mention", "channel": who.channel, "user": who.id, "ts": at, "event_ts": at}
    workspace.event(inner | {"text": "<@U0000BOT> log 1h acme website"} | more, who.id, **envelope)
    workspace.wait_idle()


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
    anna.clicks("Connect Billomat")
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
    monkeypatch.setattr("bot.slack.turns.BLINK", 0.3)  # the machine may be busy
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


def test_what_arrives_after_something_later_is_asked_about_and_done_by_a_click(
    projects: None, anna: Person, bot: Bot, workspace: Workspace, clock: FrozenClock
) -> None:
    at = workspace.new_ts()
    clock.forward_by(minutes=5)
    anna.types("/track log 10m acme app")
    tells(workspace, anna, ts=at, text="start acme website")
    assert "“start acme website” reached me only now" in anna.dm[-1].plain()
    assert count(bot) == 1
    anna.clicks("Do it now")
    assert [entry.project for entry in everything(bot)] == ["App", "Website"]
    assert "has been running since 10:05" in anna.dm[-1].plain()


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
    projects: None, anna: Person, bot: Bot, workspace: Workspace, clock: FrozenClock
) -> None:
    at = workspace.new_ts()
    clock.forward_by(minutes=5)
    anna.types("/track log 10m acme app")
    tells(workspace, anna, ts=at, text="log 1h acme website")
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
        answer = answering(headers, body)
        workspace._channels[room.id] = replace(room, bot_is_member=False)
        return answer

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


def test_help_as_a_message_is_answered(anna: Person) -> None:
    assert "Trackomat: your time, ready to bill" in wrote(anna, "help")
    assert "/track help" in wrote(anna, "hello there")


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

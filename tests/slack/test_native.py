"""Slack's own tables and charts: an answer says the same without them, and where they are refused nobody misses any."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import OperationalError

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar import values as grammar
from bot.slack import native, refusals
from bot.slack.answers import Say
from bot.slack.blocks import Message, actions, button, message, modal, section, unbroken
from bot.slack.listeners import Listener, Listeners
from bot.slack.native import Number, bar_chart, biggest, data_table
from commands import track
from playground.person import Person
from playground.slack import state
from playground.slack.limits import check_blocks
from playground.slack.state import Answer
from playground.slack.workspace import Workspace
from tests.conftest import FrozenClock

TEXT = "Acme GmbH 2:00 h, Bäckerei 1:00 h"
ROWS = [("Acme GmbH", Number(120, "2:00")), ("Bäckerei", Number(60, "1:00"))]
TABLE = data_table("Time by customer", ["Customer", "Time"], ROWS)
CHART = bar_chart("Time by customer", [("Acme GmbH", 2), ("Bäckerei", 1)], measured="Hours")
AGAIN = actions(button("Again", "task_again"))
REFUSALS = {
    "400 and its name": Answer(400, "invalid_blocks"),
    "400 and another name": Answer(400, "invalid_blocks_format"),
    "400 and no word": Answer(400),
    "500 and its name": Answer(500, "invalid_blocks"),
    "500 and no word": Answer(500, ""),
    "200 and its name": Answer(200, "invalid_blocks"),
    "200 and JSON": Answer(200, json.dumps({"ok": False, "error": "invalid_blocks"})),
    "404 and JSON": Answer(404, json.dumps({"ok": False, "error": "invalid_blocks"})),
    "200 and words": Answer(200, '{"ok": false, "error": "unsupported block type: data_table"}'),
}


@pytest.fixture(autouse=True)
def _takes_tables(workspace: Workspace) -> None:
    workspace.refusal = None


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Caller]:
    """For whom an answer with tables was made; /track status has one from now on."""
    made: list[Caller] = []

    def answer(_bot: Bot, caller: Caller, _typed: grammar.Status) -> Say:

        def rich() -> Message:
            made.append(caller)
            return message(TEXT, [section("3:00 h"), *CHART, *TABLE, AGAIN])

        return Say(message(TEXT, [section(TEXT), AGAIN]), rich=rich)

    monkeypatch.setitem(track._ANSWERS, grammar.Status, answer)
    return made


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Callable[[Say], None]:
    """Have every click answered so from now on."""
    given: list[Say] = []
    original = Listeners._answering

    def wrapped(self: Listeners, listener: Listener) -> Callable[..., Any]:
        return original(self, lambda bot, came: given[0] if given else listener(bot, came))

    monkeypatch.setattr(Listeners, "_answering", wrapped)
    request.getfixturevalue("app")
    return given.append


def has_table(seen: Any) -> bool:
    return any(block["type"] == "data_table" for block in seen.surface.blocks)


# By command


@pytest.mark.parametrize("replaces", [True, False])
def test_the_ack_says_it_in_words_and_the_table_follows(
    asked: list[Caller], anna: Person, workspace: Workspace, replaces: bool
) -> None:
    workspace.replaces_answers = replaces
    acks = []
    transport = workspace.transport
    workspace.transport = lambda headers, body: acks.append(transport(headers, body)) or acks[-1]
    anna.types("/track status")
    assert "data_table" not in acks[0].body
    assert json.loads(acks[0].body)["blocks"][0]["text"]["text"] == unbroken(TEXT)
    assert has_table(anna.last)
    assert "Acme GmbH · 2:00" in anna.last.plain()
    assert [has_table(seen) for seen in anna.messages] == ([True] if replaces else [False, True])


def test_the_table_takes_one_of_the_five_uses_of_a_response_url(
    asked: list[Caller], anna: Person, workspace: Workspace
) -> None:
    anna.types("/track status")
    assert [url.uses for url in workspace.urls.values()] == [1]


@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_leaves_the_words_and_is_remembered_for_a_day(
    asked: list[Caller], anna: Person, finn: Person, workspace: Workspace, clock: FrozenClock, answer: Answer
) -> None:
    workspace.refusal = answer
    assert anna.types("/track status").plain().startswith(TEXT)
    assert [seen.plain().startswith(TEXT) for seen in anna.messages] == [True]
    workspace.refusal = None
    clock.forward_by(hours=23)
    finn.types("/track status")
    assert not has_table(finn.last)
    assert [url.uses for url in workspace.urls.values()] == [1, 0]
    clock.forward_by(hours=1)
    finn.types("/track status")
    assert has_table(finn.last)
    assert len(asked) == 2  # nothing is made meanwhile


def test_a_workspace_that_refuses_again_is_left_alone_for_another_day(
    asked: list[Caller], anna: Person, workspace: Workspace, clock: FrozenClock
) -> None:
    workspace.refusal = REFUSALS["400 and its name"]
    for hours in (0, 24, 1):
        clock.forward_by(hours=hours)
        anna.types("/track status")
    assert len(asked) == 2


@pytest.mark.parametrize("answer", [Answer(503), Answer(429), Answer(404, "used_url"), Answer(400, "expired_url")])
def test_what_says_nothing_of_blocks_is_not_remembered(
    asked: list[Caller], anna: Person, workspace: Workspace, answer: Answer
) -> None:
    workspace.refusal = answer
    assert anna.types("/track status").plain().startswith(TEXT)
    anna.types("/track status")
    assert len(asked) == 2


def test_an_answer_whose_time_is_over_keeps_its_words_and_nobody_is_told(
    asked: list[Caller], anna: Person, workspace: Workspace
) -> None:
    workspace.deadlines = replace(workspace.deadlines, response_url=0)
    assert anna.types("/track status").plain().startswith(TEXT)
    assert anna.dm == []
    workspace.violations.clear()


def test_a_table_that_waited_too_long_for_a_thread_is_not_made(
    asked: list[Caller], anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.showing.SHOWN_WITHIN", 0)
    assert anna.types("/track status").plain().startswith(TEXT)
    assert (asked, anna.dm) == ([], [])


def test_whoever_is_killed_behind_the_ack_has_answered(
    asked: list[Caller], anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.showing.show", lambda *_: None)
    assert anna.types("/track status").plain().startswith(TEXT)


def test_a_refusal_that_cannot_be_noted_costs_one_try_more(
    asked: list[Caller], anna: Person, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("", {}, Exception())

    workspace.refusal = REFUSALS["200 and JSON"]
    with monkeypatch.context() as broken:
        broken.setattr("storage.people.keep_plain", locked)
        assert anna.types("/track status").plain().startswith(TEXT)
    anna.types("/track status")
    anna.types("/track status")
    assert len(asked) == 2
    assert anna.dm == []


@pytest.mark.expects_errors
@pytest.mark.parametrize("how", [Person.types, Person.writes, Person.mentions])
def test_a_table_that_cannot_be_made_leaves_the_words(anna: Person, monkeypatch: pytest.MonkeyPatch, how: Any) -> None:
    answer = Say(message(TEXT), rich=lambda: {}["nothing"])
    monkeypatch.setitem(track._ANSWERS, grammar.Status, lambda *_: answer)
    assert how(anna, "/track status" if how is Person.types else "status").plain().startswith(TEXT)
    assert [seen for seen in anna.dm if "error" in seen.plain()] == []


# By click


@pytest.mark.parametrize("how", [Person.types, Person.writes])
def test_a_click_is_answered_with_the_table_in_place(
    answering: Callable[[Say], None], asked: list[Caller], anna: Person, workspace: Workspace, how: Any
) -> None:
    how(anna, "/track status" if how is Person.types else "status")
    before = anna._looks_at
    answering(Say(message("Now"), rich=lambda: message("Now", [section("Now"), *TABLE])).instead())
    anna.clicks("Again")
    seen = [one for one in workspace.messages(anna.id, before) if one.author == workspace.team.bot_user]
    assert ("Now", True) in [(one.text, any(block["type"] == "data_table" for block in one.blocks)) for one in seen]
    assert TEXT not in [one.text for one in seen]


def test_a_click_is_answered_in_words_where_the_table_is_refused(
    answering: Callable[[Say], None], asked: list[Caller], anna: Person, workspace: Workspace
) -> None:
    anna.types("/track status")
    workspace.refusal = REFUSALS["500 and no word"]
    answering(Say(message("Now"), rich=lambda: message("Now", [*TABLE])).instead())
    anna.clicks("Again")
    assert [seen.plain() for seen in anna.messages] == ["Now"]
    assert sorted(url.uses for url in workspace.urls.values()) == [1, 2]
    anna.types("/track status")
    assert not has_table(anna.last)


def test_in_a_window_it_is_said_in_words(
    answering: Callable[[Say], None], asked: list[Caller], projects: None, anna: Person
) -> None:
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    answering(Say(message("Now"), rich=lambda: message("Now", [*TABLE])))
    anna.modal.click("Split …")
    assert anna.modal.plain() == "Now"


# By message


def test_what_is_written_is_answered_in_words_that_the_table_replaces(
    asked: list[Caller], anna: Person, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[state.Message] = []
    monkeypatch.setattr(workspace, "overhear", posted.append)
    anna.writes("status")
    assert [any(block["type"] == "data_table" for block in said.blocks) for said in posted][-1:] == [False]
    assert has_table(anna.dm[-1])
    assert anna.dm[-1].surface.id == posted[-1].id


def test_a_mention_is_answered_with_the_table_at_once(asked: list[Caller], anna: Person) -> None:
    anna.writes("status")
    answer = anna.mentions("status")
    assert has_table(answer)
    assert len([seen for seen in anna.messages if seen.surface.only_for]) == 1


@pytest.mark.parametrize("how", [Person.writes, Person.mentions])
def test_a_refusal_of_what_was_written_leaves_the_words_and_is_remembered(
    asked: list[Caller], anna: Person, workspace: Workspace, how: Any, run_jobs: Callable[[], int], clock: FrozenClock
) -> None:
    workspace.refusal = REFUSALS["400 and its name"]
    assert how(anna, "status").plain().startswith(TEXT)
    assert how(anna, "status").plain().startswith(TEXT)
    assert len(asked) == 1
    before = len(anna.dm), len(anna.messages)
    clock.forward_by(minutes=1)
    run_jobs()
    assert (len(anna.dm), len(anna.messages)) == before


def test_a_table_that_slack_does_not_take_now_leaves_the_words(
    asked: list[Caller], anna: Person, workspace: Workspace, run_jobs: Callable[[], int], clock: FrozenClock
) -> None:
    workspace.fail_next("chat.update")
    assert anna.writes("status").plain().startswith(TEXT)
    clock.forward_by(minutes=1)
    run_jobs()
    assert len([seen for seen in anna.dm if seen.text == TEXT]) == 1


@pytest.mark.parametrize("failing", ["chat.postMessage", "chat.postEphemeral"])
def test_an_answer_that_is_left_to_its_job_is_said_once_and_in_words(
    asked: list[Caller],
    anna: Person,
    workspace: Workspace,
    run_jobs: Callable[[], int],
    clock: FrozenClock,
    failing: str,
) -> None:
    anna.types("/track help")
    workspace.fail_next(failing)
    tell = anna.writes if failing == "chat.postMessage" else anna.mentions
    tell("status")
    clock.forward_by(minutes=1)
    run_jobs()
    answers = [seen for seen in [*anna.dm, *anna.messages] if seen.text == TEXT]
    assert [has_table(seen) for seen in answers] == [False]


# What Slack says


@pytest.mark.parametrize(
    ("said", "is_noted"),
    [
        ({"error": "invalid_blocks"}, True),
        ({"error": "invalid_blocks_format"}, True),
        ({"error": "unsupported_block_type"}, True),
        ({"error": "invalid_arguments", "response_metadata": {"messages": ["[ERROR] unknown block type"]}}, True),
        ({"error": "invalid_arguments", "response_metadata": {"messages": ["[ERROR] missing required field"]}}, False),
        ({"error": "msg_blocks_too_long"}, False),
        ({"error": "block_mismatch"}, False),
        ({"error": "ratelimited"}, False),
        ({"error": "message_not_found"}, False),
        ({}, False),
    ],
)
def test_what_the_web_api_says_of_blocks_is_a_refusal(said: dict[str, Any], is_noted: bool) -> None:
    assert refusals.is_refusal(SlackApiError("no", said)) is is_noted


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("ok", ""),
        ("", ""),
        ('{"ok":true}', ""),
        ("<html>fine</html>", ""),
        ("invalid_blocks\n", "invalid_blocks"),
        ('{"ok":false,"error":"no_text"}', "no_text"),
        ('{"broken', ""),
        ("[]", ""),
    ],
)
def test_an_error_is_found_in_whatever_shape_it_has(body: str, error: str) -> None:
    assert refusals.error_in(body) == error
    assert refusals.is_taken(200, body) is not bool(error)
    assert refusals.is_taken(500, body) is False


# Blocks


def test_windows_and_the_home_take_none() -> None:
    with pytest.raises(ValueError, match="data_table"):
        modal("x", "X", [*TABLE], close="Close")
    for surface in ("modal", "home"):
        assert check_blocks([*TABLE], surface) == ["blocks: data_table is only for messages"]
        assert check_blocks([*CHART], surface) == ["blocks: data_visualization is only for messages"]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=300)
NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.decimals(-(10**6), 10**6, places=2))
CELLS = st.one_of(NAMES, st.builds(Number, NUMBERS, st.text("0123456789:,. €", max_size=20)))


@given(
    NAMES, st.lists(NAMES, min_size=1, max_size=25), st.lists(st.lists(CELLS, max_size=25), max_size=130), st.integers()
)
def test_every_table_is_one_that_slack_takes(
    caption: str, header: list[str], rows: list[list[native.Cell]], size: int
) -> None:
    blocks = data_table(caption, header, rows, page_size=size, row_header=size)
    assert bool(blocks) == bool(rows)
    assert not blocks or check_blocks(blocks, "message") == []
    json.dumps(blocks)


def test_a_long_table_keeps_its_rows_and_shortens_its_texts() -> None:
    rows = [(f"{n} {'x' * 140}", f"{n} {'y' * 140}", Number(n, f"{n}:00")) for n in range(100)]
    blocks = data_table("Long", ["A", "B", "Time"], rows)
    assert native.rows_shown(blocks) == 100
    assert check_blocks(blocks, "message") == []
    assert data_table("Long", ["A"] * 20, [["x" * 30] * 20] * 100)[0]["rows"][1][0]["text"] == "x" * 30


@given(NAMES, st.lists(st.tuples(NAMES, NUMBERS), max_size=25))
def test_every_chart_is_one_that_slack_takes(title: str, bars: list[tuple[str, int | Decimal]]) -> None:
    blocks = bar_chart(title, bars, measured="Hours")
    assert bool(blocks) == (len(bars) <= native.MOST_CATEGORIES and any(value for _, value in bars))
    assert not blocks or check_blocks(blocks, "message") == []
    json.dumps(blocks)


def test_small_shares_are_put_together_and_nothing_of_the_whole_is_lost() -> None:
    shares = [(f"Customer {n}", n) for n in range(10)]
    assert biggest(shares, 3, rest="Others") == [("Customer 9", 9), ("Customer 8", 8), ("Others", 28)]
    assert biggest(shares[:2], 3, rest="Others", besides=5) == [*shares[:2], ("Others", 5)]
    assert biggest(shares[:3], 3, rest="Others", besides=5) == [("Customer 2", 2), ("Customer 1", 1), ("Others", 5)]


def test_names_that_are_alike_at_their_beginning_stay_apart() -> None:
    names = ["Beispielagentur Nord GmbH", "Beispielagentur Nord AG", "Beispielagentur Nord"]
    (drawn,) = bar_chart("Time", [(name, 1) for name in names], measured="Hours")
    labels = drawn["chart"]["axis_config"]["categories"]
    assert labels == ["Beispielagentur Nor…", "Beispielagentur N… 2", "Beispielagentur Nord"]


def test_what_would_be_drawn_by_half_is_not_drawn() -> None:
    assert bar_chart("Time", [(str(n), 1) for n in range(21)], measured="Hours") == []
    assert bar_chart("Time", [("Mon", 0), ("Tue", 0)], measured="Hours") == []
    assert data_table("Time", ["Customer"], []) == []

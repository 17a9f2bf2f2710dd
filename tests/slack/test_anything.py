"""Whatever is typed or forged gets an answer and does no harm; whatever a command did, undo takes back."""

import json
import time
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import App, BoltRequest
from sqlalchemy import select

from bot.core.context import Bot
from bot.grammar.refusals import NotUnderstood
from bot.grammar.values import LONGEST_TEXT, Edit, Form, Gaps, Help, List, Status, Unknown
from bot.people.callers import acting
from bot.slack.blocks import unescaped
from playground.person import Person
from playground.slack.deliver import signed
from playground.slack.state import Answer
from playground.slack.workspace import Workspace
from storage import people as people_rows
from storage.tables import breaks, entries
from tests.conftest import FrozenClock
from tests.grammar.kit import parse

WORDS = r"""
start stop switch continue log buche list liste edit ändere split teile delete lösche undo rückgängig tag note notiz
gaps lücken status help hilfe wechsle weiter acme website app shop söhne bäckerei design travel "acme / website"
#call -#call #12 --nb nicht abrechenbar billable since seit vor ago from bis to um at 9 9:15 17:30 25:61 8-9 8-9:30 1h
1,5h 90m 1:30 99999999999999999999h 0h -1h yesterday gestern heute monday montag 2026-03-09 31.2. 9.3. week woche
last month : :: — & &amp; &lt;b&gt; <!channel> <@U1> *_~` {what} %s \ ' " „ “ 🚀 👩‍👩‍👧 שלום مرحبا é ﷺ ①
"""
SOME = st.sampled_from(WORDS.split())
TYPED = (
    st.lists(SOME, max_size=9).map(" ".join)
    | st.tuples(SOME, st.text(max_size=LONGEST_TEXT)).map(" ".join)
    | st.tuples(SOME, SOME, st.integers(1, 1500)).map(lambda part: f"{part[0]} {(part[1] + ' ') * part[2]}")
).map(lambda text: text[:LONGEST_TEXT])


@given(typed=TYPED)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered_soon_and_changes_nothing_unless_it_was_understood(
    projects: None, anna: Person, bot: Bot, typed: str
) -> None:
    before = written(bot)
    began = time.process_time()
    answer = anna.types(f"/track {typed}")
    assert time.process_time() - began < 3
    assert answer or anna.sees_modal
    if answer:
        assert "(error E-" not in answer.plain()
        assert answer.pings == ()
    while anna.sees_modal:
        anna.modal.close()
    if changes_nothing(bot, typed):
        assert written(bot) == before


@pytest.mark.parametrize(
    "typed",
    [
        "start shop: other #x",
        "start shop since 9:50",
        "log 7-8 acme app #a: b",
        "log 20m shop yesterday",
        "stop: done #x",
        "stop 9:58",
        "switch shop",
        "switch: something else",
        "continue",
        "split 9:00",
        "delete",
        "delete 8:30",
        "tag #two -#one 8:30",
        "tag #two",
        "note more words",
        "note 8:30: more words",
    ],
)
def test_undo_after_any_command_restores_the_rows(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, typed: str
) -> None:
    anna.types("/track log 8-9:30 acme website #one: first")
    anna.types("/track start acme website since 9:40")
    clock.forward_by(seconds=61)
    before = written(bot)
    anna.types(f"/track {typed}")
    assert written(bot) != before
    assert "Undone" in typed_and_read(anna, "/track undo")
    assert written(bot) == before


@pytest.mark.parametrize(
    "value", ["", "abc", "-1", "0", "9" * 30, "1:2:3", "a:b", "1:999999", "2026-99-99", "\x00", "9" * 3000]
)
@pytest.mark.parametrize(
    ("typed", "button"),
    [
        ("log 8-9 acme website", "Undo"),
        ("log 8-9 acme website", "Edit …"),
        ("gaps", "It was a break"),
        ("start acme", "Acme GmbH › Website"),
        ("start acme website", "Stop"),
        ("log acme website", "Fill in the form …"),
    ],
)
def test_a_button_with_a_forged_value_is_answered_politely_and_changes_nothing(
    projects: None, anna: Person, app: App, bot: Bot, workspace: Workspace, typed: str, button: str, value: str
) -> None:
    click = clicked(anna, workspace, typed, button)
    before = written(bot)
    assert sent(app, changed(click, ("actions", 0, "value"), value)) == 200
    workspace.idle()
    assert written(bot) == before
    assert "(error E-" not in " ".join(anna.sees)


@pytest.mark.parametrize("kept", ["", "abc", "[]", "null", '{"entry": 1}', '{"mode": "x", "span": [1]}'])
def test_a_form_with_forged_metadata_is_answered_politely_and_changes_nothing(
    projects: None, anna: Person, app: App, bot: Bot, workspace: Workspace, kept: str
) -> None:
    anna.types("/track")
    anna.modal.fill("Project", "Website")
    anna.modal.submit()
    submission = last_sent(workspace)
    before = written(bot)
    assert sent(app, changed(submission, ("view", "private_metadata"), kept)) == 200
    assert written(bot) == before


def written(bot: Bot) -> list[Any]:
    """All rows of entries and breaks."""
    with bot.database.read() as db:
        return [sorted(db.execute(select(table)).all(), key=lambda row: row.id) for table in (entries, breaks)]


def changes_nothing(bot: Bot, typed: str) -> bool:
    """Whether this is no command that writes."""
    with bot.database.read() as db:
        caller = acting(people_rows.get_person(db, 1), now=bot.now(), request="")
    try:
        command = parse(unescaped(typed.strip()), now=caller.now, zone=caller.reader.zone)
    except NotUnderstood:
        return True
    return isinstance(command, Edit | Form | Gaps | Help | List | Status | Unknown)


def typed_and_read(who: Person, typed: str) -> str:
    answer = who.types(typed)
    return answer.plain() if answer else ""


def clicked(who: Person, workspace: Workspace, typed: str, button: str) -> dict[str, Any]:
    """What Slack sends for a click on this button, with which nothing is done yet."""
    who.types(f"/track {typed}")
    answering, workspace.transport = workspace.transport, lambda _headers, _body: Answer(200, "")
    who.clicks(button)
    workspace.transport = answering
    return last_sent(workspace)


def last_sent(workspace: Workspace) -> dict[str, Any]:
    last = workspace._courier.last
    assert last is not None
    payload: dict[str, Any] = json.loads(parse_qs(last.body)["payload"][0])
    return payload


def changed(payload: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The payload with another value at this place, as a delivery of its own."""
    forged: Any = deepcopy(payload)
    if "view" in forged:
        forged["view"]["hash"] = "another"
    inner = forged
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return dict(forged)


def sent(app: App, payload: dict[str, Any]) -> int:
    """The status of the answer."""
    body, kind = urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
    status: int = app.dispatch(
        BoltRequest(body=body, headers=signed("playground", body, kind, int(time.time())))
    ).status
    return status

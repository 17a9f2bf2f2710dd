"""What is not one's own, or not ours at all: every button, menu and form of the app refuses it and stays polite.

The list of what is tried is made from what the app registers, so that nothing new is forgotten.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt import App
from sqlalchemy import insert, select

from bot.app import build
from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot
from bot.http.door import door
from playground.person import Person
from playground.slack import payloads
from playground.slack.deliver import FORM, signed
from playground.slack.workspace import Workspace
from storage import catalog as catalog_rows
from storage import people as people_rows
from storage.rows import insert_row
from storage.tables import Break, ChannelLink, InvoiceDraft, audits, metadata, questions, table
from tests.conftest import T0
from tests.deeds import add_entry

ELSEWHERE, OF_FINN, DELETED = 9001, 9002, 9003
SECRET = "Secret Ltd"
GARBAGE = ["", "x", "-1", "0", "1.5", "٣", "null", "{}", "1:2:3:4", "a/b/c", "9" * 30, "2026-02-30", "\x00", "x" * 2000]
GARBAGE += ["0001-01-01", "9999-12-31", "1:1", "2:1", f"{10**18}:1:1", "1773133200:1773129600"]
MEANT = {("invoice_open", "{}")}
"""No garbage there: the filter that lets all pass. Whoever bills may open the invoice of all open time."""
SAMPLES = {
    "^(question_answer:\\d+|question_pick)$": "question_answer:0",
    "^question_form:\\d+$": "question_form:1",
    "^link": "link",
    "": "of_an_older_version",
}
"""What fits a pattern that is more than a word with a choice behind its colon."""


@pytest.fixture
def registered(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Kind of listener -> an id that each of its listeners hears."""
    heard: dict[str, list[str]] = {"action": [], "view": [], "options": []}

    def recording(kind: str) -> Callable[..., Any]:
        original = getattr(App, kind)

        def register(self: App, constraints: Any, *args: Any, **kwargs: Any) -> Any:
            heard[kind].append(sample(constraints))
            return original(self, constraints, *args, **kwargs)

        return register

    for kind in heard:
        monkeypatch.setattr(App, kind, recording(kind))
    build(bot)
    monkeypatch.undo()
    return heard


def sample(constraint: str | re.Pattern[str]) -> str:
    """An id that a listener hears."""
    if isinstance(constraint, str):
        return constraint
    pattern = constraint.pattern
    found = SAMPLES.get(pattern) or re.sub(r"[\^$]|\((\w+)[^)]*\)|\[(\d)[^]]*\]", r"\1\2", pattern)
    found += "x" if found.endswith(":") else ""
    assert constraint.search(found), f"add a sample for {pattern}"
    return found


@pytest.fixture
def world(projects: None, anna: Person, finn: Person, bot: Bot) -> Bot:
    """Anna's own work, Finn's under the ids OF_FINN, and another workspace's under ELSEWHERE; DELETED is nothing's."""
    anna.types("/track log 8-9 acme website")
    finn.types("/track hilfe")
    with bot.database.write() as db:
        elsewhere = people_rows.ensure_workspace(db, "T_ELSEWHERE", at=T0)
        stranger = {"name": "Stranger", "zone": "UTC", "locale": "en-US", "role": "member", "is_guest": False}
        people_rows.add_person(db, elsewhere, slack_id="U_STRANGER", at=T0, **stranger)
        theirs = people_rows.find_person(db, team="T_ELSEWHERE", slack_id="U_STRANGER")
        of_finn = people_rows.find_person(db, team=anna.workspace.team.id, slack_id=finn.id)
        assert theirs
        assert of_finn
        named = {"workspace_id": elsewhere, "name": SECRET, "name_key": name_key(SECRET)}
        db.execute(insert(catalog_rows.customers).values(id=ELSEWHERE, **named))
        db.execute(insert(catalog_rows.projects).values(id=ELSEWHERE, customer_id=ELSEWHERE, **named))
        db.execute(insert(catalog_rows.services).values(id=ELSEWHERE, **named))
        owners = ((ELSEWHERE, elsewhere, theirs.person_id, ELSEWHERE), (OF_FINN, 1, of_finn.person_id, 1))
        for row_id, workspace_id, person_id, customer_id in owners:
            whose = {"id": row_id, "workspace_id": workspace_id, "person_id": person_id}
            day = {"started_at": T0 - timedelta(hours=9), "ended_at": T0 - timedelta(hours=8)}
            add_entry(db, customer_id=customer_id, note=SECRET, **whose, **day)
            rest = {"started_at": T0 - timedelta(hours=5), "ended_at": T0 - timedelta(hours=4)}
            insert_row(db, Break, **whose, **rest)
            command = {"words": [SECRET], "note": SECRET, "start": None}
            db.execute(insert(questions).values(**whose, asked_at=T0, command=command))
            db.execute(
                insert(audits).values(
                    **whose, at=T0, subject="entry", subject_id=row_id, action="log", why="", request=f"r{row_id}"
                )
            )
        draft = {"workspace_id": elsewhere, "customer_id": ELSEWHERE, "created_by": theirs.person_id, "created_at": T0}
        db.execute(insert(table(InvoiceDraft)).values(id=ELSEWHERE, attempts=0, state="open", currency="EUR", **draft))
        link = {
            "workspace_id": elsewhere,
            "channel_id": "C_ELSEWHERE",
        }
        link |= {"customer_id": ELSEWHERE, "linked_by": theirs.person_id, "linked_at": T0}
        db.execute(insert(table(ChannelLink)).values(id=ELSEWHERE, **link))
    anna.types("/track status")
    return bot


def test_no_button_or_menu_reaches_what_is_not_ones_own(
    world: Bot, anna: Person, registered: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    shapes = [
        (number, value)
        for number in (ELSEWHERE, OF_FINN, DELETED)
        for value in (f"{number}", f"{number}:{number}:{number}", f"1:1:{number}", "C_ELSEWHERE")
    ]
    for action_id in registered["action"]:
        with refused(world, anna, action_id, caplog):
            for number, value in shapes:
                click(anna, action_id, f"question:{number}:{number}", value)
            for number, value in shapes[::4]:
                click(anna, action_id, f"question:{number}:{number}", value, form=kept(number))


def test_no_button_takes_what_was_kept_for_another(
    world: Bot, anna: Person, registered: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    anna.types("/track log 7-8 acme website")
    anna.types("/track tag today #late")
    with world.database.read() as db:
        (kept_for_tags,) = db.execute(select(questions.c.id).where(questions.c.person_id == 1)).scalars()
    for action_id in registered["action"]:
        with refused(world, anna, action_id, caplog):
            click(anna, action_id, f"question:{kept_for_tags}", f"1:1:{DELETED}")


def test_no_form_reaches_what_is_not_ones_own(
    world: Bot, anna: Person, registered: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    for callback_id in registered["view"]:
        with refused(world, anna, callback_id, caplog):
            for number in (ELSEWHERE, OF_FINN, DELETED):
                submit(anna, callback_id, kept(number), str(number))
                submit(anna, callback_id, kept(number), f"{number}:{number}")


def test_no_menu_offers_what_is_not_ones_own(
    world: Bot, anna: Person, registered: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    for action_id in registered["options"]:
        with refused(world, anna, action_id, caplog):
            for form in (kept(ELSEWHERE), "{", ""):
                searched = {"action_id": action_id, "block_id": "x", "value": "secret", "view": view(anna, "x", form)}
                assert SECRET not in send(anna, "block_suggestion", **searched), action_id


def test_garbage_in_buttons_is_refused_politely(
    world: Bot, anna: Person, registered: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    for action_id in registered["action"]:
        with refused(world, anna, action_id, caplog):
            for garbage in GARBAGE:
                if (action_id, garbage) not in MEANT:
                    click(anna, action_id, garbage[:50], garbage)
            for garbage in GARBAGE[::3]:
                click(anna, action_id, garbage[:50], garbage, form=garbage)


def test_garbage_in_forms_is_refused_politely(
    world: Bot, anna: Person, registered: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    for callback_id in registered["view"]:
        with refused(world, anna, callback_id, caplog):
            for garbage in [*GARBAGE, "[]", "[1]", '"x"', '{"entry": {}, "draft": [], "question": "x", "line": 7}']:
                submit(anna, callback_id, garbage, garbage)


@pytest.mark.parametrize(
    "torn",
    [
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": None},
        {"type": "block_actions", "actions": ["x"]},
        {"type": "block_actions", "actions": [{"action_id": "entry_edit"}]},
        {"type": "block_actions"},
        {"type": "view_submission"},
        {"type": "view_submission", "view": None},
        {"type": "view_submission", "view": {}},
        {"type": "view_submission", "view": "x"},
        {"type": "view_closed", "view": []},
        {"type": "block_suggestion", "user": None},
        {"type": "block_actions", "user": None, "actions": [{"action_id": "entry_edit", "action_ts": "1.1"}]},
        {"type": "block_actions", "user": {}, "actions": [{"action_id": "entry_edit", "action_ts": "1.1"}]},
        {"type": "event_callback", "event": None},
        {"type": "event_callback", "event": {}},
        {"type": "event_callback", "event": {"type": "app_home_opened"}},
        {"type": "event_callback", "event": {"type": "user_change", "user": [1]}},
        {"type": "event_callback", "event": {"type": "channel_archive", "channel": {}}},
        {"type": "shortcut"},
        {"type": "message_action", "message": 1, "callback_id": "track_message"},
        {"type": "message_action", "message": {}, "team": ["x"], "callback_id": "track_message"},
        {"type": "message_action", "message": {"text": 1}, "callback_id": "track_message"},
        {"type": "message_action", "message": {"text": "half \ud83d"}, "callback_id": "track_message"},
        {"type": "block_actions", "actions": [{"action_id": 7, "action_ts": "1.1"}]},
        {"type": "block_suggestion", "action_id": 7, "block_id": []},
        {"type": "view_submission", "view": {"id": "V", "callback_id": "x", "blocks": 5}},
        *(
            {"type": "shortcut", name: wrong}
            for name in ("team", "user", "channel")
            for wrong in (1, True, {"id": [1]})
        ),
        {"type": "shortcut", "user": ["x"]},
        {"type": "shortcut", "authorizations": 1},
        {"type": "shortcut", "enterprise": 1},
    ],
)
def test_a_torn_envelope_is_refused(
    app: App, bot: Bot, anna: Person, workspace: Workspace, torn: dict[str, Any]
) -> None:
    body = json.dumps({"team": {"id": workspace.team.id}, "user": {"id": anna.id}} | torn)
    assert posted(app, bot, urlencode({"payload": body})) in (200, 400, 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"callback_id": "track\x00"},
        {"callback_id": "x" * 501},
        {"trigger_id": "half \ud83d"},
        {"response_url": "half \ud83d"},
        {"channel_id": "C1\n"},
        {"channel_id": "C\u0661"},
        {"channel_id": "C" * 41},
        {"channel_id": ""},
    ],
)
def test_a_name_or_an_id_that_slack_never_gives_is_refused(
    app: App, bot: Bot, anna: Person, workspace: Workspace, wrong: dict[str, str]
) -> None:
    shortcut = {"type": "shortcut", "callback_id": "nobody", "team": {"id": workspace.team.id}, "user": {"id": anna.id}}
    assert posted(app, bot, urlencode({"payload": json.dumps(shortcut)})) != 400
    assert posted(app, bot, urlencode({"payload": json.dumps(shortcut | wrong)})) == 400


@pytest.mark.parametrize("body", ["payload={", "payload=1", "payload=[]", "{", "payload=" + "[" * 100_000])
@pytest.mark.parametrize(("secret", "status"), [("playground", {200, 400, 404}), ("somebody else's", {400, 401})])
def test_what_is_no_request_of_slacks_is_refused(app: App, bot: Bot, body: str, secret: str, status: set[int]) -> None:
    assert posted(app, bot, body, secret=secret) in status


def posted(app: App, bot: Bot, body: str, *, secret: str = "playground") -> int:
    """The status that the HTTP server answers."""
    with httpx.Client(transport=httpx.WSGITransport(app=door(app, bot))) as client:
        headers = signed(secret, body, FORM, int(time.time()))
        return client.post("http://bot/slack/events", content=body, headers=headers).status_code


@contextmanager
def refused(bot: Bot, who: Person, name: str, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing changed, nothing of others was shown, and nothing went wrong on our side."""
    before = rows(bot)
    yield
    who.waits()
    after = rows(bot)
    assert {name: after[name] for name in after if after[name] != before[name]} == {}, name
    errors = [record for record in caplog.records if record.levelname == "ERROR" and record.name.startswith("bot")]
    assert [f"{record.getMessage()} {record.exc_info}" for record in errors] == [], name
    shown = [seen.plain() for seen in (*who.messages, *who.dm)]
    assert SECRET not in " ".join(shown), name


def rows(bot: Bot) -> dict[str, list[Any]]:
    """All that is stored, but for when who was seen."""
    with bot.database.read() as db:
        return {
            name: db.execute(select(part).order_by(*part.primary_key)).all()
            for name, part in metadata.tables.items()
            if name not in ("delivery", "person")
        }


def kept(number: int) -> str:
    """What a form may keep, with the same id in all of it."""
    names = ("entry", "draft", "question", "customer_id", "service", "project")
    asked = {"customers": [number], "projects": [number], "services": [number], "people": [number]}
    filters = {"said_at": "", "opened_at": "2026-03-10T09:00:00Z", "channel_id": "", "first": None, "last": None}
    of_reports = {"query": {"filter": asked, "by": ["customer"]}, "by": ["customer", None], "team": True}
    one = {"line": f"{number}:{number}", "day": "2026-03-10"}
    return json.dumps(dict.fromkeys(names, number) | one | filters | of_reports)


def click(who: Person, action_id: str, block_id: str, value: str, *, form: str | None = None) -> None:
    """Press a button that nobody was shown: in a message, or in a modal that keeps `form`."""
    action = {"type": "button", "action_id": action_id, "block_id": block_id, "value": value}
    with who.workspace.change():
        action["action_ts"] = who.workspace.new_ts()
        url = who.workspace.new_url(who.id, who.channel)
    where = {"response_url": url} if form is None else {"view": view(who, "x", form)}
    send(who, "block_actions", actions=[action], **where)


def submit(who: Person, callback_id: str, form: str, value: str) -> None:
    """Submit a modal that nobody was shown, with the same value in every field."""
    send(who, "view_submission", view=view(who, callback_id, form, value))


FIELDS = re.findall(
    r"\w+",
    """
    target customer project service note tags day start end duration at several billable delete ours theirs since
    new_customer period article title description rate address language clock working_days work_starts work_ends
    summary reminders shown_unit week_start day_seconds overlaps not_billable person role
    shown_as span first last customers projects services people text billed by_first by_second channel amounts
    """,
)
"""The names of all fields of all forms."""


def view(who: Person, callback_id: str, form: str, value: str = "") -> dict[str, Any]:
    """A modal as Slack would send it."""
    values = {name: {name: {"type": "plain_text_input", "value": value}} for name in FIELDS}
    title = {"type": "plain_text", "text": "x"}
    return {
        "hash": "1",
        "type": "modal",
        "title": title,
        "close": title,
        "blocks": [],
        "callback_id": callback_id,
        "private_metadata": form,
        "state": {"values": values},
        "team_id": who.workspace.team.id,
        "previous_view_id": "V0",
    }


def send(who: Person, kind: str, **more: Any) -> str:
    """The bot's answer to an interaction. One in a modal comes from one that is open, alone."""
    workspace = who.workspace
    with workspace.change():
        more["trigger_id"] = workspace.new_trigger(who.id)
        member = workspace.person(who.id)
        workspace.clear_views(who.id)
        if "view" in more:
            text = {"type": "plain_text", "text": "x"}
            shown = {"type": "modal", "title": text, "blocks": [{"type": "section", "text": text}]}
            more["view"]["id"] = workspace.open_view(who.id, shown).id
    payload = payloads.interaction(workspace.team, kind, member, **more)
    body = urlencode({"payload": json.dumps(payload)})
    answer = workspace.transport(signed("playground", body, FORM, int(time.time())), body)
    workspace.idle()
    assert answer.status == 200, (kind, more)
    return answer.body

"""Signed payloads in shapes that Slack never sends: none ends in an error of ours, and none in a 5xx.

Real payloads of a day's work, each changed in one to three places. `make fuzz` sends 100,000 on each database.
"""

import json
import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient, WebhookResponse

from bot.core.context import Bot
from playground.person import Person, person
from playground.slack.deliver import FORM, JSON
from playground.slack.payloads import user as user_object
from playground.slack.workspace import Workspace
from tests.conftest import FrozenClock
from tests.http.test_door import headers, posted

Path = tuple[str | int, ...]
Payload = tuple[str, dict[str, Any]]
"""A content type, and what is sent: fields of a form, or JSON."""

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, float("nan"), "", " ", "x", "\x00", "\ud83d", "🚀" * 50, "x" * 5000),
    *([], {}, [None], [[]], [{}], {"id": None}, {"id": 7}, {"id": "x" * 500}, {"": ""}, {"type": "x"}, ["x"] * 300),
    *("T_ELSEWHERE", "block_actions", "view_submission", "event_callback", "../../etc", "<!channel>", "%s{x}"),
)


NAMES = ("type", "command", "event", "view", "actions", "team", "value", "selected_option", "response_url")


@pytest.fixture
def payloads(app: App, anna: Person, projects: None, workspace: Workspace, clock: FrozenClock) -> list[Payload]:
    """Everything that Slack sends while people work: commands, clicks, searches, forms, shortcuts and events."""
    heard: list[Payload] = []
    answering = workspace.transport

    def listen(sent: dict[str, str], body: str) -> Any:
        heard.append((sent["Content-Type"], read(sent["Content-Type"], body)))
        return answering(sent, body)

    heard.append((JSON, {"type": "url_verification", "challenge": "c", "token": "x"}))
    heard.append((FORM, {"ssl_check": "1", "token": "x"}))
    workspace.transport = listen
    work(anna, workspace, clock)
    workspace.transport = answering
    workspace.idle()
    return heard


def work(anna: Person, workspace: Workspace, clock: FrozenClock) -> None:
    """A bit of everything."""
    for typed in (
        "status",
        "help",
        "log 8-9 acme website #one: note",
        "start acme website",
        "list",
        "gaps",
        "nonsense",
    ):
        anna.types(f"/track {typed}")
        clock.forward_by(minutes=3)
    anna.clicks("Stop")
    anna.opens_home()
    anna.types("/track")
    anna.modal.options("Project", "web")
    anna.modal.fill("Project", "Website")
    anna.modal.fill("Note", "typed into the form")
    anna.modal.submit()
    anna.types("/track log 10-11 acme website")
    anna.clicks("Edit …")
    anna.modal.submit()
    anna.types("/track settings")
    anna.modal.click("More settings")
    anna.modal.submit()
    anna.types("a message")
    anna.uses("Track time on this", on=anna.last)
    anna.modal.close()
    anna.writes("log 20m acme app: written")
    anna.mentions("status", thread=anna.last)
    anna.writes("settings")
    anna.clicks(anna.dm[-1].buttons[0])
    anna.modal.close()
    workspace.change_person(anna.id, zone="Europe/Vienna")


def read(kind: str, body: str) -> dict[str, Any]:
    if kind == JSON:
        event: dict[str, Any] = json.loads(body)
        return event
    fields: dict[str, Any] = dict(parse_qsl(body, keep_blank_values=True))
    return {"payload": json.loads(fields["payload"])} if "payload" in fields else fields


def written(kind: str, payload: dict[str, Any]) -> str:
    if kind == JSON:
        return json.dumps(payload)
    flat = {name: value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()}
    return urlencode(flat, errors="replace")


def places(part: Any, path: Path = ()) -> Iterator[Path]:
    """Where something stands in it."""
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, value in inside:
        yield (*path, name)
        yield from places(value, (*path, name))


def mutated(payload: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The payload with something else, or nothing, in one to three places."""
    changed = deepcopy(payload)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        where = list(places(changed))
        if not where:
            break
        *above, name = chance.choice(where)
        inner: Any = changed
        for step in above:
            inner = inner[step]
        what = chance.random()
        if what < 0.25:
            del inner[name]
        elif what < 0.35:
            inner[name] = [inner[name]]
        elif what < 0.45:
            inner[name] = json.dumps(inner[name])
        elif what < 0.55 and isinstance(inner, dict):
            inner[chance.choice(NAMES)] = deepcopy(chance.choice(ODD))
        else:
            inner[name] = deepcopy(chance.choice(ODD))
    return changed


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch, workspace: Workspace) -> None:
    """A Slack that agrees with everything, so that only what the bot itself does can go wrong."""
    anna = person(workspace, "Anna Admin")
    user = user_object(workspace.team, workspace.person(anna.id), workspace.clock.now(), with_locale=True)
    agreed = {"ok": True, "user": user, "channel": {"id": "D1"}, "ts": "1.1", "team_id": workspace.team.id}

    def agree(*_args: object, **_more: object) -> dict[str, Any]:
        return agreed

    monkeypatch.setattr(WebClient, "api_call", agree)
    taken = WebhookResponse(url="", status_code=200, body="", headers={})
    monkeypatch.setattr(WebhookClient, "send_dict", lambda *_args: taken)


@pytest.fixture
def printable(monkeypatch: pytest.MonkeyPatch) -> None:
    """What libraries log of half characters could not be carried from a worker to whoever reports."""
    said = logging.LogRecord.getMessage
    monkeypatch.setattr(logging.LogRecord, "getMessage", lambda record: ascii(said(record)))


def test_no_shape_that_slack_never_sends_is_an_error_of_ours(
    payloads: list[Payload],
    always: None,
    printable: None,
    app: App,
    bot: Bot,
    workspace: Workspace,
    pytestconfig: pytest.Config,
    caplog: pytest.LogCaptureFixture,
) -> None:
    count, seed = pytestconfig.getoption("--payloads"), pytestconfig.getoption("--payload-seed")
    chance = random.Random(seed)
    failed: list[str] = []
    statuses: Counter[int] = Counter()
    for number in range(count):
        kind, payload = chance.choice(payloads)
        body = written(kind, mutated(payload, chance))
        caplog.clear()
        status = posted(app, bot, body, headers(body, str(int(time.time()))), CONTENT_TYPE=kind).status
        workspace.idle()
        statuses[status] += 1
        errors = [f"{each.getMessage()} {each.exc_info}" for each in caplog.records if each.levelname == "ERROR"]
        if status >= 500 or errors:
            failed.append(f"{number}: {status} {errors} {body[:3000]}")
            if len(failed) > 9:
                break
    print(f"--payload-seed {seed}: {dict(statuses)}")  # noqa: T201
    assert not failed, f"--payload-seed {seed}\n" + "\n".join(failed)
    assert statuses[200] > count / 10
    assert statuses[400] > count / 10


@pytest.mark.parametrize("name", ["response_url", "trigger_id", "value"])
def test_half_a_character_is_refused_wherever_it_stands(app: App, bot: Bot, anna: Person, name: str) -> None:
    where = {"team": {"id": anna.workspace.team.id}, "user": {"id": anna.id}}
    shortcut = {"type": "shortcut", "callback_id": "track_new", **where}
    for value, status in (("x", {200, 404}), ("half \ud83d", {400})):
        body = written(FORM, {"payload": shortcut | {name: value}})
        assert posted(app, bot, body, headers(body, str(int(time.time())))).status in status
    anna.workspace.idle()
    anna.workspace.violations.clear()

"""People, the App Home, shortcuts and events, and who sees what in the playground's Slack."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from playground.person import Person
from playground.slack.state import Answer, Refused, View
from playground.slack.workspace import Workspace
from tests.playground.slack.kit import NOON, Json, actions, answers, button, field, modal, opens, plain


def test_opening_home_tells_the_bot_and_shows_what_it_publishes(app: App, anna: Person, workspace: Workspace) -> None:
    heard: list[Json] = []

    @app.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        heard.append(event)
        blocks = [{"type": "header", "text": plain("Today")}, actions(button("Refresh"))]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.action("press")
    def press(ack: Any, body: Json) -> None:
        heard.append(body)
        ack()

    assert "Today" in anna.opens_home().text
    assert anna.home.buttons == ["Refresh"]
    anna.clicks("Refresh")
    assert "view" not in heard[0]
    assert heard[1]["view"]["type"] == "home", "from the second time on the event carries the last state"
    assert heard[2]["container"]["type"] == "view"
    assert "response_url" not in heard[2]


def test_a_changed_zone_reaches_the_bot_as_an_event(app: App, anna: Person, workspace: Workspace) -> None:
    heard: list[Json] = []
    app.event("user_change")(lambda event: heard.append(event["user"]))
    workspace.change_person(anna.id, zone="America/New_York", locale="en-US")
    anna.waits()
    assert (heard[0]["tz"], heard[0]["tz_offset"], heard[0]["locale"]) == ("America/New_York", -14400, "en-US")


def test_an_event_repeated_keeps_its_id(app: App, anna: Person, workspace: Workspace) -> None:
    ids: list[str] = []
    app.event("app_home_opened")(lambda body: ids.append(body["event_id"]))
    workspace.opens_home(anna.id).wait()
    workspace.repeat().wait()
    workspace.opens_home(anna.id).wait()
    assert ids[0] == ids[1] != ids[2]


def test_shortcuts_carry_a_trigger_and_the_message(app: App, anna: Person, workspace: Workspace) -> None:
    heard: list[Json] = []

    @app.shortcut("log_time")
    def log_time(ack: Any, body: Json) -> None:
        heard.append(body)
        ack()

    said = workspace.say(anna.id, anna.channel, "call with Acme & Co")
    workspace.shortcut(anna.id, "log_time").wait()
    workspace.shortcut(anna.id, "log_time", said).wait()
    assert [body["type"] for body in heard] == ["shortcut", "message_action"]
    assert "channel" not in heard[0]
    assert heard[1]["message"]["text"] == "call with Acme &amp; Co"


def test_somebody_deactivated_can_do_nothing_more(anna: Person, workspace: Workspace) -> None:
    workspace.change_person(anna.id, deleted=True)
    with pytest.raises(Refused, match="deactivated"):
        anna.types("/track")


def test_nobody_writes_into_somebody_elses_direct_messages(anna: Person, finn: Person, workspace: Workspace) -> None:
    dm = workspace.dm(anna.id).id
    with pytest.raises(Refused, match="is in no channel"):
        workspace.say(finn.id, dm, "hello")
    with pytest.raises(Refused, match="is in no channel"):
        workspace.command(finn.id, dm, "/track")


def test_each_reader_sees_a_date_in_their_own_zone_and_language(app: App, anna: Person, finn: Person) -> None:
    stamp = int((NOON - timedelta(days=1)).timestamp())
    answers(app, f"Since <!date^{stamp}^{{date_short_pretty}} {{time}}|x>", response_type="in_channel")
    anna.types("/track")
    assert anna.sees == ["Since gestern 12:00"]
    assert [text.replace("\u202f", " ") for text in finn.sees] == ["Since yesterday 11:00 AM"]


def test_whoever_listens_hears_of_every_change(app: App, anna: Person, workspace: Workspace) -> None:
    versions: list[int] = []
    answers(app, "hello")
    workspace.listeners.append(lambda: versions.append(workspace.version))
    anna.types("/track")
    assert versions == sorted(versions)
    assert len(versions) >= 2


def test_message_times_grow_even_when_the_clock_stands_still(app: App, anna: Person, workspace: Workspace) -> None:
    answers(app, "hello")
    for _ in range(3):
        anna.types("/track")
    times = [message.ts for message in workspace.messages(anna.id, anna.channel)]
    assert times == sorted(set(times))


def test_what_the_bot_does_after_its_answer_is_waited_for(app: App, anna: Person, workspace: Workspace) -> None:
    later: list[Callable[[], None]] = []

    def finish() -> None:
        for work in later:
            work()

    workspace.idle = finish

    @app.command("/track")
    def track(ack: Any, respond: Any) -> None:
        later.append(lambda: respond(text="and done"))
        ack("on it")

    anna.types("/track")
    assert anna.sees == ["on it", "and done"]


def test_a_view_can_be_addressed_over_the_page_by_its_newest_state(
    app: App, anna: Person, workspace: Workspace
) -> None:
    opens(app, modal(field("Note", "plain_text_input")))
    anna.types("/track")
    held = anna.modal.view
    anna.modal.fill("Note", "typed")
    now = workspace.current(held)
    assert isinstance(now, View)
    assert held.values[("note", "note")]["value"] is None
    assert now.values[("note", "note")]["value"] == "typed"


def test_payloads_of_interactions_come_as_a_form_with_one_json(workspace: Workspace) -> None:
    bodies: list[Json] = []

    def transport(headers: dict[str, str], body: str) -> Answer:
        bodies.append(json.loads(parse_qs(body)["payload"][0]))
        return Answer(200)

    workspace.transport = transport
    with workspace.change():
        view = workspace.open_view("U00000001", modal({"type": "divider"}))
    workspace.submit("U00000001")
    workspace.wait_idle()
    payload = bodies[0]
    assert payload["type"] == "view_submission"
    assert payload["view"]["id"] == view.id
    assert {"team", "user", "api_app_id", "token", "trigger_id", "response_urls"} <= payload.keys()

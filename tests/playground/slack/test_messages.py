"""Commands, and buttons and menus in messages, and what the playground's Slack does not let a bot get away with."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from playground.person import Person, person
from playground.slack.state import Answer, Deadlines, NeedsConfirmation, Refused
from playground.slack.workspace import TROUBLE, Workspace
from tests.playground.slack.kit import Json, actions, answers, button, option, plain


def test_a_reply_is_seen_only_by_the_person_who_typed(app: App, anna: Person, finn: Person) -> None:
    answers(app, "Timer started")
    reply = anna.types("/track start acme")
    assert reply is not None
    assert reply.text == "Timer started"
    assert anna.sees == ["Timer started"]
    assert finn.sees == []


def test_a_reply_to_the_channel_is_seen_by_everybody(app: App, anna: Person, finn: Person) -> None:
    answers(app, "Hello", response_type="in_channel")
    anna.types("/track hello")
    assert finn.sees == ["Hello"]


def test_a_command_carries_what_slack_sends(app: App, anna: Person, workspace: Workspace) -> None:
    heard: list[Json] = []

    @app.command("/track")
    def track(ack: Any, body: Json) -> None:
        heard.append(body)
        ack()

    assert anna.types("/track log 2h <acme> & söhne") is None
    body = heard[0]
    assert (body["command"], body["text"]) == ("/track", "log 2h <acme> & söhne")
    assert (body["user_id"], body["channel_name"]) == (anna.id, "general")
    assert body["response_url"].startswith(f"{workspace.url}/slack/response/")


def test_a_command_in_the_direct_messages_is_called_directmessage(app: App, anna: Person, workspace: Workspace) -> None:
    heard: list[Json] = []

    @app.command("/track")
    def track(ack: Any, body: Json) -> None:
        heard.append(body)
        ack("here")

    workspace.command(anna.id, workspace.dm(anna.id).id, "/track")
    anna.waits()
    assert heard[0]["channel_name"] == "directmessage"
    assert [seen.text for seen in anna.dm] == ["here"]


def test_a_command_that_nobody_registered_never_reaches_the_bot(anna: Person) -> None:
    reply = anna.types("/trakc list")
    assert reply is not None
    assert "is not a valid command" in reply.text


def test_every_delivery_is_signed_as_slack_signs(workspace: Workspace) -> None:
    checked: list[bool] = []

    def transport(headers: dict[str, str], body: str) -> Answer:
        checked.append(SignatureVerifier("playground").is_valid_request(body, headers))
        return Answer(200)

    workspace.transport = transport
    workspace.command("U00000001", workspace.channels("U00000001")[0].id, "/track")
    workspace.opens_home("U00000001")
    workspace.wait_idle()
    assert checked == [True, True]


def test_a_bot_that_fails_is_shown_as_failing(app: App, anna: Person, workspace: Workspace) -> None:
    @app.command("/track")
    def track() -> None:
        raise ValueError

    @app.error
    def quiet(error: Exception) -> BoltResponse:
        return BoltResponse(status=500)

    reply = anna.types("/track")
    assert reply is not None
    assert reply.text == '/track failed with the error "dispatch_failed"'
    assert [(v.what, v.text) for v in workspace.violations] == [("/track", "answered with status 500")]


def test_a_bot_that_answers_too_late_is_shown_as_timed_out(workspace: Workspace) -> None:
    answer = threading.Event()

    def slow(headers: dict[str, str], body: str) -> Answer:
        answer.wait(60)
        return Answer(200, "too late")

    workspace.deadlines = Deadlines(ack=0.02)
    workspace.transport = slow
    anna = person(workspace, "Anna")
    reply = anna.types("/track")
    answer.set()
    assert reply is not None
    assert reply.text == '/track failed with the error "operation_timeout"'
    assert [v.text for v in workspace.violations] == ["no answer within 0.02 s"]


def test_a_bot_that_is_down_is_shown_as_failing(workspace: Workspace) -> None:
    anna = person(workspace, "Anna")
    reply = anna.types("/track")
    assert reply is not None
    assert "dispatch_failed" in reply.text


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('{"response_type": "loud", "text": "x"}', "response_type 'loud' is not known"),
        ('{"text": ""}', "a message needs text or blocks"),
        ("{broken", "the answer is no JSON: '{broken'"),
        ('{"blocks": [{"type": "table"}]}', "blocks[0]: table is not allowed here"),
    ],
)
def test_a_reply_that_slack_would_not_show_is_a_violation(workspace: Workspace, body: str, problem: str) -> None:
    workspace.transport = lambda headers, sent: Answer(200, body)
    anna = person(workspace, "Anna")
    anna.types("/track")
    assert "dispatch_failed" in anna.last.text
    assert [v.text for v in workspace.violations] == [problem]


def test_the_last_delivery_can_arrive_twice(app: App, anna: Person, workspace: Workspace) -> None:
    triggers: list[tuple[str, Any]] = []

    @app.command("/track")
    def track(ack: Any, body: Json, request: Any) -> None:
        triggers.append((body["trigger_id"], request.headers.get("x-slack-retry-num")))
        ack()

    anna.types("/track start")
    workspace.repeat().wait()
    assert triggers[0][0] == triggers[1][0]
    assert [retry for _, retry in triggers] == [None, ["1"]]


def test_a_button_tells_the_bot_what_was_pressed_where(app: App, anna: Person) -> None:
    heard: list[Json] = []
    answers(app, "Running", blocks=[actions(button("Stop & go", value="42"))], response_type="in_channel")

    @app.action("press")
    def press(ack: Any, body: Json) -> None:
        heard.append(body)
        ack()

    anna.types("/track")
    anna.clicks("Stop & go")
    body = heard[0]
    pressed = body["actions"][0]
    assert (pressed["action_id"], pressed["block_id"], pressed["value"]) == ("press", "row", "42")
    assert pressed["text"]["text"] == "Stop &amp; go", "labels come back escaped"
    assert body["message"]["text"] == "Running"
    assert body["container"]["is_ephemeral"] is False
    assert body["user"]["id"] == anna.id


def test_an_ephemeral_message_is_not_sent_back_with_the_click(app: App, anna: Person) -> None:
    heard: list[Json] = []
    answers(app, "Running", blocks=[actions(button("Stop"))])

    @app.action("press")
    def press(ack: Any, body: Json) -> None:
        heard.append(body)
        ack()

    anna.types("/track")
    anna.clicks("Stop")
    assert "message" not in heard[0]
    assert heard[0]["container"]["is_ephemeral"] is True


def test_a_click_can_replace_the_ephemeral_message_through_its_response_url(
    app: App, anna: Person, workspace: Workspace
) -> None:
    answers(app, "Running", blocks=[actions(button("Stop"))])

    @app.action("press")
    def press(ack: Any, respond: Any) -> None:
        respond(text="Stopped", replace_original=True)
        ack()

    anna.types("/track")
    anna.clicks("Stop")
    assert anna.sees == ["Stopped"]
    assert workspace.violations == []


def test_a_click_that_fails_is_shown_to_the_person(app: App, anna: Person, workspace: Workspace) -> None:
    answers(app, "Running", blocks=[actions(button("Stop", action_id="nobody_listens"))])
    anna.types("/track")
    anna.clicks("Stop")
    assert anna.last.text == TROUBLE
    assert [v.text for v in workspace.violations] == ["answered with status 404"]


def test_a_button_with_a_confirm_dialog_asks_first(app: App, anna: Person, workspace: Workspace) -> None:
    heard: list[Json] = []
    asks = {"title": plain("Really?"), "text": plain("Gone."), "confirm": plain("Yes"), "deny": plain("No")}
    answers(app, "Entry", blocks=[actions(button("Delete", confirm=asks))])

    @app.action("press")
    def press(ack: Any, body: Json) -> None:
        heard.append(body)
        ack()

    reply = anna.types("/track")
    assert reply is not None
    with pytest.raises(NeedsConfirmation, match=r"Really\?"):
        workspace.click(anna.id, reply.surface, "press")
    with pytest.raises(Refused, match="answer with confirm="):
        anna.clicks("Delete")
    anna.clicks("Delete", confirm=False)
    assert heard == []
    anna.clicks("Delete", confirm=True)
    assert len(heard) == 1


def test_an_overflow_menu_sends_the_option_that_was_picked(app: App, anna: Person) -> None:
    heard: list[Json] = []
    menu = {"type": "overflow", "action_id": "more", "options": [option("Edit", "e"), option("Undo", "u")]}
    answers(app, "Entry", blocks=[{"type": "section", "text": plain("2 h"), "accessory": menu}])

    @app.action("more")
    def more(ack: Any, action: Json) -> None:
        heard.append(action)
        ack()

    anna.types("/track")
    assert anna.last.buttons == ["Edit", "Undo"]
    anna.clicks("Undo")
    assert heard[0]["selected_option"]["value"] == "u"


def test_nobody_can_press_what_is_only_for_somebody_else(
    app: App, anna: Person, finn: Person, workspace: Workspace
) -> None:
    answers(app, "Running", blocks=[actions(button("Stop"))])
    reply = anna.types("/track")
    assert reply is not None
    with pytest.raises(Refused, match="somebody else's"):
        workspace.click(finn.id, reply.surface, "press")


def test_a_select_in_a_message_reports_at_once(app: App, anna: Person) -> None:
    heard: list[Json] = []
    select = {"type": "static_select", "action_id": "zone", "placeholder": plain("Zone")}
    answers(app, "Where?", blocks=[actions({**select, "options": [option("Wien", "w"), option("Bern", "b")]})])

    @app.action("zone")
    def zone(ack: Any, body: Json) -> None:
        heard.append(body)
        ack()

    anna.types("/track")
    anna.last.fill("Zone", "Bern")
    assert heard[0]["actions"][0]["selected_option"]["value"] == "b"
    assert heard[0]["state"]["values"]["row"]["zone"]["selected_option"]["value"] == "b"
    anna.last.fill("Zone", "Bern")
    assert len(heard) == 1, "choosing the same again sends nothing"

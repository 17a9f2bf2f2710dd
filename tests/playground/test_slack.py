"""What people can do in the playground's Slack, and what it does not let a bot get away with."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt import App
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from playground.person import Modal, Person, in_process, person
from playground.slack.clock import Clock
from playground.slack.state import Answer, Deadlines, NeedsConfirmation, Refused, View
from playground.slack.workspace import TROUBLE, Workspace
from playground.slack_http import served

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def attach() -> Iterator[Callable[[Workspace], str]]:
    with served() as attach:
        yield attach


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace(clock=Clock(lambda: NOON), deadlines=Deadlines(ack=5.0))
    workspace.add_channel("general")
    workspace.add_person("Anna Admin", locale="de-DE", is_owner=True)
    workspace.add_person("Finn Freelancer", zone="Europe/Lisbon")
    return workspace


@pytest.fixture
def app(workspace: Workspace, attach: Callable[[Workspace], str]) -> App:
    client = WebClient("xoxb-playground", base_url=f"{attach(workspace)}/slack/api/")
    app = App(
        client=client,
        signing_secret="playground",
        process_before_response=True,
        token_verification_enabled=False,
    )
    workspace.transport = in_process(app)
    return app


@pytest.fixture
def anna(workspace: Workspace, app: App) -> Person:
    return person(workspace, "Anna")


@pytest.fixture
def finn(workspace: Workspace, app: App) -> Person:
    return person(workspace, "Finn")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str = "press", **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def field(label: str, kind: str, *, block: Json | None = None, **element: Any) -> Json:
    name = label.lower()
    held = {"type": kind, "action_id": name, **element}
    return {"type": "input", "block_id": name, "label": plain(label), "element": held, **(block or {})}


def modal(*blocks: Json, **more: Any) -> Json:
    frame = {"type": "modal", "title": plain("Log time"), "submit": plain("Save"), "callback_id": "log"}
    return {**frame, "blocks": list(blocks), **more}


def opens(app: App, *views: Json) -> None:
    """`/track` opens the first view; `/track push` style buttons are up to the test."""

    @app.command("/track")
    def track(ack: Any, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=views[0])
        ack()


def answers(app: App, *given: Any, **named: Any) -> None:
    @app.command("/track")
    def track(ack: Any) -> None:
        ack(*given, **named)


def on_submission(app: App, listener: Callable[..., None]) -> None:
    app.view("log")(listener)


# commands


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
        answer.wait(5)
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


# buttons and menus in messages


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


# modals


def test_initial_values_are_part_of_the_submission(app: App, anna: Person) -> None:
    heard: list[Json] = []
    listed = [option("Acme", "1"), option("Beta", "2")]
    opens(
        app,
        modal(
            field("Note", "plain_text_input", initial_value="review"),
            field("Customer", "static_select", options=listed, initial_option=listed[1]),
            field("Day", "datepicker", initial_date="2026-03-10"),
            field("Start", "timepicker", initial_time="09:15", timezone="Europe/Berlin"),
            field("Tags", "checkboxes", options=listed, initial_options=[listed[0]]),
            private_metadata="17",
        ),
    )

    @app.view("log")
    def save(ack: Any, view: Json) -> None:
        heard.append(view)
        ack()

    anna.types("/track")
    assert anna.modal.submit() is None
    values = heard[0]["state"]["values"]
    assert values["note"]["note"]["value"] == "review"
    assert values["customer"]["customer"]["selected_option"]["value"] == "2"
    assert values["day"]["day"]["selected_date"] == "2026-03-10"
    assert values["start"]["start"] == {
        "type": "timepicker",
        "selected_time": "09:15",
        "timezone": "Europe/Berlin",
    }
    assert [o["value"] for o in values["tags"]["tags"]["selected_options"]] == ["1"]
    assert heard[0]["private_metadata"] == "17"
    assert heard[0]["root_view_id"] == heard[0]["id"]


@pytest.mark.parametrize(
    ("element", "raw", "error"),
    [
        ({"kind": "plain_text_input"}, None, "Please complete this required field."),
        (
            {"kind": "plain_text_input", "max_length": 3},
            "four",
            "Please enter 0 to 3 characters; these are 4.",
        ),
        ({"kind": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
        ({"kind": "number_input", "is_decimal_allowed": True}, "85,50", "Please enter a valid number."),
        (
            {"kind": "number_input", "is_decimal_allowed": True, "min_value": "0"},
            "-1",
            "Please enter a number of at least 0.",
        ),
    ],
)
def test_a_field_that_is_wrong_stops_the_submission_at_the_field(
    app: App, anna: Person, element: Json, raw: str | None, error: str
) -> None:
    opens(app, modal(field("Rate", **element)))
    anna.types("/track")
    anna.modal.fill("Rate", raw)
    assert isinstance(anna.modal.submit(), Modal)
    assert anna.modal.errors == {"Rate": error}
    anna.modal.fill("Rate", "1")
    assert anna.modal.errors == {}


def test_an_optional_field_may_stay_empty(app: App, anna: Person) -> None:
    opens(app, modal(field("Note", "plain_text_input", block={"optional": True})))
    on_submission(app, lambda ack: ack())
    anna.types("/track")
    assert anna.modal.submit() is None


def test_an_option_that_was_never_offered_cannot_be_chosen(app: App, anna: Person, workspace: Workspace) -> None:
    opens(app, modal(field("Customer", "static_select", options=[option("Acme", "1")])))
    anna.types("/track")
    with pytest.raises(Refused, match="never offered"):
        workspace.fill(anna.id, anna.modal.view, "customer", "customer", "999")
    with pytest.raises(Refused, match=r"\['Acme'\]"):
        anna.modal.fill("Customer", "Beta")


def test_a_searched_option_can_be_chosen_and_is_submitted(app: App, anna: Person) -> None:
    heard: list[Json] = []
    customers = ["Acme GmbH", "Acme AG", "Bäckerei Söhne & Co."]
    opens(app, modal(field("Customer", "external_select", min_query_length=0), private_metadata="7"))

    @app.options("customer")
    def search(ack: Any, payload: Json, body: Json) -> None:
        assert body["view"]["private_metadata"] == "7"
        found = [name for name in customers if payload["value"].lower() in name.lower()]
        ack(options=[option(name, str(customers.index(name))) for name in found])

    @app.view("log")
    def save(ack: Any, view: Json) -> None:
        heard.append(view["state"]["values"])
        ack()

    anna.types("/track")
    assert anna.modal.options("Customer", "acme") == ["Acme GmbH", "Acme AG"]
    with pytest.raises(Refused, match="Acme GmbH"):
        anna.modal.fill("Customer", "Acme")
    anna.modal.fill("Customer", "Söhne")
    assert anna.modal.value("Customer") == "Bäckerei Söhne & Co."
    assert anna.modal.submit() is None
    chosen = heard[0]["customer"]["customer"]["selected_option"]
    assert chosen["value"] == "2"
    assert chosen["text"]["text"] == "Bäckerei Söhne &amp; Co."


def test_a_search_shorter_than_the_minimum_sends_nothing(app: App, anna: Person) -> None:
    asked: list[str] = []
    opens(app, modal(field("Customer", "external_select")))

    @app.options("customer")
    def search(ack: Any, payload: Json) -> None:
        asked.append(payload["value"])
        ack(options=[option("Acme", "1")])

    anna.types("/track")
    assert anna.modal.options("Customer", "ac") == []
    assert anna.modal.options("Customer", "acm") == ["Acme"]
    assert asked == ["acm"]


@pytest.mark.parametrize("count", [0, 100, 101])
def test_a_search_may_bring_up_to_a_hundred_options(app: App, anna: Person, workspace: Workspace, count: int) -> None:
    opens(app, modal(field("Customer", "external_select", min_query_length=0)))
    app.options("customer")(lambda ack: ack(options=[option(f"Customer {n}", str(n)) for n in range(count)]))
    anna.types("/track")
    shown = anna.modal.options("Customer")
    if count <= 100:
        assert len(shown) == count
        assert workspace.violations == []
    else:
        assert shown == []
        assert [v.text for v in workspace.violations] == ["answer.options: must be a list of 1 to 100"]


def test_several_options_can_be_chosen_from_a_search(app: App, anna: Person) -> None:
    opens(app, modal(field("Tags", "multi_external_select", min_query_length=0, max_selected_items=2)))
    app.options("tags")(lambda ack: ack(options=[option(name, name) for name in ("red", "green", "blue")]))
    anna.types("/track")
    anna.modal.fill("Tags", ["red", "blue"])
    assert anna.modal.value("Tags") == ["red", "blue"]
    with pytest.raises(Refused, match="at most 2"):
        anna.modal.fill("Tags", ["red", "green", "blue"])


def test_a_field_with_dispatch_reports_at_once_and_keeps_what_was_typed(app: App, anna: Person) -> None:
    listed = [option("Acme", "1"), option("Beta", "2")]
    note = field("Note", "plain_text_input")
    customer = field("Customer", "static_select", options=listed, block={"dispatch_action": True})
    opens(app, modal(note, customer))

    @app.action("customer")
    def chosen(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        view = body["view"]
        assert view["state"]["values"]["note"]["note"]["value"] == "review"
        shown = {"type": "section", "text": plain("Rate: 85.50")}
        client.views_update(view_id=view["id"], hash=view["hash"], view=modal(note, customer, shown))

    anna.types("/track")
    anna.modal.fill("Note", "review")
    anna.modal.fill("Customer", "Beta")
    assert "Rate: 85.50" in anna.modal.text
    assert (anna.modal.value("Note"), anna.modal.value("Customer")) == ("review", "Beta")


def test_a_new_block_id_brings_a_new_initial_value(app: App, anna: Person) -> None:
    opens(app, modal(field("Note", "plain_text_input", initial_value="old")))
    fresh = field("Note", "plain_text_input", initial_value="new", block={"block_id": "note-2"})
    on_submission(app, lambda ack: ack(response_action="update", view=modal(fresh)))
    anna.types("/track")
    anna.modal.fill("Note", "typed")
    again = anna.modal.submit()
    assert again is not None
    assert again.value("Note") == "new"


def test_errors_of_the_bot_stand_at_their_fields(app: App, anna: Person, workspace: Workspace) -> None:
    opens(app, modal(field("Duration", "plain_text_input")))
    on_submission(app, lambda ack: ack(response_action="errors", errors={"duration": "Please write 1:30"}))
    anna.types("/track")
    anna.modal.fill("Duration", "long")
    refused = anna.modal.submit()
    assert refused is not None
    assert refused.errors == {"Duration": "Please write 1:30"}
    assert workspace.violations == []


def test_errors_at_something_that_is_no_input_are_a_violation(app: App, anna: Person, workspace: Workspace) -> None:
    opens(app, modal({"type": "section", "block_id": "sum", "text": plain("1 h")}))
    on_submission(app, lambda ack: ack(response_action="errors", errors={"sum": "no"}))
    anna.types("/track")
    anna.modal.submit()
    assert anna.modal.view.problem == TROUBLE
    assert [v.text for v in workspace.violations] == ["errors: sum is not an input of this view"]


@pytest.mark.parametrize(
    "answer",
    ["fine", '{"response_action": "dance"}', '{"response_action": "update"}', "[]"],
)
def test_an_answer_to_a_submission_that_slack_does_not_know_keeps_the_modal_open(
    app: App, anna: Person, workspace: Workspace, answer: str
) -> None:
    opens(app, modal(field("Note", "plain_text_input", initial_value="x")))
    anna.types("/track")
    workspace.transport = lambda headers, body: Answer(200, answer)
    assert anna.modal.submit() is not None
    assert anna.modal.view.problem == TROUBLE
    assert len(workspace.violations) == 1


def test_a_modal_can_be_pushed_and_leads_back(app: App, anna: Person) -> None:
    opens(app, modal(field("Note", "plain_text_input", initial_value="x")))
    second = modal(field("Tag", "plain_text_input"), title=plain("Tags"), callback_id="tags")
    on_submission(app, lambda ack: ack(response_action="push", view=second))
    anna.types("/track")
    anna.modal.fill("Note", "kept")
    pushed = anna.modal.submit()
    assert pushed is not None
    assert pushed.title == "Tags"
    assert pushed.view.previous_id == pushed.view.root_id
    below = pushed.close()
    assert below is not None
    assert below.value("Note") == "kept"


def test_a_fourth_modal_is_refused(app: App, anna: Person, workspace: Workspace) -> None:
    opens(app, modal({"type": "divider"}))
    on_submission(app, lambda ack: ack(response_action="push", view=modal({"type": "divider"})))
    anna.types("/track")
    for _ in range(3):
        anna.modal.submit()
    assert len(workspace.modals(anna.id)) == 3
    assert [v.text for v in workspace.violations] == ["no more than 3 views in a stack"]


def test_clear_closes_the_whole_stack(app: App, anna: Person) -> None:
    opens(app, modal({"type": "divider"}))
    second = modal({"type": "divider"}, callback_id="second")
    on_submission(app, lambda ack: ack(response_action="push", view=second))
    app.view("second")(lambda ack: ack(response_action="clear"))
    anna.types("/track")
    assert anna.modal.submit() is not None
    assert anna.modal.submit() is None


@pytest.mark.parametrize(("asked", "told"), [(True, [False]), (False, [])])
def test_closing_tells_the_bot_only_when_it_asked_for_it(app: App, anna: Person, asked: bool, told: list[bool]) -> None:
    closed: list[bool] = []
    opens(app, modal({"type": "divider"}, notify_on_close=asked))

    @app.view_closed("log")
    def gone(ack: Any, body: Json) -> None:
        closed.append(body["is_cleared"])
        ack()

    anna.types("/track")
    assert anna.modal.close() is None
    assert closed == told


def test_a_modal_that_clears_on_close_takes_those_below_with_it(app: App, anna: Person) -> None:
    closed: list[tuple[str, bool]] = []
    opens(app, modal({"type": "divider"}, notify_on_close=True))
    second = modal({"type": "divider"}, callback_id="second", notify_on_close=True, clear_on_close=True)
    on_submission(app, lambda ack: ack(response_action="push", view=second))

    for name in ("log", "second"):

        @app.view_closed(name)
        def gone(ack: Any, body: Json) -> None:
            closed.append((body["view"]["callback_id"], body["is_cleared"]))
            ack()

    anna.types("/track")
    anna.modal.submit()
    assert anna.modal.close() is None
    assert sorted(closed) == [("log", True), ("second", True)]


def test_a_second_press_while_the_first_is_under_way_sends_nothing(workspace: Workspace) -> None:
    with workspace.change():
        workspace.open_view("U00000001", modal({"type": "divider"}))
    gate = threading.Event()
    workspace.transport = lambda headers, body: (gate.wait(5), Answer(200))[1]
    first = workspace.submit("U00000001")
    second = workspace.submit("U00000001")
    gate.set()
    workspace.wait_idle()
    assert first is not None
    assert second is None


def test_a_view_that_is_too_late_to_open_is_refused(app: App, anna: Person, workspace: Workspace) -> None:
    workspace.deadlines = Deadlines(trigger=0.0)
    codes: list[str] = []

    @app.command("/track")
    def track(ack: Any, body: Json, client: WebClient) -> None:
        try:
            client.views_open(trigger_id=body["trigger_id"], view=modal({"type": "divider"}))
        except SlackApiError as error:
            codes.append(error.response["error"])
        ack()

    anna.types("/track")
    assert codes == ["expired_trigger_id"]
    assert not anna.sees_modal


# people, Home, shortcuts, events


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

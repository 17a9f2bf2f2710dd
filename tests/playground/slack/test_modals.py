"""Modals: fields, searches, errors, stacks, and what the playground's Slack does not let a bot get away with."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.person import Modal, Person
from playground.slack.state import Answer, Deadlines, Refused
from playground.slack.workspace import TROUBLE, Workspace
from tests.playground.slack.kit import Json, field, modal, on_submission, opens, option, plain


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
    workspace.transport = lambda headers, body: (gate.wait(60), Answer(200))[1]
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


@pytest.mark.parametrize("is_fitting", [True, False])
def test_a_menu_of_conversations_begins_with_the_one_in_which_it_is_opened(
    app: App, anna: Person, workspace: Workspace, is_fitting: bool
) -> None:
    workspace.add_channel("partners", shared=True)
    chosen = {"include": ["public" if is_fitting else "im"], "exclude_external_shared_channels": True}
    element = {"default_to_current_conversation": True, "filter": chosen}
    heard: list[Json] = []
    opens(app, modal(field("Channel", "conversations_select", **element)))

    @app.view("log")
    def save(ack: Any, view: Json) -> None:
        heard.append(view["state"]["values"])
        ack()

    anna.types("/track")
    assert anna.modal.value("Channel") == (anna.channel if is_fitting else None)
    with pytest.raises(Refused):
        anna.modal.fill("Channel", "partners")
    if is_fitting:
        anna.modal.submit()
        assert heard[0]["channel"]["channel"]["selected_conversation"] == anna.channel

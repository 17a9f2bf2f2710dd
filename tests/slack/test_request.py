"""What came in is read with suspicion: Slack returns what messages and forms of any age hold."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import AwareDatetime

from bot.core.errors import UserError
from bot.slack.delivery import Delivery
from bot.slack.metadata import Day, Metadata, RowId, Zone
from bot.slack.request import Request

CALLER: Any = object()
GARBAGE = ["", "x", "-1", "0", "1.5", "٣", "9" * 10, "1:2", "\x00", None, [], {}, 7.5]


def request(**body: Any) -> Request:
    return Request.of(Delivery(body, "T1", "C1"), CALLER)


def clicked(**action: Any) -> Request:
    return request(type="block_actions", actions=[action])


def form(**entered: Any) -> Request:
    """A submitted form: each field with its element."""
    values = {name: {"action": element} for name, element in entered.items()}
    return request(type="view_submission", view={"type": "modal", "state": {"values": values}})


def refused(read: Any) -> None:
    with pytest.raises(UserError, match="older message"):
        read()


# What was clicked


@pytest.mark.parametrize(
    "action",
    [
        {"value": "17"},
        {"selected_option": {"value": "17"}},
        {"value": "", "selected_option": {"value": "17"}},
    ],
)
def test_what_was_clicked_or_chosen_is_an_id(action: dict[str, Any]) -> None:
    assert clicked(**action).clicked_id == 17


@pytest.mark.parametrize("value", GARBAGE)
def test_what_is_no_id_is_refused(value: Any) -> None:
    refused(lambda: clicked(value=value).clicked_id)


@pytest.mark.parametrize("value", ["", "x", "2026-02-30", "0001-01-01", "2100-01-01", "1969-12-31", "\x00", None, []])
def test_what_is_no_day_is_refused(value: Any) -> None:
    refused(lambda: clicked(value=value).clicked_day)


def test_a_day_that_somebody_can_have_meant_is_read() -> None:
    assert clicked(value="2026-03-10").clicked_day == date(2026, 3, 10)


@pytest.mark.parametrize("body", [{}, {"actions": []}, {"actions": None}, {"actions": 7}])
def test_a_click_on_nothing_is_refused(body: dict[str, Any]) -> None:
    refused(lambda: request(**body).clicked)
    refused(lambda: request(**body).action_id)
    refused(lambda: request(**body).question_id)


def test_a_block_says_which_question_was_answered() -> None:
    assert clicked(block_id="question:7:room").question_id == 7
    assert clicked(block_id="running:2026-03-10").block_part == "2026-03-10"


@pytest.mark.parametrize("block_id", [None, "", "question", "question:", "question:x", "question:0", ":", 7])
def test_a_block_that_is_not_ours_names_no_question(block_id: Any) -> None:
    refused(lambda: clicked(block_id=block_id).question_id)


def test_an_action_id_ends_in_a_choice() -> None:
    assert clicked(action_id="which_hour:first").action_part == "first"
    assert clicked(action_id="stop").action_part == ""


def test_a_menu_is_searched_with_what_was_typed_into_it() -> None:
    assert request(type="block_suggestion", value="acme").searched == "acme"
    assert request(type="block_suggestion").searched == ""


# What was entered


@pytest.mark.parametrize(
    ("element", "entered"),
    [
        ({"value": "x"}, "x"),
        ({"value": None}, None),
        ({"selected_date": "2026-03-10"}, "2026-03-10"),
        ({"selected_time": "09:15"}, "09:15"),
        ({"selected_user": "U1"}, "U1"),
        ({"selected_option": {"value": "7"}}, "7"),
        ({"selected_option": None}, None),
        ({}, None),
    ],
)
def test_each_kind_of_input_is_read(element: dict[str, Any], entered: str | None) -> None:
    assert form(field=element).entered_choice("field") == entered


def test_a_field_is_found_by_its_name_in_each_of_its_states() -> None:
    assert form(**{"target:7": {"value": "1:2"}}).entered_choice("target") == "1:2"


def test_a_field_that_the_form_does_not_have_is_empty() -> None:
    assert form().entered_text("note") == ""
    assert form().entered_choice("note") is None
    assert form().entered_choices("note") == []
    assert form().entered_id("note") is None
    assert form().is_ticked("note") is False


def test_text_has_no_space_around_it_and_nothing_that_a_database_refuses() -> None:
    assert form(note={"value": " a\x00b\n "}).entered_text("note") == "ab"


def test_boxes_are_read_one_by_one() -> None:
    ticked = form(several={"selected_options": [{"value": "1"}, {"value": "2"}]})
    assert ticked.entered_choices("several") == ["1", "2"]
    assert ticked.is_ticked("several")
    assert form(several={"selected_options": []}).entered_choices("several") == []


def test_one_is_not_taken_for_several_nor_several_for_one() -> None:
    refused(lambda: form(field={"value": "12"}).entered_choices("field"))
    refused(lambda: form(field={"selected_options": [{"value": "1"}]}).entered_choice("field"))
    refused(lambda: form(field={"value": {"x": 1}}).entered_choice("field"))


@pytest.mark.parametrize("value", [value for value in GARBAGE if value])
def test_what_is_no_row_in_a_menu_is_refused(value: Any) -> None:
    refused(lambda: form(field={"selected_option": {"value": value}}).entered_id("field"))


@pytest.mark.parametrize("state", [7, {"values": 7}, {"values": {"x": 7}}, {"values": {"x": {"y": 7}}}])
def test_a_form_of_another_shape_is_refused(state: Any) -> None:
    refused(lambda: request(view={"state": state}).entered_choice("x"))


# What a form kept


@dataclass(frozen=True, slots=True)
class Filled:
    row: RowId
    day: Day = date(2026, 3, 10)
    zone: Zone = "Europe/Berlin"
    at: AwareDatetime | None = None
    rows: tuple[RowId, ...] = ()


FILLED = Metadata(Filled)


def keeping(packed: Any) -> Request:
    return request(view={"type": "modal", "private_metadata": packed})


def test_a_form_keeps_what_was_put_into_it() -> None:
    kept = Filled(7, date(2026, 2, 28), "America/New_York", datetime(2026, 3, 10, 9, tzinfo=UTC), (1, 2))
    assert keeping(FILLED.pack(kept)).kept(FILLED) == kept


def test_a_form_of_a_newer_version_may_keep_more_and_one_of_an_older_less() -> None:
    assert keeping('{"row": 7, "more": {}}').kept(FILLED) == Filled(7)


@pytest.mark.parametrize(
    "packed",
    [
        *(None, "", "{", "null", "[]", "7", '"x"', "{}", 7, {"row": 7}),
        *('{"row": 0}', '{"row": -1}', '{"row": 1000000000}', '{"row": "x"}', '{"row": 1.5}', '{"row": null}'),
        *('{"row": 7, "day": "0001-01-01"}', '{"row": 7, "day": "2100-01-01"}', '{"row": 7, "day": "2026-02-30"}'),
        *('{"row": 7, "zone": "Nowhere"}', '{"row": 7, "zone": "../etc/passwd"}', '{"row": 7, "zone": ""}'),
        *('{"row": 7, "at": "2026-03-10T09:00:00"}', '{"row": 7, "rows": [0]}', '{"row": 7, "rows": 1}'),
    ],
)
def test_whatever_else_a_form_keeps_is_refused(packed: Any) -> None:
    refused(lambda: keeping(packed).kept(FILLED))


def test_a_message_keeps_nothing() -> None:
    refused(lambda: clicked(value="1").kept(FILLED))


# The rest of it


def test_a_message_on_which_a_shortcut_was_chosen_may_have_no_text() -> None:
    chosen = request(type="message_action", message={}, message_ts="1.2", channel={"id": "C1"}).message
    assert (chosen.text, chosen.thread_ts, chosen.domain) == ("", "", "")


def test_a_shortcut_on_no_message_is_refused() -> None:
    refused(lambda: request(type="shortcut").message)


@pytest.mark.parametrize(
    ("body", "kind", "name", "key"),
    [
        ({"command": "/track", "trigger_id": "1"}, "command", "/track", "1"),
        (
            {"type": "block_actions", "actions": [{"action_id": "stop", "action_ts": "1.2"}], "view": {}},
            "block_actions",
            "stop",
            "1.2:stop",
        ),
        (
            {"type": "view_submission", "view": {"id": "V1", "hash": "h", "callback_id": "edited"}},
            "view_submission",
            "edited",
            "V1:h",
        ),
        (
            {"type": "block_suggestion", "action_id": "target", "view": {}, "trigger_id": "2"},
            "block_suggestion",
            "target",
            "2",
        ),
        ({"type": "shortcut", "callback_id": "track_time", "trigger_id": "3"}, "shortcut", "track_time", "3"),
        (
            {"type": "event_callback", "event": {"type": "user_change"}, "event_id": "E1"},
            "event_callback",
            "user_change",
            "E1",
        ),
    ],
)
def test_a_repetition_of_a_delivery_has_its_key(body: dict[str, Any], kind: str, name: str, key: str) -> None:
    came = Delivery(body, "T1", "")
    assert (came.kind, came.name, came.key()) == (kind, name, key)


def test_what_slack_gives_no_name_to_is_never_a_repetition() -> None:
    came = Delivery({"type": "shortcut"}, "T1", "")
    assert came.key() != came.key()


@pytest.mark.parametrize(
    ("body", "sees"),
    [
        ({"event": {"type": "app_home_opened", "tab": "home"}}, True),
        ({"event": {"type": "app_home_opened", "tab": "messages"}}, False),
        ({"view": {"type": "home"}}, True),
        ({"view": {"type": "modal"}}, False),
        ({}, False),
    ],
)
def test_whoever_clicks_in_their_home_sees_it(body: dict[str, Any], sees: bool) -> None:
    assert request(**body).sees_home is sees


def test_a_request_is_not_changed_on_its_way() -> None:
    with pytest.raises(AttributeError):
        request().team = "T2"  # type: ignore[misc]

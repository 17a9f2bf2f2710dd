"""The tables and charts that Slack draws itself: what a workspace takes of them, and what it answers to the rest."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk.errors import SlackApiError

from playground.person import Person
from playground.slack.limits import check_blocks
from playground.slack.state import Answer
from playground.slack.workspace import Workspace
from tests.playground.slack.kit import Json, answers, modal


def cell(text: str = "x", value: Any = None) -> Json:
    return {"type": "raw_text", "text": text} if value is None else {"type": "raw_number", "text": text, "value": value}


def table(*rows: list[Json], **more: Any) -> Json:
    return {"type": "data_table", "caption": "Time", "rows": [[cell("Customer"), cell("Time")], *rows], **more}


def axes(kind: str = "bar", *, categories: tuple[str, ...] = ("Mon", "Tue"), **named: tuple[float, ...]) -> Json:
    series = [
        {"name": name, "data": [{"label": at, "value": value} for at, value in zip(categories, values, strict=False)]}
        for name, values in named.items()
    ]
    drawn = {"type": kind, "series": series, "axis_config": {"categories": list(categories)}}
    return {"type": "data_visualization", "title": "Time", "chart": drawn}


def pie(**shares: float) -> Json:
    segments = [{"label": name, "value": value} for name, value in shares.items()]
    return {"type": "data_visualization", "title": "Time", "chart": {"type": "pie", "segments": segments}}


ROW = [cell("Acme"), cell("2:00", 120)]
FITTING = {
    "a table": table(ROW),
    "a hundred rows": table(*[ROW] * 100, page_size=100, row_header_column_index=1),
    "bars": axes(Acme=(1, 2.5), Shop=(0, -1)),
    "a line": axes("line", Acme=(1, 2)),
    "an area": axes("area", Acme=(1, 2)),
    "a pie": pie(Acme=2, Shop=0.5),
}
BREAKING = {
    "no rows": (table(), "nothing below"),
    "too many rows": (table(*[ROW] * 101), "1 to 101"),
    "too many columns": (table([cell()] * 21), "1 to 20"),
    "unequal rows": (table([cell()]), "has 1 cells"),
    "an empty cell": (table([cell(""), cell()]), "characters"),
    "a number that is none": (table([cell(), cell("x", "1")]), "must be a number"),
    "a cell of another type": (table([{"type": "rich_text", "elements": []}, cell()]), "rich_text is not allowed"),
    "no caption": ({"type": "data_table", "rows": [[cell()], [cell()]]}, "caption is missing"),
    "a head of numbers": ({"type": "data_table", "caption": "x", "rows": [[cell("1", 1)], [cell()]]}, "raw_text only"),
    "too much text": (table(*[[cell("x" * 60), cell("y" * 60)]] * 100), "10000 are allowed"),
    "a page too long": (table(ROW, page_size=101), "from 1 to 100"),
    "a column that is not there": (table(ROW, row_header_column_index=2), "no such column"),
    "a long title": ({**pie(Acme=1), "title": "x" * 51}, "1 to 50"),
    "a long label": (pie(**{"x" * 21: 1}), "1 to 20"),
    "an empty slice": (pie(Acme=0), "above 0"),
    "a slice below zero": (pie(Acme=-1), "above 0"),
    "seven slices": (pie(**{f"n{n}": 1 for n in range(7)}), "1 to 6"),
    "seven series": (axes(**{f"n{n}": (1, 2) for n in range(7)}), "1 to 6"),
    "a value missing": (axes(Acme=(1,)), "exactly one value"),
    "categories alike": (axes(categories=("Mon", "Mon"), Acme=(1, 2)), "same name"),
    "too many categories": (axes(categories=tuple(map(str, range(21))), Acme=(1,) * 21), "1 to 20"),
    "no such chart": ({"type": "data_visualization", "title": "x", "chart": {"type": "radar"}}, "radar"),
}


@pytest.mark.parametrize("block", FITTING.values(), ids=FITTING)
def test_a_message_takes(block: Json) -> None:
    assert check_blocks([block], "message") == []


@pytest.mark.parametrize(("block", "why"), BREAKING.values(), ids=BREAKING)
def test_a_message_does_not_take(block: Json, why: str) -> None:
    assert why in "\n".join(check_blocks([block], "message"))


def test_the_cells_of_all_tables_of_a_message_count_together_and_so_do_its_charts() -> None:
    half = table(*[[cell("x" * 30), cell("y" * 30)]] * 90)
    assert check_blocks([half], "message") == []
    assert "10000 are allowed" in check_blocks([half, half], "message")[0]
    assert "2 charts" in check_blocks([pie(Acme=1)] * 3, "message")[0]


def test_a_window_and_the_home_are_refused_for_one(app: App, anna: Person, workspace: Workspace) -> None:
    for view in (modal(table(ROW)), {"type": "home", "blocks": [pie(Acme=1)]}):
        with pytest.raises(SlackApiError) as refused:
            app.client.views_publish(user_id=anna.id, view=view)
        assert refused.value.response["error"] == "invalid_blocks"
    assert [violation.text for violation in workspace.violations] == [
        "view: data_table is only for messages",
        "view: data_visualization is only for messages",
    ]
    workspace.violations.clear()


def test_a_workspace_may_not_take_them_yet_and_that_is_nobodys_fault(
    app: App, anna: Person, workspace: Workspace
) -> None:
    workspace.refusal = Answer(400, "invalid_blocks")
    with pytest.raises(SlackApiError) as refused:
        app.client.chat_postMessage(channel=anna.channel, text="Time", blocks=[table(ROW)])
    assert refused.value.response["error"] == "invalid_blocks"
    assert workspace.violations == []


def test_a_table_and_a_chart_are_read_line_by_line(app: App, anna: Person) -> None:
    answers(app, text="Time", blocks=[table(ROW), axes(Acme=(1, 2.5)), pie(Shop=3)], response_type="ephemeral")
    seen = anna.types("/track")
    assert seen is not None
    assert seen.plain().splitlines() == [
        *("Time", "Customer · Time", "Acme · 2:00"),
        *("Time", "Acme: Mon 1", "Acme: Tue 2.5"),
        *("Time", "Shop 3"),
    ]

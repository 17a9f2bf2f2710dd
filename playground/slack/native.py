"""The tables and charts that Slack's clients draw themselves, since 2026: their limits, and what they break of them.

Sources: docs.slack.dev, "Data table block" and "Data visualization block". Newer pages allow twelve series where older
ones say six; the smaller number is checked. Only messages are known to take them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from playground.slack.checks import Check, by_type, one_of, several, shape, string, whole
from playground.slack.state import Json

TABLE = "data_table"
CHART = "data_visualization"
CELLS_TEXT = 10_000
"""Characters of all cells of a message."""
ROWS = 101
"""The header is one of them."""
COLUMNS = 20
CHARTS = 2
SERIES = 6
CATEGORIES = 20
_LABEL = string(20)


def number(value: Any, path: str) -> Iterator[str]:
    """Any number that JSON has."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        yield f"{path}: must be a number"


def positive(value: Any, path: str) -> Iterator[str]:
    """A number above zero."""
    yield from (list(number(value, path)) or ([] if value > 0 else [f"{path}: must be above 0"]))


_RAW_TEXT = shape({"type!": one_of("raw_text"), "text!": string(CELLS_TEXT)})
_RAW_NUMBER = shape({"type!": one_of("raw_number"), "value!": number, "text!": string(CELLS_TEXT)})
_CELL = by_type({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER})
_POINT = shape({"label!": _LABEL, "value!": number})
_SEGMENT = shape({"label!": _LABEL, "value!": positive})
_ONE_SERIES = shape({"name!": _LABEL, "data!": several(_POINT, CATEGORIES)})
_AXES = shape({"categories!": several(_LABEL, CATEGORIES), "x_label": string(50), "y_label": string(50)})


def _over_axes(kind: str) -> Check:
    return shape({"type!": one_of(kind), "series!": several(_ONE_SERIES, SERIES), "axis_config!": _AXES})


_CHART = by_type(
    {
        "pie": shape({"type!": one_of("pie"), "segments!": several(_SEGMENT, SERIES)}),
        **{kind: _over_axes(kind) for kind in ("bar", "area", "line")},
    }
)
BLOCKS: dict[str, dict[str, Check]] = {
    TABLE: {
        "caption!": string(3000),
        "rows!": several(several(_CELL, COLUMNS), ROWS),
        "page_size": whole(1, 100),
        "row_header_column_index": whole(0, COLUMNS - 1),
    },
    CHART: {"title!": string(50), "chart!": _CHART},
}
"""Type -> its fields; "!" after a name: required."""


def found(blocks: Any) -> list[str]:
    """The types of such blocks among these, in order."""
    listed = blocks if isinstance(blocks, list | tuple) else []
    kinds = (block.get("type") for block in listed if isinstance(block, dict))
    return [kind for kind in kinds if kind in BLOCKS]


def problems(blocks: Iterable[Json]) -> Iterator[str]:
    """What Slack would refuse in blocks whose fields are right each for itself."""
    tables = [block for block in blocks if block["type"] == TABLE]
    charts = [block for block in blocks if block["type"] == CHART]
    for block in tables:
        yield from _in_table(block)
    characters = sum(len(cell["text"]) for block in tables for row in block["rows"] for cell in row)
    if characters > CELLS_TEXT:
        yield f"the cells of all tables have {characters} characters, {CELLS_TEXT} are allowed"
    if len(charts) > CHARTS:
        yield f"a message may have {CHARTS} charts, not {len(charts)}"
    for block in charts:
        yield from _in_chart(block["chart"])


def lines(block: Json) -> Iterator[str]:
    """What can be read in one, a line for each row of a table and for each drawn value."""
    if block["type"] == TABLE:
        yield block["caption"]
        yield from (" · ".join(cell["text"] for cell in row) for row in block["rows"])
        return
    yield block["title"]
    chart = block["chart"]
    for series in chart.get("series") or [{"name": "", "data": chart["segments"]}]:
        named = f"{series['name']}: " if series["name"] else ""
        yield from (f"{named}{point['label']} {point['value']:g}" for point in series["data"])


def _in_table(block: Json) -> Iterator[str]:
    header, *rows = block["rows"]
    if not rows:
        yield "rows: there is a header and nothing below it"
    if any(cell["type"] != "raw_text" for cell in header):
        yield "rows[0]: a header has raw_text only"
    yield from (
        f"rows[{at}]: has {len(row)} cells, the header {len(header)}"
        for at, row in enumerate(rows, start=1)
        if len(row) != len(header)
    )
    if block.get("row_header_column_index", 0) >= len(header):
        yield "row_header_column_index: there is no such column"


def _in_chart(chart: Json) -> Iterator[str]:
    if chart["type"] == "pie":
        yield from _twice("segments", [segment["label"] for segment in chart["segments"]])
        return
    categories = chart["axis_config"]["categories"]
    yield from _twice("categories", categories)
    yield from _twice("series", [series["name"] for series in chart["series"]])
    for series in chart["series"]:
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield f"series {series['name']}: needs exactly one value for each category"


def _twice(where: str, names: list[str]) -> Iterator[str]:
    if len(set(names)) < len(names):
        yield f"{where}: two have the same name"

"""Slack's own tables and charts: blocks that came in 2026, of which the reader's client makes more than text.

Only messages take them, and not in each workspace yet: a view adds them in place of rows as text, see `Say.rich`, and
never has a figure in them alone. Sources of the limits: docs.slack.dev, "Data table block" and "Data visualization
block".
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.slack.blocks import DATA_TABLE, DATA_VISUALIZATION, Block, Element, cut

MOST_ROWS = 100
MOST_COLUMNS = 20
MOST_TABLE_TEXT = 9_000
"""For the characters of all cells of a message. Slack's is 10,000; how it counts emoji, and whether it counts a number
beside its text, it does not say, so all of it is counted at its longest and a tenth is left free."""
LONGEST_CELLS = (150, 80, 50, 30)
"""Texts are cut to the first of these with which all rows fit. Numbers are never cut."""
MOST_CATEGORIES = 20
CHART_TITLE = 50
CHART_LABEL = 20
NOTHING = "–"
"""Stands in an empty cell: Slack takes none without a text."""


@dataclass(frozen=True, slots=True)
class Number:
    """A cell that is sorted by its value and reads as its text. A column sorts so only if all its cells do."""

    value: int | Decimal
    text: str


Cell = str | Number


def data_table(
    caption: str,
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    page_size: int = 10,
    row_header: int = 0,
) -> list[Block]:
    """A table that the reader sorts, filters and pages; nothing where there are no rows.

    `row_header` is the column that names the row. Of more rows than fit the first are shown: `rows_shown` counts them.
    """
    width = min(len(header), MOST_COLUMNS)
    if not rows or not width:
        return []
    head = _row(header, width, LONGEST_CELLS[-1])
    block: Block = {
        "type": DATA_TABLE,
        "caption": cut(caption.strip(), LONGEST_CELLS[0]) or NOTHING,
        "rows": [head, *_fitting(rows[:MOST_ROWS], width, MOST_TABLE_TEXT - _characters(head))],
        "page_size": max(1, min(page_size, MOST_ROWS)),
        "row_header_column_index": max(0, min(row_header, width - 1)),
    }
    return [block]


def rows_shown(blocks: Sequence[Block]) -> int:
    """How many rows the tables among these blocks have, their heads not counted."""
    return sum(len(block["rows"]) - 1 for block in blocks if block["type"] == DATA_TABLE)


def bar_chart(title: str, bars: Sequence[tuple[str, int | Decimal]], *, measured: str) -> list[Block]:
    """Bars with their names; nothing where there is nothing to see, or more than Slack draws.

    A part of it would say something wrong, so whoever has more puts some together before; see `biggest`.
    """
    if not 1 <= len(bars) <= MOST_CATEGORIES or not any(value for _, value in bars):
        return []
    labels = _labels([name for name, _ in bars])
    points = [{"label": label, "value": _as_json(value)} for label, (_, value) in zip(labels, bars, strict=True)]
    drawn: Block = {
        "type": DATA_VISUALIZATION,
        "title": cut(title.strip(), CHART_TITLE) or NOTHING,
        "chart": {
            "type": "bar",
            "series": [{"name": cut(measured, CHART_LABEL), "data": points}],
            "axis_config": {"categories": labels, "y_label": cut(measured, CHART_TITLE)},
        },
    }
    return [drawn]


def biggest(
    shares: Sequence[tuple[str, int | Decimal]], most: int, *, rest: str, besides: int = 0
) -> Sequence[tuple[str, int | Decimal]]:
    """The biggest of these, biggest first, and the others together as the last one, with what there is `besides`."""
    if len(shares) + (besides > 0) <= most:
        return [*shares, (rest, besides)] if besides > 0 else shares
    ordered = sorted(shares, key=lambda share: share[1], reverse=True)
    return [*ordered[: most - 1], (rest, sum(value for _, value in ordered[most - 1 :]) + besides)]


def _as_json(value: int | Decimal) -> int | float:
    """As JSON has numbers: for a picture or the order of rows, and nobody calculates with it."""
    return int(value) if value == int(value) else float(value)


def _labels(names: Sequence[str]) -> list[str]:
    """As short as Slack wants them, and all different, because it finds points by them."""
    taken: Counter[str] = Counter()
    labels = []
    for name in names:
        label = short = cut(name.strip(), CHART_LABEL) or NOTHING
        while label in taken:
            taken[short] += 1
            number = f" {taken[short]}"
            label = cut(name.strip(), CHART_LABEL - len(number)) + number
        taken[label] += 1
        labels.append(label)
    return labels


def _fitting(rows: Sequence[Sequence[Cell]], width: int, most: int) -> list[list[Element]]:
    """With texts that are as long as possible; where even short ones are too much, only the first rows."""
    made: list[list[Element]] = []
    for longest in LONGEST_CELLS:
        made = [_row(row, width, longest) for row in rows]
        if sum(map(_characters, made)) <= most:
            return made
    while len(made) > 1 and sum(map(_characters, made)) > most:
        made.pop()
    return made


def _row(cells: Sequence[Cell], width: int, longest: int) -> list[Element]:
    padded = [*cells, *[""] * width][:width]
    return [_cell(cell, longest) for cell in padded]


def _cell(cell: Cell, longest: int) -> Element:
    if isinstance(cell, Number):
        return {"type": "raw_number", "value": _as_json(cell.value), "text": cell.text or NOTHING}
    return {"type": "raw_text", "text": cut(cell.strip(), longest) or NOTHING}


def _characters(row: Sequence[Element]) -> int:
    return sum(len(cell["text"].encode("utf-16-le")) // 2 + len(str(cell.get("value", ""))) for cell in row)

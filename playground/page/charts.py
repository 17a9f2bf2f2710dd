"""Where the marks of a native chart stand, so that a template only has to write them down as SVG.

All is in the units of the drawing's own viewBox, which is as wide as its categories need: a screen that is narrower
scrolls it, or it would be read by nobody.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from babel.numbers import format_decimal, format_percent

from playground.slack.state import Json

LEFT, RIGHT, TOP = 52, 14, 16
PLOT = 190
"""Height of what is between the axes."""
SLOT = 44
"""The least width of a category."""
NARROWEST = 420
LETTER = 7.1
"""Width of a letter, about."""
TURNED = 0.6
"""Sine and cosine, about, of the angle at which long labels stand."""
RADIUS = 80
TICKS = 5


Table = Sequence[Sequence[float]]
"""The values of each series, in the order of the categories."""


@dataclass(frozen=True)
class Mark:
    """A bar, a point or a slice: its outline or centre, whose colour it has, and what it says."""

    series: int
    said: str
    path: str = ""
    x: float = 0
    y: float = 0


@dataclass(frozen=True)
class Label:
    """A text at a place; `more` is its second line."""

    text: str
    x: float
    y: float
    more: str = ""


@dataclass(frozen=True)
class Line:
    """A series as a line, or as the outline of an area."""

    series: int
    path: str
    area: str = ""


@dataclass(frozen=True)
class Drawing:
    """A whole chart. `legend` is what each colour means; `said` is all of it in words."""

    kind: str
    title: str
    width: float
    height: float
    said: str
    legend: Sequence[str]
    marks: Sequence[Mark] = ()
    lines: Sequence[Line] = ()
    values: Sequence[Label] = ()
    categories: Sequence[Label] = ()
    ticks: Sequence[Label] = ()
    turned: bool = False
    left: float = LEFT
    zero: float = 0
    x_label: str = ""
    y_label: str = ""


def drawn(block: Json, locale: str) -> Drawing:
    """The chart of a data_visualization block, its numbers as this locale writes them."""
    if block["chart"]["type"] == "pie":
        return _pie(block, locale)
    return _over_axes(block, locale)


def number(value: float, locale: str) -> str:
    """At most two digits behind the mark."""
    return str(format_decimal(value, format="#,##0.##", locale=locale))


def _pie(block: Json, locale: str) -> Drawing:
    segments = block["chart"]["segments"]
    total = sum(segment["value"] for segment in segments)
    marks, legend, begins = [], [], 0.0
    for at, segment in enumerate(segments):
        share = segment["value"] / total
        percent = format_percent(share, locale=locale)
        said = f"{segment['label']}: {number(segment['value'], locale)} ({percent})"
        marks.append(Mark(at, said, path=_slice(begins, begins + share)))
        legend.append(said)
        begins += share
    return Drawing("pie", block["title"], 2 * RADIUS + 8, 2 * RADIUS + 8, "; ".join(legend), legend, marks)


def _slice(begins: float, ends: float) -> str:
    """From noon on, clockwise; begin and end are shares of the whole."""
    middle = RADIUS + 4
    if ends - begins > 0.9999:  # an arc to where it begins is none
        return (
            f"M{middle} {middle - RADIUS}"
            f"a{RADIUS} {RADIUS} 0 1 1 0 {2 * RADIUS}a{RADIUS} {RADIUS} 0 1 1 0 {-2 * RADIUS}z"
        )
    (x1, y1), (x2, y2) = (
        (middle + RADIUS * math.sin(2 * math.pi * at), middle - RADIUS * math.cos(2 * math.pi * at))
        for at in (begins, ends)
    )
    is_long = int(ends - begins > 0.5)
    return f"M{middle} {middle}L{x1:.2f} {y1:.2f}A{RADIUS} {RADIUS} 0 {is_long} 1 {x2:.2f} {y2:.2f}z"


def _over_axes(block: Json, locale: str) -> Drawing:
    chart = block["chart"]
    axes, series, kind = chart["axis_config"], chart["series"], chart["type"]
    categories = axes["categories"]
    table = [_in_order(each, categories) for each in series]
    longest = max(map(len, categories)) * LETTER
    plot = _Plot.of(kind, table)
    lines = [_two_lines(name, plot.slot) for name in categories]
    turned = any(len(part) * LETTER > plot.slot for parts in lines for part in parts)
    if turned:  # the first name may reach beyond the axis
        plot = replace(plot, left=max(LEFT, longest * 0.82 - plot.slot / 2 + 6))
        lines = [(name, "") for name in categories]
    under = longest * TURNED + 12 if turned else 18 + 14 * any(more for _, more in lines)
    names = [
        [_said(each, name, value, locale) for name, value in zip(categories, values, strict=True)]
        for each, values in zip(series, table, strict=True)
    ]
    return Drawing(
        kind,
        block["title"],
        plot.left + plot.slot * len(categories) + RIGHT,
        TOP + PLOT + under + (20 if axes.get("x_label") else 4),
        "; ".join(said for each in names for said in each),
        [each["name"] for each in series],
        marks=_bars(plot, table, names) if kind == "bar" else _points(plot, table, names),
        lines=[] if kind == "bar" else _lines(plot, table, filled=kind == "area"),
        values=_values(plot, table[0], locale) if kind == "bar" and len(series) == 1 else [],
        categories=[Label(name, plot.middle(at), TOP + PLOT + 14, more) for at, (name, more) in enumerate(lines)],
        ticks=[Label(number(tick, locale), plot.left - 6, plot.y(tick)) for tick in plot.ticks],
        turned=turned,
        left=plot.left,
        zero=plot.y(0),
        x_label=axes.get("x_label", ""),
        y_label=axes.get("y_label", ""),
    )


def _two_lines(name: str, width: float) -> tuple[str, str]:
    """As much as fits of its words, and the rest of them."""
    words = name.split(" ")
    fitting = [at for at in range(1, len(words) + 1) if len(" ".join(words[:at])) * LETTER <= width]
    at = max(fitting, default=len(words))
    return " ".join(words[:at]), " ".join(words[at:])


def _in_order(series: Json, categories: Sequence[str]) -> list[float]:
    values = {point["label"]: point["value"] for point in series["data"]}
    return [values[name] for name in categories]


def _ticks(least: float, most: float) -> list[float]:
    """Round numbers around all values, zero among them."""
    rough = ((most - least) or 1) / TICKS
    size = 10 ** math.floor(math.log10(rough))
    step = next(nice * size for nice in (1, 2, 2.5, 5, 10) if nice * size >= rough)
    return [n * step for n in range(math.floor(least / step), math.ceil(most / step) + 1)]


@dataclass(frozen=True)
class _Plot:
    """What is between the axes: the values at its ticks, and how wide a category is."""

    ticks: Sequence[float]
    slot: float
    left: float = LEFT

    @classmethod
    def of(cls, kind: str, table: Table) -> _Plot:
        bars = 14 * len(table) if kind == "bar" else 0
        slot = max(SLOT, bars, (NARROWEST - LEFT - RIGHT) / len(table[0]))
        return cls(_ticks(min(0, *map(min, table)), max(0, *map(max, table))), slot)

    def y(self, value: float) -> float:
        least, most = self.ticks[0], self.ticks[-1]
        return TOP + PLOT * (most - value) / (most - least)

    def middle(self, at: int) -> float:
        return self.left + self.slot * (at + 0.5)


def _said(series: Json, category: str, value: float, locale: str) -> str:
    return f"{category}, {series['name']}: {number(value, locale)}"


def _bars(plot: _Plot, table: Table, said: Sequence[Sequence[str]]) -> list[Mark]:
    each = min(46, plot.slot * 0.72 / len(table))
    marks = []
    for which, values in enumerate(table):
        for at, value in enumerate(values):
            left = plot.middle(at) + each * (which - len(table) / 2)
            top, height = min(plot.y(value), plot.y(0)), abs(plot.y(value) - plot.y(0))
            path = f"M{left + 1:.1f} {top:.1f}h{each - 2:.1f}v{height:.1f}h{2 - each:.1f}z"
            marks.append(Mark(which, said[which][at], path=path))
    return marks


def _points(plot: _Plot, table: Table, said: Sequence[Sequence[str]]) -> list[Mark]:
    return [
        Mark(which, said[which][at], x=plot.middle(at), y=plot.y(value))
        for which, values in enumerate(table)
        for at, value in enumerate(values)
    ]


def _lines(plot: _Plot, table: Table, *, filled: bool) -> list[Line]:
    lines = []
    for which, values in enumerate(table):
        path = "M" + "L".join(f"{plot.middle(at):.1f} {plot.y(value):.1f}" for at, value in enumerate(values))
        closed = f"{path}V{plot.y(0):.1f}H{plot.middle(0):.1f}z" if filled else ""
        lines.append(Line(which, path, closed))
    return lines


def _values(plot: _Plot, values: Sequence[float], locale: str) -> list[Label]:
    return [Label(number(value, locale), plot.middle(at), plot.y(max(0, value)) - 4) for at, value in enumerate(values)]

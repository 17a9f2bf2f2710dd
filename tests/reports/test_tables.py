"""A report with Slack's own chart and table says what its text says, and the same buttons stand below it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.core.texts import Reader
from bot.reports.report import Report
from bot.reports.rules.rows import Figures, Key, Row
from bot.reports.views import report as text_view
from bot.reports.views import tables
from bot.tracking.filtering import FilterNames
from bot.tracking.rules.filters import Filter, Grouping, ReportQuery
from playground.slack.limits import check_blocks
from storage.filter_names import Labels

GERMAN = Reader.for_locale(locale="de-DE", language=None, zone="Europe/Berlin")


# What no list of examples holds

NAMES = FilterNames(asks=1, today=date(2026, 3, 10), customers={}, projects={}, services={}, people={1: "Anna"})


def made(by: Grouping, seconds: Sequence[int], value: Callable[[int], Any]) -> Report:
    rows = tuple(
        Row((Key(by, value(n)),), Figures(each, each, each, cents=each, entries=1)) for n, each in enumerate(seconds)
    )
    total = Figures()
    for row in rows:
        total = total.plus(row.figures)
    return Report(
        query=ReportQuery(Filter(people=(1,)), (by,)),
        names=NAMES,
        totals=total,
        rows=rows,
        groups=(),
        row_count=len(rows),
        labels=Labels({n: f"Customer {'x' * 100} {n}" for n in range(200)}, {}, {}, {}),
        currency="EUR",
        customers=(),
        late=0,
        counts_twice=False,
    )


LENGTHS = st.lists(st.integers(60, 400_000), min_size=1, max_size=100)


@given(LENGTHS)
def test_whatever_is_reported_fits_and_adds_up(lengths: list[int]) -> None:
    shown = made(Grouping.CUSTOMER, lengths, lambda n: n)
    rich = tables.report(GERMAN, shown)
    assert rich is not None
    assert check_blocks(rich["blocks"], "message") == []
    assert rich["text"] == text_view.report(GERMAN, shown)["text"]
    (rows,) = [each["rows"][1:] for each in rich["blocks"] if each["type"] == "data_table"]
    if len(rows) == len(lengths):
        assert sum(row[1]["value"] for row in rows) == (sum(lengths) + 30) // 60


@given(st.lists(st.integers(0, 900), min_size=1, max_size=60, unique=True), st.sampled_from(Grouping))
def test_days_are_put_together_until_they_fit_and_none_is_lost(days: list[int], by: Grouping) -> None:
    if by not in (Grouping.DAY, Grouping.WEEK, Grouping.MONTH):
        return
    length = {Grouping.DAY: 1, Grouping.WEEK: 7}.get(by, 0)
    first = date(2026, 1, 5)
    months = [date(2026 + n // 12, n % 12 + 1, 1) for n in range(901)]
    shown = made(by, [3600] * len(days), lambda n: first + timedelta(days[n] * length) if length else months[days[n]])
    rich = tables.report(GERMAN, shown)
    assert rich is not None
    assert check_blocks(rich["blocks"], "message") == []
    for chart in (each["chart"] for each in rich["blocks"] if each["type"] == "data_visualization"):
        assert sum(point["value"] for point in chart["series"][0]["data"]) == len(days)

"""A report with Slack's own chart and table says what its text says, and the same buttons stand below it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.context import Bot
from bot.core.texts import Reader
from bot.reports.report import Report
from bot.reports.rules.cells import Figures
from bot.reports.rules.rows import Key, Row
from bot.reports.views import report as text_view
from bot.reports.views import tables
from bot.tracking.filtering import FilterNames
from bot.tracking.rules.filters import Filter, Grouping, ReportQuery
from playground.person import Person, Seen
from playground.slack.limits import check_blocks
from playground.slack.workspace import Workspace
from storage import people as people_rows
from storage.filter_names import Labels
from tests.conftest import T0, FrozenClock
from tests.deeds import add_entry, add_names

GERMAN = Reader.for_locale(locale="de-DE", language=None, zone="Europe/Berlin")


@pytest.fixture(autouse=True)
def _takes_tables(request: pytest.FixtureRequest) -> None:
    if "workspace" in request.fixturenames:
        request.getfixturevalue("workspace").refusal = None


def block(seen: Seen, kind: str) -> dict[str, Any]:
    (found,) = [each for each in seen.surface.blocks if each["type"] == kind]
    return found


def table(seen: Seen) -> list[list[str]]:
    return [[cell["text"] for cell in row] for row in block(seen, "data_table")["rows"]]


def bars(seen: Seen) -> dict[str, float]:
    (series,) = block(seen, "data_visualization")["chart"]["series"]
    return {point["label"]: point["value"] for point in series["data"]}


def test_a_report_has_its_rows_as_a_table_and_its_customers_as_bars(projects: None, anna: Person) -> None:
    anna.types("/track log 2h acme website")
    anna.types("/track log 45m acme app")
    anna.types("/track log 1:20 shop")
    answer = anna.types("/track report")
    assert answer is not None
    assert table(answer) == [
        ["Customer", "Project", "Time"],
        ["Acme GmbH", "Website", "2:00 h"],
        ["Acme GmbH", "App", "0:45 h"],
        ["Bäckerei Söhne & Co.", "Shop", "1:20 h"],
    ]
    assert bars(answer) == {"Acme GmbH": 2.75, "Bäckerei Söhne & Co.": 1.33}
    assert block(answer, "data_visualization")["title"] == "Hours by customer"
    assert "4:05 h" in answer.text


def test_what_is_not_billable_or_still_runs_has_columns_of_its_own(projects: None, anna: Person) -> None:
    anna.types("/track log 2h acme website not billable")
    anna.types("/track log 1h shop")
    anna.types("/track start acme app since 9:30")
    answer = anna.types("/track report by project")
    assert answer is not None
    assert table(answer) == [
        ["Project", "Time", "Billable", "Not billed yet"],
        ["Acme GmbH › Website", "2:00 h", "0:00 h", "0:00 h"],
        ["Bäckerei Söhne & Co. › Shop", "1:00 h", "1:00 h", "1:00 h"],
        ["Acme GmbH › App", "0:30 h", "0:30 h", "0:00 h"],
    ]


def test_a_german_reads_it_in_german(projects: None, finn: Person) -> None:
    finn.types("/track buche 2h acme website")
    finn.types("/track buche 1h shop")
    answer = finn.types("/track bericht")
    assert answer is not None
    assert table(answer)[0] == ["Kunde", "Projekt", "Zeit"]
    assert block(answer, "data_visualization")["title"] == "Stunden nach Kunde"


def test_the_text_and_the_table_have_the_same_buttons_and_the_same_totals(
    projects: None, anna: Person, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.replaces_answers = False
    anna.types("/track log 2h acme website")
    anna.types("/track report")
    text, rich = anna.messages[-2:]
    assert [*text.buttons, "As text"] == rich.buttons
    assert text.text == rich.text


def test_money_is_a_column_for_those_who_bill_alone(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=9000)
    anna.types("/track log 1:30 acme website")
    finn.types("/track log 1h acme website")
    bills, tracks = anna.types("/track report"), finn.types("/track report")
    assert bills is not None
    assert tracks is not None
    assert [row[-1] for row in table(bills)] == ["Net", "€135.00"]
    assert [row[-1] for row in table(tracks)] == ["Zeit", "1:00 h"]


def test_a_month_of_days_is_drawn_by_week_within_it(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track log 2h acme website 1 March")
    clock.forward_by(days=15)
    anna.types("/track log 1h acme website")
    answer = anna.types("/track report march by day")
    assert answer is not None
    assert bars(answer) == {"1 Mar": 2, "2–8 Mar": 0, "9–15 Mar": 0, "16–22 Mar": 0, "23–29 Mar": 1}
    assert block(answer, "data_visualization")["title"] == "Hours by week"


def test_time_is_drawn_with_the_days_that_have_none(projects: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track log 2h acme website")
    clock.forward_by(days=2)
    anna.types("/track log 30m acme website")
    answer = anna.types("/track report by day")
    assert answer is not None
    assert list(bars(answer).values()) == [2, 0, 0.5]


def test_the_others_are_one_bar_with_the_rows_that_are_not_shown(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 2h acme website")
    add_names(bot, {f"Customer {n}": [] for n in range(120)})
    with bot.database.write() as db:
        for n in range(120):
            add_entry(db, customer_id=3 + n, started_at=T0 - timedelta(hours=3), ended_at=T0 - timedelta(hours=2))
    answer = anna.types("/track report by customer")
    assert answer is not None
    drawn = bars(answer)
    assert len(drawn) == tables.MOST_BARS
    assert next(iter(drawn.items())) == ("Acme GmbH", 2)
    assert [name for name in drawn if name.startswith("Others")] == [[*drawn][-1]] == ["Others"]
    assert drawn["Others"] == 122 - 2 - (tables.MOST_BARS - 2)


def test_one_bar_says_nothing_and_is_not_drawn(projects: None, anna: Person) -> None:
    anna.types("/track log 2h acme website")
    answer = anna.types("/track report")
    assert answer is not None
    assert [each["type"] for each in answer.surface.blocks].count("data_visualization") == 0
    assert table(answer)[1][:3] == ["Acme GmbH", "Website", "2:00 h"]


def test_a_click_puts_it_together_by_something_else_in_place(projects: None, anna: Person) -> None:
    anna.types("/track log 2h acme website")
    anna.types("/track log 1h shop")
    answer = anna.types("/track report")
    assert answer is not None
    answer.fill("Put together by", "By project")
    assert table(answer)[0][0] == "Project"
    assert bars(answer) == {"Website": 2, "Shop": 1}


@pytest.mark.parametrize("how", [Person.types, Person.writes])
def test_whoever_sees_no_table_takes_it_as_text(projects: None, anna: Person, how: Callable[..., Seen]) -> None:
    anna.types("/track log 2h acme website")
    answer = how(anna, "/track report" if how is Person.types else "report")
    answer.click("As text")
    assert "data_table" not in [each["type"] for each in answer.surface.blocks]
    assert "Acme GmbH › Website" in answer.plain()
    assert "As text" not in answer.buttons
    answer.fill("Put together by", "By project")
    assert table(answer)[0] == ["Project", "Time"]


# What no list of examples holds

NAMES = FilterNames(asks=1, today=date(2026, 3, 10), customers={}, projects={}, services={}, people={1: "Anna"})


def made(by: Grouping, seconds: Sequence[int], value: Callable[[int], Any]) -> Report:
    rows = tuple(
        Row((Key(by, value(n)),), Figures(each, each, each, cents=each, entries=1)) for n, each in enumerate(seconds)
    )
    total = Figures.together(row.figures for row in rows)
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

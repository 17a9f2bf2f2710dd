"""How sums become rows: put together by one or two things, in the order in which they are read."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.core.money import spread
from bot.reports.rules.cells import Cell, Figures, Keys, added_up
from bot.reports.rules.rows import Key, is_counted_twice, rows_of
from bot.tracking.rules.filters import Grouping

ACME, GLOBEX = 1, 2
WEBSITE, APP = 11, 12


def cell(seconds: int, **what: object) -> Cell:
    return Cell(Keys(**what), Figures(seconds, entries=1))  # type: ignore[arg-type]


CELLS = [
    cell(600, customer_id=ACME, project_id=WEBSITE, tags="call", day=date(2026, 3, 2)),
    cell(900, customer_id=ACME, project_id=APP, tags="call review", day=date(2026, 3, 1)),
    cell(1200, customer_id=GLOBEX, project_id=None, tags="", day=date(2026, 2, 28)),
    cell(300, customer_id=ACME, project_id=None, tags="", day=date(2026, 3, 8)),
]


def rows(*by: Grouping, most: int = 100, week_start: int = 0) -> list[tuple[tuple[object, ...], int]]:
    found = rows_of(CELLS, by, week_start=week_start, most=most)
    return [(tuple(key.value for key in row.keys), row.figures.seconds) for row in found.shown]


def test_customers_stand_in_the_order_of_their_hours() -> None:
    assert rows(Grouping.CUSTOMER) == [((ACME,), 1800), ((GLOBEX,), 1200)]


def test_time_without_a_project_is_a_row_for_each_customer() -> None:
    found = rows_of(CELLS, [Grouping.PROJECT], week_start=0, most=9).shown
    assert [(row.keys[0], row.figures.seconds) for row in found if row.keys[0].value is None] == [
        (Key(Grouping.PROJECT, None, GLOBEX), 1200),
        (Key(Grouping.PROJECT, None, ACME), 300),
    ]


def test_days_weeks_and_months_stand_in_the_order_of_time() -> None:
    assert [keys[0] for keys, _ in rows(Grouping.DAY)] == sorted(each.keys.day for each in CELLS if each.keys.day)
    assert rows(Grouping.MONTH) == [((date(2026, 2, 1),), 1200), ((date(2026, 3, 1),), 1800)]


def test_a_week_begins_on_the_day_that_the_workspace_says() -> None:
    assert rows(Grouping.WEEK) == [((date(2026, 2, 23),), 2100), ((date(2026, 3, 2),), 900)]
    assert rows(Grouping.WEEK, week_start=6) == [
        ((date(2026, 2, 22),), 1200),
        ((date(2026, 3, 1),), 1500),
        ((date(2026, 3, 8),), 300),
    ]


def test_an_entry_with_several_tags_counts_in_each_but_once_in_the_total() -> None:
    assert rows(Grouping.TAG) == [(("call",), 1500), ((None,), 1500), (("review",), 900)]
    assert added_up(CELLS).seconds == 3000
    assert is_counted_twice(CELLS, [Grouping.TAG])
    assert not is_counted_twice(CELLS[:1], [Grouping.TAG])
    assert not is_counted_twice(CELLS, [Grouping.CUSTOMER])


def test_rows_of_one_customer_stand_together_those_of_the_largest_first() -> None:
    assert rows(Grouping.CUSTOMER, Grouping.PROJECT) == [
        ((ACME, APP), 900),
        ((ACME, WEBSITE), 600),
        ((ACME, None), 300),
        ((GLOBEX, None), 1200),
    ]


def test_of_many_rows_the_largest_are_shown_and_a_group_keeps_its_whole_sum() -> None:
    found = rows_of(CELLS, [Grouping.CUSTOMER, Grouping.PROJECT], week_start=0, most=2)
    assert [row.figures.seconds for row in found.shown] == [900, 1200]
    assert [group.figures.seconds for group in found.groups] == [1800, 1200]
    assert found.in_all == 4


def test_the_largest_of_many_days_still_stand_in_the_order_of_time() -> None:
    assert rows(Grouping.DAY, most=2) == [((date(2026, 2, 28),), 1200), ((date(2026, 3, 1),), 900)]


def test_by_nothing_there_are_no_rows() -> None:
    assert rows() == []


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_what_is_spread_is_together_exactly_the_whole(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


@given(st.lists(st.integers(-(10**6), 10**6), max_size=20))
def test_what_is_spread_by_its_own_parts_stays_as_it_is(parts: list[int]) -> None:
    assert spread(sum(parts), parts) == parts


def test_what_weighs_nothing_is_spread_evenly() -> None:
    assert spread(5, [0, 0]) == [3, 2]
    assert spread(-7, [-1, -1]) == [-3, -4]

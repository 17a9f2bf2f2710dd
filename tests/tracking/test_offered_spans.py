"""The menu of spans: each is what it says on each day of the year, and is found again in a filter."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tracking.rules.filters import Filter, SpanUnit, shifted
from bot.tracking.rules.offered_spans import OfferedSpan, chosen_span, offered_span, own_days

TODAY = date(2026, 3, 10)  # a Tuesday
MONDAY, SUNDAY = 0, 6


@pytest.mark.parametrize(
    ("offered", "first", "last"),
    [
        ("today", "2026-03-10", "2026-03-10"),
        ("yesterday", "2026-03-09", "2026-03-09"),
        ("this_week", "2026-03-09", "2026-03-10"),
        ("last_week", "2026-03-02", "2026-03-08"),
        ("this_month", "2026-03-01", "2026-03-10"),
        ("last_month", "2026-02-01", "2026-02-28"),
        ("this_quarter", "2026-01-01", "2026-03-10"),
        ("last_quarter", "2025-10-01", "2025-12-31"),
        ("this_year", "2026-01-01", "2026-03-10"),
        ("last_year", "2025-01-01", "2025-12-31"),
        ("last_7_days", "2026-03-04", "2026-03-10"),
        ("last_30_days", "2026-02-09", "2026-03-10"),
    ],
)
def test_each_line_of_the_menu_is_what_it_says(offered: str, first: str, last: str) -> None:
    days = chosen_span(OfferedSpan(offered), TODAY, MONDAY)
    assert (days.first, days.last) == (date.fromisoformat(first), date.fromisoformat(last))


def test_all_time_has_no_bounds() -> None:
    assert chosen_span(OfferedSpan.ALL_TIME, TODAY, MONDAY) == Filter()


def test_a_week_begins_on_the_day_that_the_workspace_says() -> None:
    assert chosen_span(OfferedSpan.THIS_WEEK, TODAY, SUNDAY).first == date(2026, 3, 8)
    assert chosen_span(OfferedSpan.LAST_WEEK, TODAY, SUNDAY).last == date(2026, 3, 7)


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(0, 6))
def test_what_was_chosen_is_found_again_on_each_day(today: date, week_start: int) -> None:
    for offered in OfferedSpan:
        days = chosen_span(offered, today, week_start)
        assert days.last is None or days.last <= today
        if offered is not OfferedSpan.OWN_DAYS:
            assert offered_span(days, today, week_start) is offered


def test_a_month_that_was_turned_to_is_this_month_although_it_ends_later() -> None:
    month = Filter(date(2026, 3, 1), date(2026, 3, 31), SpanUnit.MONTH)
    assert offered_span(month, TODAY, MONDAY) is OfferedSpan.THIS_MONTH


def test_days_that_the_menu_does_not_have_are_own_days() -> None:
    for days in (
        Filter(date(2025, 10, 1), date(2025, 10, 31), SpanUnit.MONTH),
        Filter(date(2026, 3, 2), date(2026, 3, 4)),
        Filter(date(2026, 3, 2), None),
        Filter(None, date(2026, 3, 2)),
    ):
        assert offered_span(days, TODAY, MONDAY) is OfferedSpan.OWN_DAYS


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2025, 10, 1), date(2025, 10, 31), (date(2025, 9, 1), date(2025, 9, 30))),
        (date(2026, 3, 1), date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2025, 10, 1), date(2025, 12, 31), (date(2025, 7, 1), date(2025, 9, 30))),
        (date(2024, 1, 1), date(2024, 12, 31), (date(2023, 1, 1), date(2023, 12, 31))),
        (date(2026, 2, 23), date(2026, 3, 1), (date(2026, 2, 16), date(2026, 2, 22))),
        (date(2026, 3, 3), date(2026, 3, 4), (date(2026, 3, 1), date(2026, 3, 2))),
    ],
)
def test_the_span_before_own_days_is_of_their_kind(first: date, last: date, before: tuple[date, date]) -> None:
    days = own_days(first, last, TODAY, MONDAY)
    assert days.last == min(last, TODAY)
    earlier = shifted(days, -1)
    assert earlier is not None
    assert (earlier.first, earlier.last) == before


def test_one_bound_is_enough() -> None:
    assert own_days(None, TODAY + timedelta(days=3), TODAY, MONDAY) == Filter(None, TODAY)
    assert own_days(TODAY, None, TODAY, MONDAY) == Filter(TODAY, None)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2025-07-01", "2025-12-31", ("2025-01-01", "2025-06-30")),
        ("2026-01-01", "2026-02-28", ("2025-11-01", "2025-12-31")),
        ("2024-03-01", "2024-04-30", ("2024-01-01", "2024-02-29")),
        ("2026-01-02", "2026-02-28", ("2025-11-05", "2026-01-01")),
        ("2025-01-01", "2026-12-31", ("2023-01-01", "2024-12-31")),
    ],
)
def test_before_whole_months_are_as_many_months(first: str, last: str, before: tuple[str, str]) -> None:
    earlier = shifted(Filter(date.fromisoformat(first), date.fromisoformat(last)), -1)
    assert earlier
    assert (earlier.first, earlier.last) == tuple(map(date.fromisoformat, before))
    assert shifted(earlier, 1) == Filter(date.fromisoformat(first), date.fromisoformat(last))

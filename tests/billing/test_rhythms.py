"""Periods that come again: which kind a period is of, and which ones follow on it without a gap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.periods import EVERYTHING, Period, days_between, month_of
from bot.billing.rules.rhythms import Rhythm, are_alike, around, rhythm_of

DAY = timedelta(days=1)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def span(first: str, last: str) -> Period:
    return days_between(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("period", "rhythm"),
    [
        (month_of(date(2026, 2, 1)), Rhythm(months=1)),
        (month_of(date(2028, 2, 1)), Rhythm(months=1)),
        (span("2026-10-01", "2026-12-31"), Rhythm(months=3)),
        (span("2026-01-01", "2026-12-31"), Rhythm(months=12)),
        (span("2026-10-16", "2026-11-15"), Rhythm(months=1, begins_on=16)),
        (span("2026-10-12", "2026-10-18"), Rhythm(days=7)),
        (span("2026-10-01", "2026-10-14"), Rhythm(days=14)),
        (span("2026-10-01", "2026-11-15"), Rhythm(days=46)),
        (span("2026-10-31", "2026-11-29"), Rhythm(days=30)),
        (EVERYTHING, None),
        (Period(date(2026, 10, 1), date.max), None),
    ],
)
def test_of_which_kind_a_period_is(period: Period, rhythm: Rhythm | None) -> None:
    assert rhythm_of(period) == rhythm


@pytest.mark.parametrize(
    ("period", "day", "this", "last"),
    [
        ("2026-10-01/2026-12-31", "2027-01-05", "2027-01-01/2027-03-31", "2026-10-01/2026-12-31"),
        ("2026-10-16/2026-11-15", "2027-01-15", "2026-12-16/2027-01-15", "2026-11-16/2026-12-15"),
        ("2026-10-16/2026-11-15", "2027-01-16", "2027-01-16/2027-02-15", "2026-12-16/2027-01-15"),
        ("2026-10-12/2026-10-25", "2026-11-27", "2026-11-23/2026-12-06", "2026-11-09/2026-11-22"),
        ("2026-10", "2026-03-10", "2026-03", "2026-02"),
    ],
)
def test_which_periods_of_a_kind_a_day_is_in_and_after(period: str, day: str, this: str, last: str) -> None:
    found = around(Period.read(period), date.fromisoformat(day))
    assert found == (Period.read(this), Period.read(last))


@given(days, st.integers(min_value=1, max_value=24), st.integers(min_value=1, max_value=28), days)
def test_periods_follow_on_each_other_without_a_gap(start: date, count: int, begins_on: int, day: date) -> None:
    first = start.replace(day=begins_on)
    months = first.year * 12 + first.month - 1 + count
    after = date(months // 12, months % 12 + 1, begins_on)
    for period in (days_between(first, after - DAY), days_between(start, start + count * 7 * DAY - DAY)):
        this, last = around(period, day)
        assert Period(this.first, this.last) == around(this, day)[0]
        assert (this.first or date.max) <= day <= (this.last or date.min)
        assert (last.last or date.max) + DAY == this.first
        assert are_alike(this, period)
        assert are_alike(last, this)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("2026-02", "2026-03", True),
        ("2026-02", "2026-01-16/2026-02-15", True),
        ("2026-10", "2026-10-01/2026-12-31", False),
        ("2026-10-12/2026-10-18", "2026-10-07/2026-10-13", True),
        ("2026-02-05/2026-03-04", "2026-01-08/2026-02-04", True),
        ("2026-10-01/2026-11-15", "2026-08-01/2026-09-15", True),
        ("2026-10-01/2026-11-15", "2026-08-01/2026-09-14", False),
        ("2026-04", "2026-01-10/2026-02-08", False),
        ("all", "all", False),
    ],
)
def test_a_month_is_compared_with_a_month(one: str, other: str, alike: bool) -> None:
    assert are_alike(Period.read(one), Period.read(other)) is alike


@pytest.mark.parametrize("period", [EVERYTHING, span("2026-10-01", "2026-11-15"), span("2026-10-02", "2026-10-02")])
def test_what_does_not_come_again_is_followed_by_nothing(period: Period) -> None:
    with pytest.raises(ValueError):
        around(period, date(2026, 11, 27))

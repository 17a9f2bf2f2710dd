"""Which days an invoice is about."""

from datetime import date

import pytest

from bot.billing.rules.periods import EVERYTHING, Period, month_of, months_until, service_period

MONDAY = date(2026, 11, 2)


def test_periods_are_calendar_months_everything_or_any_days() -> None:
    february = month_of(date(2028, 2, 10))
    assert (february.first, february.last) == (date(2028, 2, 1), date(2028, 2, 29))
    months = months_until(date(2026, 3, 31), 6)
    assert [month.value for month in months] == ["2026-03", "2026-02", "2026-01", "2025-12", "2025-11", "2025-10"]
    assert [Period.read(month.value) for month in months] == months
    assert Period.read(EVERYTHING.value) == EVERYTHING
    days = Period(date(2026, 10, 1), date(2026, 11, 15))
    assert days.value == "2026-10-01/2026-11-15"
    assert Period.read(days.value) == days
    assert Period(date(2026, 2, 1), date(2026, 2, 28)).value == "2026-02"
    with pytest.raises(ValueError):
        Period.read("2026-13")


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 4, 30), date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_goes_from_its_first_day_to_its_last(day: date, first: date, last: date) -> None:
    assert month_of(day) == Period(first, last)


def test_the_service_period_goes_from_the_first_to_the_last_day_of_work() -> None:
    assert service_period([date(2026, 11, 9), MONDAY]) == (MONDAY, date(2026, 11, 9))
    assert service_period([MONDAY]) == (MONDAY, MONDAY)
    assert service_period([]) is None

"""Days, parts of days and where a length without clock times stands: rules that hold in every zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.tracking import day_span, guessed_end, local_day, placed, seconds_on, whole_seconds

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # half an hour off
    "Australia/Lord_Howe",  # its clocks move by half an hour
    "Asia/Kathmandu",
    "America/Havana",  # its clocks move at midnight
    "Africa/Casablanca",
    "Pacific/Kiritimati",  # 14 hours ahead
    "Pacific/Pago_Pago",  # 11 hours behind
    "UTC",
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
moments = st.integers(1_577_836_800, 2_082_758_400).map(lambda epoch: datetime.fromtimestamp(epoch, UTC))
worked = st.integers(0, 25 * 3600)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 24),
        (date(2026, 3, 29), 23),  # clocks go forward
        (date(2026, 10, 25), 25),  # clocks go back
        (date(2026, 12, 31), 24),
    ],
)
def test_a_day_in_berlin_has_as_many_hours_as_the_clocks_give_it(day: date, hours: int) -> None:
    assert whole_seconds(*day_span(day, BERLIN)) == hours * 3600


@given(days, zones)
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: ZoneInfo) -> None:
    assert day_span(day, zone)[1] == day_span(day + timedelta(days=1), zone)[0]


@given(moments, zones)
def test_every_moment_lies_in_the_day_it_belongs_to(moment: datetime, zone: ZoneInfo) -> None:
    begins, ends = day_span(local_day(moment, zone), zone)
    assert begins <= moment < ends


@given(moments, worked, zones)
def test_the_parts_of_the_days_add_up_to_the_entry(start: datetime, seconds: int, zone: ZoneInfo) -> None:
    end = start + timedelta(seconds=seconds)
    first = local_day(start, zone)
    parts = [seconds_on(first + timedelta(days=n), zone, start, end) for n in range(3)]
    assert sum(parts) == seconds
    assert all(part >= 0 for part in parts)


@pytest.mark.parametrize(
    ("start", "end", "first", "second"),
    [
        ("2026-03-09T22:00", "2026-03-10T01:30", 7200, 5400),
        ("2026-03-28T23:00", "2026-03-29T03:30", 3600, 9000),  # 02:00 to 03:00 did not exist
        ("2026-10-24T23:00", "2026-10-25T03:00", 3600, 14400),  # 02:00 to 03:00 came twice
        ("2026-03-09T22:00", "2026-03-10T00:00", 7200, 0),
    ],
)
def test_work_over_midnight_counts_on_both_days_in_parts(start: str, end: str, first: int, second: int) -> None:
    begins, ends = (datetime.fromisoformat(moment).replace(tzinfo=BERLIN).astimezone(UTC) for moment in (start, end))
    day = date.fromisoformat(start[:10])
    assert seconds_on(day, BERLIN, begins, ends) == first
    assert seconds_on(day + timedelta(days=1), BERLIN, begins, ends) == second
    assert whole_seconds(begins, ends) == first + second


@given(st.integers(1, 24 * 3600), days, zones, moments)
def test_a_length_is_placed_inside_its_day_and_never_in_the_future(
    seconds: int, day: date, zone: ZoneInfo, now: datetime
) -> None:
    where = placed(seconds, day, zone, now=now)
    begins, ends = day_span(day, zone)
    if where is None:
        assert whole_seconds(begins, min(ends, now)) < seconds
    else:
        start, end = where
        assert begins <= start
        assert end <= min(ends, now)
        assert whole_seconds(start, end) == seconds


NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "day", "start"),
    [
        (2, date(2026, 3, 10), datetime(2026, 3, 10, 8, tzinfo=UTC)),  # today it ends now
        (2, date(2026, 3, 9), datetime(2026, 3, 9, 8, tzinfo=UTC)),  # other days begin at 9:00
        (20, date(2026, 3, 9), datetime(2026, 3, 9, 3, tzinfo=UTC)),  # and slide towards midnight
        (24, date(2026, 3, 9), datetime(2026, 3, 8, 23, tzinfo=UTC)),
        (12, date(2026, 3, 10), None),  # it is 11:00
        (1, date(2026, 3, 11), None),  # tomorrow
    ],
)
def test_a_length_stands_where_people_expect_it(hours: int, day: date, start: datetime | None) -> None:
    where = placed(hours * 3600, day, BERLIN, now=NOW)
    assert where == (start and (start, start + timedelta(hours=hours)))


@pytest.mark.parametrize(("hour", "guess"), [(9, 18), (17, 18), (18, 19), (22, 23)])
def test_a_forgotten_timer_probably_ended_with_the_working_day(hour: int, guess: int) -> None:
    start, end = (datetime(2026, 3, 10, at, tzinfo=BERLIN) for at in (hour, guess))
    assert guessed_end(start.astimezone(UTC), BERLIN) == end


@given(moments, zones)
def test_a_guessed_end_lies_after_the_start_and_within_a_day(start: datetime, zone: ZoneInfo) -> None:
    assert timedelta() < guessed_end(start, zone) - start <= timedelta(hours=19)

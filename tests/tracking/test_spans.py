"""Days, parts of days and where a length without clock times stands: rules that hold in every zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tracking.rules.spans import (
    Interval,
    Resolution,
    day_span,
    guessed_end,
    local_day,
    placed,
    possible_resolutions,
    remaining_parts,
    seconds_on,
    whole_seconds,
)

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


# Overlaps

MINUTE = timedelta(minutes=1)


def interval(start: int, end: int | None) -> Interval:
    """In minutes before and after noon."""
    return Interval(NOW + start * MINUTE, None if end is None else NOW + end * MINUTE)


closed = st.tuples(st.integers(-60, 60), st.integers(0, 60)).map(lambda drawn: interval(drawn[0], sum(drawn)))
running = st.integers(-60, 60).map(lambda start: interval(start, None))
intervals = closed | running
NIGHTFALL = 1_000
"""Minutes after noon, later than any end: until then a timer counts."""


def minutes(*worked: Interval) -> list[int]:
    """Every minute that these hold, as often as they hold it."""
    ends = [NIGHTFALL if one.end is None else (one.end - NOW) // MINUTE for one in worked]
    return [minute for one, end in zip(worked, ends, strict=True) for minute in range((one.start - NOW) // MINUTE, end)]


@given(intervals, intervals)
def test_two_entries_overlap_when_they_hold_the_same_minute(one: Interval, other: Interval) -> None:
    assert one.shares(other) == other.shares(one) == bool(set(minutes(one)) & set(minutes(other)))


@given(st.integers(-60, 60), st.integers(0, 60), st.integers(0, 60) | st.none())
def test_adjacent_is_not_overlapping(start: int, first: int, second: int | None) -> None:
    middle = start + first
    one, other = interval(start, middle), interval(middle, None if second is None else middle + second)
    assert not one.shares(other)
    assert one.without(other) == (one,)


@given(st.lists(intervals, max_size=4), closed | running)
def test_after_a_split_the_day_holds_every_minute_once_and_none_is_lost(worked: list[Interval], new: Interval) -> None:
    for entry in worked:
        together = minutes(new, *remaining_parts(entry, new, Resolution.SPLIT))
        assert len(together) == len(set(together))
        assert set(together) == set(minutes(entry)) | set(minutes(new))


@given(intervals, intervals)
def test_what_is_shortened_keeps_nothing_of_the_new_and_gains_nothing(worked: Interval, new: Interval) -> None:
    kept = remaining_parts(worked, new, Resolution.SHORTEN)
    assert len(kept) <= 1
    assert not set(minutes(*kept)) & set(minutes(new))
    assert set(minutes(*kept)) <= set(minutes(worked))


@given(intervals, intervals)
def test_every_way_that_is_offered_makes_room_and_leaves_a_timer_running(worked: Interval, new: Interval) -> None:
    if worked.shares(new):
        for resolution in possible_resolutions([worked], new):
            kept = remaining_parts(worked, new, resolution)
            assert not any(part.shares(new) for part in kept)
            if worked.end is None and new.end is not None:
                assert kept[-1].end is None


@given(intervals, intervals)
def test_keeping_both_changes_nothing(worked: Interval, new: Interval) -> None:
    assert remaining_parts(worked, new, Resolution.KEEP) == (worked,)


@pytest.mark.parametrize(
    ("worked", "new", "offered", "shortened", "split"),
    [
        ((0, 60), (30, 90), [Resolution.SHORTEN], [(0, 30)], [(0, 30)]),
        ((0, 60), (-30, 30), [Resolution.SHORTEN], [(30, 60)], [(30, 60)]),
        ((0, 60), (20, 40), [Resolution.SHORTEN, Resolution.SPLIT], [(0, 20)], [(0, 20), (40, 60)]),
        ((0, 60), (0, 60), [Resolution.SHORTEN], [], []),
        ((0, 60), (-10, 70), [Resolution.SHORTEN], [], []),
        ((0, None), (20, 40), [Resolution.SPLIT], [(0, 20)], [(0, 20), (40, None)]),
        ((0, None), (-10, 40), [Resolution.SHORTEN], [(40, None)], [(40, None)]),
        ((0, 60), (30, None), [Resolution.SHORTEN], [(0, 30)], [(0, 30)]),
    ],
)
def test_what_becomes_of_a_neighbour(
    worked: tuple[int, int | None],
    new: tuple[int, int | None],
    offered: list[Resolution],
    shortened: list[tuple[int, int]],
    split: list[tuple[int, int | None]],
) -> None:
    entry, taken = interval(*worked), interval(*new)
    assert list(possible_resolutions([entry], taken)) == offered
    assert list(remaining_parts(entry, taken, Resolution.SHORTEN)) == [interval(*part) for part in shortened]
    assert list(remaining_parts(entry, taken, Resolution.SPLIT)) == [interval(*part) for part in split]

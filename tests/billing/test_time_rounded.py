"""Billed time is rounded by an agreed rule: up never shrinks, full steps stay, and what is coarser costs less."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.entries import UnbilledEntry
from bot.billing.rules.rounding import (
    EXACT,
    STEPS,
    OpenEntries,
    Per,
    Rounding,
    Roundings,
    Way,
    billed_of,
    dump_rounding,
    hours,
    read_rounding,
)
from tests.billing.rounded import rounded_time

DAY = date(2026, 3, 9)
MINUTE = 60
MONTH = st.integers(0, 40 * 3600)
ROUNDINGS = st.builds(
    Rounding,
    way=st.sampled_from(Way),
    step=st.sampled_from(STEPS),
    per=st.sampled_from(Per),
    minimum=st.sampled_from([0, 0, 1, 7, 15, 20, 60, 1440]),
)


def worked(
    entry_id: int,
    person_id: int,
    day: date,
    seconds: int | None,
    project_id: int | None = 1,
    of_day: date | None = None,
) -> UnbilledEntry:
    return UnbilledEntry(
        *(entry_id, project_id, None, None, None, seconds, day, ""), False, True, person_id, of_day=of_day
    )


ENTRIES = st.lists(
    st.builds(
        worked,
        entry_id=st.integers(1, 1_000_000),
        person_id=st.sampled_from([1, 2]),
        day=st.integers(0, 3).map(lambda days: DAY + timedelta(days=days)),
        seconds=st.integers(0, 30_000),
        project_id=st.sampled_from([None, 1, 2]),
        of_day=st.none(),
    ),
    max_size=12,
    unique_by=lambda entry: entry.entry_id,
)


def billed(rounding: Rounding, entries: Sequence[UnbilledEntry]) -> int:
    return Roundings(rounding).billed(entries)


@given(ROUNDINGS, MONTH)
def test_it_is_what_a_pocket_calculator_says(rounding: Rounding, seconds: int) -> None:
    assert rounding.rounded(seconds) == rounded_time(seconds, rounding)


@given(ROUNDINGS, MONTH)
def test_what_was_rounded_once_is_not_rounded_again(rounding: Rounding, seconds: int) -> None:
    once = rounding.rounded(seconds)
    assert rounding.rounded(once) == once


@given(st.sampled_from(STEPS), MONTH)
def test_up_never_makes_less_and_at_most_a_step_more(step: int, seconds: int) -> None:
    up = Rounding(Way.UP, step).rounded(seconds)
    assert 0 <= up - seconds < step * MINUTE
    assert hours(up) >= hours(seconds)


@given(st.sampled_from(STEPS), MONTH)
def test_down_never_makes_more(step: int, seconds: int) -> None:
    assert 0 <= seconds - Rounding(Way.DOWN, step).rounded(seconds) < step * MINUTE


@given(st.sampled_from(STEPS), MONTH)
def test_the_nearest_is_half_a_step_away_at_most_and_halves_go_up(step: int, seconds: int) -> None:
    nearest = Rounding(Way.NEAREST, step).rounded(seconds)
    assert 2 * abs(nearest - seconds) <= step * MINUTE
    assert nearest == int(Fraction(seconds, step * MINUTE) + Fraction(1, 2)) * step * MINUTE


@given(ROUNDINGS, st.integers(0, 60))
def test_full_steps_stay_what_they_are(rounding: Rounding, steps: int) -> None:
    seconds = steps * rounding.step * MINUTE
    if rounding.minimum * MINUTE <= seconds:
        assert rounding.rounded(seconds) == seconds


@given(ROUNDINGS)
def test_no_time_stays_none_whatever_the_minimum(rounding: Rounding) -> None:
    assert rounding.rounded(0) == 0


@given(ROUNDINGS, st.integers(1, 40 * 3600))
def test_a_minimum_is_reached_in_full_steps(rounding: Rounding, seconds: int) -> None:
    rounded = rounding.rounded(seconds)
    assert rounded >= rounding.minimum * MINUTE
    if rounding.way is not Way.NONE:
        assert rounded % (rounding.step * MINUTE) == 0


@given(st.sampled_from(STEPS), st.sampled_from([0, 0, 15, 60]), ENTRIES)
def test_up_costs_more_the_finer_it_is_applied(step: int, minimum: int, entries: list[UnbilledEntry]) -> None:
    line, day, entry = (billed(Rounding(Way.UP, step, per, minimum), entries) for per in (Per.LINE, Per.DAY, Per.ENTRY))
    assert sum(each.seconds or 0 for each in entries) <= line <= day <= entry


@given(ROUNDINGS, st.none() | ROUNDINGS, ENTRIES)
def test_projects_on_one_line_are_rounded_by_their_own_rules(
    usual: Rounding, own: Rounding | None, entries: list[UnbilledEntry]
) -> None:
    roundings = Roundings(usual, {1: own} if own else {})
    theirs = [each for each in entries if each.project_id == 1]
    others = [each for each in entries if each.project_id != 1]
    together = roundings.billed(entries)
    if own and own != usual:
        assert together == billed(own, theirs) + billed(usual, others)
    else:
        assert together == billed(usual, entries)


@given(ROUNDINGS, ENTRIES, st.data())
def test_an_entry_on_two_lines_is_rounded_once(
    rounding: Rounding, entries: list[UnbilledEntry], data: st.DataObject
) -> None:
    parts = []
    for each in entries:
        first = data.draw(st.integers(0, each.seconds or 0))
        later = each.day + timedelta(days=1)
        parts += [
            each._replace(seconds=first, of_day=each.day),
            each._replace(seconds=(each.seconds or 0) - first, day=later, of_day=each.day),
        ]
    alone = Rounding(rounding.way, rounding.step, Per.ENTRY, rounding.minimum)
    roundings = Roundings(alone).with_parts(parts)
    lines = [roundings.billed([part]) for part in parts]
    assert sum(lines) == billed(alone, entries)
    assert min(lines, default=0) >= 0


@given(ROUNDINGS, ENTRIES)
def test_sums_of_open_time_are_rounded_as_the_line_that_they_will_be(
    rounding: Rounding, entries: list[UnbilledEntry]
) -> None:
    summed = [OpenEntries(1, 1, 1, each.person_id, each.day, each.seconds or 0, 2) for each in entries]
    twice = [*entries, *(each._replace(entry_id=-each.entry_id) for each in entries)]
    assert rounding.is_exact or billed_of(rounding, summed) == billed(rounding, twice)


@given(ROUNDINGS)
def test_it_is_kept_and_read_back_as_what_it_does(rounding: Rounding) -> None:
    again = read_rounding(dump_rounding(rounding))
    for seconds in (0, 1, 59, 60, 899, 900, 901, 5400, 90_000):
        assert again.rounded(seconds) == rounding.rounded(seconds)
    assert rounding.is_exact or again.per == rounding.per
    assert read_rounding("{}") == EXACT


@pytest.mark.parametrize("kept", ["", "[]", '{"step": 7}', '{"minimum": -1}', '{"minimum": 1441}', '{"way": "off"}'])
def test_what_is_no_rounding_is_not_read(kept: str) -> None:
    with pytest.raises(ValueError):
        read_rounding(kept)


@pytest.mark.parametrize(
    ("way", "step", "per", "minimum", "billed_minutes"),
    [
        (Way.NONE, 15, Per.ENTRY, 0, 63),
        (Way.UP, 15, Per.ENTRY, 0, 15 + 30 + 30 + 30),
        (Way.UP, 15, Per.DAY, 0, 30 + 30 + 30),  # Anna 27 and 16 minutes, Finn 20
        (Way.UP, 15, Per.LINE, 0, 75),
        (Way.DOWN, 15, Per.ENTRY, 0, 0 + 15 + 15 + 15),
        (Way.NEAREST, 10, Per.ENTRY, 0, 10 + 20 + 20 + 20),
        (Way.NEAREST, 10, Per.LINE, 0, 60),
        (Way.NONE, 15, Per.ENTRY, 20, 20 + 20 + 20 + 20),
        (Way.NONE, 15, Per.LINE, 120, 120),
        (Way.UP, 6, Per.ENTRY, 20, 24 * 4),
    ],
)
def test_four_entries_that_a_bookkeeper_can_add_up(
    way: Way, step: int, per: Per, minimum: int, billed_minutes: int
) -> None:
    entries = [
        worked(1, 1, DAY, 10 * MINUTE),
        worked(2, 1, DAY, 17 * MINUTE),
        worked(3, 2, DAY, 20 * MINUTE),
        worked(4, 1, DAY + timedelta(days=1), 16 * MINUTE),
    ]
    minutes = billed(Rounding(way, step, per, minimum), entries) / Decimal(MINUTE)
    assert minutes == billed_minutes
    assert minutes.to_integral_value(ROUND_CEILING) == minutes

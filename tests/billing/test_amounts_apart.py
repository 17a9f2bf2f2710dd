"""By how much each changed entry makes a line more or less, as a bookkeeper would count it after."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.seen import LineChange, SeenEntries, SeenLine, line_changes
from bot.core.money import half_up

DAY = date(2026, 10, 12)
HOUR = 3600
lengths = st.one_of(st.none(), st.integers(0, 24 * HOUR))


def a_line(
    seconds: Sequence[int | None], price: int | None = 950_000, *, hourly: bool = True, key: str = ""
) -> SeenLine:
    """A line with entries of these lengths, whose ids are their places; None: it is not on it."""
    there = [(number, each) for number, each in enumerate(seconds, start=1) if each is not None]
    hours = half_up(sum(each for _, each in there), 36)
    amount = None if price is None else half_up(hours * price, 10_000)
    ids, lengths = [number for number, _ in there], [each for _, each in there]
    entries = SeenEntries(ids, [DAY] * len(ids), lengths, [""] * len(ids), [0] * len(ids))
    return SeenLine(GroupKey(key or "project=1"), "App", price, "", "", "", "", amount, hourly, entries)


def apart(before: SeenLine, now: SeenLine) -> LineChange:
    (change,) = line_changes([before], [now])
    return change


def test_a_shorter_entry_costs_less() -> None:
    change = apart(a_line([2 * HOUR, HOUR]), a_line([HOUR * 3 // 2, HOUR]))
    assert change.entries.cents == {1: -4750}
    assert change.amounts == (28_500, 23_750)


def test_new_and_gone_entries_count_in_full() -> None:
    change = apart(a_line([HOUR, None]), a_line([None, 2 * HOUR]))
    assert change.entries.cents == {1: -9500, 2: 19_000}


def test_with_another_price_each_changed_entry_counts_at_both() -> None:
    change = apart(a_line([HOUR, HOUR]), a_line([2 * HOUR, HOUR], price=1_000_000))
    assert change.entries.cents == {1: 20_000 - 9500}
    assert change.amounts == (19_000, 30_000)


@pytest.mark.parametrize("hourly", [False])
def test_of_a_rounded_line_only_one_entry_alone_has_a_difference(hourly: bool) -> None:
    one = apart(a_line([HOUR, HOUR], hourly=hourly), a_line([2 * HOUR, HOUR], hourly=hourly))
    two = apart(a_line([HOUR, HOUR], hourly=hourly), a_line([2 * HOUR, 2 * HOUR], hourly=hourly))
    assert one.entries.cents == {1: 9500}
    assert two.entries.cents == {}
    assert two.amounts == (19_000, 38_000)


@given(st.lists(st.tuples(lengths, lengths), min_size=1, max_size=6), st.integers(0, 10_000_000))
def test_where_there_are_no_decimals_each_difference_is_a_whole_amount(
    pairs: list[tuple[int | None, int | None]], price: int
) -> None:
    lines = [
        each._replace(amount=half_up(each.amount or 0, 1, to=100))
        for each in (a_line([was for was, _ in pairs], price), a_line([becomes for _, becomes in pairs], price))
    ]
    for change in line_changes(lines[:1], lines[1:], smallest=100):
        assert all(cents % 100 == 0 for cents in change.entries.cents.values())


def test_without_a_price_nothing_is_said_of_amounts() -> None:
    change = apart(a_line([HOUR], price=None), a_line([2 * HOUR], price=None))
    assert (change.entries.cents, change.amounts) == ({}, None)


def test_a_new_line_and_one_that_is_gone_make_all_of_their_amount() -> None:
    new, gone = line_changes([a_line([HOUR], key="project=2")], [a_line([2 * HOUR])])
    assert (new.amounts, new.entries.cents) == ((0, 19_000), {1: 19_000})
    assert (gone.amounts, gone.is_gone) == ((9500, 0), True)


@given(st.lists(st.tuples(lengths, lengths), min_size=1, max_size=6), st.integers(0, 10_000_000))
def test_the_differences_of_the_entries_are_that_of_the_line_but_for_rounding(
    pairs: list[tuple[int | None, int | None]], price: int
) -> None:
    before, now = a_line([was for was, _ in pairs], price), a_line([becomes for _, becomes in pairs], price)
    changes = line_changes([before], [now])
    if not changes:
        assert before.amount == now.amount
        return
    found = sum(changes[0].entries.cents.values())
    difference = (now.amount or 0) - (before.amount or 0)
    if changes[0].entries.count == 1:
        assert found == difference
    # Two decimals of an hour are off by 18 s at most, on either side; each entry by half a cent.
    assert abs(found - difference) <= 2 * half_up(18 * price, 360_000) + len(pairs) + 3

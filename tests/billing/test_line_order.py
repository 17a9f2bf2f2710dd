"""Lines in an order of one's own: what was placed stays there, and what comes later follows what it always does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.order import Step, arranged, dump_order, moved, put, read_order, renamed

keys = st.lists(st.sampled_from([GroupKey(each) for each in "abcdefgh"]), unique=True)


def of(text: str) -> list[GroupKey]:
    return [GroupKey(each) for each in text]


@pytest.mark.parametrize(
    ("usual", "chosen", "order"),
    [
        ("abc", "", "abc"),
        ("abc", "cab", "cab"),
        ("abcd", "cab", "cdab"),
        ("xabc", "cab", "xcab"),
        ("ac", "cab", "cab"),
        ("", "ab", "ab"),
    ],
)
def test_a_line_that_nobody_placed_follows_the_one_that_it_follows_by_the_layout(
    usual: str, chosen: str, order: str
) -> None:
    assert arranged(of(usual), of(chosen)) == of(order)


@pytest.mark.parametrize(
    ("step", "order"), [(Step.TOP, "bac"), (Step.UP, "bac"), (Step.DOWN, "acb"), (Step.BOTTOM, "acb")]
)
def test_a_line_moves_among_those_that_are_there(step: Step, order: str) -> None:
    after = moved(of("axbyc"), of("abc"), GroupKey("b"), step)
    assert [each for each in after if each in of("abc")] == of(order)


@given(keys, keys, st.sampled_from(Step))
def test_no_line_is_lost_or_doubled_whatever_moves(usual: list[GroupKey], chosen: list[GroupKey], step: Step) -> None:
    everything = arranged(usual, chosen)
    assert sorted(everything) == sorted({*usual, *chosen})
    there = [each for each in everything if each in usual]
    for key in there:
        after = moved(everything, there, key, step)
        assert sorted(after) == sorted(everything)
        seen = [each for each in after if each in usual]
        at = there.index(key)
        expected = {Step.TOP: 0, Step.UP: max(at - 1, 0), Step.DOWN: min(at + 1, len(there) - 1)}
        assert seen.index(key) == expected.get(step, len(there) - 1)
        assert [each for each in seen if each != key] == [each for each in there if each != key]
    assert read_order(dump_order(everything)) == everything


@given(keys, keys, st.integers(0, 12))
def test_a_line_comes_to_the_place_that_it_is_given_and_all_others_stay_in_their_order(
    usual: list[GroupKey], chosen: list[GroupKey], place: int
) -> None:
    everything = arranged(usual, chosen)
    there = [each for each in everything if each in usual]
    gone = [each for each in everything if each not in usual]
    for key in there:
        after = put(everything, there, key, place)
        seen = [each for each in after if each in usual]
        assert seen.index(key) == min(place, len(there) - 1)
        assert [each for each in seen if each != key] == [each for each in there if each != key]
        assert [each for each in after if each not in usual] == gone


def test_a_line_that_becomes_another_one_leaves_it_its_place() -> None:
    assert renamed(of("abc"), GroupKey("a"), GroupKey("x")) == of("xbc")
    assert renamed(of("abc"), GroupKey("a"), GroupKey("c")) == of("abc")

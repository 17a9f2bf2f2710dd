"""Lines of a sent draft as Billomat has them, beside what was sent: nobody's edit is overlooked, and no move is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.line_differences import LineDifference, LineThere, SentLine, line_differences, read_off
from bot.billing.rules.reductions import Reduction

DESIGN = SentLine(1, "Website · Design", "12, 13 Oct\nfirst pages", 350, 885_000)
APP = SentLine(2, "App", "14 Oct", 100, 950_000)
TITLES = st.sampled_from(("Design", "App", "Advice"))
LINES = st.lists(st.tuples(TITLES, st.sampled_from(("", "12 Oct")), st.integers(1, 3), st.integers(1, 2)), max_size=6)


def there(line: SentLine, **other: object) -> LineThere:
    return LineThere(line.title, line.description, line.hours, line.unit_price)._replace(**other)


def test_lines_that_were_moved_or_have_other_spaces_are_the_same() -> None:
    written = "12, 13 Oct\r\nfirst pages "
    assert line_differences([DESIGN, APP], [there(APP), there(DESIGN, description=written)]) == []


def test_a_quantity_a_price_a_title_and_a_text_are_told() -> None:
    for other in ({"hours": 250}, {"unit_price": 900_000}, {"title": "Design"}, {"description": "By hand"}):
        (found,) = line_differences([DESIGN, APP], [there(DESIGN, **other), there(APP)])
        assert (found.sent, found.there) == (DESIGN, there(DESIGN, **other))
        assert found.is_of_words == (other.keys() <= {"title", "description"})


def test_a_line_of_which_all_words_are_others_is_the_same_line_while_it_costs_the_same() -> None:
    (found,) = line_differences([DESIGN, APP], [there(DESIGN, title="Logo", description="By hand"), there(APP)])
    assert found.sent == DESIGN
    assert found.is_of_words


def test_what_was_removed_and_what_was_added_is_told() -> None:
    added = LineThere("Travel", "", 100, 4_000)
    assert line_differences([DESIGN, APP], [there(APP), added]) == [
        LineDifference(DESIGN, None),
        LineDifference(None, added),
    ]


@given(LINES, LINES)
def test_nothing_is_told_exactly_when_the_same_lines_stand_there(
    ours: list[tuple[str, str, int, int]], theirs: list[tuple[str, str, int, int]]
) -> None:
    sent = [SentLine(number, *each) for number, each in enumerate(ours)]
    found = line_differences(sent, [LineThere(*each) for each in theirs])
    assert (not found) == (sorted(ours) == sorted(theirs))
    # Each line of either side is told once, or is as it was.
    same = len(sent) - sum(each.sent is not None for each in found)
    assert same == len(theirs) - sum((each.there is not None) + len(each.parts) for each in found)
    # Nothing is a part of two lines, and the parts of a line are exactly what was sent, at its price.
    for each in found:
        if each.parts:
            assert each.sent
            assert each.hours_there == each.sent.hours
            assert {part.unit_price for part in each.parts} == {each.sent.unit_price}


@pytest.mark.parametrize(
    ("parts", "others"),
    [
        ((800, 450), ()),  # the line became shorter, and one was added
        ((600, 400, 250), ()),
        ((800, 450), (450,)),  # one that was added beside is no part, though it is as long
        ((1150, 100), (900, 300)),
        ((625, 625), ()),
    ],
)
@pytest.mark.parametrize("is_renamed", [False, True])
def test_a_line_that_was_split_is_told_as_such(
    parts: tuple[int, ...], others: tuple[int, ...], is_renamed: bool
) -> None:
    sent = SentLine(1, "Design", "March", 1250, 885_000)
    titles = ["Logo", *["Pages"] * 9] if is_renamed else ["Design", *["Pages"] * 9]
    texts = ["", *[""] * 9] if is_renamed else ["March", *[""] * 9]
    made = [LineThere(titles[n], texts[n], hours, 885_000) for n, hours in enumerate(parts)]
    beside = [LineThere("Travel", "", hours, 885_000) for hours in others]
    split, *added = line_differences([sent], [*made, *beside])
    assert split.hours_there == 1250
    assert len(split.parts) == len(parts) - 1
    assert split.is_billed_as_sent
    assert [each.there and each.there.hours for each in added] == [*others]


def test_only_what_has_other_words_is_doubtful_and_told_apart_it_is_no_part() -> None:
    sent = SentLine(1, "Design", "March", 1250, 885_000)
    shorter = LineThere("Design", "March", 800, 885_000)
    for rest, is_doubtful in (
        (LineThere("Design", "", 450, 885_000), False),
        (LineThere("Pages", "March", 450, 885_000), False),
        (LineThere("Pages", "", 450, 885_000), True),
        (LineThere("Pages", "April", 450, 885_000), True),
    ):
        (found,) = line_differences([sent], [shorter, rest])
        assert (found.parts, found.doubtful) == ((rest,), (rest,) * is_doubtful)
        apart, added = line_differences([sent], [shorter, rest], apart=[rest])
        assert (apart.hours_there, apart.parts, added.there) == (800, (), rest)


@given(LINES, LINES, st.integers(0, 63))
def test_what_was_told_apart_is_added_there_and_nothing_else(
    ours: list[tuple[str, str, int, int]], theirs: list[tuple[str, str, int, int]], which: int
) -> None:
    """So of each line the customer counts as paying for no more than its own, and for nothing less than without it."""
    sent, made = [SentLine(number, *each) for number, each in enumerate(ours)], [LineThere(*each) for each in theirs]
    apart = {each for number, each in enumerate(made) if which >> number & 1}
    found = line_differences(sent, made, apart=apart)
    without = line_differences(sent, [each for each in made if each not in apart])
    assert [each for each in found if each.sent] == [each for each in without if each.sent]
    added = [each.there for each in found if each.sent is None]
    assert [each for each in added if each in apart] == [each for each in made if each in apart]


def test_lines_of_another_price_or_sum_are_no_parts() -> None:
    sent = SentLine(1, "Design", "", 1250, 885_000)
    for other in (LineThere("Pages", "", 450, 900_000), LineThere("Pages", "", 449, 885_000)):
        shorter, added = line_differences([sent], [LineThere("Design", "", 800, 885_000), other])
        assert not shorter.parts
        assert added.there == other


def test_a_reduction_and_a_vat_are_compared_as_far_as_billomat_says_them() -> None:
    sent = SentLine(1, "Design", "", 100, 885_000, Reduction(percent=100_000), 1900)
    for text in ("10%", "10.00 %", "10", None, "10.0%", "many"):
        assert line_differences([sent], [LineThere("Design", "", 100, 885_000, read_off(text), 1900)]) == []
    for text in ("12%", "", "0", "5"):
        (found,) = line_differences([sent], [LineThere("Design", "", 100, 885_000, read_off(text), None)])
        assert found.is_reduced_otherwise
        assert not found.has_other_vat
    (found,) = line_differences([sent], [LineThere("Design", "", 100, 885_000, None, 700)])
    assert found.has_other_vat
    assert found.is_billed_as_sent
    assert not found.is_of_words


@pytest.mark.parametrize("text", ["NaN", "Infinity%", "1e999999", "12,5", "ten"])
def test_what_is_no_figure_says_nothing_of_a_reduction(text: str) -> None:
    assert read_off(text) is None

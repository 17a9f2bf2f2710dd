"""Lines of a sent draft as Billomat has them, beside what was sent: nobody's edit is overlooked, and no move is one."""

from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.line_differences import LineDifference, LineThere, SentLine, line_differences

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
    assert same == len(theirs) - sum(each.there is not None for each in found)

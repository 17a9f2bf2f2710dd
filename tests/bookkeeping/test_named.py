"""What docs/bookkeeping.md says is shown by a test that there is, or is the reader's own duty."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "bookkeeping.md").read_text()
YOURS = "**yours**"


def tables() -> list[list[list[str]]]:
    """The cells of each table of the page, with its head."""
    found: list[list[list[str]]] = []
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in block.splitlines()]
        found.append([row for row in rows if not set("".join(row)) <= set("-| ")])
    return found


def test_each_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", PAGE)
    assert len(named) > 20
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_each_step_and_each_duty_names_what_shows_it() -> None:
    shown = [table for table in tables() if table[0][-1] == "Shown by"]
    assert len(shown) == 2
    for _, *rows in shown:
        for row in rows:
            assert "`tests/" in row[-1] or YOURS in row[-1], row


def test_each_time_of_keeping_says_how_sure_it_is() -> None:
    (times,) = (table for table in tables() if table[0][-1] == "How sure")
    assert all(len(row) == len(times[0]) and row[-1] for row in times)


def test_the_command_and_the_files_that_are_named_are_there() -> None:
    for each in re.findall(r"\]\(([\w./-]+\.md)\)", PAGE):
        assert (ROOT / "docs" / each).exists(), each

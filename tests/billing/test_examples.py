"""docs/invoicing.md: each of its examples is done by a person at Slack, and shows what the paper says."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.core.context import Bot
from playground.person import Person, Seen
from tests.billing.deeds import RunJobs, appoint, just_read
from tests.conftest import T0, FrozenClock
from tests.deeds import add_names

PAPER = Path(__file__).parents[2] / "docs" / "invoicing.md"
FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
_FENCED = re.compile(r"^```slack\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PRESSED = re.compile(r"\[(?P<label>.+?)\](?: at (?P<line>.+))?")
_FILLED = re.compile(r"(?P<field>.+?) = (?P<value>.*)")


class Example(NamedTuple):
    """A block of the paper: below which heading it stands, and its lines."""

    heading: str
    lines: list[str]


def examples() -> Iterator[Example]:
    text = PAPER.read_text()
    for found in _FENCED.finditer(text):
        heading = re.findall(r"^## (.+)$", text[: found.start()], re.MULTILINE)[-1]
        yield Example(heading, found[1].splitlines())


BEGINS, *EXAMPLES = examples()
"""The first one is the work that all others bill."""


class Reader:
    """Does what the lines of an example say, as a person who reads the screen."""

    def __init__(self, who: Person, run_jobs: RunJobs) -> None:
        self.who, self.run_jobs = who, run_jobs

    def does(self, line: str) -> None:
        if line.startswith("/track"):
            self.types(line)
        elif line.startswith("… "):
            assert line[2:] in self.shown, f"{line}\nis not in\n{self.shown}"
        elif line.startswith("no … "):
            assert line[5:] not in self.shown, f"{line[5:]}\nis in\n{self.shown}"
        elif pressed := _PRESSED.fullmatch(line):
            self.presses(pressed["label"], pressed["line"])
        elif filled := _FILLED.fullmatch(line):
            self.fills(filled["field"], filled["value"])
        else:
            raise AssertionError(f"nobody understands: {line}")

    @property
    def surface(self) -> Seen:
        return self.who.modal if self.who.sees_modal else self.who.last

    @property
    def shown(self) -> str:
        return self.surface.plain().replace("\xa0", " ").replace("\n", " ")

    def types(self, line: str) -> None:
        while self.who.sees_modal:
            self.who.modal.close()
        self.who.types(line)

    def presses(self, label: str, at: str | None) -> None:
        if self.who.sees_modal and label in self._below():
            self._below()[label]()
            self.run_jobs()
        elif at is None:
            self.surface.click(label)
        else:
            self._press_at(label, at)

    def _below(self) -> dict[str, Callable[[], object]]:
        """The two buttons of a form's own, below it."""
        modal = self.who.modal
        return {modal.view.submit: modal.submit, modal.view.close: modal.close}

    def _press_at(self, label: str, line: str) -> None:
        """The button of the line, or of the row of buttons below it."""
        is_there = False
        for block in self.surface.surface.blocks:
            said = block.get("text", {}).get("text", "").replace("\xa0", " ")
            is_there = said.startswith(line) or (is_there and block["type"] in ("actions", "context"))
            for element in (block.get("accessory"), *block.get("elements", ())):
                if is_there and element and element.get("text", {}).get("text") == label:
                    self.who.workspace.click(
                        self.who.id, self.surface.surface, element["action_id"], block_id=block["block_id"]
                    )
                    self.who.waits()
                    return
        raise AssertionError(f"no {label} at {line}")

    def fills(self, field: str, value: str) -> None:
        _, element = self.surface._field(field)
        takes_several = element["type"] == "checkboxes" or element["type"].startswith("multi_")
        self.surface.fill(field, value.split(" + ") if takes_several else value)


@pytest.fixture
def reader(connected: None, anna: Person, finn: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs) -> Reader:
    """Friday, 27 November 2026; what the paper begins with is worked already."""
    clock.forward(FRIDAY - T0)
    just_read(bot)
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    add_names(bot, {"Zoo Leipzig": ["Gehege"]})
    reading = Reader(anna, run_jobs)
    for line in BEGINS.lines:
        reading.does(line)
    return reading


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.heading)
def test_an_example_of_the_paper_does_what_it_says(example: Example, reader: Reader) -> None:
    for line in example.lines:
        reader.does(line)


def test_the_paper_has_examples_below_each_heading() -> None:
    headings = set(re.findall(r"^## (.+)$", PAPER.read_text(), re.MULTILINE))
    assert headings == {example.heading for example in (BEGINS, *EXAMPLES)}

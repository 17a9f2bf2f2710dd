"""Help is grouped by what a person wants to do, fits into Slack, and its buttons lead on."""

from collections import Counter

import pytest

from bot.core.languages import languages
from bot.grammar.wording import GROUPS, SUBCOMMANDS
from bot.slack.blocks import SECTION_TEXT
from docs.commands import README, filled
from playground.person import Person, person
from playground.slack.workspace import Workspace
from tests.deeds import said

TITLES = {
    "en": (
        "Track time and expenses",
        "Correct and complete",
        "Lists and reports",
        "Invoices in Billomat",
        "Customers and projects",
        "Settings and help",
    ),
    "de": (
        "Zeit und Ausgaben erfassen",
        "Korrigieren und ergänzen",
        "Listen und Berichte",
        "Rechnungen in Billomat",
        "Kunden und Projekte",
        "Einstellungen und Hilfe",
    ),
}


@pytest.fixture
def greta(workspace: Workspace) -> Person:
    """A guest."""
    workspace.add_person("Greta Guest", zone="Europe/Berlin", locale="en-GB", is_restricted=True)
    return person(workspace, "Greta Guest")


def test_each_command_belongs_to_one_group() -> None:
    named = Counter(command for group in GROUPS for command in group.commands)
    assert named == Counter(known.name for known in SUBCOMMANDS)


def test_help_names_what_one_wants_to_do_and_below_it_how(anna: Person, finn: Person) -> None:
    for who, typed, language in ((anna, "/track help", "en"), (finn, "/track hilfe", "de")):
        lines = said(who, typed).splitlines()
        for group, title in zip(GROUPS, TITLES[language], strict=True):
            begin = lines.index(title)
            shown = lines[begin + 1 :][: len(group.commands)]
            examples = [known.wording(language).examples[0] for known in group.subcommands]
            assert all(f"/track {example}" in line for example, line in zip(examples, shown, strict=True))
            lines = lines[begin + len(shown) + 1 :]


@pytest.mark.parametrize("language", languages())
def test_each_group_fits_into_one_paragraph_of_slacks(language: str) -> None:
    for group in GROUPS:
        wordings = [known.wording(language) for known in group.subcommands]
        longest = sum(len(each.examples[0]) + len(each.summary) + len("`/track `  \n") for each in wordings)
        assert longest + len(group.title.said(language)) < SECTION_TEXT


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("Track time …", "Track time"),
        ("Create invoice …", "Invoice"),
        ("Customers and projects …", "Catalogue"),
        ("Settings …", "Settings"),
    ],
)
def test_a_button_below_help_opens_what_it_says(projects: None, anna: Person, label: str, title: str) -> None:
    anna.types("/track help")
    anna.last.click(label)
    assert anna.modal.title == title


def test_help_on_one_command_offers_the_form_that_does_the_same(projects: None, anna: Person) -> None:
    offered = {
        "log": ["Track time …"],
        "edit": [],
        "invoice": ["Create invoice …"],
        "new": ["Customers and projects …"],
    }
    for command, buttons in offered.items():
        anna.types(f"/track help {command}")
        assert anna.last.buttons == buttons


def test_help_offers_nobody_what_they_may_not_do(projects: None, anna: Person, finn: Person, greta: Person) -> None:
    anna.types("/track connect")  # so that somebody bills, and Finn does not
    finn.types("/track hilfe")
    assert finn.last.buttons == ["Zeit erfassen …", "Kunden und Projekte …", "Einstellungen …"]
    greta.types("/track help")
    assert greta.last.buttons == ["Track time …", "Settings …"]


def test_the_readme_lists_the_commands_as_help_does() -> None:
    readme = README.read_text()
    assert filled(readme) == readme
    places = [readme.index(f"| **{title}** |") for title in TITLES["en"]]
    assert places == sorted(places)

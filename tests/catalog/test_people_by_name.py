"""People are found by name as soon as they are there, and by the name that they have now."""

import pytest

from playground.person import Person
from playground.slack.workspace import Workspace
from tests.deeds import said


@pytest.fixture
def _asked_before(projects: None, anna: Person) -> None:
    assert "own time" in said(anna, "/track report acme all")


@pytest.mark.usefixtures("_asked_before")
def test_whoever_comes_is_found_at_once(anna: Person, finn: Person) -> None:
    assert "Finn Freelancer" not in said(anna, "/track report finn")
    finn.types("/track log 2h acme website")
    answer = said(anna, "/track report finn")
    assert "Finn Freelancer" in answer
    assert "2:00 h" in answer


@pytest.mark.usefixtures("_asked_before")
def test_whoever_is_called_otherwise_is_found_by_the_new_name_alone(
    anna: Person, finn: Person, workspace: Workspace
) -> None:
    finn.types("/track log 2h acme website")
    assert "Finn Freelancer" in said(anna, "/track report finn")
    workspace.change_person(finn.id, name="Fiona Freelancer")
    finn.waits()
    assert "Fiona Freelancer" in said(anna, "/track report fiona")
    assert "2:00 h" not in said(anna, "/track report finn")
    assert "eigene Zeit" in said(finn, "/track report ich")

"""A note can be kept from the customer; who writes one that is not is told once who reads it."""

import pytest

from bot.core.context import Bot
from playground.person import Person
from tests.conftest import FrozenClock
from tests.deeds import everything, only, said

TOLD = "Your customers read notes on the invoice. Add --private to keep one from them"


@pytest.mark.parametrize(
    "typed",
    [
        "/track log 1h website --private: argued",
        "/track log 1h website #call --private: argued",
        "/track start website --private: argued",
    ],
)
def test_a_private_note_is_marked_wherever_it_is_shown(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    assert "🤫 argued" in said(anna, typed)
    assert "🤫 argued" in said(anna, "/track list")
    assert only(bot).private


def test_the_same_in_german(projects: None, finn: Person, bot: Bot) -> None:
    assert "🤫 gestritten" in said(finn, "/track log 1h website --privat: gestritten")
    assert only(bot).private


def test_a_private_note_survives_stop_continue_and_split(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    anna.types("/track start website --private: argued")
    clock.forward_by(hours=1)
    anna.types("/track stop")
    clock.forward_by(minutes=10)
    assert "🤫 argued" in said(anna, "/track continue")
    clock.forward_by(hours=2)
    anna.types("/track split 12:00")
    assert [entry.private for entry in everything(bot)] == [True, True, True]


def test_a_private_line_makes_the_whole_note_private(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h website: call")
    assert "🤫 call" in said(anna, "/track note --private he was angry")
    assert (only(bot).note, only(bot).private) == ("call\nhe was angry", True)
    anna.types("/track note and calm again")
    assert only(bot).private


def test_a_timer_can_be_stopped_with_a_private_note(projects: None, anna: Person, bot: Bot, clock: FrozenClock) -> None:
    anna.types("/track start website")
    clock.forward_by(hours=1)
    assert "🤫 argued" in said(anna, "/track stop --private: argued")
    assert only(bot).private


def test_the_forms_have_a_tick_for_it(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log website --private: argued")
    anna.clicks("Fill in the form …")
    assert anna.modal.value("Who reads the note") == ["🤫 Keep the note from the customer"]
    anna.modal.fill("Duration", "1:00")
    anna.modal.submit()
    assert only(bot).private
    anna.types("/track edit")
    assert anna.modal.value("Who reads the note") == ["🤫 Keep the note from the customer"]
    anna.modal.fill("Who reads the note", [])
    anna.modal.submit()
    assert not only(bot).private


def test_who_writes_a_note_is_told_once_that_customers_read_it(
    projects: None, anna: Person, finn: Person, clock: FrozenClock
) -> None:
    assert TOLD not in said(anna, "/track log 1h website")
    assert TOLD not in said(anna, "/track log 1h website --private: argued")
    assert TOLD not in said(anna, "/track log 1h website --nb: lunch")
    assert TOLD in said(anna, "/track log 1h website: review")
    assert TOLD not in said(anna, "/track log 1h website: review again")
    assert "Deine Kunden lesen Notizen auf der Rechnung. Mit --intern" in said(finn, "/track start website: Abstimmung")
    clock.forward_by(hours=1)
    assert "Deine Kunden" not in said(finn, "/track stop: fertig")


@pytest.mark.parametrize("first", ["/track log 1h website", "/track start website"])
def test_a_note_that_is_added_later_is_explained_too(
    projects: None, anna: Person, clock: FrozenClock, first: str
) -> None:
    anna.types(first)
    clock.forward_by(minutes=1)
    assert TOLD in said(anna, "/track note review")

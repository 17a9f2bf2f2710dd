"""A pause stops what runs and remembers it: continue goes on with it, and the time between was a break."""

import pytest

from bot.core.context import Bot
from playground.person import Person
from tests.conftest import FrozenClock
from tests.deeds import count, everything, kept, only, said

pytestmark = pytest.mark.both_doors


@pytest.fixture
def paused(projects: None, anna: Person, clock: FrozenClock) -> None:
    """Worked on the website from 10:00 to 12:00, and paused."""
    anna.types("/track start website design #call: kick-off")
    clock.forward_by(hours=2)
    anna.types("/track pause")


@pytest.mark.parametrize("typed", ["pause", "lunch", "mittag", "Pause now"])
def test_a_pause_stops_what_runs(projects: None, anna: Person, bot: Bot, clock: FrozenClock, typed: str) -> None:
    anna.types("/track start website")
    clock.forward_by(hours=2)
    assert "Break since 12:00 · Acme GmbH › Website 2:00 h (10:00–12:00)" in said(anna, f"/track {typed}")
    assert only(bot).seconds == 7200
    assert "Break since 12:00: Acme GmbH › Website" in said(anna, "/track status")


@pytest.mark.parametrize("typed", ["pause 12:30", "mittag seit 12:30", "pause 30m ago", "Pause vor 30 Minuten"])
def test_it_can_have_begun_before(projects: None, finn: Person, bot: Bot, clock: FrozenClock, typed: str) -> None:
    finn.types("/track start website")
    clock.forward_by(hours=3)
    assert "Pause seit 12:30" in said(finn, f"/track {typed}")
    assert only(bot).seconds == 9000


def test_continue_goes_on_with_it_whatever_was_logged_in_between(
    paused: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    anna.types("/track log 9-10 shop")
    anna.types("/track log 1h shop")
    clock.forward_by(minutes=45)
    assert "Acme GmbH › Website · Design · #call has been running since 12:45" in said(anna, "/track continue")
    assert everything(bot)[-1].note == "kick-off"


def test_its_button_goes_on_once(paused: None, anna: Person, bot: Bot, clock: FrozenClock) -> None:
    clock.forward_by(minutes=30)
    clicks_again = kept(anna.last)
    anna.clicks("Go on")
    assert "has been running since 12:30" in anna.last.plain()
    anna.workspace.repeat()
    anna.workspace.wait_idle()
    assert count(bot) == 2
    clicks_again("Go on")
    assert count(bot) == 2
    assert "is running already" in anna.last.plain()


def test_a_pause_while_nothing_runs_says_so(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    assert "No timer is running, so there is nothing to pause" in said(anna, "/track pause")
    assert "Es läuft keine Zeitmessung" in said(finn, "/track pause")
    assert count(bot) == 0


def test_a_second_pause_names_the_first(paused: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_by(minutes=10)
    answer = said(anna, "/track pause")
    assert "Your break began at 12:00 already. /track continue goes on with Acme GmbH › Website" in answer


def test_a_pause_is_no_gap_once_it_is_over(paused: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_by(minutes=45)
    anna.types("/track start shop")
    clock.forward_by(hours=1)
    shown = said(anna, "/track gaps")
    assert "12:00" not in shown
    assert "09:00–10:00" in shown


def test_an_open_pause_is_no_gap_for_two_hours(paused: None, anna: Person, clock: FrozenClock) -> None:
    clock.forward_by(minutes=90)
    assert "12:00" not in said(anna, "/track gaps")
    clock.forward_by(hours=2)
    assert "14:00–15:30" in said(anna, "/track gaps")


def test_undo_takes_a_pause_and_its_end_back(paused: None, anna: Person, bot: Bot, clock: FrozenClock) -> None:
    clock.forward_by(minutes=5)
    anna.types("/track continue")
    anna.types("/track undo")
    assert "Break since 12:00" in said(anna, "/track status")
    anna.types("/track undo")
    assert only(bot).ended_at is None
    assert "has been running since 10:00" in said(anna, "/track status")


def test_what_was_paused_yesterday_is_continued_and_the_night_was_no_break(
    paused: None, anna: Person, clock: FrozenClock
) -> None:
    anna.types("/track log 8-9 shop")
    clock.forward_by(hours=22)
    assert "Acme GmbH › Website · Design · #call has been running since 10:00" in said(anna, "/track continue")
    anna.types("/track undo")
    assert "14:00–18:00" in said(anna, "/track gaps yesterday")


def test_a_paused_entry_that_was_deleted_is_forgotten(paused: None, anna: Person) -> None:
    anna.types("/track log 8-9 shop")
    anna.types("/track delete 11:00")
    assert "Shop has been running" in said(anna, "/track continue")

"""Who comes next where invoices are written one after the other, and of whom nothing can be billed now."""

import pytest
from sqlalchemy import update

from bot.core.context import Bot
from playground.person import Person
from storage.tables import customers, projects, workspaces
from tests.billing.deeds import ACME, RunJobs, change, just_read, sends
from tests.billing.test_run import BAKERY, ZOO, button, lists, october, opens
from tests.billing.test_submitting import made, rule
from tests.conftest import FrozenClock
from tests.deeds import add_names

__all__ = ["october"]


def tracks(who: Person, clock: FrozenClock, seconds: int, words: str) -> None:
    """A timer that ran for so long."""
    who.types(f"/track start {words}")
    clock.forward_by(seconds=seconds)
    who.types("/track stop")


@pytest.fixture
def one_month(worked: None, anna: Person, bot: Bot) -> None:
    """Acme has work in March, and there are two other customers."""
    add_names(bot, {ZOO: ["Gehege"]})


# Time that is too short for a line


@pytest.mark.parametrize("lengths", [[5], [17], [9, 8], [1, 2, 3, 4]])
def test_who_has_a_few_seconds_is_neither_next_nor_open(
    lengths: list[int], one_month: None, anna: Person, clock: FrozenClock
) -> None:
    for seconds in lengths:
        tracks(anna, clock, seconds, "bäckerei")
    anna.types("/track invoice acme march")
    assert "Bäckerei" not in anna.modal.text
    after = sends(anna).text
    assert "Bäckerei" not in after
    assert f"{BAKERY}\n0:00 h · €0.00\n⚠️ too short for a line" in lists(anna, "/track invoice all march")


@pytest.mark.parametrize("lengths", [[18], [9, 9], [5, 40], [3, 3, 3, 9]])
def test_half_a_hundredth_of_an_hour_is_next_as_it_can_be_billed(
    lengths: list[int], one_month: None, anna: Person, clock: FrozenClock
) -> None:
    for seconds in lengths:
        tracks(anna, clock, seconds, "bäckerei")
    anna.types("/track invoice acme march")
    anna.modal.click(button(anna, "Next customer: Bäckerei"))
    assert "0.01 h" in anna.modal.text
    assert "too short for a line" not in lists(anna, "/track invoice all march")


@pytest.mark.parametrize("of", [workspaces, customers, projects])
def test_a_few_seconds_that_are_rounded_up_are_next(
    of: object, one_month: None, anna: Person, clock: FrozenClock, bot: Bot
) -> None:
    tracks(anna, clock, 5, "bäckerei")
    with bot.database.write() as db:
        db.execute(update(of).values(rounding='{"way":"up","minutes":15,"per":"line"}'))
    anna.types("/track invoice acme march")
    anna.modal.click(button(anna, "Next customer: Bäckerei"))
    assert "0.25 h" in anna.modal.text


def test_those_between_are_passed_over(one_month: None, anna: Person, clock: FrozenClock) -> None:
    tracks(anna, clock, 5, "bäckerei")
    anna.types("/track log 1h zoo gehege today")
    anna.types("/track invoice acme march")
    assert button(anna, "Next customer: Zoo Leipzig, 1:00 h")


# Whose invoice waits for a second person


@pytest.fixture
def approver(october: None, aylin: Person, bot: Bot) -> Person:
    """Aylin approves, and every invoice needs a second person."""
    change(bot, ZOO, billomat_id=77)
    just_read(bot)
    aylin.types("/track status")
    made(bot, "Aylin Approver", "approver")
    rule(bot, 0)
    return aylin


def test_who_was_submitted_waits_and_is_not_called_open(approver: Person, anna: Person) -> None:
    lists(anna, "/track invoice all october")
    for customer in (ACME, BAKERY):
        opens(anna, customer)
        sends(anna)
        anna.modal.click("All customers …")
    assert f"{ACME}\n2:00 h · €177.00\n✋ waiting for approval" in anna.modal.text
    assert anna.modal.buttons.count("Open the invoice …") == 2
    opens(anna, ZOO)
    assert "✋ Waiting for approval: Acme GmbH, Bäckerei Söhne & Co." in anna.modal.text
    after = sends(anna).text
    assert "✋ Waiting for approval: Acme GmbH, Bäckerei Söhne & Co." in after
    assert "Still open" not in after
    assert "All customers are done" not in after


def test_who_waits_for_approval_is_passed_over_and_opens_what_was_submitted(
    approver: Person, anna: Person, run_jobs: RunJobs
) -> None:
    anna.types("/track invoice bäckerei october")
    sends(anna)
    lists(anna, "/track invoice all october")
    opens(anna, ACME)
    assert button(anna, "Next customer: Zoo Leipzig, 1:30 h")
    anna.modal.click("All customers …")
    assert "Take back" in opens(anna, BAKERY)


@pytest.mark.parametrize("typed", ["website october", "october #call", "10.10.2026-13.10.2026"])
def test_a_part_that_waits_leaves_the_rest_open(typed: str, approver: Person, anna: Person) -> None:
    anna.types("/track log 1h acme website design 12.10.2026 #call: call")
    anna.types("/track log 1h acme app 15.10.2026: more")
    anna.types(f"/track invoice acme {typed}")
    sends(anna)
    assert "waiting for approval" not in lists(anna, "/track invoice all october")
    opens(anna, ZOO)
    assert f"Still open for October 2026: {ACME}, {BAKERY}" in anna.modal.text


def test_all_that_is_open_waits_where_each_of_its_months_does(approver: Person, anna: Person) -> None:
    anna.types("/track invoice acme october")
    sends(anna)
    assert "waiting for approval" not in lists(anna, "/track invoice all open")  # November is open
    anna.types("/track invoice acme november")
    sends(anna)
    assert f"{ACME}\n2:45 h · €248.25\n✋ waiting for approval" in lists(anna, "/track invoice all open")
    anna.types("/track expense 20 net acme website 3.9.2026: ticket")
    assert "waiting for approval" not in lists(anna, "/track invoice all open")


def test_what_waits_of_one_customer_says_nothing_of_another(approver: Person, anna: Person) -> None:
    anna.types("/track log 1h bäckerei shop mon: november")
    for typed in ("acme october", "bäckerei november"):
        anna.types(f"/track invoice {typed}")
        sends(anna)
    listed = lists(anna, "/track invoice all open")
    assert "waiting for approval" not in listed
    assert listed.count("Create invoice …") == 3


def test_a_german_reads_who_waits(approver: Person, anna: Person, finn: Person) -> None:
    anna.types("/track invoice bäckerei october")
    sends(anna)
    assert "✋ wartet auf Freigabe" in lists(finn, "/track rechnung alle oktober")
    opens(finn, ZOO)
    assert f"Noch offen für Oktober 2026: {ACME}\n✋ Warten auf Freigabe: {BAKERY}" in finn.modal.text

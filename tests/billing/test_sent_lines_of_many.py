"""A line of a sent draft with more entries than a menu of Slack's takes: in pages, and all of them in one click."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.billing import settling
from bot.billing.rules.picked import PER_PAGE, Picked
from bot.billing.rules.settling import Outcome
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage.settlements import Item
from storage.tables import draft_entries, settlements
from tests.billing.deeds import RunJobs, invoice, seen_by, sends
from tests.billing.test_sent_lines import another, hour, opens_line, without
from tests.deeds import add_entry

__all__ = ["hour"]  # a fixture

pytestmark = pytest.mark.usefixtures("one_clock")
FIRST = datetime(2026, 3, 1, 8, tzinfo=UTC)


def sends_line_of(count: int, bot: Bot, anna: Person, run_jobs: RunJobs, account: Account) -> int:
    """A line with so many entries of a quarter of an hour stands in Billomat; the draft's id there."""
    with bot.database.write() as db:
        for number in range(count):
            began = FIRST + timedelta(days=number * 8 // count)
            ended = began + timedelta(minutes=15)
            add_entry(db, project_id=1, note=f"n{number:04}", started_at=began, ended_at=ended, timed=False)
    invoice(anna)
    assert "On its way" in sends(anna).text
    run_jobs()
    while anna.sees_modal:
        anna.modal.close()
    return account.drafts()[0].id


def outcomes(bot: Bot) -> Counter[str]:
    """Of how many entries what was decided."""
    with bot.database.read() as db:
        bound = {*db.execute(select(draft_entries.c.entry_id)).scalars()}
        written_off = {*db.execute(select(settlements.c.entry_id)).scalars()}
    return Counter(bound=len(bound), written_off=len(written_off))


@pytest.mark.parametrize("count", [101, 250, 2_000])
def test_all_of_a_removed_line_is_free_again_in_one_click(
    connected: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, hour: RunJobs, count: int
) -> None:
    draft = sends_line_of(count, bot, anna, run_jobs, account)
    account.edit_lines(draft, without("Website"))
    hour()
    opens_line(anna, "Website")
    time = f"{count // 4}:{count % 4 * 15:02} h"
    assert f"Picked: {count:,} entries, {time}" in anna.modal.text
    assert len(anna.modal.options("Entries")) == PER_PAGE
    assert f"Page 1 of {-(-count // PER_PAGE)}: " in anna.modal.text
    anna.modal.submit()
    assert f"{time} free again" in anna.modal.text
    assert outcomes(bot) == Counter(bound=0, written_off=0)


@pytest.mark.parametrize("count", [101, 250])
def test_what_was_picked_on_one_page_stays_picked_on_the_others(
    connected: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, hour: RunJobs, count: int
) -> None:
    draft = sends_line_of(count, bot, anna, run_jobs, account)
    account.edit_lines(draft, another("Website", quantity=Decimal(count) / 4 - 1))
    hour()
    opens_line(anna, "Website")
    assert "Picked: nothing yet" in anna.modal.text
    anna.modal.fill("Entries", ["n0003", "n0099"])
    anna.modal.fill("What becomes of the entries", "Write off")
    anna.modal.fill("Reason", "A gift")
    assert "Picked: 2 entries, 0:30 h" in anna.modal.text
    anna.modal.click("Next")
    anna.modal.fill("Entries", ["n0100"])
    assert "Picked: 3 entries, 0:45 h" in anna.modal.text
    anna.modal.click("Back")
    assert len(anna.modal.value("Entries")) == 2
    assert anna.modal.value("What becomes of the entries") == "Write off"
    anna.modal.submit()
    assert "0:45 h written off" in anna.modal.text
    assert outcomes(bot) == Counter(bound=count, written_off=3)
    with bot.database.read() as db:
        assert {*db.execute(select(settlements.c.reason)).scalars()} == {"A gift"}


def test_all_but_one_of_a_cancelled_invoice_is_written_off_and_then_billed_after_all(
    connected: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, hour: RunJobs
) -> None:
    draft = sends_line_of(250, bot, anna, run_jobs, account)
    account.complete(draft)
    hour()
    account.cancel(draft)
    hour()
    opens_line(anna, "Website")
    anna.modal.click("Pick all: 250 entries, 62:30 h")
    anna.modal.click("Next")
    anna.modal.fill("Entries", [each for each in anna.modal.options("Entries") if "n0150" not in each])
    assert "Picked: 249 entries, 62:15 h" in anna.modal.text
    anna.modal.fill("What becomes of the entries", "Write off")
    anna.modal.submit()
    assert outcomes(bot) == Counter(bound=250, written_off=249)
    opens_line(anna, "Website")
    anna.modal.click("Pick all: 1 entry, 0:15 h")
    anna.modal.fill("What becomes of the entries", "Write off")
    anna.modal.submit()
    opens_line(anna, "Website")
    anna.modal.click("Pick all: 250 entries, 62:30 h")
    anna.modal.fill("What becomes of the entries", "Billed by this invoice")
    anna.modal.submit()
    assert outcomes(bot) == Counter(bound=250, written_off=0)


def test_where_nothing_is_picked_that_is_said_and_what_was_typed_stays(
    connected: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, hour: RunJobs
) -> None:
    draft = sends_line_of(101, bot, anna, run_jobs, account)
    account.edit_lines(draft, without("Website"))
    hour()
    opens_line(anna, "Website")
    anna.modal.fill("Reason", "Our mistake")
    anna.modal.click("Pick none")
    anna.modal.submit()
    assert anna.modal.errors["Entries"] == "Choose at least one."
    assert anna.modal.value("Reason") == "Our mistake"


def test_a_line_that_somebody_else_decided_of_meanwhile_is_not_saved_by_an_old_window(
    connected: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, hour: RunJobs
) -> None:
    draft = sends_line_of(101, bot, anna, run_jobs, account)
    account.edit_lines(draft, without("Website"))
    hour()
    caller = replace(seen_by(bot, "Anna Admin")[0], request="in another window")
    opens_line(anna, "Website")
    settling.settle(bot, caller, 1, 1, [Item("entry", 5)], Outcome.FREE, "")
    anna.modal.submit()
    assert "changed meanwhile" in anna.modal.text
    assert outcomes(bot)["bound"] == 100


def test_more_lines_were_added_there_than_are_named(
    connected: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, hour: RunJobs
) -> None:
    draft = sends_line_of(1, bot, anna, run_jobs, account)
    for number in range(11):
        account.add_line(draft, title=f"Extra {number}", quantity=Decimal(1), unit_price=Decimal(80))
    hour()
    next(said for said in reversed(anna.dm) if "Lines …" in said.buttons).click("Lines …")
    assert "Extra 7" in anna.modal.text
    assert "… and 3 more" in anna.modal.text


@given(st.lists(st.booleans(), max_size=320), st.booleans(), st.data())
def test_what_is_picked_on_each_page_is_what_is_picked(usual: list[bool], is_all: bool, data: st.DataObject) -> None:
    picked, wanted = Picked(is_all), [is_all and each for each in usual]
    for page in data.draw(st.lists(st.integers(1, 4), max_size=6)):
        first = (page - 1) * PER_PAGE
        here = range(first, min(first + PER_PAGE, len(usual)))
        chosen = data.draw(st.sets(st.sampled_from(here))) if here else set()
        picked = picked.on_page(page, chosen, usual)
        for position in here:
            wanted[position] = position in chosen
        assert picked.among(usual) == wanted

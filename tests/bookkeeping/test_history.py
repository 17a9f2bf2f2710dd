"""Who changed what when, read in Slack: of an entry by whoever may see it, of an invoice by those who bill."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.billing.rules.following import News
from bot.billing.rules.states import Transition
from bot.bookkeeping.views.changes import deed
from bot.core.context import Bot
from bot.core.texts import Reader
from playground.person import Person
from storage.tables import audits, entries
from tests.billing.conftest import connected, one_clock
from tests.billing.deeds import RunJobs, appoint, edits, invoice, sends
from tests.conftest import FrozenClock
from tests.deeds import edit, forge

__all__ = ["connected", "one_clock"]

pytestmark = pytest.mark.usefixtures("one_clock")


@pytest.fixture
def worked(connected: None, anna: Person, clock: FrozenClock) -> None:
    """Anna wrote two hours down, and made them 1:30 h five minutes later."""
    anna.types("/track log 2h acme website design yesterday: Workshop")
    clock.forward_by(minutes=5)
    edit(anna, Duration="1:30")
    anna.modal.close()


def history_of(who: Person, label: str = "History …") -> str:
    who.clicks(label)
    return who.modal.text


def test_an_entry_says_who_made_it_and_what_was_corrected_when(worked: None, anna: Person) -> None:
    anna.types("/track edit yesterday")
    said = history_of(anna)
    assert "10:05 · Anna Admin: corrected\nDuration: 2:00 h → 1:30 h" in said
    assert "10:00 · Anna Admin: written down" in said
    assert "Note: Workshop" in said
    assert "Project: Website" in said


@pytest.mark.parametrize(
    ("begun", "ran", "shown"),
    [
        (40, 30, "0:01"),
        (50, 20, "0:01"),
        (5, 4 * 3600 - 4, "4:00"),
        (0, 59, "0:00"),
        (1, 150, "0:02"),
        (59, 3601, "1:01"),
    ],
)
def test_a_timer_has_one_length_everywhere(
    connected: None, anna: Person, clock: FrozenClock, begun: int, ran: int, shown: str
) -> None:
    """As its clock passed, whatever the seconds say: in the list, in its history and among the entries of a line."""
    clock.forward_by(seconds=begun)
    anna.types("/track start acme website design: one")
    clock.forward_by(seconds=ran)
    anna.types("/track stop")
    anna.types("/track list")
    assert f" · {shown} h · " in anna.last.plain()
    anna.clicks("Edit …")
    said = history_of(anna)
    assert f"Duration: {shown} h" in said
    while anna.sees_modal:
        anna.modal.close()
    if ran < 60:
        return  # too short for an invoice
    invoice(anna)
    anna.modal.click("Entries …")
    assert f" · {shown} h · Anna Admin" in anna.modal.text


def test_a_history_reads_german_to_whoever_reads_german(worked: None, finn: Person, bot: Bot) -> None:
    finn.types("/track log 2h acme website gestern: Skizzen")
    finn.clicks("Bearbeiten …")
    said = history_of(finn, "Verlauf …")
    assert "Finn Freelancer: eingetragen" in said
    assert "Dauer: 2:00 h" in said
    assert "Notiz: Skizzen" in said


def test_what_was_undone_stays_in_the_history(worked: None, anna: Person) -> None:
    anna.types("/track undo")
    anna.types("/track edit yesterday")
    said = history_of(anna)
    assert "taken back: corrected\nDuration: 1:30 h → 2:00 h" in said
    assert "corrected\nDuration: 2:00 h → 1:30 h" in said


def test_others_see_no_history_of_an_entry_unless_they_bill(worked: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track log 1h acme website gestern: Skizzen")
    finn.clicks("Bearbeiten …")
    with bot.database.read() as db:
        of_anna = db.execute(select(entries.c.id).order_by(entries.c.id).limit(1)).scalar_one()
    forge(finn.modal, "Verlauf …", str(of_anna))
    finn.clicks("Verlauf …")
    assert "Workshop" not in finn.modal.text
    assert "Anna" not in finn.last.plain()


def test_an_invoice_leads_to_its_entries_and_each_of_them_back(worked: None, anna: Person, run_jobs: RunJobs) -> None:
    invoice(anna)
    edits(anna, title="Design in March").submit()
    assert "On its way" in sends(anna).text
    run_jobs()
    anna.modal.close()
    anna.dm[-1].click("History …")
    said = anna.modal.text
    assert "Anna Admin: approved" in said
    assert "Net: €132.75" in said
    assert "Lines: Design in March: €132.75" in said
    assert "Trackomat: stands in Billomat" in said
    assert "line changed" in said
    anna.clicks("1 entry …")
    assert "Workshop" in anna.modal.text
    anna.modal.click("History …")
    assert "corrected\nDuration: 2:00 h → 1:30 h" in anna.modal.text
    anna.modal.click("Invoice …")
    assert "Anna Admin: approved" in anna.modal.text


def test_an_invoice_of_expenses_alone_counts_no_entries(connected: None, anna: Person, run_jobs: RunJobs) -> None:
    anna.types("/track expense 49,90 acme website: train ticket")
    invoice(anna)
    assert "On its way" in sends(anna).text
    run_jobs()
    anna.modal.close()
    anna.dm[-1].click("History …")
    assert "0 entries …" not in anna.modal.buttons
    assert "Lines …" in anna.modal.buttons


def test_the_lines_that_were_approved_stay_on_record_when_the_time_is_free_again(
    worked: None, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    invoice(anna)
    sends(anna)
    run_jobs()
    with bot.database.read() as db:
        (kept,) = db.execute(select(audits.c.after).where(audits.c.action == "approve")).scalars()
    (line,) = kept["lines"]
    assert (line["title"], line["hours"], line["unit_price"], line["amount_cents"]) == (
        "Website · Design",
        150,
        885_000,
        13_275,
    )
    assert line["shares"] == [[1, 5400]]


def test_a_long_history_is_paged(connected: None, anna: Person) -> None:
    anna.types("/track log 2h acme website design yesterday: Workshop")
    for number in range(12):
        anna.types(f"/track note yesterday: {number}")
    anna.types("/track edit yesterday")
    first = history_of(anna)
    assert "written down" not in first
    anna.clicks("Next")
    assert "written down" in anna.modal.text
    anna.clicks("Back")
    assert anna.modal.text == first


@pytest.mark.parametrize("action", sorted({step.audited_as for step in Transition} - {""}) + sorted(News))
def test_each_way_of_a_draft_has_words(action: str) -> None:
    to = Reader.for_locale(locale="en-GB", language="en", zone="UTC")
    assert deed(to, action) != "changed"


RECORDED = re.compile(r'record\(\s*"(?:draft|entry)", [^,]+, "([a-z ]+)"')
STORAGE = Path(__file__).parents[2] / "storage"


def recorded() -> list[str]:
    """What the statements record of drafts and entries by a word of their own."""
    return sorted({found for path in STORAGE.glob("*.py") for found in RECORDED.findall(path.read_text("utf-8"))})


@pytest.mark.parametrize("action", recorded())
def test_whatever_is_recorded_of_a_draft_or_an_entry_has_words(action: str) -> None:
    to = Reader.for_locale(locale="en-GB", language="en", zone="UTC")
    assert deed(to, action) != "changed"


def test_such_words_are_found_in_the_statements() -> None:
    assert {"reduction", "currency", "forget rates", "leave out"} <= set(recorded())


def test_a_reduction_says_how_much_it_was_and_is(worked: None, anna: Person, run_jobs: RunJobs) -> None:
    invoice(anna)
    for percent in ("12.5", "0", None):
        anna.modal.click("Reduction …")
        anna.modal.fill("Reduction in percent", percent)
        anna.modal.submit()
    sends(anna)
    run_jobs()
    anna.modal.close()
    anna.dm[-1].click("History …")
    said = anna.modal.text
    assert "Anna Admin: reduction changed\nReduction: 12.5%" in said
    assert "Anna Admin: reduction changed\nReduction: 12.5% → 0%" in said
    assert "Anna Admin: reduction changed\nReduction: 0% → as the customer has it" in said


def test_billers_see_the_history_of_others(worked: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track log 1h acme website gestern: Skizzen")
    appoint(bot, "Finn Freelancer")
    finn.clicks("Bearbeiten …")
    forge(finn.modal, "Verlauf …", "1")
    assert "Anna Admin: berichtigt\nDauer: 2:00 h → 1:30 h" in history_of(finn, "Verlauf …")


def test_an_expense_says_who_wrote_it_down_and_what_was_corrected(connected: None, anna: Person) -> None:
    anna.types("/track expense 49.90 7% acme website yesterday: train")
    anna.clicks("Edit …")
    anna.modal.fill("Amount in EUR", "59.90")
    anna.modal.submit()
    anna.modal.close()
    anna.clicks("Edit …")
    said = history_of(anna)
    assert "Anna Admin: corrected\nAmount: €49.90 → €59.90" in said
    assert "Anna Admin: written down" in said
    assert "VAT is in the amount: yes" in said
    assert "VAT in percent: 7.00" in said


def test_an_expense_on_an_invoice_leads_to_it_and_others_see_neither(
    connected: None, anna: Person, finn: Person, run_jobs: RunJobs
) -> None:
    finn.types("/track ausgabe 49,90 acme website gestern: Bahn")
    finn.clicks("Bearbeiten …")
    said = history_of(finn, "Verlauf …")
    assert "Finn Freelancer: eingetragen" in said
    assert "Umsatzsteuer ist im Betrag enthalten: ja" in said
    anna.types("/track expense 10 acme website yesterday: taxi")
    invoice(anna)
    sends(anna)
    run_jobs()
    anna.modal.close()
    anna.types("/track list yesterday")
    anna.clicks("History …")
    assert "taxi" in anna.modal.text
    anna.modal.click("Invoice …")
    assert "Anna Admin: approved" in anna.modal.text
    while anna.sees_modal:
        anna.modal.close()
    finn.modal.close()
    finn.types("/track ausgabe 5 acme website heute: Parken")
    finn.clicks("Bearbeiten …")
    forge(finn.modal, "Verlauf …", "2")
    finn.clicks("Verlauf …")
    assert "taxi" not in finn.modal.text

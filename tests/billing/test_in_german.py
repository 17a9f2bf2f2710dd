"""A German biller at the invoice: whatever an English one is told there, in German."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.person import Person
from storage import billomat as billomat_rows
from tests.billing.deeds import ACME, RunJobs, appoint, change, invoice
from tests.conftest import FrozenClock
from tests.deeds import add_entry, add_projects, said

pytestmark = pytest.mark.both_doors


@pytest.fixture
def biller(connected: None, finn: Person, bot: Bot) -> Person:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, locale="de_DE")
    return finn


@pytest.fixture
def sent(biller: Person, account: Account, run_jobs: RunJobs) -> Callable[[], Document]:
    def send() -> Document:
        invoice(biller).submit()
        run_jobs()
        return account.drafts()[0]

    return send


def test_what_is_open_of_an_archived_customer_can_be_billed(biller: Person, bot: Bot) -> None:
    biller.types("/track buche 2h acme website gestern")
    change(bot, ACME, archived=True)
    shown = invoice(biller)
    assert shown.value("Kunde") == ACME
    assert "2,00 h" in shown.text
    assert "aus dem Archiv und lass mich dann noch einmal fragen." in shown.text


def test_days_that_lose_their_text_are_named(biller: Person, bot: Bot, sent: Callable[[], Document]) -> None:
    with bot.database.write() as db:
        for number in range(60):
            began = datetime(2026, 2, 1 + number * 27 // 60, 8, tzinfo=UTC)
            note = f"Ticket {number:02}: Fehler in der Anzeige behoben und alles noch einmal geprüft"
            add_entry(db, project_id=1, note=note, started_at=began, ended_at=began.replace(hour=9), timed=False)
    shown = invoice(biller).text
    assert "⚠️ Nicht vollständig" in shown
    assert all(f"{day}." in shown for day in range(1, 28))
    text = sent().lines[0].description
    assert all(f"Ticket {number:02}" in text for number in range(60))


def test_list_and_invoice_name_the_same_hour_after_midnight(biller: Person, clock: FrozenClock) -> None:
    clock.forward_to(datetime(2027, 1, 1, 9, tzinfo=UTC))
    for typed in ("8-9 website 31.12.", "22:00-1:00 website gestern", "1h website 30.12."):
        biller.types(f"/track buche {typed}")
    month = said(biller, "/track liste letzten monat")
    assert "4:00 h" in month.splitlines()[0]
    shown = invoice(biller).text
    assert "5,00" in shown
    assert "1:00 h nach Mitternacht" in month
    assert "1:00 h nach Mitternacht" in shown


def test_the_draft_names_project_and_service_as_the_form_does(
    biller: Person, bot: Bot, sent: Callable[[], Document]
) -> None:
    add_projects(bot, "Shop", "Intranet")
    biller.types("/track buche 1h acme shop design gestern")
    biller.types("/track buche 1h acme intranet design gestern")
    shown = invoice(biller).text
    assert "Shop · Design" in shown
    assert "Intranet · Design" in shown
    assert [line.title for line in sent().lines] == ["Intranet · Design", "Shop · Design"]


def test_a_draft_on_its_way_is_seen(biller: Person, run_jobs: RunJobs) -> None:
    biller.types("/track buche 2h acme app gestern")
    invoice(biller).submit()
    line = "📨 Unterwegs zu Billomat seit 10:00: Acme GmbH, März 2026, 190,00\xa0€ netto"
    assert line in biller.opens_home().plain()
    assert line in invoice(biller).text
    run_jobs()
    assert "Unterwegs" not in biller.opens_home().plain()


def test_a_service_period_is_one_date_or_both_days_of_a_night(biller: Person, sent: Callable[[], Document]) -> None:
    biller.types("/track buche 2h acme app gestern")
    assert "Leistungszeitraum: 09.03.2026\n" in invoice(biller).text + "\n"
    biller.types("/track undo")
    biller.types("/track buche 22:30-1:30 acme website 28.2.: Release")
    shown = invoice(biller)
    assert shown.value("Zeitraum") == "Februar 2026"
    assert "Leistungszeitraum: 28.02.2026 – 01.03.2026" in shown.text
    assert "1:30 h nach Mitternacht, am 01.03.2026," in shown.text

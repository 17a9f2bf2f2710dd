"""What an import brings of a customer for their invoices, and the order number that people keep for them."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.billomat.client import answers
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.records import Client, Company
from playground.person import Modal, Person
from storage import billomat as billomat_rows
from storage.tables import audits
from tests.billing.deeds import RunJobs, change, invoice, sends
from tests.billomat.deeds import starts_import


@pytest.fixture
def imported(worked: None, anna: Person, run_jobs: RunJobs) -> None:
    starts_import(anna)
    run_jobs()


def page_of(who: Person, customer: str) -> Modal:
    """The customer in the catalogue."""
    while who.sees_modal:
        who.modal.close()
    who.types(f"/track catalog {customer}")
    who.clicks("Open …")
    return who.modal


def keeps(who: Person, number: str) -> Modal:
    """Keep an order number for Acme, from its page in the catalogue."""
    page_of(who, "Acme GmbH").click("Usual invoice …")
    (block,) = [each for each in who.modal.view.blocks if _changes(each) == "recipe_change:order_number"]
    who.workspace.click(who.id, who.modal.surface, _changes(block), block_id=block["block_id"])
    who.waits()
    who.modal.fill("Order number or Leitweg-ID", number)
    who.modal.submit()
    return who.modal


def _changes(block: dict[str, Any]) -> str:
    return str(block.get("accessory", {}).get("action_id", ""))


def texts(who: Person, note: str) -> None:
    """Write a note below the lines of the invoice for Acme."""
    invoice(who).click("Intro and closing …")
    who.modal.fill("Note below the lines", note)
    who.modal.submit()


def test_the_page_of_a_customer_shows_what_billomat_knows_of_them(imported: None, anna: Person) -> None:
    shown = page_of(anna, "Acme GmbH").plain()
    assert "Address: Lange Straße 7, 60311 Frankfurt am Main, DE" in shown
    assert "E-mail: rechnung@acme.example" in shown
    assert "VAT id: DE811907980" in shown


def test_it_is_refreshed_as_the_name_is(imported: None, anna: Person, account: Account, run_jobs: RunJobs) -> None:
    acme = account.all(Client)[0]
    account.change(acme, city="Offenbach", vat_number="DE 136 695 976", email="")
    while anna.sees_modal:
        anna.modal.close()
    starts_import(anna)
    run_jobs()
    shown = page_of(anna, "Acme GmbH").plain()
    assert "60311 Offenbach" in shown
    assert "VAT id: DE136695976" in shown
    assert "E-mail" not in shown


def test_members_who_do_not_bill_see_none_of_it(imported: None, anna: Person, finn: Person) -> None:
    finn.types("/track catalog Acme GmbH")
    finn.clicks("Öffnen …")
    shown = finn.modal.plain()
    assert "Acme GmbH" in shown
    assert "DE811907980" not in shown
    assert "rechnung@" not in shown


@pytest.mark.parametrize(
    ("company", "known"), [(Company(), ("DE", "DE136695976")), (Company(country_code="", vat_number=""), ("", ""))]
)
def test_the_account_says_whose_it_is_as_far_as_it_does(
    company: Company, known: tuple[str, str], worked: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    account.company = company
    starts_import(anna)
    run_jobs()
    with bot.database.read() as db:
        found = billomat_rows.connected_account(db, 1)
    assert found
    assert (found.country, found.vat_id) == known


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"name": "Acme GmbH", "first_name": "Ayşe"}, "company"),
        ({"name": " ", "last_name": "Groß"}, "person"),
        ({"name": ""}, ""),
    ],
)
def test_a_company_has_a_name_and_a_private_person_has_two(fields: dict[str, str], kind: str) -> None:
    assert answers.read_client(answers.Element({"client": {"id": "1", **fields}})).kind == kind


@pytest.mark.parametrize("written", ["ATU13585627", "at u13585627", "ATU-135.856.27", "ATU 13585627"])
def test_a_vat_id_is_the_same_however_it_is_written(written: str) -> None:
    assert answers.vat_id(written) == "ATU13585627"


# The order number


def test_an_order_number_is_kept_for_the_customer_and_goes_where_the_text_names_it(
    imported: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    assert "No order number and no Leitweg-ID is kept." not in keeps(anna, " 4500  1234 ").plain()
    assert "Order number or Leitweg-ID: 4500 1234" in anna.modal.plain()
    assert "Order number: 4500 1234" in page_of(anna, "Acme GmbH").plain()
    texts(anna, "Order {order number}, customer {customer number}\n{our VAT id} / {customer's VAT id}")
    assert "Order 4500 1234, customer KD1001" in anna.modal.plain()
    sends(anna)
    run_jobs()
    (draft,) = account.drafts()
    assert draft.note == "Order 4500 1234, customer KD1001\nDE136695976 / DE811907980"


def test_a_line_with_an_order_number_is_left_out_where_there_is_none(
    imported: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    texts(anna, "Thank you\nYour order: {order number}")
    sends(anna)
    run_jobs()
    assert account.drafts()[0].note == "Thank you"


def test_who_changed_the_order_number_stands_in_the_audit(imported: None, anna: Person, bot: Bot) -> None:
    keeps(anna, "1")
    keeps(anna, "2")
    with bot.database.read() as db:
        rows = db.execute(
            select(audits.c.before, audits.c.after, audits.c.person_id).where(audits.c.action == "change order number")
        ).all()
    assert [(row.before, row.after, row.person_id) for row in rows] == [
        ({"order_number": ""}, {"order_number": "1"}, 1),
        ({"order_number": "1"}, {"order_number": "2"}, 1),
    ]


def test_an_invoice_that_was_looked_at_says_that_its_order_number_changed(
    imported: None, anna: Person, bot: Bot, account: Account
) -> None:
    """The seal covers what the texts say."""
    texts(anna, "Order {order number}")
    change(bot, "Acme GmbH", order_number="77")
    assert "Nothing was sent" in sends(anna).plain()
    assert account.drafts() == []


def test_what_is_linked_later_has_all_that_billomat_knows(
    connected: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    change(bot, "Acme GmbH", billomat_id=None)
    starts_import(anna)
    run_jobs()
    assert "VAT id: DE811907980" in page_of(anna, "Acme GmbH").plain()

"""All that is usual for a customer is two clicks from its invoice, which shows at once what was changed there."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from playground.person import Modal, Person
from storage.tables import customers
from tests.billing.deeds import ACME, appoint, sends
from tests.billing.test_kept_recipes import KEEP, autumn, kept_for, sees
from tests.billing.test_recipe_page import changes
from tests.billing.test_tax_cases import account_is

__all__ = ["autumn"]
OCTOBER = "/track invoice acme october app"
"""Not what is usual, so not the draft on which lines and texts are tried."""
VAT = "VAT on invoices of Acme GmbH"


def usual(who: Person, typed: str = OCTOBER) -> Modal:
    """The window, with one click on the first view of an invoice."""
    sees(who, typed)
    who.modal.click("Usual invoice …")
    return who.modal


PARTS = [
    ("Days", "Days and work"),
    ("Lines by", "Lines and texts"),
    ("The texts", "Intro and closing"),
    ("VAT", "VAT"),
    ("No order", "Order number"),
    ("Time", "Rounding"),
]


@pytest.mark.parametrize(("row", "title"), PARTS)
def test_the_form_of_each_part_is_two_clicks_from_the_invoice(
    row: str, title: str, autumn: None, anna: Person, bot: Bot
) -> None:
    account_is(bot, country="DE")
    usual(anna)
    assert changes(anna, row).title == title
    anna.modal.click("Back")
    anna.modal.close()
    assert anna.modal.value("Period") == "October 2026"


CHANGED: list[tuple[str, list[tuple[str, Any]], str]] = [
    ("Lines by", [("One line for each", "Day"), ("and in it for each", "nothing more")], "Lines by Day, kept for"),
    ("The texts", [("Above the lines", "Dear {customer},")], "Dear Acme GmbH,"),
    ("Time", [("How time is rounded", "Round up"), ("To full", "60 minutes")], "Time is rounded up to full 60 minutes"),
    ("VAT", [(VAT, "0%, the customer owes the VAT (§ 13b UStG)")], "VAT: 0%, the customer owes the VAT"),
]


@pytest.mark.parametrize(("row", "filled", "said"), CHANGED)
def test_the_invoice_below_shows_what_was_changed(
    row: str, filled: list[tuple[str, Any]], said: str, autumn: None, anna: Person, bot: Bot
) -> None:
    account_is(bot, country="DE")
    assert said not in usual(anna).text
    form = changes(anna, row)
    for field in filled:
        form.fill(*field)
    anna.modal.submit()
    assert "Saved for the next invoices of Acme GmbH." in anna.modal.text
    anna.modal.close()
    assert said in anna.modal.text
    assert anna.modal.value("Period") == "October 2026"
    assert "Only: App" in anna.modal.text
    assert "On its way to Billomat" in sends(anna).text, "it is the invoice that was seen"


def test_days_and_work_that_are_usual_now_are_not_offered_to_be_kept_any_more(
    autumn: None, anna: Person, bot: Bot
) -> None:
    sees(anna, OCTOBER)
    assert anna.modal.options(KEEP) == ["Only: App"]
    anna.modal.click("Usual invoice …")
    form = changes(anna, "Days")
    form.fill("Project", ["Acme GmbH › App"])
    form.submit()
    anna.modal.close()
    assert KEEP not in anna.modal.labels


def test_each_part_is_reset_with_two_clicks_and_the_invoice_shows_it(autumn: None, anna: Person, bot: Bot) -> None:
    usual(anna)
    form = changes(anna, "Lines")
    form.fill("One line for each", "Person")
    form.submit()
    form = changes(anna, "Days")
    form.fill("Which days an invoice is for", "years")
    form.submit()
    usual(anna)
    anna.modal.click("Lines as for other customers")
    anna.modal.close()
    assert "Lines by Person" not in anna.modal.text
    usual(anna)
    anna.modal.click("Days and work as usual")
    assert kept_for(bot) == ("", "")


def test_what_was_kept_holds_also_when_the_invoice_below_was_sent_meanwhile(
    autumn: None, anna: Person, finn_bills: Person, bot: Bot
) -> None:
    usual(anna)
    form = changes(anna, "No order")
    form.fill("Order number or Leitweg-ID", "PO-7")
    sees(finn_bills, OCTOBER)
    sends(finn_bills)
    form.submit()
    assert "Saved for the next invoices of Acme GmbH." in anna.modal.text
    assert "Order number or Leitweg-ID: PO-7" in anna.modal.text
    with bot.database.read() as db:
        kept = db.execute(select(customers.c.order_number).where(customers.c.name == ACME)).scalar_one()
    assert kept == "PO-7"


def test_an_invoice_with_nothing_on_it_leads_there_too(autumn: None, anna: Person) -> None:
    """What is kept may be why: a part of the work that nobody does any more."""
    assert "has nothing unbilled" in sees(anna, "/track invoice acme march")
    anna.modal.click("Usual invoice …")
    assert "What every invoice of Acme GmbH begins with." in anna.modal.text


def test_the_first_budget_is_given_from_the_invoice_in_german_too(autumn: None, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    sees(finn, "/track rechnung acme oktober")
    finn.modal.click("Budgets …")
    assert finn.modal.title == "Budget"
    finn.modal.click("Budgets …")
    assert "Kein Projekt hat ein Budget." in finn.modal.text
    finn.modal.click("Budget …")
    finn.modal.fill("Projekt", "Acme GmbH › Website")
    finn.modal.fill("Budget", "40 h")
    finn.modal.submit()
    assert "✅ Das Budget gilt." in finn.modal.text
    finn.modal.close()
    assert finn.modal.value("Zeitraum") == "Oktober 2026"

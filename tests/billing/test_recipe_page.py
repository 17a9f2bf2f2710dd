"""What is kept for a customer is shown, changed and forgotten in one window: from its page and from its invoice."""

import pytest

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Modal, Person
from tests.billing.deeds import ACME, RunJobs, appoint, sends
from tests.billing.test_kept_recipes import autumn, kept_for, sees
from tests.billing.test_merged import opens

__all__ = ["autumn"]
CUSTOMERS = "Customers"


def page(who: Person) -> Modal:
    """The window, from the customer's page in the catalogue."""
    while who.sees_modal:
        who.modal.close()
    opens(who, CUSTOMERS, ACME)
    who.modal.click("Usual invoice …")
    return who.modal


def changes(who: Person, row: str) -> Modal:
    """The form behind the button that stands at the right of what begins with these words."""
    block = next(each for each in who.modal.view.blocks if "accessory" in each and each["text"]["text"].startswith(row))
    who.workspace.click(who.id, who.modal.surface, block["accessory"]["action_id"], block_id=block["block_id"])
    who.waits()
    return who.modal


def test_of_a_customer_of_whom_nothing_is_kept_it_says_what_is_usual(autumn: None, anna: Person) -> None:
    shown = page(anna)
    for said in (
        "What every invoice of Acme GmbH begins with.",
        "Days: months",
        "All work of these days",
        "Lines by Project, Service, as usual.",
        "Billomat's own",
    ):
        assert said in shown.text
    assert "Reset all" not in shown.buttons


def test_days_and_work_are_chosen_and_hold_for_the_next_invoice(autumn: None, anna: Person, bot: Bot) -> None:
    page(anna)
    form = changes(anna, "Days")
    assert form.value("Which days an invoice is for") == "months"
    form.fill("Which days an invoice is for", "quarters")
    form.fill("Service", ["Design"])
    form.submit()
    assert "Saved for the next invoices of Acme GmbH." in anna.modal.text
    assert "Days: quarters (kept for Acme GmbH)" in anna.modal.text
    assert "Only: Design (kept for Acme GmbH)" in anna.modal.text
    shown = sees(anna, "/track invoice acme")
    assert anna.modal.value("Period") == "Q4 2026"
    assert "Only: Design" in shown
    assert "8.00 h" in shown
    page(anna)
    form = changes(anna, "Days")
    assert form.value("Which days an invoice is for") == "quarters"
    form.submit()
    assert "Days: quarters" in anna.modal.text


def test_lines_and_texts_are_chosen_on_the_next_invoice_and_the_window_is_back(autumn: None, anna: Person) -> None:
    page(anna)
    form = changes(anna, "Lines")
    form.fill("One line for each", "Day")
    form.fill("and in it for each", "nothing more")
    anna.modal.click("Preview")
    anna.modal.submit()
    assert "Lines by Day, kept for Acme GmbH." in anna.modal.text
    form = changes(anna, "The texts")
    form.fill("Above the lines", "For {customer}")
    anna.modal.click("Preview")
    anna.modal.submit()
    assert "The texts above and below the lines are kept for Acme GmbH." in anna.modal.text
    shown = sees(anna, "/track invoice acme")
    assert "Lines by Day, kept for Acme GmbH." in shown
    assert "For Acme GmbH" in shown


def test_each_part_and_all_of_it_is_forgotten_with_a_click(autumn: None, anna: Person, bot: Bot) -> None:
    page(anna)
    form = changes(anna, "Days")
    form.fill("Which days an invoice is for", "years")
    form.submit()
    form = changes(anna, "Lines")
    form.fill("One line for each", "Person")
    form.submit()
    anna.modal.click("Lines as for other customers")
    assert "Lines by Project, Service, as usual." in anna.modal.text
    assert "Days: years" in anna.modal.text
    form = changes(anna, "Lines")
    form.fill("One line for each", "Person")
    form.submit()
    changes(anna, "No order").fill("Order number or Leitweg-ID", "PO-7")
    anna.modal.submit()
    anna.modal.click("Reset all", confirm=True)
    assert "Order number or Leitweg-ID: PO-7" in anna.modal.text, "it is theirs, and not how they are billed"
    assert "Days: months" in anna.modal.text
    assert "as usual" in anna.modal.text
    assert kept_for(bot) == ("", "")
    assert "Reset all" not in anna.modal.buttons


def test_it_opens_from_the_invoice_in_german_and_comes_back_to_it(
    autumn: None, anna: Person, finn: Person, bot: Bot
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    sees(finn, "/track rechnung acme november")
    finn.modal.click("Übliche Rechnung …")
    assert "Womit jede Rechnung von Acme GmbH beginnt." in finn.modal.text
    form = changes(finn, "Tage")
    form.fill("Für welche Tage eine Rechnung ist", "Halbjahre")
    form.submit()
    assert "Tage: Halbjahre (gemerkt für Acme GmbH)" in finn.modal.text
    finn.modal.close()
    assert finn.modal.value("Zeitraum") == "November 2026"


@pytest.mark.parametrize(
    ("row", "again"), [("Days", ""), ("Lines by", "Preview"), ("The texts", "Preview"), ("No order", ""), ("Time", "")]
)
def test_from_each_form_a_click_leads_back_to_the_window_also_from_the_catalogue(
    autumn: None, anna: Person, row: str, again: str
) -> None:
    page(anna)
    form = changes(anna, row)
    if again:
        form.click(again)
    anna.modal.click("Back")
    assert "What every invoice of Acme GmbH begins with." in anna.modal.text
    anna.modal.close()
    assert "Usual invoice …" in anna.modal.buttons


def test_who_does_not_bill_sees_no_recipe(autumn: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    opens(finn, "Kunden", ACME)
    assert "Übliche Rechnung …" not in finn.modal.buttons


def test_a_customer_without_time_has_one_too(connected: None, anna: Person, bot: Bot) -> None:
    page(anna)
    form = changes(anna, "Days")
    form.fill("Which days an invoice is for", "weeks from Monday on")
    form.submit()
    assert "Days: weeks from Monday on" in anna.modal.text
    anna.types("/track log 1h acme app today")
    sees(anna, "/track invoice acme")
    assert "Week 11" in (anna.modal.value("Period") or "")


def test_days_of_another_kind_stay_what_they_are(
    autumn: None, anna: Person, bot: Bot, run_jobs: RunJobs, account: Account
) -> None:
    sees(anna, "/track invoice acme 16.10.-15.11.")
    keep = "Keep for Acme GmbH, on later invoices too"
    assert anna.modal.value(keep) == ["Days: months from day 16 on"]
    sends(anna)
    page(anna)
    form = changes(anna, "Days")
    assert form.value("Which days an invoice is for") == "months from day 16 on"
    form.submit()
    assert kept_for(bot) == ("2026-10-16/2026-11-15", "")

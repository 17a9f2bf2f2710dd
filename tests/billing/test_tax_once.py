"""Which VAT holds may be said of a single invoice: its customer's other invoices stay as they are."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.person import Modal, Person
from storage.tables import audits, draft_lines, drafts
from tests.billing.deeds import RunJobs, appoint, invoice, sends
from tests.billing.test_tax_cases import TERM, account_is, chooses, german, rates, sent

__all__ = ["german", "sent"]
BY_13B = "0%, the customer owes the VAT (§ 13b UStG)"
ONCE = "VAT of this invoice only"


def chooses_once(who: Person, case: str, *, menu: str = "Reduction, VAT …", field: str = ONCE) -> Modal:
    """Choose it in the form of the invoice that is open."""
    who.modal.click(menu)
    who.modal.fill(field, case)
    who.modal.submit()
    return who.modal


def test_a_single_invoice_is_one_of_13b_and_the_next_is_not(
    german: None, anna: Person, sent: Callable[[], Document]
) -> None:
    assert "plus €158.01 VAT (MwSt 19%) = €989.64 gross" in invoice(anna).text
    text = chooses_once(anna, BY_13B).text
    assert f"VAT: {BY_13B}" in text
    assert "Which VAT holds was chosen for this invoice only." in text
    draft = sent()
    assert rates(draft) == {0}
    assert TERM in draft.note
    assert "€831.63 net." in anna.dm[-1].plain()
    assert "With VAT" not in anna.dm[-1].plain(), "it is the same, and said once"
    anna.types("/track log 1h acme app today")
    assert "MwSt 19%" in invoice(anna).text


def test_why_says_that_it_was_chosen_for_this_one(german: None, anna: Person) -> None:
    invoice(anna)
    chooses_once(anna, BY_13B)
    anna.modal.click("Why? …")
    assert f"VAT: {BY_13B} (for this invoice only)" in anna.modal.text


def test_what_is_approved_keeps_the_reason(german: None, anna: Person, bot: Bot, sent: Callable[[], Document]) -> None:
    invoice(anna)
    chooses_once(anna, BY_13B)
    sent()
    with bot.database.read() as db:
        assert {*db.execute(select(draft_lines.c.tax_reason)).scalars()} == {"reverse charge"}
        (record,) = db.execute(select(audits).where(audits.c.action == "change VAT"))
    assert (record.subject, record.before, record.after) == (
        "draft",
        {"tax_case": ""},
        {"tax_case": "reverse charge"},
    )


def test_it_holds_in_place_of_what_is_kept_for_the_customer_and_is_taken_back(german: None, anna: Person) -> None:
    chooses(anna, BY_13B)
    assert f"VAT: {BY_13B}" in invoice(anna).text
    assert "MwSt 19%" in chooses_once(anna, "as for customers in Germany").text
    anna.modal.click("Reduction, VAT …")
    anna.modal.fill(ONCE, "As for the customer")
    anna.modal.submit()
    assert f"VAT: {BY_13B}" in anna.modal.text
    assert "for this invoice only" not in anna.modal.text


@pytest.mark.parametrize(
    "of_customer",
    ["business in another EU country", "business outside the EU", "§ 13b UStG", "for customers in Germany"],
)
def test_each_choice_is_read_to_its_end(german: None, anna: Person, finn: Person, bot: Bot, of_customer: str) -> None:
    chooses(anna, of_customer)
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(anna).click("Reduction, VAT …")
    invoice(finn).click("Rabatt, Umsatzsteuer …")
    for who, label in ((anna, ONCE), (finn, "Umsatzsteuer nur dieser Rechnung")):
        choices = who.modal.options(label)
        assert len(choices) == 6
        assert not [choice for choice in choices if choice.endswith("…")]
    assert "All invoices of Acme GmbH have: " in anna.modal.text
    assert of_customer in anna.modal.text.partition("All invoices of Acme GmbH have: ")[2]


def test_who_saw_it_before_looks_again(german: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(anna)
    invoice(finn)
    finn.modal.click("Rabatt, Umsatzsteuer …")
    finn.modal.fill("Umsatzsteuer nur dieser Rechnung", "§ 13b UStG")
    finn.modal.submit()
    assert "Nothing was sent" in sends(anna).text
    assert f"VAT: {BY_13B}" in anna.modal.text


def test_billomats_own_rule_is_left_alone_and_what_it_makes_of_it_is_to_be_checked(german: None, anna: Person) -> None:
    """For one invoice nobody should change the customer's rule there."""
    invoice(anna)
    text = chooses_once(anna, BY_13B).text
    assert "whose own rule for Acme GmbH would charge VAT. Please check the draft there." in text
    assert "add the country" not in text


def test_it_stays_when_billomat_no_longer_has_the_draft(
    german: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    invoice(anna)
    chooses_once(anna, BY_13B)
    sends(anna)
    account.refuses_invoices = True
    with bot.database.read() as db:
        assert db.execute(select(drafts.c.tax_case)).scalar_one() == "reverse charge"


@pytest.mark.parametrize("country", ["AT", ""])
def test_a_business_that_is_not_in_germany_is_not_asked(german: None, anna: Person, bot: Bot, country: str) -> None:
    account_is(bot, country=country)
    invoice(anna)
    assert "Reduction, VAT …" not in anna.modal.buttons


def test_the_database_knows_the_cases_alone(german: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    for case in ("billomat", "small business", "whatever"):
        with pytest.raises(IntegrityError), bot.database.write() as db:
            db.execute(update(drafts).values(tax_case=case))


def test_the_history_of_a_sent_invoice_says_which_vat_it_bears_and_why(
    german: None, anna: Person, sent: Callable[[], Document]
) -> None:
    """As it was approved: what holds for the customer now says nothing of it."""
    invoice(anna)
    chooses_once(anna, BY_13B)
    sent()
    chooses(anna, "as for customers in Germany")
    while anna.sees_modal:
        anna.modal.close()
    anna.dm[-1].click("History …")
    assert "Anna Admin: approved" in anna.modal.text
    assert f"VAT: {BY_13B}" in anna.modal.text
    assert "Anna Admin: VAT changed\nVAT: 0%, the customer owes the VAT (§ 13b UStG)" in anna.modal.text


def test_several_reasons_are_each_said_once(german: None, anna: Person, sent: Callable[[], Document]) -> None:
    anna.types("/track expense 119 pass-through acme website: court fee")
    sent()
    anna.dm[-1].click("History …")
    text = anna.modal.text
    assert text.count("VAT: 19% (MwSt), the default of the account") == 1
    assert "VAT: none, paid in the customer's name and for their account" in text

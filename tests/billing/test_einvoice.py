"""What is missing for an e-invoice: named before sending, with the place where it is entered, and nobody is kept."""

import pytest

from bot.billing.rules.einvoice import Buyer, Missing, missing_terms
from bot.billing.rules.taxation import TaxCase
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.person import Person
from tests.billing.deeds import ACME, RunJobs, appoint, change, invoice, sends
from tests.billing.test_tax_cases import account_is

WHOLE = Buyer("DE", "company", "", "rechnung@acme.example", "Lange Straße 7", "60311", "Frankfurt")


def lacking(
    buyer: Buyer,
    case: TaxCase = TaxCase.DOMESTIC,
    *,
    own: tuple[str, str] = ("DE", "DE136695976"),
    units: tuple[str, ...] = ("Stunde", "Stück"),
    used: tuple[str, ...] = ("Stunde",),
) -> tuple[Missing, ...]:
    return missing_terms(buyer, case, own_country=own[0], own_vat_id=own[1], units=units, used=used)


@pytest.mark.parametrize(
    ("buyer", "missing"),
    [
        (WHOLE, ()),
        (Buyer("", "company", "", "", "", "", ""), tuple(Missing)[:5]),
        (Buyer("DE", "", "", "a@b.example", "", "60311", "Frankfurt"), (Missing.STREET,)),
        (Buyer("DE", "company", "", "", "Weg 1", "60311", "Frankfurt"), (Missing.EMAIL,)),
        (Buyer("DE", "person", "", "", "", "", ""), ()),
    ],
)
def test_what_a_business_lacks_is_named_and_a_private_person_gets_no_e_invoice(
    buyer: Buyer, missing: tuple[Missing, ...]
) -> None:
    assert lacking(buyer) == missing


@pytest.mark.parametrize("case", list(TaxCase))
def test_vat_ids_are_missing_where_the_customer_owes_the_vat(case: TaxCase) -> None:
    owes = case in (TaxCase.EU_BUSINESS, TaxCase.REVERSE_CHARGE)
    assert lacking(WHOLE, case, own=("DE", "")) == ((Missing.VAT_ID, Missing.OWN_VAT_ID) if owes else ())


@pytest.mark.parametrize(
    ("units", "used", "is_missing"),
    [
        (("Stunde",), ("Stunde", "Stunde"), False),
        (("Stunde",), ("Stunde", "pauschal"), True),
        (("Stunde",), ("",), True),
        ((), ("hours",), False),
    ],
)
def test_a_unit_is_missing_that_the_account_does_not_list(
    units: tuple[str, ...], used: tuple[str, ...], is_missing: bool
) -> None:
    assert (Missing.UNIT in lacking(WHOLE, units=units, used=used)) is is_missing


@pytest.mark.parametrize("own", ["", "AT", "CH"])
def test_outside_germany_nothing_is_said_of_it(own: str) -> None:
    assert lacking(Buyer("", "", "", "", "", "", ""), own=(own, ""), used=("",)) == ()


@pytest.fixture
def german(worked: None, bot: Bot) -> None:
    account_is(bot, country="DE", vat_id="DE136695976", units="Stunde")
    change(bot, ACME, country="DE", kind="company", street="Lange Straße 7", zip="60311", city="Frankfurt", email="")


def test_a_line_names_it_the_window_says_why_and_where_and_the_draft_goes_out(
    german: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    assert "📄 Missing for an e-invoice: e-mail" in invoice(anna).plain()
    anna.clicks("Show …")
    shown = anna.modal
    assert "e-mail (BT-49): the address it is sent to (PEPPOL-EN16931-R010)" in shown.plain()
    assert "It is entered in Billomat, at Acme GmbH." in shown.plain()
    client = account.all(Client)[0]
    assert f"/app/beta/masterdata/clients/{client.id}" in str(shown.view.blocks)
    shown.close()
    assert "On its way" in sends(anna).text
    run_jobs()
    assert len(account.drafts()) == 1


def test_what_was_entered_in_billomat_is_read_anew_and_the_invoice_knows(
    german: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    invoice(anna)
    account.change(account.all(Client)[0], email="rechnung@acme.example")
    anna.clicks("Show …")
    assert anna.modal.view.submit == "Ask Billomat"
    anna.modal.submit()
    run_jobs()
    assert "Missing for an e-invoice" not in anna.modal.plain()


def test_it_is_said_in_german_too(german: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    change(bot, ACME, street="")
    assert "📄 Für eine E-Rechnung fehlt: Straße, E-Mail" in invoice(finn).plain()
    finn.clicks("Zeigen …")
    assert "die vollständige Anschrift gehört auf eine Rechnung" in finn.modal.plain()


def test_a_business_elsewhere_has_no_such_line(german: None, anna: Person, bot: Bot) -> None:
    account_is(bot, country="AT")
    assert "e-invoice" not in invoice(anna).plain()


def test_hours_go_out_with_the_accounts_unit_two_decimals_and_the_days_of_the_work(
    german: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    account_is(bot, locale="de_DE")
    anna.types("/track log 20m acme app 3.3.")
    invoice(anna)
    sends(anna)
    run_jobs()
    (draft,) = account.drafts()
    assert {line.unit for line in draft.lines} == {"Stunde"}
    assert all(line.quantity == round(line.quantity, 2) for line in draft.lines)
    assert all(line.tax_rate == 19 for line in draft.lines)
    assert draft.net_gross == "NET"
    assert draft.supply_period == "03.03.2026 – 09.03.2026"

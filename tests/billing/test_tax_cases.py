"""The VAT of an invoice by the real door: what is said before it is sent, what goes to Billomat, what is asked."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.core.context import Bot
from playground.billomat import drafting
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.billomat.records import Client
from playground.person import Modal, Person
from storage import billomat as billomat_rows
from storage import imported as imported_rows
from storage.rows import row_values
from storage.tables import Tax, articles, audits
from tests.billing.deeds import ACME, RunJobs, appoint, change, edits, invoice, sends
from tests.billing.test_details import _changes, page_of

TERM = "Steuerschuldnerschaft des Leistungsempfängers"
OWN = "DE136695976"
AUSTRIAN = {"country": "AT", "vat_id": "ATU13585627", "kind": "company"}
ITALIAN = {"country": "IT", "vat_id": "IT00743110157", "kind": "company"}
"""Billomat's list of countries without VAT has Austria, and not Italy."""
SWISS = {"country": "CH", "kind": "company"}


def account_is(bot: Bot, **values: Any) -> None:
    """What is known of the business itself."""
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, **values)


@pytest.fixture
def german(worked: None, bot: Bot) -> None:
    """The business is in Germany, its customers read German, and its taxes are known."""
    account_is(bot, country="DE", vat_id=OWN, locale="de_DE")
    listed = [(1, "MwSt", 1900), (2, "MwSt", 700), (3, "steuerfrei", 0)]
    with bot.database.write() as db:
        rows = [row_values(Tax, workspace_id=1, billomat_id=id_, name=name, rate=rate) for id_, name, rate in listed]
        imported_rows.store_taxes(db, rows)


@pytest.fixture
def sent(anna: Person, account: Account, run_jobs: RunJobs) -> Callable[[], Document]:
    """Sends the invoice for Acme; what arrived in Billomat."""

    def send() -> Document:
        invoice(anna)
        assert "On its way" in sends(anna).text
        run_jobs()
        return account.drafts()[0]

    return send


def is_now(bot: Bot, account: Account, **values: Any) -> None:
    """The customer, here and in Billomat."""
    change(bot, ACME, **values)
    names = {"vat_id": "vat_number", "country": "country_code"}
    there = {names.get(name, name): value for name, value in values.items() if name != "kind"}
    account.change(account.all(Client)[0], **there)


def rates(draft: Document) -> set[Decimal]:
    return {line.tax_rate for line in draft.lines}


# What goes to Billomat


@pytest.mark.parametrize(
    ("customer", "said", "rate", "words"),
    [
        ({"country": "DE", "kind": "company"}, "plus €158.01 VAT (MwSt 19%)", 19, ()),
        (AUSTRIAN, "0%, business in another EU country (§ 3a (2) UStG)", 0, (TERM, OWN, "ATU13585627")),
        (ITALIAN, "0%, business in another EU", 0, (TERM, "IT00743110157")),
        (SWISS, "0%, business outside the EU", 0, ("nicht steuerbar", "§ 3a Abs. 2 UStG")),
        (AUSTRIAN | {"tax_rule": "TAX"}, "plus €158.01 VAT (MwSt 19%)", 19, ()),
        ({"country": "IT", "kind": "person"}, "plus €158.01 VAT (MwSt 19%)", 19, ()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["de_DE", "en_GB"])
def test_an_invoice_bears_the_vat_of_its_case_and_says_why(
    customer: dict[str, str], said: str, rate: int, words: tuple[str, ...], locale: str,
    german: None, bot: Bot, anna: Person, account: Account, sent: Callable[[], Document],
) -> None:  # fmt: skip
    is_now(bot, account, **customer, locale=locale)
    shown = invoice(anna).plain()
    assert said in shown.replace("\xa0", " ")
    draft = sent()
    assert rates(draft) == {rate}
    expected = words if locale == "de_DE" else [each for each in words if "§" not in each and each != "nicht steuerbar"]
    assert [each for each in expected if each not in draft.note] == []
    assert all(each in shown for each in expected)
    assert draft.total_gross == (draft.total_net * (100 + rate) / 100).quantize(Decimal("0.01"))


@pytest.mark.parametrize("explicit_rate_wins", [True, False])
@pytest.mark.parametrize("listed", [True, False])
def test_no_vat_is_right_whichever_of_rate_and_rule_billomat_prefers(
    explicit_rate_wins: bool, listed: bool, german: None, bot: Bot, anna: Person, account: Account,
    run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Where its list of countries would charge VAT, that is said before, and after the draft was made."""
    is_now(bot, account, **(AUSTRIAN if listed else ITALIAN))
    account_is(bot, untaxed_countries="AT")
    taxes = drafting._tax

    def by_rule(fields: Any, article: Any, known: Any, *, tax_free: bool) -> Any:
        return ("steuerfrei", Decimal(0)) if tax_free else ("MwSt", Decimal(19))

    monkeypatch.setattr(drafting, "_tax", taxes if explicit_rate_wins else by_rule)
    assert ("whose own rule for Acme GmbH would charge VAT" in invoice(anna).plain()) is not listed
    sends(anna)
    run_jobs()
    (draft,) = account.drafts()
    warned = "VAT" in anna.dm[-1].plain() or "gross" in anna.dm[-1].plain()
    assert (draft.total_gross == draft.total_net) is (listed or explicit_rate_wins)
    assert listed or explicit_rate_wins or warned


def test_the_words_stand_below_a_text_of_ones_own(
    german: None, bot: Bot, anna: Person, account: Account, sent: Callable[[], Document]
) -> None:
    is_now(bot, account, **AUSTRIAN)
    assert "take the place of Billomat's own text" in invoice(anna).plain()
    anna.clicks("Intro and closing …")
    anna.modal.fill("Note below the lines", "Zahlbar in 14 Tagen.")
    anna.modal.submit()
    assert "take the place of Billomat's own text" not in anna.modal.plain()
    assert sent().note.startswith(f"Zahlbar in 14 Tagen.\n\n{TERM} (Reverse Charge).\nUnsere USt-IdNr.: {OWN} · Ihre")


def test_a_changed_vat_id_is_seen_before_anything_is_sent(
    german: None, bot: Bot, anna: Person, account: Account
) -> None:
    """The seal covers the case and its words."""
    is_now(bot, account, **AUSTRIAN)
    invoice(anna)
    change(bot, ACME, vat_id="")
    assert "Nothing was sent" in sends(anna).plain()
    assert account.drafts() == []


@pytest.mark.parametrize("country", ["", "AT", "US"])
def test_a_business_elsewhere_hears_no_german_advice(
    country: str, german: None, bot: Bot, anna: Person, account: Account, sent: Callable[[], Document]
) -> None:
    account_is(bot, country=country, untaxed_countries="AT,FR")
    is_now(bot, account, country="AT", vat_id="", kind="company")
    shown = invoice(anna).plain()
    assert "UStG" not in shown
    assert "VAT id" not in shown
    assert "No VAT rate is forced" in shown
    assert "UStG" not in sent().note


# What is asked


@pytest.mark.parametrize(
    ("customer", "answer", "case", "rate"),
    [
        ({"country": "CH", "kind": ""}, "Business outside the EU: 0%", "third country", 0),
        ({"country": "CH", "kind": "person"}, "With German VAT", "domestic", 19),
        ({"country": "AT", "kind": "company"}, "With German VAT", "domestic", 19),
        ({"country": "DE", "tax_rule": "NO_TAX"}, "Reverse charge, § 13b", "reverse charge", 0),
        ({"country": "DE", "tax_rule": "NO_TAX"}, "The texts say it", "exempt", 0),
    ],
)
def test_what_nobody_knows_is_asked_and_remembered(
    customer: dict[str, str], answer: str, case: str, rate: int,
    german: None, bot: Bot, anna: Person, account: Account, sent: Callable[[], Document],
) -> None:  # fmt: skip
    is_now(bot, account, **customer)
    shown = invoice(anna)
    assert answer in shown.buttons
    shown.click(answer)
    assert answer not in anna.modal.buttons
    with bot.database.read() as db:
        row = db.execute(select(audits.c.after, audits.c.person_id).where(audits.c.action == "change VAT")).one()
    assert (row.after, row.person_id) == ({"tax_case": case}, 1)
    draft = sent()
    assert rates(draft) == {rate}
    assert (TERM in draft.note) is (case == "reverse charge")


def test_a_business_in_the_eu_without_vat_id_is_warned_of_and_can_be_sent(
    german: None, bot: Bot, anna: Person, account: Account, sent: Callable[[], Document]
) -> None:
    is_now(bot, account, country="AT", kind="company")
    assert "Acme GmbH is in another EU country and has no VAT id from there" in invoice(anna).plain()
    assert rates(sent()) == {0}  # as Billomat's list of countries has it


def chooses(who: Person, case: str, *, words: bool = True) -> Modal:
    """Choose the VAT of Acme in the window of its usual invoice."""
    page_of(who, ACME).click("Usual invoice …")
    (block,) = [each for each in who.modal.view.blocks if _changes(each) == "recipe_change:tax"]
    who.workspace.click(who.id, who.modal.surface, _changes(block), block_id=block["block_id"])
    who.waits()
    who.modal.fill("VAT on invoices of Acme GmbH", case)
    if not words:
        who.modal.fill("Words", [])
    who.modal.submit()
    return who.modal


def test_a_domestic_reverse_charge_is_chosen_by_hand_and_taken_back(
    german: None, anna: Person, bot: Bot, account: Account, sent: Callable[[], Document]
) -> None:
    shown = chooses(anna, "0%, the customer owes the VAT (§ 13b UStG)").plain()
    assert "VAT: 0%, the customer owes the VAT (§ 13b UStG) (kept for Acme GmbH)" in shown
    assert "whose own rule for Acme GmbH would charge VAT" in invoice(anna).plain()
    chooses(anna, "Decided by country, VAT id and Billomat")
    draft = sent()
    assert (rates(draft), TERM in draft.note) == ({19}, False)


def test_words_that_stand_in_billomats_own_texts_are_not_written_a_second_time(
    german: None, bot: Bot, anna: Person, account: Account, sent: Callable[[], Document]
) -> None:
    is_now(bot, account, **AUSTRIAN)
    chooses(anna, "Decided by country, VAT id and Billomat", words=False)
    draft = sent()
    assert TERM not in draft.note
    assert rates(draft) == {0}


# Small businesses


def test_a_small_business_is_asked_once_and_every_invoice_says_so(
    german: None, bot: Bot, anna: Person, sent: Callable[[], Document]
) -> None:
    account_is(bot, tax_rate=0, tax_name="steuerfrei")
    assert "Are you a small business under § 19 UStG?" in invoice(anna).plain()
    anna.clicks("Yes, § 19 UStG")
    assert "VAT: 0%, small business (§ 19 UStG)" in anna.modal.plain()
    draft = sent()
    assert rates(draft) == {0}
    assert draft.note == "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet (Kleinunternehmer)."


def test_a_small_business_shows_no_vat(german: None, bot: Bot, anna: Person, account: Account) -> None:
    account_is(bot, small_business=True)
    with bot.database.write() as db:
        taxed = imported_rows.known_taxes(db, 1)[1].id
        db.execute(update(articles).values(tax_id=taxed))
    shown = invoice(anna).plain()
    assert "must not show VAT, and Website · Design would have some" in shown
    sends(anna)
    assert account.drafts() == []


def test_a_customer_for_whom_german_vat_was_chosen_pays_none_to_a_small_business(
    german: None, bot: Bot, anna: Person, account: Account, sent: Callable[[], Document]
) -> None:
    is_now(bot, account, country="AT", kind="company")
    invoice(anna).click("With German VAT")
    anna.modal.close()
    account_is(bot, small_business=True)
    assert "VAT: 0%, small business (§ 19 UStG)" in invoice(anna).plain()
    draft = sent()
    assert rates(draft) == {0}
    assert "§ 19 UStG" in draft.note


def test_only_an_admin_says_that_the_business_is_small(german: None, bot: Bot, finn: Person, anna: Person) -> None:
    account_is(bot, tax_rate=0)
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(finn)
    finn.clicks("Ja, § 19 UStG")
    assert "Kleinunternehmer (§ 19" not in finn.modal.plain()


def test_what_billomat_does_not_say_of_the_business_an_admin_does(german: None, bot: Bot, anna: Person) -> None:
    account_is(bot, country="", vat_id="")
    anna.types("/track connect")
    assert "Country: not known · VAT id: not known" in anna.modal.plain()
    anna.clicks("Your business …")
    anna.modal.fill("Country", "xx")
    anna.modal.submit()
    assert "This is no country" in anna.modal.errors["Country"]
    anna.modal.fill("Country", "de")
    anna.modal.fill("VAT id", "de 136 695 976")
    anna.modal.submit()
    assert "Country: DE · VAT id: DE136695976" in anna.modal.plain()


@pytest.mark.parametrize("typed", ["😀", "=1+1", "<!channel>", "[Invoice.due_date]", "Germany", "DE-"])
def test_what_is_no_vat_id_is_refused_where_it_stands(
    typed: str, german: None, bot: Bot, anna: Person, account: Account
) -> None:
    """It would stand on invoices."""
    anna.types("/track connect")
    anna.clicks("Your business …")
    anna.modal.fill("VAT id", typed)
    anna.modal.submit()
    assert "This is no VAT id." in anna.modal.errors["VAT id"]
    assert anna.modal.value("VAT id") == typed


def line_of(who: Person, line: str) -> str:
    """The form of a line."""
    invoice(who)
    return edits(who, line).plain()


def test_each_line_says_its_vat_and_why(german: None, bot: Bot, anna: Person, account: Account) -> None:
    with bot.database.write() as db:
        reduced = imported_rows.known_taxes(db, 1)[2].id
        db.execute(update(articles).values(tax_id=reduced))
    assert "VAT: 7% (MwSt), as the article has it in Billomat" in line_of(anna, "Website · Design")
    assert "VAT: 19% (MwSt), the default of the account" in line_of(anna, "App")
    is_now(bot, account, **AUSTRIAN)
    assert "VAT: 0%, business in another EU country" in line_of(anna, "App")

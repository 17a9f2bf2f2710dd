"""A customer is billed in the currency that Billomat has for them, by what is in it alone; nothing is mixed."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from bot.core.context import Bot
from bot.core.money import NO_SUMS, Sums
from playground.billomat.account import Account
from playground.billomat.records import Invoice
from playground.person import Person
from storage.tables import draft_expenses, expenses
from tests.billing.deeds import ACME, RunJobs, change, edits, invoice, sends
from tests.billing.test_fixed_prices import agreements, bills, closes_all
from tests.billing.test_fixed_prices import agrees as agrees_on_price
from tests.billing.test_retainers import agrees as agrees_on_fee
from tests.deeds import said

pytestmark = pytest.mark.usefixtures("worked")


def pays_in(bot: Bot, currency: str) -> None:
    """As an import finds Acme in Billomat."""
    change(bot, ACME, currency=currency)


def adds_rate(who: Person, price: str, **chosen: str) -> None:
    """In the list of rates that is open."""
    who.modal.click("Add rate …")
    for label, name in chosen.items():
        who.modal.fill(label, name)
    who.modal.fill("Hourly rate", price)
    who.modal.fill("It holds", "Also for all that is open")
    who.modal.submit()


def test_what_has_no_rate_in_the_customers_currency_says_so_and_the_button_solves_it(
    anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    pays_in(bot, "CHF")
    text = invoice(anna).text
    assert "2 lines have no hourly rate in CHF yet, the first: App" in text
    assert "€" not in text
    anna.modal.click("Rates …")
    assert "Everything else: €95.00" in anna.modal.text, "the list, for the one field is in EUR"
    adds_rate(anna, "110")
    assert "1. Acme GmbH: CHF110.00" in anna.modal.text
    anna.modal.close()
    text = anna.modal.text
    assert "2.00 h × CHF110.00 = CHF220.00" in text
    assert "Total: CHF1,017.50 net" in text
    assert "On its way to Billomat" in sends(anna).text
    run_jobs()
    (draft,) = account.all(Invoice)
    assert draft.currency_code == "CHF"
    assert [item.unit_price for item in draft.items] == [110, 110]
    assert [item.article_id for item in draft.items] == [None, None], "the article has a price in EUR"


def test_a_rate_for_all_customers_of_a_currency_is_typed_with_it(anna: Person, bot: Bot) -> None:
    pays_in(bot, "CHF")
    anna.types("/track settings")
    anna.modal.click("Rates …")
    anna.modal.click("Different rates …")
    adds_rate(anna, "130 CHF", Service="Design")
    assert "1. Design: CHF130.00" in anna.modal.text
    adds_rate(anna, "90", Service="Design")
    assert "1. Design: CHF130.00" in anna.modal.text
    assert "2. Design: €90.00" in anna.modal.text
    assert "7.25 h × CHF130.00 = CHF942.50" in invoice(anna).text
    pays_in(bot, "")
    assert "7.25 h × €90.00 = €652.50" in invoice(anna).text


def test_a_rate_of_a_customer_is_refused_in_another_currency(anna: Person, bot: Bot) -> None:
    pays_in(bot, "CHF")
    invoice(anna).click("Rates …")
    adds_rate(anna, "95 EUR")
    assert anna.modal.errors == {"Hourly rate": "The rate is in CHF. Type it in that."}


def test_a_currency_that_changes_while_a_draft_is_open_is_said_and_typed_rates_do_not_follow(
    anna: Person, bot: Bot
) -> None:
    invoice(anna)
    edits(anna, rate="100", title="Concept").submit()
    assert "7.25 h × €100.00 = €725.00" in anna.modal.text
    pays_in(bot, "CHF")
    after = sends(anna).text
    assert "7.25 h × ?" in after, "100 was in EUR"
    text = invoice(anna).text
    assert "Concept" in text
    assert "€" not in text
    pays_in(bot, "")
    text = invoice(anna).text
    assert "⚠️ Acme GmbH is billed in EUR by now, no longer in CHF." in text
    assert "7.25 h × €88.50 = €641.63" in text, "nor does it come back"


def test_it_is_said_in_german(finn_bills: Person, bot: Bot) -> None:
    invoice(finn_bills)
    pays_in(bot, "CHF")
    text = invoice(finn_bills).text
    assert "⚠️ Acme GmbH bekommt Rechnungen inzwischen in CHF, nicht mehr in EUR." in text
    assert "2 Positionen haben noch keinen Stundensatz in CHF, die erste: App" in text


def test_an_expense_is_in_the_currency_of_the_customers_invoices_or_in_the_one_that_is_said(
    anna: Person, bot: Bot
) -> None:
    pays_in(bot, "CHF")
    assert "CHF49.90 gross" in said(anna, "/track expense 49.90 acme website: ticket")
    answer = said(anna, "/track expense €20 acme website: taxi")
    assert "€20.00 gross" in answer
    assert "⚠️ Acme GmbH is billed in CHF, so this is on no invoice." in answer
    assert "Expenses are kept in CHF / EUR" in said(anna, "/track expense $20 acme website: lunch")
    listed = said(anna, "/track list")
    assert "🧾 2 expenses: CHF49.90 gross + €20.00 gross" in listed


def test_an_expense_in_another_currency_is_said_and_not_mixed(
    anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track expense 20 acme website: taxi")
    pays_in(bot, "CHF")
    anna.types("/track expense 49.90 acme website: ticket")
    invoice(anna).click("Rates …")
    adds_rate(anna, "110")
    anna.modal.close()
    text = anna.modal.text
    assert "🧾 Expenses in another currency are left out: €20.00." in text
    assert "ticket" in text
    assert "taxi" not in text
    assert "On its way" in sends(anna).text
    run_jobs()
    (draft,) = account.drafts()
    assert [line.title for line in draft.lines][-1] == "Website · ticket"
    with bot.database.read() as db:
        open_ones = select(expenses.c.note).where(expenses.c.id.not_in(select(draft_expenses.c.expense_id)))
        assert list(db.execute(open_ones).scalars()) == ["taxi"]


def test_a_fee_and_a_part_of_a_price_in_another_currency_are_called_so_and_no_expenses(
    anna: Person, finn_bills: Person, bot: Bot
) -> None:
    agrees_on_fee(anna, "1000", first="2026-03-01")
    agrees_on_price(anna, "Acme GmbH › Website", "5000", first="2026-01-01")
    agreements(anna)
    bills(anna, "50%", day="2026-03-09")
    closes_all(anna)
    pays_in(bot, "CHF")
    text = invoice(anna).text
    assert (
        "🧾 What is agreed in another currency is left out: retainer €1,000.00 and fixed price €2,500.00. This invoice "
        "is in CHF; “Agreements …” has"
    ) in text
    assert "Expenses in another currency" not in text
    anna.modal.close()
    pays_in(bot, "")
    anna.types("/track expense 12.34 acme website: taxi")
    pays_in(bot, "CHF")
    text = invoice(finn_bills).text.replace("\xa0", " ")
    assert "ist, fehlt hier: Monatspauschale 1.000,00 € und Festpreis 2.500,00 €. Diese Rechnung ist in CHF" in text
    assert "🧾 Ausgaben in anderer Währung fehlen hier: 12,34 €." in text


def test_the_form_of_an_expense_asks_in_the_customers_currency_and_takes_the_accounts(anna: Person, bot: Bot) -> None:
    pays_in(bot, "CHF")
    anna.types("/track expense acme website")
    anna.modal.fill("Amount in CHF", "12.50")
    anna.modal.submit()
    assert "CHF12.50 gross" in anna.modal.text
    anna.modal.close()
    anna.types("/track expense acme website")
    anna.modal.fill("Amount in CHF", "12.50 GBP")
    anna.modal.submit()
    assert "Expenses are kept in CHF / EUR" in anna.modal.errors["Amount in CHF"]
    anna.modal.fill("Amount in CHF", "12.50 EUR")
    anna.modal.submit()
    assert "€12.50 gross" in anna.modal.text


def test_the_database_lets_no_expense_on_a_draft_in_another_currency(anna: Person, bot: Bot) -> None:
    anna.types("/track expense 20 acme website: taxi")
    invoice(anna)
    sends(anna)
    with bot.database.write() as db:
        (bound,) = db.execute(select(draft_expenses)).all()
        db.execute(draft_expenses.delete())
        db.execute(expenses.update().values(currency="CHF"))
    with pytest.raises(IntegrityError, match="a draft has one currency"), bot.database.write() as db:
        db.execute(insert(draft_expenses), bound._asdict())


@pytest.fixture
def two_currencies(worked: None, anna: Person, bot: Bot) -> None:
    """Acme pays in CHF, at 110 an hour; the bakery in EUR."""
    anna.types("/track log 1h bäckerei shop yesterday")
    pays_in(bot, "CHF")
    invoice(anna).click("Rates …")
    adds_rate(anna, "110")
    while anna.sees_modal:
        anna.modal.close()


@pytest.mark.usefixtures("two_currencies")
def test_reports_say_each_currency_apart(anna: Person) -> None:
    report = said(anna, "/track report everybody this month by customer")
    assert "€95.00 + CHF1,017.50 net" in report
    by_day = said(anna, "/track report everybody this month by person")
    assert "€95.00 + CHF1,017.50" in by_day


@pytest.mark.usefixtures("two_currencies")
def test_home_and_the_run_of_all_customers_say_each_currency_apart(anna: Person) -> None:
    anna.opens_home()
    home = anna.home.text
    assert "Not billed yet: €95.00 + CHF1,017.50 net" in home
    assert "Acme GmbH\nCHF1,017.50 · 9:15 h" in home
    anna.types("/track invoice all march")
    assert "€95.00 + CHF1,017.50 net" in anna.modal.text


@pytest.mark.usefixtures("two_currencies")
def test_the_test_line_answers_in_the_currency_of_the_invoice(anna: Person) -> None:
    anna.types("/track settings")
    anna.modal.click("Rates …")
    anna.modal.fill("Service", "Design")
    anna.modal.fill("Customer", "Acme GmbH")
    assert "CHF110.00 by rule 1" in anna.modal.text, "the article is in EUR and beaten by nobody"


def test_sums_of_several_currencies_stay_apart() -> None:
    both = Sums.of([("CHF", 5), ("EUR", 1), ("CHF", 2)])
    assert both.by_currency == (("CHF", 7), ("EUR", 1))
    assert both + NO_SUMS == both
    assert (both + both).apart("EUR") == (2, Sums((("CHF", 14),)))

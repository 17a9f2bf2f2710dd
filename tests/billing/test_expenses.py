"""Expenses on an invoice: billed like time, each once, exactly as they were shown."""

from contextlib import suppress
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from bot.billing import approval, delivery
from bot.billing.rules.expenses import UnbilledExpense, price_of_expense, vat_of
from bot.billing.rules.rates import PriceTerms
from bot.billing.rules.tax import Vat
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.records import Invoice
from playground.person import Person
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import frozen as frozen_rows
from storage.tables import draft_expenses, expenses
from tests.billing.deeds import RunJobs, edits, invoice, sends, states
from tests.billing.test_merged import merge
from tests.catalog.test_catalog import opens
from tests.conftest import T0, FrozenClock, looks_in_vain
from tests.deeds import said

FULL, LESS = Vat("MwSt", 1900), Vat("USt ermäßigt", 700)


def expense(cents: int, *, gross: bool, rate: int | None = None) -> UnbilledExpense:
    return UnbilledExpense(1, None, None, 1, "Anna", T0.date(), "train", cents, gross, rate, None, "")


@pytest.mark.parametrize(
    ("cents", "gross", "rate", "invoice_gross", "price"),
    [
        (4990, True, None, False, 41_9300),  # 49.90 / 1.19 = 41.932...
        (4990, True, 700, False, 46_6400),
        (47, True, None, False, 3900),  # 0.3949..., and not 0.3950 to begin with
        (4990, True, 0, False, 49_9000),
        (4990, False, None, False, 49_9000),
        (4990, False, None, True, 59_3800),
        (4990, True, 700, True, 55_5000),  # 49.90 / 1.07 * 1.19 = 55.496...
        (5000, False, 700, True, 53_5000),
        (5000, False, 700, False, 50_0000),
    ],
)
def test_an_expense_costs_what_was_typed_with_or_without_vat_as_the_invoice_states_prices(
    cents: int, gross: bool, rate: int | None, invoice_gross: bool, price: int
) -> None:
    each = expense(cents, gross=gross, rate=rate)
    vat = vat_of(each, None, FULL, [FULL, LESS])
    assert price_of_expense(each, vat, PriceTerms(invoice_gross=invoice_gross)) == price


def test_a_rate_has_the_name_that_the_account_has_for_it() -> None:
    assert vat_of(expense(1, gross=False, rate=700), None, FULL, [FULL, LESS]) == LESS
    assert vat_of(expense(1, gross=False, rate=1900), None, FULL, [FULL, LESS]) == FULL
    assert vat_of(expense(1, gross=False, rate=1600), None, FULL, [FULL, LESS]) == Vat("MwSt", 1600)


@pytest.mark.parametrize(
    ("rate", "main", "price"),
    [
        (700, FULL, 46_6400),  # a train ticket of 49.90 with 7 %: 46.64, billed with 19 %
        (1900, FULL, 41_9300),
        (0, FULL, 49_9000),  # a fee of an office without VAT
        (1900, LESS, 41_9300),  # of a translator with 7 %
        (1900, Vat("steuerfrei", 0), 49_9000),  # who bills no VAT deducts none
        (700, Vat("steuerfrei", 0), 49_9000),
    ],
)
def test_a_receipt_is_billed_net_with_the_vat_of_the_work(rate: int, main: Vat, price: int) -> None:
    each = expense(4990, gross=True, rate=rate)
    vat = vat_of(each, None, main, [FULL, LESS])
    assert vat == main
    assert price_of_expense(each, vat, PriceTerms()) == price


def test_a_ticket_with_seven_percent_goes_out_with_the_vat_of_the_work(
    worked: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track expense 49,90 7% acme website yesterday: train ticket")
    invoice(anna)
    sends(anna)
    run_jobs()
    (line,) = [line for line in account.drafts()[0].lines if "train ticket" in line.title]
    assert (line.unit_price, line.tax_rate) == (Decimal("46.64"), Decimal(19))


def test_an_expense_is_shown_approved_and_sent_once(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track expense 49,90 acme website yesterday receipt 4711: train ticket")
    shown = invoice(anna).text
    assert "Website · train ticket\n1 piece × €41.93 = €41.93" in shown
    assert "9 Mar 2026, receipt 4711" in shown
    assert "Total: €873.56 net" in shown
    assert "€1,039.54 gross" in shown
    assert "On its way" in sends(anna).text
    run_jobs()
    (draft,) = account.drafts()
    (line,) = [line for line in draft.lines if line.title == "Website · train ticket"]
    assert (line.quantity, line.unit_price, line.unit) == (Decimal("1"), Decimal("41.93"), "piece")
    assert draft.total_net == Decimal("873.56")
    with bot.database.read() as db:
        assert len(db.execute(select(draft_expenses)).all()) == 1
    assert "has nothing unbilled" in invoice(anna).text


def test_expenses_alone_make_an_invoice(connected: None, anna: Person, account: Account, run_jobs: RunJobs) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    assert "App · flat fee\n1 piece × €500.00 = €500.00" in invoice(anna).text
    sends(anna)
    run_jobs()
    (draft,) = account.drafts()
    assert draft.total_net == Decimal(500)


def test_what_changed_of_an_expense_since_it_was_shown_has_to_be_looked_at_first(
    connected: None, anna: Person, account: Account
) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    message = anna.last
    invoice(anna)
    anna.types("/track expense 20 net acme app: taxi")
    message.click("It is gross")
    after = sends(anna).text
    assert "taxi is new" in after
    assert "flat fee: it costs €420.17, before €500.00" in after
    assert account.drafts() == []


def test_an_expense_is_left_out_in_one_click_and_taken_in_again(connected: None, anna: Person) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    anna.types("/track expense 20 net acme app: taxi")
    before = invoice(anna).text
    anna.modal.click("Leave out")
    assert "flat fee: €500.00" in anna.modal.text
    assert "Total: €20.00 net" in anna.modal.text
    anna.modal.click("Take all in")
    assert anna.modal.text == before


def test_a_given_up_draft_gives_its_expenses_free(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    message = anna.last
    invoice(anna)
    sends(anna)
    message.click("It is gross")
    assert "This cannot be changed: the draft “Acme GmbH" in anna.last.plain()
    run_jobs()
    (draft,) = account.drafts()
    invoice(anna)
    anna.modal.close()
    anna.types("/track invoice acme")
    assert draft.label in anna.modal.text or "In Billomat" in anna.modal.text


def test_what_is_open_says_expenses_too(connected: None, anna: Person) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    anna.opens_home()
    assert "Acme GmbH\n€500.00 · expenses" in anna.home.text


def test_a_text_of_an_expense_can_be_changed_on_the_invoice(connected: None, anna: Person) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    invoice(anna).click("Edit …")
    anna.modal.fill("Title", "Workshop, flat")
    anna.modal.fill("Price", "450")
    anna.modal.submit()
    assert "flat fee: “Workshop, flat”\n1 piece × €450.00 = €450.00" in anna.modal.text


def test_a_private_note_of_an_expense_is_kept_from_the_customer(connected: None, anna: Person) -> None:
    assert "🤫" in said(anna, "/track expense 500 net acme app --private: dinner with Bob")
    shown = invoice(anna).text
    assert "dinner" not in shown
    assert "App · Expense\n1 piece" in shown


def test_an_expense_follows_its_project_into_another_and_is_used_until_then(connected: None, anna: Person) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    merge(anna, "Projects", "App", "Acme GmbH › Website")
    while anna.sees_modal:
        anna.modal.close()
    assert "Website · flat fee" in invoice(anna).text


def test_finn_reads_of_his_expense_in_german(connected: None, finn: Person) -> None:
    answer = said(finn, "/track ausgabe 1.234,50 € netto acme app gestern Beleg 7: Lizenzen")
    assert "1.234,50 € netto · Acme GmbH › App" in answer.replace("\N{NO-BREAK SPACE}", " ")
    assert "Beleg 7" in answer
    assert "Wie viel ist „1.234“?" in said(finn, "/track ausgabe 1.234 acme app")


def test_an_expense_that_was_corrected_after_its_price_was_typed_is_said_on_its_line(
    connected: None, anna: Person
) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    message = anna.last
    invoice(anna)
    edits(anna, "App · flat fee", title="Workshop").submit()
    assert "since this line was changed" not in anna.modal.text
    anna.modal.close()
    message.click("Edit …")
    anna.modal.fill("Amount in EUR", "600")
    anna.modal.submit()
    assert "⚠️ Different since this line was changed: 10 Mar 2026 · 600.00 · flat fee" in invoice(anna).text


def test_an_invoice_of_very_many_small_units_is_sent_too(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    for number in range(22):
        anna.types(f"/track expense 999999,99 net acme app: stage {number}")
    assert "Total: €21,999,999.78 net" in invoice(anna).text
    assert "On its way" in sends(anna).text
    run_jobs()
    (draft,) = account.drafts()
    assert draft.total_net == Decimal("21999999.78")


def test_expenses_that_a_selection_has_not_are_said(worked: None, anna: Person) -> None:
    anna.types("/track expense 500 net acme website: flat fee")
    anna.types("/track invoice acme only design")
    assert "2:00 h of other work in these days could be billed too" in anna.modal.text
    assert "Neither are: 1 expense." in anna.modal.text
    anna.modal.close()
    anna.types("/track invoice acme only app")
    assert "Neither are: 1 expense." in anna.modal.text
    anna.modal.close()
    anna.types("/track invoice acme only website")
    assert "Neither" not in anna.modal.text
    anna.types("/track expense 20 net acme app: taxi")
    anna.types("/track invoice acme only website, app")
    assert "Neither" not in anna.modal.text


def test_where_there_are_expenses_alone_no_time_is_said(connected: None, anna: Person) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    anna.types("/track expense 100 net shop: labels")
    anna.types("/track invoice all")
    assert "2 customers · €600.00 net" in anna.modal.text
    shown = invoice(anna).text
    assert "Total: €500.00 net\n1 line\n" in shown
    assert "Next customer: Bäckerei Söhne & Co., expenses" in shown
    assert "Next customer: Bäckerei Söhne & Co., expenses" in sends(anna).text


def test_an_expense_alone_that_a_selection_has_not_is_said_too(connected: None, anna: Person) -> None:
    anna.types("/track log 1h acme website design yesterday")
    anna.types("/track expense 500 net acme website: flat fee")
    anna.types("/track invoice acme only design")
    assert "Not on this invoice, though of these days: 1 expense." in anna.modal.text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("much", "Type an amount like 49.90 or 1234.50, up to 100,000,000,000."),
        ("1.234", "“1.234” can be read in two ways. Type 1234.00 or 1.23."),
        ("50 USD", "The amount is in EUR. Type it in that."),
    ],
)
def test_the_price_of_an_expense_is_refused_in_words_for_an_amount(
    connected: None, anna: Person, typed: str, why: str
) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    invoice(anna).click("Edit …")
    anna.modal.fill("Price", typed)
    anna.modal.submit()
    assert why in anna.modal.errors["Price"]


def test_an_expense_can_cost_more_than_any_hour_and_nothing(connected: None, anna: Person) -> None:
    anna.types("/track expense 500 net acme app: flat fee")
    invoice(anna).click("Edit …")
    anna.modal.fill("Price", "999999.99")
    anna.modal.submit()
    assert "1 piece × €999,999.99 = €999,999.99" in anna.modal.text
    anna.modal.click("Edit …")
    anna.modal.fill("Price", "0")
    anna.modal.submit()
    assert "1 piece × €0.00 = €0.00" in anna.modal.text


def test_the_highest_amount_reaches_billomat_to_the_cent(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track expense 99,999,999,999.99 net acme app yesterday: machine")
    anna.types("/track expense 31,000,000 net acme app yesterday: train ticket in Hanoi")
    invoice(anna).click("Edit …")
    anna.modal.fill("Price", "100,000,000,000.00")
    anna.modal.submit()
    assert "€100,000,000,000.00" in anna.modal.text
    sends(anna)
    run_jobs()
    assert account.drafts()[0].total_net == Decimal("100031000000.00")


def test_the_catalogue_counts_open_expenses_as_the_invoice_does(connected: None, anna: Person) -> None:
    anna.types("/track expense 500 net acme website yesterday: flat fee")
    anna.types("/track expense 119 gross acme app yesterday: train")
    assert "expenses open, €600.00" in opens(anna, "Customers", "Acme GmbH").text
    anna.modal.click("Create invoice …")
    assert "€600.00 net" in anna.modal.text
    while anna.sees_modal:
        anna.modal.close()
    anna.types("/track log 1h acme website yesterday")
    assert "1:00 h and expenses open, €595.00" in opens(anna, "Projects", "Website").text


@pytest.mark.parametrize("days", ["", "in march"])
def test_what_has_expenses_alone_is_never_said_to_have_nothing(connected: None, anna: Person, days: str) -> None:
    anna.types("/track expense 500 net acme website yesterday: flat fee")
    assert "No time is written down for that." in said(anna, f"/track report acme {days}")
    assert "1 expense: €500.00 net, not in the sums above." in said(anna, f"/track report acme {days}")
    anna.types("/track invoice acme only app")
    assert "has nothing unbilled" in anna.modal.text


# A process that dies between the steps of billing one


@pytest.fixture
def spent(connected: None, anna: Person) -> None:
    """An hour and an expense, on an invoice that nobody sent yet."""
    anna.types("/track log 1h acme website design yesterday")
    anna.types("/track expense 119 gross acme website yesterday: train")
    invoice(anna)


def bound(bot: Bot) -> list[int]:
    with bot.database.read() as db:
        return [*db.execute(select(draft_expenses.c.expense_id)).scalars()]


def dies(*_args: object, **_named: object) -> None:
    raise RuntimeError("killed")


@pytest.mark.expects_errors
@pytest.mark.parametrize("step", ["put_on_its_way", "keep_recipe"])
def test_who_dies_in_an_approval_has_bound_no_expense(
    spent: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(approval, step, dies)
        with suppress(Exception):
            sends(anna)
    assert (bound(bot), states(bot)) == ([], ["open"])
    invoice(anna)
    sends(anna)
    run_jobs()
    assert [line.title for line in account.drafts()[0].lines].count("Website · train") == 1
    assert (bound(bot), states(bot)) == ([1], ["sent"])


def test_who_dies_before_the_call_keeps_the_expense_bound_until_somebody_decides(
    spent: None, anna: Person, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    sends(anna)
    with bot.change_itself(1) as change:
        assert draft_state_rows.claim_attempt(change, draft_rows.draft_of_job(change.db, 1))
    clock.forward_by(minutes=3)
    looks_in_vain(clock, run_jobs)
    assert (states(bot), bound(bot), account.drafts()) == (["unknown"], [1], [])
    anna.dm[-1].click("Send again")
    run_jobs()
    assert [len(draft.lines) for draft in account.drafts()] == [2]
    assert (states(bot), bound(bot)) == (["sent"], [1])


def test_who_dies_behind_the_call_leaves_one_draft_with_the_expense(
    spent: None, anna: Person, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    sends(anna)
    account.trouble.next("drop", worked=True, on="POST invoices")
    delivery.deliver(bot, 1)
    clock.forward_by(minutes=3)
    run_jobs()
    assert [len(draft.lines) for draft in account.drafts()] == [2]
    assert (states(bot), bound(bot)) == (["sent"], [1])


@pytest.mark.parametrize("gross_prices", [False, True])
@pytest.mark.parametrize("rate", [None, 700, 1900])
def test_a_pass_through_item_is_its_full_amount_without_vat(rate: int | None, gross_prices: bool) -> None:
    each = expense(4990, gross=True, rate=rate)._replace(pass_through=True)
    vat = vat_of(each, None, FULL, [FULL, LESS, Vat("steuerfrei", 0)])
    assert vat == Vat("steuerfrei", 0)
    assert price_of_expense(each, vat, PriceTerms(invoice_gross=gross_prices)) == 49_9000
    assert vat_of(each, None, FULL, [FULL]) == Vat("MwSt", 0)


def passes_through(who: Person) -> None:
    """Fill in a fee that was paid in the customer's name."""
    who.types("/track expense acme website")
    who.modal.fill("Amount in EUR", "119")
    who.modal.fill("What for", "Court fee")
    who.modal.tick("so without VAT")
    who.modal.submit()


def test_what_is_passed_through_goes_out_in_full_without_vat_and_says_so(
    worked: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    passes_through(anna)
    assert "€119.00 gross · Acme GmbH › Website · Tue 10 Mar · passed through, without VAT" in anna.modal.text
    text = invoice(anna).text
    assert "1 piece × €119.00 = €119.00" in text
    assert "paid in your name and for your account, without VAT" in text
    assert "plus €158.01 VAT, as each line says = €1,108.64 gross" in text  # 19 % of 831.63 alone
    sends(anna)
    run_jobs()
    (draft,) = account.all(Invoice)
    *_, fee = draft.items
    assert (fee.unit_price, fee.tax_rate, fee.tax_changed_manually) == (119, 0, True)
    with bot.database.read() as db:
        reasons = [each.tax_reason for each in frozen_rows.frozen_lines(db, 1)]
    assert reasons == ["account", "article", "passed through"] or reasons[-1] == "passed through"


def test_a_pass_through_item_names_no_vat_even_where_one_was_typed(connected: None, anna: Person) -> None:
    anna.types("/track expense acme website")
    anna.modal.fill("Amount in EUR", "119")
    anna.modal.fill("VAT in percent", "7")
    anna.modal.tick("so without VAT")
    anna.modal.submit()
    assert "€119.00 gross · Acme GmbH › Website · Tue 10 Mar · passed through, without VAT" in anna.modal.text
    assert "7%" not in anna.modal.text


def test_a_pass_through_item_cannot_be_net(connected: None, anna: Person, bot: Bot) -> None:
    anna.types("/track expense acme website")
    anna.modal.fill("Amount in EUR", "119")
    anna.modal.fill("The amount is", "Without VAT (net)")
    anna.modal.tick("so without VAT")
    anna.modal.submit()
    assert anna.modal.errors == {
        "The amount is": "What is passed through goes out at its full amount: choose “With VAT (gross)”."
    }
    anna.modal.fill("The amount is", "With VAT (gross)")
    anna.modal.submit()
    assert "passed through" in anna.modal.text
    with pytest.raises(IntegrityError), bot.database.write() as db:
        db.execute(update(expenses).values(gross=False))


def test_a_pass_through_item_is_said_in_german_and_in_a_list(worked: None, finn_bills: Person) -> None:
    finn_bills.types("/track ausgabe acme website")
    finn_bills.modal.fill("Betrag in EUR", "119")
    finn_bills.modal.tick("also ohne Umsatzsteuer")
    finn_bills.modal.submit()
    assert "durchlaufender Posten, ohne Umsatzsteuer" in said(finn_bills, "/track liste")
    assert "paid in your name and for your account, without VAT" in invoice(finn_bills).text

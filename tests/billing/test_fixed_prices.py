"""A fixed price: its hours are never billed by the hour, it goes out as lump sums, and never more than there is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.billing import agreements as use_cases
from bot.billing import line_edits, unbilled
from bot.billing.agreements import EnteredPart
from bot.billing.line_edits import EnteredLine
from bot.billing.rules.agreements import Agreement, AgreementKind
from bot.billing.rules.entries import Entries, UnbilledEntry
from bot.billing.rules.fixed_prices import FixedPrice, apart, cents_of_part, part_of_price
from bot.core.context import Bot, Itself
from bot.core.errors import UserError
from bot.tracking import expenses as tracking_expenses
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.person import Modal, Person
from storage import upkeep
from storage.change import Change
from storage.rows import row_values
from storage.tables import AgreementCharge, agreement_charges, audits, draft_shares, entries, expenses
from storage.tables import agreements as agreements_table
from tests.billing.deeds import RunJobs, change, invoice, presses, seen_by, sends, states
from tests.catalog.test_catalog import opens
from tests.conftest import T0, at_once

pytestmark = pytest.mark.usefixtures("connected")
Send = Callable[[], Document]


def closes_all(who: Person) -> None:
    while who.sees_modal:
        who.modal.close()


@pytest.fixture
def send(anna: Person, account: Account, run_jobs: RunJobs) -> Send:
    """Sends the invoice for Acme, and answers what stands in Billomat."""

    def sent() -> Document:
        invoice(anna)
        sends(anna)
        run_jobs()
        return account.drafts()[-1]

    return sent


@pytest.fixture
def website(connected: None, anna: Person) -> None:
    """70 hours for the website, of which the price is 5,000, and one hour of other work."""
    for day in range(1, 8):
        anna.types(f"/track log 10h acme website design {day}.3.")
    anna.types("/track log 1h acme app yesterday")
    agrees(anna, "Acme GmbH › Website", "5000")
    closes_all(anna)


def agreements(who: Person) -> Modal:
    """What is agreed with Acme, opened from its page."""
    closes_all(who)
    who.types("/track catalog acme gmbh")
    if "Agreements …" not in who.modal.buttons:
        who.modal.click("Open …")
    who.modal.click("Agreements …")
    return who.modal


def agrees(who: Person, project: str, price: str, first: str = "2026-03-01") -> Modal:
    agreements(who).click("Fixed price …")
    who.modal.fill("Project", project)
    who.modal.fill("Fixed price", price)
    who.modal.fill("From the month of", first)
    who.modal.submit()
    return who.modal


def bills(who: Person, amount: str, day: str = "2026-03-09", note: str = "") -> Modal:
    """A lump sum of the first fixed price, from the page that is open."""
    who.modal.click("Bill a part …")
    who.modal.fill("How much", amount)
    who.modal.fill("Day", day)
    who.modal.fill("What the line is called", note)
    who.modal.submit()
    return who.modal


@pytest.mark.usefixtures("website")
def test_hours_of_a_fixed_price_are_not_billed_by_the_hour_and_are_said_with_what_they_bring(anna: Person) -> None:
    text = invoice(anna).text
    assert "Total: €95.00 net" in text
    assert "70:00 h of Website are covered by its fixed price, at €71.43 an hour: €0.00 billed, €5,000.00 left." in text
    assert "88.50" not in text


@pytest.mark.usefixtures("website")
def test_a_part_is_billed_from_the_invoice_with_two_clicks(anna: Person) -> None:
    invoice(anna).click("Bill a part …")
    anna.modal.click("Agreements …")
    assert anna.modal.title == "Agreements"
    invoice(anna)
    bills(anna, "50%")
    assert anna.modal.title == "Invoice"
    assert "Website · Part of the fixed price" in anna.modal.text
    assert "€2,500.00 open, €2,500.00 left" in anna.modal.text


@pytest.mark.usefixtures("website")
def test_a_part_goes_out_with_the_hours_of_its_days_and_the_rest_is_shown(anna: Person, bot: Bot, send: Send) -> None:
    agreements(anna)
    assert "It stands on the invoice of its day." in bills(anna, "50%").text
    text = invoice(anna).text
    assert "Website · Part of the fixed price" in text
    assert "1 piece × €2,500.00 = €2,500.00" in text
    assert "€0.00 billed, €2,500.00 open, €2,500.00 left" in text
    assert "Covers 70:00 h; an hour of it brings €71.43." in text
    assert "Total: €2,595.00 net" in text
    closes_all(anna)
    document = send()
    assert document.total_net.quantize(1) == 2_595
    with bot.database.read() as db:
        assert db.execute(select(entries.c.id).where(~entries.c.on_draft)).all() == []
        assert sum(db.execute(select(draft_shares.c.seconds)).scalars()) == 71 * 3_600
    assert "€2,500.00 billed, €2,500.00 left" in agreements(anna).text


@pytest.mark.usefixtures("website")
def test_more_than_the_price_is_refused_at_the_amount_and_keeps_what_was_typed(anna: Person) -> None:
    agreements(anna)
    bills(anna, "3000")
    refused = bills(anna, "2000,01")
    assert refused.errors == {
        "How much": "Only €2,000.00 of €5,000.00 are left. Type that much at most, or leave it empty for all of it."
    }
    assert refused.value("How much") == "2000,01"
    refused.fill("How much", "")
    refused.submit()
    assert "€0.00 billed, €5,000.00 open, €0.00 left" in anna.modal.text
    assert "Bill a part …" not in anna.modal.buttons


@pytest.mark.usefixtures("website")
@pytest.mark.parametrize(
    ("typed", "says"), [("0", "The amount has to be more than 0."), ("5 CHF", "The amount is in EUR. Type it in that.")]
)
def test_a_part_of_a_price_is_called_no_expense(anna: Person, typed: str, says: str) -> None:
    agreements(anna)
    assert bills(anna, typed).errors == {"How much": says}


@pytest.mark.usefixtures("website")
@pytest.mark.parametrize("day", ["1900-01-01", "1969-12-31", "9999-12-31"])
def test_a_day_that_nobody_can_mean_is_refused_at_its_field(anna: Person, day: str) -> None:
    agreements(anna)
    anna.modal.click("Bill a part …")
    anna.modal.fill("How much", "50%")
    anna.modal.fill("Day", day)
    anna.modal.submit()
    assert list(anna.modal.errors) == ["Day"]
    assert "Choose a day of the years" in anna.modal.errors["Day"]
    assert (anna.modal.value("How much"), anna.modal.value("Day")) == ("50%", day)


@pytest.mark.usefixtures("website")
@pytest.mark.parametrize("typed", ["0", "0%", "101 %", "a lot", "-5", "1.234"])
def test_what_is_no_part_of_a_price_is_refused_where_it_is_typed(anna: Person, typed: str) -> None:
    agreements(anna)
    refused = bills(anna, typed)
    assert "How much" in refused.errors
    assert refused.value("How much") == typed


@pytest.mark.usefixtures("website")
def test_the_database_refuses_more_of_a_price_than_there_is_and_another_amount_of_a_part(
    anna: Person, bot: Bot
) -> None:
    agreements(anna)
    bills(anna, "5000")
    with bot.database.read() as db:
        [charge] = db.execute(select(agreement_charges)).all()
    with bot.database.read() as db:
        values = db.execute(select(expenses)).one()._asdict() | {"id": 99, "amount_cents": 1}
    one_more = row_values(AgreementCharge, expense_id=99, workspace_id=1, agreement_id=charge.agreement_id)
    with bot.database.write() as db:
        db.execute(insert(expenses).values(values))
    with pytest.raises(IntegrityError), bot.database.write() as db:
        db.execute(insert(agreement_charges).values(one_more))
    with pytest.raises(IntegrityError), bot.database.write() as db:
        db.execute(update(expenses).where(expenses.c.id == charge.expense_id).values(amount_cents=5))
    with pytest.raises(IntegrityError), bot.database.write() as db:
        db.execute(update(agreements_table).values(cents=499_999))


@pytest.mark.usefixtures("website")
def test_a_part_is_taken_back_while_it_is_open_and_undone_right_after(anna: Person) -> None:
    agreements(anna)
    bills(anna, "1000")
    anna.modal.click("Take back")
    assert "✅ The lump sum is taken back." in anna.modal.text
    assert "€0.00 billed, €5,000.00 left" in anna.modal.text


@pytest.mark.usefixtures("website")
def test_what_is_billed_stays_when_the_price_is_changed_or_ends(anna: Person, bot: Bot, send: Send) -> None:
    agreements(anna)
    bills(anna, "4000")
    invoice(anna)
    sends(anna)
    agreements(anna).click("Change …")
    anna.modal.fill("Fixed price", "3999.99")
    anna.modal.fill("To the month of", "2026-02-10")
    anna.modal.submit()
    assert anna.modal.errors == {
        "Fixed price": "€4,000.00 of it are lump sums already. The price cannot be less.",
        "To the month of": "This is before the month in which it begins.",
    }
    anna.modal.fill("Fixed price", "4000")
    anna.modal.fill("To the month of", "2026-03-10")
    anna.modal.submit()
    assert "From March 2026 to March 2026" in anna.modal.text
    assert "€4,000.00 billed, €0.00 left" in anna.modal.text
    assert states(bot) == ["approved"]


@pytest.mark.usefixtures("website")
def test_without_lump_sums_it_is_removed_and_its_hours_have_a_rate_again(anna: Person) -> None:
    agreements(anna).click("Change …")
    anna.modal.click("Remove", confirm=True)
    assert "✅ The fixed price is removed." in anna.modal.text
    assert "70.00 h × €88.50 = €6,195.00" in invoice(anna).text


@pytest.mark.usefixtures("website")
def test_sums_of_open_time_have_nothing_for_its_hours_and_the_lump_sums_as_the_invoice_has(
    anna: Person, bot: Bot
) -> None:
    with bot.database.read() as db:
        assert unbilled.unbilled_work(db, 1).cents == 9_500
    agreements(anna)
    bills(anna, "50%")
    with bot.database.read() as db:
        assert unbilled.unbilled_work(db, 1).cents == 259_500
    closes_all(anna)
    assert "€95.00" in anna.types("/track report everybody").plain()  # type: ignore[union-attr]


@pytest.mark.usefixtures("website")
def test_home_the_months_list_and_reports_say_that_hours_are_covered_in_place_of_nothing(anna: Person) -> None:
    assert "Acme GmbH\n€95.00 · 71:00 h, of it 70:00 h covered by fixed prices" in anna.opens_home().plain()
    anna.types("/track invoice all march")
    assert "70:00 h covered by fixed prices" in anna.modal.text
    closes_all(anna)
    report = anna.types("/track report march everybody by project")
    assert report
    assert "€95.00 net · 70:00 h of it covered by fixed prices" in report.plain()
    assert "Acme GmbH › Website · covered by fixed price" in report.plain()


@pytest.mark.usefixtures("website")
def test_a_part_in_a_list_is_changed_only_where_it_is_agreed(anna: Person) -> None:
    agreements(anna)
    bills(anna, "50%")
    closes_all(anna)
    listed = anna.types("/track list yesterday")
    assert listed
    assert "€2,500.00 net" in listed.plain()


@pytest.mark.usefixtures("website")
def test_left_out_with_its_hours_and_taken_in_again(anna: Person) -> None:
    agreements(anna)
    bills(anna, "50%")
    before = invoice(anna).plain()
    anna.modal.click("Leave out")
    assert "Left out by hand" in anna.modal.text
    anna.modal.click("Take all in")
    assert anna.modal.plain() == before


@pytest.mark.usefixtures("website")
def test_a_part_is_called_a_fixed_price_in_all_short_sums(anna: Person, finn_bills: Person) -> None:
    agreements(anna)
    bills(anna, "50%", day="2026-02-27")
    closes_all(anna)
    assert "80:15 h and fixed price, of it 77:15 h covered by fixed prices" in anna.opens_home().plain()
    anna.types("/track invoice all february")
    assert "Acme GmbH\nfixed price · €2,500.00" in anna.modal.text
    closes_all(anna)
    anna.types("/track invoice acme march")
    assert "Older: fixed price open since February 2026" in anna.modal.text
    closes_all(anna)
    anna.types("/track catalog acme gmbh")
    assert "80:15 h and fixed price open" in anna.modal.text
    closes_all(anna)
    report = anna.types("/track report february everybody")
    assert report
    assert "🧾 1 part of a fixed price: €2,500.00 net, not in the sums above." in report.plain()
    report.click("Invoice Acme GmbH …")
    assert "Total: €2,500.00 net" in anna.modal.text
    anna.modal.click("Leave out")
    assert "Left out by hand: 1 part of a fixed price, €2,500.00" in anna.modal.text
    anna.modal.click("Take all in")
    closes_all(anna)
    anna.types("/track expense 10 net acme website 27.2.: train")
    anna.types("/track invoice all february")
    assert "fixed price and expenses · €2,510.00" in anna.modal.text
    listed = finn_bills.types("/track liste februar alle")
    assert listed
    assert "🧾 1 Teil eines Festpreises: 2.500,00 € netto · 1 Ausgabe: 10,00 € netto" in listed.plain().replace(
        "\xa0", " "
    )
    finn_bills.types("/track rechnung alle februar")
    assert "Festpreis und Ausgaben · 2.510,00 €" in finn_bills.modal.plain().replace("\xa0", " ")


def test_two_fixed_prices_of_one_project_do_not_meet(anna: Person) -> None:
    agrees(anna, "Acme GmbH › Website", "5000")
    refused = agrees(anna, "Acme GmbH › Website", "100", first="2026-05-01")
    assert list(refused.errors) == ["From the month of"]
    assert refused.value("Fixed price") == "100"


def test_each_change_of_what_is_agreed_is_in_the_audit(anna: Person, bot: Bot) -> None:
    agrees(anna, "Acme GmbH › Website", "5000")
    bills(anna, "1000")
    anna.modal.click("Take back")
    with bot.database.read() as db:
        actions = list(db.execute(select(audits.c.action).where(audits.c.at >= T0).order_by(audits.c.id)).scalars())
    assert [each for each in actions if each in {"agree", "bill part", "take back part"}] == [
        "agree",
        "bill part",
        "take back part",
    ]


def test_of_two_who_bill_the_rest_at_once_one_does(website: None, anna: Person, bot: Bot) -> None:
    caller, _ = seen_by(bot, "Anna Admin")
    [price] = use_cases.read_agreed(bot, caller, 1).prices

    def bill(request: str) -> object:
        part = EnteredPart("5000", T0.date())
        return use_cases.bill_part(bot, replace(caller, request=request), 1, price.agreement.id, part)

    done = at_once(lambda: bill("one"), lambda: bill("other"))
    assert sorted(isinstance(each, UserError) for each in done) == [False, True]
    [now] = use_cases.read_agreed(bot, caller, 1).prices
    assert (now.parts_cents, now.rest_cents) == (500_000, 0)


@given(
    cents=st.integers(1, 10**9),
    percents=st.lists(st.integers(1, 10_000), min_size=1, max_size=8),
)
def test_parts_in_percent_are_half_up_of_the_price_and_together_differ_by_half_a_cent_each(
    cents: int, percents: list[int]
) -> None:
    parts = [cents_of_part(cents, each, "EUR") for each in percents]
    for part, percent in zip(parts, percents, strict=True):
        exact = Decimal(cents) * percent / 10_000
        assert part == exact.quantize(Decimal(1), ROUND_HALF_UP)
    assert abs(sum(parts) - Decimal(cents) * sum(percents) / 10_000) <= Decimal(len(parts)) / 2


@given(
    st.lists(st.tuples(st.sampled_from([None, 1, 2, 3]), st.integers(0, 90), st.integers(1, 40_000), st.booleans())),
    st.integers(0, 60),
    st.none() | st.integers(61, 90),
)
def test_each_second_is_billed_by_the_hour_or_covered_and_never_both(
    worked: list[tuple[int | None, int, int, bool]], first: int, last: int | None
) -> None:
    begins = date(2026, 1, 1)
    made = [
        UnbilledEntry(n, project, "", None, None, seconds, begins + timedelta(day), "", False, billable)
        for n, (project, day, seconds, billable) in enumerate(worked)
    ]
    ends = None if last is None else begins + timedelta(last)
    agreed = Agreement(7, AgreementKind.FIXED_PRICE, 1, 2, "", begins + timedelta(first), ends, 100, "EUR")
    rest, covered = apart(Entries.of(made), [FixedPrice(agreed)])
    theirs = list(covered.get(7, ()))
    assert sorted(each.entry_id for each in (*rest, *theirs)) == list(range(len(made)))
    for each in made:
        is_within = agreed.first_day <= each.day and (ends is None or each.day <= ends)
        assert (each in theirs) == (each.project_id == 2 and each.billable and is_within)


def test_in_german(finn_bills: Person) -> None:
    finn = finn_bills
    finn.types("/track katalog acme gmbh")
    if "Vereinbarungen …" not in finn.modal.buttons:
        finn.modal.click("Öffnen …")
    finn.modal.click("Vereinbarungen …")
    finn.modal.click("Festpreis …")
    finn.modal.fill("Projekt", "Acme GmbH › Website")
    finn.modal.fill("Festpreis", "5.000,00")
    finn.modal.submit()
    assert "Festpreis 5.000,00 €" in finn.modal.plain().replace("\xa0", " ")


@pytest.mark.usefixtures("website")
def test_a_part_is_edited_and_deleted_nowhere_but_where_it_is_agreed(anna: Person, bot: Bot) -> None:
    agreements(anna)
    bills(anna, "50%")
    closes_all(anna)
    caller, _ = seen_by(bot, "Anna Admin")
    with bot.database.read() as db:
        expense_id = db.execute(select(expenses.c.id)).scalar_one()
    with pytest.raises(UserError, match="part of what is agreed"):
        tracking_expenses.delete(bot, replace(caller, request="delete"), expense_id)


@pytest.mark.usefixtures("website")
def test_undo_takes_a_part_back_and_the_price_has_it_again(anna: Person) -> None:
    agreements(anna)
    bills(anna, "50%")
    closes_all(anna)
    anna.types("/track undo")
    assert "€0.00 billed, €5,000.00 left" in agreements(anna).text


@pytest.mark.usefixtures("website")
def test_a_draft_that_was_deleted_in_billomat_gives_the_part_and_its_hours_free(
    anna: Person, bot: Bot, send: Send, account: Account, run_jobs: RunJobs
) -> None:
    agreements(anna)
    bills(anna, "50%")
    send()
    account.delete_draft(account.drafts()[0].id)
    closes_all(anna)
    invoice(anna).click("Bill again")
    run_jobs()
    with bot.database.read() as db:
        assert db.execute(select(entries.c.id).where(entries.c.on_draft)).all() == []
    assert "€0.00 billed, €2,500.00 open, €2,500.00 left" in agreements(anna).text
    assert "Covers 70:00 h" in invoice(anna).text


@pytest.mark.usefixtures("website")
def test_the_price_and_its_parts_follow_a_merged_project_and_a_merged_customer(anna: Person, bot: Bot) -> None:
    agreements(anna)
    bills(anna, "50%")
    closes_all(anna)
    opens(anna, "Projects", "Website")
    anna.clicks("Merge …")
    anna.modal.fill("Merge into", "Acme GmbH › App")
    anna.modal.submit()
    closes_all(anna)
    with bot.database.write() as db:
        upkeep.merge_customers(Change(db, Itself(1, T0)), ours=1, theirs=2)
    with bot.database.read() as db:
        agreed = db.execute(select(agreements_table)).one()
        there = {tuple(row) for row in db.execute(select(expenses.c.customer_id, expenses.c.project_id))}
        worked = {tuple(row) for row in db.execute(select(entries.c.customer_id, entries.c.project_id))}
    assert there == worked == {(agreed.customer_id, agreed.project_id)}
    closes_all(anna)
    anna.types("/track invoice bäckerei")
    assert "Part of the fixed price" in anna.modal.text
    assert "71:00 h" in anna.modal.text


@pytest.mark.usefixtures("website")
def test_the_line_that_says_which_rate_holds_knows_the_fixed_price(anna: Person) -> None:
    closes_all(anna)
    anna.types("/track settings")
    anna.modal.click("Rates …")
    anna.modal.click("Different rates …")
    anna.modal.fill("Project", "Acme GmbH › Website")
    assert "Nothing by the hour: the project has a fixed price." in anna.modal.text


@pytest.mark.usefixtures("website")
def test_a_german_customer_reads_german(anna: Person, bot: Bot, send: Send) -> None:
    change(bot, "Acme GmbH", locale="de_DE")
    agreements(anna)
    bills(anna, "")
    assert [each.title for each in send().lines][-1] == "Website · Festpreis"


@pytest.mark.usefixtures("website")
def test_an_open_invoice_says_that_a_part_came_and_is_not_sent_unseen(anna: Person, bot: Bot, finn: Person) -> None:
    invoice(anna)
    caller, _ = seen_by(bot, "Anna Admin")
    [price] = use_cases.read_agreed(bot, caller, 1).prices
    use_cases.bill_part(bot, replace(caller, request="part"), 1, price.agreement.id, EnteredPart("10%", T0.date()))
    anna.modal.submit()
    assert "Website · Part of the fixed price is new" in anna.modal.text
    assert states(bot) == ["open"]


def test_a_lump_sum_is_no_price_of_the_hours_that_it_covers(anna: Person) -> None:
    anna.types("/track log 8h acme website design 20.2.")
    anna.types("/track log 6h acme website design 3.3.")
    agrees(anna, "Acme GmbH › Website", "5000", first="2026-02-01")
    bills(anna, "2500", day="2026-02-20")
    bills(anna, "500", day="2026-03-03")
    closes_all(anna)
    anna.types("/track invoice acme february")
    sends(anna)
    closes_all(anna)
    anna.types("/track invoice acme march")
    assert "Covers 6:00 h" in anna.modal.text
    assert "Other rate" not in anna.modal.text


@pytest.mark.usefixtures("website")
def test_a_price_stays_in_the_currency_that_it_was_agreed_in(anna: Person, bot: Bot) -> None:
    agreements(anna)
    bills(anna, "2000")
    change(bot, "Acme GmbH", currency="CHF")
    text = agreements(anna).text
    assert "Website: fixed price €5,000.00" in text
    assert "€0.00 billed, €2,000.00 open, €3,000.00 left" in text
    assert "CHF" not in text
    assert "70:00 h of Website are covered by its fixed price, at €71.43 an hour" in invoice(anna).text
    agreements(anna)
    refused = bills(anna, "50%")
    assert refused.errors == {
        "How much": "This price is in EUR, and the customer is billed in CHF by now. Change it, or let it end and "
        "agree on a new one."
    }
    refused.click("Back")
    anna.modal.click("Change …")
    assert "Net, in EUR." in anna.modal.text, "what has lump sums stays in theirs"
    anna.modal.fill("To the month of", "2026-03-10")
    anna.modal.submit()
    assert "From March 2026 to March 2026" in anna.modal.text
    assert "Acme" in agrees(anna, "Acme GmbH › Website", "6000", first="2026-04-01").text
    assert "Website: fixed price CHF6,000.00" in anna.modal.text
    assert "Website: fixed price €5,000.00" in anna.modal.text


@pytest.mark.usefixtures("website")
def test_a_price_without_lump_sums_is_agreed_on_anew_in_another_currency(anna: Person, bot: Bot) -> None:
    change(bot, "Acme GmbH", currency="CHF")
    agreements(anna).click("Change …")
    assert not anna.modal.value("Fixed price"), "5,000 were in EUR"
    anna.modal.fill("Fixed price", "4500")
    change(bot, "Acme GmbH", currency="USD")
    anna.modal.submit()
    assert anna.modal.errors == {"Fixed price": "The currency changed meanwhile. Please open this form again."}
    agreements(anna).click("Change …")
    anna.modal.fill("Fixed price", "4500")
    anna.modal.submit()
    assert "Website: fixed price US$4,500.00" in anna.modal.text
    bills(anna, "50%")
    assert "1 piece × US$2,250.00 = US$2,250.00" in invoice(anna).text


@pytest.mark.usefixtures("website")
def test_the_database_lets_no_agreement_be_billed_in_another_currency(anna: Person, bot: Bot) -> None:
    agreements(anna)
    bills(anna, "2000")
    with bot.database.write() as db:
        [charge] = db.execute(select(agreement_charges)).all()
        db.execute(agreement_charges.delete())
        db.execute(update(expenses).values(currency="CHF"))
    with pytest.raises(IntegrityError, match="billed in its currency"), bot.database.write() as db:
        db.execute(insert(agreement_charges), charge._asdict())


@pytest.mark.usefixtures("website")
def test_a_part_costs_on_the_invoice_what_it_says_in_the_agreements(anna: Person, bot: Bot) -> None:
    agreements(anna)
    bills(anna, "50%")
    invoice(anna)
    presses(anna, "invoice_line", "Website · Part of the fixed price")
    assert "Price" not in anna.modal.labels
    anna.modal.fill("Title", "First half")
    anna.modal.submit()
    assert "First half" in anna.modal.text
    assert "1 piece × €2,500.00 = €2,500.00" in anna.modal.text
    caller, preview = seen_by(bot, "Anna Admin")
    [part] = [each for each in preview.lines if each.line.expense]
    older = EnteredLine(preview.shown, "", "", "9000", None, remember=False)
    with pytest.raises(UserError, match="change its amount with Agreements"):
        line_edits.change_line(bot, replace(caller, request="typed"), preview.draft_id, part.line.key, older)


@pytest.mark.parametrize("typed", ["33.33%", "33,33 %", "33,33\u00a0%", " 33.33\u202f%"])
def test_a_percentage_is_read_as_people_type_and_copy_it(typed: str) -> None:
    assert part_of_price(typed) == 3_333


@pytest.mark.parametrize("typed", ["33,333%", "33.3333 %", "1.000%", "-5%", "½%", "%", "0%", "100,01%"])
@pytest.mark.usefixtures("website")
def test_a_percentage_that_is_none_is_refused_as_one(anna: Person, typed: str) -> None:
    agreements(anna)
    bills(anna, typed)
    refused = "Type a percentage above 0 and up to 100, with two decimals at most."
    assert anna.modal.errors == {"How much": refused}
    assert anna.modal.value("How much") == typed

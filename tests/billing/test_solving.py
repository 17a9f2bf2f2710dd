"""What has to be solved before an invoice is sent has its button there, and the invoice follows at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.person import Person
from storage import people as people_rows
from storage.tables import articles, audits, customers, entries, projects
from tests.billing.deeds import RunJobs, change, edits, invoice, presses, sends, states
from tests.billing.test_retainers import closes_all
from tests.conftest import T0, FrozenClock
from tests.deeds import add_entry, add_names

ACME = "Acme GmbH"


def values(bot: Bot, entry_id: int, **changed: object) -> None:
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.id == entry_id).values(**changed))


def test_an_own_timer_is_stopped_and_stands_on_the_invoice(worked: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website: Call")
    clock.forward_by(hours=1)
    assert "Your timer has been running since 10:00: Website · Call. It is left out." in invoice(anna).text
    anna.modal.click("Stop")
    assert "Your timer" not in anna.modal.text
    assert "Website\n1.00 h × €95.00 = €95.00" in anna.modal.text
    assert "On its way to Billomat" in sends(anna).text


def test_the_timer_of_somebody_else_is_named_and_left_alone(worked: None, anna: Person, finn: Person) -> None:
    finn.types("/track starte acme website")
    assert "The timer of Finn Freelancer has been running since 10:00: Website." in invoice(anna).text
    assert "Stop" not in anna.modal.buttons


def test_a_timer_that_was_stopped_elsewhere_is_on_the_invoice(worked: None, anna: Person, clock: FrozenClock) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=1)
    invoice(anna)
    anna.types("/track stop")
    anna.modal.click("Stop")
    assert "Website\n1.00 h × €95.00 = €95.00" in anna.modal.text
    assert "On its way to Billomat" in sends(anna).text


def test_a_guessed_end_is_confirmed_and_stands_on_the_invoice(worked: None, anna: Person, bot: Bot) -> None:
    values(bot, 1, end_guessed=True)
    assert "I guessed that you worked until" in invoice(anna).text
    assert "7:15 h: Website · Design · Workshop" in anna.modal.text
    assert "Total: €190.00 net" in anna.modal.text
    anna.modal.click("Check end …")
    anna.modal.submit()
    assert "I guessed" not in anna.modal.text
    assert "Total: €831.63 net" in anna.modal.text


def test_a_guessed_end_is_corrected_where_it_is_said(worked: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 9-11 acme app yesterday: Call")
    anna.types("/track log 11:30-12 acme app yesterday: Mail")
    values(bot, 3, end_guessed=True)
    assert "2.50 h × €95.00" in invoice(anna).text
    anna.modal.click("Check end …")
    for end, why in (("08:30", "This is before the start."), ("11:45", "11:30–12:00")):
        anna.modal.fill("End", end)
        anna.modal.submit()
        assert why in anna.modal.errors["End"]
        assert anna.modal.value("End") == end
    anna.modal.fill("End", "10:00")
    anna.modal.submit()
    assert "I guessed" not in anna.modal.text
    assert "3.50 h × €95.00" in anna.modal.text
    assert "On its way to Billomat" in sends(anna).text


def test_a_guess_that_was_confirmed_elsewhere_is_on_the_invoice(worked: None, anna: Person, bot: Bot) -> None:
    values(bot, 1, end_guessed=True)
    invoice(anna)
    values(bot, 1, end_guessed=False)
    anna.modal.click("Check end …")
    anna.modal.submit()
    assert "Total: €831.63 net" in anna.modal.text


def test_a_guess_about_somebody_else_is_theirs_to_confirm(finn_bills: Person, anna: Person, bot: Bot) -> None:
    values(bot, 1, end_guessed=True)
    assert "Ich nehme an, dass Anna Admin bis" in invoice(finn_bills).text
    assert "Ende prüfen …" not in finn_bills.modal.text


@pytest.fixture
def unpriced(worked: None, bot: Bot) -> None:
    """Nothing has a rate."""
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=None)
        db.execute(update(articles).values(price=None))


def test_a_missing_rate_is_entered_where_it_is_said(unpriced: None, anna: Person) -> None:
    assert "2 lines have no hourly rate in EUR yet, the first: App" in invoice(anna).text
    anna.modal.click("Enter rates …")
    anna.modal.fill("App", "90")
    anna.modal.submit()
    assert "1 line has no hourly rate in EUR yet: Website · Design" in anna.modal.text
    anna.modal.click("Enter rate …")
    anna.modal.fill("Hourly rate", "100")
    anna.modal.submit()
    assert "no hourly rate" not in anna.modal.text
    assert "On its way to Billomat" in sends(anna).text


def test_all_missing_rates_are_asked_at_once_and_each_wrong_one_is_named(
    unpriced: None, anna: Person, bot: Bot
) -> None:
    invoice(anna)
    anna.modal.click("Enter rates …")
    assert "7.25 h on 1 line" in anna.modal.text
    anna.modal.submit()
    assert anna.modal.errors == {"App": "Type an amount like 95 or 95.50."}
    for app, website, wrong in (
        ("ninety", "1.234", {"App", "Website · Design"}),
        ("90 USD", "100", {"App"}),
        ("90", "-5", {"Website · Design"}),
    ):
        anna.modal.fill("App", app)
        anna.modal.fill("Website · Design", website)
        anna.modal.submit()
        assert {*anna.modal.errors} == wrong
        assert (anna.modal.value("App"), anna.modal.value("Website · Design")) == (app, website)
    anna.modal.fill("Website · Design", "€100,50")
    anna.modal.submit()
    assert "no hourly rate" not in anna.modal.text
    assert "2.00 h × €90.00 = €180.00" in anna.modal.text
    assert "7.25 h × €100.50 = €728.63" in anna.modal.text
    assert "On its way to Billomat" in sends(anna).text


def test_lines_by_day_ask_for_the_rate_of_their_work_once_and_keep_what_was_changed_on_them(
    unpriced: None, anna: Person
) -> None:
    for day in range(1, 8):
        anna.types(f"/track log 1h acme website design {day}.3.")
    invoice(anna)
    anna.modal.click("Lines and texts …")
    anna.modal.fill("One line for each", "Day")
    anna.modal.fill("and in it for each", "nothing more")
    anna.modal.submit()
    edits(anna, "1 Mar 2026 · Website · Design", title="The first day").submit()
    assert "9 lines have no hourly rate" in anna.modal.text
    anna.modal.click("Enter rates …")
    anna.modal.fill("Website · Design", "100")
    anna.modal.submit()
    assert "1 line has no hourly rate in EUR yet: 9 Mar 2026 · App" in anna.modal.text
    assert "The first day" in anna.modal.text
    assert anna.modal.text.count("1.00 h × €100.00") == 7


def test_lines_by_person_ask_for_a_rate_of_each_person(unpriced: None, anna: Person, finn: Person) -> None:
    finn.types("/track buche 1h acme website")
    invoice(anna)
    anna.modal.click("Lines and texts …")
    anna.modal.fill("One line for each", "Person")
    anna.modal.fill("and in it for each", "Project")
    anna.modal.submit()
    anna.modal.click("Enter rates …")
    asked = {"Anna Admin · App": "90", "Anna Admin · Website · Design": "100", "Finn Freelancer · Website": "70"}
    for work, rate in asked.items():
        anna.modal.fill(work, rate)
    anna.modal.submit()
    assert "no hourly rate" not in anna.modal.text
    assert "1.00 h × €70.00 = €70.00" in anna.modal.text
    assert "7.25 h × €100.00 = €725.00" in anna.modal.text


def test_a_rate_that_somebody_entered_meanwhile_stays_and_nothing_typed_is_lost(
    unpriced: None, anna: Person, finn_bills: Person
) -> None:
    invoice(anna)
    anna.modal.click("Enter rates …")
    anna.modal.fill("App", "90")
    anna.modal.fill("Website · Design", "100")
    invoice(finn_bills)
    finn_bills.modal.click("Sätze eingeben …")
    finn_bills.modal.fill("App", "80")
    finn_bills.modal.submit()
    anna.modal.submit()
    assert {*anna.modal.errors} == {"App"}
    assert "This has a rate by now" in anna.modal.errors["App"]
    anna.modal.fill("App", "")
    anna.modal.submit()
    assert "2.00 h × €80.00 = €160.00" in anna.modal.text
    assert "7.25 h × €100.00 = €725.00" in anna.modal.text


def test_where_no_rate_is_missing_any_more_the_invoice_is_shown_and_no_form_without_a_field(
    unpriced: None, anna: Person, finn_bills: Person
) -> None:
    invoice(anna)
    invoice(finn_bills)
    finn_bills.modal.click("Sätze eingeben …")
    finn_bills.modal.fill("App", "80")
    finn_bills.modal.fill("Website · Design", "100")
    finn_bills.modal.submit()
    anna.modal.click("Enter rates …")
    assert "2.00 h × €80.00 = €160.00" in anna.modal.text
    assert "no hourly rate" not in anna.modal.text
    assert "On its way to Billomat" in sends(anna).text


@pytest.mark.parametrize(("of_app", "of_website"), [("90", "110"), ("", "1e3 USD"), ("ninety", "-5")])
def test_where_all_rates_were_set_meanwhile_the_form_goes_on_and_says_what_was_typed(
    unpriced: None, anna: Person, finn_bills: Person, of_app: str, of_website: str
) -> None:
    invoice(anna)
    anna.modal.click("Enter rates …")
    anna.modal.fill("App", of_app)
    anna.modal.fill("Website · Design", of_website)
    invoice(finn_bills)
    finn_bills.modal.click("Sätze eingeben …")
    finn_bills.modal.fill("App", "80")
    finn_bills.modal.fill("Website · Design", "100")
    finn_bills.modal.submit()
    anna.modal.submit()
    assert anna.modal.title == "Invoice"
    assert "2.00 h × €80.00 = €160.00" in anna.modal.text
    assert "7.25 h × €100.00 = €725.00" in anna.modal.text
    _, not_taken = anna.modal.text.split("What you typed is not taken: this work has a rate by now")
    listed = [line for line in not_taken.partition("⚠️")[0].splitlines() if line.startswith("• ")]
    typed = {"App": of_app, "Website · Design": of_website}
    assert listed == [f"• {work}: {rate}" for work, rate in typed.items() if rate]
    assert "On its way to Billomat" in sends(anna).text


def test_where_all_rates_were_set_and_none_was_typed_the_form_goes_on_without_a_word(
    unpriced: None, anna: Person, finn_bills: Person
) -> None:
    invoice(finn_bills)
    finn_bills.modal.click("Sätze eingeben …")
    invoice(anna)
    anna.modal.click("Enter rates …")
    anna.modal.fill("App", "80")
    anna.modal.fill("Website · Design", "100")
    anna.modal.submit()
    finn_bills.modal.submit()
    assert "2,00 h × 80,00 € = 160,00 €" in finn_bills.modal.text.replace("\xa0", " ")
    assert "nicht übernommen" not in finn_bills.modal.text


def test_rates_of_work_that_is_gone_are_given_back_though_other_work_lacks_one(
    unpriced: None, anna: Person, finn_bills: Person
) -> None:
    invoice(finn_bills)
    finn_bills.modal.click("Sätze eingeben …")
    finn_bills.modal.fill("App", "80")
    finn_bills.modal.fill("Website · Design", "100")
    invoice(anna)
    presses(anna, "invoice_leave_out", "App")
    anna.modal.click("Enter rate …")
    anna.modal.fill("Hourly rate", "110")
    anna.modal.submit()
    closes_all(anna)
    anna.types("/track log 1h acme website travel 2.3.")
    finn_bills.modal.submit()
    shown = finn_bills.modal.text.replace("\xa0", " ")
    assert "7,25 h × 110,00 €" in shown
    assert "Was du eingegeben hast, ist nicht übernommen" in shown
    assert "• Arbeit: 80" in shown
    assert "• Website · Design: 100" in shown


def test_where_some_still_lack_a_rate_and_none_of_these_was_typed_it_is_asked_at_them(
    unpriced: None, anna: Person, finn_bills: Person
) -> None:
    invoice(anna)
    anna.modal.click("Enter rates …")
    invoice(finn_bills)
    finn_bills.modal.click("Sätze eingeben …")
    finn_bills.modal.fill("App", "80")
    finn_bills.modal.submit()
    anna.modal.submit()
    assert anna.modal.errors == {"Website · Design": "Type an amount like 95 or 95.50."}


def test_of_very_many_missing_rates_some_are_asked_and_then_the_rest(unpriced: None, anna: Person, bot: Bot) -> None:
    add_names(bot, {"Zoo Leipzig": [f"Project {n:03}" for n in range(122)]})
    with bot.database.write() as db:
        for n in range(122):
            start = T0 - timedelta(hours=2)
            add_entry(db, customer_id=3, project_id=4 + n, started_at=start, ended_at=start + timedelta(hours=1))
    anna.types("/track invoice zoo march")
    for left in (122 - 50, 122 - 100):
        anna.modal.click("Enter rates …")
        assert f"{left} more are asked for next." in anna.modal.text
        for label in [label for label in anna.modal.labels if label.startswith("Project")]:
            anna.modal.fill(label, "90")
        anna.modal.submit()
        assert f"{left} lines have no hourly rate" in anna.modal.text


def test_the_currency_that_changed_while_rates_were_typed_is_said(unpriced: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    anna.modal.click("Enter rates …")
    anna.modal.fill("App", "90")
    change(bot, ACME, currency="CHF")
    anna.modal.submit()
    assert anna.modal.errors == {"App": "The currency changed meanwhile. Please open this form again."}
    assert anna.modal.value("App") == "90"


def test_a_customer_who_is_not_linked_is_linked_and_billed(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    change(bot, ACME, billomat_id=None)
    assert "Acme GmbH is not linked with a customer in Billomat yet." in invoice(anna).text
    anna.modal.click("Link …")
    anna.modal.fill("Customer in Billomat", "Bäckerei Söhne & Co.")
    anna.modal.submit()
    assert anna.modal.value("Customer") == "Bäckerei Söhne & Co."
    assert "Website · Design\n7.25 h × €88.50 = €641.63" in anna.modal.text
    sends(anna)
    run_jobs()
    assert [draft.client_name for draft in account.drafts()] == [account.all(Client)[1].name]
    assert "sent" in states(bot)


def test_a_customer_who_was_archived_here_is_taken_back_into_use(worked: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, archived=True, billomat_id=None)
    assert "Acme GmbH is archived, so it gets no draft." in invoice(anna).text
    anna.modal.click("Take back into use")
    assert "archived" not in anna.modal.text
    with bot.database.read() as db:
        assert not db.execute(select(customers.c.archived).where(customers.c.name == ACME)).scalar_one()
        assert "take back" in db.execute(select(audits.c.action)).scalars().all()


def test_a_customer_who_left_the_archive_of_billomat_is_read_again(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    change(bot, ACME, archived=True)
    assert "archived in Billomat or deleted there" in invoice(anna).text
    anna.modal.click("Ask Billomat")
    run_jobs()
    assert "archived in Billomat or deleted there" not in anna.modal.text
    assert "On its way to Billomat" in sends(anna).text


def test_own_entries_without_a_project_get_one(worked: None, anna: Person, bot: Bot) -> None:
    values(bot, 2, project_id=None)
    assert "1 entry of yours has no project, 2:00 h." in invoice(anna).text
    anna.modal.click("Choose project …")
    anna.modal.fill("Project", "Website")
    anna.modal.submit()
    assert "has no project" not in anna.modal.text
    assert "Website\n2.00 h × €95.00 = €190.00" in anna.modal.text


def test_where_the_customer_has_no_projects_none_is_missed(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(entries).values(project_id=None))
        db.execute(update(projects).values(archived=True))
    assert "no project" not in invoice(anna).text.casefold()


def test_in_german(finn_bills: Person, clock: FrozenClock) -> None:
    finn_bills.types("/track starte acme website")
    clock.forward_by(hours=1)
    assert "Deine Zeitmessung läuft seit 10:00: Website. Sie ist nicht dabei." in invoice(finn_bills).text
    finn_bills.modal.click("Stopp")
    assert "Deine Zeitmessung" not in finn_bills.modal.text


def test_a_missing_rate_is_with_vat_where_the_customers_prices_are(unpriced: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, net_gross="GROSS")
    invoice(anna)
    anna.modal.click("Enter rates …")
    assert "with VAT, in EUR" in anna.modal.text
    anna.modal.fill("App", "much")
    anna.modal.submit()
    assert anna.modal.errors == {"App": "Type the price of an hour, like 95 or 95.50."}
    anna.modal.fill("App", "119")
    anna.modal.fill("Website · Design", "95,-")
    anna.modal.submit()
    assert "2.00 h × €119.00 = €238.00" in anna.modal.text
    assert "7.25 h × €95.00 = €688.75" in anna.modal.text


def test_a_total_of_several_prices_is_asked_for_its_rate_alone(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=None)
    invoice(anna)
    anna.modal.click("Lines and texts …")
    anna.modal.fill("One line for each", "one line for all")
    anna.modal.fill("and in it for each", "nothing more")
    anna.modal.fill("Different prices", "On one line, as 1 × their total")
    anna.modal.submit()
    assert "Enter rates …" not in anna.modal.buttons, "it would hold also for the design, which has a price"
    assert "Enter rate …" in anna.modal.buttons

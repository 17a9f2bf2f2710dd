"""What the invoice shows of unbilled time, and how people correct its lines."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.person import Person
from storage import billomat as billomat_rows
from storage.catalog import services
from storage.tables import entries
from tests.billing.deeds import (
    ACME,
    RunJobs,
    another_article,
    appoint,
    change,
    edits,
    invoice,
    listed,
    sends,
    states,
)
from tests.deeds import forge

# What is shown


def test_nothing_is_stored_or_sent_by_looking(worked: None, anna: Person, account: Account, bot: Bot) -> None:
    invoice(anna)
    invoice(anna)
    assert (account.drafts(), states(bot)) == ([], ["open"])
    assert "🔒" not in listed(anna)


def test_customers_are_chosen_in_the_modal_those_with_unbilled_time_first(worked: None, anna: Person) -> None:
    anna.types("/track invoice")
    assert anna.modal.labels == ["Customer", "Period"]
    assert anna.modal.view.submit == "Send to Billomat"
    assert anna.modal.options("Customer") == [ACME, "Bäckerei Söhne & Co."]
    anna.modal.fill("Customer", ACME)
    assert "Total: €831.63 net" in anna.modal.text


def test_a_customer_is_never_guessed(worked: None, anna: Person) -> None:
    said = anna.types("/track invoice nobody")
    assert said
    assert "Nothing is called “nobody” here" in said.plain()
    assert not anna.sees_modal
    anna.types("/track invoice website")
    assert anna.modal.value("Customer") == ACME
    assert "Only: Website" in anna.modal.text


def test_the_period_limits_what_is_billed(worked: None, anna: Person) -> None:
    anna.types("/track log 1h acme website 27.02.: before")
    assert invoice(anna).value("Period") == "February 2026"
    assert "Website\n1.00 h × €95.00 = €95.00" in anna.modal.text
    anna.modal.fill("Period", "March 2026")
    assert "Total: €831.63 net" in anna.modal.text
    anna.modal.fill("Period", "Everything unbilled")
    assert "Total: €926.63 net" in anna.modal.text
    assert "Service period: 27 Feb 2026 – 9 Mar 2026" in anna.modal.text
    assert anna.modal.options("Period") == [
        "Everything unbilled",
        "March 2026",
        "February 2026",
        "January 2026",
        "December 2025",
        "November 2025",
        "October 2025",
        "Own days …",
    ]


def test_what_is_left_out_is_said(worked: None, anna: Person) -> None:
    anna.types("/track log 10s acme app yesterday")
    anna.types("/track start acme app")
    assert "Left out: 1 timer still runs" in invoice(anna).text


def test_work_of_everybody_is_billed_together(worked: None, anna: Person, finn: Person) -> None:
    finn.types("/track log 1h acme app gestern: Test")
    assert "App\n3.00 h × €95.00 = €285.00" in invoice(anna).text


def test_a_german_reads_german(worked: None, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    assert "7,25 h × 88,50\xa0€ = 641,63\xa0€" in invoice(finn).text


@pytest.mark.parametrize(("rule", "country"), [("NO_TAX", ""), ("COUNTRY", "FR")])
def test_no_rate_of_vat_is_forced_on_customers_without_vat(
    rule: str, country: str, worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    change(bot, ACME, tax_rule=rule, country=country)
    client = account.all(Client)[0]
    account.change(client, tax_rule=rule, country_code=country)
    assert "Total: €831.63 net\n9.25 h on 2 lines\nNo VAT rate is forced" in invoice(anna).text
    sends(anna)
    run_jobs()
    assert account.drafts()[0].total_gross == Decimal("831.63")


def test_a_small_business_sends_its_zero_with_its_name(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, tax_name="steuerfrei", tax_rate=0)
    assert "Total: €831.63 net\n9.25 h on 2 lines\nwithout VAT (steuerfrei) = €831.63 gross" in invoice(anna).text
    sends(anna)
    run_jobs()
    (draft,) = account.drafts()
    assert [(tax.name, tax.rate) for tax in draft.taxes] == [("steuerfrei", 0)]


def test_names_harm_nobody(worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs) -> None:
    evil = "<!channel> & Söhne *GmbH*"
    change(bot, ACME, name=evil)
    anna.types("/track log 1h website: <!here> 🌈 \u202eabc")
    anna.types("/track invoice website")
    assert "<!here>" in anna.modal.text
    sends(anna)
    run_jobs()
    assert evil in anna.dm[-1].plain()
    assert account.drafts()[0].lines[0].description.endswith("<!here> abc")


# Correcting lines


def test_texts_and_rates_are_corrected_at_the_line(
    worked: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    invoice(anna)
    edits(anna, title="Screen design", description="As agreed", rate="100,50").submit()
    assert "Website · Design: “Screen design”\n7.25 h × €100.50 = €728.63" in anna.modal.text
    sends(anna)
    run_jobs()
    line = next(line for line in account.drafts()[0].lines if line.title == "Screen design")
    assert (line.description, line.unit_price) == ("As agreed", Decimal("100.5"))


def test_an_invoice_that_was_open_during_an_update_keeps_its_lines(worked: None, anna: Person) -> None:
    """Before 0008 a button and a form named a line by the ids of project and service."""
    invoice(anna)
    forge(anna.modal, "Edit …", "1:1")
    anna.modal.click("Edit …")
    form = anna.modal
    form.fill("Description", "Typed before the update")
    with anna.workspace.change():
        anna.workspace.put(replace(form.view, private_metadata='{"draft": 1, "line": "1:1"}'))
    form.submit()
    assert "Typed before the update" in anna.modal.text


def test_what_was_corrected_stays_until_starting_over(worked: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, rate="120").submit()
    anna.modal.close()
    assert "7.25 h × €120.00" in invoice(anna).text
    anna.clicks("Start over")
    assert "7.25 h × €88.50" in anna.modal.text
    assert "Start over" not in anna.modal.buttons


def test_a_text_that_nobody_changed_follows_the_entries(worked: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, rate="120").submit()
    anna.types("/track log 1h acme website design: Review")
    assert "9 Mar 2026 Workshop\n10 Mar 2026 Review" in invoice(anna).text


@pytest.mark.parametrize("typed", ["abc", "-5", "1.2345", "95/h"])
def test_a_rate_that_is_none_is_refused_at_its_field(typed: str, worked: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, rate=typed).submit()
    assert anna.modal.errors == {"Hourly rate": "Type the price of an hour, like 95 or 95.50."}


def test_a_rate_that_can_be_read_in_two_ways_is_refused_with_both(worked: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, rate="1.234").submit()
    assert anna.modal.errors == {"Hourly rate": "“1.234” can be read in two ways. Type 1234.00 or 1.23."}


def test_a_german_reads_a_title_in_german_quotes(worked: None, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(finn).click("Bearbeiten …")
    finn.modal.fill("Titel", "Relaunch, Teil 1")
    finn.modal.submit()
    assert ": „Relaunch, Teil 1“" in finn.modal.text


@pytest.mark.parametrize("typed", ["100 EUR", "100,-", "100.–", "€100", "EUR 100,00"])
def test_a_rate_is_typed_as_people_write_it(typed: str, worked: None, anna: Person, finn: Person, bot: Bot) -> None:
    invoice(anna)
    edits(anna, rate=typed).submit()
    assert "7.25 h × €100.00 = €725.00" in anna.modal.text
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(finn).click("Bearbeiten …")
    finn.modal.fill("Stundensatz", typed)
    finn.modal.submit()
    assert "2,00 h × 100,00\xa0€ = 200,00\xa0€" in finn.modal.text


def test_a_rate_in_another_currency_is_refused_at_its_field(worked: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, rate="100 USD").submit()
    assert anna.modal.errors == {"Hourly rate": "Type the rate in EUR, as this invoice is."}


def test_an_article_chosen_at_a_line_is_remembered_for_its_service(
    worked: None, anna: Person, bot: Bot, account: Account
) -> None:
    another_article(bot, account, "Entwicklung", price_cents=9500)
    invoice(anna)
    form = edits(anna, article="Entwicklung")
    assert form.value("Remember") == []
    form.fill("Remember", ["Use this article for Design from now on"])
    form.submit()
    assert "7.25 h × €95.00 = €688.75\nEntwicklung" in anna.modal.text
    with bot.database.read() as db:
        assert db.execute(select(services.c.article_id).where(services.c.id == 1)).scalar_one() == 2


def test_an_article_may_be_chosen_for_this_line_alone(worked: None, anna: Person, bot: Bot, account: Account) -> None:
    another_article(bot, account, "Entwicklung", price_cents=9500)
    invoice(anna)
    form = edits(anna, article="Entwicklung")
    form.submit()
    assert "7.25 h × €95.00 = €688.75\nEntwicklung" in anna.modal.text
    with bot.database.read() as db:
        assert db.execute(select(services.c.article_id).where(services.c.id == 1)).scalar_one() == 1


def test_a_line_that_is_gone_meanwhile_is_said(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    form = edits(anna, rate="90")
    with bot.database.write() as db:
        db.execute(delete(entries))
    form.submit()
    assert "This line is no longer there" in anna.modal.text


def test_a_note_of_any_length_fits_the_invoice(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.id == 1).values(note="x" * 3000))
    invoice(anna)
    assert edits(anna).value("Description").endswith("x…")


def test_a_private_note_is_nowhere_on_the_invoice(worked: None, anna: Person, account: Account) -> None:
    anna.types("/track log 1h acme website design yesterday --private: argued")
    assert "argued" not in invoice(anna).text
    assert "Workshop" in invoice(anna).text
    anna.modal.submit()


def test_a_note_that_becomes_private_meanwhile_stops_the_approval(worked: None, anna: Person, bot: Bot) -> None:
    modal = invoice(anna)
    with bot.database.write() as db:
        db.execute(update(entries).values(private=True))
    after = sends(anna)
    assert "Workshop" not in after.text
    assert states(bot) == ["open"]
    assert modal is not after


def test_what_is_open_of_an_archived_customer_is_offered_with_the_way_out(worked: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, archived=True)
    modal = invoice(anna)
    assert modal.value("Customer") == ACME
    assert "7.25 h" in modal.text
    assert "Take it out of the archive there, and have me ask again." in modal.text
    assert any(ACME in offered for offered in modal.options("Customer", "acme"))
    change(bot, ACME, billomat_id=None)
    assert "Acme GmbH is archived, so it gets no draft." in invoice(anna).text


def test_an_archived_customer_with_nothing_open_is_not_offered(connected: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, archived=True)
    said = anna.types("/track invoice acme")
    assert said
    assert "This customer was archived" in said.plain()
    anna.types("/track invoice")
    assert all(ACME not in offered for offered in anna.modal.options("Customer", "acme"))

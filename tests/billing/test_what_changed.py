"""A price that changes elsewhere moves nothing that is open, or is said; and so is what changed before the approval."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage import people as people_rows
from storage.catalog import services
from tests.billing.deeds import RunJobs, another_article, appoint, edits, invoice, presses, sends
from tests.billing.test_arranging import moves

REMEMBER = "Use this article for Design from now on"


@pytest.fixture
def bakery(worked: None, anna: Person, bot: Bot, account: Account) -> None:
    """Two hours of Design for the other customer, whose invoice somebody looked at; and an article for 95.00."""
    another_article(bot, account, "Entwicklung", price_cents=9500)
    anna.types("/track log 2h shop design yesterday: Labels")


def looks_at(who: Person, customer: str) -> str:
    """The open invoice of a customer, in whichever language."""
    while who.sees_modal:
        who.modal.close()
    who.types(f"/track invoice {customer}")
    return who.modal.text


def remembers(who: Person, article: str) -> str:
    """Choose another article at Acme's line, from now on."""
    invoice(who)
    form = edits(who, article=article)
    form.fill("Remember", [REMEMBER])
    form.submit()
    return who.modal.text


def test_an_article_is_taken_for_one_line_unless_somebody_ticks_more(bakery: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme app design mon")
    looks_at(anna, "backerei")
    invoice(anna)
    form = edits(anna, article="Entwicklung")
    assert form.value("Remember") == []
    said = form.text
    assert "Ticked, it also changes on this invoice: App · Design." in said
    assert "Ticked, it also holds for Acme GmbH › App, Bäckerei Söhne & Co. › Shop." in said
    assert "Other invoices that are open keep their prices: Bäckerei Söhne & Co., March 2026." in said
    form.submit()
    assert "Website · Design\n7.25 h × €95.00" in anna.modal.text
    assert "App · Design\n1.00 h × €88.50" in anna.modal.text
    assert "2.00 h × €88.50" in looks_at(anna, "backerei")
    with bot.database.read() as db:
        assert db.execute(select(services.c.article_id).where(services.c.id == 1)).scalar_one() == 1


def test_a_german_reads_what_else_it_changes(bakery: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    looks_at(finn, "backerei")
    looks_at(finn, "acme")
    edits(finn, "Website")
    assert finn.modal.value("Merken") == []
    assert "Mit Haken gilt er auch für Bäckerei Söhne & Co. › Shop." in finn.modal.text
    assert "Andere offene Rechnungen behalten ihre Preise: Bäckerei Söhne & Co., März 2026." in finn.modal.text


def test_open_invoices_of_others_keep_their_prices_and_say_so(bakery: None, anna: Person) -> None:
    assert "2.00 h × €88.50 = €177.00" in looks_at(anna, "backerei")
    assert "7.25 h × €95.00 = €688.75" in remembers(anna, "Entwicklung")
    said = looks_at(anna, "backerei")
    assert "2.00 h × €88.50 = €177.00" in said
    assert "The price is kept: Design has another article by now." in said
    edits(anna, "Shop · Design", title="Labels").submit()
    assert "2.00 h × €88.50 = €177.00" in anna.modal.text
    anna.clicks("Start over")
    assert "2.00 h × €95.00 = €190.00" in anna.modal.text


def test_an_open_invoice_keeps_the_hourly_rate_where_its_service_had_no_article(
    bakery: None, anna: Person, bot: Bot, account: Account
) -> None:
    another_article(bot, account, "Beratung", price_cents=12000)
    anna.types("/track log 1h shop travel yesterday")
    anna.types("/track log 1h acme website travel yesterday")
    assert "Shop · Travel\n1.00 h × €95.00" in looks_at(anna, "backerei")
    invoice(anna)
    form = edits(anna, "Website · Travel", article="Beratung")
    form.fill("Remember", ["Use this article for Travel from now on"])
    form.submit()
    assert "Website · Travel\n1.00 h × €120.00" in anna.modal.text
    assert "1.00 h × €95.00" in looks_at(anna, "backerei")
    edits(anna, "Shop · Travel", title="The way").submit()
    assert "1.00 h × €95.00" in anna.modal.text


def test_an_invoice_that_nobody_opened_takes_the_new_price(bakery: None, anna: Person) -> None:
    remembers(anna, "Entwicklung")
    assert "2.00 h × €95.00 = €190.00" in looks_at(anna, "backerei")


def test_a_price_that_changed_since_somebody_looked_is_said_to_them(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    set_rate(bot, 10_000)
    said = "⚠️ The price changed: it was €95.00 when you looked at this invoice last."
    assert said in invoice(anna).text
    assert said not in invoice(anna).text


def test_what_one_changes_oneself_is_no_news(worked: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, rate="120").submit()
    assert "⚠️ The price changed" not in anna.modal.text
    assert "⚠️ The price changed" not in invoice(anna).text


# Before the approval


def set_rate(bot: Bot, cents: int) -> None:
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=cents)


def test_new_entries_rates_and_texts_are_named_where_the_lines_have_to_be_checked(
    worked: None, anna: Person, finn: Person, bot: Bot
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(anna)
    finn.types("/track log 1h acme app gestern: Test")
    set_rate(bot, 10_000)
    invoice(finn).click("Bearbeiten …")  # App
    finn.modal.fill("Stundensatz", "50")
    finn.modal.submit()
    said = sends(anna).text
    assert "Please check the lines and press again. Nothing was sent. Different since you saw them:" in said
    assert "• App: the hour costs €50.00, before €95.00" in said
    assert "• App: new: 9 Mar 2026 · 1:00 h · Test" in said
    assert "On its way" in sends(anna).text


def test_lines_that_came_or_went_are_named(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    anna.types("/track undo")  # the two hours on the app
    anna.types("/track log 1h acme website yesterday: Fix")
    said = sends(anna).text
    assert "• Website is new: 9 Mar 2026 · 1:00 h · Fix" in said
    assert "• App is no longer there" in said


def test_a_german_reads_what_changed(worked: None, anna: Person, finn: Person, bot: Bot, run_jobs: RunJobs) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(finn)
    set_rate(bot, 10_000)
    after = finn.modal.submit()
    assert after
    assert "• App: Die Stunde kostet 100,00\xa0€, vorher 95,00\xa0€" in after.text


def test_a_text_that_another_biller_changed_is_named(worked: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(anna)
    invoice(finn).click("Bearbeiten …")
    finn.modal.fill("Beschreibung", "Pauschal")
    finn.modal.submit()
    assert "• App: another text, article, tax or rounding" in sends(anna).text


def test_the_sum_with_vat_is_shown_before_it_is_sent(worked: None, anna: Person, finn: Person, bot: Bot) -> None:
    assert "Total: €831.63 net\n9.25 h on 2 lines\nplus €158.01 VAT (MwSt 19%) = €989.64 gross" in invoice(anna).text
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    assert "Summe: 831,63\xa0€ netto" in invoice(finn).text
    assert "plus 158,01\xa0€ Umsatzsteuer (MwSt 19\xa0%) = 989,64\xa0€ brutto" in finn.modal.text


OTHERS = "Website · Design: new: 10 Mar 2026 · 1:00 h · by Bea"


def _edits_a_line(anna: Person) -> None:
    edits(anna, "App", description="All of it").submit()


def _edits_with_the_form_opened_later(anna: Person) -> None:
    presses(anna, "invoice_line", "App")
    anna.modal.fill("Description", "All of it")
    anna.modal.submit()


def _moves_a_line(anna: Person) -> None:
    anna.modal.click("Order of the lines …")
    moves(anna, "App", "Down")
    assert OTHERS in anna.modal.text  # it is on top
    anna.modal.close()


def _chooses_lines(anna: Person) -> None:
    anna.modal.click("Lines and texts …")
    anna.modal.fill("Texts", ["The dates"])
    anna.modal.submit()


def _chooses_texts(anna: Person) -> None:
    anna.modal.click("Intro and closing …")
    anna.modal.fill("Heading", "Our work")
    anna.modal.submit()


@pytest.mark.parametrize(
    "changes", [_edits_a_line, _edits_with_the_form_opened_later, _moves_a_line, _chooses_lines, _chooses_texts]
)
def test_what_others_changed_is_said_where_a_form_on_top_replaces_the_invoice(
    worked: None, anna: Person, finn: Person, changes: Callable[[Person], None]
) -> None:
    invoice(anna)
    finn.types("/track log 1h acme website design today: by Bea")
    changes(anna)
    assert OTHERS in anna.modal.text
    anna.modal.click("Leave out")
    assert OTHERS not in anna.modal.text

"""From unbilled time to a draft in Billomat: exactly what was shown, and once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
import respx
from sqlalchemy import delete, func, select, update

from bot.billing import approval, collect, delivery, unbilled, verification
from bot.billing.rules.periods import month_of
from bot.billomat.client import Billomat, BillomatInvoice, NewDraft, Refused
from bot.billomat.connect import CONNECTED
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import acting
from playground.billomat import seed
from playground.billomat.account import Account
from playground.billomat.records import Article, Client
from playground.billomat.trouble import Kind
from playground.person import Modal, Person
from storage import billing as rows
from storage import billomat as account_rows
from storage import catalog, people
from storage.billing import draft_entries, drafts
from storage.catalog import customers, services
from storage.jobs import jobs as job_rows
from storage.rows import insert_row
from storage.tables import TimeEntry, audits, entries
from tests.conftest import T0, FrozenClock, looks_in_vain

RunJobs = Callable[[], int]
ACME = "Acme GmbH"


@pytest.fixture
def connected(projects: None, bot: Bot, account: Account) -> None:
    """The workspace bills through the account `acme`: both customers are linked, Design is billed as the article."""
    with bot.database.write() as db:
        account_rows.connect(
            db,
            1,
            billomat_id="acme",
            secret_key=bot.vault.lock(seed.ADMIN_KEY),
            key_owner="Anna Albrecht",
            currency="EUR",
            gross_prices=False,
            tax_name="MwSt",
            tax_rate=1900,
            untaxed_countries="AT,FR",
            connected_by=1,
            connected_at=T0,
        )
        for client in account.all(Client)[:2]:
            db.execute(update(customers).where(customers.c.name == client.name).values(billomat_id=client.id))
        design = next(article for article in account.all(Article) if article.title == "Design")
        values = {"number": "3", "title_key": "design", "currency": "", "tax_id": None}
        values |= {"billomat_id": design.id, "title": "Design", "unit": "Stunde", "price_cents": 8850}
        account_rows.store_articles(db, 1, [values | {"archived": False, "seen_at": T0}])
        catalog.change_service(db, 1, 1, article_id=1)
        people.change_terms(db, 1, rate_cents=9500)


@pytest.fixture
def worked(connected: None, anna: Person) -> None:
    """Yesterday 7:15 h of Design for the website, and two hours on the app."""
    anna.types("/track log 7h15 acme website design yesterday: Workshop")
    anna.types("/track log 2h acme app yesterday")


def invoice(who: Person) -> Modal:
    """The invoice for Acme, opened afresh."""
    while who.sees_modal:
        who.modal.close()
    who.types("/track invoice acme")
    return who.modal


def sends(who: Person) -> Modal:
    """Press "Send to Billomat"."""
    after = who.modal.submit()
    assert after
    return after


def listed(who: Person) -> str:
    """The entries of this week."""
    said = who.types("/track list week")
    assert said
    return said.plain()


def states(bot: Bot) -> list[str]:
    """The states of all drafts, the oldest first."""
    with bot.database.read() as db:
        return list(db.execute(select(drafts.c.state).order_by(drafts.c.id)).scalars())


def change(bot: Bot, customer: str, **values: object) -> None:
    """As an import changes a customer."""
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.name == customer).values(**values))


def appoint(bot: Bot, name: str) -> None:
    """As an admin appoints a biller."""
    with bot.database.write() as db:
        (person,) = [person for person in people.with_role(db, 1, "admin", "biller", "member") if person.name == name]
        people.change(db, person.person_id, role="biller")


def another_article(bot: Bot, account: Account, title: str, *, price_cents: int, unit: str = "Stunde") -> None:
    """As an import brings an article."""
    found = next(article for article in account.all(Article) if article.title == title)
    values = {"number": "", "title_key": title.lower(), "currency": "", "tax_id": None}
    values |= {"billomat_id": found.id, "title": title, "unit": unit, "price_cents": price_cents}
    with bot.database.write() as db:
        account_rows.store_articles(db, 1, [values | {"archived": False, "seen_at": T0}])


def seen_by(bot: Bot, name: str) -> tuple[Caller, collect.Preview]:
    """A person in a request, and the invoice for Acme as they see it."""
    with bot.database.read() as db:
        (person,) = [person for person in people.with_role(db, 1, "admin", "biller", "member") if person.name == name]
    caller = acting(person, now=bot.now(), request="look")
    return caller, collect.choose(bot, caller, 1, month_of(T0.date()))


def test_what_was_worked_is_shown_approved_and_sent_once(
    worked: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track invoice acme")
    shown = anna.modal.text
    assert "Website · Design\n7.25 h × €88.50 = €641.63\nDesign · MwSt 19%\n9 Mar 2026 Workshop" in shown
    assert "App\n2.00 h × €95.00 = €190.00" in shown
    assert "Total: €831.63 net, plus 19% VAT (MwSt)" in shown
    assert "Service period: 9 Mar 2026 – 9 Mar 2026" in shown
    assert account.drafts() == []
    after = anna.modal.submit()
    assert after
    assert "On its way to Billomat: Acme GmbH, €831.63 net" in after.text
    run_jobs()
    (draft,) = account.drafts()
    assert (draft.client_name, draft.total_net) == (ACME, Decimal("831.63"))
    assert "The draft for Acme GmbH is in Billomat: €831.63 net. With VAT: €989.64." in anna.modal.text
    assert "Open in Billomat" in anna.dm[-1].buttons
    (line,) = [line for line in draft.lines if line.title == "Design"]
    assert (line.quantity, line.unit_price, line.unit) == (Decimal("7.25"), Decimal("88.5"), "Stunde")
    assert (draft.supply_period, draft.date, draft.status) == ("09.03.2026", T0.date(), "DRAFT")
    assert "🔒 2:00 h · Acme GmbH › App" in listed(anna)
    assert "has no unbilled time" in invoice(anna).text


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
    anna.types("/track invoice nobody")
    assert anna.modal.value("Customer") is None
    anna.modal.close()
    anna.types("/track invoice website")
    assert anna.modal.value("Customer") == ACME


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
    assert "€831.63 net. No VAT rate is forced" in invoice(anna).text
    sends(anna)
    run_jobs()
    assert account.drafts()[0].total_gross == Decimal("831.63")


def test_a_small_business_sends_its_zero_with_its_name(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    with bot.database.write() as db:
        account_rows.change(db, 1, tax_name="steuerfrei", tax_rate=0)
    assert "Total: €831.63, without VAT (steuerfrei)" in invoice(anna).text
    sends(anna)
    run_jobs()
    (draft,) = account.drafts()
    assert [(tax.name, tax.rate) for tax in draft.taxes] == [("steuerfrei", 0)]


def test_names_harm_nobody(worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs) -> None:
    evil = "<!channel> & Söhne *GmbH*"
    change(bot, ACME, name=evil)
    anna.types("/track log 1h website: <!here> 🌈 \u202eabc")
    assert "<!here>" in invoice(anna).text
    sends(anna)
    run_jobs()
    assert evil in anna.dm[-1].plain()
    assert account.drafts()[0].lines[1].description.endswith("<!here> abc")


# Correcting lines


def edits(who: Person, line: str = "Website · Design", **filled: str | None) -> Modal:
    block = next(
        block for block in who.modal.view.blocks if "accessory" in block and block["text"]["text"].startswith(line)
    )
    who.workspace.click(who.id, who.modal.surface, "invoice_line", block_id=block["block_id"])
    who.waits()
    for label, value in filled.items():
        who.modal.fill(LABELS[label], value)
    return who.modal


LABELS = {"article": "Article", "title": "Text", "description": "Description", "rate": "Hourly rate"}


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


@pytest.mark.parametrize("typed", ["abc", "-5", "1.234", "95/h"])
def test_a_rate_that_is_none_is_refused_at_its_field(typed: str, worked: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, rate=typed).submit()
    assert anna.modal.errors == {"Hourly rate": "Type the net price of an hour, like 95 or 95.50."}


def test_an_article_chosen_at_a_line_is_remembered_for_its_service(
    worked: None, anna: Person, bot: Bot, account: Account
) -> None:
    another_article(bot, account, "Entwicklung", price_cents=9500)
    invoice(anna)
    edits(anna, article="Entwicklung").submit()
    assert "7.25 h × €95.00 = €688.75\nEntwicklung" in anna.modal.text
    with bot.database.read() as db:
        assert db.execute(select(services.c.article_id).where(services.c.id == 1)).scalar_one() == 2


def test_an_article_may_be_chosen_for_this_line_alone(worked: None, anna: Person, bot: Bot, account: Account) -> None:
    another_article(bot, account, "Entwicklung", price_cents=9500)
    invoice(anna)
    form = edits(anna, article="Entwicklung")
    form.fill("Remember", [])
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


# Sending exactly what was shown


def test_what_changed_since_it_was_shown_has_to_be_looked_at_first(
    worked: None, anna: Person, finn: Person, account: Account, run_jobs: RunJobs
) -> None:
    invoice(anna)
    finn.types("/track log 1h acme app gestern")
    after = sends(anna)
    assert "Please check the lines and press again. Nothing was sent." in after.text
    assert "App\n3.00 h × €95.00 = €285.00" in after.text
    run_jobs()
    assert account.drafts() == []
    assert "On its way" in sends(anna).text


def test_without_a_customer_slack_itself_refuses(worked: None, anna: Person) -> None:
    anna.types("/track invoice")
    anna.modal.submit()
    assert list(anna.modal.errors) == ["Customer"]


def test_a_changed_rate_has_to_be_looked_at_first(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    with bot.database.write() as db:
        people.change_terms(db, 1, rate_cents=10_000)
    assert "Please check the lines" in sends(anna).text


def test_of_two_approvers_one_wins_and_the_other_is_told_who(
    worked: None, anna: Person, aylin: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    aylin.types("/track status")
    appoint(bot, "Aylin Approver")
    invoice(anna)
    invoice(aylin)
    assert "On its way" in sends(anna).text
    assert "Anna Admin approved this draft at 5:00 AM." in sends(aylin).text
    assert "Acme GmbH has no unbilled time" in aylin.modal.text
    run_jobs()
    assert len(account.drafts()) == 1


def test_two_presses_at_the_same_moment_make_one_draft(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    caller, preview = seen_by(bot, "Anna Admin")
    shown = approval.Shown(preview.draft_id, preview.shown)
    start, outcomes = threading.Barrier(2), []

    def press(number: int) -> None:
        start.wait()
        mine = replace(caller, request=f"press:{number}")
        outcomes.append(approval.approve(bot, mine, preview.customer_id, preview.period, shown=shown, view_id="V"))

    presses = [threading.Thread(target=press, args=(number,)) for number in range(2)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Approved", "NotApproved"]
    run_jobs()
    assert len(account.drafts()) == 1


def test_whoever_was_dismissed_meanwhile_is_offered_no_articles(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    anna.modal.click("Edit")
    assert anna.modal.options("Article")
    with bot.database.write() as db:
        people.change(db, 1, role="member")
    assert anna.modal.options("Article") == []


def test_members_neither_see_nor_send_invoices(worked: None, aylin: Person) -> None:
    said = aylin.types("/track invoice acme")
    assert said
    assert "Only people who bill can do this." in said.text
    assert not aylin.sees_modal


def test_before_billomat_is_connected_one_can_look_but_not_send(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 2h acme website yesterday")
    with bot.database.write() as db:
        people.change_terms(db, 1, rate_cents=9500)
    assert "€190.00" in invoice(anna).text
    after = sends(anna)
    assert "Billomat is not connected yet" in after.text
    assert states(bot) == ["open"]


def test_a_customer_without_a_counterpart_cannot_be_billed(worked: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, billomat_id=None)
    assert "not linked with a customer in Billomat" in invoice(anna).text
    sends(anna)
    assert states(bot) == ["open"]


def test_a_line_without_a_rate_cannot_be_sent(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people.change_terms(db, 1, rate_cents=None)
    assert "App\n2.00 h × ? Press Edit and enter an hourly rate." in invoice(anna).text
    assert sends(anna).text.startswith("Invoice\n⚠️ A line has no hourly rate yet")
    assert states(bot) == ["open"]


def test_another_currency_is_refused(worked: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, currency="CHF")
    assert "pays in a currency other than EUR" in invoice(anna).text
    sends(anna)
    assert states(bot) == ["open"]


def test_a_price_for_a_day_is_not_taken_for_an_hour(worked: None, anna: Person, bot: Bot, account: Account) -> None:
    another_article(bot, account, "Workshop", price_cents=145_000, unit="Tag")
    invoice(anna)
    edits(anna, article="Workshop").submit()
    assert "The article's price is for “Tag”, not for an hour." in anna.modal.text
    assert "7.25 h × ?" in anna.modal.text


def test_a_customer_archived_while_the_modal_is_open_is_said_at_the_field(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    change(bot, ACME, archived=True)
    sends(anna)
    assert list(anna.modal.errors) == ["Customer"]


def test_more_lines_than_can_be_shown_are_not_sent(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        copied = dict(db.execute(select(entries).where(entries.c.id == 2)).one()._mapping)
        del copied["id"]
        for number in range(90):
            project_id = catalog.add_project(db, 1, 1, name=f"Project {number:02}", key=f"project {number:02}")
            insert_row(db, TimeEntry, **copied | {"project_id": project_id})
    assert len(invoice(anna).view.blocks) <= 100
    assert "more than 80 lines" in sends(anna).text
    assert states(bot) == ["open"]


def test_a_note_of_any_length_fits_the_invoice(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.id == 1).values(note="x" * 3000))
    invoice(anna)
    assert edits(anna).value("Description").endswith("x…")


@pytest.mark.parametrize("letter", ["x", "ü", "日"])
def test_a_long_invoice_with_long_notes_can_be_shown(worked: None, anna: Person, bot: Bot, letter: str) -> None:
    with bot.database.write() as db:
        copied = dict(db.execute(select(entries).where(entries.c.id == 2)).one()._mapping)
        del copied["id"]
        for number in range(collect.MOST_LINES - 2):
            project_id = catalog.add_project(db, 1, 1, name=f"Project {number:02}", key=f"project {number:02}")
            for beginning in "abc":
                insert_row(db, TimeEntry, **copied | {"project_id": project_id, "note": beginning + letter * 900})
    invoice(anna)
    assert anna.modal.text.count(letter * 100) == 3 * (collect.MOST_LINES - 2)
    assert "On its way to Billomat" in sends(anna).text


def test_what_is_not_billed_yet_is_what_stands_on_no_draft(
    worked: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    assert "Not billed yet: €831.63 net" in anna.opens_home().plain()
    invoice(anna)
    sends(anna)
    anna.types("/track log 1h acme app")
    assert "Not billed yet: €95.00 net" in anna.opens_home().plain()
    account.change(account.all(Client)[0], archived=True)
    run_jobs()
    assert "refused the draft" in anna.dm[-1].plain()
    assert "Not billed yet: €926.63 net" in anna.opens_home().plain()


def test_the_time_of_another_workspace_is_not_billed_here(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        elsewhere = people.workspace(db, "T_ELSEWHERE", at=T0)
        theirs = catalog.add_customer(db, elsewhere, name="Theirs", key="theirs")
        stranger = {"name": "S", "zone": "UTC", "locale": "en-US", "role": "member", "is_guest": False}
        people.add(db, elsewhere, slack_id="U_STRANGER", at=T0, **stranger)
        (somebody,) = people.with_role(db, elsewhere, "member")
        entry = dict(db.execute(select(entries).where(entries.c.id == 2)).one()._mapping)
        entry |= {"id": 99, "workspace_id": elsewhere, "person_id": somebody.person_id}
        insert_row(db, TimeEntry, **entry | {"customer_id": theirs, "project_id": None, "service_id": None})
    home = anna.opens_home().plain()
    assert "Not billed yet: €831.63 net" in home
    assert "Theirs" not in home


def test_unbilled_time_is_worth_what_it_would_be_billed_at(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.read() as db:
        assert unbilled.unbilled_work(db, 1).cents == 83_163
    invoice(anna)
    sends(anna)
    with bot.database.read() as db:
        assert unbilled.unbilled_work(db, 1).customers == ()


# Delivery: at most one draft, and each approved entry accounted for


@pytest.fixture
def approved(worked: None, anna: Person) -> None:
    """The draft for Acme is approved and waits for its job."""
    invoice(anna)
    assert "On its way" in sends(anna).text


@pytest.mark.parametrize("kind", ["drop", "error", "maintenance", "cut", "empty"])
def test_a_draft_whose_answer_was_lost_is_found_and_not_sent_again(
    kind: Kind, approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.trouble.next(kind, worked=True, on="POST invoices")
    run_jobs()
    assert states(bot) == ["sent"]
    assert len(account.drafts()) == 1
    assert "is in Billomat" in anna.dm[-1].plain()


def test_an_outcome_that_stays_unknown_is_left_to_people(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", on="POST invoices")
    run_jobs()
    assert states(bot) == ["sending"]
    clock.forward_by(seconds=30)
    run_jobs()
    assert states(bot) == ["sending"]
    clock.forward_by(seconds=90)
    run_jobs()
    assert states(bot) == ["unknown"]
    assert anna.dm[-1].buttons == ["It is there", "Send again"]
    assert "🔒" in listed(anna)
    clock.forward_by(hours=5)
    run_jobs()
    assert account.drafts() == []
    anna.dm[-1].click("Send again")
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


@pytest.mark.parametrize("waits", [(30,), (30, 90)])
def test_a_lost_draft_is_looked_for_again_after_half_a_minute_and_after_two(
    waits: tuple[int, ...], approved: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", worked=True, on="POST invoices")
    delivery.deliver(bot, 1)
    (draft,) = account.drafts()
    account.edit_label(draft.id, "")  # as if Billomat were slow to list it
    for seconds in waits:
        run_jobs()
        assert states(bot) == ["sending"]
        clock.forward_by(seconds=seconds)
    account.edit_label(draft.id, draft.label)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_send_again_looks_once_more_before_it_sends(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    label = becomes_unknown(bot, account, clock, run_jobs)
    (draft,) = account.drafts()
    account.edit_label(draft.id, label)
    anna.dm[-1].click("Send again")
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def loses_the_answer(bot: Bot, account: Account) -> str:
    """The draft is made, its answer is lost and its label wiped; the label as it was."""
    account.trouble.next("drop", worked=True, on="POST invoices")
    delivery.deliver(bot, 1)
    (draft,) = account.drafts()
    account.edit_label(draft.id, "")
    return draft.label


def becomes_unknown(bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs) -> str:
    """The draft is made and cannot be found; its label as it was."""
    label = loses_the_answer(bot, account)
    looks_in_vain(clock, run_jobs)
    assert states(bot) == ["unknown"]
    return label


@pytest.mark.parametrize("address", ["{id}", "https://acme.billomat.net/app/beta/invoices/{id}"])
def test_a_person_who_finds_the_lost_draft_says_where_it_is(
    address: str,
    approved: None,
    bot: Bot,
    account: Account,
    anna: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
) -> None:
    becomes_unknown(bot, account, clock, run_jobs)
    anna.modal.close()
    anna.dm[-1].click("It is there")
    anna.modal.fill("Or its address in Billomat", address.format(id=account.drafts()[0].id))
    anna.modal.submit()
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_an_invoice_that_is_not_there_is_not_taken_for_the_lost_one(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    becomes_unknown(bot, account, clock, run_jobs)
    anna.modal.close()
    anna.dm[-1].click("It is there")
    anna.modal.fill("Or its address in Billomat", "soon")
    anna.modal.submit()
    assert list(anna.modal.errors) == ["Or its address in Billomat"]
    anna.modal.fill("Or its address in Billomat", "42")
    anna.modal.submit()
    run_jobs()
    assert states(bot) == ["unknown"]
    assert "The invoice 42 is not among the newest ones of Acme GmbH" in anna.dm[-1].plain()


def test_a_label_that_somebody_edited_is_still_recognized_by_its_token(
    approved: None, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", worked=True, on="POST invoices")
    delivery.deliver(bot, 1)
    (draft,) = account.drafts()
    account.edit_label(draft.id, f"Spring, {draft.label.split()[-1]}")
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


@pytest.mark.parametrize("label", ["{label}", "Spring, {token}"])
def test_two_drafts_of_one_approval_are_said(
    label: str, approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", worked=True, on="POST invoices")
    delivery.deliver(bot, 1)
    (draft,) = account.drafts()
    as_copied = label.format(label=draft.label, token=draft.label.split()[-1])
    account.create_invoice({"client_id": account.all(Client)[0].id, "label": as_copied})
    run_jobs()
    assert "Billomat holds 2 drafts of this approval" in anna.dm[-1].plain()


def test_a_refused_draft_is_open_again_with_the_reason(
    approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    client = account.all(Client)[0]
    account.change(client, archived=True)
    run_jobs()
    assert (states(bot), account.drafts()) == (["open"], [])
    assert "Billomat refused the draft for Acme GmbH" in anna.dm[-1].plain()
    assert "🔒" not in listed(anna)
    anna.modal.close()
    account.change(client, archived=False)
    anna.dm[-1].click("Correct")
    assert "Billomat refused this draft before" in anna.modal.text
    sends(anna)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_what_was_corrected_survives_a_refusal_and_later_work_joins(
    worked: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    invoice(anna)
    edits(anna, rate="120").submit()
    sends(anna)
    account.change(account.all(Client)[0], archived=True)
    invoice(anna)
    assert states(bot) == ["approved", "open"]
    run_jobs()
    assert states(bot) == ["open", "discarded"]
    with bot.database.read() as db:
        given_up = select(audits.c.subject_id, audits.c.person_id).where(audits.c.action == "discard")
        assert db.execute(given_up).one() == (2, None)
    anna.types("/track log 1h acme website design: Review")
    assert "8.25 h × €120.00" in invoice(anna).text
    assert "10 Mar 2026 Review" in anna.modal.text


def test_account_trouble_keeps_the_approval_and_asks_for_a_new_connection_once(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.revoke(seed.ADMIN_KEY)
    run_jobs()
    clock.forward_by(hours=1)
    run_jobs()
    assert states(bot) == ["approved"]
    asked = [said for said in anna.dm if "/track connect" in said.plain()]
    assert len(asked) == 1
    account.add_user(seed.ADMIN_KEY, first_name="Anna", last_name="Albrecht", rights={"invoices": "DELETE"})
    with bot.database.write() as db:
        CONNECTED.put(db, due=clock.now(), workspace_id=1)
    run_jobs()
    assert states(bot) == ["sent"]
    with bot.database.read() as db:
        assert db.execute(select(account_rows.accounts.c.trouble)).scalar_one() is None


@pytest.mark.parametrize("status", [401, 402, 403])
def test_whatever_is_wrong_with_the_account_the_draft_waits_and_who_approved_and_the_admins_hear(
    status: int, worked: None, bot: Bot, account: Account, anna: Person, finn: Person, run_jobs: RunJobs
) -> None:
    finn.types("/track help")
    appoint(bot, "Finn Freelancer")
    invoice(finn)
    sends(finn)
    with respx.mock(assert_all_called=False) as billomat:
        billomat.route(path__regex="/billomat/api/").respond(status, json={"errors": {"error": "no"}})
        run_jobs()
    assert (states(bot), account.drafts()) == (["approved"], [])
    assert "/track connect" in anna.dm[-1].plain()
    assert finn.dm
    with bot.database.write() as db:
        CONNECTED.put(db, due=bot.now(), workspace_id=1)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


@pytest.mark.expects_errors
def test_a_key_that_cannot_be_decrypted_any_more_asks_for_a_new_connection(
    approved: None, bot: Bot, anna: Person, run_jobs: RunJobs
) -> None:
    with bot.database.write() as db:
        account_rows.change(db, 1, secret_key="lost")
    run_jobs()
    assert states(bot) == ["approved"]
    assert "/track connect" in anna.dm[-1].plain()


def test_over_quota_the_draft_waits_for_the_next_window(
    approved: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("quota", on="POST invoices")
    run_jobs()
    assert (states(bot), account.drafts()) == (["approved"], [])
    clock.forward_by(minutes=16)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_a_long_trouble_is_said_once_and_ends_by_itself(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("quota", times=6, on="POST invoices")
    for _ in range(7):
        run_jobs()
        clock.forward_by(minutes=16)
    assert states(bot) == ["sent"]
    assert len([said for said in anna.dm if "still waits" in said.plain()]) == 1


def test_an_earlier_attempt_is_looked_for_even_after_a_later_one_did_nothing(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    label = becomes_unknown(bot, account, clock, run_jobs)
    account.trouble.next("quota", on="POST invoices")
    anna.dm[-1].click("Send again")
    run_jobs()
    assert states(bot) == ["approved"]
    account.edit_label(account.drafts()[0].id, label)
    clock.forward_by(minutes=16)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_two_workers_at_once_make_one_draft(approved: None, bot: Bot, account: Account) -> None:
    account.trouble.next("late", seconds=0.2, on="POST invoices")
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        delivery.deliver(bot, 1)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_a_worker_that_died_before_the_call_is_not_replaced_blindly(
    approved: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    with bot.change_itself(1) as change:
        assert rows.claim(change, rows.get_for_job(change.db, 1))
    clock.forward_by(minutes=3)
    looks_in_vain(clock, run_jobs)
    assert (states(bot), account.drafts()) == (["unknown"], [])


@pytest.mark.parametrize("looks", [1, 2, 3])
def test_also_after_a_crash_a_slow_draft_is_looked_for_three_times(
    looks: int, approved: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    label = loses_the_answer(bot, account)
    clock.forward_by(minutes=3)  # the process died, and its lease ran out
    for seconds in (30, 90)[: looks - 1]:
        run_jobs()
        clock.forward_by(seconds=seconds)
    account.edit_label(account.drafts()[0].id, label)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_a_worker_that_was_given_up_may_still_bring_its_draft(
    approved: None,
    bot: Bot,
    account: Account,
    clock: FrozenClock,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create = Billomat.create_draft

    def create_slowly(self: Billomat, new: NewDraft) -> BillomatInvoice:
        looks_in_vain(clock, partial(delivery.deliver, bot, 1))
        assert states(bot) == ["unknown"]
        return create(self, new)

    monkeypatch.setattr(Billomat, "create_draft", create_slowly)
    delivery.deliver(bot, 1)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def before_the_first_call(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """The first attempt stands still in its call to Billomat while this happens, and then goes on."""
    create = Billomat.create_draft

    def create_too_late(client: Billomat, new: NewDraft) -> BillomatInvoice:
        monkeypatch.setattr(Billomat, "create_draft", create)
        meanwhile()
        return create(client, new)

    monkeypatch.setattr(Billomat, "create_draft", create_too_late)


def given_up_and_sent_again(bot: Bot, anna: Person, clock: FrozenClock, run_jobs: RunJobs) -> None:
    """While the first attempt stands still in its call, people give it up, and a second one is made."""
    looks_in_vain(clock, partial(delivery.deliver, bot, 1))
    assert states(bot) == ["unknown"]
    anna.modal.close()
    run_jobs()
    anna.dm[-1].click("Send again")
    delivery.deliver(bot, 1)


def test_a_late_refusal_frees_no_time_that_was_sent_again(
    approved: None,
    bot: Bot,
    account: Account,
    anna: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def second_is_on_its_way() -> None:
        account.trouble.next("drop", worked=True, on="POST invoices")
        given_up_and_sent_again(bot, anna, clock, run_jobs)
        assert states(bot) == ["sending"]
        raise Refused("too late", status=400)

    before_the_first_call(monkeypatch, second_is_on_its_way)
    delivery.deliver(bot, 1)
    assert states(bot) == ["sending"]
    assert "🔒" in listed(anna)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_a_second_draft_that_arrives_late_is_said(
    approved: None,
    bot: Bot,
    account: Account,
    anna: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before_the_first_call(monkeypatch, partial(given_up_and_sent_again, bot, anna, clock, run_jobs))
    delivery.deliver(bot, 1)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 2)
    (said,) = (message for message in anna.dm if "delete all but one there" in message.plain())
    assert said.buttons == ["Open in Billomat"]


def test_a_draft_that_arrives_late_while_its_time_is_free_again_is_said(
    approved: None,
    bot: Bot,
    account: Account,
    anna: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = account.all(Client)[0]

    def second_is_refused() -> None:
        account.change(client, archived=True)  # Billomat refuses the second attempt
        given_up_and_sent_again(bot, anna, clock, run_jobs)
        assert states(bot) == ["open"]
        account.change(client, archived=False)

    before_the_first_call(monkeypatch, second_is_refused)
    delivery.deliver(bot, 1)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["open"], 1)
    assert any("delete it there before you send it again" in said.plain() for said in anna.dm)


def test_a_job_that_comes_twice_changes_nothing(approved: None, bot: Bot, account: Account, run_jobs: RunJobs) -> None:
    run_jobs()
    assert delivery.deliver(bot, 1) is None
    assert verification.adopt(bot, 1, 42, 1) is None
    assert len(account.drafts()) == 1


def test_figures_that_differ_from_ours_are_shown(approved: None, bot: Bot, anna: Person, run_jobs: RunJobs) -> None:
    answer = {"invoice": {"id": "7", "label": "x", "status": "DRAFT", "client_id": "1", "total_net": "831.64"}}
    with respx.mock(assert_all_called=False) as billomat:
        billomat.post(path__regex="/billomat/api/invoices").respond(201, json=answer)
        run_jobs()
    assert "€831.63 net was approved, but Billomat adds up to €831.64." in anna.dm[-1].plain()


def test_a_closed_modal_keeps_nobody_from_hearing_the_outcome(
    approved: None, bot: Bot, anna: Person, run_jobs: RunJobs
) -> None:
    anna.modal.close()
    run_jobs()
    assert "is in Billomat" in anna.dm[-1].plain()


def test_the_audit_says_who_approved_which_entries_and_what_became_of_them(
    approved: None, bot: Bot, run_jobs: RunJobs
) -> None:
    run_jobs()
    with bot.database.read() as db:
        of_draft = audits.c.subject == "draft"
        changes = db.execute(select(audits).where(of_draft).order_by(audits.c.id)).all()
        bound = db.execute(select(func.count()).select_from(draft_entries)).scalar_one()
    assert [(change.action, change.person_id) for change in changes] == [("approve", 1), ("sent", None)]
    assert changes[0].after["entries"] == [1, 2]
    assert bound == 2


def test_the_key_is_nowhere_to_be_read(
    approved: None, bot: Bot, account: Account, anna: Person, caplog: pytest.LogCaptureFixture, run_jobs: RunJobs
) -> None:
    account.revoke(seed.ADMIN_KEY)
    run_jobs()
    with bot.database.read() as db:
        stored = str(db.execute(select(job_rows)).all()) + str(db.execute(select(audits)).all())
    assert seed.ADMIN_KEY not in stored + caplog.text + " ".join(said.plain() for said in anna.dm)

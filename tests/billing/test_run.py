"""All customers of some days, one after the other: the list, the next one, and what was skipped."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.core.context import Bot
from bot.tracking.rules.filters import Filter, dump_filter
from playground.billomat.account import Account
from playground.person import Person
from storage import people as people_rows
from storage.tables import customers, entries, projects
from tests.billing.deeds import ACME, RunJobs, appoint, change, just_read, sends, states
from tests.conftest import T0, FrozenClock
from tests.deeds import add_names

FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
BAKERY = "Bäckerei Söhne & Co."
ZOO = "Zoo Leipzig"


@pytest.fixture
def october(connected: None, anna: Person, finn: Person, clock: FrozenClock, bot: Bot) -> None:
    """Three customers with work in October, the last of them not linked; Friday, 27 November."""
    clock.forward(FRIDAY - T0)
    just_read(bot)
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    add_names(bot, {ZOO: ["Gehege"]})
    for typed in (
        "log 2h acme website design 12.10.2026: october design",
        "log 3h bäckerei 13.10.2026: october shop",
        "log 1h30 zoo gehege 14.10.2026: fence",
        "log 45m acme app mon: november",
    ):
        anna.types(f"/track {typed}")


def lists(who: Person, typed: str) -> str:
    while who.sees_modal:
        who.modal.close()
    who.types(typed)
    return who.modal.text


def opens(who: Person, customer: str) -> str:
    """The invoice of a customer of the list."""
    for block in who.modal.view.blocks:
        if "accessory" in block and block["text"]["text"].startswith(customer):
            who.workspace.click(who.id, who.modal.view, block["accessory"]["action_id"], block_id=block["block_id"])
            who.waits()
            return who.modal.text
    raise AssertionError(f"{customer} is not in the list")


def button(who: Person, begins: str) -> str:
    (found,) = [label for label in who.modal.buttons if label.startswith(begins)]
    return found


@pytest.mark.parametrize(
    "typed",
    [
        "invoice all",
        "invoice all october",
        "invoice all customers last month",
        "invoice october all",
        "rechnung alle",
        "rechnung alle oktober",
        "rechnung alle kunden letzten monat",
        "rechnung jeden kunden 1.10.-31.10.",
    ],
)
def test_all_customers_of_a_month_are_listed_with_what_each_has_open(typed: str, october: None, anna: Person) -> None:
    said = lists(anna, f"/track {typed}")
    assert "3 customers · 6:30 h · €604.50 net" in said
    assert f"{ACME}\n2:00 h · €177.00" in said
    assert f"{BAKERY}\n3:00 h · €285.00" in said
    assert f"{ZOO}\n1:30 h · €142.50\n⚠️ not linked with Billomat" in said
    assert said.index(ACME) < said.index(BAKERY) < said.index(ZOO)


def test_all_until_a_day_begin_with_what_is_oldest_also_an_expense(october: None, anna: Person) -> None:
    anna.types("/track expense 80 net zoo gehege 3.9.2026: ticket")
    said = lists(anna, "/track invoice all until 31.10.2026")
    assert f"{ZOO}\n1:30 h and expenses · €222.50" in said
    assert "3 Sept – 31 Oct 2026" in said


@pytest.mark.parametrize(
    "typed",
    [
        "invoice all open",
        "invoice all unbilled",
        "invoices all not yet billed",
        "invoice all open customers",
        "rechnung alle offenen",
        "rechnungen alle noch offenen kunden",
        "rechnung alle offenen stunden",
        "rechnung alle unabgerechneten",
    ],
)
def test_all_that_are_open_are_of_all_days(typed: str, october: None, anna: Person) -> None:
    assert "3 customers · 7:15 h" in lists(anna, f"/track {typed}")
    assert "Everything unbilled" in anna.modal.text


@pytest.mark.parametrize("typed", ["invoce all open", "invoicees all open", "rehcnung alle offenen"])
def test_a_mistyped_run_is_one_click_away(typed: str, october: None, anna: Person) -> None:
    anna.types(f"/track {typed}")
    anna.last.click("/track invoice …")
    assert "3 customers · 7:15 h" in anna.modal.text


@pytest.mark.parametrize("typed", ["invoice all open october", "rechnung alle offenen kunden im oktober"])
def test_days_that_are_named_hold_also_for_what_is_open(typed: str, october: None, anna: Person) -> None:
    assert "3 customers · 6:30 h" in lists(anna, f"/track {typed}")


def test_in_german(october: None, finn: Person) -> None:
    said = lists(finn, "/track rechnung alle")
    assert "3 Kunden · 6:30 h · 604,50 € netto" in said.replace("\xa0", " ")
    assert "⚠️ nicht mit Billomat verknüpft" in said


def test_all_before_or_behind_one_customer_is_still_all_of_that_customer(october: None, anna: Person) -> None:
    for typed in ("invoice all acme", "invoice acme all", "rechnung alle acme"):
        lists(anna, f"/track {typed}")
        assert anna.modal.value("Period") == "Everything unbilled"
        assert anna.modal.value("Customer") == ACME


def test_what_is_missing_stands_at_each_customer(october: None, anna: Person, finn: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme app 15.10.2026: without a project")
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.note == "without a project").values(project_id=None))
    finn.types("/track starte bäckerei")
    change(bot, BAKERY, archived=True)
    assert "⚠️ 1:00 h without a project" in lists(anna, "/track invoice all october")
    assert f"{BAKERY}\n0:00 h\n⚠️ archived · 1 running timer" in lists(anna, "/track invoice all november")


@pytest.mark.parametrize("left", [[], ["Den"], ["Den", "Aviary"]])
def test_work_for_a_customer_who_has_no_projects_lacks_none(
    october: None, anna: Person, bot: Bot, left: list[str]
) -> None:
    add_names(bot, {"Hotel Alpenblick": left})
    with bot.database.write() as db:
        db.execute(update(projects).where(projects.c.name.in_(left)).values(archived=True))
    anna.types("/track log 2h hotel alpenblick 15.10.2026: consulting")
    said = lists(anna, "/track invoice all october")
    assert "Hotel Alpenblick\n2:00 h" in said
    assert "without a project" not in said


def test_time_without_a_rate_is_said(october: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=None)
    said = lists(anna, "/track invoice all october")
    assert f"{BAKERY}\n3:00 h\n⚠️ 3:00 h without a rate" in said
    assert "3 customers · 6:30 h · €177.00 net" in said


def test_each_opens_its_invoice_for_these_days_and_the_next_is_offered_after_sending(
    october: None, anna: Person, run_jobs: RunJobs, account: Account
) -> None:
    lists(anna, "/track invoice all october")
    opens(anna, ACME)
    assert (anna.modal.value("Customer"), anna.modal.value("Period")) == (ACME, "October 2026")
    assert "On its way" in sends(anna).text
    anna.modal.click(button(anna, "Next customer: Bäckerei Söhne & Co., 3:00 h"))
    assert (anna.modal.value("Customer"), anna.modal.value("Period")) == (BAKERY, "October 2026")
    sends(anna)
    run_jobs()
    assert "is in Billomat" in anna.modal.text
    anna.modal.click(button(anna, "Next customer: Zoo Leipzig, 1:30 h"))
    assert anna.modal.value("Customer") == ZOO
    assert len(account.drafts()) == 2


def test_whom_somebody_skips_is_said_at_the_end(october: None, anna: Person, bot: Bot) -> None:
    change(bot, ZOO, billomat_id=77)
    just_read(bot)
    lists(anna, "/track invoice all")
    opens(anna, ACME)
    anna.modal.click(button(anna, "Next customer"))
    anna.modal.click(button(anna, "Next customer"))
    assert f"Still open for October 2026: {ACME}, {BAKERY}" in anna.modal.text
    assert "by name" not in anna.modal.text
    assert f"Still open for October 2026: {ACME}, {BAKERY}" in sends(anna).text
    anna.modal.click("All customers …")
    assert "2 customers" in anna.modal.text
    for customer in (ACME, BAKERY):
        opens(anna, customer)
        after = sends(anna).text
        if customer == ACME:
            anna.modal.click("All customers …")
    assert "All customers are done: nothing more can be billed for October 2026." in after


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("october", "Still open for October 2026: "),
        ("all", "Still open: "),
        ("1.10.-15.10.", "Still open for 1–15 Oct 2026: "),
    ],
)
def test_after_a_single_invoice_it_is_said_who_is_still_open(
    days: str, said: str, october: None, anna: Person, bot: Bot
) -> None:
    change(bot, ZOO, billomat_id=77)
    just_read(bot)
    anna.types(f"/track invoice zoo {days}")
    after = sends(anna).text
    assert said + f"{ACME}, {BAKERY}" in after
    assert "by name" not in after


@pytest.mark.parametrize(
    ("days", "english", "german"),
    [
        ("everything", ".", ""),
        ("october", " for October 2026.", " für Oktober 2026"),
        ("12.10.-15.10.", " for 12–15 Oct 2026.", " für die Tage 12.–15. Okt. 2026"),
        ("cw 42", " for week 42, 12–18 Oct 2026.", " für Woche 42, 12.–18. Okt. 2026"),
        ("since 1.10.", " for 1 Oct – 27 Nov 2026.", " für die Tage 1. Okt. – 27. Nov. 2026"),
        ("14.10. bis 14.10.", " for 14 Oct 2026.", " für den 14. Okt. 2026"),
        ("2026", " for 2026.", " für 2026"),
    ],
)
def test_at_the_end_the_days_are_said_as_in_a_sentence(
    days: str, english: str, german: str, october: None, anna: Person, finn: Person, bot: Bot
) -> None:
    change(bot, ZOO, billomat_id=77)
    just_read(bot)
    for day in ("14.10.2026", "15.10.2026"):
        anna.types(f"/track log 1h acme app {day}: more")
    lists(anna, f"/track invoice all {days}")
    while anna.modal.buttons.count("Create invoice …"):
        anna.modal.click("Create invoice …")
        after = sends(anna).text
        lists(anna, f"/track invoice all {days}")
    assert f"All customers are done: nothing more can be billed{english}" in after
    assert f"Nobody has anything unbilled{english}" in anna.modal.text
    shown = lists(finn, f"/track rechnung alle {days}").replace("\u2009", " ")
    assert f"Niemand hat{german} etwas Offenes." in shown


def test_a_customer_who_is_usually_billed_for_everything_is_said_to_be(october: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, usual_days="all")
    assert "usually everything unbilled" in lists(anna, "/track invoice all october")


def test_a_german_reads_who_is_still_open(october: None, finn: Person, bot: Bot) -> None:
    change(bot, ZOO, billomat_id=77)
    just_read(bot)
    finn.types("/track rechnung zoo oktober")
    assert f"Noch offen für Oktober 2026: {ACME}, {BAKERY}" in sends(finn).text
    assert "Alphabet" not in finn.modal.text


def test_a_window_that_was_closed_loses_nothing(october: None, anna: Person, run_jobs: RunJobs) -> None:
    lists(anna, "/track invoice all")
    opens(anna, ACME)
    sends(anna)
    anna.modal.close()
    run_jobs()
    assert any("Next customer: Bäckerei" in label for label in anna.dm[-1].buttons)
    said = lists(anna, "/track invoice all october")
    assert "2 customers" in said
    assert ACME not in said


def test_two_who_go_through_the_same_month_meet_nothing_twice(october: None, anna: Person, finn: Person) -> None:
    lists(anna, "/track invoice all october")
    lists(finn, "/track rechnung alle oktober")
    opens(finn, ACME)
    sends(finn)
    assert "has nothing unbilled for October 2026" in opens(anna, ACME)
    anna.modal.click(button(anna, "Next customer: Bäckerei"))
    assert anna.modal.value("Customer") == BAKERY
    finn.modal.click(button(finn, "Nächster Kunde: Bäckerei"))
    sends(anna)
    assert "Anna Admin hat diesen Entwurf" in sends(finn).text


def test_two_hundred_customers_are_paged_by_name(connected: None, anna: Person, bot: Bot) -> None:
    add_names(bot, {f"Kunde {number:03}": ["Arbeit"] for number in range(200)})
    for number in range(0, 200, 4):
        anna.types(f'/track log 1h {1 + number // 4 % 5}.3. "Kunde {number:03}" arbeit')
    said = lists(anna, "/track invoice all")
    assert "50 customers · 50:00 h" in said
    assert "1–20 of 50" in said
    assert "Kunde 076" in said
    anna.modal.click("Next")
    anna.modal.click("Next")
    assert "41–50 of 50" in anna.modal.text
    assert "Kunde 196" in anna.modal.text
    opens(anna, "Kunde 160")
    assert button(anna, "Next customer: Kunde 164, 1:00 h")


def test_other_days_are_chosen_in_the_list(october: None, anna: Person) -> None:
    lists(anna, "/track invoice all october")
    anna.modal.fill("invoice_run_days", "November 2026")
    assert "1 customer · 0:45 h" in anna.modal.text
    anna.modal.fill("invoice_run_days", "Everything unbilled")
    assert "3 customers · 7:15 h" in anna.modal.text


def test_where_nobody_has_time_it_says_so(connected: None, anna: Person) -> None:
    assert "Nobody has anything unbilled for March 2026." in lists(anna, "/track invoice all")


def test_an_invoice_of_the_only_customer_says_nothing_of_others(worked: None, anna: Person) -> None:
    lists(anna, "/track invoice acme november")
    assert not [label for label in anna.modal.buttons if "customer" in label]
    assert not [label for label in sends(anna).buttons if "customer" in label]


def test_home_and_reports_have_the_button(october: None, anna: Person) -> None:
    home = anna.opens_home()
    home.click("All customers …")
    assert "3 customers" in anna.modal.text
    anna.modal.close()
    anna.types("/track report everybody november")
    assert "All customers …" not in anna.last.buttons
    anna.types("/track report everybody october")
    anna.last.click("All customers …")
    assert "3 customers" in anna.modal.text


def test_only_who_bills_sees_it(october: None, aylin: Person) -> None:
    said = aylin.types("/track invoice all")
    assert said
    assert "604" not in said.plain()
    assert not aylin.sees_modal


def test_what_belongs_to_one_invoice_is_refused_for_all(october: None, anna: Person) -> None:
    for typed in ("invoice all october #call", "invoice all: review", "rechnung alle abgerechnet"):
        said = anna.types(f"/track {typed}")
        assert said
        assert "Leave" in said.plain()
        assert not anna.sees_modal


def test_a_rest_of_a_customer_counts_as_skipped(october: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme app 15.10.2026: more")
    lists(anna, "/track invoice acme october app")
    assert states(bot) == ["open"]
    sends(anna)
    anna.modal.click("All customers …")
    assert f"{ACME}\n2:00 h" in anna.modal.text


def test_a_recipe_holds_in_the_run_too(october: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme app 15.10.2026: not for this invoice")
    with bot.database.write() as db:
        design = dump_filter(Filter(services=(1,)))
        db.execute(update(customers).where(customers.c.name == ACME).values(usual_work=design))
        db.execute(update(customers).where(customers.c.name == BAKERY).values(usual_days="2026-07-01/2026-09-30"))
    said = lists(anna, "/track invoice all october")
    assert f"{BAKERY}\n3:00 h · €285.00 · usually Q4 2026" in said
    shown = opens(anna, ACME)
    assert "Only: Design" in shown
    assert "2.00 h" in shown
    assert "not for this invoice" not in shown


def test_an_invoice_of_a_run_is_corrected_in_its_forms(october: None, anna: Person) -> None:
    lists(anna, "/track invoice all october")
    opens(anna, ACME)
    anna.modal.click("Edit …")
    anna.modal.fill("Hourly rate", "100")
    anna.modal.submit()
    assert "€200.00" in anna.modal.text
    assert button(anna, "Next customer: Bäckerei")


def test_who_has_expenses_alone_is_listed_in_their_place(october: None, anna: Person, bot: Bot) -> None:
    add_names(bot, {"Öko Markt": ["Stand"]})
    anna.types("/track expense 49,90 öko 16.10.2026: train ticket")
    said = lists(anna, "/track invoice all october")
    assert "4 customers" in said
    assert said.index(BAKERY) < said.index("Öko Markt") < said.index(ZOO)
    opens(anna, BAKERY)
    assert button(anna, "Next customer: Öko Markt")

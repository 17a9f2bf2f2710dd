"""What was chosen for a customer is its recipe: kept with the approval, and there again the next month."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.context import Bot, Itself
from playground.billomat.account import Account
from playground.person import Person
from storage import upkeep
from storage.change import Change
from storage.tables import audits, customers
from tests.billing.deeds import ACME, RunJobs, appoint, just_read, sends
from tests.billing.test_merged import merge, opens
from tests.conftest import T0, FrozenClock

FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
BAKERY = "Bäckerei Söhne & Co."
KEEP = "Keep for Acme GmbH, on later invoices too"
EXCEPTION = "What has no tick looks like an exception. Tick it if it is usual for this customer."


def sees(who: Person, typed: str = "/track invoice acme") -> str:
    while who.sees_modal:
        who.modal.close()
    who.types(typed)
    return who.modal.text


def kept_for(bot: Bot, customer: str = ACME) -> tuple[str, str]:
    with bot.database.read() as db:
        row = db.execute(
            select(customers.c.usual_days, customers.c.usual_work).where(customers.c.name == customer)
        ).one()
    return row.usual_days, row.usual_work


@pytest.fixture
def autumn(connected: None, anna: Person, clock: FrozenClock, bot: Bot) -> None:
    """Design and work on the app of October and November."""
    clock.forward(FRIDAY - T0)
    just_read(bot)
    for day in ("12.10.2026", "10.11.2026"):
        anna.types(f"/track log 4h acme website design {day}")
        anna.types(f"/track log 2h acme app {day}")


def test_a_selection_is_kept_with_the_approval_and_needs_no_edit_the_next_month(
    autumn: None, anna: Person, bot: Bot, run_jobs: RunJobs, account: Account
) -> None:
    shown = sees(anna, "/track invoice acme october design")
    assert KEEP in anna.modal.labels
    assert anna.modal.value(KEEP) == ["Only: Design"]
    assert EXCEPTION not in anna.modal.text
    assert "2:00 h of other work in these days could be billed too" in shown
    sends(anna)
    run_jobs()
    shown = sees(anna, "/track invoice acme november")
    assert "Only: Design" in shown
    assert "App" not in shown
    assert KEEP not in anna.modal.labels
    assert "Nothing new since October 2026 so far." in shown
    sends(anna)
    run_jobs()
    first, second = account.drafts()
    assert [(line.title, line.quantity, line.unit_price) for line in first.lines] == [
        (line.title, line.quantity, line.unit_price) for line in second.lines
    ]
    with bot.database.read() as db:
        actions = list(db.execute(select(audits.c.action).where(audits.c.subject == "customer")).scalars())
    assert actions.count("change recipe") == 1


def test_what_is_not_ticked_is_not_kept(autumn: None, anna: Person, bot: Bot, run_jobs: RunJobs) -> None:
    sees(anna, "/track invoice acme october design")
    anna.modal.fill(KEEP, [])
    sends(anna)
    assert kept_for(bot) == ("", "")
    assert "Only:" not in sees(anna, "/track invoice acme november")


def test_nothing_is_kept_of_an_invoice_that_is_only_looked_at(autumn: None, anna: Person, bot: Bot) -> None:
    sees(anna, "/track invoice acme october design")
    sees(anna, "/track invoice acme q4")
    assert kept_for(bot) == ("", "")


def test_quarters_are_kept_and_offered_by_name(
    autumn: None, anna: Person, bot: Bot, run_jobs: RunJobs, clock: FrozenClock
) -> None:
    sees(anna, "/track invoice acme q4")
    assert anna.modal.value(KEEP) == ["Days: quarters"]
    sends(anna)
    run_jobs()
    anna.types("/track log 1h acme app today")
    sees(anna)
    assert anna.modal.value("Period") == "Q4 2026"
    clock.forward(timedelta(days=60))
    just_read(bot)
    anna.types("/track log 1h acme app today")
    sees(anna)
    assert anna.modal.value("Period") == "Q4 2026"
    sends(anna)
    run_jobs()
    sees(anna)
    assert anna.modal.value("Period") == "Q1 2027"
    assert "Own days …" in anna.modal.options("Period")


@pytest.mark.parametrize(
    ("oldest", "shown", "box"),
    [
        ("20.8.2026", "november", "3 months each from 1 Aug on"),
        ("20.5.2026", "november", "6 months each from 1 May on"),
        ("20.11.2025", "november", "12 months each from 1 Nov on"),
        ("20.7.2026", "october", "quarters"),
    ],
)
def test_days_that_older_open_time_opened_are_kept_only_if_ticked(
    oldest: str, shown: str, box: str, autumn: None, anna: Person, bot: Bot
) -> None:
    anna.types(f"/track log 1h acme app {oldest}")
    sees(anna, f"/track invoice acme {shown}")
    anna.modal.click("Show")
    assert anna.modal.options(KEEP) == [f"Days: {box}"]
    assert not anna.modal.value(KEEP)
    assert EXCEPTION in anna.modal.text
    sends(anna)
    assert kept_for(bot) == ("", "")
    sees(anna)
    assert anna.modal.value("Period") in ("November 2026", "October 2026")


def test_a_quarter_that_is_typed_while_the_next_month_is_open_says_why_it_has_no_tick(
    autumn: None, anna: Person, finn: Person, bot: Bot
) -> None:
    anna.types("/track log 1h acme app 20.7.2026")
    sees(anna, "/track invoice acme q3")
    assert anna.modal.value(KEEP) == ["Days: quarters"]
    assert EXCEPTION not in anna.modal.text
    sees(anna, "/track invoice acme october")
    sees(anna, "/track invoice acme q3")
    assert anna.modal.options(KEEP) == ["Days: quarters"]
    assert not anna.modal.value(KEEP)
    assert EXCEPTION in anna.modal.text
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    assert "Was keinen Haken hat, sieht nach einer Ausnahme aus." in sees(finn, "/track rechnung acme q3")


def test_three_months_that_are_kept_on_purpose_are_called_no_quarter(
    autumn: None, anna: Person, finn: Person, bot: Bot
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    sees(anna, "/track invoice acme 1.8.-31.10.")
    anna.modal.fill(KEEP, anna.modal.options(KEEP))
    sends(anna)
    sees(anna)
    assert anna.modal.value("Period") == "1 Nov 2026 – 31 Jan 2027"
    anna.modal.click("Usual invoice …")
    assert "Days: 3 months each from 1 Aug on (kept for Acme GmbH)" in anna.modal.text
    sees(finn)
    finn.modal.click("Übliche Rechnung …")
    assert "Tage: je 3 Monate ab 1. Aug. (gemerkt für Acme GmbH)" in finn.modal.text


def test_days_and_work_that_look_like_a_choice_for_once_are_kept_only_if_ticked(
    autumn: None, anna: Person, bot: Bot
) -> None:
    sees(anna, "/track invoice acme all design")
    assert anna.modal.options(KEEP) == ["Days: Everything unbilled", "Only: Design"]
    assert not anna.modal.value(KEEP)
    sees(anna, "/track invoice acme 1.10.-15.11.")
    assert KEEP not in anna.modal.labels
    sees(anna, "/track invoice acme all")
    anna.modal.fill(KEEP, ["Days: Everything unbilled"])
    sends(anna)
    assert kept_for(bot) == ("all", "")
    anna.types("/track log 1h acme app today")
    sees(anna)
    assert anna.modal.value("Period") == "Everything unbilled"


def test_of_work_that_is_split_into_two_invoices_no_part_is_the_usual_one(
    autumn: None, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    sees(anna, "/track invoice acme october design")
    anna.modal.fill(KEEP, [])
    sends(anna)
    sees(anna, "/track invoice acme october app")
    assert anna.modal.options(KEEP) == ["Only: App"]
    assert not anna.modal.value(KEEP)


def test_each_customer_has_its_own_also_where_it_is_chosen_in_the_form(
    autumn: None, anna: Person, run_jobs: RunJobs
) -> None:
    sees(anna, "/track invoice acme october design")
    sends(anna)
    anna.types("/track log 1h bäckerei 10.11.2026")
    sees(anna, "/track invoice")
    anna.modal.fill("Customer", ACME)
    assert "Only: Design" in anna.modal.text
    anna.modal.fill("Customer", BAKERY)
    assert "Only:" not in anna.modal.text
    assert "1.00 h" in anna.modal.text
    anna.modal.fill("Customer", ACME)
    assert "Only: Design" in anna.modal.text


def test_what_is_typed_comes_before_what_is_kept(autumn: None, anna: Person) -> None:
    sees(anna, "/track invoice acme october design")
    sends(anna)
    assert "Only: App" in sees(anna, "/track invoice acme november app")
    assert "Only:" not in sees(anna, "/track invoice acme all")


def test_a_project_of_the_recipe_may_be_renamed_and_merged(
    autumn: None, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    sees(anna, "/track invoice acme october website")
    sends(anna)
    run_jobs()
    anna.modal.close()
    opens(anna, "Projects", "Website")
    anna.modal.fill("Name", "Homepage")
    anna.modal.submit()
    shown = sees(anna, "/track invoice acme november")
    assert "Only: Homepage" in shown
    assert KEEP not in anna.modal.labels
    anna.modal.close()
    merge(anna, "Projects", "Homepage", "App")
    shown = sees(anna, "/track invoice acme november")
    assert "App" in shown
    assert "2.00 h" in shown
    assert KEEP not in anna.modal.labels


def test_a_project_that_is_archived_hides_no_other_work(
    autumn: None, anna: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    sees(anna, "/track invoice acme october app")
    sends(anna)
    run_jobs()
    sees(anna, "/track invoice acme november")
    sends(anna)
    run_jobs()
    anna.modal.close()
    opens(anna, "Projects", "App")
    anna.modal.click("Archive", confirm=True)
    shown = sees(anna, "/track invoice acme november")
    assert "Only: App" in shown
    assert "4:00 h of other work in these days could be billed too" in shown
    anna.modal.click("All of it")
    assert "4.00 h" in anna.modal.text


def test_a_customer_that_becomes_another_one_is_billed_as_before(autumn: None, bot: Bot, anna: Person) -> None:
    with bot.database.write() as db:
        db.execute(customers.update().where(customers.c.id == 1).values(usual_days="2026-07-01/2026-09-30"))
        upkeep.merge_customers(Change(db, Itself(1, T0)), ours=1, theirs=2)
    assert kept_for(bot, BAKERY) == ("2026-07-01/2026-09-30", "")


def test_it_is_kept_in_german(autumn: None, anna: Person, finn: Person, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    finn.types("/track buche 1h acme website design 20.10.2026")
    sees(finn, "/track rechnung acme q4 nur design")
    assert finn.modal.value("Für Acme GmbH merken, auch für spätere Rechnungen") == ["Tage: Quartale", "Nur: Design"]

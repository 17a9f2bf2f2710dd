"""What an import means here: open time of what was archived, and services that are called like articles."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from bot.routine import sweep
from playground.billomat.account import Account
from playground.billomat.records import Article, Client, Unit
from playground.person import Person
from playground.slack.workspace import Workspace
from storage import billing_defaults as billing_default_rows
from storage.tables import audits
from tests.billomat.deeds import RunJobs, connects, starts_import
from tests.conftest import FrozenClock


@pytest.fixture
def imported(anna: Person, run_jobs: RunJobs) -> None:
    connects(anna)
    anna.modal.submit()
    anna.modal.close()
    run_jobs()


def again(anna: Person, run_jobs: RunJobs) -> str:
    starts_import(anna)
    run_jobs()
    return anna.dm[-1].plain()


def billed_as(bot: Bot) -> dict[str, str | None]:
    with bot.database.read() as db:
        return {each.name: each.article for each in billing_default_rows.billed_services(db, 1)}


def client(account: Account) -> Client:
    return account.all(Client)[0]


# Archived


def test_what_an_import_archived_is_named_with_what_is_open(
    imported: None, account: Account, anna: Person, finn: Person, run_jobs: RunJobs, bot: Bot
) -> None:
    name = client(account).name
    finn.types(f"/track log 2h {name} yesterday")
    finn.types(f"/track start {name}")
    account.change(client(account), archived=True)
    told = again(anna, run_jobs)
    assert f"Archived in Billomat, but not billed yet: {name} (2:00 h, timer of Finn Freelancer is running)." in told
    assert "/track invoice shows what is open" in told
    with bot.database.read() as db:
        kept = db.execute(select(audits.c.action).where(audits.c.subject == "customer")).scalars().all()
    assert kept == ["archive in Billomat"]


def test_what_has_nothing_open_is_not_spoken_of(
    imported: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.change(client(account), archived=True)
    told = again(anna, run_jobs)
    assert "1 archived" in told
    assert "not billed yet" not in told


def test_the_nightly_import_speaks_up_where_time_is_open(
    imported: None, account: Account, anna: Person, run_jobs: RunJobs, clock: FrozenClock, bot: Bot
) -> None:
    with bot.database.write() as db:
        sweep.plan(db, now=bot.now())
    anna.types(f"/track log 2h {client(account).name} yesterday")
    clock.forward(timedelta(days=1))
    run_jobs()
    before = len(anna.dm)
    account.change(client(account), archived=True)
    clock.forward(timedelta(days=1))
    run_jobs()
    told = [message.plain() for message in anna.dm[before:]]
    assert sum("not billed yet" in each for each in told) == 1


def test_a_customer_that_comes_back_is_in_the_audit_too(
    imported: None, account: Account, anna: Person, run_jobs: RunJobs, bot: Bot
) -> None:
    for archived in (True, False):
        account.change(client(account), archived=archived)
        again(anna, run_jobs)
    with bot.database.read() as db:
        kept = db.execute(select(audits.c.action).where(audits.c.subject == "customer")).scalars().all()
    assert kept == ["archive in Billomat", "take back in Billomat"]


# Services and articles


def create(who: Person, service: str) -> None:
    while who.sees_modal:
        who.modal.close()
    who.types("/track new")
    who.modal.fill("Service", service)
    who.modal.submit()
    who.modal.close()


def test_a_service_of_an_articles_name_is_billed_as_it(
    anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    create(anna, "design")
    create(anna, "Gibt es nicht")
    connects(anna)
    anna.modal.submit()
    anna.modal.close()
    run_jobs()
    assert "Billed as the article of the same name from now on: Design (ART3) · €88.50 / Stunde." in anna.dm[-1].plain()
    assert billed_as(bot) == {"design": "Design", "Gibt es nicht": None}
    assert "Billed as the article" not in again(anna, run_jobs)


def test_a_service_that_is_made_later_is_billed_as_it_too(imported: None, anna: Person, bot: Bot) -> None:
    create(anna, "Design")
    assert billed_as(bot) == {"Design": "Design"}


def test_a_german_reads_which_services_are_billed_as_articles_and_is_asked_which(
    imported: None, account: Account, anna: Person, run_jobs: RunJobs, workspace: Workspace, bot: Bot
) -> None:
    create(anna, "Prüfung")
    create(anna, "Hosting-Pflege")
    hour = next(unit for unit in account.all(Unit) if unit.name == "Stunde")
    for title, price in (("Prüfung", 120), ("Prüfung", 80), ("hosting-pflege", 70)):
        account.add(Article, title=title, sales_price=Decimal(price), unit_id=hour.id)
    starts_import(anna)
    workspace.change_person(anna.id, locale="de-DE")
    workspace.wait_idle()
    run_jobs()
    told = anna.dm[-1].plain()
    assert "Ab jetzt als gleichnamiger Artikel abgerechnet: hosting-pflege · 70,00\xa0€ / Stunde." in told
    assert "Als welcher Artikel wird die Leistung „Prüfung“ abgerechnet?" in told
    assert billed_as(bot) == {"Prüfung": None, "Hosting-Pflege": "hosting-pflege"}


@pytest.mark.parametrize("doubt", ["two of the name", "a unit that is no hour", "no price", "accents"])
def test_where_it_is_doubtful_it_is_asked(
    imported: None, account: Account, anna: Person, run_jobs: RunJobs, bot: Bot, doubt: str
) -> None:
    create(anna, "Prüfung")
    hour = next(unit for unit in account.all(Unit) if unit.name == "Stunde")
    day = next(unit for unit in account.all(Unit) if unit.name == "Tag")
    plain = {"title": "Prüfung", "sales_price": Decimal(120), "unit_id": hour.id}
    odd = {
        "a unit that is no hour": {"unit_id": day.id},
        "no price": {"sales_price": None},
        "accents": {"title": "Prufung"},
    }
    account.add(Article, **plain | odd.get(doubt, {}))
    if doubt == "two of the name":
        account.add(Article, **plain | {"sales_price": Decimal(80)})
    told = again(anna, run_jobs)
    assert "As which article is the service “Prüfung” billed?" in told
    assert billed_as(bot)["Prüfung"] is None
    menu = anna.dm[-1]
    offered = menu.options("As which article is the service “Prüfung” billed?")
    assert offered[-1] == "No article: the hourly rate"
    menu.fill("As which article is the service “Prüfung” billed?", offered[0])
    assert billed_as(bot)["Prüfung"] is not None


def test_who_says_that_it_is_none_is_not_asked_again(
    imported: None, account: Account, anna: Person, run_jobs: RunJobs, bot: Bot
) -> None:
    create(anna, "Prüfung")
    for price in (80, 120):
        account.add(Article, title="Prüfung", sales_price=Decimal(price))
    again(anna, run_jobs)
    anna.dm[-1].fill("As which article is the service “Prüfung” billed?", "No article: the hourly rate")
    assert "As which article" not in again(anna, run_jobs)
    assert billed_as(bot)["Prüfung"] is None


def test_who_unlinked_a_service_in_the_settings_is_not_overruled(
    imported: None, anna: Person, run_jobs: RunJobs, bot: Bot
) -> None:
    create(anna, "Design")
    anna.types("/track settings")
    anna.modal.fill("Design is billed as", "No article: the hourly rate")
    anna.modal.close()
    assert billed_as(bot) == {"Design": None}
    assert "Billed as" not in again(anna, run_jobs)
    assert billed_as(bot) == {"Design": None}

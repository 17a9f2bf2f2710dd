"""A customer of Slack becomes one of Billomat, by name or by hand: nothing of either is lost, and no import stops."""

from collections.abc import Callable
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import insert, select, update

from bot.billing.details import change_order_number
from bot.core.context import Bot
from bot.core.errors import UserError
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.person import Person
from storage.change import Author, Change
from storage.recipes import take_over_kept
from storage.rows import row_values
from storage.tables import CustomerArticle, agreements, customers, entries, expenses
from storage.tables import customer_articles as articles_table
from tests.billing.deeds import RunJobs, seen_by, sends
from tests.billing.test_budgets import closes_all
from tests.billing.test_elsewhere import marks
from tests.billomat.deeds import starts_import
from tests.billomat.test_account import created, customer_of

pytestmark = pytest.mark.usefixtures("connected")
COUNTERPART = "Stadtwerke Musterhausen"


def _agree(anna: Person, _: Bot) -> None:
    anna.types(f"/track catalog {COUNTERPART}")
    if "Agreements …" not in anna.modal.buttons:
        anna.modal.click("Open …")
    anna.modal.click("Agreements …")
    anna.modal.click("Retainer …")
    anna.modal.fill("Fee a month", "100")
    anna.modal.fill("From the month of", "2026-04-01")
    anna.modal.submit()


def _rate(anna: Person, _: Bot) -> None:
    anna.types("/track settings")
    anna.modal.click("Rates …")
    anna.modal.click("Different rates …")
    anna.modal.click("Add rate …")
    anna.modal.fill("Customer", COUNTERPART)
    anna.modal.fill("Hourly rate", "77")
    anna.modal.submit()


def _article(_: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        theirs = customer_of(bot, COUNTERPART)
        row = row_values(CustomerArticle, workspace_id=1, customer_id=theirs, service_id=1, article_id=1)
        db.execute(insert(articles_table), [row])


SPOKEN_OF: dict[str, Callable[[Person, Bot], object]] = {
    "time": lambda anna, _: anna.types("/track log 1h stadtwerke"),
    "an expense": lambda anna, _: anna.types("/track expense 20 stadtwerke yesterday: bread"),
    "a retainer": _agree,
    "a rate": _rate,
    "an article": _article,
    "a channel": lambda anna, _: anna.types("/track link stadtwerke"),
    "an invoice that was looked at": lambda anna, _: anna.types("/track invoice stadtwerke"),
}


def _renamed_there(account: Account, name: str) -> None:
    """As somebody renames the counterpart in Billomat to what is known in Slack."""
    [client] = [each for each in account.all(Client) if each.name == COUNTERPART]
    account.change(client, name=name)


def _rows(bot: Bot) -> list[tuple[int, bool]]:
    with bot.database.read() as db:
        found = select(customers.c.id, customers.c.billomat_id.is_not(None)).where(customers.c.name == "Bauhof")
        return [(row[0], row[1]) for row in db.execute(found.order_by(customers.c.id))]


@pytest.fixture
def imported(anna: Person, run_jobs: RunJobs) -> None:
    starts_import(anna)
    run_jobs()


@pytest.mark.parametrize("what", SPOKEN_OF)
def test_an_import_ends_and_links_by_hand_what_has_more_than_a_name(
    what: str, imported: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    theirs = customer_of(bot, COUNTERPART)
    SPOKEN_OF[what](anna, bot)
    closes_all(anna)
    ours = created(bot, "Bauhof", "Rohbau")
    anna.types("/track log 2h bauhof rohbau yesterday: walls")
    _renamed_there(account, "Bauhof")
    starts_import(anna)
    run_jobs()
    assert "1 customer was created in Slack and is not linked" in anna.dm[-1].plain()
    assert _rows(bot) == [(theirs, True), (ours, False)]


def test_what_is_kept_for_either_of_two_who_are_linked_by_their_name_holds_after_that(
    imported: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    theirs = customer_of(bot, COUNTERPART)
    ours = created(bot, "Bauhof")
    with bot.database.write() as db:
        kept = {"order_number": "PO-7", "tax_case": "reverse charge 13b", "tax_words": False, "usual_days": "quarters"}
        db.execute(update(customers).where(customers.c.id == theirs).values(**kept))
        db.execute(update(customers).where(customers.c.id == ours).values(usual_days="weeks"))
    _renamed_there(account, "Bauhof")
    starts_import(anna)
    run_jobs()
    with bot.database.read() as db:
        [now] = db.execute(select(customers).where(customers.c.name == "Bauhof")).all()
    assert (now.id, now.order_number, now.tax_case, now.tax_words, now.usual_days) == (
        ours,
        "PO-7",
        "reverse charge 13b",
        False,
        "weeks",
    )


def test_what_is_kept_for_the_counterpart_while_an_import_links_it_is_not_lost(
    imported: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bot.database.is_sqlite:
        pytest.skip("there whoever writes waits for all that an import writes")
    theirs = customer_of(bot, COUNTERPART)
    created(bot, "Bauhof")
    _renamed_there(account, "Bauhof")
    refused, others = list[str](), list[Thread]()
    caller, _ = seen_by(bot, "Anna Admin")

    def keeps() -> None:
        try:
            change_order_number(bot, replace(caller, request="keeps"), theirs, "PO-9", shown="")
        except UserError as error:
            refused.append(str(error))

    def meanwhile(change: Change[Author], *, ours: int, theirs: int) -> None:
        take_over_kept(change, ours=ours, theirs=theirs)
        others.append(Thread(target=keeps))
        others[0].start()
        others[0].join(0.5)

    monkeypatch.setattr("storage.linking.take_over_kept", meanwhile)
    starts_import(anna)
    run_jobs()
    others[0].join()
    assert refused == ["This customer is no longer there."]


def _links(anna: Person) -> str:
    closes_all(anna)
    anna.types("/track connect")
    anna.clicks("Link a customer …")
    anna.modal.fill("Customer created in Slack", "Bauhof")
    anna.modal.fill("Customer in Billomat", COUNTERPART)
    anna.modal.submit()
    return anna.modal.text


@pytest.fixture
def elsewhere(imported: None, anna: Person, bot: Bot) -> int:
    """Two hours for a customer of Slack are billed elsewhere, and one is open; the id of the customer."""
    ours = created(bot, "Bauhof", "Rohbau")
    anna.types("/track log 2h bauhof rohbau yesterday: walls")
    anna.types("/track list week bauhof")
    marks(anna)
    closes_all(anna)
    anna.types("/track log 1h bauhof rohbau yesterday: roof")
    return ours


def test_whose_time_is_billed_elsewhere_takes_the_place_of_an_unused_counterpart(
    elsewhere: int, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    assert f"Bauhof is now {COUNTERPART}" in _links(anna)
    closes_all(anna)
    anna.types("/track invoice stadtwerke march")
    assert "1.00 h × €95.00 = €95.00" in anna.modal.text
    sends(anna)
    run_jobs()
    assert [each.total_net for each in account.drafts()] == [95]
    with bot.database.read() as db:
        assert set(db.execute(select(entries.c.customer_id)).scalars()) == {elsewhere}


def test_the_same_from_the_invoice_that_waits_for_it(
    elsewhere: int, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track invoice bauhof march")
    anna.modal.click("Link …")
    anna.modal.fill("Customer in Billomat", COUNTERPART)
    anna.modal.submit()
    assert "1.00 h × €95.00 = €95.00" in anna.modal.text
    sends(anna)
    run_jobs()
    assert [each.total_net for each in account.drafts()] == [95]


@pytest.mark.parametrize("what", ["time", "an expense", "a retainer"])
def test_where_both_are_in_use_it_is_said_what_to_do_and_nothing_is_moved(
    what: str, elsewhere: int, anna: Person, bot: Bot
) -> None:
    SPOKEN_OF[what](anna, bot)
    before = _moved(bot)
    assert "Some of the work for Bauhof is billed elsewhere" in _links(anna)
    assert anna.modal.value("Customer in Billomat").startswith(COUNTERPART)
    assert _moved(bot) == before
    closes_all(anna)
    anna.types("/track list week bauhof")
    marks(anna, "No longer billed elsewhere …", reason="to link them")
    assert f"Bauhof is now {COUNTERPART}" in _links(anna)


def _moved(bot: Bot) -> list[object]:
    with bot.database.read() as db:
        return [
            db.execute(select(part.c.id, part.c.customer_id).order_by(part.c.id)).all()
            for part in (entries, expenses, agreements)
        ]

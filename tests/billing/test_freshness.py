"""How old what an invoice takes from Billomat may be: it opens at once, and nobody sends a stale price unawares."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.billing import freshen
from bot.core.context import Bot, Itself
from playground.billomat import seed
from playground.billomat.account import Account
from playground.billomat.records import Article, Client
from playground.billomat.trouble import Kind
from playground.person import Person
from storage import billing_defaults as billing_default_rows
from storage import tables
from storage.change import Change
from storage.tables import customers
from tests.billing.deeds import ACME, RunJobs, appoint, edits, invoice, sends, states
from tests.billomat.deeds import connects, delete, starts_import
from tests.conftest import T0, FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")
ASKING = "I am asking Billomat whether they changed."


@pytest.fixture
def stale(projects: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs) -> None:
    """Everything was imported at 10:01, 8:00 h of Design were worked for Acme, and now it is 12:01."""
    assert connects(anna)
    anna.modal.close()
    starts_import(anna)
    run_jobs()
    with bot.database.write() as db:
        design = select(tables.Article.id).where(tables.Article.title == "Design")
        billing_default_rows.change_service(Change(db, Itself(1, T0)), 1, article_id=db.execute(design).scalar_one())
    anna.types("/track log 8h acme website design yesterday: Workshop")
    clock.forward_by(hours=2)
    run_jobs()


def client(account: Account) -> Client:
    return next(each for each in account.all(Client) if each.name == ACME)


def article(account: Account) -> Article:
    return next(each for each in account.all(Article) if each.title == "Design")


def calls(account: Account, deed: Callable[[], object]) -> int:
    """How many calls Billomat counts while something is done."""
    before = account.quota.take("").remaining
    deed()
    return before - account.quota.take("").remaining - 1


# The form opens with what is known


def test_the_invoice_opens_with_what_is_known_and_is_brought_up_to_date(
    stale: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    assert calls(account, lambda: invoice(anna)) == 0
    assert f"🔄 Customer and prices as of 10:01. {ASKING}" in anna.modal.text
    assert calls(account, run_jobs) == 2
    assert "Customer and prices as of 12:01." in anna.modal.text
    assert ASKING not in anna.modal.text
    assert "⚠️" not in anna.modal.text


def test_what_was_read_within_the_hour_is_not_asked_again(
    stale: None, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    invoice(anna)
    run_jobs()
    clock.forward_by(minutes=59)
    invoice(anna)
    assert "Customer and prices as of 12:01." in anna.modal.text
    assert calls(account, run_jobs) == 0
    sends(anna)
    run_jobs()
    assert len(account.drafts()) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sales_price": Decimal(95)}, "Design: price was €88.50, is €95.00"),
        ({"sales_price": None}, "Design: price was €88.50, is none"),
        ({"title": "Gestaltung"}, "Design: name was Design, is Gestaltung"),
        ({"number": 77}, "Design: number was ART3, is ART77"),
        ({"currency_code": "CHF"}, "Design: currency was the account's, is CHF"),
        ({"archived": True}, "Design was archived or deleted: choose another article with “Edit …” at its line"),
    ],
)
def test_what_changed_of_an_article_is_said(
    change: dict[str, Any], said: str, stale: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.change(article(account), **change)
    invoice(anna)
    run_jobs()
    assert f"⚠️ Changed in Billomat:\n• {said}" in anna.modal.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Acme AG"}, "Acme GmbH: name was Acme GmbH, is Acme AG"),
        ({"number": 4711}, "Acme GmbH: number was KD1001, is KD4711"),
        ({"tax_rule": "NO_TAX"}, "Acme GmbH: VAT rule was by country, is without VAT"),
        ({"country_code": "AT"}, "Acme GmbH: country was DE, is AT"),
        ({"currency_code": "USD"}, "Acme GmbH: currency was the account's, is USD"),
        ({"locale": "fr_FR"}, "Acme GmbH: language was the account's, is French"),
        ({"archived": True}, "Acme GmbH was archived or deleted, so nothing can be sent to them"),
    ],
)
def test_what_changed_of_the_customer_is_said(
    change: dict[str, Any], said: str, stale: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.change(client(account), **change)
    invoice(anna)
    run_jobs()
    assert f"⚠️ Changed in Billomat:\n• {said}" in anna.modal.text


def test_a_new_sum_names_the_one_before(stale: None, account: Account, anna: Person, run_jobs: RunJobs) -> None:
    account.change(article(account), sales_price=Decimal(95))
    assert "Total: €708.00 net" in invoice(anna).text
    run_jobs()
    assert "The total was €708.00 net before. Please check the lines." in anna.modal.text
    assert "Total: €760.00 net" in anna.modal.text


@pytest.mark.parametrize("currency", ["CHF", "JPY", "KWD", "USD"])
def test_what_it_came_to_and_cost_before_is_said_in_the_currency_of_then(
    currency: str, stale: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.change(article(account), sales_price=Decimal(95))
    account.change(client(account), currency_code=currency)
    assert "Total: €708.00 net" in invoice(anna).text
    run_jobs()
    assert "Design: price was €88.50, is €95.00" in anna.modal.text
    assert "The total was €708.00 net before. Please check the lines." in anna.modal.text


@pytest.mark.parametrize(("currency", "price"), [("CHF", "CHF95.00"), ("JPY", "JP¥95"), ("USD", "US$95.00")])
def test_the_price_of_an_article_is_said_in_its_own_currency(
    currency: str, price: str, stale: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.change(article(account), sales_price=Decimal(95), currency_code=currency)
    invoice(anna)
    run_jobs()
    assert f"Design: price was €88.50, is {price}" in anna.modal.text


def test_what_was_deleted_in_billomat_is_said(stale: None, account: Account, anna: Person, run_jobs: RunJobs) -> None:
    delete(account, client(account))
    delete(account, article(account))
    invoice(anna)
    run_jobs()
    assert "Acme GmbH was archived or deleted" in anna.modal.text
    assert "Design was archived or deleted" in anna.modal.text
    after = sends(anna)
    assert "Acme GmbH is archived in Billomat or deleted there, so it gets no draft." in after.text
    assert account.drafts() == []


def test_it_is_said_in_the_language_and_on_the_clock_of_the_reader(
    stale: None, bot: Bot, account: Account, finn: Person, run_jobs: RunJobs
) -> None:
    finn.types("/track help")
    appoint(bot, "Finn Freelancer")
    account.change(article(account), sales_price=Decimal(95))
    invoice(finn)
    assert "Kunde und Preise: Stand 10:01." in finn.modal.text
    run_jobs()
    assert "Design: Preis war 88,50\xa0€, ist 95,00\xa0€" in finn.modal.text


# Nobody is overtaken


def test_a_form_from_which_the_person_moved_on_is_left_alone(
    stale: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    with bot.database.write() as db:  # so that this choice asks nothing itself
        db.execute(update(customers).where(customers.c.name.startswith("Bäckerei")).values(seen_at=bot.now()))
    account.change(client(account), name="Acme AG")
    invoice(anna)
    anna.modal.fill("Customer", "Bäckerei Söhne & Co.")
    assert calls(account, run_jobs) == 2
    assert anna.modal.value("Customer").startswith("Bäckerei")
    assert "Acme AG" not in anna.modal.text


def test_a_line_that_is_being_edited_keeps_what_was_typed(
    stale: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.change(article(account), sales_price=Decimal(95))
    invoice(anna)
    edits(anna, description="What I typed")
    run_jobs()
    assert anna.modal.value("Description") == "What I typed"
    after = anna.modal.submit()
    assert after
    assert "What I typed" in after.text
    assert "Total: €760.00 net" in after.text


def test_a_form_that_was_closed_is_no_trouble(stale: None, account: Account, anna: Person, run_jobs: RunJobs) -> None:
    invoice(anna).close()
    account.trouble.next("maintenance")
    run_jobs()
    assert not anna.sees_modal


def test_two_who_look_at_the_same_customer_both_hear_what_changed(
    stale: None, bot: Bot, account: Account, anna: Person, aylin: Person, run_jobs: RunJobs
) -> None:
    aylin.types("/track help")
    appoint(bot, "Aylin Approver")
    account.change(article(account), sales_price=Decimal(95))
    invoice(anna)
    invoice(aylin)
    assert calls(account, run_jobs) == 2
    for who in (anna, aylin):
        assert "price was €88.50, is €95.00" in who.modal.text


@pytest.mark.expects_errors
def test_a_job_that_died_in_the_middle_goes_on_from_there(
    stale: None,
    account: Account,
    anna: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account.change(client(account), number=4711)
    account.change(article(account), sales_price=Decimal(95))
    invoice(anna)
    with monkeypatch.context() as patched:
        patched.setattr(freshen, "read_article", lambda *_: 1 / 0)
        run_jobs()
    assert ASKING in anna.modal.text
    clock.forward_by(minutes=5)
    assert calls(account, run_jobs) == 1
    assert "number was KD1001, is KD4711" in anna.modal.text
    assert "price was €88.50, is €95.00" in anna.modal.text


# Where Billomat does not say


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("quota", "Billomat takes no more requests for 14 minutes."),
        ("maintenance", "Billomat is in maintenance right now."),
        ("error", "Billomat answered with an error."),
        ("drop", "I cannot reach Billomat just now."),
    ],
)
def test_where_billomat_does_not_say_the_form_does_and_the_person_decides(
    trouble: Kind,
    reason: str,
    stale: None,
    bot: Bot,
    account: Account,
    anna: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
) -> None:
    invoice(anna)
    account.trouble.next(trouble, times=2, on="GET ")
    run_jobs()
    assert f"⚠️ {reason} Customer and prices are as of 10:01 and may have changed." in anna.modal.text
    assert "“Send to Billomat” sends them as they stand here." in anna.modal.text
    assert "On its way" in sends(anna).text
    clock.forward_by(minutes=16)
    account.trouble.clear()
    run_jobs()
    assert len(account.drafts()) == 1


def test_a_key_that_billomat_no_longer_accepts_is_named(
    stale: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.revoke(seed.ADMIN_KEY)
    invoice(anna)
    run_jobs()
    assert "⚠️ Billomat no longer accepts the API key. Connect with a new one: /track connect." in anna.modal.text
    assert "as of 10:01 and may have changed" in anna.modal.text


def test_it_is_tried_again_while_the_form_may_stand_open(
    stale: None, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    invoice(anna)
    account.trouble.next("maintenance")
    run_jobs()
    clock.forward_by(minutes=5)
    run_jobs()
    assert "Customer and prices as of 12:06." in anna.modal.text
    assert "⚠️" not in anna.modal.text
    for _ in range(10):
        clock.forward_by(minutes=5)
        assert calls(account, run_jobs) == 0


# An approval on older data


def test_an_approval_on_older_data_asks_again_and_then_sends_the_new_price(
    stale: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    invoice(anna)
    run_jobs()
    clock.forward_by(minutes=61)
    account.change(article(account), sales_price=Decimal(95))
    refused = sends(anna)
    assert refused.errors == {
        "Customer": "Customer and prices are as Billomat had them at 12:01. I am asking it again: in a moment this "
        "window says what changed. Nothing was sent."
    }
    run_jobs()
    assert states(bot) == ["open"]
    assert "price was €88.50, is €95.00" in anna.modal.text
    assert "On its way" in sends(anna).text
    run_jobs()
    assert [draft.total_net for draft in account.drafts()] == [Decimal(760)]


def test_an_approval_on_older_data_that_are_still_true_takes_one_press_more(
    stale: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    invoice(anna)
    assert "Nothing was sent" in sends(anna).text
    run_jobs()
    assert "Nothing changed in Billomat. Press “Send to Billomat” once more." in anna.modal.text
    assert "On its way" in sends(anna).text


def test_pressing_twice_before_billomat_answered_sends_nothing(
    stale: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    invoice(anna)
    for _ in range(3):
        assert "Nothing was sent" in sends(anna).text
    assert states(bot) == ["open"]
    assert calls(account, run_jobs) == 2


def test_an_approval_is_possible_where_the_form_could_not_be_told_that_billomat_does_not_answer(
    stale: None,
    bot: Bot,
    account: Account,
    anna: Person,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    invoice(anna)
    sends(anna)
    account.trouble.next("maintenance")
    with monkeypatch.context() as patched:
        patched.setattr(freshen, "_show", lambda _bot, _id, view_hash, _view: view_hash)
        run_jobs()
    told = sends(anna)
    assert "⚠️ Billomat has not answered yet. Customer and prices are as of 10:01" in told.text
    assert states(bot) == ["open"]
    assert "On its way" in sends(anna).text


def test_nobody_knows_how_old_a_customer_is_whom_an_older_version_linked(
    stale: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).values(seen_at=None))
    assert "Nobody knows how old customer and prices are." in invoice(anna).text
    assert "I do not know how old the prices here are" in sends(anna).text
    run_jobs()
    assert "Customer and prices as of 10:01" not in anna.modal.text
    assert "On its way" in sends(anna).text


def test_where_nothing_comes_from_billomat_nothing_is_said_of_it(projects: None, anna: Person) -> None:
    anna.types("/track log 1h acme website")
    assert "as of" not in invoice(anna).text

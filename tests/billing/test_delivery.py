"""From an approval to one draft in Billomat, whatever happens meanwhile, and within the calls that Billomat allows."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
import respx
from sqlalchemy import Connection, select

from bot import jobs
from bot.billing import delivery, reconcile, verification
from bot.billomat.budget import KEPT, CallBudget
from bot.billomat.client import AccessDenied, Billomat, BillomatInvoice, NewDraft, NotDone, Quota
from bot.billomat.rules.trouble import Trouble
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import acting
from playground.billomat import quota, seed
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.billomat.trouble import Kind
from playground.person import Modal, Person
from storage import billomat as billomat_rows
from storage import jobs as job_rows
from storage import people as people_rows
from storage.tables import audits
from tests.billing.deeds import RunJobs, change, listed, states
from tests.conftest import FrozenClock, at_once, looks_in_vain

pytestmark = pytest.mark.usefixtures("one_clock")


@pytest.fixture
def worked(projects: None, bot: Bot, anna: Person, run_jobs: RunJobs) -> None:
    """Billomat is connected and imported, and Anna worked two hours for Acme, at €95."""
    connects(anna).submit()
    run_jobs()
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=9500)
    anna.types("/track log 2h acme website yesterday: Workshop")


@pytest.fixture
def approved(worked: None, anna: Person) -> None:
    """The draft is approved and waits for its job."""
    approves(anna)


def connects(who: Person) -> Modal:
    """Connect the account, or connect it anew, up to the offer to import."""
    who.types("/track connect")
    if "Use another key …" in who.modal.buttons:
        who.clicks("Use another key …")
    for label, text in {"billomatID": "acme", "API key": seed.ADMIN_KEY, "Default VAT rate": "19"}.items():
        who.modal.fill(label, text)
    assert who.modal.submit()
    assert who.modal.view.submit == "Import now"
    return who.modal


def approves(who: Person) -> None:
    """Open the invoice for Acme afresh and press "Send to Billomat"."""
    while who.sees_modal:
        who.modal.close()
    who.types("/track invoice website")
    after = who.modal.submit()
    assert after
    assert "On its way" in after.text


def loses_the_answer(bot: Bot, account: Account) -> int:
    """The draft is made and Billomat's answer lost; the id that the draft has there."""
    account.trouble.next("drop", worked=True, on="POST invoices")
    delivery.deliver(bot, 1)
    (draft,) = account.drafts()
    return draft.id


# What may happen in Billomat meanwhile


def test_a_draft_that_was_deleted_before_it_was_found_is_left_to_people(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.delete_draft(loses_the_answer(bot, account))
    looks_in_vain(clock, run_jobs)
    assert states(bot) == ["unknown"]
    assert "I cannot find the draft there. Please look into Billomat." in anna.dm[-1].plain()
    anna.dm[-1].click("Send again")
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_a_draft_that_was_deleted_after_somebody_found_it_is_not_taken_for_sent(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    number = loses_the_answer(bot, account)
    account.edit_label(number, "")
    looks_in_vain(clock, run_jobs)
    anna.modal.close()
    anna.dm[-1].click("It is there …")
    anna.modal.fill("Or its address in Billomat", str(number))
    anna.modal.submit()
    account.delete_draft(number)
    run_jobs()
    assert states(bot) == ["unknown"]
    assert f"The invoice {number} is not among the newest ones of Acme GmbH" in anna.dm[-1].plain()
    assert anna.dm[-1].buttons == ["It is there …", "Send again"]


def test_a_key_revoked_when_somebody_found_the_draft_asks_for_a_new_connection(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    number = loses_the_answer(bot, account)
    account.edit_label(number, "")
    looks_in_vain(clock, run_jobs)
    anna.modal.close()
    anna.dm[-1].click("It is there …")
    anna.modal.fill("Or its address in Billomat", str(number))
    anna.modal.submit()
    account.revoke(seed.ADMIN_KEY)
    run_jobs()
    assert "/track connect" in anna.dm[-1].plain()
    account.add_user(seed.ADMIN_KEY, first_name="Anna", last_name="Albrecht", rights={"invoices": "DELETE"})
    connects(anna)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_a_late_refusal_of_the_old_key_says_nothing_of_the_new_one(
    approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = Billomat.create_draft

    def refused_too_late(_client: Billomat, _new: NewDraft) -> BillomatInvoice:
        monkeypatch.setattr(Billomat, "create_draft", create)
        anna.modal.close()
        connects(anna)
        raise AccessDenied("the old key", trouble=Trouble.KEY)

    monkeypatch.setattr(Billomat, "create_draft", refused_too_late)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)
    assert not any("no longer accepts" in said.plain() for said in anna.dm)


def test_while_a_lost_draft_cannot_be_looked_for_whoever_approved_is_told_so_once(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("quota", times=3, on="POST invoices")
    for _ in range(3):
        run_jobs()
        clock.forward_by(minutes=16)
    account.trouble.next("drop", on="POST invoices")
    account.trouble.next("maintenance", times=5, on="GET invoices")
    for _ in range(8):
        run_jobs()
        clock.forward_by(minutes=16)
    assert states(bot) == ["unknown"]
    assert len([said for said in anna.dm if "still waits" in said.plain()]) == 1


# What people decide


@pytest.fixture
def lost(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> Callable[[], Modal]:
    """The draft stands in Billomat without its label, cannot be found, and Anna is asked; opens "It is there …"."""
    account.edit_label(loses_the_answer(bot, account), "")
    looks_in_vain(clock, run_jobs)
    assert states(bot) == ["unknown"]

    def asks() -> Modal:
        anna.modal.close()
        anna.dm[-1].click("It is there …")
        return anna.modal

    return asks


@pytest.fixture
def biller(worked: None, bot: Bot, finn: Person) -> Person:
    """Finn, who may bill too."""
    finn.types("/track hilfe")
    with bot.database.write() as db:
        people_rows.change_person(db, 2, role="biller")
    return finn


def another_invoice(account: Account, label: str, *, client: int = 0) -> int:
    """An invoice that somebody wrote in Billomat."""
    return account.create_invoice({"client_id": account.all(Client)[client].id, "label": label}).id


def test_the_lost_draft_is_chosen_from_the_customers_newest(
    lost: Callable[[], Modal], bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    another_invoice(account, "Retainer")
    another_invoice(account, "Somebody else's", client=1)
    form = lost()
    offered = form.options("Draft in Billomat")
    assert offered == ["Draft · €190.00 · 10 Mar 2026", "Draft · €0.00 · Retainer"]
    assert form.options("Draft in Billomat", "retain") == offered[1:]
    form.fill("Draft in Billomat", offered[0])
    form.submit()
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 3)


def test_what_is_a_draft_of_ours_already_is_not_offered(
    lost: Callable[[], Modal], bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    asked = anna.dm[-1]
    approves(anna)
    run_jobs()
    assert states(bot) == ["unknown", "sent"]
    anna.modal.close()
    asked.click("It is there …")
    assert [text.split(" · ")[1] for text in anna.modal.options("Draft in Billomat")] == ["€190.00"]


def test_the_invoice_of_another_draft_on_its_way_is_neither_offered_nor_taken(
    lost: Callable[[], Modal], bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    asked = anna.dm[-1]
    approves(anna)
    account.trouble.next("drop", worked=True, on="POST invoices")
    delivery.deliver(bot, 2)
    assert states(bot) == ["unknown", "sending"]
    anna.modal.close()
    asked.click("It is there …")
    assert len(anna.modal.options("Draft in Billomat")) == 1
    anna.modal.fill("Or its address in Billomat", str(account.drafts()[0].id))  # the newest
    anna.modal.submit()
    run_jobs()
    assert states(bot) == ["unknown", "sent"]


def test_whoever_found_the_draft_hears_so_and_is_in_the_audit(
    lost: Callable[[], Modal], bot: Bot, anna: Person, biller: Person, run_jobs: RunJobs
) -> None:
    biller.types("/track rechnung website")
    biller.modal.click("Er ist dort …")
    biller.modal.fill("Entwurf in Billomat", "190,00")
    biller.modal.submit()
    run_jobs()
    assert "ist in Billomat" in biller.dm[-1].plain()
    assert "is in Billomat" in anna.dm[-1].plain()
    with bot.database.read() as db:
        by = db.execute(select(audits.c.person_id).where(audits.c.action == "sent")).scalar_one()
    assert by == 2


def test_where_somebody_has_just_said_where_it_is_it_is_not_sent_again(
    lost: Callable[[], Modal], bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    form = lost()
    form.fill("Draft in Billomat", "€190.00")
    form.submit()
    anna.modal.close()
    anna.dm[-1].click("Send again")
    assert "Somebody has just said where it is" in anna.dm[-1].plain()
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_of_two_who_name_a_draft_the_one_who_is_right_is_heard(
    lost: Callable[[], Modal], biller: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    form = lost()
    form.fill("Draft in Billomat", "€190.00")
    form.submit()
    biller.types("/track rechnung website")
    biller.modal.click("Er ist dort …")
    biller.modal.fill("Oder seine Adresse in Billomat", "999999")
    biller.modal.submit()
    run_jobs()
    assert (states(bot)[0], len(account.drafts())) == ("sent", 1)


def test_while_billomat_cannot_be_asked_whoever_named_a_draft_hears_so(
    lost: Callable[[], Modal], bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    form = lost()
    form.fill("Or its address in Billomat", str(account.drafts()[0].id))
    form.submit()
    account.trouble.next("maintenance", on="GET invoices")
    run_jobs()
    assert "I could not look for the draft for Acme GmbH" in anna.dm[-1].plain()
    assert anna.dm[-1].buttons == ["It is there …", "Send again"]
    assert states(bot) == ["unknown"]


@pytest.mark.parametrize("trouble", ["maintenance", "drop", "late"])
def test_while_billomat_does_not_answer_the_address_can_be_entered(
    trouble: Kind,
    lost: Callable[[], Modal],
    bot: Bot,
    account: Account,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(bot.settings.__dict__, "billomat_patience", 0.5)  # in which also a busy machine asks
    form = lost()
    account.trouble.next(trouble, seconds=2, on="GET invoices")
    assert form.options("Draft in Billomat") == []
    form.submit()
    assert form.errors == {"Draft in Billomat": "Choose the draft, or enter the address of its page in Billomat."}
    form.fill("Or its address in Billomat", f"https://acme.billomat.net/invoices/{account.drafts()[0].id}")
    form.submit()
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_searches_that_hang_hold_up_no_later_one(
    lost: Callable[[], Modal], bot: Bot, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(bot.settings.__dict__, "billomat_patience", 0.5)
    form = lost()
    account.trouble.next("late", seconds=5, times=3, on="GET invoices")
    for _ in range(3):
        assert form.options("Draft in Billomat") == []
    monkeypatch.setitem(bot.settings.__dict__, "billomat_patience", 2)
    assert form.options("Draft in Billomat")


def test_whoever_bills_this_customer_next_is_asked_again(
    lost: Callable[[], Modal], bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    anna.modal.close()
    anna.types("/track invoice website")
    assert (
        "The draft for Acme GmbH, March 2026 · Website over €190.00 net that was approved on 10 Mar 2026"
        in anna.modal.text
    )
    anna.modal.click("It is there …")
    anna.modal.fill("Draft in Billomat", "€190.00")
    anna.modal.submit()
    run_jobs()
    assert (states(bot)[0], len(account.drafts())) == ("sent", 1)
    anna.modal.close()
    anna.types("/track invoice website")
    assert "may be in Billomat" not in anna.modal.text


@pytest.fixture
def sent(approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs) -> int:
    """The draft stands in Billomat, and Anna knows; its id there."""
    run_jobs()
    assert states(bot) == ["sent"]
    anna.modal.close()
    return account.drafts()[0].id


def bills_again(who: Person, run_jobs: RunJobs) -> str:
    """Press "Bill again" in the newest message that has it; what the bot found out."""
    who.clicks("Bill again")
    run_jobs()
    return who.dm[-1].plain()


def test_time_of_a_draft_that_was_deleted_in_billomat_can_be_billed_again(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.delete_draft(sent)
    assert "is no longer in Billomat. What was on it is free" in bills_again(anna, run_jobs)
    assert "🔒" not in listed(anna)
    anna.dm[-1].click("Open the invoice …")
    anna.modal.submit()
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)
    with bot.database.read() as db:
        changes = db.execute(select(audits.c.action, audits.c.person_id).where(audits.c.subject == "draft"))
    assert changes.all() == [("approve", 1), ("sent", None), ("bill again", 1), ("approve", 1), ("sent", None)]


def test_what_was_typed_into_a_deleted_draft_is_still_there(
    worked: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    anna.types("/track invoice website")
    anna.modal.click("Edit …")
    anna.modal.fill("Title", "Concept")
    anna.modal.submit()
    anna.modal.submit()
    run_jobs()
    account.delete_draft(account.drafts()[0].id)
    anna.modal.close()
    bills_again(anna, run_jobs)
    anna.dm[-1].click("Open the invoice …")
    assert "Concept" in anna.modal.text


def test_a_draft_that_still_stands_is_not_billed_again(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    said = bills_again(anna, run_jobs)
    assert "still stands in Billomat" in said
    assert "“Take back …” deletes it there." in said  # a button right below
    assert states(bot) == ["sent"]
    assert anna.dm[-1].buttons == ["Open in Billomat", "History …", "Take back …", "Bill again"]
    account.delete_draft(sent)
    assert "no longer in Billomat" in bills_again(anna, run_jobs)


def test_a_copy_of_a_deleted_draft_keeps_its_time_from_being_billed_again(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    copy = another_invoice(account, account.document(sent).label)
    account.delete_draft(sent)
    assert "still stands in Billomat" in bills_again(anna, run_jobs)
    account.delete_draft(copy)
    assert "no longer in Billomat" in bills_again(anna, run_jobs)


def test_a_draft_without_its_label_and_behind_a_hundred_newer_ones_still_stands(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.edit_label(sent, "")
    for number in range(100):
        another_invoice(account, f"Retainer {number}")
    assert "still stands in Billomat" in bills_again(anna, run_jobs)


def test_a_cancelled_invoice_bills_nobody(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.complete(sent)
    assert "The invoice RE198 (Acme GmbH, March 2026 · Website) is completed in Billomat" in bills_again(anna, run_jobs)
    account.cancel(sent)
    assert "RE198 (Acme GmbH, March 2026 · Website) is cancelled in Billomat. What was on it is free" in bills_again(
        anna, run_jobs
    )
    assert states(bot) == ["open"]


@pytest.mark.parametrize(("status", "state"), [(404, "open"), (401, "open"), (403, "sent"), (500, "sent")])
def test_only_a_plain_no_of_billomats_counts_as_deleted(
    status: int, state: str, sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    empty = {"invoices": {"@page": "1", "@per_page": "100", "@total": "0", "invoice": []}}
    with respx.mock(assert_all_called=False) as billomat:
        billomat.get(path__regex=r"/billomat/api/invoices$").respond(json=empty)
        billomat.get(path__regex=r"/billomat/api/invoices/").respond(status, json={"errors": {"error": "no"}})
        bills_again(anna, run_jobs)
    assert states(bot) == [state]


@pytest.mark.parametrize("trouble", ["maintenance", "drop", "cut", "quota"])
def test_while_billomat_cannot_be_asked_nothing_is_freed(
    trouble: Kind, sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.delete_draft(sent)
    account.trouble.next(trouble, on="GET invoices")
    assert "Nothing was changed; please try again later" in bills_again(anna, run_jobs)
    assert states(bot) == ["sent"]


def test_with_a_revoked_key_nothing_is_freed(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.revoke(seed.ADMIN_KEY)
    assert "Nothing was changed" in bills_again(anna, run_jobs)
    assert states(bot) == ["sent"]


def test_a_draft_is_billed_again_from_the_invoice_of_its_period_too(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.delete_draft(sent)
    anna.types("/track invoice website")
    assert "In Billomat: Acme GmbH, March 2026 · Website, €190.00 net" in anna.modal.text
    anna.modal.click("Bill again")
    assert "I am looking in Billomat" in anna.modal.text
    run_jobs()
    assert states(bot) == ["open", "discarded"]


def test_what_somebody_typed_into_the_next_invoice_stays(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website")
    anna.types("/track invoice website")
    anna.modal.click("Edit …")
    anna.modal.fill("Title", "Concept")
    anna.modal.submit()
    assert states(bot) == ["sent", "open"]
    anna.modal.close()
    account.delete_draft(sent)
    bills_again(anna, run_jobs)
    assert states(bot) == ["open", "discarded"]
    anna.dm[-1].click("Open the invoice …")
    assert "Concept" in anna.modal.text
    assert "3.00 h × €95.00 = €285.00" in anna.modal.text


def test_everybody_who_bills_again_hears_how_it_stands(
    sent: int, biller: Person, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.delete_draft(sent)
    biller.types("/track rechnung website")
    biller.modal.click("Neu abrechnen")
    anna.clicks("Bill again")
    run_jobs()
    assert "steht nicht mehr in Billomat" in biller.dm[-1].plain()
    assert "is no longer in Billomat" in anna.dm[-1].plain()


def test_a_refusal_of_the_old_key_that_comes_late_says_nothing_of_the_new_one(
    sent: int, bot: Bot, anna: Person, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Billomat.invoice

    def refused_too_late(_client: Billomat, _number: int) -> BillomatInvoice | None:
        monkeypatch.setattr(Billomat, "invoice", ask)
        connects(anna)
        raise AccessDenied("the old key", trouble=Trouble.RIGHTS)

    monkeypatch.setattr(Billomat, "invoice", refused_too_late)
    bills_again(anna, run_jobs)
    with bot.database.read() as db:
        connected = billomat_rows.connected_account(db, 1)
    assert connected
    assert connected.trouble is None


def test_what_is_being_typed_while_the_draft_is_given_up_stays_in_the_form(
    sent: int, bot: Bot, account: Account, anna: Person
) -> None:
    anna.types("/track log 1h acme website")
    anna.types("/track invoice website")
    anna.modal.click("Edit …")
    anna.modal.fill("Title", "Concept")
    account.delete_draft(sent)
    verification.withdraw(bot, 1, 1)
    anna.modal.submit()
    assert "Please open the invoice again" in anna.modal.errors["Description"]
    assert anna.modal.value("Title") == "Concept"


def test_two_who_bill_again_at_once_free_the_time_once(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.delete_draft(sent)
    at_once(*[partial(verification.withdraw, bot, 1, 1)] * 2)
    assert states(bot) == ["open"]
    anna.clicks("Bill again")
    assert "This was settled already" in anna.dm[-1].plain()


def test_of_two_words_about_a_lost_draft_at_once_one_counts(
    lost: Callable[[], Modal], bot: Bot, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bot.database.read() as db:
        anna = acting(people_rows.get_person(db, 1), now=clock.now(), request="one")
    any_job, others = job_rows.any_job, ThreadPoolExecutor(1)
    there = partial(reconcile.is_there, bot, replace(anna, request="two"), 1, chosen=4711, address="")
    said: list[Future[None]] = []

    def while_somebody_says_where_it_is(db: Connection, prefix: str) -> bool:
        found = any_job(db, prefix)
        said.append(others.submit(there))
        wait(said, timeout=0.5)
        return found

    monkeypatch.setattr(job_rows, "any_job", while_somebody_says_where_it_is)
    reconcile.send_again(bot, anna, 1)
    assert isinstance(said[0].exception(timeout=30), UserError)
    others.shutdown()
    assert states(bot) == ["approved"]


# Several at once


def test_an_approval_given_while_the_job_of_its_refusal_ends_is_delivered(
    approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = account.all(Client)[0]
    account.change(client, archived=True)
    deliver = delivery.DELIVER.do

    def refused_and_approved_again(bot: Bot, draft_id: int) -> None:
        monkeypatch.setattr(delivery.DELIVER, "_handler", deliver)
        assert deliver(bot, draft_id) is None
        account.change(client, archived=False)
        change(bot, "Acme GmbH", archived=False)  # as is read when somebody asks once more
        approves(anna)

    monkeypatch.setattr(delivery.DELIVER, "_handler", refused_and_approved_again)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_a_job_whose_lease_ran_out_while_it_works_makes_no_second_draft(
    approved: None, bot: Bot, account: Account, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock
) -> None:
    create, real = Billomat.create_draft, jobs.lease_clock()

    def create_slowly(self: Billomat, new: NewDraft) -> BillomatInvoice:
        monkeypatch.setattr(jobs, "lease_clock", lambda: real + bot.settings.job_lease + 1)
        assert run_jobs() == 1  # another process takes the job over, looks, and finds nothing yet
        assert states(bot) == ["sending"]
        return create(self, new)

    monkeypatch.setattr(Billomat, "create_draft", create_slowly)
    assert jobs.run_one(bot)
    assert states(bot) == ["sent"]
    clock.forward_by(minutes=3)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_of_several_processes_that_deliver_one_calls_billomat(approved: None, bot: Bot, account: Account) -> None:
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        while jobs.run_one(bot):
            pass

    with ThreadPoolExecutor(4) as crowd:
        for worker in [crowd.submit(work) for _ in range(4)]:
            worker.result()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


# The calls that Billomat allows


@pytest.fixture
def calls(worked: None, bot: Bot) -> CallBudget:
    return CallBudget(bot.database, 1)


@pytest.fixture
def window(clock: FrozenClock) -> int:
    """The epoch second at which Billomat's present window ends."""
    return (int(clock.now().timestamp()) // quota.WINDOW + 1) * quota.WINDOW


def left(bot: Bot) -> int | None:
    with bot.database.read() as db:
        calls: int | None = db.execute(select(billomat_rows.accounts.c.calls_left)).scalar_one()
    return calls


def test_all_processes_together_make_no_more_calls_than_there_are(calls: CallBudget, window: int) -> None:
    calls.heard(Quota(KEPT + 5, window))
    start, made = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        with suppress(NotDone):
            while True:
                calls.take()
                made.append(1)

    with ThreadPoolExecutor(4) as processes:
        for process in [processes.submit(work) for _ in range(4)]:
            process.result()
    assert len(made) == 5


def test_answers_that_overtake_each_other_do_not_give_calls_back(calls: CallBudget, bot: Bot, window: int) -> None:
    calls.heard(Quota(20, window))
    calls.heard(Quota(21, window))
    assert left(bot) == 20
    calls.heard(Quota(300, window - quota.WINDOW))
    assert left(bot) == 20


def test_what_other_programs_use_counts_too(calls: CallBudget, bot: Bot, window: int) -> None:
    calls.heard(Quota(200, window))
    calls.take()
    calls.heard(Quota(150, window))
    assert left(bot) == 150


def test_in_the_next_window_all_calls_are_there_again(calls: CallBudget, window: int, clock: FrozenClock) -> None:
    calls.heard(Quota(0, window))
    with pytest.raises(NotDone) as error:
        calls.take()
    assert error.value.retry_after == window - int(clock.now().timestamp())
    clock.forward_by(seconds=error.value.retry_after)
    calls.take()


@pytest.mark.parametrize("reset", [None, 0, 4_102_444_800, 999_999_999_999])
def test_a_window_that_makes_no_sense_holds_nobody_back(reset: int | None, calls: CallBudget) -> None:
    calls.heard(Quota(0, reset))
    calls.take()


def test_of_a_number_that_no_column_holds_there_is_enough(calls: CallBudget, window: int, clock: FrozenClock) -> None:
    clock.forward_by(minutes=15)
    calls.heard(Quota(999_999_999_999, window + quota.WINDOW))
    calls.take()


def test_a_draft_waits_for_the_next_window_without_a_call(
    approved: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs, window: int
) -> None:
    CallBudget(bot.database, 1).heard(Quota(KEPT, window))
    before = account.quota.take("").remaining
    run_jobs()
    assert account.quota.take("").remaining == before - 1
    assert (states(bot), account.drafts()) == (["approved"], [])
    clock.forward_by(minutes=16)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_what_one_process_hears_all_others_know(
    approved: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.quota = quota.Quota(clock.now, unregistered=0)
    run_jobs()
    with pytest.raises(NotDone):
        CallBudget(bot.database, 1).take()


def test_a_person_who_connects_is_never_held_back(calls: CallBudget, anna: Person, window: int) -> None:
    calls.heard(Quota(0, window))
    connects(anna)

"""From an approval to one draft in Billomat, whatever happens meanwhile, and within the calls that Billomat allows."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import select

from bot import budget, delivery, jobs
from bot.billomat import AccountTrouble, Billomat, Draft, NewDraft, NotDone, Quota
from bot.budget import KEPT, CallBudget
from bot.context import Bot
from playground.billomat import quota, seed
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.person import Modal, Person
from storage import account as accounts
from storage import invoices as rows
from storage import people
from tests.conftest import FrozenClock

RunJobs = Callable[[], int]


@pytest.fixture(autouse=True)
def _billomat_and_we_have_one_clock(clock: FrozenClock, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.quota = quota.Quota(clock.now)
    monkeypatch.setattr(budget, "real_seconds", lambda: int(clock.now().timestamp()))


@pytest.fixture
def worked(projects: None, bot: Bot, anna: Person, run_jobs: RunJobs) -> None:
    """Billomat is connected and imported, and Anna worked two hours for Acme, at €95."""
    connects(anna).submit()
    run_jobs()
    with bot.database.write() as db:
        people.change_terms(db, 1, rate_cents=9500)
    anna.types("/track log 2h acme website yesterday: Workshop")


@pytest.fixture
def approved(worked: None, anna: Person) -> None:
    """The draft is approved and waits for its job."""
    approves(anna)


def connects(who: Person) -> Modal:
    """Connect the account, or connect it anew, up to the offer to import."""
    who.types("/track connect")
    if "Use another key" in who.modal.buttons:
        who.clicks("Use another key")
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


def states(bot: Bot) -> list[str]:
    with bot.database.read() as db:
        return list(db.execute(select(rows.drafts.c.state).order_by(rows.drafts.c.id)).scalars())


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
    clock.forward_by(minutes=2)
    run_jobs()
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
    clock.forward_by(minutes=2)
    run_jobs()
    anna.modal.close()
    anna.dm[-1].click("It is there")
    anna.modal.fill("Address of the draft in Billomat", str(number))
    anna.modal.submit()
    account.delete_draft(number)
    run_jobs()
    assert states(bot) == ["unknown"]
    assert f"The invoice {number} is not among the newest ones of Acme GmbH" in anna.dm[-1].plain()
    assert anna.dm[-1].buttons == ["It is there", "Send again"]


def test_a_key_revoked_when_somebody_found_the_draft_asks_for_a_new_connection(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    number = loses_the_answer(bot, account)
    account.edit_label(number, "")
    clock.forward_by(minutes=2)
    run_jobs()
    anna.modal.close()
    anna.dm[-1].click("It is there")
    anna.modal.fill("Address of the draft in Billomat", str(number))
    anna.modal.submit()
    account.revoke(seed.ADMIN_KEY)
    run_jobs()
    assert "/track connect" in anna.dm[-1].plain()
    account.add_user(seed.ADMIN_KEY, first_name="Anna", last_name="Albrecht", rights={"invoices": "DELETE"})
    clock.forward_by(hours=1)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_a_late_refusal_of_the_old_key_says_nothing_of_the_new_one(
    approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = Billomat.create_draft

    def refused_too_late(_client: Billomat, _new: NewDraft) -> Draft:
        monkeypatch.setattr(Billomat, "create_draft", create)
        anna.modal.close()
        connects(anna)
        raise AccountTrouble("the old key", status=401)

    monkeypatch.setattr(Billomat, "create_draft", refused_too_late)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)
    assert not any("no longer accepts" in said.plain() for said in anna.dm)


def test_while_a_lost_draft_cannot_be_looked_for_nobody_is_told_so_again_and_again(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("quota", times=3, on="POST invoices")
    for _ in range(3):
        run_jobs()
        clock.forward_by(minutes=16)
    account.trouble.next("drop", on="POST invoices")
    account.trouble.next("maintenance", times=5, on="GET invoices")
    for _ in range(6):
        run_jobs()
        clock.forward_by(minutes=16)
    assert states(bot) == ["unknown"]
    assert not [said for said in anna.dm if "still waits" in said.plain()]


# Several at once


def test_an_approval_given_while_the_job_of_its_refusal_ends_is_delivered(
    approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = account.all(Client)[0]
    account.change(client, archived=True)
    deliver = jobs.HANDLERS["deliver"]

    def refused_and_approved_again(bot: Bot, draft_id: int) -> None:
        monkeypatch.setitem(jobs.HANDLERS, "deliver", deliver)
        assert deliver(bot, draft_id) is None
        account.change(client, archived=False)
        approves(anna)

    monkeypatch.setitem(jobs.HANDLERS, "deliver", refused_and_approved_again)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_a_job_whose_lease_ran_out_while_it_works_makes_no_second_draft(
    approved: None, bot: Bot, account: Account, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock
) -> None:
    create, real = Billomat.create_draft, jobs.lease_clock()

    def create_slowly(self: Billomat, new: NewDraft) -> Draft:
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
        calls: int | None = db.execute(select(accounts.accounts.c.calls_left)).scalar_one()
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

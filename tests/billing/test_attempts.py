"""From an approval to one draft in Billomat: at most one, and each approved entry accounted for."""

import threading
from collections.abc import Callable
from functools import partial
from unittest.mock import Mock

import pytest
import respx
from sqlalchemy import func, select

from bot.billing import delivery, verification
from bot.billomat.client import AccessDenied, Billomat, BillomatError, BillomatInvoice, NewDraft, Refused
from bot.billomat.connect import CONNECTED
from bot.billomat.rules.trouble import Trouble
from bot.core.context import Bot
from playground.billomat import seed
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.billomat.trouble import Kind
from playground.person import Person
from storage import billomat as billomat_rows
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage.tables import audits, draft_entries
from storage.tables import jobs as job_table
from tests.billing.deeds import (
    RunJobs,
    appoint,
    edits,
    invoice,
    listed,
    sends,
    states,
)
from tests.conftest import FrozenClock, looks_in_vain


@pytest.mark.parametrize("kind", ["drop", "error", "maintenance", "cut", "empty", "refusal"])
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
    assert anna.dm[-1].buttons == ["It is there …", "Send again"]
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
    anna.dm[-1].click("It is there …")
    anna.modal.fill("Or its address in Billomat", address.format(id=account.drafts()[0].id))
    anna.modal.submit()
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


def test_an_invoice_that_is_not_there_is_not_taken_for_the_lost_one(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    becomes_unknown(bot, account, clock, run_jobs)
    anna.modal.close()
    anna.dm[-1].click("It is there …")
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
    anna.dm[-1].click("Correct …")
    assert "Billomat refused this draft before" in anna.modal.text
    anna.modal.click("Ask Billomat")
    run_jobs()
    sends(anna)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


GONE = "Acme GmbH is archived in Billomat, or deleted there."


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Refused("Resource not found", status=404),
        Refused("client_id is wrong", status=422),
        AccessDenied("Unauthorized", trouble=Trouble.KEY, status=401),
    ],
    ids=["as the playground", "404", "422", "401"],
)
@pytest.mark.parametrize("is_deleted", [False, True], ids=["archived", "deleted"])
def test_a_customer_who_is_gone_when_the_draft_arrives_is_told_with_the_button_that_solves_it(
    is_deleted: bool,
    answer: BillomatError | None,
    approved: None,
    bot: Bot,
    account: Account,
    anna: Person,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = account.all(Client)[0]
    if is_deleted:
        del account._tables[Client][client.id]
    else:
        account.change(client, archived=True)
    with monkeypatch.context() as as_answered:
        if answer:
            as_answered.setattr(Billomat, "create_draft", Mock(side_effect=answer))
        run_jobs()
    assert (states(bot), account.drafts()) == (["open"], [])
    assert GONE in anna.dm[-1].plain()
    assert "Nothing was billed" in anna.dm[-1].plain()
    assert "🔒" not in listed(anna)
    anna.modal.close()
    anna.dm[-1].click("Correct …")
    assert "Acme GmbH is archived in Billomat or deleted there, so it gets no draft." in anna.modal.text
    assert "Billomat refused this draft before" in anna.modal.text
    assert "9.25 h" in anna.modal.text
    assert "Ask Billomat" in anna.modal.buttons
    with bot.database.read() as db:
        connected = billomat_rows.connected_account(db, 1)
    assert connected is not None
    assert connected.trouble is None


def test_a_refusal_that_is_not_about_the_customer_leaves_them_as_they_are(
    approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.trouble.next("refusal", on="POST invoices")
    run_jobs()
    assert "refused the draft" in anna.dm[-1].plain()
    assert GONE not in anna.dm[-1].plain()
    anna.modal.close()
    anna.dm[-1].click("Correct …")
    assert "Ask Billomat" not in anna.modal.buttons
    sends(anna)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


@pytest.mark.parametrize("kind", ["drop", "error", "maintenance", "empty", "refusal", "quota"])
def test_a_refusal_is_told_also_where_billomat_does_not_say_how_the_customer_is(
    kind: Kind, approved: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    account.change(account.all(Client)[0], archived=True)
    account.trouble.next(kind, on="GET clients/")
    run_jobs()
    assert states(bot) == ["open"]
    assert "refused the draft for Acme GmbH" in anna.dm[-1].plain()
    assert GONE not in anna.dm[-1].plain()


def test_what_was_corrected_survives_a_refusal_and_later_work_joins(
    worked: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    invoice(anna)
    edits(anna, rate="120").submit()
    sends(anna)
    account.trouble.next("refusal", on="POST invoices")
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
        assert db.execute(select(billomat_rows.accounts.c.trouble)).scalar_one() is None


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
        billomat_rows.change_account(db, 1, secret_key="lost")
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
        assert draft_state_rows.claim_attempt(change, draft_rows.draft_of_job(change.db, 1))
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
    label: list[str] = []

    def second_is_on_its_way() -> None:
        account.trouble.next("drop", worked=True, on="POST invoices")
        given_up_and_sent_again(bot, anna, clock, run_jobs)
        assert states(bot) == ["sending"]
        (second,) = account.drafts()
        label.append(second.label)
        account.edit_label(second.id, "")  # as if Billomat were slow to list it
        raise Refused("too late", status=400)

    before_the_first_call(monkeypatch, second_is_on_its_way)
    delivery.deliver(bot, 1)
    assert states(bot) == ["sending"]
    assert "🔒" in listed(anna)
    account.edit_label(account.drafts()[0].id, label[0])
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


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ("831.64", "Rounding difference of €0.01: the lines come to €831.63 net"),
        ("841.63", "⚠️ €831.63 net was approved, but Billomat adds up to €841.63."),
    ],
)
def test_figures_that_differ_from_ours_are_shown(
    theirs: str, said: str, approved: None, bot: Bot, anna: Person, run_jobs: RunJobs
) -> None:
    answer = {"invoice": {"id": "7", "label": "x", "status": "DRAFT", "client_id": "1", "total_net": theirs}}
    with respx.mock(assert_all_called=False) as billomat:
        billomat.post(path__regex="/billomat/api/invoices").respond(201, json=answer)
        run_jobs()
    assert said in anna.dm[-1].plain()


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
        stored = str(db.execute(select(job_table)).all()) + str(db.execute(select(audits)).all())
    assert seed.ADMIN_KEY not in stored + caplog.text + " ".join(said.plain() for said in anna.dm)
